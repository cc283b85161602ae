//! Splits a text into statements as psql does: by lexing (PostgreSQL's psqlscan.l).
//!
//! Dollar quotes, strings, nested comments, parentheses, `BEGIN ATOMIC` bodies, psql's own commands
//! and the data behind `COPY ... FROM stdin` are known. After a text that never closes a quote the
//! splitter goes on at the next line that begins a statement.

use std::collections::BTreeMap;

use crate::model::{Dialect, Place, Template};

use super::nesting::Nesting;
use super::placeholder::{self, Placeholder};
use super::scan::{Kind, Scanner, Token};
use super::source_text::SourceText;
use super::words;

/// A statement's text and place, for scripts that split a file themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitStatement {
    /// As written, without the semicolon, holes as `{label}`.
    pub text: String,
    pub place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PieceKind {
    Sql,
    /// A psql command: its name, and its arguments as written.
    Psql {
        name: String,
        arguments: String,
    },
}

/// A stretch of the flat text: one statement without its semicolon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatementPiece {
    pub kind: PieceKind,
    pub start: usize,
    pub end: usize,
    pub placeholders: Vec<Placeholder>,
    /// How deep a parser would have to go.
    pub nesting: u32,
    /// The lines behind `COPY ... FROM stdin;`.
    pub copy_data: Option<(usize, usize)>,
    /// A quote or comment in it never ends.
    pub unclosed: bool,
    /// What was opened before it, never closes and so swallows it.
    pub swallowed: Option<&'static str>,
    /// The `\q` before it, where psql stops reading.
    pub behind_quit: Option<usize>,
}

/// Splits a text at the semicolons that end statements; psql's commands are left out.
pub fn split(template: &Template) -> Vec<SplitStatement> {
    let mut source = SourceText::new(template);
    split_source(&mut source, Dialect::Postgres)
        .into_iter()
        .filter(|piece| piece.kind == PieceKind::Sql)
        .map(|piece| SplitStatement {
            text: source.written(piece.start, piece.end),
            place: source.place(piece.start),
        })
        .collect()
}

/// The stretches of a body in SQL that are statements.
pub(crate) fn split_text(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut source = SourceText::new(&Template::from_text(text));
    let pieces = split_source(&mut source, Dialect::Postgres).into_iter();
    pieces
        .filter(|piece| piece.kind == PieceKind::Sql)
        .map(|piece| piece.start..piece.end)
        .collect()
}

pub(crate) fn split_source(source: &mut SourceText, dialect: Dialect) -> Vec<StatementPiece> {
    let text = source.shared_text();
    let mut splitter = Splitter {
        text: &text,
        scanner: Scanner::new(&text, dialect == Dialect::Mysql),
        source,
        pieces: Vec::new(),
        current: Current::default(),
        swallowed: None,
        variables: BTreeMap::new(),
        quit: None,
        conditions: 0,
    };
    splitter.run();
    splitter.pieces
}

/// The statement that is being read.
#[derive(Debug, Default)]
struct Current {
    start: Option<usize>,
    end: usize,
    placeholders: Vec<Placeholder>,
    nesting: Nesting,
    /// The first words, in lower case: they decide about `BEGIN ATOMIC`, rules and COPY.
    words: Vec<String>,
    begin_depth: u32,
    last: Option<Token>,
    unclosed: bool,
}

impl Current {
    fn starts_with(&self, words: &[&str]) -> bool {
        self.words.len() >= words.len() && self.words.iter().zip(words).all(|(a, b)| a == b)
    }

    fn is_routine(&self) -> bool {
        let rest = if self.starts_with(&["create", "or", "replace"]) {
            self.words.get(3)
        } else if self.starts_with(&["create"]) {
            self.words.get(1)
        } else {
            None
        };
        rest.is_some_and(|word| word == "function" || word == "procedure")
    }

    /// SQLite's and MySQL's triggers hold statements between BEGIN and END; PostgreSQL's have no such
    /// word.
    fn is_trigger(&self) -> bool {
        self.starts_with(&["create"]) && self.words.iter().any(|word| word == "trigger")
    }

    fn is_rule(&self) -> bool {
        self.starts_with(&["create", "rule"])
            || self.starts_with(&["create", "or", "replace", "rule"])
    }

    fn reads_stdin(&self) -> bool {
        self.starts_with(&["copy"])
            && self
                .words
                .windows(2)
                .any(|pair| pair[0] == "from" && pair[1] == "stdin")
    }

    /// psql's rule: words of the body of a routine in SQL-standard style.
    fn track_body(&mut self, word: &str) {
        let has_body = self.is_routine() || self.is_trigger();
        if !has_body || self.nesting.parentheses() > 0 {
            return;
        }
        match word {
            "begin" => self.begin_depth += 1,
            "case" if self.begin_depth > 0 => self.begin_depth += 1,
            "end" => self.begin_depth = self.begin_depth.saturating_sub(1),
            _ => {}
        }
    }
}

struct Splitter<'t, 's> {
    text: &'t str,
    scanner: Scanner<'t>,
    source: &'s mut SourceText,
    pieces: Vec<StatementPiece>,
    current: Current,
    swallowed: Option<&'static str>,
    /// What `\set` has set so far.
    variables: BTreeMap<String, String>,
    /// Where psql stopped reading: behind `\q`.
    quit: Option<usize>,
    /// How many `\if` are open.
    conditions: u32,
}

impl Splitter<'_, '_> {
    fn run(&mut self) {
        while let Some(token) = self.scanner.next() {
            if token.unclosed {
                self.unclosed(token);
                continue;
            }
            match token.kind {
                Kind::Space | Kind::Comment => {}
                Kind::Mark('\\') => self.psql_command(token),
                Kind::Mark(';') if self.ends_statement(token) => {
                    let open = self.current.nesting.parentheses() > 0;
                    self.finish(Some(token));
                    if open {
                        self.swallowed.get_or_insert("parenthesis");
                    }
                }
                _ => self.take(token),
            }
        }
        self.finish(None);
    }

    fn take(&mut self, token: Token) {
        let found = placeholder::find(
            self.text,
            token,
            self.current.last,
            self.current.nesting.brackets(),
        );
        self.current.start.get_or_insert(token.start);
        let token = match found {
            Some(found) => {
                let end = found.end;
                self.placeholder(token, found);
                self.scanner.offset = end;
                Token {
                    kind: Kind::Parameter,
                    end,
                    ..token
                }
            }
            None => {
                self.note(token);
                token
            }
        };
        self.current.end = token.end;
        self.current.last = Some(token);
    }

    fn placeholder(&mut self, token: Token, found: placeholder::Found) {
        let shown = self.text[token.start..found.end].to_owned();
        let value = placeholder::variable_name(&shown)
            .and_then(|name| self.variables.get(name))
            .map(|value| placeholder::interpolated(&shown, value));
        let before = self.current.last;
        let needs_parentheses = found.reason.is_none()
            && before.is_some_and(|before| {
                before.is_word(self.text, "in") || before.is_word(self.text, "values")
            });
        let marker = self
            .source
            .markers
            .push(shown, found.reason.map(str::to_owned));
        self.current.placeholders.push(Placeholder {
            start: token.start,
            end: found.end,
            marker,
            style: found.style,
            needs_parentheses,
            value,
        });
    }

    fn note(&mut self, token: Token) {
        match token.kind {
            Kind::Word => {
                let word = token.text(self.text).to_ascii_lowercase();
                self.current.nesting.word(&word);
                self.current.track_body(&word);
                let keep = self.current.words.len() < 4 || self.current.starts_with(&["copy"]);
                if keep && self.current.words.len() < 200 {
                    self.current.words.push(word);
                }
            }
            Kind::Mark(mark) => self.current.nesting.mark(mark),
            _ => {}
        }
    }

    fn ends_statement(&self, token: Token) -> bool {
        if self.current.begin_depth > 0 {
            return false;
        }
        if self.current.nesting.parentheses() == 0 {
            return true;
        }
        // A parenthesis was never closed: the next statement shows it.
        !self.current.is_rule() && words::begins_statement(&self.text[token.end..])
    }

    fn finish(&mut self, semicolon: Option<Token>) {
        let current = std::mem::take(&mut self.current);
        let Some(start) = current.start else { return };
        let copy_data = match semicolon {
            Some(semicolon) if current.reads_stdin() => self.copy_data(semicolon.end),
            _ => None,
        };
        self.pieces.push(StatementPiece {
            kind: PieceKind::Sql,
            start,
            end: current.end,
            nesting: current.nesting.deepest(),
            placeholders: current.placeholders,
            copy_data,
            unclosed: current.unclosed,
            swallowed: self.swallowed,
            behind_quit: self.quit,
        });
    }

    /// The lines up to `\.`, which psql sends as data. Without that line there are none: the text
    /// is meant for a driver, which has no such convention.
    fn copy_data(&mut self, from: usize) -> Option<(usize, usize)> {
        let rest = &self.text[from..];
        let start = from + rest.find('\n')? + 1;
        let mut offset = start;
        for line in self.text[start..].split_inclusive('\n') {
            if line.trim_end() == "\\." {
                self.scanner.offset = offset + line.len();
                return Some((start, offset));
            }
            offset += line.len();
        }
        None
    }

    fn psql_command(&mut self, token: Token) {
        let rest = &self.text[token.end..];
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..line_end];
        let name_end = line
            .find(|c: char| c.is_whitespace() || c == '\\' || c == ';')
            .unwrap_or(line.len());
        let name = &line[..name_end.max(usize::from(line.starts_with([';', '.'])))];
        let whole_line = matches!(name, "copy" | "!" | "ef" | "ev" | "h" | "help");
        let arguments = &line[name.len()..];
        let length = if whole_line {
            arguments.len()
        } else {
            arguments_end(arguments)
        };
        self.finish(None);
        let end = token.end + name.len() + length;
        self.session_command(token, name, &arguments[..length]);
        if !matches!(name, ";" | "." | "") {
            let piece = self.psql_piece(token.start, end, name, &arguments[..length]);
            self.pieces.push(piece);
        }
        self.scanner.offset = end;
    }

    /// Commands that change how psql reads what follows.
    fn session_command(&mut self, token: Token, name: &str, arguments: &str) {
        match name {
            "set" => {
                let mut words = arguments.split_whitespace();
                if let Some(variable) = words.next() {
                    let value = words
                        .map(|word| word.trim_matches('\''))
                        .collect::<Vec<_>>();
                    self.variables.insert(variable.to_owned(), value.join(" "));
                }
            }
            "unset" => {
                self.variables.remove(arguments.trim());
            }
            "if" => self.conditions += 1,
            "endif" => self.conditions = self.conditions.saturating_sub(1),
            "q" | "quit" if self.conditions == 0 => {
                self.quit.get_or_insert(token.start);
            }
            _ => {}
        }
    }

    fn psql_piece(&self, start: usize, end: usize, name: &str, rest: &str) -> StatementPiece {
        StatementPiece {
            kind: PieceKind::Psql {
                name: name.to_owned(),
                arguments: rest.trim().to_owned(),
            },
            start,
            end,
            placeholders: Vec::new(),
            nesting: 0,
            copy_data: None,
            unclosed: false,
            swallowed: self.swallowed,
            behind_quit: self.quit,
        }
    }

    fn unclosed(&mut self, token: Token) {
        self.current.start.get_or_insert(token.start);
        self.current.unclosed = true;
        let first = token.start + 1;
        let resume = self
            .text
            .get(first..)
            .and_then(words::next_statement_line)
            .map(|offset| first + offset);
        self.current.end = resume.unwrap_or(token.end);
        self.scanner.offset = self.current.end;
        self.finish(None);
        self.swallowed.get_or_insert("quoted string");
    }
}

/// Where a psql command's arguments end: at the line's end, or at the next backslash outside quotes.
fn arguments_end(arguments: &str) -> usize {
    let mut quote = None;
    for (index, character) in arguments.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"' | '`') => quote = Some(character),
            None if character == '\\' => return index,
            None => {}
        }
    }
    arguments.len()
}
