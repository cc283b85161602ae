//! Throwaway clusters: they run, they are private, and they go.

use std::path::Path;
use std::process::Command;

use fixfold::database::{Cluster, ClusterOptions, OnError, Step};

fn start() -> Cluster {
    Cluster::start(&ClusterOptions::default()).expect("a cluster starts")
}

#[test]
fn a_cluster_goes_when_it_is_dropped() {
    let cluster = start();
    let folder = cluster.socket_folder().to_owned();
    let mut client = cluster.connect("postgres").expect("it takes a connection");
    client
        .execute("CREATE TABLE t (a integer)")
        .expect("it takes a statement");
    let rows = client
        .query_text("SHOW listen_addresses")
        .expect("it answers");
    assert_eq!(rows, vec![vec![vec![Some(String::new())]]]);
    let process = std::fs::read_to_string(folder.join("data/postmaster.pid")).expect("it runs");
    let process = process.split('\n').next().expect("a number").to_owned();
    drop(client);
    drop(cluster);
    assert!(!folder.exists());
    assert!(!Path::new(&format!("/proc/{process}")).exists());
}

#[test]
fn clones_are_apart() {
    let cluster = start();
    let mut admin = cluster.connect("postgres").expect("a connection");
    admin.execute("CREATE DATABASE base").expect("a database");
    let mut base = cluster.connect("base").expect("a connection");
    base.execute("CREATE TABLE t (a integer)").expect("a table");
    drop(base);
    admin.clone_database("base", "copy").expect("a clone");
    let mut copy = cluster.connect("copy").expect("a connection");
    copy.execute("DROP TABLE t").expect("the copy has it");
    let mut base = cluster.connect("base").expect("a connection");
    base.execute("SELECT FROM t")
        .expect("the base still has it");
    drop(copy);
    admin.drop_database("copy").expect("it goes");
    assert!(cluster.connect("copy").is_err());
}

#[test]
fn scripts_fail_as_their_senders_would() {
    let cluster = start();
    let mut client = cluster.connect("postgres").expect("a connection");
    let step = |sql: &str, on_error| Step {
        sql: sql.to_owned(),
        on_error,
    };
    let run = client
        .run_script(&[
            step("BEGIN", OnError::Stop),
            step("CREATE TABLE kept (a integer)", OnError::Stop),
            step("COMMIT", OnError::Stop),
            step("BEGIN", OnError::Stop),
            step("CREATE TABLE lost (a integer)", OnError::Stop),
            step("SELECT nothing", OnError::Continue),
            step("SELECT 1", OnError::RollBack),
            step("INSERT INTO lost VALUES (1)", OnError::Stop),
            step("DROP TABLE kept", OnError::Stop),
        ])
        .expect("the connection lasts");
    let errors: Vec<_> = run
        .errors()
        .map(|(step, error)| (step, error.state.0))
        .collect();
    assert_eq!(errors, [(5, "42703"), (6, "25P02"), (7, "42P01")]);
    assert_eq!(run.outcomes[5].position, Some(8));
    assert!(run.stopped_by.is_some());
    client
        .execute("SELECT FROM kept")
        .expect("what was committed stays");
}

#[test]
fn a_named_database_is_read_only() {
    let cluster = start();
    let folder = cluster.socket_folder().display().to_string();
    let url = format!("postgresql://postgres@/postgres?host={folder}");
    let mut client = fixfold::database::Client::open_read_only(&url).expect("a connection");
    let refused = client
        .attempt("CREATE TABLE t (a integer)")
        .expect("the connection lasts");
    assert_eq!(refused.expect_err("it is read only").state.0, "25006");
}

/// The test binary runs itself with this variable set, and kills that child.
const VICTIM: &str = "FIXFOLD_TEST_VICTIM";

#[test]
fn a_cluster_goes_when_we_are_killed() {
    if let Ok(report) = std::env::var(VICTIM) {
        let cluster = start();
        std::fs::write(report, cluster.socket_folder().display().to_string()).expect("a report");
        std::thread::sleep(std::time::Duration::from_secs(60));
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report");
    let mut child = Command::new(std::env::current_exe().expect("our name"))
        .args([
            "--exact",
            "cluster::a_cluster_goes_when_we_are_killed",
            "--nocapture",
        ])
        .env(VICTIM, &report)
        .spawn()
        .expect("it runs");
    let socket = wait_for(|| {
        std::fs::read_to_string(&report)
            .ok()
            .filter(|text| !text.is_empty())
    });
    assert!(Path::new(&socket).exists());
    child.kill().expect("SIGKILL");
    drop(child.wait());
    wait_for(|| (!Path::new(&socket).exists()).then_some(()));
}

fn wait_for<T>(mut ready: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = ready() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("waited for twenty seconds");
}
