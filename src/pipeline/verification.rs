//! What verification runs, gathered from the estate: the chain, its patched revisions, the scripts'
//! statements and the consolidated migration.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::explanations::explanations;
use super::revision_steps::{patched_revision, revision};
use super::shared_roles::{roles, share_roles};
use super::{Audit, Estate, chain_touches, patches, start};
use crate::database::{OnError, Step, digest_of};
use crate::graph;
use crate::model::{Action, ChainFormat, Dialect, Effect, Operation, Place, RowOperation, Script};
use crate::plan::{DataStep, Plan, Renamed, StepKind};
use crate::render::Migration;
use crate::replay::{SentRun, StepReplay};
use crate::source::Files as _;
use crate::sql;
use crate::verify::{DataTouch, RunFile, ValueMaps, VerifyPlan, VersionWriter, steps_of_sql};

/// Everything to run for the estate, but for what scripts really send, which hangs on the states
/// (`with_script_runs`). Without a chain the scripts alone say where to arrive.
///
/// # Errors
/// Where the chain is another server's, a prelude cannot be read, a patch cannot be rendered, or there is nothing to run.
pub fn verify_plan(estate: &Estate, audit: &Audit) -> Result<VerifyPlan> {
    let chain = audit.chains.first();
    let replayed = audit
        .replay
        .as_ref()
        .map_or(&[][..], |replay| &replay.steps);
    if let Some((place, dialect)) = foreign_statement(replayed) {
        bail!("the chain is written for {dialect} ({place}): fixfold proves on PostgreSQL alone");
    }
    let patched = patches(estate, audit)?;
    // The tool sends BEGIN and COMMIT itself.
    let mut runs = replayed.iter().flat_map(|step| &step.runs);
    let sends_marks = runs.any(SentRun::is_transaction);
    let of_patches = replayed.iter().enumerate().filter_map(|(index, step)| {
        let patched = patched
            .iter()
            .find(|patched| patched.patch.revision == step.revision.id)?;
        Some((index, patched_revision(step, patched, sends_marks)))
    });
    let scripts = audit.order.iter().filter_map(|file| audit.script(file));
    let scripts = scripts
        .map(script)
        .filter(|script| !script.steps.is_empty());
    let scripts: Vec<RunFile> = scripts.collect();
    if replayed.is_empty() && scripts.is_empty() {
        bail!(
            "no migration chain and no script in `{}`: there is no schema to arrive at",
            estate.root().display()
        );
    }
    let migration = Migration::of(&audit.plan);
    let of_scripts = audit
        .survey
        .scripts
        .iter()
        .flat_map(|script| &script.effects);
    let of_chain = audit.history.steps.iter().flat_map(|step| &step.effects);
    let with_triggers = chain_touches::tables_with_triggers(of_scripts.chain(of_chain));
    let format = chain.map(|chain| chain.location.format);
    let table = (format == Some(ChainFormat::Alembic)).then(|| VersionWriter {
        table: "alembic_version".to_owned(),
    });
    let mut plan = VerifyPlan {
        unproved: unproved(audit),
        prelude: prelude(estate, audit)?,
        extensions: extensions(audit),
        patched: of_patches.collect(),
        chain: replayed
            .iter()
            .map(|step| revision(step, sends_marks))
            .collect(),
        touched: touched(audit),
        pairs: pairs(audit, &scripts),
        script_runs: BTreeMap::new(),
        scripts,
        consolidated: consolidated(&migration),
        data_again: vec![in_transaction("data", migration.data_statements())],
        undo: Some(in_transaction("downgrade", migration.undo_statements())),
        chain_touches: audit
            .history
            .steps
            .iter()
            .map(|step| chain_touches::of_revision(step, &with_triggers))
            .collect(),
        data_touches: audit.plan.data.iter().map(data_touch).collect(),
        value_maps: value_maps(&audit.plan),
        target: Some(audit.plan.target.clone()),
        explanations: explanations(audit),
        version_table: table,
        version_query: (format == Some(ChainFormat::Alembic))
            .then(|| "SELECT version_num FROM alembic_version".to_owned()),
    };
    share_roles(&mut plan);
    Ok(plan)
}

/// The chain's first statement that PostgreSQL refuses because it is another server's.
fn foreign_statement(replayed: &[StepReplay]) -> Option<(Place, &'static str)> {
    let runs = replayed.iter().flat_map(|step| &step.runs);
    let mut foreign = runs.filter_map(|run| {
        let dialect = match sql::foreign_dialect(&run.run.statement)? {
            Dialect::Mysql => "MySQL",
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => return None,
        };
        Some((run.call.clone(), dialect))
    });
    foreign.next()
}

/// Chains that are in no state: those that are not read, and those beside the one that counts.
fn unproved(audit: &Audit) -> Vec<String> {
    let unread = audit
        .survey
        .diagnostics
        .iter()
        .filter(|one| one.rule == "unread-chain");
    let unread = unread.map(|one| {
        format!(
            "{}: what they make is in no state, and this proves the scripts alone",
            one.message
        )
    });
    let others = audit.chains.iter().skip(1);
    let others = others.map(|chain| {
        let anchor = &chain.location.anchor;
        format!("the chain `{anchor}` is in no state: `chains` in fixfold.yaml names the one that counts")
    });
    unread.chain(others).collect()
}

/// SHA-256 of every file that the plan was made from, by path: the chain's, the scripts', the ledger.
pub fn verify_inputs(estate: &Estate, audit: &Audit) -> BTreeMap<String, String> {
    let scripts = audit
        .survey
        .scripts
        .iter()
        .map(|script| script.file.to_string());
    let chain = audit.history.steps.iter();
    let chain = chain.map(|step| step.revision.file.to_string());
    let ledger = estate.settings.ledger.clone();
    let files = scripts.chain(chain).chain([ledger]);
    let hashed = files.filter_map(|file| {
        let text = estate.files.read(&file).ok()?.text;
        Some((file, digest_of(&[&text])))
    });
    hashed.collect()
}

/// The statements that a run of the script sends, each on its own: a failure is a part of the state
/// that the script leaves. Text that is only partly known cannot be sent.
fn script(script: &Script) -> RunFile {
    let mut steps: Vec<Step> = Vec::new();
    let mut last: Option<(&Place, &Arc<str>)> = None;
    for effect in script.effects.iter().filter(|effect| can_be_sent(effect)) {
        // Several effects of one statement are sent once.
        let this = (&effect.provenance.call, &effect.statement);
        if last == Some(this) {
            continue;
        }
        last = Some(this);
        steps.push(Step {
            sql: effect.statement.to_string(),
            on_error: OnError::Continue,
        });
    }
    RunFile {
        name: script.file.to_string(),
        steps,
    }
}

fn can_be_sent(effect: &Effect) -> bool {
    let in_database = !matches!(
        effect.action,
        crate::model::Action::RunMigrations(_)
            | crate::model::Action::RunScript(_)
            | crate::model::Action::RunSqlFile(_)
            | crate::model::Action::CallEndpoint(_)
            | crate::model::Action::WriteMigration(_)
            | crate::model::Action::WriteSqlFile(_)
            | crate::model::Action::WriteSource(_)
            | crate::model::Action::Opaque(_)
    );
    // The rows of a COPY come with the connection, and nobody would send them here.
    let waits_for_rows = effect.operation() == Operation::Copy;
    in_database
        && !waits_for_rows
        && effect.dialect == Dialect::Postgres
        && !effect.reach.is_inert()
        && effect.certainty < crate::model::Certainty::Partial
}

fn in_transaction(name: &str, statements: Vec<String>) -> RunFile {
    let statements = statements.into_iter().map(Step::new);
    let begin = std::iter::once(Step::new("BEGIN"));
    let steps = begin.chain(statements).chain([Step::new("COMMIT")]);
    RunFile {
        name: name.to_owned(),
        steps: steps.collect(),
    }
}

fn consolidated(migration: &Migration) -> Vec<RunFile> {
    let labels = migration.label_statements();
    let labels = (!labels.is_empty()).then(|| in_transaction("enum labels", labels));
    let main = in_transaction("consolidated migration", migration.statements());
    labels.into_iter().chain([main]).collect()
}

/// What stands in every database first: what the platform and the configuration put there, and roles.
fn prelude(estate: &Estate, audit: &Audit) -> Result<Vec<Step>> {
    let mut preludes = start::preludes(estate, audit.chains.first())?;
    preludes.extend(audit.baseline.clone());
    let texts = preludes.iter().map(|prelude| &prelude.text);
    let mut steps: Vec<Step> = texts.flat_map(|text| steps_of_sql(text, false)).collect();
    steps.extend(roles(audit));
    Ok(steps)
}

/// Those that the chain creates, and those of the schema that all arrive at.
fn extensions(audit: &Audit) -> BTreeSet<String> {
    let effects = audit.history.steps.iter().flat_map(|step| &step.effects);
    let created = effects.filter_map(|effect| match &effect.action {
        Action::CreateExtension { name, .. } => Some(name.to_string()),
        _ => None,
    });
    let kept = audit.plan.target.extensions.keys().map(ToString::to_string);
    created.chain(kept).collect()
}

fn data_touch(step: &DataStep) -> DataTouch {
    let columns = step.columns.iter().map(ToString::to_string);
    DataTouch {
        table: step.table.clone(),
        columns: columns.collect(),
        all_columns: step.operation == RowOperation::Update && step.columns.is_empty(),
        deletes: matches!(
            step.operation,
            RowOperation::Delete | RowOperation::Truncate
        ),
        drops: false,
        drops_rows: false,
        renamed_to: None,
    }
}

/// What the plan's steps make of labels and of columns' values.
fn value_maps(plan: &Plan) -> ValueMaps {
    let mut maps = ValueMaps::default();
    for step in &plan.steps {
        match &step.kind {
            StepKind::EnumLabels {
                name, value_map, ..
            } => {
                let map = maps.of_types.entry(name.to_string()).or_default();
                map.extend(value_map.clone());
            }
            StepKind::RenameBack {
                renamed: Renamed::Label { of },
                now,
                before,
            } => {
                let map = maps.of_types.entry(of.to_string()).or_default();
                map.insert(now.to_string(), before.to_string());
            }
            StepKind::Column {
                table,
                column,
                value_map,
                ..
            } if !value_map.is_empty() => {
                let key = (table.to_string(), column.name.to_string());
                maps.of_columns.insert(key, value_map.clone());
            }
            _ => {}
        }
    }
    maps
}

/// What scripts make, change or take away.
fn touched(audit: &Audit) -> BTreeSet<String> {
    let scripts = audit.survey.scripts.iter();
    let effects = scripts.flat_map(|script| &script.effects);
    let effects = effects
        .filter(|effect| !effect.reach.is_inert() && !matches!(effect.action, Action::Rows(_)));
    effects
        .flat_map(|effect| graph::touches(&effect.action))
        .filter(|touch| touch.relation != graph::Relation::Needs)
        .map(|touch| touch.object.name)
        .collect()
}

/// Scripts that touch a common object, by their places in the plan.
fn pairs(audit: &Audit, scripts: &[RunFile]) -> Vec<(usize, usize)> {
    let objects: Vec<BTreeSet<String>> = scripts
        .iter()
        .map(|file| {
            let effects = audit.script(&file.name).map(|script| &script.effects);
            let effects = effects.into_iter().flatten();
            let touched = effects.filter(|effect| can_be_sent(effect));
            touched
                .flat_map(|effect| graph::touches(&effect.action))
                .filter(|touch| touch.relation != graph::Relation::Needs)
                .map(|touch| format!("{:?}", touch.object))
                .collect()
        })
        .collect();
    let numbers = 0..scripts.len();
    let all = numbers.flat_map(|one| (one + 1..scripts.len()).map(move |other| (one, other)));
    all.filter(|(one, other)| !objects[*one].is_disjoint(&objects[*other]))
        .collect()
}
