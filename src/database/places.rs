//! Where a cluster lives while it lives, and where the ready-made one waits for the next.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use super::DatabaseError;
use super::binaries::Binaries;

const PREFIX: &str = "fixfold-pg-";

/// Less free memory than this, and the cluster goes to the disk.
const ROOM_NEEDED_KIB: u64 = 1024 * 1024;

/// A folder of our own with a lock in it: whoever holds the lock lives.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(crate) path: PathBuf,
    _lock: File,
}

impl RunFolder {
    /// Makes one in `scratch`, or in memory if there is room, or else where temporary files go.
    pub(crate) fn make(scratch: Option<&Path>) -> Result<Self, DatabaseError> {
        let parent = scratch.map_or_else(best_parent, Path::to_owned);
        remove_stale(&parent);
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let path = parent.join(format!("{PREFIX}{}-{}", std::process::id(), now.as_nanos()));
        fs::create_dir(&path).map_err(|error| DatabaseError::io("create", &path, &error))?;
        restrict(&path).map_err(|error| DatabaseError::io("protect", &path, &error))?;
        let lock_path = path.join("lock");
        let lock = File::create(&lock_path)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| DatabaseError::io("lock", &lock_path, &error))?;
        Ok(Self { path, _lock: lock })
    }
}

#[cfg(unix)]
pub(crate) fn restrict(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
pub(crate) fn restrict(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

fn best_parent() -> PathBuf {
    let memory = Path::new("/dev/shm");
    match free_kib(memory) {
        Some(free) if free >= ROOM_NEEDED_KIB => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

/// The fourth column of `df -Pk`; `None` if there is no such folder.
fn free_kib(path: &Path) -> Option<u64> {
    let output = Command::new("df")
        .arg("-Pk")
        .arg(path)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.split('\n')
        .nth(1)?
        .split_whitespace()
        .nth(3)?
        .parse()
        .ok()
}

/// Removes what a run left that was killed together with its watchdog.
fn remove_stale(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if ours && nobody_holds(&entry.path().join("lock")) {
            stop_server(&entry.path().join("data"));
            // Another run may be removing it, too.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

fn nobody_holds(lock: &Path) -> bool {
    File::open(lock).is_ok_and(|file| file.try_lock().is_ok())
}

/// Stops a server that outlived us, by the number in its own file.
fn stop_server(data: &Path) {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else {
        return;
    };
    let mut lines = text.split('\n');
    let (process, folder) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    // The number could be another process's by now: its file must be about this folder.
    if folder == data.to_string_lossy() && process.parse::<u32>().is_ok() {
        let kill = Command::new("kill")
            .args(["-QUIT", process])
            .stderr(Stdio::null())
            .status();
        drop(kill);
    }
}

/// Where a cluster fresh from initdb is kept for copying; `None` if there is no cache folder.
pub(crate) fn cached_cluster(binaries: &Binaries) -> Option<PathBuf> {
    let cache = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(cache) => PathBuf::from(cache),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".cache"),
    };
    let name = format!("postgresql-{}-2", binaries.version);
    cache
        .is_absolute()
        .then(|| cache.join("fixfold").join(name))
}
