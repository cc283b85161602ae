//! Splits a text into statements as psql does: by lexing.

use crate::model::{Place, Template};

use super::source_text::SourceText;

/// A statement's text and place, for scripts that split a file themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitStatement {
    /// As written, without the semicolon, holes as `{label}`.
    pub text: String,
    pub place: Option<Place>,
}

/// A stretch of the flat text: one statement without its semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementPiece {
    pub start: usize,
    pub end: usize,
}

/// Splits a text at the semicolons that end statements.
pub fn split(template: &Template) -> Vec<SplitStatement> {
    let source = SourceText::new(template);
    split_source(&source)
        .into_iter()
        .map(|piece| SplitStatement {
            text: source.written(piece.start, piece.end),
            place: source.place(piece.start),
        })
        .collect()
}

pub(crate) fn split_source(source: &SourceText) -> Vec<StatementPiece> {
    let text = source.text();
    let mut pieces = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut offset = 0;
    for token in squawk_lexer::tokenize(text) {
        let next = offset + token.len as usize;
        match token.kind {
            squawk_lexer::TokenKind::Semi => {
                pieces.extend(start.take().map(|start| StatementPiece { start, end }));
            }
            squawk_lexer::TokenKind::Whitespace
            | squawk_lexer::TokenKind::LineComment
            | squawk_lexer::TokenKind::BlockComment { .. } => {}
            _ => {
                start.get_or_insert(offset);
                end = next;
            }
        }
        offset = next;
    }
    pieces.extend(start.map(|start| StatementPiece { start, end }));
    pieces
}

/// Words that begin a statement that a database would take.
const FIRST_WORDS: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "create",
    "alter",
    "drop",
    "with",
    "truncate",
    "grant",
    "revoke",
    "comment",
    "do",
    "begin",
    "commit",
    "rollback",
    "set",
    "copy",
    "merge",
    "call",
    "explain",
    "vacuum",
    "analyze",
    "lock",
    "reindex",
    "refresh",
    "savepoint",
    "release",
    "start",
    "show",
    "reset",
    "values",
    "declare",
    "fetch",
    "execute",
    "prepare",
    "pragma",
    "replace",
    "describe",
    "use",
    "rename",
    "import",
    "reassign",
    "security",
    "notify",
    "listen",
    "table",
    "discard",
    "end",
    "abort",
    "cluster",
    "deallocate",
    "close",
    "move",
    "checkpoint",
    "load",
];

/// Whether a string that somebody hands to an unknown function is meant for a database: its first
/// word begins a statement, and there is more behind it.
pub fn looks_like_sql(text: &str) -> bool {
    let mut offset = 0;
    for token in squawk_lexer::tokenize(text) {
        let next = offset + token.len as usize;
        match token.kind {
            squawk_lexer::TokenKind::Whitespace
            | squawk_lexer::TokenKind::LineComment
            | squawk_lexer::TokenKind::BlockComment { .. }
            | squawk_lexer::TokenKind::OpenParen
            | squawk_lexer::TokenKind::Semi => {}
            squawk_lexer::TokenKind::Ident => {
                let word = text[offset..next].to_lowercase();
                return FIRST_WORDS.contains(&word.as_str());
            }
            _ => return false,
        }
        offset = next;
    }
    false
}
