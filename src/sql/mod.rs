//! The one door to the SQL parsers: text in, statements with their effects and diagnostics out.
//!
//! PostgreSQL's grammar is squawk's; MySQL's and SQLite's come from sqlparser. Both stay behind this
//! door: other rooms see `model::Action`s, and the small trees of `expression`, `query` and `plpgsql`
//! that replay asks questions about. Nothing here runs anything or knows a catalog.

mod acceptance;
mod body;
mod canonical;
mod dependencies;
pub mod expression;
mod foreign;
mod holes;
mod lower;
mod nesting;
mod parse;
mod passage;
mod placeholder;
pub mod plpgsql;
pub mod probe;
mod psql;
pub mod query;
mod reader;
mod reading;
mod repair;
mod rewrite;
#[cfg(test)]
mod robustness;
mod routine;
mod scan;
mod session;
mod source_text;
mod spell;
mod spell_query;
mod split;
mod stored;
mod upsert;
mod version_table;
mod walk;
mod words;

pub use canonical::{canonical, read_expression};
pub use reader::{foreign_dialect, read, version_rows};
pub use reading::{
    Nature, PsqlCommand, ReadEffect, ReadStatement, Reading, Setting, TransactionStatement,
};
pub use session::fates;
pub use spell::{spell, spell_query};
pub use split::{SplitStatement, split};
pub use stored::StoredSpelling;
pub use upsert::{Upsert, upsert};
pub use version_table::is_version_table;
pub use words::looks_like_sql;
