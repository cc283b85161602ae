//! Transactions and settings.

use squawk_syntax::ast::{self, AstNode};

use crate::model::ObjectName;
use crate::sql::reading::{Nature, Setting, TransactionStatement};
use crate::sql::scan::{Kind, significant};

use super::{Lowered, Lowering};

impl Lowered {
    pub(super) fn transaction(statement: TransactionStatement) -> Self {
        Self::new(Nature::Transaction(statement), Vec::new())
    }

    pub(super) fn utility() -> Self {
        Self::utility_of(Vec::new())
    }

    /// Of relations that must be there.
    fn utility_of(relations: Vec<ObjectName>) -> Self {
        Self::new(Nature::Utility(relations), Vec::new())
    }
}

impl Lowering<'_> {
    pub(super) fn maintenance(&self, tables: Option<ast::TableAndColumnsList>) -> Lowered {
        let tables = tables
            .into_iter()
            .flat_map(|list| list.table_and_columnss());
        let tables = tables
            .filter_map(|table| table.table_relation_name()?.table_name_ref())
            .map(|name| self.object_name(&name));
        Lowered::utility_of(tables.collect())
    }

    pub(super) fn lock(&self, lock: &ast::Lock) -> Lowered {
        let relations = lock.relation_list().into_iter();
        let relations = relations.flat_map(|list| list.relation_names());
        let relations = relations
            .filter_map(|relation| relation.relation_name_ref())
            .map(|name| self.object_name(&name));
        Lowered::utility_of(relations.collect())
    }

    pub(super) fn transaction_statement(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        Some(Lowered::transaction(match statement {
            Stmt::Begin(_) => TransactionStatement::Begin,
            Stmt::Commit(ast::Commit::CommitTransaction(commit)) => TransactionStatement::Commit {
                chain: chains(commit.chain_clause()),
            },
            Stmt::Rollback(ast::Rollback::RollbackTransaction(rollback)) => {
                TransactionStatement::Rollback {
                    chain: chains(rollback.chain_clause()),
                }
            }
            Stmt::Rollback(ast::Rollback::RollbackToSavepoint(rollback)) => {
                TransactionStatement::RollbackTo(self.optional_identifier(rollback.savepoint_ref()))
            }
            Stmt::SavepointCreate(savepoint) => {
                TransactionStatement::Savepoint(self.optional_identifier(savepoint.savepoint()))
            }
            Stmt::ReleaseSavepoint(release) => {
                TransactionStatement::Release(self.optional_identifier(release.savepoint_ref()))
            }
            Stmt::PrepareTransaction(_)
            | Stmt::Commit(ast::Commit::CommitPrepared(_))
            | Stmt::Rollback(ast::Rollback::RollbackPrepared(_)) => {
                TransactionStatement::TwoPhase(self.text(statement))
            }
            Stmt::SetTransaction(_) => TransactionStatement::Characteristics(self.text(statement)),
            _ => return None,
        }))
    }

    pub(super) fn setting(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        let fixed = match statement {
            Stmt::Set(_) | Stmt::Reset(_) => None,
            Stmt::SetRole(_) | Stmt::ResetRole(_) => Some("role"),
            Stmt::SetSessionAuth(_) | Stmt::ResetSessionAuth(_) => Some("session authorization"),
            Stmt::SetConstraints(_) => Some("constraints"),
            _ => return None,
        };
        let setting = self.read_setting(self.raw(statement.syntax()), fixed);
        Some(Lowered::new(Nature::Setting(setting), Vec::new()))
    }

    /// Reads `SET [LOCAL | SESSION] name {TO | =} value, ...` word by word: its grammar is flat.
    fn read_setting(&self, text: &str, fixed: Option<&str>) -> Setting {
        let markers = &self.passage.source.markers;
        let tokens = significant(text);
        let mut words = tokens.iter().skip(1).peekable();
        let mut local = false;
        while let Some(token) = words.peek() {
            let word = token.text(text).to_ascii_lowercase();
            match word.as_str() {
                "local" => local = true,
                "session" => {}
                _ => break,
            }
            words.next();
        }
        let mut name = String::new();
        if let Some(fixed) = fixed {
            name.push_str(fixed);
            let count = fixed.split(' ').filter(|word| *word != "session").count();
            words.nth(count - 1);
        } else {
            name = self.setting_name(text, &mut words);
        }
        let mut values = Vec::new();
        for token in words {
            let word = token.text(text);
            match token.kind {
                Kind::Mark(',' | '=' | ';') => {}
                Kind::Word if word.eq_ignore_ascii_case("to") => {}
                Kind::Word if word.eq_ignore_ascii_case("default") => values.clear(),
                Kind::Text => {
                    let inner = word.trim_matches('\'').replace("''", "'");
                    values.push(markers.restore(&inner));
                }
                Kind::QuotedName => values.push(self.fold(word).to_string()),
                _ => values.push(markers.restore(word)),
            }
        }
        Setting {
            name,
            values,
            local,
        }
    }

    fn setting_name<'t>(
        &self,
        text: &str,
        words: &mut std::iter::Peekable<impl Iterator<Item = &'t crate::sql::scan::Token>>,
    ) -> String {
        let mut name = String::new();
        while let Some(token) = words.peek() {
            let word = token.text(text);
            let ends = match token.kind {
                Kind::Word => matches!(word.to_ascii_lowercase().as_str(), "to" | "from"),
                Kind::Mark('.') | Kind::QuotedName => false,
                _ => true,
            };
            if ends {
                break;
            }
            let dotted = name.ends_with('.') || word == ".";
            if !name.is_empty() && !dotted {
                if name == "time" {
                    name.push(' ');
                } else {
                    break;
                }
            }
            name.push_str(&word.to_ascii_lowercase());
            words.next();
        }
        match name.as_str() {
            "time zone" => "timezone".to_owned(),
            "schema" => "search_path".to_owned(),
            _ => name,
        }
    }
}

fn chains(clause: Option<ast::ChainClause>) -> bool {
    matches!(clause, Some(ast::ChainClause::AndChain(_)))
}
