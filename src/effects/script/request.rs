//! What requests ask for: method and address, and whether their endpoint is made to repair.

use std::fmt;

use crate::eval::{SinkCall, Value};
use crate::model::Template;
use crate::registry::SinkKind;
use crate::shell;

/// What is asked of a server.
pub(super) struct Request {
    /// Upper case; `None` where it is not known.
    pub method: Option<String>,
    /// Holes as `{label}`.
    pub url: String,
    pub only_asks: bool,
    /// Its endpoint is named for the database or for mending it. Every other request (a login, an
    /// order) is ordinary use of the application, which no audit of fixes counts.
    pub says_repair: bool,
    pub is_http: bool,
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = &self.method {
            write!(formatter, "{method} ")?;
        }
        formatter.write_str(&endpoint(&self.url))
    }
}

impl Request {
    fn new(method: Option<String>, url: String, only_asks: bool) -> Self {
        Self {
            only_asks: only_asks || method.as_deref().is_some_and(only_reads),
            says_repair: is_about_the_database(&url),
            is_http: true,
            method,
            url,
        }
    }

    /// Of a service that is no HTTP to the caller.
    fn of_service(name: String) -> Self {
        Self {
            method: None,
            url: name,
            only_asks: false,
            says_repair: true,
            is_http: false,
        }
    }

    /// The endpoint without the server: that one is the environment's affair.
    pub(super) fn endpoint(&self) -> String {
        endpoint(&self.url)
    }

    /// It wants something done, and be it ordinary; signing in is nothing.
    pub(super) fn is_errand(&self) -> bool {
        const SIGN_IN: &[&str] = &[
            "auth", "login", "logout", "signin", "token", "oauth", "callback",
        ];
        let endpoint = self.endpoint().to_ascii_lowercase();
        let mut words = endpoint.split(|character: char| !character.is_ascii_alphanumeric());
        self.is_http && !self.only_asks && !words.any(|word| SIGN_IN.contains(&word))
    }

    /// It hands over SQL that the other side runs.
    pub(super) fn is_to_run_sql(&self) -> bool {
        let name = self.endpoint().to_ascii_lowercase();
        let mut words = name.split(|character: char| !character.is_ascii_alphanumeric());
        !self.only_asks && words.any(|word| matches!(word, "sql" | "query"))
    }
}

fn only_reads(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// The requests that a call sends: several where it can be several addresses.
pub(super) fn of_call(call: &SinkCall) -> Vec<Request> {
    let is_http = !call.path.starts_with("supabase");
    let method = http_method(call).filter(|_| is_http);
    let only_asks = call.sink.kind == SinkKind::HttpRead;
    let of = |url: String| match is_http {
        true => Request::new(method.clone(), url, only_asks),
        false => Request::of_service(url),
    };
    let urls = call.payload().map(|payload| urls(payload, call));
    let base = base_url(call).filter(|_| is_http);
    let urls = urls.into_iter().flatten();
    urls.map(|url| of(below(base.as_deref(), url))).collect()
}

/// The request of a command line: `curl -X POST URL`.
pub(super) fn of_words(words: &[Template]) -> Option<Request> {
    let (method, url) = shell::request(words)?;
    Some(Request::new(Some(method), url, false))
}

/// A request as a shell script's effect tells it: `POST URL`.
pub(super) fn of_target(target: &str) -> Request {
    match target.split_once(' ') {
        Some((method, url)) => Request::new(Some(method.to_owned()), url.to_owned(), false),
        None => Request::new(None, target.to_owned(), false),
    }
}

/// The address that a client was made with: `httpx.Client(base_url="http://shop/api")`.
fn base_url(call: &SinkCall) -> Option<String> {
    let mut receiver = call.receiver.as_ref()?.as_external()?;
    loop {
        if let Some((path, arguments)) = receiver.call() {
            let first = arguments.positional.first();
            let first = first.filter(|_| path == "aiohttp.ClientSession");
            if let Some(base) = arguments.keyword("base_url").or(first) {
                return urls_of_one(base, call).into_iter().next();
            }
        }
        receiver = receiver.receiver_external()?;
    }
}

/// An address without a server stands below the client's own.
fn below(base: Option<&str>, url: String) -> String {
    match base {
        Some(base) if !url.contains("://") => {
            format!(
                "{}/{}",
                base.trim_end_matches('/'),
                url.trim_start_matches('/')
            )
        }
        _ => url,
    }
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
