//! SQL within a block: expressions, queries and whole statements.

use std::ops::Range;

use squawk_syntax::ast::{self, AstNode};

use crate::model::{DataType, Dialect};
use crate::sql::expression::Expression;
use crate::sql::lower::Lowering;
use crate::sql::parse::parse;
use crate::sql::passage::Passage;
use crate::sql::query::{Query, QueryBody};
use crate::sql::reader::statement_of;
use crate::sql::reading::{Nature, ReadStatement};
use crate::sql::scan::Kind;

use super::parser::Parser;
use super::tree::StatementKind;

impl Parser<'_, '_> {
    /// PL/pgSQL evaluates `SELECT expression`.
    pub(super) fn expression(&mut self, range: Range<usize>) -> Expression {
        if range.is_empty() {
            let near = crate::sql::parse::near(&self.cursor.passage.text, range.start);
            let message = near.replace("syntax error", "missing expression");
            self.fail_with(range.start, message);
            return Expression::Unread(String::new());
        }
        let passage = self.cursor.passage.slice(range.clone()).behind("SELECT ");
        match self.selected(&passage, range.start, "SELECT ".len()) {
            Some(query) => simplified(query),
            None => Expression::Unread(self.cursor.passage.written(range)),
        }
    }

    /// `None` for `users.email%TYPE` and the like, which only the catalog can answer.
    pub(super) fn declared_type(&self, range: Range<usize>) -> Option<DataType> {
        let passage = self.cursor.passage;
        let text = passage.text.get(range).unwrap_or_default();
        if text.is_empty() || text.contains('%') {
            return None;
        }
        Some(Lowering { passage }.data_type_from(text))
    }

    pub(super) fn query(&mut self, range: Range<usize>) -> Option<Query> {
        let passage = self.cursor.passage.slice(range.clone());
        self.selected(&passage, range.start, 0)
    }

    fn selected(&mut self, passage: &Passage<'_>, start: usize, prefix: usize) -> Option<Query> {
        let parsed = parse(&passage.text);
        if let Some(error) = &parsed.error {
            self.fail_at(start + error.offset.saturating_sub(prefix));
        }
        let statement = parsed.statements.into_iter().next()?;
        let select = ast::SelectVariant::cast(statement.syntax().clone())?;
        Some(Lowering { passage }.select(&select))
    }

    pub(super) fn perform(&mut self) -> StatementKind {
        self.cursor.next();
        let range = self.cursor.until_semicolon();
        let passage = self.cursor.passage.slice(range.clone()).behind("SELECT ");
        match self.selected(&passage, range.start, "SELECT ".len()) {
            Some(query) => StatementKind::Perform(query),
            None => StatementKind::Broken(self.cursor.passage.written(range)),
        }
    }

    /// An SQL statement, without the INTO that PL/pgSQL takes out of it.
    pub(super) fn sql_statement(&mut self) -> StatementKind {
        let range = self.sql_range();
        let place = self.cursor.passage.place(range.start);
        let into = self.into_clause(&range);
        let mut passage = self.cursor.passage.slice(range.clone());
        let (mut targets, mut strict) = (Vec::new(), false);
        if let Some(clause) = into {
            strict = clause.strict;
            targets = self.targets(&clause.targets);
            self.check_targets(&targets, clause.targets.start);
            passage.blank(clause.whole.start - range.start..clause.whole.end - range.start);
        }
        let lowered = statement_of(&passage);
        if let Nature::Invalid(_) = &lowered.nature {
            let offset = parse(&passage.text).error.map_or(0, |error| error.offset);
            self.fail_at(range.start + offset);
        }
        StatementKind::Sql {
            statement: Box::new(ReadStatement {
                text: self.cursor.passage.written(range),
                place,
                nature: lowered.nature,
                effects: lowered.effects,
                dialect: Dialect::Postgres,
            }),
            into: targets,
            strict,
        }
    }

    /// Up to the semicolon; in `CREATE FUNCTION ... BEGIN ATOMIC ... END` up to the one behind END.
    fn sql_range(&mut self) -> Range<usize> {
        let mut range = self.cursor.until_semicolon();
        let atomic = |range: &Range<usize>, parser: &Self| {
            let text = parser
                .cursor
                .passage
                .text
                .get(range.clone())
                .unwrap_or_default();
            let lower = text.to_ascii_lowercase();
            lower.contains("begin atomic") && !lower.trim_end().ends_with("end")
        };
        while atomic(&range, self) && self.cursor.take_mark(';') {
            let more = self.cursor.until_semicolon();
            if more.is_empty() {
                break;
            }
            range.end = more.end;
        }
        range
    }

    fn into_clause(&self, range: &Range<usize>) -> Option<IntoClause> {
        let text = &self.cursor.passage.text;
        let tokens = self.cursor.tokens_in(range);
        if tokens.first()?.is_word(text, "import") {
            return None;
        }
        let index = tokens.iter().enumerate().position(|(index, token)| {
            let before = index.checked_sub(1).and_then(|index| tokens.get(index));
            let of_statement = before.is_some_and(|before| {
                before.is_word(text, "insert") || before.is_word(text, "merge")
            });
            token.is_word(text, "into") && !of_statement
        })?;
        let mut rest = tokens[index + 1..].iter().peekable();
        let strict = rest
            .next_if(|token| token.is_word(text, "strict"))
            .is_some();
        let mut end = tokens[index].end;
        let mut start = None;
        let mut wants_name = true;
        for token in rest {
            let is_name = matches!(token.kind, Kind::Word | Kind::QuotedName | Kind::Parameter);
            match token.kind {
                _ if is_name && wants_name => wants_name = false,
                Kind::Mark('.' | ',') if !wants_name => wants_name = true,
                _ => break,
            }
            start.get_or_insert(token.start);
            end = token.end;
        }
        Some(IntoClause {
            whole: tokens[index].start..end,
            targets: start.unwrap_or(end)..end,
            strict,
        })
    }
}

struct IntoClause {
    whole: Range<usize>,
    targets: Range<usize>,
    strict: bool,
}

/// `SELECT a` is `a`, `SELECT a, b` the row of them; what has a FROM stays a query.
fn simplified(query: Query) -> Expression {
    let plain = query.with.is_empty() && query.limit.is_none() && query.order_by.is_empty();
    if let QueryBody::Select(select) = &query.body
        && plain
        && select.from.is_empty()
        && select.filter.is_none()
        && select.group_by.is_empty()
        && !select.distinct
    {
        return match select.targets.as_slice() {
            [one] => one.expression.clone(),
            several => Expression::Row(
                several
                    .iter()
                    .map(|target| target.expression.clone())
                    .collect(),
            ),
        };
    }
    Expression::Subquery(Box::new(query))
}
