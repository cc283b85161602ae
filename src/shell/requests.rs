//! Requests from the command line: `curl`, `wget`, HTTPie's `http`.
//!
//! Options: curl(1), wget(1), HTTPie's documentation ("HTTP method").

use super::emit::Call;
use super::paths;
use super::run::Interpreter;
use super::state::State;
use super::tree::Command;
use crate::model::{Action, Template};

/// curl's short options that take a value.
const WITH_VALUE: &str = "AbcCDeEFHKmoPQrtTuUwxXyYzd";

/// curl's and wget's long options without a value: every other one takes the next word.
const FLAGS: &[&str] = &[
    "silent",
    "show-error",
    "fail",
    "fail-with-body",
    "fail-early",
    "location",
    "location-trusted",
    "insecure",
    "verbose",
    "include",
    "head",
    "get",
    "compressed",
    "no-buffer",
    "globoff",
    "http1.0",
    "http1.1",
    "http2",
    "ipv4",
    "ipv6",
    "ssl-reqd",
    "retry-connrefused",
    "retry-all-errors",
    "progress-bar",
    "no-progress-meter",
    "path-as-is",
    "remote-name",
    "quiet",
    "spider",
    "no-check-certificate",
    "server-response",
    "content-on-error",
];

/// What a client's words say so far.
#[derive(Default)]
struct Told {
    method: Option<String>,
    sends_data: bool,
    asks_only: bool,
    url: Option<String>,
}

impl Told {
    /// The method that the client takes if nobody names one.
    fn request(self) -> Option<(String, String)> {
        let default = match self.sends_data && !self.asks_only {
            true => "POST",
            false => "GET",
        };
        let method = self.method.unwrap_or_else(|| default.to_owned());
        Some((method.to_ascii_uppercase(), self.url?))
    }

    fn option(&mut self, name: &str, value: String) {
        match name {
            "X" | "request" | "method" => self.method = Some(value),
            "url" => self.url = Some(value),
            "T" | "upload-file" => self.method = Some("PUT".to_owned()),
            "d" | "F" | "json" => self.sends_data = true,
            name if ["data", "form", "post", "body"]
                .iter()
                .any(|it| name.starts_with(it)) =>
            {
                self.sends_data = true;
            }
            _ => {}
        }
    }

    fn flag(&mut self, name: &str) {
        match name {
            "G" | "get" => self.asks_only = true,
            "I" | "head" | "spider" => self.method = Some("HEAD".to_owned()),
            _ => {}
        }
    }
}

/// Method (upper case) and URL of a command that sends a request; `None` if it sends none.
pub fn request(words: &[Template]) -> Option<(String, String)> {
    let texts: Vec<String> = words.iter().map(Template::display).collect();
    let (program, arguments) = texts.split_first()?;
    match paths::name(program) {
        "curl" | "wget" => of_curl(arguments),
        "http" | "https" | "xh" => of_httpie(arguments),
        _ => None,
    }
}

fn of_curl(words: &[String]) -> Option<(String, String)> {
    let mut told = Told::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            match name.split_once('=') {
                Some((name, value)) => told.option(name, value.to_owned()),
                None if FLAGS.contains(&name) || name.starts_with("no-") => told.flag(name),
                None => told.option(name, words.next().cloned().unwrap_or_default()),
            }
        } else if let Some(flags) = word.strip_prefix('-').filter(|flags| !flags.is_empty()) {
            short_options(flags, &mut told, &mut words);
        } else {
            told.url.get_or_insert_with(|| word.clone());
        }
    }
    told.request()
}

/// `-sX POST`, `-XPOST`: flags, the first with a value takes the rest of the word or the next one.
fn short_options<'w>(flags: &str, told: &mut Told, words: &mut impl Iterator<Item = &'w String>) {
    for (at, flag) in flags.char_indices() {
        let name = flag.to_string();
        if !WITH_VALUE.contains(flag) {
            told.flag(&name);
            continue;
        }
        let rest = &flags[at + flag.len_utf8()..];
        let value = match rest.is_empty() {
            true => words.next().cloned().unwrap_or_default(),
            false => rest.to_owned(),
        };
        return told.option(&name, value);
    }
}

/// `http [METHOD] URL [items]`: with items it sends data.
fn of_httpie(words: &[String]) -> Option<(String, String)> {
    let plain: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let (first, rest) = plain.split_first()?;
    let is_method = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut told = Told::default();
    let items = match is_method {
        true => {
            told.method = Some((*first).clone());
            told.url = rest.first().map(|url| (*url).clone());
            rest.get(1..).unwrap_or_default()
        }
        false => {
            told.url = Some((*first).clone());
            rest
        }
    };
    told.sends_data = items.iter().any(|item| !item.contains("=="));
    told.request()
}

impl Interpreter<'_> {
    /// Whether the endpoint changes anything is for others to say.
    pub(super) fn web_client(&mut self, command: &Command, words: &[Template], state: &State) {
        self.reads_http = true;
        let Some((method, url)) = request(words) else {
            return;
        };
        let call = Call {
            place: command.place.clone(),
            sink: "curl",
            state,
        };
        let target = Template::from_text(format!("{method} {url}"));
        let texts: Vec<String> = words.iter().map(Template::display).collect();
        self.outside(&call, &target, &texts.join(" "), Action::CallEndpoint);
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Template;

    fn request(line: &str) -> Option<(String, String)> {
        let words: Vec<Template> = line.split(' ').map(Template::from_text).collect();
        super::request(&words)
    }

    fn told(line: &str) -> String {
        let (method, url) = request(line).unwrap_or_default();
        format!("{method} {url}")
    }

    #[test]
    fn the_method_is_what_the_options_say() {
        assert_eq!(told("curl h/a"), "GET h/a");
        assert_eq!(told("curl -sS -m 5 -XDELETE h/a"), "DELETE h/a");
        assert_eq!(told("curl -sX put --max-time 5 h/a"), "PUT h/a");
        assert_eq!(told("curl -H x:y h/a -d {}"), "POST h/a");
        assert_eq!(told("curl --silent --data-raw {} --url h/a"), "POST h/a");
        assert_eq!(told("curl -G -d q=1 h/a"), "GET h/a");
        assert_eq!(told("/usr/bin/wget -q --post-data={} h/a"), "POST h/a");
        assert_eq!(told("curl -T file h/a"), "PUT h/a");
    }

    #[test]
    fn httpie_sends_what_has_items() {
        assert_eq!(told("http --check-status h/a"), "GET h/a");
        assert_eq!(told("http h/a name=x"), "POST h/a");
        assert_eq!(told("http PATCH h/a"), "PATCH h/a");
    }

    #[test]
    fn what_names_no_address_sends_nothing() {
        assert_eq!(request("curl --version"), None);
        assert_eq!(request("psql h/a"), None);
        assert_eq!(request("curl -X"), None);
    }
}
