//! `graph`: what lies in `migrations/` is the chain, a revision a file; the rest are scripts. Each
//! conflict is a line `script:line kind object (other side)`, each difference a line below it.

use std::sync::Arc;

use fixfold::catalog::Catalog;
use fixfold::graph::{ChainHistory, Conflict, RevisionStep, conflicts};
use fixfold::model::{
    Dialect, Effect, Place, Provenance, Reach, Revision, RevisionId, Script, ScriptClass,
    ScriptLanguage, Template,
};
use fixfold::sql::{self, ReadEffect};

use crate::document::{Case, InputFile};

pub fn run(case: &Case) -> String {
    let (revisions, scripts): (Vec<_>, Vec<_>) = case
        .files
        .iter()
        .partition(|file| file.name.starts_with("migrations/"));
    let chain = chain(&revisions);
    let scripts: Vec<Script> = scripts.into_iter().map(script).collect();
    let found = conflicts(&chain, &scripts, sql::canonical);
    found.iter().map(lines).collect()
}

fn lines(conflict: &Conflict) -> String {
    let other = conflict.counterpart.as_ref();
    let other = other.map_or_else(String::new, |other| format!(" ({})", other.place));
    let mut text = format!(
        "{} {} {} `{}`{other}\n",
        conflict.place,
        conflict.kind.as_str(),
        conflict.object.kind.as_str(),
        conflict.object.name,
    );
    for difference in &conflict.differences {
        text.push_str(&format!("    {difference}\n"));
    }
    text
}

fn chain(files: &[&InputFile]) -> ChainHistory {
    let mut catalog = Catalog::empty();
    let mut steps = Vec::new();
    for file in files {
        let effects = effects(file);
        for effect in &effects {
            if let Err(error) = catalog.apply(&effect.action) {
                panic!("{} does not run: {error}", file.name);
            }
        }
        steps.push(RevisionStep {
            blockers: Vec::new(),
            revision: revision(&file.name),
            effects,
            after: Arc::new(catalog.clone()),
        });
    }
    ChainHistory::new(steps)
}

fn revision(file: &str) -> Revision {
    let id = file.trim_start_matches("migrations/").split('_').next();
    Revision {
        id: RevisionId::new(id.unwrap_or_default()),
        parents: Vec::new(),
        depends_on: Vec::new(),
        labels: Vec::new(),
        message: String::new(),
        file: file.into(),
        line: 1,
    }
}

fn script(file: &InputFile) -> Script {
    Script {
        file: file.name.as_str().into(),
        language: ScriptLanguage::Sql,
        class: ScriptClass::EmergencyDdl,
        evidence: Vec::new(),
        effects: effects(file),
        diagnostics: Vec::new(),
    }
}

fn effects(file: &InputFile) -> Vec<Effect> {
    let start = Place::new(file.name.as_str(), 1, 1);
    let template = Template::from_source(file.text.as_str(), start.clone());
    let mut effects = Vec::new();
    for statement in sql::read(&template, Dialect::Postgres).statements {
        let call = statement.place.unwrap_or_else(|| start.clone());
        let text: Arc<str> = statement.text.into();
        let read = statement.effects.into_iter();
        effects.extend(read.map(|read| effect(read, &call, &text)));
    }
    effects
}

fn effect(read: ReadEffect, call: &Place, statement: &Arc<str>) -> Effect {
    Effect {
        action: read.action,
        guards: read.guards,
        certainty: read.certainty,
        reach: read.inert.map_or(Reach::Live, Reach::Inert),
        provenance: Provenance::at(call.clone()),
        sink: "sql file".to_owned(),
        dialect: Dialect::Postgres,
        statement: Arc::clone(statement),
    }
}
