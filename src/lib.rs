//! fixfold audits the emergency database fixes lying about a repository and folds them back into
//! its migration chain. ARCHITECTURE.md says which room does what.

pub mod catalog;
pub mod chain;
pub mod cli;
pub mod config;
pub mod database;
pub mod discover;
pub mod drift;
pub mod effects;
pub mod eval;
pub mod graph;
pub mod inventory;
pub mod lint;
pub mod model;
pub mod pipeline;
pub mod plan;
pub mod python;
pub mod registry;
pub mod render;
pub mod replay;
pub mod report;
pub mod shell;
pub mod source;
pub mod sql;
pub mod verify;
pub mod yaml;
