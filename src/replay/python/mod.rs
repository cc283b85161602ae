//! Python on a modelled server, run by the interpreter with a host that carries out what leaves it:
//! `upgrade()` and `downgrade()` of Alembic's revisions, and scripts.

mod batch;
mod caller;
mod connection;
mod connection_value;
mod connections;
mod errand;
mod errors;
mod host;
mod inspector;
mod metadata;
mod naming;
mod orm;
mod reflection;
mod script;
mod state;
mod version_table;
mod walk;

pub(super) use script::script;
pub(super) use walk::{Direction, Walk, downgrade, one, upgrade};
