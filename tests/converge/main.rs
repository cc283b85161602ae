//! What must hold against a real PostgreSQL server: our clusters, introspection, the model's errors
//! and catalogs, and convergence. Needs the server's binaries.

mod alembic;
mod broken_chain;
mod chains;
mod cluster;
mod dice;
mod dump;
mod files;
mod fold;
mod gauntlet;
mod model;
mod mutation;
mod proof;
mod random;
mod runner;
mod script_runs;
mod sequences;
mod states;
mod truth;
mod upgrade;
mod verify;
