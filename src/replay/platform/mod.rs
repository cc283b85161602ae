//! What a hosting platform puts into a database before the first migration runs.

use crate::catalog::Catalog;
use crate::model::{ChainFormat, Dialect, Identifier, Template};
use crate::sql;

/// Supabase's schemas, roles, tables and functions, as far as migrations lean on them.
pub const SUPABASE: &str = include_str!("supabase.sql");

/// The database on which the first migration of such a chain runs.
pub fn start(format: ChainFormat) -> Catalog {
    let mut catalog = Catalog::default();
    if format == ChainFormat::Supabase {
        apply(&mut catalog, SUPABASE);
        // `ALTER DATABASE ... SET search_path` as the platform does it.
        catalog.search_path.push(Identifier::exact("extensions"));
    }
    catalog
}

fn apply(catalog: &mut Catalog, text: &str) {
    let reading = sql::read(&Template::from_text(text), Dialect::Postgres);
    let effects = reading.statements.iter();
    for effect in effects.flat_map(|statement| &statement.effects) {
        // A test holds that none of them fails.
        let _ = catalog.apply(&effect.action);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ObjectName;

    #[test]
    fn every_statement_goes_through() {
        let mut catalog = Catalog::default();
        let reading = sql::read(&Template::from_text(SUPABASE), Dialect::Postgres);
        for statement in &reading.statements {
            assert!(!statement.effects.is_empty(), "{}", statement.text);
            for effect in &statement.effects {
                let applied = catalog.apply(&effect.action);
                assert!(applied.is_ok(), "{}: {applied:?}", statement.text);
            }
        }
        assert!(catalog.table(&ObjectName::from_sql("auth.users")).is_some());
        assert!(catalog.has_role("authenticated"));
    }

    #[test]
    fn other_chains_start_on_an_empty_database() {
        assert_eq!(start(ChainFormat::Alembic), Catalog::default());
    }
}
