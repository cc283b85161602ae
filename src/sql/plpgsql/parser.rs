//! Blocks, declarations and handlers.

use crate::model::Identifier;
use crate::sql::parse::ParseError;
use crate::sql::passage::Passage;

use super::cursor::Cursor;
use super::tree::{Block, Declaration, Handler, Statement, StatementKind};

/// Deeper nesting of blocks, loops and conditions is not followed.
const DEEPEST: u32 = 60;

/// A block with the first error in it: PostgreSQL compiles a block whole before it runs any of it.
pub(crate) struct ReadBlock {
    pub(crate) block: Block,
    pub(crate) error: Option<ParseError>,
}

/// Reads a body: the text between the quotes of DO or of a function.
/// `known` are names that it may assign to without declaring them.
pub(crate) fn read_block(passage: &Passage<'_>, known: &[Identifier]) -> ReadBlock {
    let mut parser = Parser {
        cursor: Cursor::new(passage),
        error: None,
        depth: 0,
        cursors: Vec::new(),
        names: known.to_vec(),
    };
    parser.names.push(Identifier::from("found"));
    while parser.cursor.is_mark(0, '#') {
        // `#option dump`, `#variable_conflict use_column`.
        for _ in 0..3 {
            parser.cursor.next();
        }
    }
    let label = parser.label();
    let block = parser.block(label);
    parser.cursor.take_mark(';');
    if !parser.cursor.at_end() {
        parser.fail();
    }
    ReadBlock {
        block,
        error: parser.error,
    }
}

pub(super) struct Parser<'p, 's> {
    pub(super) cursor: Cursor<'p, 's>,
    pub(super) error: Option<ParseError>,
    depth: u32,
    /// Bound cursors in scope, with their queries.
    pub(super) cursors: Vec<Declaration>,
    /// Variables and labels in scope, innermost last.
    pub(super) names: Vec<Identifier>,
}

impl Parser<'_, '_> {
    /// Notes an error at the current token, if it is the first.
    pub(super) fn fail(&mut self) {
        let offset = self.cursor.offset();
        self.fail_at(offset);
    }

    pub(super) fn fail_at(&mut self, offset: usize) {
        if self.error.is_none() {
            let message = crate::sql::parse::near(&self.cursor.passage.text, offset);
            self.fail_with(offset, message);
        }
    }

    /// PL/pgSQL compiles an assignment only to what is declared.
    pub(super) fn check_known(&mut self, name: &str, offset: usize) {
        let first = name.split(['.', '[']).next().unwrap_or(name).trim();
        let plain = first.trim_matches('"');
        if first.is_empty() || first.starts_with('$') || first.contains('{') {
            return;
        }
        if !self
            .names
            .iter()
            .any(|known| known.as_str().eq_ignore_ascii_case(plain))
        {
            self.fail_with(offset, format!("\"{plain}\" is not a known variable"));
        }
    }

    pub(super) fn fail_with(&mut self, offset: usize, message: String) {
        let passage = self.cursor.passage;
        if self.error.is_none() && !passage.source.markers.has_hole(&passage.text) {
            self.error = Some(ParseError { offset, message });
        }
    }

    pub(super) fn expect_word(&mut self, word: &str) {
        if !self.cursor.take_word(word) {
            self.fail();
        }
    }

    /// The semicolon that ends a statement; what stands before it unread is an error.
    pub(super) fn expect_semicolon(&mut self) {
        if !self.cursor.take_mark(';') {
            self.fail();
            self.cursor.until_semicolon();
            self.cursor.take_mark(';');
        }
    }

    /// `<<label>>`.
    pub(super) fn label(&mut self) -> Option<Identifier> {
        let opens = self.cursor.is_mark(0, '<') && self.cursor.is_mark(1, '<');
        if !opens {
            return None;
        }
        self.cursor.next();
        self.cursor.next();
        let label = self.cursor.identifier();
        while self.cursor.take_mark('>') {}
        label
    }

    /// From DECLARE or BEGIN to END.
    pub(super) fn block(&mut self, label: Option<Identifier>) -> Block {
        let known_cursors = self.cursors.len();
        let known_names = self.names.len();
        self.names.extend(label.clone());
        let mut declarations = Vec::new();
        if self.cursor.take_word("declare") {
            declarations = self.declarations();
        }
        self.expect_word("begin");
        let body = self.statements(&["end", "exception"]);
        let mut handlers = Vec::new();
        if self.cursor.take_word("exception") {
            while self.cursor.is_word(0, "when") {
                handlers.push(self.handler());
            }
        }
        self.expect_word("end");
        if !self.cursor.is_mark(0, ';') && !self.cursor.at_end() {
            self.cursor.identifier();
        }
        self.cursors.truncate(known_cursors);
        self.names.truncate(known_names);
        Block {
            label,
            declarations,
            body,
            handlers,
        }
    }

    fn declarations(&mut self) -> Vec<Declaration> {
        let mut declarations = Vec::new();
        while !self.cursor.at_end() && !self.cursor.is_word(0, "begin") {
            if self.cursor.take_word("declare") {
                continue;
            }
            let place = self.cursor.place();
            let Some(name) = self.cursor.identifier() else {
                self.fail();
                self.cursor.until_semicolon();
                if !self.cursor.take_mark(';') {
                    break;
                }
                continue;
            };
            let mut declaration = Declaration {
                name,
                data_type: None,
                default: None,
                cursor: None,
                place,
            };
            self.names.push(declaration.name.clone());
            self.declared(&mut declaration);
            if declaration.cursor.is_some() {
                self.cursors.push(declaration.clone());
            }
            declarations.push(declaration);
        }
        declarations
    }

    /// What stands behind a declared name.
    fn declared(&mut self, declaration: &mut Declaration) {
        if self.cursor.take_word("alias") {
            self.cursor.until_semicolon();
        } else if self.is_cursor() {
            self.cursor.until_word(&["for", "is"]);
            self.cursor.next();
            let query = self.cursor.until_semicolon();
            declaration.cursor = self.query(query);
        } else {
            self.cursor.take_word("constant");
            let range = self.cursor.until(|cursor, token| {
                let text = &cursor.passage.text;
                matches!(token.kind, crate::sql::scan::Kind::Mark('=' | ':'))
                    || ["default", "not", "collate"]
                        .iter()
                        .any(|word| token.is_word(text, word))
            });
            declaration.data_type = self.declared_type(range);
            if self.cursor.take_word("collate") {
                self.cursor.until(|cursor, token| {
                    let text = &cursor.passage.text;
                    matches!(token.kind, crate::sql::scan::Kind::Mark('=' | ':'))
                        || ["default", "not"]
                            .iter()
                            .any(|word| token.is_word(text, word))
                });
            }
            if self.cursor.take_word("not") {
                self.expect_word("null");
            }
            if self.cursor.take_word("default") || self.cursor.take_assignment() {
                let range = self.cursor.until_semicolon();
                declaration.default = Some(self.expression(range));
            }
        }
        self.expect_semicolon();
    }

    fn is_cursor(&self) -> bool {
        let ahead = match self.cursor.word_at(0).as_deref() {
            Some("no") => 2,
            Some("scroll") => 1,
            _ => 0,
        };
        self.cursor.is_word(ahead, "cursor")
    }

    fn handler(&mut self) -> Handler {
        let place = self.cursor.place();
        self.expect_word("when");
        let range = self.cursor.until_word(&["then"]);
        let conditions = self.conditions(&range);
        self.expect_word("then");
        let body = self.statements(&["when", "end"]);
        Handler {
            conditions,
            body,
            place,
        }
    }

    /// `a OR SQLSTATE '42701' OR others`.
    fn conditions(&self, range: &std::ops::Range<usize>) -> Vec<String> {
        let mut conditions = Vec::new();
        for token in self.cursor.tokens_in(range) {
            let text = self.cursor.text_of(*token).to_ascii_lowercase();
            match text.as_str() {
                "or" | "sqlstate" => {}
                _ => conditions.push(text.trim_matches('\'').to_uppercase()),
            }
        }
        conditions
            .into_iter()
            .map(|condition| {
                let is_code =
                    condition.len() == 5 && condition.contains(|c: char| c.is_ascii_digit());
                if is_code {
                    condition
                } else {
                    condition.to_lowercase()
                }
            })
            .collect()
    }

    /// Statements up to one of these words, which is left.
    pub(super) fn statements(&mut self, ends: &[&str]) -> Vec<Statement> {
        let mut statements = Vec::new();
        self.depth += 1;
        while !self.cursor.at_end() {
            if ends.iter().any(|word| self.cursor.is_word(0, word)) {
                break;
            }
            if self.depth > DEEPEST {
                statements.push(self.broken());
                continue;
            }
            let before = self.cursor.offset();
            statements.push(self.statement());
            if self.cursor.offset() == before {
                statements.push(self.broken());
            }
        }
        self.depth -= 1;
        statements
    }

    /// Goes on behind the next semicolon.
    pub(super) fn broken(&mut self) -> Statement {
        self.fail();
        let place = self.cursor.place();
        let first = self.cursor.next();
        let range = self.cursor.until_semicolon();
        self.cursor.take_mark(';');
        let start = first.map_or(range.start, |token| token.start);
        Statement {
            place,
            kind: StatementKind::Broken(self.cursor.passage.written(start..range.end.max(start))),
        }
    }
}
