//! All of a database at one moment: its catalog, its rows, its versions.

use super::VerifyPlan;
use crate::database::{AllRows, Client, DatabaseError, Snapshot, digest_of, rows_digest};

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
        let versions = versions(client, plan)?;
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
        let versions = self.versions.join(",");
        let rows = rows_digest(&self.rows, started);
        digest_of(&[&self.digest, &rows, &versions])
    }
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
