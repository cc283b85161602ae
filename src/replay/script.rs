//! Scripts as programs: what a run leaves behind, and what the process ends with. An exit code is not
//! an outcome: many a script ends with 0 and has changed nothing.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::chain::Chain;
use crate::model::{Place, RevisionId, Template};
use crate::sql::{self, Nature, ReadStatement};

use super::outcome::{SentRun, StepFailure};
use super::psql::psql;
use super::session::{FollowedRows, Session};
use super::{Ground, Start, python, upgrade};

/// A script as it ran.
#[derive(Debug, Clone)]
pub struct ScriptReplay {
    pub exit: Exit,
    /// What it sent, in order; failed statements among them.
    pub runs: Vec<SentRun>,
    pub end: Arc<Catalog>,
    /// The rows that are known afterwards.
    pub rows: FollowedRows,
    /// What the version table holds afterwards.
    pub versions: Vec<RevisionId>,
    /// What the model could not decide, each with its place.
    pub undecided: Vec<(Option<Place>, String)>,
}

/// How the process ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    /// An exception that nothing caught.
    Raised {
        exception: String,
        message: String,
        place: Place,
    },
    Unknown(String),
}

impl Exit {
    /// The exit code; `None` where it is not known.
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Code(code) => Some(*code),
            Self::Raised { .. } => Some(1),
            Self::Unknown(_) => None,
        }
    }
}

impl ScriptReplay {
    /// The statements that the server refused.
    pub fn errors(&self) -> impl Iterator<Item = &SentRun> {
        self.runs.iter().filter(|sent| sent.run.error().is_some())
    }
}

/// A script with its command line and what is around it.
pub struct Program<'a> {
    pub file: &'a str,
    /// The words behind the script's name.
    pub words: &'a [String],
    pub ground: Ground<'a>,
    /// What `alembic` runs.
    pub chain: Option<&'a Chain>,
    pub start: Start,
    /// How many programs started this one.
    pub(super) depth: u32,
}

/// Programs start programs only so deep.
const DEEPEST: u32 = 4;

/// What a script has somebody else do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Errand {
    /// The words behind `alembic`.
    Alembic(Vec<String>),
    SqlFile(String),
    Sql(String),
    Script {
        file: String,
        words: Vec<String>,
    },
}

/// Runs a script: Python, or SQL through psql. The caller's stack must bear
/// `eval::limits::STACK_BYTES`.
pub fn run_script(program: &Program<'_>) -> ScriptReplay {
    if program.file.ends_with(".sql") {
        return match program.ground.estate.text(program.file) {
            Some(text) => psql(
                program,
                &Template::from_source(&*text, Place::new(program.file, 1, 1)),
            ),
            None => unchanged(&program.start, Exit::Code(1)),
        };
    }
    if program.file.ends_with(".py") {
        return python::script(program);
    }
    let reason = "scripts of this kind are not run".to_owned();
    unchanged(&program.start, Exit::Unknown(reason))
}

impl<'a> Program<'a> {
    pub fn new(
        file: &'a str,
        words: &'a [String],
        ground: Ground<'a>,
        chain: Option<&'a Chain>,
        start: Start,
    ) -> Self {
        Self {
            file,
            words,
            ground,
            chain,
            start,
            depth: 0,
        }
    }

    /// Carries out what the script asks another program for.
    pub(super) fn errand(&self, errand: &Errand, start: Start) -> ScriptReplay {
        if self.depth >= DEEPEST {
            let reason = "programs start each other without end".to_owned();
            return unchanged(&start, Exit::Unknown(reason));
        }
        match errand {
            Errand::Alembic(words) => self.alembic(words, start),
            Errand::Sql(text) => self.inner(self.file, &[], start, |program| {
                psql(program, &Template::from_text(text.as_str()))
            }),
            Errand::SqlFile(file) => self.inner(file, &[], start, run_script),
            Errand::Script { file, words } => self.inner(file, words, start, run_script),
        }
    }

    fn inner(
        &self,
        file: &str,
        words: &[String],
        start: Start,
        run: impl FnOnce(&Program<'_>) -> ScriptReplay,
    ) -> ScriptReplay {
        let (ground, chain, depth) = (self.ground, self.chain, self.depth + 1);
        run(&Program {
            file,
            words,
            ground,
            chain,
            start,
            depth,
        })
    }

    fn alembic(&self, words: &[String], start: Start) -> ScriptReplay {
        let Some(chain) = self.chain else {
            let reason = "there is no chain that Alembic could run".to_owned();
            return unchanged(&start, Exit::Unknown(reason));
        };
        let mut positional = words.iter().filter(|word| !word.starts_with("--"));
        let command = positional.find(|word| {
            matches!(
                word.as_str(),
                "upgrade" | "downgrade" | "stamp" | "current" | "heads"
            )
        });
        let target = positional.next().map_or("head", String::as_str);
        match command.map(String::as_str) {
            Some("upgrade") => self.upgrade(chain, target, start),
            Some("downgrade") => self.downgrade(chain, target, start),
            Some("stamp") => stamp(chain, target, start),
            _ => unchanged(&start, Exit::Code(0)),
        }
    }

    fn upgrade(&self, chain: &Chain, target: &str, start: Start) -> ScriptReplay {
        match chain.map.resolve(target) {
            Ok(targets) => of_replay(upgrade(chain, self.ground, start, &targets)),
            Err(_) => unchanged(&start, Exit::Code(255)),
        }
    }

    fn downgrade(&self, chain: &Chain, target: &str, start: Start) -> ScriptReplay {
        let target = match target {
            "base" => None,
            written => match chain.map.resolve(written) {
                Ok(found) => found.into_iter().next(),
                Err(_) => return unchanged(&start, Exit::Code(255)),
            },
        };
        of_replay(super::downgrade(chain, self.ground, start, target.as_ref()))
    }
}

/// `alembic stamp`: only the version table changes.
fn stamp(chain: &Chain, target: &str, start: Start) -> ScriptReplay {
    let versions = match target {
        "base" => Vec::new(),
        written => match chain.map.resolve(written) {
            Ok(found) => found,
            Err(_) => return unchanged(&start, Exit::Code(255)),
        },
    };
    let mut session = Session::with_rows(start.catalog, start.rows);
    let table = &chain.environment.version_table;
    let create = format!(
        "CREATE TABLE IF NOT EXISTS {table} (version_num VARCHAR(32) NOT NULL, \
         CONSTRAINT {table}_pkc PRIMARY KEY (version_num))"
    );
    session.execute(&Template::from_text(create));
    ScriptReplay {
        exit: Exit::Code(0),
        runs: Vec::new(),
        rows: session.rows_known(),
        end: Arc::new(session.catalog),
        versions,
        undecided: Vec::new(),
    }
}

fn of_replay(replay: super::Replay) -> ScriptReplay {
    let failure = replay.failure.clone();
    let failure = failure.or_else(|| Some(replay.first_failure()?.1.clone()));
    let mut runs = Vec::new();
    let mut undecided = Vec::new();
    for step in replay.steps {
        runs.extend(step.runs);
        undecided.extend(step.undecided);
    }
    let exit = match failure {
        None => Exit::Code(0),
        Some(failure) => Exit::Raised {
            exception: match &failure {
                StepFailure::Python { exception, .. } => exception.clone(),
                StepFailure::Sql { .. } => "sqlalchemy.exc.DBAPIError".to_owned(),
                StepFailure::Chain { .. } => "alembic.util.exc.CommandError".to_owned(),
            },
            message: failure.describe(),
            place: failure
                .place()
                .cloned()
                .unwrap_or_else(|| Place::new("", 1, 1)),
        },
    };
    ScriptReplay {
        exit,
        runs,
        end: replay.end,
        rows: replay.rows,
        versions: replay.versions,
        undecided,
    }
}

fn unchanged(start: &Start, exit: Exit) -> ScriptReplay {
    ScriptReplay {
        exit,
        runs: Vec::new(),
        end: Arc::new(start.catalog.clone()),
        rows: start.rows.clone(),
        versions: start.versions.iter().cloned().collect(),
        undecided: Vec::new(),
    }
}

pub(super) fn is_rollback(statement: &ReadStatement) -> bool {
    matches!(
        statement.nature,
        Nature::Transaction(sql::TransactionStatement::Rollback { .. })
    )
}
