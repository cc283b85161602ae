//! The helpers of a consolidated migration on a real server, case by case: `gauntlet/*.md`.
//!
//! A `##` heading is a case. Its `sql setup` block makes the database, `sql ensure` calls helpers,
//! `sql check` asks something afterwards; `expect` is what came of it: the difference that the calls
//! make in a dump, rows included, the answers, notes, and what the undo gave back. Every case is run
//! twice (the second run must change nothing) and undone. Lines `role: NAME`, `set: SETTING` and
//! `steps: each` (every call in a transaction of its own) stand between heading and blocks.
//! `UPDATE=1` writes the expectations; `CASE=words` runs the cases whose names hold the words.

mod case;
mod dump;
mod session;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fixfold::database::{Cluster, ClusterOptions};

use case::Case;
use session::Server;

/// Roles that cases may use: `app` owns things, the others read and write.
const ROLES: &str = "CREATE ROLE app; CREATE ROLE reader; CREATE ROLE writer";

#[test]
fn every_case_comes_out_as_written() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let server = Server::new(&cluster);
    server.query("postgres", ROLES).expect("the roles are made");
    let wanted = std::env::var("CASE").unwrap_or_default();
    let cases: Vec<(PathBuf, Case)> = files()
        .into_iter()
        .flat_map(|path| {
            let cases = case::read(&path).into_iter();
            cases.map(move |case| (path.clone(), case))
        })
        .filter(|(_, case)| case.name.contains(&wanted))
        .collect();
    let found = run_all(&server, &cases);
    let differing: Vec<String> = cases
        .iter()
        .zip(&found)
        .filter(|((_, case), found)| case.expected != **found)
        .map(|((path, case), found)| report(path, case, found))
        .collect();
    assert!(
        differing.is_empty(),
        "{} of {} cases differ:\n{}",
        differing.len(),
        cases.len(),
        differing.join("\n")
    );
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/converge/gauntlet");
    let entries = std::fs::read_dir(folder).expect("the folder of cases is readable");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    files
}

fn run_all(server: &Server, cases: &[(PathBuf, Case)]) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![String::new(); cases.len()]);
    let n_workers = std::thread::available_parallelism().map_or(2, usize::from) + 1;
    std::thread::scope(|scope| {
        for _ in 0..n_workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, case)) = cases.get(index) else {
                        return;
                    };
                    let outcome = session::run(server, &format!("case_{index}"), case);
                    found.lock().expect("no worker panicked")[index] = outcome;
                }
            });
        }
    });
    found.into_inner().expect("no worker panicked")
}

fn report(path: &Path, case: &Case, found: &str) -> String {
    if std::env::var_os("UPDATE").is_some() && !found.contains("!!") {
        case::update(path, &case.name, found);
    }
    let diff = similar::TextDiff::from_lines(case.expected.as_str(), found);
    let diff = diff.unified_diff().header("expected", "found").to_string();
    format!("{}: {}\n{diff}", path.display(), case.name)
}
