//! Who runs the migrations: fixfold, which sends what it has rendered, or the real Alembic.

use super::VerifyPlan;
use super::report::Failure;
use super::send::{run_files, run_steps};
use crate::database::{Alembic, AlembicFailure, ChainFiles, Client, DatabaseError, Walk};

#[derive(Clone, Copy)]
pub(crate) struct Migrator<'a> {
    pub(crate) plan: &'a VerifyPlan,
    pub(crate) alembic: Option<&'a Alembic>,
}

impl Migrator<'_> {
    /// One revision as the databases got it.
    pub(crate) fn revision_as_it_was(
        &self,
        client: &mut Client,
        index: usize,
    ) -> Result<Option<Failure>, DatabaseError> {
        let Some(revision) = self.plan.chain.get(index) else {
            return Ok(None);
        };
        match self.alembic {
            None => run_steps(client, &revision.id, &revision.steps),
            Some(alembic) => {
                let up = Walk::UpTo(&revision.id);
                let run = alembic.walk(client, ChainFiles::AsTheyAre, up)?;
                Ok(failure(&revision.id, run))
            }
        }
    }

    /// One revision as it is from now on.
    pub(crate) fn revision(
        &self,
        client: &mut Client,
        index: usize,
    ) -> Result<Option<Failure>, DatabaseError> {
        let Some(revision) = self.plan.revision_to_run(index) else {
            return Ok(None);
        };
        match self.alembic {
            None => run_steps(client, &revision.id, &revision.steps),
            Some(alembic) => {
                let up = Walk::UpTo(&revision.id);
                let run = alembic.walk(client, ChainFiles::Mended, up)?;
                Ok(failure(&revision.id, run))
            }
        }
    }

    /// All revisions from this one on in one run, where the runner can do that.
    pub(crate) fn rest(
        &self,
        client: &Client,
        revisions: usize,
    ) -> Option<Result<Option<Failure>, DatabaseError>> {
        let alembic = self.alembic?;
        let head = self.plan.chain.get(revisions..)?.last()?;
        let run = alembic.walk(client, ChainFiles::Mended, Walk::UpTo(&head.id));
        Some(run.map(|run| failure(&head.id, run)))
    }

    pub(crate) fn consolidated(
        &self,
        client: &mut Client,
    ) -> Result<Option<Failure>, DatabaseError> {
        match self.alembic {
            None => run_files(client, &self.plan.consolidated),
            Some(alembic) => self.last_revision(client, alembic),
        }
    }

    /// The same once more. Where only its data fixes can find anything new, fixfold runs these alone;
    /// Alembic always runs all of it, from a version table that says that it has not.
    pub(crate) fn consolidated_again(
        &self,
        client: &mut Client,
        only_data: bool,
    ) -> Result<Option<Failure>, DatabaseError> {
        match self.alembic {
            None if only_data => run_files(client, &self.plan.data_again),
            None => run_files(client, &self.plan.consolidated),
            Some(alembic) => {
                let project = &alembic.project;
                if let Some(table) = &self.plan.version_table {
                    client.execute(&format!(
                        "UPDATE {} SET version_num = '{}' WHERE version_num = '{}'",
                        table.table, project.last_but_one, project.last
                    ))?;
                }
                self.last_revision(client, alembic)
            }
        }
    }

    /// The way back; `None` where there is none to run.
    pub(crate) fn downgrade(
        &self,
        client: &mut Client,
    ) -> Option<Result<Option<Failure>, DatabaseError>> {
        let undo = self.plan.undo.as_ref()?;
        Some(match self.alembic {
            // It brings its own helpers along: those of the migration are gone in another session.
            None => client
                .execute("DISCARD TEMP")
                .and_then(|()| run_steps(client, &undo.name, &undo.steps)),
            Some(alembic) => {
                let down = Walk::DownTo(&alembic.project.last_but_one);
                let run = alembic.walk(client, ChainFiles::Mended, down);
                run.map(|run| failure(&undo.name, run))
            }
        })
    }

    fn last_revision(
        &self,
        client: &Client,
        alembic: &Alembic,
    ) -> Result<Option<Failure>, DatabaseError> {
        let last = &alembic.project.last;
        let run = alembic.walk(client, ChainFiles::Mended, Walk::UpTo(last))?;
        Ok(failure(last, run))
    }
}

fn failure(file: &str, run: Result<(), AlembicFailure>) -> Option<Failure> {
    run.err().map(|failure| Failure {
        file: file.to_owned(),
        statement: failure.statement,
        error: failure.error,
    })
}
