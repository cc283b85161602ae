//! The real Alembic, run on databases of a cluster of ours by a Python that has it and what the
//! estate's env.py imports. It never comes to another server, whatever address env.py finds.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;
use serde_json::json;

use super::error::known_state;
use super::{Client, Cluster, DatabaseError};
use crate::model::{SqlError, SqlState};

const WORKER: &str = include_str!("alembic_worker.py");

/// Where the estate's Alembic is, and how its chain is from now on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlembicProject {
    /// Pythons to try, in this order.
    pub pythons: Vec<PathBuf>,
    /// The estate's root.
    pub root: PathBuf,
    /// `alembic.ini` or `pyproject.toml`, relative to the root, if there is one.
    pub config: Option<String>,
    /// The folder of env.py, relative to the root.
    pub script_location: String,
    /// The folders of revisions, relative to the root.
    pub version_folders: Vec<String>,
    /// Files of the mended chain, relative to the root: patched revisions and those beside them.
    pub mended: Vec<(String, String)>,
    /// The consolidated revision's file: its name and text.
    pub consolidated: (String, String),
    /// The consolidated revision and the one that it stands on.
    pub last: String,
    pub last_but_one: String,
}

/// Which files of the chain are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFiles {
    /// Those of the estate.
    AsTheyAre,
    /// With the patched revisions and the consolidated one.
    Mended,
}

/// What Alembic shall do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk<'a> {
    UpTo(&'a str),
    DownTo(&'a str),
}

/// What ended a run of Alembic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlembicFailure {
    /// The statement that the server refused; the line of Python where it was none.
    pub statement: String,
    pub error: SqlError,
}

/// Alembic at work; processes are started as they are needed, and end with this.
#[derive(Debug)]
pub struct Alembic {
    pub project: AlembicProject,
    /// `Alembic 1.20.1, SQLAlchemy 2.1.9, Python 3.11.7`.
    pub words: String,
    python: PathBuf,
    /// What each process is told first.
    setting: String,
    idle: Mutex<Vec<Process>>,
}

#[derive(Debug)]
struct Process {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
struct Greeting {
    words: Option<String>,
    refused: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    done: bool,
    #[serde(default)]
    message: String,
    state: Option<String>,
    statement: Option<String>,
    #[serde(default)]
    place: String,
}

impl Alembic {
    /// Finds a Python that has Alembic and writes the mended chain beside the cluster's files.
    ///
    /// # Errors
    /// Where none has it, with what each of them said; and where the files cannot be written.
    pub fn start(project: AlembicProject, cluster: &Cluster) -> Result<Self, DatabaseError> {
        let folder = cluster.socket_folder().join("chain");
        let mended = write_mended(&project, &folder)?;
        let setting = setting(&project, cluster.socket_folder(), &mended);
        let mut refusals = Vec::new();
        for python in &project.pythons {
            match Process::start(python, &setting) {
                Ok((process, words)) => {
                    return Ok(Self {
                        words,
                        python: python.clone(),
                        setting,
                        idle: Mutex::new(vec![process]),
                        project,
                    });
                }
                Err(reason) => refusals.push(format!("`{}`: {reason}", python.display())),
            }
        }
        Err(DatabaseError::new(format!(
            "no Python with Alembic was found ({})",
            refusals.join("; ")
        )))
    }

    /// Runs Alembic on the database that the client is connected to.
    ///
    /// # Errors
    /// If its process is lost; what it says of the chain is in the answer.
    pub fn walk(
        &self,
        client: &Client,
        files: ChainFiles,
        walk: Walk<'_>,
    ) -> Result<Result<(), AlembicFailure>, DatabaseError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut process = match idle {
            Some(process) => process,
            None => {
                let started = Process::start(&self.python, &self.setting);
                started.map(|(process, _)| process).map_err(|reason| {
                    DatabaseError::new(format!("cannot start Alembic again: {reason}"))
                })?
            }
        };
        let (target, down) = match walk {
            Walk::UpTo(target) => (target, false),
            Walk::DownTo(target) => (target, true),
        };
        let job = json!({
            "database": client.database(),
            "mended": files == ChainFiles::Mended,
            "target": target,
            "down": down,
        });
        let answer = process.ask(&job.to_string())?;
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(process);
        Ok(answer.into_result())
    }
}

impl Answer {
    fn into_result(self) -> Result<(), AlembicFailure> {
        if self.done {
            return Ok(());
        }
        // What no server has said is Python's: an internal error as far as SQL goes.
        let state = self.state.as_deref().map_or(SqlState("XX000"), known_state);
        Err(AlembicFailure {
            statement: self.statement.unwrap_or(self.place),
            error: SqlError::new(state, self.message, ""),
        })
    }
}

impl Process {
    fn start(python: &Path, setting: &str) -> Result<(Self, String), String> {
        let mut child = Command::new(python)
            .args(["-c", WORKER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("it has no pipes".to_owned());
        };
        let mut process = Self {
            child,
            input: Some(input),
            output: BufReader::new(output),
        };
        let line = process.line(setting).map_err(|error| error.to_string())?;
        let greeting: Greeting = serde_json::from_str(&line)
            .map_err(|_| "it is no Python that can run Alembic".to_owned())?;
        match (greeting.words, greeting.refused) {
            (Some(words), _) => Ok((process, words)),
            (None, refused) => Err(refused.unwrap_or_default()),
        }
    }

    fn ask(&mut self, job: &str) -> Result<Answer, DatabaseError> {
        let lost = |reason: String| DatabaseError::new(format!("Alembic is lost: {reason}"));
        let line = self.line(job).map_err(|error| lost(error.to_string()))?;
        serde_json::from_str(&line).map_err(|error| lost(error.to_string()))
    }

    fn line(&mut self, sent: &str) -> std::io::Result<String> {
        if let Some(input) = &mut self.input {
            input.write_all(format!("{sent}\n").as_bytes())?;
            input.flush()?;
        }
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(line)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends when nobody can ask any more.
        drop(self.input.take());
        drop(self.child.wait());
    }
}

fn setting(project: &AlembicProject, socket: &Path, mended: &[PathBuf]) -> String {
    let absolute = |path: &str| project.root.join(path);
    let is_toml = |config: &&String| config.ends_with(".toml");
    let config = project.config.as_ref();
    let ini = config.filter(|config| !is_toml(config));
    // Alembic is called from where its file stands.
    let folder = config.and_then(|config| Some(absolute(config).parent()?.to_owned()));
    let scheme = ini.and_then(|ini| scheme(&fs::read_to_string(absolute(ini)).ok()?));
    let script_location = absolute(&project.script_location);
    let env = fs::read_to_string(script_location.join("env.py")).unwrap_or_default();
    let is_async = ["async_engine_from_config", "create_async_engine"]
        .iter()
        .any(|word| env.contains(word));
    let usual = match is_async {
        true => "postgresql+asyncpg",
        false => "postgresql",
    };
    json!({
        "socket": socket,
        "config": ini.map(|ini| absolute(ini)),
        "toml": config.filter(is_toml).map(|toml| absolute(toml)),
        "script_location": script_location,
        "folder": folder.unwrap_or_else(|| project.root.clone()),
        "mended": mended,
        "scheme": scheme.unwrap_or_else(|| usual.to_owned()),
    })
    .to_string()
}

/// `postgresql+asyncpg` of the line `sqlalchemy.url = postgresql+asyncpg://...`.
fn scheme(ini: &str) -> Option<String> {
    let mut lines = ini.split('\n').map(str::trim);
    let line = lines.find(|line| line.starts_with("sqlalchemy.url"))?;
    let (_, url) = line.split_once('=')?;
    let (scheme, _) = url.trim().split_once("://")?;
    scheme.starts_with("postgresql").then(|| scheme.to_owned())
}

/// Copies the revisions' folders and puts the mended files over them; gives the copies.
fn write_mended(project: &AlembicProject, folder: &Path) -> Result<Vec<PathBuf>, DatabaseError> {
    let write = |path: &Path, text: &str| {
        let made = path.parent().map_or(Ok(()), fs::create_dir_all);
        made.and_then(|()| fs::write(path, text))
            .map_err(|error| DatabaseError::io("write", path, &error))
    };
    let mut copies = Vec::new();
    for versions in &project.version_folders {
        let (from, to) = (project.root.join(versions), folder.join(versions));
        copy_revisions(&from, &to).map_err(|error| DatabaseError::io("copy", &from, &error))?;
        copies.push(to);
    }
    for (path, text) in &project.mended {
        write(&folder.join(path), text)?;
    }
    if let Some(first) = copies.first() {
        let (name, text) = &project.consolidated;
        write(&first.join(name), text)?;
    }
    Ok(copies)
}

fn copy_revisions(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() && entry.file_name() != "__pycache__" {
            copy_revisions(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::scheme;

    #[test]
    fn the_driver_is_that_of_the_ini_file() {
        for (ini, expected) in [
            (
                "[alembic]\nsqlalchemy.url = postgresql+asyncpg://u:p@h/d\n",
                Some("postgresql+asyncpg"),
            ),
            ("sqlalchemy.url=postgresql://h/d", Some("postgresql")),
            ("sqlalchemy.url = driver://user:pass@localhost/dbname", None),
            ("[alembic]\nscript_location = .\n", None),
        ] {
            assert_eq!(scheme(ini).as_deref(), expected, "{ini}");
        }
    }
}
