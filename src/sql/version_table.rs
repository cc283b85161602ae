//! The tables in which migration tools keep what has been applied.

use crate::model::{Action, ObjectName, Outside, RowChange};

/// Table names as the tools create them (Alembic, Supabase, Rails, golang-migrate, dbmate, Flyway,
/// Django, Diesel, sqlx, Knex, Prisma, goose, Sequelize, Liquibase, node-pg-migrate, Drizzle).
const VERSION_TABLES: &[&str] = &[
    "alembic_version",
    "schema_migrations",
    "flyway_schema_history",
    "schema_version",
    "django_migrations",
    "south_migrationhistory",
    "__diesel_schema_migrations",
    "_sqlx_migrations",
    "knex_migrations",
    "_prisma_migrations",
    "goose_db_version",
    "sequelizemeta",
    "databasechangelog",
    "pgmigrations",
    "__drizzle_migrations",
    "refinery_schema_history",
    "atlas_schema_revisions",
    "yoyo_migrations",
    "_yoyo_migration",
    "migrate_version",
];

/// Whether a migration tool keeps its state in this table.
pub fn is_version_table(table: &ObjectName) -> bool {
    let name = table.name.as_str().to_lowercase();
    VERSION_TABLES.contains(&name.as_str())
}

/// A change of rows, or the stamp that it is on a version table.
pub(crate) fn rows_or_stamp(change: RowChange) -> Action {
    if is_version_table(&change.table) {
        return Action::Stamp(Outside {
            target: change.table.to_string(),
            detail: change.statement,
        });
    }
    Action::Rows(Box::new(change))
}
