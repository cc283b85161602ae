//! Python scripts: the calls that evaluation found, as effects. Each sink gives its effects, or one
//! opaque effect that says why it could not be read.

mod aborted;
mod alembic_call;
mod command;
mod endpoints;
mod file_write;
mod frame;
mod http;
mod metadata;
mod missing_import;
mod orm;
mod quiet;
mod read_files;
mod relationship;
mod request;
mod schema_editor;
mod signals;
mod sql_call;
mod transaction;
mod unsent;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::effects::Signals;
use crate::eval::{self, Estate, SinkCall};
use crate::model::{Action, Diagnostic, Effect, Opaque, Place};
use crate::registry::{Registry, SinkKind};
use crate::shell::EmbeddedPython;

pub use endpoints::Endpoints;
use frame::Frame;
use http::Answers;
pub use http::settle_requests;
use transaction::Transactions;
pub use transaction::{is_made_autocommit, switches_on};

/// What a script can do.
#[derive(Debug, Default)]
pub struct ScriptReading {
    /// In the order in which evaluation came to them.
    pub effects: Vec<Effect>,
    pub diagnostics: Vec<Diagnostic>,
    /// How many different sink calls there are.
    pub sinks: usize,
    /// What tells the script's class beside its effects.
    pub signals: Signals,
    /// Python that it hands to another Python (`python -c`).
    pub python: Vec<EmbeddedPython>,
    /// Where its file sends something, or leads to where it is sent, and be it only a question.
    /// Asked for handlers of requests only.
    asked: BTreeSet<Place>,
}

/// Which of a script's calls are told of.
#[derive(Debug)]
pub struct Told {
    /// Of these effects tell.
    pub told: BTreeSet<Place>,
    /// These may change something, and no effect tells of them: there is none, each has an opaque one
    /// at the least.
    pub silent: BTreeSet<Place>,
}

/// Reads a Python script of the estate, whose `endpoints` say what becomes of its requests.
pub fn read_script(
    estate: &dyn Estate,
    registry: &Registry,
    endpoints: &Endpoints<'_>,
    file: &str,
) -> ScriptReading {
    read(estate, registry, file, Some(endpoints))
}

/// The same, with the proof that nothing was passed over in silence.
pub fn read_and_prove(
    estate: &dyn Estate,
    registry: &Registry,
    endpoints: &Endpoints<'_>,
    file: &str,
) -> (ScriptReading, Told) {
    let answers = Answers::to(file, Some(endpoints));
    read_and(estate, registry, file, Some(endpoints), |calls, effects| {
        told(calls, effects, answers)
    })
}

fn read(
    estate: &dyn Estate,
    registry: &Registry,
    file: &str,
    endpoints: Option<&Endpoints<'_>>,
) -> ScriptReading {
    let (reading, ()) = read_and(estate, registry, file, endpoints, |_, _| ());
    reading
}

/// `ask` is asked of the calls and of their effects before doubles go: two calls can have the same one.
fn read_and<T>(
    estate: &dyn Estate,
    registry: &Registry,
    file: &str,
    endpoints: Option<&Endpoints<'_>>,
    ask: impl FnOnce(&[SinkCall], &[Effect]) -> T,
) -> (ScriptReading, T) {
    let answers = Answers::to(file, endpoints);
    let survey = eval::survey(estate, registry, file, &metadata::text_of);
    let transactions = Transactions::of(&survey.calls);
    let mut reading = ScriptReading {
        diagnostics: survey.diagnostics,
        ..ScriptReading::default()
    };
    let varied = varied(&survey.calls);
    let files = read_files::lengths(&survey.reads);
    let mut places = BTreeSet::new();
    let mut effects = Vec::with_capacity(survey.calls.len());
    for (index, call) in survey.calls.iter().enumerate() {
        if !call.sink.kind.is_transaction_mark() {
            places.insert(call.place.clone());
        }
        let frame = Frame::new(call, file, transactions.inert(index, call)).reading(&files);
        let enumerated = call.enumerated && (!has_text(call) || varied.contains(&way(call)));
        if call.sink.kind == SinkKind::Subprocess {
            reading.python.extend(command::python_code(call, &frame));
        }
        effects.push(effects_of(call, &frame.enumerated(enumerated), answers));
    }
    aborted::mark(&survey.calls, &mut effects, &transactions);
    reading.effects = effects.into_iter().flatten().collect();
    reading.sinks = places.len();
    if endpoints.is_none() {
        let ways = survey.calls.iter().flat_map(|call| {
            let way = call.via.iter().chain([&call.place]);
            way.filter(|place| *place.file == *file)
        });
        reading.asked = ways.cloned().collect();
    }
    reading.signals = signals::of(&survey.calls, estate, registry, file);
    let split = read_files::effects(&survey.reads, file, &reading.effects);
    reading.effects.extend(split);
    let asked = ask(&survey.calls, &reading.effects);
    reading.effects = without_doubles(reading.effects);
    read_files::tell_torn_statements_once(&mut reading.effects);
    if let Some(module) = estate.module(file) {
        let unsent = unsent::effects(&module, &reading.effects);
        reading.effects.extend(unsent);
    }
    (reading, asked)
}

fn told(calls: &[SinkCall], effects: &[Effect], answers: Answers<'_>) -> Told {
    let of_effects: BTreeSet<&Place> = effects.iter().flat_map(endpoints::places).collect();
    let place = |call: &&SinkCall| file_write::opened_at(call).unwrap_or(&call.place).clone();
    let (told, untold): (Vec<_>, Vec<_>) = calls
        .iter()
        .partition(|call| of_effects.contains(&place(call)));
    let silent = untold.iter().filter(|call| !quiet::is_quiet(call, answers));
    Told {
        told: told.iter().map(place).collect(),
        silent: silent.map(place).collect(),
    }
}

/// The calls that lead to a call, and its own place.
fn way(call: &SinkCall) -> (&[Place], &Place) {
    (&call.via, &call.place)
}

/// Does what the call sends say all there is to know of it?
fn has_text(call: &SinkCall) -> bool {
    matches!(call.sink.kind, SinkKind::Sql | SinkKind::Subprocess)
}

/// The ways on which several texts come, in a loop over known things: what merely hands other
/// parameters to one text is no choice.
fn varied(calls: &[SinkCall]) -> BTreeSet<(&[Place], &Place)> {
    let mut first: BTreeMap<(&[Place], &Place), String> = BTreeMap::new();
    let mut varied = BTreeSet::new();
    for call in calls
        .iter()
        .filter(|call| call.enumerated && has_text(call))
    {
        let text = sql_call::text(call).unwrap_or_else(|| command::line(call));
        match first.entry(way(call)) {
            Entry::Vacant(entry) => {
                entry.insert(text);
            }
            Entry::Occupied(entry) if *entry.get() != text => {
                varied.insert(way(call));
            }
            Entry::Occupied(_) => {}
        }
    }
    varied
}

/// What one call does, for whoever carries calls out.
pub fn effects_of_call(call: &SinkCall, file: &str) -> Vec<Effect> {
    effects_of(call, &Frame::new(call, file, None), Answers::to(file, None))
}

fn effects_of(call: &SinkCall, frame: &Frame<'_>, answers: Answers<'_>) -> Vec<Effect> {
    match call.sink.kind {
        SinkKind::Sql => sql_call::effects(call, frame),
        SinkKind::TableCopy => orm::table_copy(call, frame),
        SinkKind::AlembicOperation => alembic_call::operation(call, frame),
        SinkKind::AlembicCommand => alembic_call::command(call, frame),
        SinkKind::Metadata => metadata::effects(call, frame),
        SinkKind::Orm => orm::effects(call, frame),
        SinkKind::SchemaEditor => schema_editor::effects(call, frame),
        SinkKind::Subprocess => command::subprocess(call, frame, answers),
        SinkKind::ManagementCommand => command::management(call, frame),
        SinkKind::Http | SinkKind::HttpRead => http::effects(call, frame, answers),
        SinkKind::FileWrite => file_write::effects(call, frame),
        SinkKind::Begin
        | SinkKind::Savepoint
        | SinkKind::Commit
        | SinkKind::Rollback
        | SinkKind::Close
        | SinkKind::Flush
        | SinkKind::SetAutocommit => Vec::new(),
    }
}

/// One effect a text at one call: loops and alternatives come to the same one again and again.
fn without_doubles(effects: Vec<Effect>) -> Vec<Effect> {
    let mut known: BTreeSet<(Action, crate::model::Provenance)> = BTreeSet::new();
    let mut kept = Vec::with_capacity(effects.len());
    for effect in effects {
        let mut provenance = effect.provenance.clone();
        provenance.via.clear();
        if known.insert((effect.action.clone(), provenance)) {
            kept.push(effect);
        }
    }
    kept
}

/// An opaque action.
fn opaque(text: impl Into<String>, reason: impl Into<String>) -> Action {
    Action::Opaque(Opaque {
        text: text.into(),
        reason: reason.into(),
    })
}
