//! What scripts and revisions do, as effects: SQL text, operations of Alembic, SQLAlchemy constructs.

pub mod alembic;
mod class;
pub mod script;
pub mod sqlalchemy;

pub use class::{Signals, classify};
