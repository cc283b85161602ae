//! Why a script is of its class, in words with places.

use crate::model::{Effect, Place, ScriptClass};

use super::Signals;
use super::tally::Tally;

/// The most telling first; empty for a script that is none.
pub(super) fn of(class: ScriptClass, tally: &Tally<'_>, signals: &Signals) -> Vec<String> {
    let mut lines = match class {
        ScriptClass::EmergencyDdl => by_schema(tally),
        ScriptClass::DeployWrapper => vec![
            said("starts others:", &tally.runs),
            said("sends what another file holds:", &tally.borrowed),
        ],
        ScriptClass::Seed => vec![
            Some("its name says that it fills a database".to_owned()),
            said("changes rows:", &tally.rows),
        ],
        ScriptClass::DiagnosticWithWrites => vec![
            Some("its name says that it only looks".to_owned()),
            said("yet changes rows:", &tally.rows),
        ],
        ScriptClass::AccessFix => vec![
            said("changes who may do what:", &tally.rights),
            said("changes rows about who may do what:", &tally.rows),
        ],
        ScriptClass::DataFix => vec![
            said("changes rows:", &tally.rows),
            said("writes the version table:", &tally.stamps),
        ],
        ScriptClass::Generator => vec![
            said("writes files:", &tally.written),
            said("writes SQL into source:", &tally.patched),
        ],
        ScriptClass::SourcePatcher => vec![said("rewrites source:", &tally.patched)],
        ScriptClass::HttpEndpointCaller => vec![
            requests(&signals.asks_for_repair).or_else(|| said("sends requests:", &tally.requests)),
        ],
        ScriptClass::DiagnosticDbReadonly
        | ScriptClass::DiagnosticHttp
        | ScriptClass::DeployWrapperNoDb
        | ScriptClass::FalseFriend
        | ScriptClass::Unrelated => by_signals(class, signals),
    };
    if lines.iter().any(Option::is_some) {
        lines.push(cannot_run(signals));
    }
    lines.retain(Option::is_some);
    lines.into_iter().flatten().collect()
}

fn cannot_run(signals: &Signals) -> Option<String> {
    let (place, what) = signals.missing_import.as_ref()?;
    Some(format!(
        "cannot run as it stands: at {place} it imports {what}"
    ))
}

fn by_schema(tally: &Tally<'_>) -> Vec<Option<String>> {
    vec![
        said("changes the schema:", &tally.schema),
        said("changes rows:", &tally.rows),
        said("sends what could not be read:", &tally.unclear),
    ]
}

fn by_signals(class: ScriptClass, signals: &Signals) -> Vec<Option<String>> {
    let mention = signals.mentions_change.as_ref();
    let query = signals.asks_database.as_ref();
    let request = signals.sends_requests.as_ref();
    match class {
        ScriptClass::FalseFriend => vec![
            mention.map(|(place, text)| format!("holds `{text}` at {place} and sends it nowhere")),
        ],
        ScriptClass::DiagnosticDbReadonly => {
            vec![query.map(|place| format!("asks the database at {place} and changes nothing"))]
        }
        ScriptClass::DiagnosticHttp => {
            vec![request.map(|place| format!("uses the application by requests, from {place} on"))]
        }
        ScriptClass::DeployWrapperNoDb => {
            let mut commands = signals.commands.iter();
            vec![
                commands
                    .next()
                    .map(|(command, place)| format!("runs `{command}` at {place}")),
            ]
        }
        _ => Vec::new(),
    }
}

/// `sends requests: `POST /repair` at fix.py:12 and 3 more`.
fn requests(requests: &[(String, Place)]) -> Option<String> {
    let (request, place) = requests.first()?;
    let rest = and_more(requests.len());
    Some(format!("sends requests: `{request}` at {place}{rest}"))
}

fn and_more(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    }
}

/// `changes rows: update `users` at fix.py:12 and 3 more`.
fn said(what: &str, effects: &[&Effect]) -> Option<String> {
    let first = effects.first()?;
    let rest = and_more(effects.len());
    let operation = first.operation().as_str().replace('_', " ");
    let (object, place) = (first.object(), &first.provenance.call);
    Some(format!("{what} {operation} `{object}` at {place}{rest}"))
}
