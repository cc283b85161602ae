//! What stands in a database before the first migration runs: a hosting platform's own, and what an
//! installer makes.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::model::{ChainFormat, Dialect, Place, SqlError, Template};
use crate::sql;

use super::session::Session;

/// Supabase's schemas, roles, tables and functions, as far as migrations lean on them.
pub const SUPABASE: &str = include_str!("supabase.sql");

/// The platforms that are known by name.
pub const PLATFORMS: &[(&str, &str)] = &[("supabase", SUPABASE)];

/// SQL that runs before the first migration, each statement for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prelude {
    /// A platform's name or a file.
    pub name: Arc<str>,
    pub text: Arc<str>,
}

/// A statement of a prelude that the server would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreludeFailure {
    pub place: Place,
    pub error: SqlError,
}

impl Prelude {
    /// A platform's own; `None` for a name that is not known.
    pub fn of_platform(name: &str) -> Option<Self> {
        let (name, text) = PLATFORMS.iter().find(|(known, _)| *known == name)?;
        Some(Self {
            name: (*name).into(),
            text: (*text).into(),
        })
    }

    /// What the format of a chain implies.
    pub fn implied(format: ChainFormat) -> Option<Self> {
        match format {
            ChainFormat::Supabase => Self::of_platform("supabase"),
            _ => None,
        }
    }
}

/// The database that the preludes leave, seen by a new connection.
///
/// # Errors
/// The first statement that is refused.
pub fn start(preludes: &[Prelude]) -> Result<Catalog, PreludeFailure> {
    let mut session = Session::new(Catalog::empty());
    for prelude in preludes {
        let place = Place::new(prelude.name.clone(), 1, 1);
        let template = Template::from_source(prelude.text.to_string(), place.clone());
        for statement in &sql::read(&template, Dialect::Postgres).statements {
            let run = session.run(statement);
            if let Some(error) = run.error() {
                return Err(PreludeFailure {
                    place: run.error_place().cloned().unwrap_or(place),
                    error: error.clone(),
                });
            }
        }
    }
    session.rollback();
    Ok(session.as_seen_next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Identifier, ObjectName};

    #[test]
    fn every_statement_goes_through() {
        let preludes = PLATFORMS
            .iter()
            .filter_map(|(name, _)| Prelude::of_platform(name));
        for prelude in preludes {
            let catalog = start(&[prelude]).expect("nothing is refused");
            assert!(catalog.table(&ObjectName::from_sql("auth.users")).is_some());
            assert!(catalog.has_role("authenticated"));
            assert!(
                catalog
                    .search_path
                    .contains(&Identifier::exact("extensions"))
            );
        }
    }

    #[test]
    fn what_is_refused_is_told_with_its_place() {
        let prelude = Prelude {
            name: "base.sql".into(),
            text: "CREATE TABLE a (id int);\nCREATE TABLE a (id int);".into(),
        };
        let failure = start(&[prelude]).expect_err("it is there twice");
        assert_eq!((failure.place.line, failure.error.state.0), (2, "42P07"));
    }

    #[test]
    fn other_chains_start_on_an_empty_database() {
        assert_eq!(Prelude::implied(ChainFormat::Alembic), None);
    }
}
