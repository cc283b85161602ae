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
use rustpython_parser::text_size::TextSize;
use rustpython_parser::{Mode, ParseError, parse, parse_starts_at};

use super::lowering::Lowering;
use super::tree::{Module, Statement};

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

/// Reads an indented block of a file: whole lines.
pub(super) fn read_block(
    lowering: &mut Lowering<'_>,
    file: &Arc<str>,
    lines: Range<usize>,
) -> Result<Vec<Statement>, ParseError> {
    // The head of the block that the parser wants to see ends where the lines begin.
    const HEAD: &str = "if 1:\n";
    let text = format!("{HEAD}{}\n", &lowering.source[lines.clone()]);
    let start = lines.start.saturating_sub(HEAD.len());
    let start = TextSize::from(u32::try_from(start).unwrap_or_default());
    let body = match parse_starts_at(&text, Mode::Module, file, start)? {
        ast::Mod::Module(module) => module.body,
        _ => Vec::new(),
    };
    let block = body.into_iter().flat_map(|statement| match statement {
        ast::Stmt::If(block) => block.body,
        _ => Vec::new(),
    });
    let block = block.collect();
    Ok(Walk { lowering }.statements(block))
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
}

fn range_of(node: &impl Ranged) -> Range<usize> {
    node.start().to_usize()..node.end().to_usize()
}
