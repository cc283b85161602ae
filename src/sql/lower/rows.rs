//! INSERT, UPDATE, DELETE, MERGE, TRUNCATE and COPY.

use squawk_syntax::SyntaxNode;
use squawk_syntax::ast::{self, AstNode};

use crate::model::{
    Action, Guard, GuardKind, Identifier, InertReason, ObjectName, RowChange, RowOperation,
};
use crate::sql::expression::{Collection, Expression};
use crate::sql::query::{Query, QueryBody};
use crate::sql::reading::ReadEffect;
use crate::sql::upsert::Upsert;
use crate::sql::version_table::rows_or_stamp;

use super::alter_table::is_cascade;
use super::{Lowered, Lowering};

/// The parts of a change that statements differ in.
#[derive(Default)]
struct Parts {
    columns: Vec<Identifier>,
    values: Vec<Vec<String>>,
    condition: Option<String>,
    cascade: bool,
}

impl Lowering<'_> {
    fn row_change(
        &self,
        node: &impl AstNode,
        operation: RowOperation,
        table: ObjectName,
        parts: Parts,
    ) -> ReadEffect {
        let statement = self.text(node);
        let unbounded = matches!(operation, RowOperation::Update | RowOperation::Delete)
            && parts.condition.is_none();
        let condition = match parts.condition {
            None if unbounded => self.trailing_hole(),
            given => given,
        };
        let change = RowChange {
            operation,
            table,
            columns: parts.columns,
            values: parts.values,
            condition,
            cascade: parts.cascade,
            statement: statement.trim_end_matches(';').trim_end().to_owned(),
        };
        let action = match self.passage.source.reads_version_rows {
            true => Action::Rows(Box::new(change)),
            false => rows_or_stamp(change),
        };
        self.effect(node, action)
    }

    /// `DELETE FROM t {where}`: the hole at the end may well be the condition.
    fn trailing_hole(&self) -> Option<String> {
        let markers = &self.passage.source.markers;
        let text = self.passage.text.trim_end();
        let last = text.rsplit(char::is_whitespace).next()?;
        let index = markers.alone(last)?;
        markers
            .reason(index)
            .map(|_| markers.shown(index).to_owned())
    }

    /// The data-modifying statements in a WITH, then those of the statement itself.
    fn with_changes(&self, with: Option<ast::WithClause>, own: Vec<ReadEffect>) -> Lowered {
        let mut effects = self.changes_in_with(with);
        effects.extend(own);
        Lowered::change(effects)
    }

    pub(super) fn changes_in_with(&self, with: Option<ast::WithClause>) -> Vec<ReadEffect> {
        let tables: Vec<_> = with
            .into_iter()
            .flat_map(|with| with.with_tables())
            .collect();
        let mut effects = Vec::new();
        for (position, table) in tables.iter().enumerate() {
            let mut found = match table.query() {
                Some(ast::WithQuery::Insert(insert)) => self.insert(&insert).effects,
                Some(ast::WithQuery::Update(update)) => self.update(&update).effects,
                Some(ast::WithQuery::Delete(delete)) => self.delete(&delete).effects,
                Some(ast::WithQuery::Merge(merge)) => self.merge(&merge).effects,
                Some(ast::WithQuery::Select(select)) => self.changes_in_with(select.with_clause()),
                Some(
                    ast::WithQuery::Values(_)
                    | ast::WithQuery::CompoundSelect(_)
                    | ast::WithQuery::ParenSelect(_)
                    | ast::WithQuery::Table(_),
                )
                | None => Vec::new(),
            };
            let before = &tables[..position];
            found
                .iter_mut()
                .for_each(|effect| self.put_behind_with(effect, before));
            effects.extend(found);
        }
        effects
    }

    /// A part of a WITH reads what the parts before it give.
    fn put_behind_with(&self, effect: &mut ReadEffect, before: &[ast::WithTable]) {
        let Action::Rows(change) = &mut effect.action else {
            return;
        };
        if before.is_empty() || change.statement.to_lowercase().starts_with("with") {
            return;
        }
        let parts: Vec<_> = before.iter().map(|table| self.text(table)).collect();
        change.statement = format!("WITH RECURSIVE {} {}", parts.join(", "), change.statement);
    }

    pub(super) fn insert(&self, insert: &ast::Insert) -> Lowered {
        let columns = self.targets(insert.column_target_list());
        let mut parts = Parts {
            columns,
            ..Parts::default()
        };
        let mut guards = Vec::new();
        match insert.insert_source() {
            Some(ast::InsertSource::SelectVariant(ast::SelectVariant::Values(values))) => {
                parts.values = self.value_rows(&values);
            }
            Some(ast::InsertSource::SelectVariant(source)) => {
                let query = self.select(&source);
                parts.values = constant_rows(&query, self, &source);
                guards.extend(self.where_not_exists(&query, &source));
            }
            Some(ast::InsertSource::DefaultValues(_)) | None => {}
        }
        if let Some(conflict) = insert.on_conflict_clause() {
            guards.push(self.guard(GuardKind::OnConflict, &conflict));
        }
        let table = self.optional_name(insert.relation_name_ref());
        let refused = misfit(&parts);
        let mut effect = self.row_change(insert, RowOperation::Insert, table, parts);
        effect.guards.extend(guards);
        // `VALUES (%s)` of `execute_values`, and a hole, stand for any number of values.
        let open = self
            .passage
            .source
            .markers
            .find(self.raw(insert.syntax()))
            .is_some();
        effect.inert = refused.filter(|_| !open).map(InertReason::InvalidSql);
        self.with_changes(insert.with_clause(), vec![effect])
    }

    /// What it does to rows that are there already.
    pub(in crate::sql) fn upsert(&self, insert: &ast::Insert) -> Option<Upsert> {
        let action = insert.on_conflict_clause()?.conflict_action()?;
        let ast::ConflictAction::ConflictDoUpdateSet(action) = action else {
            return None;
        };
        let clause = action.set_clause()?;
        let assignments = self.text(&clause);
        let parts = self.assignments(Some(clause));
        let condition = action.where_clause().and_then(|clause| clause.expr());
        let alias = insert.alias().and_then(|alias| alias.name());
        let target = match alias {
            Some(alias) => self.identifier(&alias),
            None => self.optional_name(insert.relation_name_ref()).name,
        };
        Some(Upsert {
            target,
            columns: parts.columns,
            values: parts.values.into_iter().next().unwrap_or_default(),
            assignments,
            condition: condition.map(|condition| self.text(&condition)),
        })
    }

    fn targets(&self, list: Option<ast::ColumnTargetList>) -> Vec<Identifier> {
        let targets = list.into_iter().flat_map(|list| list.column_targets());
        targets
            .map(|target| self.optional_identifier(target.name()))
            .collect()
    }

    fn value_rows(&self, values: &ast::Values) -> Vec<Vec<String>> {
        let rows = values.row_list().into_iter().flat_map(|list| list.rows());
        rows.map(|row| row.exprs().map(|value| self.text(&value)).collect())
            .collect()
    }

    fn where_not_exists(&self, query: &Query, source: &ast::SelectVariant) -> Option<Guard> {
        let QueryBody::Select(select) = &query.body else {
            return None;
        };
        let filter = select.filter.as_ref()?;
        if !excludes_existing(filter) {
            return None;
        }
        let clause = source
            .syntax()
            .descendants()
            .find_map(ast::WhereClause::cast)?;
        let text = clause.expr().map(|expression| self.text(&expression))?;
        Some(Guard::new(
            GuardKind::WhereNotExists,
            text,
            self.place(&clause),
        ))
    }

    pub(super) fn update(&self, update: &ast::Update) -> Lowered {
        let mut parts = self.assignments(update.set_clause());
        parts.condition = self.condition(update.where_clause_or_current_of());
        let table = self.relation_name(update.relation_name());
        let mut effect = self.row_change(update, RowOperation::Update, table, parts);
        effect
            .guards
            .extend(self.not_exists_condition(update.where_clause_or_current_of()));
        self.with_changes(update.with_clause(), vec![effect])
    }

    fn not_exists_condition(&self, clause: Option<ast::WhereClauseOrCurrentOf>) -> Option<Guard> {
        let Some(ast::WhereClauseOrCurrentOf::WhereClause(clause)) = clause else {
            return None;
        };
        let expression = clause.expr()?;
        excludes_existing(&self.expression(&expression)).then(|| {
            Guard::new(
                GuardKind::WhereNotExists,
                self.text(&expression),
                self.place(&clause),
            )
        })
    }

    fn relation_name(&self, relation: Option<ast::RelationName>) -> ObjectName {
        self.optional_name(relation.and_then(|relation| relation.relation_name_ref()))
    }

    fn assignments(&self, clause: Option<ast::SetClause>) -> Parts {
        let mut parts = Parts::default();
        let mut row = Vec::new();
        let list = clause.and_then(|clause| clause.set_column_list());
        for column in list.into_iter().flat_map(|list| list.set_columns()) {
            match column {
                ast::SetColumn::SetSingleColumn(single) => {
                    let target = single.column_target().and_then(|target| target.name());
                    parts.columns.push(self.optional_identifier(target));
                    row.push(
                        single
                            .set_expr()
                            .map(|value| self.text(&value))
                            .unwrap_or_default(),
                    );
                }
                ast::SetColumn::SetMultipleColumns(multiple) => {
                    let targets = self.targets(multiple.column_target_list());
                    row.extend(self.multiple_values(&multiple, targets.len()));
                    parts.columns.extend(targets);
                }
            }
        }
        if !row.is_empty() {
            parts.values.push(row);
        }
        parts
    }

    fn multiple_values(&self, multiple: &ast::SetMultipleColumns, count: usize) -> Vec<String> {
        let list = multiple.set_expr_list();
        let mut values: Vec<String> = list
            .into_iter()
            .flat_map(|list| list.set_exprs())
            .map(|value| self.text(&value))
            .collect();
        if let Some(select) = multiple.paren_select() {
            values = vec![self.text(&select); count];
        }
        values.resize(count, String::new());
        values
    }

    fn condition(&self, clause: Option<ast::WhereClauseOrCurrentOf>) -> Option<String> {
        match clause? {
            ast::WhereClauseOrCurrentOf::WhereClause(clause) => Some(self.text(&clause.expr()?)),
            ast::WhereClauseOrCurrentOf::WhereCurrentOf(clause) => Some(self.text(&clause)),
        }
    }

    pub(super) fn delete(&self, delete: &ast::Delete) -> Lowered {
        let parts = Parts {
            condition: self.condition(delete.where_clause_or_current_of()),
            ..Parts::default()
        };
        let table = self.relation_name(delete.relation_name());
        let effect = self.row_change(delete, RowOperation::Delete, table, parts);
        self.with_changes(delete.with_clause(), vec![effect])
    }

    /// One effect for each kind of change among the WHEN clauses.
    pub(super) fn merge(&self, merge: &ast::Merge) -> Lowered {
        let table = merge
            .table_relation_name()
            .map(|relation| self.relation_of(&relation))
            .unwrap_or_default();
        let mut effects = Vec::new();
        for clause in merge.merge_when_clauses() {
            let Some(action) = clause.syntax().children().find_map(ast::MergeAction::cast) else {
                continue;
            };
            let (operation, parts) = match &action {
                ast::MergeAction::MergeDelete(_) => (RowOperation::Delete, Parts::default()),
                ast::MergeAction::MergeUpdate(update) => {
                    (RowOperation::Update, self.assignments(update.set_clause()))
                }
                ast::MergeAction::MergeInsert(insert) => (
                    RowOperation::Insert,
                    Parts {
                        columns: self.targets(insert.column_target_list()),
                        ..Parts::default()
                    },
                ),
                ast::MergeAction::MergeDoNothing(_) => continue,
            };
            let mut effect = self.row_change(merge, operation, table.clone(), parts);
            if matches!(clause, ast::MergeWhenClause::MergeWhenNotMatchedTarget(_)) {
                // An upsert, in the words of the standard.
                let guard = Guard::new(
                    GuardKind::OnConflict,
                    "MERGE: WHEN NOT MATCHED",
                    self.place(&clause),
                );
                effect.guards.push(guard);
            }
            effects.push(effect);
        }
        self.with_changes(merge.with_clause(), effects)
    }

    pub(super) fn truncate(&self, truncate: &ast::Truncate) -> Lowered {
        let relations = truncate.table_list().into_iter();
        let effects = relations
            .flat_map(|list| list.table_relation_names())
            .map(|relation| {
                let parts = Parts {
                    cascade: is_cascade(truncate.drop_behavior()),
                    ..Parts::default()
                };
                self.row_change(
                    truncate,
                    RowOperation::Truncate,
                    self.relation_of(&relation),
                    parts,
                )
            });
        Lowered::change(effects.collect())
    }

    pub(super) fn copy(&self, copy: &ast::Copy) -> Lowered {
        let reads = matches!(copy.copy_direction(), Some(ast::CopyDirection::CopyFrom(_)));
        let Some(target) = copy.copy_table().filter(|_| reads) else {
            let inner = copy
                .syntax()
                .descendants()
                .find_map(ast::PreparableStmt::cast);
            let effects = inner.and_then(|inner| ast::Stmt::cast(inner.syntax().clone()));
            return match effects.map(|statement| self.statement(&statement).effects) {
                Some(effects) if !effects.is_empty() => Lowered::change(effects),
                _ => Lowered::utility(),
            };
        };
        let columns = target.column_ref_list().into_iter();
        let parts = Parts {
            columns: self.identifiers(columns.flat_map(|list| list.column_name_refs())),
            condition: copy
                .where_clause()
                .and_then(|clause| clause.expr())
                .map(|expression| self.text(&expression)),
            ..Parts::default()
        };
        let table = self.optional_name(target.table_name_ref());
        Lowered::change(vec![self.row_change(
            copy,
            RowOperation::Copy,
            table,
            parts,
        )])
    }

    /// Changes that stand in the WITH of a query.
    pub(super) fn query_changes(&self, node: &SyntaxNode) -> Vec<ReadEffect> {
        self.changes_in_with(node.children().find_map(ast::WithClause::cast))
    }
}

/// `SELECT 'a', 1 [WHERE ...]` without FROM: the row that it inserts.
fn constant_rows(
    query: &Query,
    lowering: &Lowering<'_>,
    source: &ast::SelectVariant,
) -> Vec<Vec<String>> {
    let ast::SelectVariant::Select(select) = source else {
        return Vec::new();
    };
    match &query.body {
        QueryBody::Select(body) if body.from.is_empty() => {
            let list = select
                .select_clause()
                .and_then(|clause| clause.target_list());
            let targets = list.into_iter().flat_map(|list| list.targets());
            let row = targets.filter_map(|target| target.expr());
            vec![row.map(|value| lowering.text(&value)).collect()]
        }
        _ => Vec::new(),
    }
}

/// Why the server refuses the rows, if their lengths do not fit (42601, in parse analysis).
fn misfit(parts: &Parts) -> Option<String> {
    let lengths: Vec<_> = parts.values.iter().map(Vec::len).collect();
    let first = *lengths.first()?;
    if parts
        .values
        .iter()
        .flatten()
        .any(|value| value.trim_end().ends_with('*'))
    {
        return None;
    }
    let columns = parts.columns.len();
    let message = if lengths.iter().any(|length| *length != first) {
        "VALUES lists must all be the same length"
    } else if columns > 0 && first > columns {
        "INSERT has more expressions than target columns"
    } else if columns > first {
        "INSERT has more target columns than expressions"
    } else {
        return None;
    };
    Some(message.to_owned())
}

/// Whether a condition holds only where something does not exist yet.
fn excludes_existing(condition: &Expression) -> bool {
    match condition {
        Expression::Unary { operator, operand } => {
            operator == "NOT" && matches!(**operand, Expression::Exists(_))
        }
        Expression::Binary {
            operator,
            left,
            right,
        } => operator == "AND" && (excludes_existing(left) || excludes_existing(right)),
        Expression::In {
            collection,
            negated,
            ..
        } => *negated && matches!(collection, Collection::Query(_)),
        _ => false,
    }
}
