//! Reads a text statement by statement.

use squawk_syntax::ast;

use crate::model::{
    Action, Certainty, Diagnostic, Dialect, Guard, GuardKind, InertReason, Level, Opaque, Place,
    RowChange, SqlError, SqlState, Template,
};

use super::canonical::read_expression;
use super::foreign;
use super::lower::{Lowered, Lowering};
use super::nesting::DEEPEST;
use super::parse::{near, parse};
use super::passage::Passage;
use super::plpgsql::{self, Functions};
use super::psql;
use super::reading::{Nature, PsqlCommand, ReadEffect, ReadStatement, Reading};
use super::repair;
use super::routine;
use super::scan::significant;
use super::source_text::SourceText;
use super::split::{PieceKind, StatementPiece, split_source, split_text};
use super::words;

/// Reads a text that is sent to a database. Never fails: what cannot be read becomes an opaque
/// effect with its place and reason.
pub fn read(template: &Template, dialect: Dialect) -> Reading {
    read_source(SourceText::new(template), dialect)
}

/// What a statement does to the rows of a migration tool's table, which [`read`] calls a stamp.
pub fn version_rows(statement: &str) -> Option<RowChange> {
    let mut source = SourceText::new(&Template::from_text(statement));
    source.reads_version_rows = true;
    let reading = read_source(source, Dialect::Postgres);
    let effects = reading.statements.into_iter().flat_map(|read| read.effects);
    effects.into_iter().find_map(|effect| match effect.action {
        Action::Rows(change) => Some(*change),
        _ => None,
    })
}

/// The dialect of a statement that PostgreSQL refuses and another server takes.
pub fn foreign_dialect(text: &str) -> Option<Dialect> {
    foreign::detect(text)?;
    let reading = read(&Template::from_text(text), Dialect::Postgres);
    let mut dialects = reading.statements.iter().map(|statement| statement.dialect);
    dialects.find(|dialect| *dialect != Dialect::Postgres)
}

fn read_source(mut source: SourceText, dialect: Dialect) -> Reading {
    let quoting = foreign::quoting(&source.shared_text()).unwrap_or(dialect);
    let pieces = split_source(&mut source, quoting);
    let mut reader = Reader {
        source: &source,
        dialect,
        reading: Reading::default(),
        conditions: Vec::new(),
        functions: Functions::new(),
    };
    for piece in &pieces {
        reader.piece(piece);
    }
    reader.reading
}

struct Reader<'s> {
    source: &'s SourceText,
    dialect: Dialect,
    reading: Reading,
    /// The guards of the psql `\if` that a statement stands in.
    conditions: Vec<Guard>,
    /// Routines that the text has defined so far.
    functions: Functions,
}

impl Reader<'_> {
    fn piece(&mut self, piece: &StatementPiece) {
        let mut statement = match &piece.kind {
            PieceKind::Psql { name, arguments } => self.command(piece, name, arguments),
            PieceKind::Sql => self.sql(piece),
        };
        if let Some(quit) = piece.behind_quit {
            let line = self.source.place(quit).map_or(0, |place| place.line);
            let reason = format!("psql stops reading at \\q on line {line}");
            for effect in &mut statement.effects {
                effect
                    .inert
                    .get_or_insert(InertReason::NotExecuted(reason.clone()));
            }
        }
        for effect in &mut statement.effects {
            effect.guards.splice(0..0, self.conditions.iter().cloned());
        }
        self.reading.statements.push(statement);
    }

    fn command(&mut self, piece: &StatementPiece, name: &str, arguments: &str) -> ReadStatement {
        let statement = psql::read_command(self.source, piece, name, arguments);
        let Nature::PsqlCommand(command) = &statement.nature else {
            return statement;
        };
        let condition =
            |text: String| Guard::new(GuardKind::Condition, text, statement.place.clone());
        match command {
            PsqlCommand::If(text) => self.conditions.push(condition(format!("\\if {text}"))),
            PsqlCommand::Elif(text) => {
                self.conditions.pop();
                self.conditions.push(condition(format!("\\elif {text}")));
            }
            PsqlCommand::Else => {
                let before = self.conditions.pop();
                let text = before.map(|guard| guard.text).unwrap_or_default();
                self.conditions.push(condition(format!("not {text}")));
            }
            PsqlCommand::Endif => {
                self.conditions.pop();
            }
            PsqlCommand::Copy(text) => return self.copy_command(&statement, text.clone()),
            PsqlCommand::Go { command } if command == "gexec" => {
                return self.gexec(statement);
            }
            _ => {}
        }
        statement
    }

    /// `\copy` is COPY with the file on the client's side.
    fn copy_command(&self, statement: &ReadStatement, text: String) -> ReadStatement {
        let inner = read(&Template::from_text(text), self.dialect);
        let mut effects: Vec<_> = inner
            .statements
            .into_iter()
            .flat_map(|inner| inner.effects)
            .collect();
        for effect in &mut effects {
            effect.place = statement.place.clone();
        }
        ReadStatement {
            effects,
            ..statement.clone()
        }
    }

    /// `\gexec` runs what the query before it returns.
    fn gexec(&self, mut statement: ReadStatement) -> ReadStatement {
        let last = self.reading.statements.last();
        if let Some(Nature::Query(query)) = last.map(|last| &last.nature) {
            let place = last.and_then(|last| last.place.as_ref());
            statement.effects = plpgsql::survey_cells(query, place);
            if !statement.effects.is_empty() {
                // The text stands in the query.
                statement.place = place.cloned().or(statement.place);
                return statement;
            }
        }
        let text = last.map(|last| last.text.clone());
        let action = Action::Opaque(Opaque {
            text: text.unwrap_or_default(),
            reason: "psql runs each cell of the query's result as SQL".to_owned(),
        });
        let place = statement.place.clone();
        statement
            .effects
            .push(ReadEffect::new(action, Certainty::Opaque, place));
        statement
    }

    fn sql(&mut self, piece: &StatementPiece) -> ReadStatement {
        let text = self.source.written(piece.start, piece.end);
        let place = self.source.place(piece.start);
        let (mut lowered, dialect) = self.in_its_dialect(piece, &text);
        self.follow_calls(&text, &mut lowered, place.as_ref());
        let mut statement = ReadStatement {
            text,
            place,
            nature: lowered.nature,
            effects: lowered.effects,
            dialect,
        };
        if let Some(what) = piece.swallowed {
            swallowed(&mut statement, what);
        }
        statement
    }

    /// Adds what the functions do that this text has defined before.
    fn follow_calls(&mut self, text: &str, lowered: &mut Lowered, place: Option<&Place>) {
        if let Some((name, function)) = lowered.defines.take() {
            self.functions.insert(name, function);
            return;
        }
        if self.functions.is_empty() {
            return;
        }
        match &lowered.nature {
            Nature::Block(block) => lowered.effects = plpgsql::survey(block, &self.functions),
            Nature::Query(query) => {
                let called = plpgsql::survey_query(query, &self.functions, place);
                lowered.effects.extend(called);
            }
            Nature::Change => {
                if let Some(call) = text.trim_start().get(4..).filter(|_| calls(text))
                    && let Some(call) = read_expression(call)
                {
                    let called = plpgsql::survey_expression(&call, &self.functions, place);
                    if !called.is_empty() {
                        lowered.effects = called;
                    }
                }
            }
            _ => {}
        }
    }

    /// The statement in the dialect that it was said to be in, or shows itself to be in.
    fn in_its_dialect(&mut self, piece: &StatementPiece, text: &str) -> (Lowered, Dialect) {
        let deep = piece.nesting > DEEPEST;
        let foreign = |dialect| {
            let passage = Passage::of_piece(self.source, piece, false);
            foreign::read_foreign(&passage, dialect).map(|lowered| (lowered, dialect))
        };
        if self.dialect != Dialect::Postgres {
            return match foreign(self.dialect).filter(|_| !deep) {
                Some(read) => read,
                None => (foreign::relaxed(self.lowered(piece, text)), self.dialect),
            };
        }
        let lowered = self.lowered(piece, text);
        let doubtful = matches!(lowered.nature, Nature::Invalid(_) | Nature::Unknown);
        let other = foreign::detect(text).filter(|_| doubtful && !deep);
        let foreign = |dialect| {
            let passage = Passage::of_piece(self.source, piece, false);
            foreign::read_foreign(&passage, dialect).map(|lowered| (lowered, dialect))
        };
        other
            .and_then(foreign)
            .unwrap_or((lowered, Dialect::Postgres))
    }

    fn lowered(&mut self, piece: &StatementPiece, text: &str) -> Lowered {
        let passage = Passage::of_piece(self.source, piece, false);
        if piece.nesting > DEEPEST {
            self.note(
                piece,
                "sql-too-deep",
                "the statement is nested too deeply to be read",
            );
            return opaque(&passage, "the statement is nested too deeply");
        }
        if piece.unclosed {
            return unclosed(&passage, text);
        }
        let lowered = statement_of(&passage);
        let doubtful = matches!(lowered.nature, Nature::Invalid(_) | Nature::Unknown);
        if doubtful && !piece.placeholders.is_empty() {
            let swapped = statement_of(&Passage::of_piece(self.source, piece, true));
            if !matches!(swapped.nature, Nature::Invalid(_) | Nature::Unknown) {
                return swapped;
            }
        }
        lowered
    }

    fn note(&mut self, piece: &StatementPiece, rule: &'static str, message: &str) {
        self.reading.diagnostics.push(Diagnostic::new(
            rule,
            Level::Warning,
            self.source.place(piece.start),
            message.to_owned(),
        ));
    }
}

/// Whether a statement is `CALL`.
fn calls(text: &str) -> bool {
    let first = text.split_whitespace().next();
    first.is_some_and(|word| word.eq_ignore_ascii_case("call"))
}

/// What one statement is and does.
pub(crate) fn statement_of(passage: &Passage<'_>) -> Lowered {
    let markers = &passage.source.markers;
    if let Some(index) = markers.alone(&passage.text) {
        return opaque(passage, markers.reason(index).unwrap_or("a parameter"));
    }
    if !words::may_hold_statement(&passage.text) && !markers.has_hole(&passage.text) {
        let error = SqlError::new(SqlState::SYNTAX_ERROR, near(&passage.text, 0), "");
        return Lowered::new(Nature::Invalid(error), Vec::new());
    }
    let parsed = parse(&passage.text);
    match parsed.error {
        None => accepted(passage, &parsed.statements),
        Some(_) if markers.has_hole(&passage.text) => repair::with_holes(passage),
        Some(error) => repair::invalid(passage, &error.to_sql_error("")),
    }
}

pub(crate) fn accepted(passage: &Passage<'_>, statements: &[ast::Stmt]) -> Lowered {
    let lowering = Lowering { passage };
    match statements {
        [] => Lowered::new(Nature::Utility(Vec::new()), Vec::new()),
        [ast::Stmt::Do(block)] => block_of(passage, block),
        [one] => routine::with_body(passage, one, lowering.statement(one)),
        several => Lowered::change(
            several
                .iter()
                .flat_map(|statement| lowering.statement(statement).effects)
                .collect(),
        ),
    }
}

fn block_of(passage: &Passage<'_>, block: &ast::Do) -> Lowered {
    let foreign = block
        .do_language()
        .and_then(|language| language.language_name())
        .filter(|language| language.name != "plpgsql");
    if let Some(language) = foreign {
        return opaque(passage, &format!("a block in {}", language.name));
    }
    let Some(body) = block.body().and_then(|body| passage.body(&body)) else {
        return opaque(passage, "a block without a body");
    };
    let read = plpgsql::read_block(&body, &[]);
    let effects = plpgsql::survey(&read.block, &Functions::new());
    match read.error {
        Some(error) => repair::inert(effects, &error.to_sql_error("")),
        None => Lowered::new(Nature::Block(Box::new(read.block)), effects),
    }
}

/// The statements of a body in SQL.
pub(crate) fn body_statements(body: &Passage<'_>) -> Vec<ReadStatement> {
    let mut statements = Vec::new();
    for range in split_text(&body.text) {
        let passage = body.slice(range.clone());
        let lowered = statement_of(&passage);
        statements.push(ReadStatement {
            text: passage.all_written(),
            place: passage.place(0),
            nature: lowered.nature,
            effects: lowered.effects,
            dialect: Dialect::Postgres,
        });
    }
    statements
}

/// A statement of which nothing is known.
fn opaque(passage: &Passage<'_>, reason: &str) -> Lowered {
    let action = Action::Opaque(Opaque {
        text: passage.all_written(),
        reason: reason.to_owned(),
    });
    Lowered::new(
        Nature::Unknown,
        vec![ReadEffect::new(action, Certainty::Opaque, passage.place(0))],
    )
}

/// A statement whose quotes are left open, by a split at semicolons mostly. The block within was
/// meant to run as far as it is there.
fn unclosed(passage: &Passage<'_>, text: &str) -> Lowered {
    let error = unclosed_error(text);
    let body = open_block(&passage.text)
        .map(|start| passage.slice(start..passage.text.len()))
        .map(|body| plpgsql::read_block(&body, &[]));
    let effects = body.map(|read| plpgsql::survey(&read.block, &Functions::new()));
    match effects {
        Some(effects) if !effects.is_empty() => repair::inert(effects, &error),
        _ => repair::invalid(passage, &error),
    }
}

/// Where the body of a `DO $tag$` starts that never ends.
fn open_block(text: &str) -> Option<usize> {
    let tokens = significant(text);
    let first = tokens.first()?;
    let quote = tokens.get(1)?;
    let tag = quote.text(text).strip_prefix('$')?;
    first
        .is_word(text, "do")
        .then(|| tag.find('$').map(|end| quote.start + end + 2))?
}

fn unclosed_error(text: &str) -> SqlError {
    let what = if words::opens_comment(text) {
        "unterminated /* comment"
    } else if significant(text)
        .last()
        .is_some_and(|token| token.text(text).starts_with('$'))
    {
        "unterminated dollar-quoted string"
    } else {
        "unterminated quoted string"
    };
    SqlError::new(SqlState::SYNTAX_ERROR, what, "")
}

/// What stands behind a quote or a parenthesis that never closes is part of it, not a statement.
fn swallowed(statement: &mut ReadStatement, what: &str) {
    let message = format!("unterminated {what} before it");
    for effect in &mut statement.effects {
        effect.inert = Some(InertReason::InvalidSql(message.clone()));
    }
    statement.nature = Nature::Invalid(SqlError::new(SqlState::SYNTAX_ERROR, message, ""));
}
