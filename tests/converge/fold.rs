//! Consolidation on a real server: chain and scripts from `fold/*.sql`, the migration applied to a
//! database at head, to one after each script, and to one after all; all must come out the same,
//! and a second run must change nothing.
//!
//! In a case `-- @revision NAME` and `-- @script NAME` begin a file; what stands before the first
//! is the case's description.

use std::sync::Arc;

use fixfold::catalog::{AsWritten, Catalog, diff};
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::graph::{self, Actor, ActorKind, ChainHistory, EstateGraph, RevisionStep};
use fixfold::model::{
    Dialect, Effect, Place, Provenance, Reach, Revision, RevisionId, Script, ScriptClass,
    ScriptLanguage, Template,
};
use fixfold::plan::{Answers, Plan, PlanInput, plan};
use fixfold::render::Migration;
use fixfold::sql;

pub(crate) struct Case {
    pub(crate) revisions: Vec<(String, String)>,
    pub(crate) scripts: Vec<(String, String)>,
}

#[test]
fn every_start_state_arrives_at_one_schema() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/converge/fold");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a case");
        let name = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        failures.extend(run(&cluster, &name, &parse(&text)));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

pub(crate) fn parse(text: &str) -> Case {
    let mut case = Case {
        revisions: Vec::new(),
        scripts: Vec::new(),
    };
    let mut in_scripts = false;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("-- @revision ") {
            in_scripts = false;
            case.revisions.push((name.trim().to_owned(), String::new()));
        } else if let Some(name) = line.strip_prefix("-- @script ") {
            in_scripts = true;
            case.scripts.push((name.trim().to_owned(), String::new()));
        } else {
            let files = if in_scripts {
                &mut case.scripts
            } else {
                &mut case.revisions
            };
            if let Some((_, text)) = files.last_mut() {
                text.push_str(line);
            }
        }
    }
    case
}

fn run(cluster: &Cluster, name: &str, case: &Case) -> Vec<String> {
    let plan = make_plan(case);
    let migration = Migration::of(&plan);
    let mut admin = cluster.connect("postgres").expect("a connection");
    let head = format!("{name}_head");
    admin
        .execute(&format!("CREATE DATABASE {head}"))
        .expect("a database");
    let mut client = cluster.connect(&head).expect("a connection");
    for (revision, text) in &case.revisions {
        client
            .execute(text)
            .unwrap_or_else(|error| panic!("{name} {revision}: {error}"));
    }
    drop(client);
    let mut failures = Vec::new();
    let mut expected: Option<Catalog> = None;
    for (state, scripts) in states(case) {
        let database = format!("{name}_state");
        admin.clone_database(&head, &database).expect("a clone");
        let mut client = cluster.connect(&database).expect("a connection");
        for text in scripts {
            run_script(&mut client, text);
        }
        match arrive(&mut client, &migration) {
            Ok(catalog) => match &expected {
                None => expected = Some(catalog),
                Some(expected) => failures.extend(
                    diff(expected, &catalog, &AsWritten)
                        .iter()
                        .map(|difference| format!("{name}, {state}: {difference}")),
                ),
            },
            Err(error) => failures.push(format!("{name}, {state}: {error}")),
        }
        drop(client);
        admin.drop_database(&database).expect("it goes");
    }
    failures
}

/// Applies the migration twice; the second run must leave no word in the journal.
fn arrive(client: &mut Client, migration: &Migration) -> Result<Catalog, String> {
    apply(client, migration)?;
    let first = journal(client);
    apply(client, migration)?;
    let second = journal(client);
    if first != second {
        return Err(format!(
            "the second run did {:?}",
            second.iter().skip(first.len()).collect::<Vec<_>>()
        ));
    }
    client
        .execute("DROP TABLE fixfold_journal")
        .map_err(|error| error.to_string())?;
    client.introspect().map_err(|error| error.to_string())
}

fn journal(client: &mut Client) -> Vec<String> {
    let rows = client
        .query_text("SELECT done FROM fixfold_journal ORDER BY id")
        .expect("a journal");
    rows.into_iter().flatten().flatten().flatten().collect()
}

fn apply(client: &mut Client, migration: &Migration) -> Result<(), String> {
    for statements in [migration.label_statements(), migration.statements()] {
        if statements.is_empty() {
            continue;
        }
        let text = format!("BEGIN;\n{};\nCOMMIT;", statements.join(";\n"));
        if let Err(error) = client.execute(&text) {
            let _ = client.execute("ROLLBACK");
            return Err(error.to_string());
        }
    }
    Ok(())
}

/// Statement by statement, as psql does without ON_ERROR_STOP.
fn run_script(client: &mut Client, text: &str) {
    for effect in sql::read(&template("script.sql", text), Dialect::Postgres).statements {
        let _ = client.attempt(&effect.text).expect("the connection lasts");
    }
}

fn states(case: &Case) -> Vec<(String, Vec<&str>)> {
    let mut states = vec![("head".to_owned(), Vec::new())];
    states.extend(
        case.scripts
            .iter()
            .map(|(name, text)| (format!("after {name}"), vec![text.as_str()])),
    );
    states.push((
        "after all".to_owned(),
        case.scripts.iter().map(|(_, text)| text.as_str()).collect(),
    ));
    states
}

pub(crate) fn make_plan(case: &Case) -> Plan {
    let chain = chain(&case.revisions);
    let scripts: Vec<Script> = case
        .scripts
        .iter()
        .map(|(name, text)| script(name, text))
        .collect();
    let actors = scripts.iter().map(|script| {
        (
            Actor {
                kind: ActorKind::Script,
                name: script.file.clone(),
            },
            script.effects.as_slice(),
        )
    });
    let revisions = chain.steps.iter().map(|step| {
        (
            Actor {
                kind: ActorKind::Revision,
                name: step.revision.id.0.clone(),
            },
            step.effects.as_slice(),
        )
    });
    let order = EstateGraph::build(revisions.chain(actors)).safe_order();
    let conflicts = graph::conflicts(&chain, &scripts, sql::canonical);
    plan(&PlanInput {
        chain: &chain,
        scripts: &scripts,
        order: &order,
        conflicts: &conflicts,
        answers: &Answers::new(),
        rulings: &std::collections::BTreeMap::new(),
        runs: &std::collections::BTreeMap::new(),
        target: None,
        canonical: sql::canonical,
    })
}

fn chain(files: &[(String, String)]) -> ChainHistory {
    let mut catalog = Catalog::empty();
    let steps = files.iter().map(|(name, text)| {
        let effects = effects(name, text);
        for effect in &effects {
            catalog
                .apply(&effect.action)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        RevisionStep {
            blockers: Vec::new(),
            revision: revision(name),
            effects,
            after: Arc::new(catalog.clone()),
        }
    });
    ChainHistory::new(steps.collect())
}

fn revision(name: &str) -> Revision {
    Revision {
        id: RevisionId::new(name),
        parents: Vec::new(),
        depends_on: Vec::new(),
        labels: Vec::new(),
        message: String::new(),
        file: name.into(),
        line: 1,
    }
}

fn script(name: &str, text: &str) -> Script {
    Script {
        file: name.into(),
        language: ScriptLanguage::Sql,
        class: ScriptClass::EmergencyDdl,
        evidence: Vec::new(),
        effects: effects(name, text),
        diagnostics: Vec::new(),
    }
}

fn template(name: &str, text: &str) -> Template {
    Template::from_source(text, Place::new(name, 1, 1))
}

fn effects(name: &str, text: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for statement in sql::read(&template(name, text), Dialect::Postgres).statements {
        let call = statement.place.unwrap_or_else(|| Place::new(name, 1, 1));
        let written: Arc<str> = statement.text.into();
        effects.extend(statement.effects.into_iter().map(|read| Effect {
            action: read.action,
            guards: read.guards,
            certainty: read.certainty,
            reach: read.inert.map_or(Reach::Live, Reach::Inert),
            provenance: Provenance::at(call.clone()),
            sink: "sql file".to_owned(),
            dialect: Dialect::Postgres,
            statement: written.clone(),
        }));
    }
    effects
}
