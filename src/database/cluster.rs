//! A PostgreSQL server of our own, for as long as we need it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::binaries::Binaries;
use super::client::Client;
use super::copy::copy_folder;
use super::error::DatabaseError;
use super::places::{self, RunFolder};
use super::server_user::ServerUser;

/// Runs the server and outlives us: its standard input is a pipe that closes when we end, in
/// whatever way, and then it stops the server and removes the folder. Arguments: the server's
/// program, the folder.
const WATCHDOG: &str = r#"
trap '' INT TERM HUP
( "$1" -D "$2/data" -k "$2" >"$2/log" 2>&1 </dev/null; touch "$2/ended" ) &
if read -r word && [ "$word" = keep ]; then exit 0; fi
server=$(head -n 1 "$2/data/postmaster.pid" 2>/dev/null)
[ -n "$server" ] && [ ! -e "$2/ended" ] && kill -QUIT "$server" 2>/dev/null
wait
rm -rf "$2"
"#;

/// Durability is worth nothing here, and neither is the best plan: tables are small and most queries run
/// once, so that fewer kinds of joins to think about save more than they cost. Everything else is as the
/// server would have it.
const SETTINGS: &str = "\
listen_addresses = ''
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 64
shared_buffers = 32MB
dynamic_shared_memory_type = mmap
wal_level = replica
max_wal_senders = 0
max_wal_size = 1GB
checkpoint_timeout = 1h
bgwriter_lru_maxpages = 0
wal_writer_delay = 10s
jit = off
plan_cache_mode = force_generic_plan
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
enable_mergejoin = off
enable_hashjoin = off
update_process_title = off
track_counts = off
track_activities = off
log_min_messages = fatal
log_min_error_statement = panic
timezone = 'UTC'
";

/// How the C library of most systems is told to get memory in few and large pieces: every connection is
/// a process of its own, which for most of them takes a tenth of its time. Other libraries do not care.
const MEMORY: [(&str, &str); 3] = [
    ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),
    ("MALLOC_TRIM_THRESHOLD_", "268435456"),
    ("MALLOC_MMAP_THRESHOLD_", "268435456"),
];

const LONGEST_START: Duration = Duration::from_secs(60);

/// How to make a cluster.
#[derive(Debug, Clone, Default)]
pub struct ClusterOptions {
    /// `--pg-bin`: the folder of the server's programs.
    pub pg_bin: Option<PathBuf>,
    /// Where to put the data; in memory or among temporary files if not given.
    pub scratch: Option<PathBuf>,
}

/// A running server. It stops, and its files go, when this is dropped; a watchdog does the same if
/// we are killed.
#[derive(Debug)]
pub struct Cluster {
    folder: RunFolder,
    version: String,
    watchdog: Child,
    /// For names of databases.
    counter: AtomicU64,
}

impl Cluster {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// If there are no binaries, no place for the data, or the server does not start; the message
    /// holds the last lines of its log.
    pub fn start(options: &ClusterOptions) -> Result<Self, DatabaseError> {
        let binaries = Binaries::find(options.pg_bin.as_deref())?;
        let user = ServerUser::choose()?;
        let folder = RunFolder::make(options.scratch.as_deref())?;
        let made = fill(&folder.path, &binaries, user)
            .and_then(|()| start_watchdog(&folder.path, &binaries, user));
        let watchdog = match made {
            Ok(watchdog) => watchdog,
            Err(error) => {
                drop(fs::remove_dir_all(&folder.path));
                return Err(error);
            }
        };
        let version = binaries.version.clone();
        let cluster = Self {
            folder,
            version,
            watchdog,
            counter: AtomicU64::new(0),
        };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// As the server prints it: `15.4`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The folder with the socket: the host to give to a client.
    pub fn socket_folder(&self) -> &Path {
        &self.folder.path
    }

    /// A name that no database of this cluster has had.
    pub fn fresh_name(&self, purpose: &str) -> String {
        format!("{purpose}_{}", self.counter.fetch_add(1, Ordering::Relaxed))
    }

    /// # Errors
    /// If the server does not take the connection.
    pub fn connect(&self, database: &str) -> Result<Client, DatabaseError> {
        Client::open_socket(&self.folder.path, database)
    }

    /// Leaves the server running and its files in place for a look; gives the folder.
    pub fn keep(mut self) -> PathBuf {
        let path = self.folder.path.clone();
        if let Some(mut pipe) = self.watchdog.stdin.take() {
            drop(pipe.write_all(b"keep\n"));
        }
        drop(self.watchdog.wait());
        path
    }

    fn wait_until_ready(&self) -> Result<(), DatabaseError> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(2);
        loop {
            let error = match self.connect("postgres") {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let ended = self.folder.path.join("ended").exists();
            if ended || started.elapsed() > LONGEST_START {
                let log = fs::read_to_string(self.folder.path.join("log")).unwrap_or_default();
                let last: Vec<_> = log.trim().rsplit('\n').take(3).collect();
                let reason = if last.is_empty() {
                    error.message
                } else {
                    last.join("; ")
                };
                return Err(DatabaseError::new(format!(
                    "the throwaway server did not start: {reason}"
                )));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Closing the pipe is the watchdog's signal; it is gone when all is gone.
        drop(self.watchdog.stdin.take());
        drop(self.watchdog.wait());
    }
}

fn start_watchdog(
    folder: &Path,
    binaries: &Binaries,
    user: ServerUser,
) -> Result<Child, DatabaseError> {
    let mut command = user.command(Path::new("sh"));
    command
        .args(["-c", WATCHDOG, "sh"])
        .arg(binaries.program("postgres"))
        .arg(folder);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .envs(MEMORY)
        .current_dir("/");
    own_process_group(&mut command);
    command
        .spawn()
        .map_err(|error| DatabaseError::io("run", &binaries.program("postgres"), &error))
}

/// Ctrl-C in a terminal goes to our group: the server must get its own end in order.
#[cfg(unix)]
fn own_process_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_process_group(_command: &mut Command) {}

/// Puts a ready data folder in place: a copy of the cached one, or a new one.
fn fill(folder: &Path, binaries: &Binaries, user: ServerUser) -> Result<(), DatabaseError> {
    user.give(folder)
        .map_err(|error| DatabaseError::io("hand over", folder, &error))?;
    let data = folder.join("data");
    if let Some(cached) = places::cached_cluster(binaries) {
        if !cached.is_dir() {
            make_cached(&cached, folder, binaries, user)?;
        }
        if cached.is_dir() && copy_folder(&cached, &data, &|path| user.give(path)).is_ok() {
            return settle(&data, user);
        }
        drop(fs::remove_dir_all(&data));
    }
    initialise(&data, binaries, user)?;
    settle(&data, user)
}

fn settle(data: &Path, user: ServerUser) -> Result<(), DatabaseError> {
    let settings = data.join("postgresql.auto.conf");
    fs::write(&settings, SETTINGS)
        .and_then(|()| user.give(&settings))
        .and_then(|()| places::restrict(data))
        .map_err(|error| DatabaseError::io("write", &settings, &error))
}

/// Makes the cluster that later runs copy. A cache that cannot be written is no error.
fn make_cached(
    cached: &Path,
    folder: &Path,
    binaries: &Binaries,
    user: ServerUser,
) -> Result<(), DatabaseError> {
    let fresh = folder.join("fresh");
    initialise(&fresh, binaries, user)?;
    if let Some(parent) = cached.parent()
        && fs::create_dir_all(parent).is_ok()
    {
        let beside = parent.join(format!("new-{}", std::process::id()));
        let placed =
            copy_folder(&fresh, &beside, &|_| Ok(())).and_then(|()| fs::rename(&beside, cached));
        if placed.is_err() {
            // Another run was quicker, or the disk is full.
            drop(fs::remove_dir_all(&beside));
        }
    }
    drop(fs::remove_dir_all(&fresh));
    Ok(())
}

/// Where pages have room, and which are seen by everybody: the server does without these files, makes new
/// ones where they pay, and every clone of a database is a quarter fewer files to copy and to remove.
fn without_maps(data: &Path) -> std::io::Result<()> {
    for database in fs::read_dir(data.join("base"))? {
        for file in fs::read_dir(database?.path())? {
            let path = file?.path();
            let name = path.to_string_lossy();
            if name.ends_with("_fsm") || name.ends_with("_vm") {
                fs::remove_file(&path)?;
            }
        }
    }
    Ok(())
}

fn initialise(data: &Path, binaries: &Binaries, user: ServerUser) -> Result<(), DatabaseError> {
    let program = binaries.program("initdb");
    let mut command = user.command(&program);
    command.arg("-D").arg(data).args([
        "--auth=trust",
        "--username=postgres",
        "--encoding=UTF8",
        "--locale=C",
        "--wal-segsize=1",
        "--no-sync",
    ]);
    command.stdin(Stdio::null()).current_dir("/");
    let output = command
        .output()
        .map_err(|error| DatabaseError::io("run", &program, &error))?;
    if output.status.success() {
        return without_maps(data).map_err(|error| DatabaseError::io("tidy", data, &error));
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let reason: Vec<_> = text.trim().split('\n').map(str::trim).collect();
    Err(DatabaseError::new(format!(
        "initdb failed: {}",
        reason.join("; ")
    )))
}
