//! Lowers ruff_python_parser's tree, which also stands for files with errors in them.

mod definition;
mod expression;
mod pattern;
mod statement;
mod string;

use std::ops::Range;
use std::sync::Arc;

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::lowering::Lowering;
use super::tree::Module;

/// What the parser had to say against the text, and the offset it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) range: Range<usize>,
    pub(super) message: String,
}

/// Reads what can be read. The errors are those that Python 3.12 would have, in order.
pub(super) fn read(
    lowering: &mut Lowering<'_>,
    file: &Arc<str>,
    text: &str,
) -> (Module, Vec<SyntaxError>) {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY312);
    let parsed = parse_unchecked(text, options);
    let grammar = parsed.errors().iter().map(|error| SyntaxError {
        range: to_usize(error.location),
        message: error.error.to_string(),
    });
    let version = parsed
        .unsupported_syntax_errors()
        .iter()
        .map(|error| SyntaxError {
            range: to_usize(error.range),
            message: error.to_string(),
        });
    let mut errors: Vec<SyntaxError> = grammar.chain(version).collect();
    errors.sort_by_key(|error| error.range.start);
    let body = match parsed.syntax() {
        Mod::Module(module) => Walk { lowering }.statements(&module.body),
        Mod::Expression(_) => Vec::new(),
    };
    (lowering.module(file, body), errors)
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
}

fn to_usize(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}

fn range_of(node: &impl Ranged) -> Range<usize> {
    to_usize(node.range())
}
