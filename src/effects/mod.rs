//! What scripts and revisions do, as effects: SQL text, operations of Alembic, SQLAlchemy constructs.

pub mod alembic;
mod class;
mod routes;
pub mod script;
pub mod sqlalchemy;

pub use class::{Signals, classify};
pub use routes::Routes;
