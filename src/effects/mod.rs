//! What scripts and revisions do, as effects: SQL text, operations of Alembic, SQLAlchemy constructs.

pub mod alembic;
pub mod sqlalchemy;
