//! PL/pgSQL: the tree of a block, its parser, and its effects over all paths.
//!
//! The parser is our own, over tokens, as PostgreSQL's is: PL/pgSQL's grammar finds where an
//! expression or an SQL statement ends, and hands it to the SQL grammar.

mod calls;
mod condition;
mod control;
mod cursor;
mod decide;
mod fold;
mod loops;
mod parser;
mod rows;
mod simple;
mod sql_part;
mod survey;
mod tree;
mod variables;

pub(crate) use calls::{FunctionBody, Functions, Parameter, StoredFunction};
pub(crate) use parser::read_block;
pub(crate) use survey::{survey, survey_cells, survey_expression, survey_query};
pub use tree::{Block, Branch, Declaration, Handler, RaiseLevel, Statement, StatementKind};
