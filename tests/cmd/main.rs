//! Whole runs of the binary: what it says and how it ends. `SNAPSHOTS=overwrite cargo test --test
//! cmd` writes the expectations.

mod bad_input;
mod commands;
mod consolidate;
mod estate;
mod ledger;
mod replay;
