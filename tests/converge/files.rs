//! The files for people and for psql that consolidation writes beside the migration, run as their
//! heads say: what stands in for a revision, data fixes that somebody asks for, the archive.
//!
//! by_hand.sql is psql's, archive.sh is the shell's with git: where these are not installed, their
//! tests have nothing to say.

use std::path::{Path, PathBuf};
use std::process::Command;

use fixfold::catalog::{AsWritten, Catalog, diff};
use fixfold::database::{Client, Cluster, ClusterOptions};
use fixfold::inventory::Ledger;
use fixfold::pipeline::{
    Audit, ConsolidationOptions, Estate, audit_towards, consolidation, patches, verify_plan,
};
use fixfold::plan::StuckState;
use fixfold::render::{RenderedFile, Target};
use fixfold::verify::{RunFile, VerifyPlan, steps_of_sql};

use super::states::Unwatched;

/// The reference estate with its files as plain SQL, nothing of its chain edited, and a server.
struct Stage {
    estate: Estate,
    audit: Audit,
    plan: VerifyPlan,
    files: Vec<RenderedFile>,
    cluster: Cluster,
}

impl Stage {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("inventory");
        let estate = Estate::open(&root).expect("the reference estate opens");
        let audit = audit_towards(&estate, &Ledger::default(), None, &Unwatched);
        let options = ConsolidationOptions {
            target: Target::Sql,
            chain_edits: false,
        };
        let files = consolidation(&estate, &audit, &options).expect("files are rendered");
        let plan = verify_plan(&estate, &audit).expect("a plan");
        let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
        let stage = Self {
            estate,
            audit,
            plan,
            files,
            cluster,
        };
        for step in &stage.plan.prelude {
            let mut client = stage.connect("postgres");
            client.execute(&step.sql).expect("the prelude runs");
        }
        stage
    }

    fn file(&self, path: &str) -> Option<&str> {
        let file = self.files.iter().find(|file| file.path == path);
        file.map(|file| file.content.as_str())
    }

    fn connect(&self, database: &str) -> Client {
        self.cluster.connect(database).expect("a connection")
    }

    fn create(&self, database: &str) -> Client {
        let create = format!("CREATE DATABASE {database}");
        self.connect("postgres")
            .execute(&create)
            .expect("a database");
        self.connect(database)
    }

    /// The migration's files, in order.
    fn fold(&self, client: &mut Client) -> Result<(), String> {
        let mut ups = self
            .files
            .iter()
            .filter(|file| file.path.ends_with(".up.sql"));
        ups.try_for_each(|file| run_text(client, &file.path, &file.content))
    }
}

/// As `psql -f` with ON_ERROR_STOP.
fn run_text(client: &mut Client, name: &str, text: &str) -> Result<(), String> {
    let file = RunFile {
        name: name.to_owned(),
        steps: steps_of_sql(text, false),
    };
    run(client, &file)
}

fn run(client: &mut Client, file: &RunFile) -> Result<(), String> {
    let outcome = client
        .run_script(&file.steps)
        .expect("the connection lasts");
    let _ = client.attempt("ROLLBACK").expect("the connection lasts");
    match outcome.stopped_by {
        Some(error) => Err(format!("{}: {error}", file.name)),
        None => Ok(()),
    }
}

fn catalog(client: &mut Client) -> Catalog {
    client.introspect().expect("a catalog")
}

/// One state for each revision that has a file to stand in for it.
fn states(stage: &Stage) -> Vec<StuckState> {
    let patched = patches(&stage.estate, &stage.audit).expect("patches");
    let states = patched.iter().filter_map(|patched| {
        let mut single = patched.patch.unblocks.iter();
        single
            .find(|state| !state.scripts.starts_with("all "))
            .cloned()
    });
    states.collect()
}

fn reach(stage: &Stage, client: &mut Client, state: &StuckState) -> Result<(), String> {
    let point = state.point.trim_start_matches("revision ");
    let chain = &stage.plan.chain;
    let at = chain.iter().position(|revision| revision.id == point);
    let done = at.map_or(0, |at| at + 1);
    for revision in &chain[..done] {
        client.run_script(&revision.steps).expect("the chain runs");
    }
    let mut scripts = stage.plan.scripts.iter();
    let script = scripts.find(|script| script.name == state.scripts);
    let script = script.expect("the script is known");
    client
        .run_script(&script.steps)
        .expect("the connection lasts");
    for revision in &chain[done..] {
        match stage.file(&format!("preflight/{}.sql", revision.id)) {
            Some(text) => run_text(client, &revision.id, text)?,
            None => {
                let file = RunFile {
                    name: revision.id.clone(),
                    steps: revision.steps.clone(),
                };
                run(client, &file)?;
            }
        }
    }
    stage.fold(client)
}

/// One stage for all: reading the estate takes longer than running its files.
#[test]
fn the_files_beside_the_migration_run() {
    let stage = Stage::new();
    what_stands_in_for_a_revision_unblocks_its_states(&stage);
    data_fixes_run_where_their_keys_are_given(&stage);
    the_archive_moves_scripts_and_leaves_tombstones(&stage);
}

fn what_stands_in_for_a_revision_unblocks_its_states(stage: &Stage) {
    let mut client = stage.create("head");
    for revision in &stage.plan.chain {
        client.run_script(&revision.steps).expect("the chain runs");
    }
    stage.fold(&mut client).expect("the migration runs at head");
    let expected = catalog(&mut client);
    let states = states(stage);
    assert!(states.len() > 4, "{} states", states.len());
    let mut failures = Vec::new();
    for (number, state) in states.iter().enumerate() {
        let mut client = stage.create(&format!("state_{number}"));
        let name = format!("{} at {}", state.scripts, state.point);
        match reach(stage, &mut client, state) {
            Err(error) => failures.push(format!("{name}: {error}")),
            Ok(()) => {
                let differences = diff(&expected, &catalog(&mut client), &AsWritten);
                failures.extend(differences.iter().map(|one| format!("{name}: {one}")));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn psql() -> Option<PathBuf> {
    let installed =
        ["17", "16", "15", "14"].map(|version| format!("/usr/lib/postgresql/{version}/bin/psql"));
    installed
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
}

/// Every fix with its key set and a value for each of its parameters: psql must read each statement, and
/// PostgreSQL must know what it names. What the values do not fit is not the file's fault.
fn data_fixes_run_where_their_keys_are_given(stage: &Stage) {
    const OF_VALUES: &[&str] = &["22", "23"];
    let Some(psql) = psql() else {
        return;
    };
    let mut client = stage.create("by_hand");
    for revision in &stage.plan.chain {
        client.run_script(&revision.steps).expect("the chain runs");
    }
    stage.fold(&mut client).expect("the migration runs");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("by_hand.sql");
    std::fs::write(&path, stage.file("by_hand.sql").expect("there is one")).expect("a file");
    let user = client.query_text("SELECT current_user").expect("a user");
    let user = user
        .into_iter()
        .flatten()
        .flatten()
        .flatten()
        .next()
        .expect("a name");
    assert!(!stage.audit.plan.by_hand.is_empty());
    let mut failures = Vec::new();
    for step in &stage.audit.plan.by_hand {
        let mut command = Command::new(&psql);
        command.args([
            "-X",
            "-v",
            "VERBOSITY=sqlstate",
            "-d",
            "by_hand",
            "-U",
            &user,
        ]);
        command.arg("-h").arg(stage.cluster.socket_folder());
        command.arg("-v").arg(format!("{}=yes", step.key));
        for parameter in &step.parameters {
            command
                .arg("-v")
                .arg(format!("{}={}", parameter.name, parameter.in_script));
        }
        let output = command.arg("-f").arg(&path).output().expect("psql starts");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let of_values = OF_VALUES
            .iter()
            .any(|class| told.contains(&format!("ERROR:  {class}")));
        if !output.status.success() && !of_values {
            failures.push(format!("{}: {told}", step.key));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn the_archive_moves_scripts_and_leaves_tombstones(stage: &Stage) {
    let git = |folder: &Path, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(folder).args(arguments);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.output()
    };
    let folder = tempfile::tempdir().expect("a folder");
    if git(folder.path(), &["init", "-q"]).is_err() {
        return;
    }
    for script in &stage.audit.survey.scripts {
        let path = folder.path().join(&*script.file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "").expect("a file");
    }
    git(folder.path(), &["add", "."]).expect("git adds");
    let archive = stage.file("archive.sh").expect("there is one");
    let path = folder.path().join("archive.sh");
    std::fs::write(&path, archive).expect("a file");
    let output = Command::new("sh")
        .current_dir(folder.path())
        .arg(&path)
        .output();
    let output = output.expect("a shell starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let moved = archive.lines().filter(|line| line.starts_with("git mv"));
    let mut count = 0;
    for line in moved {
        let to = line
            .split_whitespace()
            .last()
            .expect("a path")
            .trim_matches('\'');
        assert!(folder.path().join(to).exists(), "{to}");
        count += 1;
    }
    assert!(count > 10, "{count} scripts moved");
    assert!(folder.path().join("archive/TOMBSTONES.md").exists());
}
