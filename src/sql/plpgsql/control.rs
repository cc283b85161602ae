//! Statements that hold others: conditions and loops.

use crate::model::Identifier;
use crate::sql::expression::{Collection, Expression};

use super::cursor::Cursor;
use super::parser::Parser;
use super::tree::{Branch, Statement, StatementKind};

impl Parser<'_, '_> {
    pub(super) fn statement(&mut self) -> Statement {
        let place = self.cursor.place();
        let label = self.label();
        let word = self.cursor.word_at(0);
        let kind = match word.as_deref() {
            Some("begin" | "declare") => {
                let block = self.block(label);
                self.expect_semicolon();
                StatementKind::Block(block)
            }
            Some("if") => self.condition(),
            Some("case") => self.case(),
            Some("loop") => {
                self.cursor.next();
                let body = self.loop_body();
                StatementKind::Loop { label, body }
            }
            Some("while") => self.while_loop(label),
            Some("for") => self.for_loop(label),
            Some("foreach") => self.foreach(label),
            other => self.simple(other),
        };
        Statement { place, kind }
    }

    fn branch(&mut self, ends: &[&str]) -> Branch {
        let range = self.cursor.until_word(&["then"]);
        let text = self.cursor.passage.written(range.clone());
        let condition = self.expression(range);
        self.expect_word("then");
        Branch {
            condition,
            text,
            body: self.statements(ends),
        }
    }

    fn condition(&mut self) -> StatementKind {
        self.cursor.next();
        let ends = ["elsif", "elseif", "else", "end"];
        let mut branches = vec![self.branch(&ends)];
        while self.cursor.take_word("elsif") || self.cursor.take_word("elseif") {
            branches.push(self.branch(&ends));
        }
        let mut otherwise = Vec::new();
        if self.cursor.take_word("else") {
            otherwise = self.statements(&["end"]);
        }
        self.expect_word("end");
        self.expect_word("if");
        self.expect_semicolon();
        StatementKind::If {
            branches,
            otherwise,
        }
    }

    fn case(&mut self) -> StatementKind {
        self.cursor.next();
        let range = self.cursor.until_word(&["when"]);
        let subject = (!range.is_empty()).then(|| self.expression(range));
        let mut branches = Vec::new();
        while self.cursor.take_word("when") {
            let mut branch = self.branch(&["when", "else", "end"]);
            if let Some(subject) = &subject {
                branch.condition = matches_subject(subject, branch.condition);
            }
            branches.push(branch);
        }
        let otherwise = self
            .cursor
            .take_word("else")
            .then(|| self.statements(&["end"]));
        self.expect_word("end");
        self.expect_word("case");
        self.expect_semicolon();
        StatementKind::Case {
            branches,
            otherwise,
        }
    }

    /// From behind LOOP to behind `END LOOP [label];`.
    fn loop_body(&mut self) -> Vec<Statement> {
        let body = self.statements(&["end"]);
        self.expect_word("end");
        self.expect_word("loop");
        if !self.cursor.is_mark(0, ';') {
            self.cursor.identifier();
        }
        self.expect_semicolon();
        body
    }

    fn while_loop(&mut self, label: Option<Identifier>) -> StatementKind {
        self.cursor.next();
        let range = self.cursor.until_word(&["loop"]);
        let text = self.cursor.passage.written(range.clone());
        let condition = self.expression(range);
        self.expect_word("loop");
        StatementKind::While {
            label,
            condition,
            text,
            body: self.loop_body(),
        }
    }

    fn variables(&mut self) -> Vec<Identifier> {
        let mut variables = Vec::new();
        while let Some(name) = self.cursor.identifier() {
            while self.cursor.take_mark('.') {
                self.cursor.identifier();
            }
            variables.push(name);
            if !self.cursor.take_mark(',') {
                break;
            }
        }
        variables
    }

    fn foreach(&mut self, label: Option<Identifier>) -> StatementKind {
        self.cursor.next();
        let variables = self.variables();
        if self.cursor.take_word("slice") {
            self.cursor.next();
        }
        self.expect_word("in");
        self.expect_word("array");
        let range = self.cursor.until_word(&["loop"]);
        let array = self.expression(range);
        self.expect_word("loop");
        StatementKind::Foreach {
            label,
            variables,
            array,
            body: self.loop_body(),
        }
    }

    fn for_loop(&mut self, label: Option<Identifier>) -> StatementKind {
        self.cursor.next();
        let variables = self.variables();
        self.expect_word("in");
        if self.cursor.take_word("execute") {
            let offset = self.cursor.offset();
            self.check_loop_variables(&variables, offset);
            let range = self.cursor.until_word(&["using", "loop"]);
            let expression = self.expression(range);
            let using = self.using(&["loop"]);
            self.expect_word("loop");
            return StatementKind::ForExecute {
                label,
                variables,
                expression,
                using,
                body: self.loop_body(),
            };
        }
        let reverse = self.cursor.take_word("reverse");
        let range = self.cursor.until_word(&["loop"]);
        if let Some(kind) = self.range_loop(&label, &variables, reverse, &range) {
            return kind;
        }
        let implied = self.names.len();
        if self.is_bound_cursor(&range) {
            // The loop over a bound cursor declares its record itself.
            self.names.extend(variables.iter().cloned());
        } else {
            self.check_loop_variables(&variables, range.start);
        }
        let query = self.loop_query(range);
        self.expect_word("loop");
        let body = self.loop_body();
        self.names.truncate(implied);
        match query {
            Some(query) => StatementKind::ForQuery {
                label,
                variables,
                query,
                body,
            },
            None => StatementKind::Loop { label, body },
        }
    }

    /// `lower .. upper [BY step]`.
    fn range_loop(
        &mut self,
        label: &Option<Identifier>,
        variables: &[Identifier],
        reverse: bool,
        range: &std::ops::Range<usize>,
    ) -> Option<StatementKind> {
        let tokens = self.cursor.tokens_in(range);
        let dots = tokens.iter().find(|token| Cursor::is_range(**token))?;
        let by = tokens
            .iter()
            .find(|token| token.is_word(&self.cursor.passage.text, "by"));
        let upper_end = by.map_or(range.end, |token| token.start);
        let step = by.map(|token| token.end..range.end);
        let (lower, upper) = (range.start..dots.start, dots.end..upper_end);
        let lower = self.expression(lower);
        let upper = self.expression(upper);
        let step = step.map(|step| self.expression(step));
        self.expect_word("loop");
        // An integer loop declares its variable itself.
        let implied = self.names.len();
        self.names.extend(variables.iter().cloned());
        let body = self.loop_body();
        self.names.truncate(implied);
        Some(StatementKind::ForRange {
            label: label.clone(),
            variable: variables.first().cloned().unwrap_or_default(),
            reverse,
            lower,
            upper,
            step,
            body,
        })
    }

    fn check_loop_variables(&mut self, variables: &[Identifier], offset: usize) {
        let unknown =
            |name: &Identifier| !name.as_str().contains('{') && !self.names.contains(name);
        if variables.iter().any(unknown) {
            let message = "loop variable of loop over rows must be a record variable or list of \
                           scalar variables";
            self.fail_with(offset, message.to_owned());
        }
    }

    fn is_bound_cursor(&self, range: &std::ops::Range<usize>) -> bool {
        let first = self.cursor.tokens_in(range).first().copied();
        first.is_some_and(|first| {
            let name = self.cursor.fold(first);
            self.cursors.iter().any(|cursor| cursor.name == name)
        })
    }

    /// The query of a FOR, or that of the bound cursor it names.
    fn loop_query(&mut self, range: std::ops::Range<usize>) -> Option<crate::sql::query::Query> {
        let first = self.cursor.tokens_in(&range).first().copied();
        if let Some(first) = first {
            let name = self.cursor.fold(first);
            let known = self.cursors.iter().rev().find(|cursor| cursor.name == name);
            if let Some(cursor) = known {
                return cursor.cursor.clone();
            }
        }
        self.query(range)
    }
}

/// `CASE subject WHEN a, b THEN`: `subject IN (a, b)`.
fn matches_subject(subject: &Expression, value: Expression) -> Expression {
    let list = match value {
        Expression::Row(list) => list,
        one => vec![one],
    };
    Expression::In {
        operand: Box::new(subject.clone()),
        collection: Collection::List(list),
        negated: false,
    }
}
