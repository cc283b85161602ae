//! PostgreSQL's grammar over one statement.

use squawk_syntax::ast::{self, SourceFile};

use crate::model::{SqlError, SqlState};

use super::acceptance::refusal;
use super::nesting::is_too_deep;
use super::scan::{Kind, Scanner, Token, significant};

/// What the grammar made of a text: a tree always, and the first error.
pub(crate) struct Parsed {
    pub(crate) statements: Vec<ast::Stmt>,
    pub(crate) error: Option<ParseError>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseError {
    pub(crate) offset: usize,
    pub(crate) message: String,
}

impl ParseError {
    pub(crate) fn to_sql_error(&self, object: &str) -> SqlError {
        SqlError::new(SqlState::SYNTAX_ERROR, self.message.clone(), object)
    }
}

pub(crate) fn parse(text: &str) -> Parsed {
    if is_too_deep(text) {
        return Parsed {
            statements: Vec::new(),
            error: Some(ParseError {
                offset: 0,
                message: "stack depth limit exceeded".to_owned(),
            }),
        };
    }
    let parse = SourceFile::parse(text);
    let error = parse.errors().first().map(|error| {
        let offset = usize::from(error.range().start()).min(text.len());
        let offset = servers_offset(text, offset);
        ParseError {
            offset,
            message: near(text, offset),
        }
    });
    let statements: Vec<_> = parse
        .tree()
        .stmts()
        .filter(|statement| !matches!(statement, ast::Stmt::EmptyStmt(_)))
        .collect();
    let refused = || {
        statements
            .iter()
            .find_map(|statement| refusal(text, statement))
    };
    Parsed {
        error: error.or_else(refused),
        statements,
    }
}

/// PostgreSQL's parser reads one token further in a few places: it takes `IF` for a name, and a
/// comma for the start of one more item.
fn servers_offset(text: &str, offset: usize) -> usize {
    let tokens = significant(text);
    let at = tokens.partition_point(|token| token.end <= offset);
    let (Some(here), before, after) = (
        tokens.get(at),
        at.checked_sub(1).and_then(|index| tokens.get(index)),
        tokens.get(at + 1),
    ) else {
        return offset;
    };
    let starts = ["create", "alter", "drop"];
    if at == 0
        && starts.iter().any(|word| here.is_word(text, word))
        && let Some(next) = after
    {
        return next.start;
    }
    let closes = |token: &Token| matches!(token.kind, Kind::Mark(')' | ';'));
    if here.is_word(text, "exists")
        && let Some(not) = before.filter(|token| token.is_word(text, "not"))
    {
        return not.start;
    }
    match after {
        Some(next) if here.kind == Kind::Mark(',') && closes(next) => next.start,
        Some(next) if here.is_word(text, "drop") && next.is_word(text, "value") => next.start,
        _ => here.start,
    }
}

/// The server's words for an error at the first token from `offset` on.
pub(crate) fn near(text: &str, offset: usize) -> String {
    let mut scanner = Scanner::new(text, false);
    let token = scanner.find(|token| !token.is_trivia() && token.end > offset);
    match token {
        Some(token) => {
            let word = token.text(text);
            let shown = match token.kind {
                Kind::Text | Kind::DollarText => word.chars().take(60).collect(),
                _ => word.to_owned(),
            };
            format!("syntax error at or near \"{shown}\"")
        }
        None => "syntax error at end of input".to_owned(),
    }
}
