//! A .sql file as a script: each statement is its own call.

use std::sync::Arc;

use crate::effects::{self, Signals};
use crate::model::{
    Action, Dialect, Effect, InertReason, Place, Provenance, Reach, Script, ScriptLanguage,
    Template,
};
use crate::source::{Files, Source};
use crate::sql::{self, Nature, ReadEffect, ReadStatement};

/// `files`: where included files are looked for.
pub(super) fn script(source: &Source, files: &dyn Files) -> Script {
    let start = Place::new(Arc::clone(&source.file), 1, 1);
    let template = Template::from_source(source.text.to_string(), start.clone());
    let reading = sql::read(&template, Dialect::Postgres);
    let fates = sql::fates(&reading.statements);
    let mut effects: Vec<Effect> = reading
        .statements
        .iter()
        .zip(fates)
        .flat_map(|(statement, fate)| of_statement(statement, fate.as_ref(), &start))
        .collect();
    for effect in &mut effects {
        resolve_include(effect, files);
    }
    let mut diagnostics = source.diagnostics.clone();
    diagnostics.extend(reading.diagnostics);
    let signals = Signals {
        asks_database: first_query(&reading.statements),
        ..Signals::default()
    };
    let (class, evidence) = effects::classify(&source.file, &effects, &signals);
    Script {
        file: Arc::clone(&source.file),
        language: ScriptLanguage::Sql,
        class,
        evidence,
        effects,
        diagnostics,
    }
}

/// `\i other.sql`, where people start psql in the file's own folder: the path within the estate.
fn resolve_include(effect: &mut Effect, files: &dyn Files) {
    let Action::RunSqlFile(outside) = &mut effect.action else {
        return;
    };
    let file = &effect.provenance.call.file;
    let Some((folder, _)) = file.rsplit_once('/') else {
        return;
    };
    let beside = format!("{folder}/{}", outside.target.trim_start_matches("./"));
    if files.exists(&beside) {
        outside.target = beside;
    }
}

fn first_query(statements: &[ReadStatement]) -> Option<Place> {
    let mut statements = statements.iter();
    let query = statements.find(|statement| matches!(statement.nature, Nature::Query(_)))?;
    query.place.clone()
}

fn of_statement(
    statement: &ReadStatement,
    fate: Option<&InertReason>,
    start: &Place,
) -> Vec<Effect> {
    let text: Arc<str> = statement.text.as_str().into();
    let call = statement.place.clone().unwrap_or_else(|| start.clone());
    match (&statement.nature, &statement.effects[..]) {
        (Nature::Invalid(error), []) => {
            vec![effect(&statement.rejected(error), fate, &call, text)]
        }
        (_, effects) => effects
            .iter()
            .map(|read| effect(read, fate, &call, Arc::clone(&text)))
            .collect(),
    }
}

fn effect(
    read: &ReadEffect,
    fate: Option<&InertReason>,
    call: &Place,
    statement: Arc<str>,
) -> Effect {
    let mut provenance = Provenance::at(call.clone());
    provenance.text = read.place.clone();
    let reach = match read.inert.as_ref().or(fate) {
        Some(reason) => Reach::Inert(reason.clone()),
        None if read.guards.iter().any(|guard| guard.kind.is_condition()) => Reach::Conditional,
        None => Reach::Live,
    };
    Effect {
        action: read.action.clone(),
        guards: read.guards.clone(),
        certainty: read.certainty,
        reach,
        provenance,
        sink: "sql file".to_owned(),
        dialect: Dialect::Postgres,
        statement,
    }
}
