//! The one door to the SQL parsers: text in, statements with their effects and diagnostics out.
//!
//! PostgreSQL's grammar is squawk's; MySQL's and SQLite's come from sqlparser. Both stay behind this
//! door: other rooms see `model::Action`s, and the small trees of `expression`, `query` and `plpgsql`
//! that replay asks questions about. Nothing here runs anything or knows a catalog.

pub mod expression;
mod holes;
mod nesting;
mod placeholder;
pub mod plpgsql;
pub mod query;
mod reading;
mod scan;
mod source_text;
mod split;
mod words;

pub use reading::{
    Nature, PsqlCommand, ReadEffect, ReadStatement, Reading, Setting, TransactionStatement, read,
};
pub use split::{SplitStatement, split};
pub use words::looks_like_sql;
