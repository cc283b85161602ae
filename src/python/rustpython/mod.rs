//! Lowers rustpython-parser's tree. That crate's own visitor skips keywords, comprehensions and
//! more, so the walk is written by hand.

mod definition;
mod expression;
mod pattern;
mod statement;
mod string;
mod tokens;

use std::ops::Range;
use std::sync::Arc;

use rustpython_parser::ast::{self, Ranged};
use rustpython_parser::text_size::TextSize;
use rustpython_parser::{Mode, ParseError, parse_starts_at, parse_tokens};

use super::lowering::Lowering;
use super::tree::{Module, Statement};

/// Reads a file that the grammar of Python 3.11 accepts.
pub(super) fn read(
    lowering: &mut Lowering<'_>,
    file: &Arc<str>,
    text: &str,
) -> Result<Module, ParseError> {
    let body = parsed(text, file, 0)?;
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
    let body = parsed(&text, file, u32::try_from(start).unwrap_or_default())?;
    let block = body.into_iter().flat_map(|statement| match statement {
        ast::Stmt::If(block) => block.body,
        _ => Vec::new(),
    });
    let block = block.collect();
    Ok(Walk { lowering }.statements(block))
}

/// The statements of a text whose places count from `start`.
fn parsed(text: &str, file: &Arc<str>, start: u32) -> Result<Vec<ast::Stmt>, ParseError> {
    let module = match tokens::tokens(text, start) {
        Some(tokens) => parse_tokens(tokens.into_iter().map(Ok), Mode::Module, file)?,
        None => parse_starts_at(text, Mode::Module, file, TextSize::from(start))?,
    };
    Ok(match module {
        ast::Mod::Module(module) => module.body,
        ast::Mod::Interactive(module) => module.body,
        ast::Mod::Expression(_) | ast::Mod::FunctionType(_) => Vec::new(),
    })
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
}

fn range_of(node: &impl Ranged) -> Range<usize> {
    node.start().to_usize()..node.end().to_usize()
}
