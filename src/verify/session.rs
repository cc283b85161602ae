//! One verification from the first state to the report.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::time::Instant;

use super::check::{Arrival, Checker, Journey, compare};
use super::explain::explained;
use super::look::versions;
use super::migrator::Migrator;
use super::report::{KeptDatabase, StateReport, Verdict, VerifyReport};
use super::reproduce::reproduction;
use super::run::{Outcome, Runner, milliseconds};
use super::send::run_steps;
use super::shrink::smallest;
use super::walk::walk;
use super::{StartState, VerifyPlan};
use crate::catalog::{AttributeDifference, Catalog, Difference, DifferenceKind, diff};
use crate::database::{
    Alembic, AlembicProject, ChainFiles, Client, Cluster, ClusterOptions, DatabaseError, Walk,
};
use crate::model::ObjectName;
use crate::sql;

/// How to verify.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    pub cluster: ClusterOptions,
    /// Workers; as many as there are processors if not given.
    pub jobs: Option<NonZeroUsize>,
    /// Whether the tables get synthetic rows.
    pub with_rows: bool,
    /// After so many statements of each file, in one state, the server process is killed.
    pub crash_points: usize,
    /// Whether to run the downgrade as well, and up again.
    pub back_and_forth: bool,
    /// Alembic runs the migrations, where it can.
    pub alembic: Option<AlembicProject>,
    /// Leave the server running for a look.
    pub keep: bool,
    /// Whether failing states stay as they are: nobody looks for smaller ones that fail alike.
    pub as_they_are: bool,
}

/// Told after each state: how many are done, of how many.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// Builds every state, puts it right, and compares where it arrives with the first state. Where a
/// state fails, a smaller one that fails alike is looked for.
///
/// # Errors
/// If there is no server, or it is lost. What the migration does wrong is in the report.
pub fn verify(
    plan: &VerifyPlan,
    states: &[StartState],
    options: &VerifyOptions,
    progress: Progress<'_>,
) -> Result<VerifyReport, DatabaseError> {
    let started = Instant::now();
    let cluster = Cluster::start(&options.cluster)?;
    let now = prepare(&cluster, plan)?;
    let points = states.iter().filter(|_| options.with_rows);
    let points = points.map(|state| state.revisions).collect();
    let alembic = options.alembic.as_ref();
    let alembic = alembic.map(|project| found_alembic(&cluster, plan, project));
    let (alembic, not_alembic) = match alembic.transpose()? {
        None => (None, None),
        Some(Ok(alembic)) => (Some(alembic), None),
        Some(Err(reason)) => (None, Some(reason)),
    };
    let migrator = Migrator {
        plan,
        alembic: alembic.as_ref(),
    };
    let walked = walk(&cluster, migrator, &points)?;
    let checker = Checker::new(migrator, walked, options, now);
    let runner = Runner {
        plan,
        checker: &checker,
        options,
        cluster: &cluster,
    };
    let done = runner.run(states, options.crash_points, progress)?;
    let reference = reference(&done.outcomes);
    let mut reports = reports(&runner, states, done.outcomes, reference.as_ref());
    let milliseconds = milliseconds(started);
    if !options.as_they_are {
        smallest(&runner, reference.as_ref(), &mut reports)?;
    }
    tell_same(&mut reports);
    let kept_databases = match options.keep {
        true => kept(&runner, &reports)?,
        false => Vec::new(),
    };
    let missed = match (&plan.target, &reference) {
        (Some(target), Some(reference)) => missed(target, &reference.catalog),
        _ => Vec::new(),
    };
    let is_empty = reference
        .as_ref()
        .is_none_or(|one| holds_nothing(&one.catalog, plan))
        && reports.iter().all(|report| report.verdict.arrives());
    let nothing = is_empty.then(|| NOTHING.to_owned());
    Ok(VerifyReport {
        unproved: plan.unproved.iter().cloned().chain(nothing).collect(),
        is_empty,
        kept_databases,
        server_version: cluster.version().to_owned(),
        alembic: alembic.as_ref().map(|alembic| alembic.words.clone()),
        not_alembic,
        states: reports,
        missed,
        crash_points: done.crashes.points,
        crash_troubles: done.crashes.troubles,
        milliseconds,
        kept: options
            .keep
            .then(|| cluster.keep().to_string_lossy().into_owned()),
    })
}

/// So many databases of failing states are left for a look.
const MOST_KEPT: usize = 20;

const NOTHING: &str = "any object at all: the schema at which every state arrives is empty";

/// The states that do not arrive, each made once more in a database that stays.
fn kept(runner: &Runner<'_>, reports: &[StateReport]) -> Result<Vec<KeptDatabase>, DatabaseError> {
    let failing = reports.iter().filter(|report| !report.verdict.arrives());
    let kept = failing.take(MOST_KEPT).map(|report| {
        Ok(KeptDatabase {
            state: report.name.clone(),
            database: runner.keep(&report.state)?,
        })
    });
    kept.collect()
}

/// No object but what belongs to the chain's tool and to the migration itself.
fn holds_nothing(catalog: &Catalog, plan: &VerifyPlan) -> bool {
    let own = plan
        .version_table
        .as_ref()
        .map(|writer| writer.table.as_str());
    let is_own = |name: &ObjectName| {
        let name = name.name.as_str();
        name.starts_with("fixfold_journal") || own.is_some_and(|own| name.starts_with(own))
    };
    catalog.relations.keys().all(is_own)
        && catalog.types.keys().next().is_none()
        && catalog.functions.keys().next().is_none()
}

/// Attributes that the model and the server spell alike.
const TELLING: &[&str] = &["type", "not null", "labels", "unique", "row security"];

/// Keys are spelled alike whoever prints them.
fn is_key(attribute: &AttributeDifference) -> bool {
    let keys = ["foreign key ", "primary key ", "unique "];
    let left = attribute.left.as_deref().unwrap_or_default();
    keys.iter().any(|words| left.starts_with(words))
}

/// Where the schema that all arrive at is not the one that the plan promises. What the model does not
/// know, and what belongs to environments, does not count.
fn missed(target: &Catalog, arrived: &Catalog) -> Vec<Difference> {
    let mut differences = diff(target, arrived, &sql::StoredSpelling);
    differences.retain_mut(|difference| match &mut difference.kind {
        DifferenceKind::OnlyLeft => true,
        DifferenceKind::OnlyRight => false,
        DifferenceKind::Changed(attributes) => {
            attributes.retain(|one| TELLING.contains(&one.attribute) || is_key(one));
            !attributes.is_empty()
        }
    });
    differences
}

/// Alembic, if a trial shows that it can run the chain; else why it cannot.
fn found_alembic(
    cluster: &Cluster,
    plan: &VerifyPlan,
    project: &AlembicProject,
) -> Result<Result<Alembic, String>, DatabaseError> {
    let alembic = match Alembic::start(project.clone(), cluster) {
        Ok(alembic) => alembic,
        Err(error) => return Ok(Err(error.message)),
    };
    let Some(head) = plan.chain.last() else {
        return Ok(Ok(alembic));
    };
    let mut admin = cluster.connect("postgres")?;
    let name = cluster.fresh_name("trial");
    admin.clone_database("empty", &name)?;
    let mut client = cluster.connect(&name)?;
    let run = alembic.walk(&client, ChainFiles::AsTheyAre, Walk::UpTo(&head.id))?;
    let reached = versions(&mut client, plan)?;
    drop(client);
    admin.drop_database(&name)?;
    let words = &alembic.words;
    Ok(match run {
        Err(failure) => {
            let (error, place) = (&failure.error.message, &failure.statement);
            Err(format!(
                "{words} cannot run the chain from empty: {error} (`{place}`)"
            ))
        }
        Ok(()) if reached.is_empty() => Err(format!(
            "{words} ran the chain, but not on the database that env.py was told"
        )),
        Ok(()) => Ok(alembic),
    })
}

/// The empty database, with what the plan wants to be there first; and the time there.
fn prepare(cluster: &Cluster, plan: &VerifyPlan) -> Result<String, DatabaseError> {
    let mut admin = cluster.connect("postgres")?;
    admin.clone_database("template0", "empty")?;
    let mut client = cluster.connect("empty")?;
    missing_extensions(&mut client, plan)?;
    match run_steps(&mut client, "prelude", &plan.prelude)? {
        None => {
            keep_settings(&mut client)?;
            let now = client.query_text("SELECT localtimestamp")?;
            let now = now.into_iter().flatten().flatten().flatten().next();
            Ok(now.unwrap_or_default())
        }
        Some(failure) => {
            let message = format!(
                "the prelude fails: {}: {}",
                failure.error, failure.statement
            );
            Err(DatabaseError {
                message,
                help: None,
                sql: Some(failure.error),
            })
        }
    }
}

/// Stops where the server lacks what the chain asks it for: nothing of it could be run.
fn missing_extensions(client: &mut Client, plan: &VerifyPlan) -> Result<(), DatabaseError> {
    if plan.extensions.is_empty() {
        return Ok(());
    }
    let rows = client.query_text("SELECT name FROM pg_available_extensions")?;
    let known: BTreeSet<String> = rows.into_iter().flatten().flatten().flatten().collect();
    let missing = plan.extensions.iter().filter(|name| !known.contains(*name));
    let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the chain needs extensions that this PostgreSQL has not: {}",
        missing.join(", ")
    );
    Err(DatabaseError {
        message,
        help: Some(
            "install them for this version, or name the binaries of a server that has them with `--pg-bin DIR`"
                .to_owned(),
        ),
        sql: None,
    })
}

/// Settings of one database are not cloned with it: those that the prelude makes hold for all of them.
fn keep_settings(client: &mut Client) -> Result<(), DatabaseError> {
    const SETTINGS: &str = "SELECT DISTINCT format('ALTER ROLE ALL SET %I TO %s', split_part(one, '=', 1), \
        CASE split_part(one, '=', 1) WHEN 'search_path' THEN substr(one, strpos(one, '=') + 1) \
        ELSE quote_literal(substr(one, strpos(one, '=') + 1)) END) \
        FROM pg_db_role_setting, unnest(setconfig) AS one WHERE setrole = 0";
    let settings = client.query_text(SETTINGS)?;
    let cells = settings.into_iter().flatten().flatten().flatten();
    for statement in cells {
        client.attempt(&statement)?.ok();
    }
    Ok(())
}

/// Where the first state arrived that did.
fn reference(outcomes: &BTreeMap<usize, Outcome>) -> Option<Arrival> {
    let mut arrivals = outcomes.values();
    arrivals.find_map(|outcome| outcome.journey.arrival.as_ref().ok().cloned())
}

pub(crate) fn reports(
    runner: &Runner<'_>,
    states: &[StartState],
    mut outcomes: BTreeMap<usize, Outcome>,
    reference: Option<&Arrival>,
) -> Vec<StateReport> {
    let pairs = states.iter().enumerate();
    pairs
        .filter_map(|(index, state)| {
            let outcome = outcomes.remove(&index)?;
            Some(report(runner, state, outcome, reference))
        })
        .collect()
}

/// States that were one database say so.
fn tell_same(reports: &mut [StateReport]) {
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    for report in reports
        .iter_mut()
        .filter(|report| !report.before.is_empty())
    {
        match first.get(&report.before) {
            Some(name) => report.same_as = Some(name.clone()),
            None => {
                first.insert(report.before.clone(), report.name.clone());
            }
        }
    }
}

fn report(
    runner: &Runner<'_>,
    state: &StartState,
    outcome: Outcome,
    reference: Option<&Arrival>,
) -> StateReport {
    let plan = runner.plan;
    let walked = (runner.options.with_rows).then_some(&runner.checker.walked);
    let Journey {
        stamped,
        before,
        rows,
        filling,
        arrival,
        ..
    } = outcome.journey;
    let fingerprint = arrival
        .as_ref()
        .map_or_else(|_| String::new(), |one| one.fingerprint.clone());
    let verdict = match (arrival, reference) {
        (Ok(arrival), Some(reference)) => {
            let table = plan.version_table.as_ref();
            compare(
                &arrival,
                reference,
                table.map(|writer| writer.table.as_str()),
            )
        }
        (Ok(_), None) => Verdict::Converges,
        (Err(verdict), _) => verdict,
    };
    let scripts = state.scripts.iter();
    let scripts = scripts.filter_map(|&script| plan.scripts.get(script));
    let scripts: Vec<&str> = scripts.map(|script| script.name.as_str()).collect();
    let verdict = explained(verdict, &scripts, &plan.explanations);
    let reproduction = (!verdict.arrives())
        .then(|| reproduction(plan, walked, state, filling.as_deref(), &verdict));
    StateReport {
        state: state.clone(),
        name: state.describe(plan),
        script_failures: outcome.script_failures,
        verdict,
        same_as: None,
        reproduction,
        stamped,
        before,
        rows,
        fingerprint,
        smallest: None,
        milliseconds: outcome.milliseconds,
    }
}
