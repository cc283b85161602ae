//! Where PostgreSQL's programs are.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::DatabaseError;

/// A folder that holds `initdb` and `postgres`, and their version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    pub folder: PathBuf,
    /// As the program prints it: `15.4`.
    pub version: String,
}

impl Binaries {
    /// Looks in the given folder (`--pg-bin`), or else in PATH, then in `/usr/lib/postgresql/*/bin`
    /// and where other systems keep them, the newest first.
    ///
    /// # Errors
    /// If there are none, with the command that installs them.
    pub fn find(given: Option<&Path>) -> Result<Self, DatabaseError> {
        let candidates = match given {
            Some(folder) => vec![folder.to_owned()],
            None => candidates(),
        };
        if let Some(found) = candidates.iter().find_map(|folder| Self::at(folder)) {
            return Ok(found);
        }
        let message = match given {
            Some(folder) => format!(
                "`{}` does not hold `initdb` and `postgres`",
                folder.display()
            ),
            None => "no PostgreSQL server binaries were found".to_owned(),
        };
        let help = "install them with `apt-get install postgresql`, or say where they are with \
                    `--pg-bin /path/to/bin`";
        Err(DatabaseError::new(message).help(help))
    }

    fn at(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text
            .split_whitespace()
            .find(|word| word.starts_with(|one: char| one.is_ascii_digit()));
        Some(Self {
            folder: folder.to_owned(),
            version: version?.to_owned(),
        })
    }

    /// 15 of `15.4`.
    pub fn major(&self) -> u32 {
        let digits = self.version.split(|one: char| !one.is_ascii_digit()).next();
        digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<_> = std::env::split_paths(&path).collect();
    for (parent, below) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr/pgsql", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
        ("/Library/PostgreSQL", "bin"),
    ] {
        folders.extend(
            versions_in(Path::new(parent))
                .into_iter()
                .map(|found| found.join(below)),
        );
    }
    folders
}

/// The folders of versions, the newest first.
fn versions_in(parent: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return Vec::new();
    };
    let number = |path: &PathBuf| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or(0)
    };
    let mut found: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    found.retain(|path| {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        name.starts_with(|one: char| one.is_ascii_digit()) || name.starts_with("postgresql")
    });
    found.sort_by_key(|path| (std::cmp::Reverse(number(path)), path.clone()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_binaries_says_the_way_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let error = Binaries::find(Some(folder.path())).expect_err("it is empty");
        assert!(
            error
                .message
                .ends_with("does not hold `initdb` and `postgres`"),
            "{error}"
        );
        assert!(error.help.is_some_and(|help| help.contains("--pg-bin")));
    }
}
