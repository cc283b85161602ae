//! Reading expressions as far as the catalog needs it: which columns, relations, functions and
//! types a text names, what type it has, and how it changes when something is renamed.
//!
//! This is no SQL parser. Where the text is beyond it, it says that it does not know.

mod blocks;
mod figure;
mod keywords;
mod reader;
mod references;
mod rename;
mod tokens;

pub(crate) use blocks::{Block, Derived, Joins, With, blocks};
pub(crate) use figure::{figure_name, without_alias};
pub(crate) use references::{
    ColumnReference, FunctionCall, References, Source, references, remembered_references,
};
pub(crate) use rename::{
    quote_name, rename_casts, rename_in_strings, rename_words, without_qualifier,
};
pub(crate) use tokens::{Token, TokenKind, tokenize};
