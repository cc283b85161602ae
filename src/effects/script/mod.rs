//! Python scripts: the calls that evaluation found, as effects. Each sink gives its effects, or one
//! opaque effect that says why it could not be read.

mod alembic_call;
mod command;
mod file_write;
mod frame;
mod http;
mod metadata;
mod orm;
mod signals;
mod sql_call;
mod transaction;
mod unsent;

use std::collections::BTreeSet;

use crate::effects::Signals;
use crate::eval::{self, Estate, SinkCall};
use crate::model::{Action, Diagnostic, Effect, Opaque};
use crate::registry::{Registry, SinkKind};

use frame::Frame;
use transaction::Transactions;

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
}

/// Reads a Python script of the estate.
pub fn read_script(estate: &dyn Estate, registry: &Registry, file: &str) -> ScriptReading {
    let survey = eval::survey(estate, registry, file, &metadata::text_of);
    let transactions = Transactions::of(&survey.calls);
    let mut reading = ScriptReading {
        diagnostics: survey.diagnostics,
        ..ScriptReading::default()
    };
    let mut places = BTreeSet::new();
    for (index, call) in survey.calls.iter().enumerate() {
        if !call.sink.kind.is_transaction_mark() {
            places.insert(call.place.clone());
        }
        let frame = Frame::new(call, file, transactions.inert(index, call));
        reading.effects.extend(effects_of(call, &frame));
    }
    reading.sinks = places.len();
    reading.signals = signals::of(&survey.calls, estate, file);
    reading.effects = without_doubles(reading.effects);
    if let Some(module) = estate.module(file) {
        let unsent = unsent::effects(&module, &reading.effects);
        reading.effects.extend(unsent);
    }
    reading
}

/// What one call does, for whoever carries calls out.
pub fn effects_of_call(call: &SinkCall, file: &str) -> Vec<Effect> {
    effects_of(call, &Frame::new(call, file, None))
}

fn effects_of(call: &SinkCall, frame: &Frame<'_>) -> Vec<Effect> {
    match call.sink.kind {
        SinkKind::Sql => sql_call::effects(call, frame),
        SinkKind::TableCopy => orm::table_copy(call, frame),
        SinkKind::AlembicOperation => alembic_call::operation(call, frame),
        SinkKind::AlembicCommand => alembic_call::command(call, frame),
        SinkKind::Metadata => metadata::effects(call, frame),
        SinkKind::Orm => orm::effects(call, frame),
        SinkKind::SchemaEditor => {
            vec![frame.opaque(call, "an operation of Django's schema editor")]
        }
        SinkKind::Subprocess => command::subprocess(call, frame),
        SinkKind::ManagementCommand => command::management(call, frame),
        SinkKind::Http => http::effects(call, frame),
        SinkKind::FileWrite => file_write::effects(call, frame),
        SinkKind::HttpRead
        | SinkKind::Begin
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
