//! `fixfold replay` beside `alembic upgrade head --sql` and `alembic upgrade head` on a local server,
//! in one run: `cargo bench --bench against_alembic [-- ESTATE ...]`. Without estates, the reference
//! one. Each is run several times on a fresh database; the best time counts.
//!
//! Alembic is that beside `FIXFOLD_TEST_PYTHON`, or in `.venv`; PYTHONPATH may lead to stand-ins for
//! what an estate's `env.py` imports. The database goes by DATABASE_URL and `-x url=`.

#![allow(clippy::disallowed_macros)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fixfold::database::{Cluster, ClusterOptions};
use fixfold::pipeline::{self, Estate};

const RUNS: usize = 5;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let arguments = std::env::args().skip(1);
    let mut estates: Vec<PathBuf> = arguments
        .filter(|argument| !argument.starts_with('-'))
        .map(PathBuf::from)
        .collect();
    if estates.is_empty() {
        estates.push(here.join("inventory"));
    }
    let python = std::env::var_os("FIXFOLD_TEST_PYTHON")
        .map_or_else(|| here.join(".venv/bin/python"), PathBuf::from);
    let alembic = python.with_file_name("alembic");
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    println!("best of {RUNS} runs");
    for estate in &estates {
        compare(estate, &alembic, &cluster);
    }
}

fn compare(folder: &Path, alembic: &Path, cluster: &Cluster) {
    let estate = Estate::open(folder).expect("an estate to read");
    let chains = pipeline::chains(&estate);
    let chain = chains.first().expect("a chain");
    let ini = estate.root().join(&*chain.location.anchor);
    let mut admin = cluster.connect("postgres").expect("a connection");
    println!("{} ({} revisions)", folder.display(), chain.steps.len());

    let replay = best(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fixfold"));
        command.args(["replay", "--quiet"]).arg(folder);
        command
    });
    println!("  fixfold replay              {}", shown(replay));
    let offline = best(|| alembic_command(alembic, &ini, "postgresql+psycopg2://", &["--sql"]));
    println!("  alembic upgrade head --sql  {}", shown(offline));
    let online = best(|| {
        let database = cluster.fresh_name("bench");
        admin
            .clone_database("template0", &database)
            .expect("a database");
        let socket = cluster.socket_folder().display();
        let url = format!("postgresql+psycopg2://postgres@/{database}?host={socket}");
        alembic_command(alembic, &ini, &url, &[])
    });
    println!("  alembic upgrade head        {}", shown(online));
}

fn alembic_command(alembic: &Path, ini: &Path, url: &str, more: &[&str]) -> Command {
    let folder = ini.parent().unwrap_or(Path::new("."));
    let mut command = Command::new(alembic);
    command.current_dir(folder).env("DATABASE_URL", url);
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command
        .arg("-c")
        .arg(ini)
        .args(["-x", &format!("url={url}")]);
    command.args(["upgrade", "head"]).args(more);
    command
}

/// The best time, and whether the program came to its end.
fn best(mut command: impl FnMut() -> Command) -> (Duration, bool) {
    let mut times = (0..RUNS).map(|_| {
        let mut command = command();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let passed = command.status().is_ok_and(|status| status.success());
        (start.elapsed(), passed)
    });
    let first = times.next().unwrap_or_default();
    times.fold(first, |best, next| (best.0.min(next.0), best.1 && next.1))
}

fn shown((time, passed): (Duration, bool)) -> String {
    let failed = if passed { "" } else { "  (it fails)" };
    format!("{:7.1} ms{failed}", time.as_secs_f64() * 1000.0)
}
