//! Alembic chains: `upgrade()` and `downgrade()` of each revision, run by the interpreter with a host
//! that sends what they send to a modelled server.

mod batch;
mod caller;
mod connection;
mod connection_value;
mod errors;
mod host;
mod inspector;
mod metadata;
mod orm;
mod reflection;
mod state;
mod version_table;
mod walk;

pub(super) use walk::{Walk, downgrade, upgrade};
