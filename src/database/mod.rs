//! The one door to PostgreSQL: throwaway clusters, a client, and introspection into a `Catalog`.
//!
//! A cluster of ours listens on a private socket only and is gone at the end, whatever ends us. A
//! database that the user names is opened read only.

mod alembic;
mod binaries;
mod client;
mod cluster;
mod copy;
mod error;
mod introspect;
mod places;
mod script;
mod server_user;
mod snapshot;

pub use alembic::{Alembic, AlembicFailure, AlembicProject, ChainFiles, Walk};
pub use binaries::Binaries;
pub use client::Client;
pub use cluster::{Cluster, ClusterOptions};
pub use error::DatabaseError;
pub use script::{OnError, ScriptRun, Step, StepOutcome};
pub use snapshot::{AllRows, Snapshot, TableRows, TableShape, digest_of, rows_digest};
