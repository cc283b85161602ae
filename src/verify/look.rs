//! All of a database at one moment: its catalog, its rows, its versions.

use super::VerifyPlan;
use crate::database::{AllRows, Client, DatabaseError, Snapshot, digest_of, rows_digest};
use crate::model::ObjectName;

pub(crate) struct Look {
    pub(crate) snapshot: Snapshot,
    pub(crate) digest: String,
    pub(crate) rows: AllRows,
    pub(crate) versions: Vec<String>,
}

impl Look {
    pub(crate) fn at(client: &mut Client, plan: &VerifyPlan) -> Result<Self, DatabaseError> {
        let snapshot = client.snapshot()?;
        let digest = snapshot.digest();
        Self::with(snapshot, digest, client, plan)
    }

    /// The same where the catalog is known already.
    pub(crate) fn with(
        snapshot: Snapshot,
        digest: String,
        client: &mut Client,
        plan: &VerifyPlan,
    ) -> Result<Self, DatabaseError> {
        let rows = client.rows(&snapshot.tables())?;
        // In a transaction a question after a table that is not there would be its end.
        let versions = match is_without_versions(&snapshot, plan) {
            true => Vec::new(),
            false => versions(client, plan)?,
        };
        Ok(Self {
            digest,
            snapshot,
            rows,
            versions,
        })
    }

    /// Databases with the same key are the same in everything that a migration can see; what says
    /// the moment since `started` at which a row was written counts as the same moment.
    pub(crate) fn key(&self, started: &str) -> String {
        key(&self.digest, &self.rows, &self.versions, started)
    }
}

pub(crate) fn key(digest: &str, rows: &AllRows, versions: &[String], started: &str) -> String {
    let rows = rows_digest(rows, started);
    digest_of(&[digest, &rows, &versions.join(",")])
}

/// No schema has a relation with the name of the version table.
fn is_without_versions(snapshot: &Snapshot, plan: &VerifyPlan) -> bool {
    let table = plan.version_table.as_ref();
    let table = table.map(|writer| ObjectName::from_sql(&writer.table).name);
    table.is_some_and(|table| !snapshot.has_relation(table.as_str()))
}

/// A version table that is not there has no versions.
pub(crate) fn versions(
    client: &mut Client,
    plan: &VerifyPlan,
) -> Result<Vec<String>, DatabaseError> {
    let Some(query) = &plan.version_query else {
        return Ok(Vec::new());
    };
    let answer = match client.query_text(query) {
        Ok(answer) => answer,
        Err(error) if error.sql.is_some() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut versions: Vec<_> = answer
        .into_iter()
        .flatten()
        .filter_map(|row| row.into_iter().next().flatten())
        .collect();
    versions.sort();
    Ok(versions)
}
