//! A chain run by both, and what is not alike.

use std::path::Path;

use fixfold::catalog::diff;
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::model::RevisionId;
use fixfold::pipeline::{self, Estate, ReplayRequest};
use fixfold::replay::{AfterFailure, Replay, StepFailure};
use fixfold::sql::StoredSpelling;

use super::case::Case;
use super::real::{Alembic, Failure, Outcome};

/// Runs all chains by both; panics with all that is not alike.
pub fn compare_all(cases: &[Case]) {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    let mut alembic = Alembic::start();
    let mut wrong = Vec::new();
    for case in cases {
        let database = cluster.fresh_name("chain");
        admin
            .clone_database("template0", &database)
            .expect("a database");
        let folder = tempfile::tempdir().expect("a folder");
        write(case, folder.path());
        let socket = cluster.socket_folder().display();
        let url = format!("postgresql+psycopg2://postgres@/{database}?host={socket}");
        let real = alembic.upgrade(folder.path(), &url);
        let modelled = replay(folder.path());
        let mut client = cluster.connect(&database).expect("a connection");
        let found = unlike(&real, &modelled, &mut client);
        if !found.is_empty() {
            wrong.push(format!("{}\n  {}", case.name, found.join("\n  ")));
        }
        drop(client);
        admin.drop_database(&database).expect("it goes");
    }
    assert!(
        wrong.is_empty(),
        "{} of {} chains do not go alike:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn write(case: &Case, folder: &Path) {
    std::fs::create_dir_all(folder.join(".git")).expect("a folder");
    std::fs::create_dir_all(folder.join("migrations/versions")).expect("a folder");
    for (path, content) in &case.files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }
}

fn replay(folder: &Path) -> Replay {
    let estate = Estate::open(folder).expect("an estate");
    let chains = pipeline::chains(&estate);
    let request = ReplayRequest {
        after_failure: AfterFailure::Stop,
        ..ReplayRequest::default()
    };
    pipeline::replay_request(&estate, chains.first().expect("a chain"), &request)
        .expect("the chain is replayed")
}

fn unlike(real: &Outcome, modelled: &Replay, client: &mut Client) -> Vec<String> {
    let mut found = Vec::new();
    let done = modelled.steps.iter().filter(|step| step.failure.is_none());
    let done: Vec<_> = done.map(|step| step.revision.id.to_string()).collect();
    let failure = modelled.failure.as_ref();
    let failure = failure.or(modelled.first_failure().map(|(_, failure)| failure));
    if real.done != done || !is_like(real.failure.as_ref(), failure) {
        found.push(format!("alembic: {real:?}"));
        found.push(format!("model:   {done:?} {failure:?}"));
        return found;
    }
    let held = versions(client);
    let expected: Vec<_> = modelled
        .versions
        .iter()
        .map(RevisionId::to_string)
        .collect();
    if held != expected {
        found.push(format!(
            "the version table holds {held:?}, in the model {expected:?}"
        ));
    }
    let live = client.introspect().expect("the catalog is read");
    let differences = diff(&modelled.end, &live, &StoredSpelling);
    found.extend(
        differences
            .iter()
            .map(|one| format!("model -> server: {one}")),
    );
    found
}

fn is_like(real: Option<&Failure>, modelled: Option<&StepFailure>) -> bool {
    let (real, modelled) = match (real, modelled) {
        (None, None) => return true,
        (Some(real), Some(modelled)) => (real, modelled),
        _ => return false,
    };
    let line = |line: u32| real.place.as_ref().is_none_or(|(_, known)| *known == line);
    match modelled {
        StepFailure::Sql { error, place } => {
            let state = Some(error.state.0) == real.sqlstate.as_deref();
            state && error.message == real.message && place.as_ref().is_none_or(|at| line(at.line))
        }
        StepFailure::Python {
            exception, place, ..
        } => {
            let class = exception.strip_prefix("builtins.").unwrap_or(exception);
            class == real.class && place.as_ref().is_none_or(|at| line(at.line))
        }
        StepFailure::Chain { message, .. } => {
            real.sqlstate.is_none()
                && (message.contains(&real.message) || message.contains(&real.class))
        }
    }
}

fn versions(client: &mut Client) -> Vec<String> {
    let query = "SELECT version_num FROM alembic_version ORDER BY 1";
    let Ok(results) = client.query_text(query) else {
        return Vec::new();
    };
    let cells = results.into_iter().flatten().flatten();
    cells.flatten().collect()
}
