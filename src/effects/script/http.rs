//! Requests that may change something.

use crate::effects::Signals;
use crate::effects::class::names_diagnostic;
use crate::eval::{SinkCall, Value, sql_text};
use crate::model::{Action, Certainty, Effect, Opaque, Outside, Place};

use super::endpoints::{Answer, Endpoints};
use super::frame::Frame;
use super::opaque;
use super::request::{self, Request};

/// Who answers the requests of a script.
#[derive(Clone, Copy)]
pub(super) struct Answers<'e> {
    /// `None`: nobody is asked.
    endpoints: Option<&'e Endpoints<'e>>,
    /// The script's name says that it only looks: it uses the application as people do.
    script_looks: bool,
}

impl<'e> Answers<'e> {
    pub(super) fn to(script: &str, endpoints: Option<&'e Endpoints<'e>>) -> Self {
        Self {
            endpoints,
            script_looks: names_diagnostic(script),
        }
    }

    /// A request that does not ask for a repair changes something only where a route of the estate
    /// says so: an order, a user's role. What merely signs in, or tries the application out, is its
    /// ordinary use, which no audit of fixes counts.
    fn answer(self, request: &Request) -> Answer<'e> {
        let ask = |endpoints: &'e Endpoints<'_>| {
            endpoints.answer(request.method.as_deref(), &request.url)
        };
        match self.endpoints {
            Some(endpoints) if request.is_http && request.says_repair => match ask(endpoints) {
                Answer::Unknown | Answer::Dangles | Answer::Unread(_) if request.only_asks => {
                    Answer::ChangesNothing
                }
                answer => answer,
            },
            None if request.says_repair && !request.only_asks => Answer::Unknown,
            Some(_) if request.says_repair => Answer::Unknown,
            Some(endpoints) if request.is_errand() && !self.script_looks => match ask(endpoints) {
                answer @ Answer::Changes(_) => answer,
                _ => Answer::ChangesNothing,
            },
            _ => Answer::ChangesNothing,
        }
    }
}

/// The endpoints that are called: of one that a route of the estate answers, what matters is whether
/// its handler changes a database; one that none answers dangles, and is opaque.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>, answers: Answers<'_>) -> Vec<Effect> {
    let sent = sent_sql(call, frame);
    if !sent.is_empty() {
        return sent;
    }
    of_requests(&request::of_call(call), frame, answers)
}

/// The same for requests that are told otherwise: by `curl`.
pub(super) fn of_requests(
    requests: &[Request],
    frame: &Frame<'_>,
    answers: Answers<'_>,
) -> Vec<Effect> {
    let several = requests.len() > 1;
    let frame = frame.clone().enumerated(frame.alternatives(several));
    let effects = requests
        .iter()
        .map(|request| effect(request, &frame, answers.answer(request)));
    effects.flatten().collect()
}

/// Services that run what they are sent (`rpc("exec_sql", {"sql": ...})`): the text is the effect.
fn sent_sql(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let runs_sql = request::of_call(call).iter().any(Request::is_to_run_sql);
    let bodies = ["json", "params", "data", "body"];
    let body = bodies
        .iter()
        .find_map(|name| call.arguments.keyword(name))
        .or_else(|| call.arguments.positional.get(1));
    let Some(Value::Dict(entries)) = body.filter(|_| runs_sql) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, value) in entries.borrow().iter() {
        if key.known_text().is_some_and(|key| names_sql(&key)) {
            let several = value.alternatives().len() > 1;
            for text in value.alternatives().iter().filter_map(sql_text) {
                found.extend(frame.sql(&text, several, None));
            }
        }
    }
    found
}

fn names_sql(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let mut words = key.split('_');
    words.any(|word| matches!(word, "sql" | "query" | "statement" | "stmt" | "command"))
}

fn effect(request: &Request, frame: &Frame<'_>, answer: Answer<'_>) -> Option<Effect> {
    let told = told(request, answer)?;
    let frame = match told.handler {
        Some(handler) => frame.answered_at(handler),
        None => frame.clone(),
    };
    Some(frame.effect(told.action, told.certainty))
}

/// What an answer makes of a request; `None` if nothing changes.
struct Told<'e> {
    action: Action,
    certainty: Certainty,
    handler: Option<&'e Place>,
}

fn told<'e>(request: &Request, answer: Answer<'e>) -> Option<Told<'e>> {
    let certainty = match request.endpoint().contains('{') {
        true => Certainty::Partial,
        false => Certainty::Exact,
    };
    let endpoint = |detail: String| {
        Action::CallEndpoint(Outside {
            target: request.to_string(),
            detail,
        })
    };
    let (action, certainty, handler) = match answer {
        Answer::ChangesNothing => return None,
        Answer::Changes(handler) => {
            let detail = format!("answered by `{}` at {}", handler.name, handler.place);
            (endpoint(detail), certainty, Some(&handler.place))
        }
        Answer::Unread(handler) => {
            let (name, place) = (&handler.name, &handler.place);
            let detail = format!("answered by `{name}` at {place}, which could not be followed");
            (endpoint(detail), certainty, Some(place))
        }
        Answer::Unknown => (endpoint(String::new()), certainty, None),
        Answer::Dangles => {
            let reason = format!("{} `{request}`", Opaque::DANGLING);
            (opaque(&request.url, reason), Certainty::Opaque, None)
        }
    };
    Some(Told {
        action,
        certainty,
        handler,
    })
}

/// Is the call known to change nothing?
pub(super) fn is_quiet(call: &SinkCall, answers: Answers<'_>) -> bool {
    are_quiet(&request::of_call(call), answers)
}

pub(super) fn are_quiet(requests: &[Request], answers: Answers<'_>) -> bool {
    let changes_nothing = |request| matches!(answers.answer(request), Answer::ChangesNothing);
    requests.iter().all(changes_nothing)
}

/// The requests that ask to mend something, whoever answers them.
pub(super) fn repairs(call: &SinkCall) -> impl Iterator<Item = String> {
    let requests = request::of_call(call).into_iter();
    requests
        .filter(|request| request.says_repair && !request.only_asks)
        .map(|request| request.to_string())
}

/// Of what a shell script sends, each request as the estate answers it: those that change nothing go.
/// `signals` learns which of them ask for a repair.
pub fn settle_requests(
    effects: Vec<Effect>,
    file: &str,
    endpoints: &Endpoints<'_>,
    signals: &mut Signals,
) -> Vec<Effect> {
    let answers = Answers::to(file, Some(endpoints));
    let mut settle = |mut effect: Effect| {
        let Action::CallEndpoint(outside) = &effect.action else {
            return Some(effect);
        };
        let request = request::of_target(&outside.target);
        if request.says_repair && !request.only_asks {
            let place = effect.provenance.call.clone();
            signals.asks_for_repair.push((request.to_string(), place));
        }
        let told = told(&request, answers.answer(&request))?;
        effect.action = told.action;
        effect.provenance.text = told.handler.cloned();
        if effect.certainty != Certainty::Enumerated || told.certainty == Certainty::Opaque {
            effect.certainty = told.certainty;
        }
        Some(effect)
    };
    effects.into_iter().filter_map(&mut settle).collect()
}
