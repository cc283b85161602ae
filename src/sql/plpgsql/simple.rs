//! Statements that hold no others.

use std::ops::Range;

use crate::sql::expression::Expression;
use crate::sql::scan::Kind;

use super::parser::Parser;
use super::tree::{RaiseLevel, StatementKind};

impl Parser<'_, '_> {
    /// A statement that begins with this word, up to behind its semicolon.
    pub(super) fn simple(&mut self, word: Option<&str>) -> StatementKind {
        if self.is_assignment() {
            return self.assignment();
        }
        let kind = match word {
            Some("execute") => self.execute(),
            Some("perform") => self.perform(),
            Some("raise") => self.raise(),
            Some("return") => self.return_statement(),
            Some("exit") => {
                let (label, condition) = self.leave();
                StatementKind::Exit { label, condition }
            }
            Some("continue") => {
                let (label, condition) = self.leave();
                StatementKind::Continue { label, condition }
            }
            Some("assert") => {
                self.cursor.next();
                let range = self.cursor.until(|_, token| token.kind == Kind::Mark(','));
                let condition = self.expression(range);
                self.cursor.until_semicolon();
                StatementKind::Assert { condition }
            }
            Some("get") => self.diagnostics(),
            Some("open" | "fetch" | "move" | "close") => {
                let range = self.cursor.until_semicolon();
                StatementKind::Cursor(self.cursor.passage.written(range))
            }
            Some("null") => {
                self.cursor.next();
                StatementKind::Null
            }
            Some("commit") => {
                self.cursor.until_semicolon();
                StatementKind::Commit
            }
            Some("rollback") => {
                self.cursor.until_semicolon();
                StatementKind::Rollback
            }
            Some(_) => self.sql_statement(),
            None => return self.broken().kind,
        };
        self.expect_semicolon();
        kind
    }

    /// `name [.field | [index]]* { := | = }`.
    fn is_assignment(&self) -> bool {
        let first = self.cursor.peek();
        if !first.is_some_and(|token| {
            matches!(token.kind, Kind::Word | Kind::QuotedName | Kind::Parameter)
        }) {
            return false;
        }
        let mut ahead = 1;
        let mut depth = 0u32;
        while let Some(token) = self.cursor.peek_at(ahead) {
            match token.kind {
                Kind::Mark('[') => depth += 1,
                Kind::Mark(']') => depth = depth.saturating_sub(1),
                Kind::Mark(';') => return false,
                _ if depth > 0 => {}
                Kind::Mark(':') => return self.cursor.is_mark(ahead + 1, '='),
                Kind::Mark('=') => return true,
                Kind::Mark('.') => {
                    ahead += 1;
                }
                _ => return false,
            }
            ahead += 1;
        }
        false
    }

    fn assignment(&mut self) -> StatementKind {
        let offset = self.cursor.offset();
        let target = self
            .cursor
            .until(|_, token| matches!(token.kind, Kind::Mark(':' | '=')));
        let target = self.cursor.passage.written(target).to_lowercase();
        self.check_known(&target, offset);
        self.cursor.take_assignment();
        let range = self.cursor.until_semicolon();
        let expression = self.expression(range);
        self.expect_semicolon();
        StatementKind::Assign { target, expression }
    }

    fn execute(&mut self) -> StatementKind {
        self.cursor.next();
        let range = self.cursor.until_word(&["into", "using"]);
        let literal = self
            .cursor
            .tokens_in(&range)
            .iter()
            .find(|token| matches!(token.kind, Kind::Text | Kind::DollarText))
            .copied();
        let text_place = literal.and_then(|token| {
            let text = self.cursor.text_of(token);
            let quote = match token.kind {
                Kind::DollarText => text[1..].find('$').map_or(0, |end| end + 2),
                _ => text.find('\'').map_or(0, |start| start + 1),
            };
            self.cursor.passage.place(token.start + quote)
        });
        let expression = self.expression(range);
        let mut using = self.using(&["into"]);
        let (mut into, mut strict) = (Vec::new(), false);
        if self.cursor.take_word("into") {
            strict = self.cursor.take_word("strict");
            let range = self.cursor.until_word(&["using"]);
            into = self.targets(&range);
            self.check_targets(&into, range.start);
            using.extend(self.using(&[]));
        }
        StatementKind::Execute {
            expression,
            into,
            strict,
            using,
            text_place,
        }
    }

    /// `USING a, b`, if it comes next.
    pub(super) fn using(&mut self, ends: &[&str]) -> Vec<Expression> {
        if !self.cursor.take_word("using") {
            return Vec::new();
        }
        self.list(ends)
    }

    /// Expressions between commas, up to one of these words or the semicolon.
    fn list(&mut self, ends: &[&str]) -> Vec<Expression> {
        let mut list = Vec::new();
        loop {
            let range = self.cursor.until(|cursor, token| {
                token.kind == Kind::Mark(',')
                    || ends
                        .iter()
                        .any(|word| token.is_word(&cursor.passage.text, word))
            });
            list.push(self.expression(range));
            if !self.cursor.take_mark(',') {
                return list;
            }
        }
    }

    /// Variables between commas, folded.
    pub(super) fn targets(&self, range: &Range<usize>) -> Vec<String> {
        let text = self.cursor.passage.written(range.clone());
        text.split(',')
            .map(|target| target.trim().to_lowercase())
            .filter(|target| !target.is_empty())
            .collect()
    }

    pub(super) fn check_targets(&mut self, targets: &[String], offset: usize) {
        for target in targets {
            self.check_known(target, offset);
        }
    }

    fn leave(&mut self) -> (Option<crate::model::Identifier>, Option<Expression>) {
        self.cursor.next();
        let label = if self.cursor.is_word(0, "when") {
            None
        } else {
            self.cursor.identifier()
        };
        let condition = self.cursor.take_word("when").then(|| {
            let range = self.cursor.until_semicolon();
            self.expression(range)
        });
        (label, condition)
    }

    fn return_statement(&mut self) -> StatementKind {
        self.cursor.next();
        if self.cursor.take_word("next") {
            return StatementKind::ReturnNext(self.optional_expression());
        }
        if self.cursor.take_word("query") {
            if self.cursor.take_word("execute") {
                let range = self.cursor.until_word(&["using"]);
                let expression = self.expression(range);
                let using = self.using(&[]);
                return StatementKind::ReturnExecute { expression, using };
            }
            let range = self.cursor.until_semicolon();
            return match self.query(range.clone()) {
                Some(query) => StatementKind::ReturnQuery(query),
                None => StatementKind::Broken(self.cursor.passage.written(range)),
            };
        }
        StatementKind::Return(self.optional_expression())
    }

    fn optional_expression(&mut self) -> Option<Expression> {
        let range = self.cursor.until_semicolon();
        (!range.is_empty()).then(|| self.expression(range))
    }

    fn diagnostics(&mut self) -> StatementKind {
        let range = self.cursor.until_semicolon();
        let text = self.cursor.passage.written(range).to_lowercase();
        let items = text
            .split_once("diagnostics")
            .map_or("", |(_, items)| items);
        let pairs = items.split(',').filter_map(|item| {
            let (variable, name) = item.split_once('=')?;
            let variable = variable.trim().trim_end_matches(':').trim();
            Some((variable.to_owned(), name.trim().to_owned()))
        });
        StatementKind::GetDiagnostics(pairs.collect())
    }

    fn raise(&mut self) -> StatementKind {
        let start = self.cursor.peek().map_or(0, |token| token.start);
        self.cursor.next();
        let level = self.raise_level();
        let mut condition = None;
        let mut message = None;
        let mut parameters = Vec::new();
        match self.cursor.peek().map(|token| token.kind) {
            Some(Kind::Text | Kind::DollarText) => {
                let token = self.cursor.next();
                let mut text = token.map_or(String::new(), |token| {
                    string_value(self.cursor.text_of(token))
                });
                // A string goes on in the next line.
                while self
                    .cursor
                    .peek()
                    .is_some_and(|token| token.kind == Kind::Text)
                {
                    let next = self.cursor.next();
                    text.extend(next.map(|token| string_value(self.cursor.text_of(token))));
                }
                message = Some(text);
                if self.cursor.take_mark(',') {
                    parameters = self.list(&["using"]);
                }
                self.check_placeholders(
                    start,
                    message.as_deref().unwrap_or_default(),
                    parameters.len(),
                );
            }
            Some(Kind::Word) if !self.cursor.is_word(0, "using") => {
                self.cursor.take_word("sqlstate");
                condition = self
                    .cursor
                    .next()
                    .map(|token| self.cursor.text_of(token).trim_matches('\'').to_owned());
            }
            _ => {}
        }
        if self.cursor.take_word("using") {
            self.raise_options(&mut condition, &mut message);
        }
        StatementKind::Raise {
            level,
            condition,
            message: message.map(|text| self.cursor.passage.source.markers.restore(&text)),
            parameters,
        }
    }

    /// Each `%` takes one parameter (`check_raise_parameters`).
    fn check_placeholders(&mut self, offset: usize, format: &str, given: usize) {
        if self.cursor.passage.source.markers.has_hole(format) {
            return;
        }
        let wanted = format.replace("%%", "").matches('%').count();
        let what = match wanted.cmp(&given) {
            std::cmp::Ordering::Greater => "too few",
            std::cmp::Ordering::Less => "too many",
            std::cmp::Ordering::Equal => return,
        };
        let message = format!("{what} parameters specified for RAISE");
        self.fail_with(offset, message);
    }

    fn raise_level(&mut self) -> RaiseLevel {
        const LEVELS: &[(&str, RaiseLevel)] = &[
            ("debug", RaiseLevel::Debug),
            ("log", RaiseLevel::Log),
            ("info", RaiseLevel::Info),
            ("notice", RaiseLevel::Notice),
            ("warning", RaiseLevel::Warning),
            ("exception", RaiseLevel::Exception),
        ];
        for (word, level) in LEVELS {
            if self.cursor.take_word(word) {
                return *level;
            }
        }
        RaiseLevel::Exception
    }

    fn raise_options(&mut self, condition: &mut Option<String>, message: &mut Option<String>) {
        loop {
            let name = self.cursor.word_at(0).unwrap_or_default();
            self.cursor.next();
            self.cursor.take_assignment();
            let range = self.cursor.until(|_, token| token.kind == Kind::Mark(','));
            let value = self.expression(range);
            let text = value.as_text().map(str::to_owned);
            match name.as_str() {
                "errcode" => *condition = text,
                "message" => *message = text,
                _ => {}
            }
            if !self.cursor.take_mark(',') {
                break;
            }
        }
    }
}

/// The value of a plain or dollar-quoted string.
fn string_value(text: &str) -> String {
    if let Some(after) = text.strip_prefix('$') {
        let tag = after.find('$').map_or(0, |end| end + 2);
        let end = text.len().saturating_sub(tag).max(tag);
        return text.get(tag..end).unwrap_or_default().to_owned();
    }
    let start = text.find('\'').map_or(0, |start| start + 1);
    let inner = text
        .get(start..text.len().saturating_sub(1))
        .unwrap_or_default();
    inner.replace("''", "'")
}
