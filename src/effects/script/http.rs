//! Requests that may change something.

use crate::eval::{SinkCall, Value};
use crate::model::{Action, Certainty, Effect, Outside};

use super::frame::Frame;

/// One effect: the endpoint that is called.
pub(super) fn effects(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    let Some(target) = target(call).filter(|_| counts(call)) else {
        return Vec::new();
    };
    let certainty = match target.contains('{') {
        true => Certainty::Partial,
        false => Certainty::Exact,
    };
    let outside = Outside {
        target: endpoint(&target),
        detail: method(call).to_ascii_uppercase(),
    };
    vec![frame.effect(Action::CallEndpoint(outside), certainty)]
}

/// Is it a request that may change a database, to an endpoint that says it is made for that?
pub(super) fn counts(call: &SinkCall) -> bool {
    let asks = match method(call) {
        "urlopen" | "Request" => !sends_data(call),
        "request" => asks_only(call),
        _ => false,
    };
    let is_repair =
        |target: &str| call.path.starts_with("supabase") || is_about_the_database(target);
    !asks && target(call).is_some_and(|target| is_repair(&target))
}

fn method(call: &SinkCall) -> &str {
    call.path.rsplit('.').next().unwrap_or_default()
}

fn target(call: &SinkCall) -> Option<String> {
    Some(match call.payload()? {
        Value::Text(template) => template.display(),
        Value::Unknown(unknown) => match &unknown.default {
            Some(Value::Text(template)) => template.display(),
            _ => format!("{{{}}}", unknown.text),
        },
        _ => call.text.to_string(),
    })
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

/// Endpoints made to repair a database say so. Every other request (a login, an order) is ordinary
/// use of the application, which no audit of fixes counts.
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
    endpoint(url)
        .to_ascii_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| WORDS.contains(&word))
}

fn sends_data(call: &SinkCall) -> bool {
    call.arguments.keyword("data").is_some()
        || call.arguments.positional.len() > 1
        || call
            .arguments
            .keyword("method")
            .and_then(Value::known_text)
            .is_some_and(|method| method != "GET")
}

/// `requests.request("GET", url)`.
fn asks_only(call: &SinkCall) -> bool {
    let method = call.arguments.get(0, "method").and_then(Value::known_text);
    method.is_some_and(|method| {
        matches!(
            method.to_ascii_uppercase().as_str(),
            "GET" | "HEAD" | "OPTIONS"
        )
    })
}
