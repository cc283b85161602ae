//! `script-targets-production-host`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, Place, Script};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "script-targets-production-host",
    summary: "a script names the host that it changes",
    level: Level::Warning,
    documentation: include_str!("script_targets_production_host.md"),
    check,
};

/// A host in a connection URL, in a keyword of libpq, or in an option of psql; quoted wherever a
/// name without quotes could be an attribute of the program's own.
const HOSTS: &[&str] = &[
    r"\b(?:postgres|postgresql|mysql)(?:\+\w+)?://(?:[^\s'\x22/@]*@)?(HOST)",
    r"\bhost(?:addr|name)?\s*=\s*['\x22](HOST)",
    r"['\x22]host(?:name)?['\x22]\s*:\s*['\x22](HOST)",
    r"\bPGHOST=['\x22]?(HOST)",
    r"\bpsql\b[^\n|;]*\s(?:-h|--host)[ =]*['\x22]?(HOST)",
];

static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let host = r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+";
    Regex::new(&HOSTS.join("|").replace("(HOST)", &format!("({host})"))).ok()
});

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for script in context
        .scripts
        .iter()
        .filter(|script| changes_something(script))
    {
        let mut hosts = endpoints(script);
        if let Some(text) = (context.text)(&script.file) {
            for (host, place) in literal_hosts(&script.file, &text) {
                hosts.entry(host).or_insert(place);
            }
        }
        found.extend(hosts.iter().map(|(host, place)| report(host, place)));
    }
}

fn changes_something(script: &Script) -> bool {
    script.effects.iter().any(|effect| !effect.reach.is_inert())
}

/// Hosts of requests that the script sends, each at its first place.
fn endpoints(script: &Script) -> BTreeMap<String, Place> {
    let mut hosts = BTreeMap::new();
    for effect in script
        .effects
        .iter()
        .filter(|effect| !effect.reach.is_inert())
    {
        if let Action::CallEndpoint(outside) = &effect.action
            && let Some(host) = host_of(&outside.target)
        {
            let place = effect.provenance.call.clone();
            hosts.entry(host).or_insert(place);
        }
    }
    hosts
}

fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    is_elsewhere(host).then(|| host.to_owned())
}

fn literal_hosts(file: &Arc<str>, text: &str) -> BTreeMap<String, Place> {
    let mut hosts = BTreeMap::new();
    let Some(pattern) = PATTERN.as_ref() else {
        return hosts;
    };
    for (index, line) in text
        .split('\n')
        .enumerate()
        .filter(|(_, line)| !is_comment(line))
    {
        for host in pattern.captures_iter(line) {
            let named = host.iter().skip(1).flatten().next();
            if let Some(host) = named.filter(|host| is_elsewhere(host.as_str())) {
                let line_number = u32::try_from(index + 1).unwrap_or(u32::MAX);
                let column = line[..host.start()].chars().count() + 1;
                let column = u32::try_from(column).unwrap_or(u32::MAX);
                let place = Place::new(Arc::clone(file), line_number, column);
                hosts.entry(host.as_str().to_owned()).or_insert(place);
            }
        }
    }
    hosts
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('#') || line.starts_with("--")
}

/// Not this machine, and a real name: with a dot, without a hole.
fn is_elsewhere(host: &str) -> bool {
    let of_this_machine = ["127.", "0.0.0.0", "localhost"];
    host.contains('.')
        && !host.contains(['{', '<', '*', '$', '%'])
        && !of_this_machine.iter().any(|start| host.starts_with(start))
        && !host.ends_with(".local")
        && !host.ends_with(".docker.internal")
}

fn report(host: &str, place: &Place) -> Diagnostic {
    let message = format!("the script names host `{host}`, and changes it whoever runs it");
    RULE.at(place, message).with_help(
        "take the address from the environment, and let whoever runs the script name the database",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<String> {
        literal_hosts(&"a.py".into(), text).into_keys().collect()
    }

    #[test]
    fn hosts_are_found_in_urls_keywords_and_options() {
        assert_eq!(
            hosts("x = 'postgresql://u:***@db.example.com:5432/shop'"),
            ["db.example.com"]
        );
        assert_eq!(
            hosts("connect(host=\"db.example.com\")"),
            ["db.example.com"]
        );
        assert_eq!(hosts("{'host': 'db.example.com'}"), ["db.example.com"]);
        assert_eq!(
            hosts("psql -U me -h db.example.com -c 'SELECT 1'"),
            ["db.example.com"]
        );
        assert_eq!(hosts("export PGHOST=db.example.com"), ["db.example.com"]);
    }

    #[test]
    fn this_machine_and_unknown_hosts_are_none() {
        assert!(hosts("connect(host='localhost')").is_empty());
        assert!(hosts("'postgresql://u@127.0.0.1/shop'").is_empty());
        assert!(hosts("# postgresql://u@db.example.com/shop").is_empty());
        assert!(hosts("f'postgresql://{user}@{host}/shop'").is_empty());
        assert!(hosts("connect(host=settings.host)").is_empty());
    }
}
