//! Lowers rustpython-parser's tree. That crate's own visitor skips keywords, comprehensions and
//! more, so the walk is written by hand.

mod definition;
mod expression;
mod pattern;
mod statement;
mod string;

use std::ops::Range;
use std::sync::Arc;

use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::{Mode, ParseError, parse};

use super::lowering::Lowering;
use super::tree::Module;

/// Reads a file that the grammar of Python 3.11 accepts.
pub(super) fn read(
    lowering: &mut Lowering<'_>,
    file: &Arc<str>,
    text: &str,
) -> Result<Module, ParseError> {
    let body = match parse(text, Mode::Module, file)? {
        ast::Mod::Module(module) => module.body,
        ast::Mod::Interactive(module) => module.body,
        ast::Mod::Expression(_) | ast::Mod::FunctionType(_) => Vec::new(),
    };
    let body = Walk { lowering }.statements(body);
    Ok(lowering.module(file, body))
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
}

fn range_of(node: &impl Ranged) -> Range<usize> {
    node.start().to_usize()..node.end().to_usize()
}
