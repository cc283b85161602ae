//! PostgreSQL refuses to run as root: how to be somebody else.

use std::path::Path;
use std::process::{Command, Stdio};

use super::DatabaseError;

/// Nobody's numbers on most systems.
const NOBODY: u32 = 65534;

/// As whom the server's programs run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerUser {
    /// We are not root: as ourselves.
    Ourselves,
    /// In a user namespace in which root has another number; files stay root's outside.
    Namespace,
    /// As another user, to whom the files are given.
    Other(u32),
}

impl ServerUser {
    pub(crate) fn choose() -> Result<Self, DatabaseError> {
        if !is_root() {
            return Ok(Self::Ourselves);
        }
        let mut trial = Self::Namespace.command(Path::new("true"));
        if succeeds(&mut trial) {
            return Ok(Self::Namespace);
        }
        let user = postgres_user().unwrap_or(NOBODY);
        if succeeds(&mut Self::Other(user).command(Path::new("true"))) {
            return Ok(Self::Other(user));
        }
        let message = "PostgreSQL refuses to run as root, and no other user could be taken on";
        Err(DatabaseError::new(message).help("run fixfold as a user that is not root"))
    }

    /// A command that runs the program as that user.
    pub(crate) fn command(self, program: &Path) -> Command {
        match self {
            Self::Ourselves => Command::new(program),
            Self::Namespace => {
                let mut command = Command::new("unshare");
                command
                    .args(["-U", "--map-user=1000", "--map-group=1000"])
                    .arg(program);
                command
            }
            Self::Other(user) => as_user(program, user),
        }
    }

    /// Gives a file or folder that we made to that user.
    pub(crate) fn give(self, path: &Path) -> std::io::Result<()> {
        match self {
            Self::Ourselves | Self::Namespace => Ok(()),
            Self::Other(user) => give_to(path, user),
        }
    }
}

fn succeeds(command: &mut Command) -> bool {
    let silent = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

#[cfg(unix)]
fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == "0")
}

#[cfg(unix)]
fn as_user(program: &Path, user: u32) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.uid(user).gid(user);
    command
}

#[cfg(unix)]
fn give_to(path: &Path, user: u32) -> std::io::Result<()> {
    std::os::unix::fs::lchown(path, Some(user), Some(user))
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(not(unix))]
fn as_user(program: &Path, _user: u32) -> Command {
    Command::new(program)
}

#[cfg(not(unix))]
fn give_to(_path: &Path, _user: u32) -> std::io::Result<()> {
    Ok(())
}

/// The number of the user `postgres`, whom Debian's packages make.
fn postgres_user() -> Option<u32> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users
        .split('\n')
        .find(|line| line.starts_with("postgres:"))?;
    line.split(':').nth(2)?.parse().ok()
}
