//! What consolidation writes for the reference estate, run by the real Alembic: the revision up, up
//! again, down and up, and as text; the patched chain from states in which the chain gets stuck.
//!
//! Needs Alembic in `.venv`, which `tests/run` installs, or `ALEMBIC=/path/to/bin/alembic`. Every
//! state of every patch is tried with `STATES=all`, else a few of each.

use std::path::{Path, PathBuf};
use std::process::Command;

use fixfold::catalog::{AsWritten, Catalog, diff};
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::inventory::Ledger;
use fixfold::pipeline::{
    Audit, ConsolidationOptions, Estate, Progress, audit_towards, consolidation, patches,
    verify_plan,
};
use fixfold::plan::StuckState;
use fixfold::render::{RenderedFile, Target};

struct Unwatched;

impl Progress for Unwatched {
    fn expect(&self, _: usize) {}
    fn step(&self) {}
}

/// The folder with `alembic` and `python`.
fn binaries() -> Option<PathBuf> {
    let named = std::env::var_os("ALEMBIC").map(PathBuf::from);
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/alembic");
    let alembic = named.unwrap_or(installed);
    if !alembic.exists() {
        return None;
    }
    alembic.parent().map(Path::to_owned)
}

/// The reference estate with a copy of its migrations, patched, and a server.
struct Stage {
    binaries: PathBuf,
    folder: tempfile::TempDir,
    estate: Estate,
    audit: Audit,
    files: Vec<RenderedFile>,
    cluster: Cluster,
}

impl Stage {
    fn new() -> Option<Self> {
        let binaries = binaries()?;
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory");
        let estate = Estate::open(&root).expect("the reference estate opens");
        let audit = audit_towards(&estate, &Ledger::default(), None, &Unwatched);
        let options = ConsolidationOptions {
            target: Target::Alembic,
            chain_edits: true,
        };
        let files = consolidation(&estate, &audit, &options).expect("files are rendered");
        let folder = tempfile::tempdir().expect("a folder");
        copy(&root.join("migrations"), &folder.path().join("migrations"));
        let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
        Some(Self {
            binaries,
            folder,
            estate,
            audit,
            files,
            cluster,
        })
    }

    fn migrations(&self) -> PathBuf {
        self.folder.path().join("migrations")
    }

    /// Puts the patched revisions and what they read in their places.
    fn patch(&self) {
        for file in &self.files {
            if let Some(path) = file.path.strip_prefix("chain/") {
                write(&self.folder.path().join(path), &file.content);
            }
        }
    }

    fn add_revision(&self) {
        let of_revision = |file: &&RenderedFile| file.path.ends_with("_fixfold_consolidation.py");
        let file = self.files.iter().find(of_revision).expect("a revision");
        let path = self.migrations().join("versions").join(&file.path);
        write(&path, &file.content);
    }

    fn alembic(&self, database: &str, arguments: &[&str]) -> Result<String, String> {
        let url = format!(
            "postgresql:///{database}?host={}&user={}",
            self.cluster.socket_folder().display(),
            self.user()
        );
        let output = Command::new(self.binaries.join("alembic"))
            .current_dir(self.migrations())
            .env("DATABASE_URL", url)
            .args(arguments)
            .output()
            .expect("alembic starts");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match output.status.success() {
            true => Ok(text(&output.stdout)),
            false => Err(text(&output.stderr)),
        }
    }

    fn user(&self) -> String {
        let mut client = self.connect("postgres");
        let answer = client.query_text("SELECT current_user").expect("a user");
        let mut cells = answer.into_iter().flatten().flatten().flatten();
        cells.next().expect("a name")
    }

    fn connect(&self, database: &str) -> Client {
        self.cluster.connect(database).expect("a connection")
    }

    fn create(&self, database: &str) {
        let create = format!("CREATE DATABASE {database}");
        self.connect("postgres")
            .execute(&create)
            .expect("a database");
    }

    fn clone_of(&self, template: &str, database: &str) {
        let mut admin = self.connect("postgres");
        admin.clone_database(template, database).expect("a clone");
    }

    /// The catalog without the journal.
    fn catalog(&self, database: &str) -> Catalog {
        let copy = format!("{database}_look");
        self.clone_of(database, &copy);
        let mut client = self.connect(&copy);
        client
            .execute("DROP TABLE IF EXISTS fixfold_journal")
            .expect("it goes");
        let catalog = client.introspect().expect("a catalog");
        drop(client);
        let mut admin = self.connect("postgres");
        admin.drop_database(&copy).expect("it goes");
        catalog
    }

    fn journal(&self, database: &str) -> usize {
        let mut client = self.connect(database);
        let rows = client.query_text("SELECT done FROM fixfold_journal");
        rows.expect("a journal").into_iter().flatten().count()
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if name == "__pycache__" {
            continue;
        }
        match path.is_dir() {
            true => copy(&path, &to.join(name)),
            false => drop(std::fs::copy(&path, to.join(name)).expect("a copy")),
        }
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn differences(one: &Catalog, other: &Catalog) -> Vec<String> {
    let differences = diff(one, other, &AsWritten);
    differences.iter().map(ToString::to_string).collect()
}

#[test]
fn the_revision_runs_up_again_down_up_and_as_text() {
    let Some(stage) = Stage::new() else { return };
    stage.create("online");
    stage
        .alembic("online", &["upgrade", "head"])
        .expect("the chain runs");
    let head = stage.catalog("online");
    stage.add_revision();

    stage
        .alembic("online", &["upgrade", "head"])
        .expect("it goes up");
    let up = stage.catalog("online");
    let n_changes = stage.journal("online");
    assert!(n_changes > 0, "the upgrade changes a database at head");

    let parent = stage.audit.plan.head.as_ref().expect("a head").to_string();
    stage
        .alembic("online", &["stamp", &parent])
        .expect("it is stamped");
    stage
        .alembic("online", &["upgrade", "head"])
        .expect("it goes up again");
    assert_eq!(
        stage.journal("online"),
        n_changes,
        "a second run changes nothing"
    );
    assert_eq!(
        differences(&up, &stage.catalog("online")),
        Vec::<String>::new()
    );

    stage
        .alembic("online", &["downgrade", "-1"])
        .expect("it goes down");
    assert_eq!(
        differences(&head, &stage.catalog("online")),
        Vec::<String>::new()
    );
    stage
        .alembic("online", &["upgrade", "head"])
        .expect("it goes up once more");
    assert_eq!(
        differences(&up, &stage.catalog("online")),
        Vec::<String>::new()
    );

    stage.create("offline");
    let text = stage
        .alembic("offline", &["upgrade", "head", "--sql"])
        .expect("it renders as text");
    stage
        .connect("offline")
        .execute(&text)
        .expect("the text runs");
    assert_eq!(
        differences(&up, &stage.catalog("offline")),
        Vec::<String>::new()
    );
}

/// A state to start from, and the revision that fails there as it is written.
struct Start {
    database: String,
    stuck_in: String,
    state: StuckState,
}

#[test]
fn the_patched_chain_reaches_head_from_stuck_states() {
    let Some(stage) = Stage::new() else { return };
    let at = points(&stage);
    let plan = verify_plan(&stage.estate, &stage.audit).expect("a plan");
    let starts = starts(&stage);
    assert!(starts.len() > 10, "there are states to start from");
    for start in &starts {
        let point = start.state.point.trim_start_matches("revision ");
        let template = at
            .iter()
            .find(|(id, _)| id == point)
            .map_or("empty", |(_, name)| name);
        stage.clone_of(template, &start.database);
        let mut client = stage.connect(&start.database);
        let all = start.state.scripts.starts_with("all ");
        let named: Vec<&str> = start.state.scripts.split(", ").collect();
        for script in &plan.scripts {
            if all || named.contains(&script.name.as_str()) {
                client
                    .run_script(&script.steps)
                    .expect("the connection lasts");
            }
        }
        stamp(&mut client, point);
    }
    stage.patch();
    stage.create("fresh");
    stage
        .alembic("fresh", &["upgrade", "head"])
        .expect("the patched chain runs from empty");
    let head = at
        .last()
        .map(|(_, name)| stage.catalog(name))
        .expect("a head");
    assert_eq!(
        differences(&head, &stage.catalog("fresh")),
        Vec::<String>::new()
    );
    stage.add_revision();
    let answers = walk(&stage, &starts);
    let failures: Vec<String> = starts
        .iter()
        .zip(&answers)
        .filter(|(start, answer)| *answer != "ok" && !is_known(start))
        .map(|(start, answer)| {
            let StuckState { scripts, point, .. } = &start.state;
            format!(
                "{scripts} at {point} (stuck in {}): {answer}",
                start.stuck_in
            )
        })
        .collect();
    assert_eq!(answers.len(), starts.len());
    assert!(
        failures.is_empty(),
        "{} of {} states do not reach head:\n{}",
        failures.len(),
        starts.len(),
        failures.join("\n")
    );
}

/// Where all scripts have run, one after the other, the chain still stops at two points: labels that a
/// script renamed are needed before the revision's own first statement, and so is a renamed column.
fn is_known(start: &Start) -> bool {
    let points = ["revision 008_hierarchical_orgs", "revision 80105006e3d3"];
    start.state.scripts.starts_with("all ") && points.contains(&start.state.point.as_str())
}

/// What `repair.md` asks for first where a script has written the version table.
fn stamp(client: &mut Client, point: &str) {
    let _ = client
        .attempt("DELETE FROM alembic_version")
        .expect("the connection lasts");
    if point != "an empty database" {
        let stamp = format!("INSERT INTO alembic_version VALUES ('{point}')");
        let _ = client.attempt(&stamp).expect("the connection lasts");
    }
}

/// A database for each revision of the chain, with its id.
fn points(stage: &Stage) -> Vec<(String, String)> {
    stage.create("empty");
    stage.create("walker");
    let steps = stage.audit.history.steps.iter().enumerate();
    let points = steps.map(|(index, step)| {
        let id = step.revision.id.to_string();
        stage
            .alembic("walker", &["upgrade", &id])
            .expect("the chain runs");
        let name = format!("at_{index}");
        stage.clone_of("walker", &name);
        (id, name)
    });
    points.collect()
}

fn starts(stage: &Stage) -> Vec<Start> {
    let most = match std::env::var("STATES").as_deref() {
        Ok("all") => usize::MAX,
        _ => 2,
    };
    let patches = patches(&stage.estate, &stage.audit).expect("patches");
    let mut starts: Vec<Start> = Vec::new();
    for patched in &patches {
        let states: Vec<&StuckState> = patched.patch.unblocks.iter().collect();
        // Spread over the scripts, which are in order.
        let stride = states.len().div_ceil(most).max(1);
        for state in states.into_iter().step_by(stride) {
            let known = |start: &Start| {
                (&start.state.scripts, &start.state.point) == (&state.scripts, &state.point)
            };
            if !starts.iter().any(known) {
                starts.push(Start {
                    database: format!("state_{}", starts.len()),
                    stuck_in: patched.patch.revision.to_string(),
                    state: state.clone(),
                });
            }
        }
    }
    starts
}

/// Alembic's answer for each state.
fn walk(stage: &Stage, starts: &[Start]) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/walk_chain.py");
    let output = Command::new(stage.binaries.join("python"))
        .arg(script)
        .arg(stage.migrations())
        .arg(stage.cluster.socket_folder())
        .arg(stage.user())
        .args(starts.iter().map(|start| &start.database))
        .output()
        .expect("python starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let answers = text.lines().filter_map(|line| line.split_once('\t'));
    let answers: Vec<String> = answers.map(|(_, answer)| answer.to_owned()).collect();
    if answers.len() != starts.len() {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    }
    answers
}
