//! MySQL's and SQLite's statements, read by sqlparser to the same actions as far as they go.

mod alter;
mod rows;
mod table;

use sqlparser::ast::{self, ObjectNamePart, ObjectType, Statement};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use crate::model::{
    Action, Certainty, Dialect, Guard, GuardKind, Identifier, ObjectName, ViewDefinition,
};

use super::lower::Lowered;
use super::passage::Passage;
use super::query::{Query, QueryBody};
use super::reading::{Nature, ReadEffect, TransactionStatement};

/// Deeper nesting is refused by the parser.
const DEEPEST: usize = 60;

/// The dialect that a text of unknown origin is written in, if it cannot be PostgreSQL's.
pub(crate) fn detect(text: &str) -> Option<Dialect> {
    let folded = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if has(&[
        "autoincrement",
        "pragma ",
        "insert or ignore",
        "insert or replace",
        "without rowid",
    ]) {
        return Some(Dialect::Sqlite);
    }
    let backticks = text.matches('`').count() >= 2;
    let words = has(&[
        "auto_increment",
        "engine=",
        "engine =",
        " unsigned",
        "on duplicate key",
        "modify column",
        "change column",
        "insert ignore",
        "on update current_timestamp",
        "replace into",
        "charset",
    ]);
    (backticks || words).then_some(Dialect::Mysql)
}

/// MySQL, if names in a text are quoted as only MySQL does: its strings escape by backslash, too.
pub(crate) fn quoting(text: &str) -> Option<Dialect> {
    const BEFORE_NAME: &[&str] = &[
        "table", "into", "from", "update", "exists", "column", "add", "drop", "key", "index", "on",
        "database", "change", "modify",
    ];
    let mut rest = text;
    for _ in 0..20 {
        let (before, after) = rest.split_once('`')?;
        let word = before
            .trim_end()
            .rsplit(|c: char| !c.is_ascii_alphabetic())
            .next();
        let word = word.unwrap_or_default().to_ascii_lowercase();
        if before.ends_with([' ', '\n']) && BEFORE_NAME.contains(&word.as_str()) {
            return Some(Dialect::Mysql);
        }
        rest = after;
    }
    None
}

/// Reads one statement in another dialect; `None` if its grammar rejects it, too.
pub(crate) fn read_foreign(passage: &Passage<'_>, dialect: Dialect) -> Option<Lowered> {
    let first = passage.text.split_whitespace().next().unwrap_or_default();
    if dialect == Dialect::Sqlite && first.eq_ignore_ascii_case("pragma") {
        return Some(Lowered::new(Nature::Utility(Vec::new()), Vec::new()));
    }
    let grammar: &dyn Grammar = match dialect {
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Mysql | Dialect::Postgres => &MySqlDialect {},
    };
    let mut statements = Parser::new(grammar)
        .with_recursion_limit(DEEPEST)
        .try_with_sql(&passage.text)
        .and_then(|mut parser| parser.parse_statements())
        .ok()?;
    let statement = statements.pop().filter(|_| statements.is_empty())?;
    Some(Foreign { passage }.statement(&statement))
}

/// Lowers sqlparser's trees.
pub(super) struct Foreign<'p> {
    passage: &'p Passage<'p>,
}

impl Foreign<'_> {
    fn shown(&self, text: &str) -> String {
        self.passage.source.markers.restore(text)
    }

    /// Names of these dialects keep their case; folding makes them one with PostgreSQL's.
    pub(super) fn identifier(&self, name: &ast::Ident) -> Identifier {
        Identifier::exact(self.shown(&name.value.to_lowercase()))
    }

    pub(super) fn identifiers(&self, names: &[ast::Ident]) -> Vec<Identifier> {
        names.iter().map(|name| self.identifier(name)).collect()
    }

    pub(super) fn object_name(&self, name: &ast::ObjectName) -> ObjectName {
        let mut parts: Vec<_> = name
            .0
            .iter()
            .filter_map(ObjectNamePart::as_ident)
            .map(|part| self.identifier(part))
            .collect();
        let last = parts.pop().unwrap_or_default();
        ObjectName::qualified(parts.pop(), last)
    }

    pub(super) fn effect(&self, action: Action) -> ReadEffect {
        let whole = 0..self.passage.text.len();
        let place = self.passage.place(0);
        ReadEffect::new(action, self.passage.certainty(whole), place)
    }

    pub(super) fn guard(&self, kind: GuardKind, text: &str) -> Guard {
        Guard::new(kind, text, self.passage.place(0))
    }

    pub(super) fn change(&self, action: Action, guard: Option<Guard>) -> Lowered {
        let mut effect = self.effect(action);
        effect.guards.extend(guard);
        Lowered::change(vec![effect])
    }

    fn if_not_exists(&self, given: bool) -> Option<Guard> {
        given.then(|| self.guard(GuardKind::IfNotExists, "IF NOT EXISTS"))
    }

    fn if_exists(&self, given: bool) -> Option<Guard> {
        given.then(|| self.guard(GuardKind::IfExists, "IF EXISTS"))
    }

    fn statement(&self, statement: &Statement) -> Lowered {
        match statement {
            Statement::CreateTable(create) => self.create_table(create),
            Statement::AlterTable(alter) => self.alter_table(alter),
            Statement::CreateIndex(create) => self.create_index(create),
            Statement::CreateView(create) => self.create_view(create),
            Statement::Drop {
                object_type,
                if_exists,
                names,
                cascade,
                ..
            } => self.drop(*object_type, names, *if_exists, *cascade),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Truncate(truncate) => self.truncate(truncate),
            Statement::RenameTable(renames) => self.rename_tables(renames),
            Statement::Query(_) => Lowered::new(Nature::Query(Box::new(self.query())), Vec::new()),
            Statement::StartTransaction { .. } => transaction(TransactionStatement::Begin),
            Statement::Commit { chain, .. } => {
                transaction(TransactionStatement::Commit { chain: *chain })
            }
            Statement::Rollback { chain, savepoint } => transaction(match savepoint {
                Some(name) => TransactionStatement::RollbackTo(self.identifier(name)),
                None => TransactionStatement::Rollback { chain: *chain },
            }),
            Statement::Savepoint { name } => {
                transaction(TransactionStatement::Savepoint(self.identifier(name)))
            }
            Statement::ReleaseSavepoint { name } => {
                transaction(TransactionStatement::Release(self.identifier(name)))
            }
            Statement::Set(_)
            | Statement::Pragma { .. }
            | Statement::Use(_)
            | Statement::ShowTables { .. }
            | Statement::ShowVariables { .. }
            | Statement::ShowColumns { .. }
            | Statement::ShowCreate { .. }
            | Statement::ExplainTable { .. }
            | Statement::Explain { .. }
            | Statement::Analyze(_)
            | Statement::LockTables { .. }
            | Statement::UnlockTables
            | Statement::Vacuum(_) => Lowered::new(Nature::Utility(Vec::new()), Vec::new()),
            _ => self.change(
                Action::UnknownStatement {
                    object: String::new(),
                    statement: self.passage.all_written(),
                },
                None,
            ),
        }
    }

    fn query(&self) -> Query {
        let text = self.passage.all_written();
        Query {
            with: Vec::new(),
            recursive: false,
            body: QueryBody::Unread(text.clone()),
            order_by: Vec::new(),
            limit: None,
            offset: None,
            text,
        }
    }

    fn create_view(&self, create: &ast::CreateView) -> Lowered {
        let columns: Vec<_> = create
            .columns
            .iter()
            .map(|column| self.identifier(&column.name))
            .collect();
        let action = Action::CreateView {
            name: self.object_name(&create.name),
            definition: Box::new(ViewDefinition {
                columns,
                query: self.shown(&create.query.to_string()),
                reads: Vec::new(),
                reads_columns: Vec::new(),
                options: String::new(),
            }),
            or_replace: create.or_replace,
        };
        let replace = create
            .or_replace
            .then(|| self.guard(GuardKind::OrReplace, "OR REPLACE"));
        self.change(
            action,
            replace.or_else(|| self.if_not_exists(create.if_not_exists)),
        )
    }

    fn drop(
        &self,
        object_type: ObjectType,
        names: &[ast::ObjectName],
        if_exists: bool,
        cascade: bool,
    ) -> Lowered {
        let effects = names.iter().map(|name| {
            let name = self.object_name(name);
            let action = match object_type {
                ObjectType::Table => Action::DropTable {
                    table: name,
                    if_exists,
                    cascade,
                },
                ObjectType::View | ObjectType::MaterializedView => Action::DropView {
                    name,
                    materialized: matches!(object_type, ObjectType::MaterializedView),
                    if_exists,
                    cascade,
                },
                ObjectType::Index => Action::DropIndex {
                    index: name,
                    if_exists,
                    cascade,
                    concurrently: false,
                },
                ObjectType::Schema | ObjectType::Database => Action::DropSchema {
                    name: name.name,
                    if_exists,
                    cascade,
                },
                _ => Action::UnknownStatement {
                    object: name.to_string(),
                    statement: self.passage.all_written(),
                },
            };
            let mut effect = self.effect(action);
            effect.guards.extend(self.if_exists(if_exists));
            effect
        });
        Lowered::change(effects.collect())
    }

    fn rename_tables(&self, renames: &[ast::RenameTable]) -> Lowered {
        let effects = renames.iter().map(|rename| {
            self.effect(Action::RenameTable {
                table: self.object_name(&rename.old_name),
                new_name: self.object_name(&rename.new_name).name,
                if_exists: false,
            })
        });
        Lowered::change(effects.collect())
    }
}

fn transaction(statement: TransactionStatement) -> Lowered {
    Lowered::new(Nature::Transaction(statement), Vec::new())
}

/// A reading in another dialect is as certain as its holes let it be.
pub(crate) fn relaxed(mut lowered: Lowered) -> Lowered {
    for effect in &mut lowered.effects {
        effect.inert = None;
        effect.certainty = effect.certainty.max(Certainty::Exact);
    }
    if matches!(lowered.nature, Nature::Invalid(_)) {
        lowered.nature = match lowered.effects.is_empty() {
            true => Nature::Unknown,
            false => Nature::Change,
        };
    }
    lowered
}
