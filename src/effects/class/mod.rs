//! What a script is, judged by what it can do; its name decides only between kinds that do the same:
//! a fix, a seed, a diagnostic that writes.

mod evidence;
mod tally;
mod words;

use crate::model::{Effect, Place, ScriptClass};

use tally::Tally;
pub(in crate::effects) use words::is_diagnostic as names_diagnostic;

/// What is known of a script beside its effects: the first place of each.
#[derive(Debug, Clone, Default)]
pub struct Signals {
    /// It sends queries, or opens a connection.
    pub asks_database: Option<Place>,
    /// It sends requests, be it only to ask.
    pub sends_requests: Option<Place>,
    /// The requests that ask an endpoint to mend something, whether or not one answers.
    pub asks_for_repair: Vec<(String, Place)>,
    /// The programs that it runs: the commands as far as known.
    pub commands: Vec<(String, Place)>,
    /// It holds text of SQL that changes something: where, and how it begins.
    pub mentions_change: Option<(Place, String)>,
    /// It cannot run as it stands: where it imports what its module does not define.
    pub missing_import: Option<(Place, String)>,
}

impl Signals {
    /// Those of a part of the script.
    pub fn add(&mut self, part: Self) {
        self.asks_database = self.asks_database.take().or(part.asks_database);
        self.sends_requests = self.sends_requests.take().or(part.sends_requests);
        self.asks_for_repair.extend(part.asks_for_repair);
        self.commands.extend(part.commands);
        self.mentions_change = self.mentions_change.take().or(part.mentions_change);
        self.missing_import = self.missing_import.take().or(part.missing_import);
    }
}

/// The class with the evidence for it, in words with places.
pub fn classify(file: &str, effects: &[Effect], signals: &Signals) -> (ScriptClass, Vec<String>) {
    let tally = Tally::of(file, effects);
    let by_effects = by_effects(file, &tally, signals);
    let class = by_effects.unwrap_or_else(|| by_signals(file, signals));
    (class, evidence::of(class, &tally, signals))
}

fn by_effects(file: &str, tally: &Tally<'_>, signals: &Signals) -> Option<ScriptClass> {
    let own = tally.schema.len() + tally.rows.len();
    let of_others = tally.runs.len() + tally.borrowed.len();
    if words::is_seed(file) && own > 0 {
        return Some(ScriptClass::Seed);
    }
    if !tally.schema.is_empty() && own >= of_others {
        return Some(ScriptClass::EmergencyDdl);
    }
    if of_others > 0 {
        return Some(ScriptClass::DeployWrapper);
    }
    if !tally.rows.is_empty() {
        return Some(of_rows(file, tally));
    }
    if !tally.stamps.is_empty() {
        return Some(ScriptClass::DataFix);
    }
    let patches_sql = !tally.patched.is_empty() && signals.mentions_change.is_some();
    if !tally.written.is_empty() || patches_sql {
        return Some(ScriptClass::Generator);
    }
    if !tally.patched.is_empty() {
        return Some(ScriptClass::SourcePatcher);
    }
    if !tally.rights.is_empty() {
        return Some(ScriptClass::AccessFix);
    }
    let errands = !tally.requests.is_empty() && !words::is_diagnostic(file);
    if errands || calls_for_changes(file, signals) {
        return Some(ScriptClass::HttpEndpointCaller);
    }
    (!tally.unclear.is_empty()).then_some(ScriptClass::EmergencyDdl)
}

/// Whether its requests are more than a diagnostic's: one asks for a repair, or it is no diagnostic
/// and does not only sign in.
fn calls_for_changes(file: &str, signals: &Signals) -> bool {
    let mut endpoints = signals.asks_for_repair.iter();
    endpoints.any(|(endpoint, _)| {
        let is_idle = words::is_diagnostic(file) || words::is_sign_in(endpoint);
        words::mends_database(endpoint) || !is_idle
    })
}

fn of_rows(file: &str, tally: &Tally<'_>) -> ScriptClass {
    if words::is_diagnostic(file) {
        return ScriptClass::DiagnosticWithWrites;
    }
    let mut changes = tally.changes();
    let some = tally.changes().any(words::is_about_access);
    let only = changes.all(|change| words::is_about_access(change) || words::is_log(change));
    if some && (only || words::names_access(file)) {
        ScriptClass::AccessFix
    } else {
        ScriptClass::DataFix
    }
}

fn by_signals(file: &str, signals: &Signals) -> ScriptClass {
    let mut commands = signals.commands.iter();
    if commands.any(|(command, _)| words::is_deployment(command)) || words::deploys(file) {
        ScriptClass::DeployWrapperNoDb
    } else if signals.mentions_change.is_some() {
        ScriptClass::FalseFriend
    } else if signals.asks_database.is_some() {
        ScriptClass::DiagnosticDbReadonly
    } else if signals.sends_requests.is_some() {
        ScriptClass::DiagnosticHttp
    } else {
        ScriptClass::Unrelated
    }
}
