//! Requests that may change something.

use std::fmt;

use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Opaque, Outside};
use crate::registry::SinkKind;

use super::endpoints::{Answer, Endpoints};
use super::frame::Frame;
use super::opaque;

/// The endpoints that are called: of one that a route of the estate answers, what matters is whether
/// its handler changes a database; one that none answers dangles, and is opaque.
pub(super) fn effects(
    call: &SinkCall,
    frame: &Frame<'_>,
    endpoints: Option<&Endpoints<'_>>,
) -> Vec<Effect> {
    let requests = requests(call);
    let several = requests.len() > 1;
    let frame = frame.clone().enumerated(frame.alternatives(several));
    let effects = requests
        .iter()
        .map(|request| effect(request, &frame, answer(request, endpoints)));
    effects.flatten().collect()
}

fn effect(request: &Request, frame: &Frame<'_>, answer: Answer<'_>) -> Option<Effect> {
    let certainty = match request.url.contains('{') {
        true => Certainty::Partial,
        false => Certainty::Exact,
    };
    let endpoint = |detail: String| {
        Action::CallEndpoint(Outside {
            target: request.to_string(),
            detail,
        })
    };
    match answer {
        Answer::ChangesNothing => None,
        Answer::Changes(handler) => {
            let detail = format!("answered by `{}` at {}", handler.name, handler.place);
            let frame = frame.answered_at(&handler.place);
            Some(frame.effect(endpoint(detail), certainty))
        }
        Answer::Unknown => Some(frame.effect(endpoint(String::new()), certainty)),
        Answer::Dangles => {
            let reason = format!("{} `{request}`", Opaque::DANGLING);
            Some(frame.effect(opaque(&request.url, reason), Certainty::Opaque))
        }
    }
}

fn answer<'e>(request: &Request, endpoints: Option<&'e Endpoints<'_>>) -> Answer<'e> {
    match endpoints {
        _ if !request.says_repair => Answer::ChangesNothing,
        None if request.only_asks => Answer::ChangesNothing,
        Some(endpoints) if request.is_http => {
            match endpoints.answer(request.method.as_deref(), &request.url) {
                Answer::Unknown | Answer::Dangles if request.only_asks => Answer::ChangesNothing,
                answer => answer,
            }
        }
        _ => Answer::Unknown,
    }
}

/// Is the call known to change nothing?
pub(super) fn is_quiet(call: &SinkCall, endpoints: Option<&Endpoints<'_>>) -> bool {
    requests(call)
        .iter()
        .all(|request| matches!(answer(request, endpoints), Answer::ChangesNothing))
}

/// The requests that ask to mend something, whoever answers them.
pub(super) fn repairs(call: &SinkCall) -> impl Iterator<Item = String> {
    let requests = requests(call).into_iter();
    requests
        .filter(|request| request.says_repair && !request.only_asks)
        .map(|request| request.to_string())
}

struct Request {
    /// Upper case; `None` where it is not known.
    method: Option<String>,
    /// Holes as `{label}`.
    url: String,
    only_asks: bool,
    /// Its endpoint is named for the database or for mending it. Every other request (a login, an
    /// order) is ordinary use of the application, which no audit of fixes counts.
    says_repair: bool,
    is_http: bool,
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = &self.method {
            write!(formatter, "{method} ")?;
        }
        formatter.write_str(&endpoint(&self.url))
    }
}

fn requests(call: &SinkCall) -> Vec<Request> {
    let is_http = !call.path.starts_with("supabase");
    let method = http_method(call).filter(|_| is_http);
    let only_asks = call.sink.kind == SinkKind::HttpRead
        || method
            .as_deref()
            .is_some_and(|method| matches!(method, "GET" | "HEAD" | "OPTIONS"));
    let of = |url: String| Request {
        method: method.clone(),
        only_asks,
        says_repair: !is_http || is_about_the_database(&url),
        url,
        is_http,
    };
    let urls = call.payload().map(|payload| urls(payload, call));
    urls.into_iter().flatten().map(of).collect()
}

fn urls(payload: &Value, call: &SinkCall) -> Vec<String> {
    match payload {
        Value::Text(template) => vec![template.display()],
        Value::OneOf(alternatives) => {
            let urls = alternatives.values.iter();
            urls.flat_map(|value| urls_of_one(value, call)).collect()
        }
        value => urls_of_one(value, call),
    }
}

fn urls_of_one(value: &Value, call: &SinkCall) -> Vec<String> {
    match value {
        Value::Text(template) => vec![template.display()],
        Value::Unknown(unknown) => match &unknown.default {
            Some(Value::Text(template)) => vec![template.display()],
            _ => vec![format!("{{{}}}", unknown.text)],
        },
        Value::None => Vec::new(),
        _ => vec![call.text.to_string()],
    }
}

/// By the function's name, or by what it is told.
fn http_method(call: &SinkCall) -> Option<String> {
    let told = match call.path.rsplit('.').next()? {
        "urlopen" | "Request" => {
            let default = if sends_data(call) { "POST" } else { "GET" };
            let told = call.arguments.keyword("method");
            return told.map_or(Some(default.to_owned()), |told| {
                Some(told.known_text()?.to_ascii_uppercase())
            });
        }
        "request" => call.arguments.get(0, "method")?.known_text()?.to_string(),
        name => name.to_owned(),
    };
    Some(told.to_ascii_uppercase())
}

/// The endpoint without the server: that one is the environment's affair.
fn endpoint(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => match url.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            Some((_, path)) if path.starts_with('/') => path,
            _ => url,
        },
    };
    path.split(['?', '#']).next().unwrap_or(path).to_owned()
}

/// Endpoints made to repair a database say so.
fn is_about_the_database(url: &str) -> bool {
    const WORDS: &[&str] = &[
        "emergency",
        "fix",
        "hotfix",
        "repair",
        "migrate",
        "migration",
        "migrations",
        "schema",
        "seed",
        "database",
        "db",
        "backfill",
        "bootstrap",
        "setup",
        "reset",
        "cleanup",
        "sql",
    ];
    const ORDINARY: &[&str] = &["password", "mfa", "2fa", "totp", "payment", "payments"];
    let endpoint = endpoint(url).to_ascii_lowercase();
    let has = |words: &[&str]| {
        endpoint
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| words.contains(&word))
    };
    has(WORDS) && !has(ORDINARY)
}

fn sends_data(call: &SinkCall) -> bool {
    call.arguments.keyword("data").is_some() || call.arguments.positional.len() > 1
}
