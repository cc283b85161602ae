//! What verification runs.

use std::collections::{BTreeMap, BTreeSet};

use super::explain::Explanation;
use crate::catalog::Catalog;
use crate::database::{OnError, Step};
use crate::model::Template;
use crate::sql::{SplitStatement, split};

/// One step of the chain, as the statements that its tool sends: BEGIN, COMMIT and what it writes
/// to its version table are among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Revision {
    pub id: String,
    pub steps: Vec<Step>,
}

/// A script, or one file of the consolidated migration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunFile {
    pub name: String,
    pub steps: Vec<Step>,
}

/// Where the chain's tool keeps its version, one row a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionWriter {
    /// As SQL writes it, with its schema where it has one.
    pub table: String,
}

impl VersionWriter {
    /// What `alembic stamp` does, in a database whose table may be missing or wrong.
    pub fn stamp(&self, versions: &[String]) -> Vec<String> {
        let table = &self.table;
        // Somebody may have changed its shape as well. The first revision's run makes it anew.
        let drop = format!("DROP TABLE IF EXISTS {table}");
        if versions.is_empty() {
            return vec![drop];
        }
        // The runbook has it made by hand where an id does not fit the tool's own.
        let fits = versions.iter().all(|version| version.chars().count() <= 32);
        let column = if fits {
            "character varying(32)"
        } else {
            "text"
        };
        let mut statements = vec![
            drop,
            format!(
                "CREATE TABLE {table} (version_num {column} NOT NULL, \
                 CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            ),
        ];
        statements.extend(versions.iter().map(|version| {
            let version = version.replace('\'', "''");
            format!("INSERT INTO {table} (version_num) VALUES ('{version}')")
        }));
        statements
    }
}

/// What a revision, or the consolidated migration's data fixes, may change in one table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataTouch {
    /// In the house's spelling.
    pub table: String,
    pub columns: Vec<String>,
    /// Not told which: triggers, expressions that were not read.
    pub all_columns: bool,
    pub deletes: bool,
    /// The table itself goes, or gets another name.
    pub drops: bool,
    /// It goes with its rows; one of that name that is there later is another one.
    pub drops_rows: bool,
    /// What it is called afterwards: its rows are looked for there.
    pub renamed_to: Option<String>,
}

/// What the consolidated migration makes of values, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ValueMaps {
    /// By the enum's name in the house's spelling.
    pub of_types: BTreeMap<String, BTreeMap<String, String>>,
    /// By table and column.
    pub of_columns: BTreeMap<(String, String), BTreeMap<String, String>>,
}

impl ValueMaps {
    /// The maps that the values of that column go through, the first that knows one wins.
    pub fn of(
        &self,
        table: &str,
        (column, data_type): (&str, &str),
    ) -> Vec<&BTreeMap<String, String>> {
        let bare = |name: &str| name.strip_prefix("public.").unwrap_or(name).to_owned();
        let of_column = self.of_columns.get(&(bare(table), column.to_owned()));
        let of_type = self.of_types.get(&bare(data_type));
        of_column.into_iter().chain(of_type).collect()
    }
}

/// Everything that is run. A failing step of a script is a part of its start state; a failing step
/// of the chain or of the consolidated migration is a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerifyPlan {
    /// What of the estate is in no state, in words: chains that are not read.
    pub unproved: Vec<String>,
    /// Run once before everything, on an empty database: roles, schemas, stubs.
    pub prelude: Vec<Step>,
    /// What the chain and the consolidated migration ask the server for. Without them there is no proof.
    pub extensions: BTreeSet<String>,
    /// The chain as the databases got it, from the base to the head.
    pub chain: Vec<Revision>,
    /// The chain as it is from now on, by index into `chain`, where consolidation rewrites it:
    /// states behind head go on with these.
    pub patched: Vec<(usize, Revision)>,
    /// Every statement that a script can send.
    pub scripts: Vec<RunFile>,
    /// By the number of revisions and the script: what it really sends there, where that is known.
    pub script_runs: BTreeMap<(usize, usize), Vec<Step>>,
    /// Run after head, in order.
    pub consolidated: Vec<RunFile>,
    /// Of these, what changes rows: run again in every state, where the whole is in one for each catalog.
    pub data_again: Vec<RunFile>,
    /// Gives the versions that the database is at, one a row: `SELECT version_num FROM
    /// alembic_version`. The answers must be alike, too.
    pub version_query: Option<String>,
    /// How the version table is put right; `None`: it is taken as it is.
    pub version_table: Option<VersionWriter>,
    /// The downgrade of the consolidated migration.
    pub undo: Option<RunFile>,
    pub data_touches: Vec<DataTouch>,
    /// What each revision of the chain does to rows as it was written; a patch may do no more.
    pub chain_touches: Vec<Vec<DataTouch>>,
    pub value_maps: ValueMaps,
    /// The schema that the plan promises.
    pub target: Option<Catalog>,
    /// Why some states may end elsewhere.
    pub explanations: Vec<Explanation>,
    /// What scripts make, change or take away, by name: it tells little of how far the chain has come.
    pub touched: BTreeSet<String>,
    /// Pairs of scripts that touch a common object, by index.
    pub pairs: Vec<(usize, usize)>,
}

impl VerifyPlan {
    /// What a script sends to a database with so many revisions.
    pub fn script_steps(&self, revisions: usize, script: usize) -> &[Step] {
        let known = self.script_runs.get(&(revisions, script));
        let written = self.scripts.get(script).map(|script| &script.steps);
        known.or(written).map_or(&[], Vec::as_slice)
    }

    /// The revision that a database behind head runs.
    pub fn revision_to_run(&self, index: usize) -> Option<&Revision> {
        let patched = self.patched.iter().find(|(patched, _)| *patched == index);
        patched
            .map(|(_, revision)| revision)
            .or_else(|| self.chain.get(index))
    }
}

/// The steps of an SQL file, as `psql -f` with ON_ERROR_STOP sends them: one statement at a time.
/// `in_transaction` sends them between BEGIN and COMMIT.
pub fn steps_of_sql(text: &str, in_transaction: bool) -> Vec<Step> {
    let statements = split(&Template::from_text(text));
    let steps = statements
        .into_iter()
        .map(|SplitStatement { text, .. }| Step::new(text));
    let mut steps: Vec<_> = steps.filter(|step| !step.sql.trim().is_empty()).collect();
    if in_transaction {
        steps.insert(0, Step::new("BEGIN"));
        steps.push(Step {
            sql: "COMMIT".to_owned(),
            on_error: OnError::Stop,
        });
    }
    steps
}
