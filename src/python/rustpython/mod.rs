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
use tokens::Fields;

/// Reads a file that the grammar of Python 3.11 accepts.
pub(super) fn read(
    lowering: &mut Lowering<'_>,
    file: &Arc<str>,
    text: &str,
) -> Result<Module, ParseError> {
    let (body, strings) = parsed(text, file, 0)?;
    let body = Walk { lowering, strings }.statements(body);
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
    let start = u32::try_from(start).unwrap_or_default();
    let (body, strings) = parsed(&text, file, start)?;
    let block = body.into_iter().flat_map(|statement| match statement {
        ast::Stmt::If(block) => block.body,
        _ => Vec::new(),
    });
    let block = block.collect();
    Ok(Walk { lowering, strings }.statements(block))
}

/// What is known of the strings of a text beside the parser's tree.
#[derive(Default)]
struct Strings {
    fields: Fields,
    are_left_out: bool,
}

/// The statements of a text whose places count from `start`.
fn parsed(
    text: &str,
    file: &Arc<str>,
    start: u32,
) -> Result<(Vec<ast::Stmt>, Strings), ParseError> {
    let mut strings = Strings::default();
    let module = match tokens::tokens(text, start) {
        Some(tokens) => {
            strings.fields = tokens.fields;
            strings.are_left_out = tokens.leaves_strings_out;
            parse_tokens(tokens.found.into_iter().map(Ok), Mode::Module, file)?
        }
        None => parse_starts_at(text, Mode::Module, file, TextSize::from(start))?,
    };
    let body = match module {
        ast::Mod::Module(module) => module.body,
        ast::Mod::Interactive(module) => module.body,
        ast::Mod::Expression(_) | ast::Mod::FunctionType(_) => Vec::new(),
    };
    Ok((body, strings))
}

struct Walk<'w, 'a> {
    lowering: &'w mut Lowering<'a>,
    strings: Strings,
}

fn range_of(node: &impl Ranged) -> Range<usize> {
    node.start().to_usize()..node.end().to_usize()
}
