//! Verification with the real Alembic: it arrives where fixfold's own rendering arrives, it never comes
//! to another server, and where it cannot run that is said.
//!
//! Needs Alembic in `.venv`, which `tests/run` installs.

use std::path::{Path, PathBuf};

use fixfold::database::{Alembic, AlembicProject, ChainFiles, Cluster, ClusterOptions, Walk};
use fixfold::inventory::Ledger;
use fixfold::pipeline::{Estate, Progress, alembic_project, audit, verify_plan, with_script_runs};
use fixfold::verify::{StartState, VerifyOptions, VerifyPlan, VerifyReport, every_state, verify};

struct Unwatched;

impl Progress for Unwatched {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/python");
    python.exists().then_some(python)
}

/// State, verdict, fingerprint.
fn arrivals(report: &VerifyReport) -> Vec<(String, &'static str, String)> {
    let states = report.states.iter();
    states
        .map(|state| {
            let verdict = state.verdict.word();
            (state.name.clone(), verdict, state.fingerprint.clone())
        })
        .collect()
}

#[test]
fn both_runners_arrive_alike_on_the_reference_estate() {
    let Some(python) = python() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory");
    let estate = Estate::open(&root).expect("the reference estate opens");
    let audit = audit(&estate, &Ledger::default(), &Unwatched);
    let plan = verify_plan(&estate, &audit).expect("a plan");
    let project = alembic_project(&estate, &audit, vec![python]).expect("a project");
    let run = |plan: &VerifyPlan,
               states: &[StartState],
               alembic: Option<AlembicProject>,
               back_and_forth: bool| {
        let options = VerifyOptions {
            with_rows: true,
            back_and_forth,
            as_they_are: true,
            alembic,
            ..VerifyOptions::default()
        };
        verify(plan, states, &options, &|_, _| {}).expect("a server")
    };

    // Head, some scripts, all of them, points of the chain, wrong version tables.
    let all = every_state(&plan, 130, 1);
    let sample: Vec<StartState> = all.into_iter().step_by(9).collect();
    let plan = with_script_runs(&estate, &audit, plan, &sample, &Unwatched);
    let own = run(&plan, &sample, None, false);
    let real = run(&plan, &sample, Some(project.clone()), false);
    assert_eq!(real.not_alembic, None);
    let words = real.alembic.clone().expect("Alembic ran");
    assert!(words.starts_with("Alembic 1."), "{words}");
    assert_eq!(arrivals(&own), arrivals(&real));
    assert!(real.states.iter().any(|state| state.verdict.converges()));

    // There and back through the revision's own downgrade.
    let back = run(&plan, &sample[..1], Some(project), true);
    assert_eq!(back.not_alembic, None);
    assert!(back.all_accounted_for(), "{:?}", back.states);
}

#[test]
fn where_alembic_cannot_run_fixfold_does_and_says_why() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory");
    let estate = Estate::open(&root).expect("the reference estate opens");
    let audit = audit(&estate, &Ledger::default(), &Unwatched);
    let plan = verify_plan(&estate, &audit).expect("a plan");
    let nowhere = PathBuf::from("/nonexistent/python");
    let project = alembic_project(&estate, &audit, vec![nowhere]).expect("a project");
    let options = VerifyOptions {
        alembic: Some(project),
        ..VerifyOptions::default()
    };
    let states = [StartState::new(plan.chain.len(), Vec::new())];
    let report = verify(&plan, &states, &options, &|_, _| {}).expect("a server");
    assert_eq!(report.alembic, None);
    let reason = report.not_alembic.clone().unwrap_or_default();
    assert!(
        reason.starts_with("no Python with Alembic was found (`/nonexistent/python`: "),
        "{reason}"
    );
    assert!(report.all_accounted_for());
}

/// An env.py that has an address of its own, and one revision.
const STRANGER: &[(&str, &str)] = &[
    (
        "alembic.ini",
        "[alembic]\nscript_location = %(here)s/migrations\n",
    ),
    (
        "migrations/env.py",
        "from alembic import context\n\
         from sqlalchemy import create_engine\n\
         engine = create_engine('postgresql+psycopg2://someone@db.invalid:6432/production?sslmode=require')\n\
         with engine.connect() as connection:\n    \
             context.configure(connection=connection)\n    \
             with context.begin_transaction():\n        \
                 context.run_migrations()\n",
    ),
    (
        "migrations/versions/001.py",
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '001'\ndown_revision = None\n\
         def upgrade():\n    op.create_table('things', sa.Column('id', sa.Integer(), primary_key=True))\n\
         def downgrade():\n    op.drop_table('things')\n",
    ),
    (
        "migrations/versions/002.py",
        "from alembic import op\nrevision = '002'\ndown_revision = '001'\n\
         def upgrade():\n    op.execute('ALTER TABLE nothing ADD COLUMN a integer')\n",
    ),
];

#[test]
fn no_address_of_env_py_leads_to_another_server() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in STRANGER {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let project = AlembicProject {
        pythons: vec![python],
        root: folder.path().to_owned(),
        config: Some("alembic.ini".to_owned()),
        script_location: "migrations".to_owned(),
        version_folders: vec!["migrations/versions".to_owned()],
        consolidated: ("last.py".to_owned(), String::new()),
        ..AlembicProject::default()
    };
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster");
    let alembic = Alembic::start(project, &cluster).expect("Alembic is there");
    let mut client = cluster.connect("postgres").expect("a connection");
    let up = |to: &'static str| Walk::UpTo(to);
    let run = alembic.walk(&client, ChainFiles::AsTheyAre, up("001"));
    assert_eq!(run.expect("it lives"), Ok(()));
    let tables =
        client.query_text("SELECT version_num, to_regclass('things') FROM alembic_version");
    let tables = tables.expect("a version table");
    let row = ["001", "things"].map(|text| Some(text.to_owned()));
    assert_eq!(tables, vec![vec![row.to_vec()]]);
    let failure = alembic
        .walk(&client, ChainFiles::AsTheyAre, up("002"))
        .expect("it lives")
        .expect_err("there is no such table");
    assert_eq!(failure.error.state.0, "42P01");
    assert_eq!(
        failure.statement,
        "ALTER TABLE nothing ADD COLUMN a integer"
    );
    let folder = folder.path().join("migrations/versions/__pycache__");
    assert!(!folder.exists(), "the estate stays as it is");
}
