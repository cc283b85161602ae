//! Which lowering takes which statement.

use squawk_syntax::ast::{self, AstNode};

use crate::model::ObjectName;
use crate::sql::plpgsql::StoredFunction;
use crate::sql::reading::{Nature, ReadEffect};

use super::Lowering;
use super::sequence_value::sequences_set;

/// What a statement is and does. A DO block comes as `Nature::Unknown`: whoever asked reads it.
#[derive(Debug)]
pub(crate) struct Lowered {
    pub(crate) nature: Nature,
    pub(crate) effects: Vec<ReadEffect>,
    /// The routine that it creates, with its body read.
    pub(crate) defines: Option<(ObjectName, StoredFunction)>,
}

impl Lowering<'_> {
    pub(crate) fn statement(&self, statement: &ast::Stmt) -> Lowered {
        self.definition(statement)
            .or_else(|| self.drop_statement(statement))
            .or_else(|| self.change_of_rows(statement))
            .or_else(|| self.query_statement(statement))
            .or_else(|| self.transaction_statement(statement))
            .or_else(|| self.setting(statement))
            .or_else(|| self.alter_rarer(statement))
            .unwrap_or_else(|| self.rest(statement))
    }

    fn definition(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        Some(match statement {
            Stmt::CreateTable(create) => self.create_table(create),
            Stmt::CreateTableAs(create) => self.create_table_as(create),
            Stmt::SelectInto(select) => {
                let mut lowered = self.select_into(select);
                lowered.effects.extend(self.query_changes(select.syntax()));
                lowered
            }
            Stmt::AlterTable(alter) => self.alter_table(alter),
            Stmt::CreateIndex(create) => self.create_index(create),
            Stmt::AlterIndex(alter) => self.alter_index(alter),
            Stmt::CreateType(create) => self.create_type(create),
            Stmt::AlterType(alter) => self.alter_type(alter),
            Stmt::CreateDomain(create) => self.create_domain(create),
            Stmt::CreateSequence(create) => self.create_sequence(create),
            Stmt::AlterSequence(alter) => self.alter_sequence(alter),
            Stmt::CreateSchema(create) => self.create_schema(create),
            Stmt::CreateExtension(create) => self.create_extension(create),
            Stmt::CreateView(create) => self.create_view(create),
            Stmt::CreateMaterializedView(create) => self.create_materialized_view(create),
            Stmt::AlterView(alter) => self.alter_view(alter),
            Stmt::AlterMaterializedView(alter) => self.alter_materialized_view(alter),
            Stmt::CreateFunction(create) => self.create_function(create),
            Stmt::CreateProcedure(create) => self.create_procedure(create),
            Stmt::CreateTrigger(create) => self.create_trigger(create),
            Stmt::CreatePolicy(create) => self.create_policy(create),
            Stmt::AlterPolicy(alter) => self.alter_policy(alter),
            Stmt::CreateRole(create) => self.create_role(create, create.role()),
            Stmt::CreateUser(create) => self.create_role(create, create.role()),
            Stmt::CreateGroup(create) => self.create_role(create, create.role()),
            Stmt::Grant(grant) => self.grant(grant),
            Stmt::Revoke(revoke) => self.revoke(revoke),
            Stmt::AlterDefaultPrivileges(alter) => self.default_privileges(alter),
            Stmt::CommentOn(comment) => self.comment(comment),
            _ => return None,
        })
    }

    fn change_of_rows(&self, statement: &ast::Stmt) -> Option<Lowered> {
        use ast::Stmt;
        Some(match statement {
            Stmt::Insert(insert) => self.insert(insert),
            Stmt::Update(update) => self.update(update),
            Stmt::Delete(delete) => self.delete(delete),
            Stmt::Merge(merge) => self.merge(merge),
            Stmt::Truncate(truncate) => self.truncate(truncate),
            Stmt::Copy(copy) => self.copy(copy),
            Stmt::Call(call) => self.call(call),
            _ => return None,
        })
    }

    fn query_statement(&self, statement: &ast::Stmt) -> Option<Lowered> {
        let select = ast::SelectVariant::cast(statement.syntax().clone())?;
        let effects = self.query_changes(select.syntax());
        if !effects.is_empty() {
            return Some(Lowered::change(effects));
        }
        let query = self.select(&select);
        let set = sequences_set(&query).into_iter();
        let effects = set.map(|action| self.effect(&select, action)).collect();
        Some(Lowered::new(Nature::Query(Box::new(query)), effects))
    }

    fn rest(&self, statement: &ast::Stmt) -> Lowered {
        use ast::Stmt;
        match statement {
            Stmt::Do(_) => Lowered::new(Nature::Unknown, Vec::new()),
            Stmt::Explain(explain) => self.explain(explain),
            Stmt::Prepare(prepare) => {
                // What it prepares happens where EXECUTE names it, which nobody follows.
                let inner = prepare
                    .stmt()
                    .and_then(|inner| ast::Stmt::cast(inner.syntax().clone()));
                match inner.map(|inner| self.statement(&inner)) {
                    Some(lowered) if !lowered.effects.is_empty() => {
                        Lowered::change(lowered.effects)
                    }
                    _ => Lowered::utility(),
                }
            }
            Stmt::Analyze(analyze) => self.maintenance(analyze.table_and_columns_list()),
            Stmt::Vacuum(vacuum) => self.maintenance(vacuum.table_and_columns_list()),
            Stmt::Lock(lock) => self.lock(lock),
            Stmt::Checkpoint(_)
            | Stmt::Close(_)
            | Stmt::Cluster(_)
            | Stmt::Deallocate(_)
            | Stmt::Declare(_)
            | Stmt::Discard(_)
            | Stmt::EmptyStmt(_)
            | Stmt::Execute(_)
            | Stmt::Fetch(_)
            | Stmt::Listen(_)
            | Stmt::Load(_)
            | Stmt::Move(_)
            | Stmt::Notify(_)
            | Stmt::Reindex(_)
            | Stmt::Repack(_)
            | Stmt::Show(_)
            | Stmt::Unlisten(_) => Lowered::utility(),
            other => self.unknown(other.syntax()),
        }
    }

    /// `EXPLAIN ANALYZE` runs what it explains.
    fn explain(&self, explain: &ast::Explain) -> Lowered {
        let mode = explain
            .explain_mode()
            .map(|mode| self.text(&mode).to_lowercase());
        let runs = mode.is_some_and(|mode| mode.contains("analyze") || mode.contains("analyse"));
        let inner = explain
            .explain_stmt()
            .and_then(|inner| ast::Stmt::cast(inner.syntax().clone()));
        match inner.filter(|_| runs).map(|inner| self.statement(&inner)) {
            Some(lowered) if !lowered.effects.is_empty() => Lowered::change(lowered.effects),
            _ => Lowered::utility(),
        }
    }
}
