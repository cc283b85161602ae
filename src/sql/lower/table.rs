//! CREATE TABLE, CREATE TABLE AS and SELECT INTO.

use squawk_syntax::ast::{self, AstNode, HasCreateTable};

use crate::model::{Action, GuardKind, ObjectName, TableDefinition};

use super::{Lowered, Lowering, range, with_guard};

impl Lowering<'_> {
    pub(super) fn create_table(&self, create: &ast::CreateTable) -> Lowered {
        let mut definition = TableDefinition {
            temporary: is_temporary(HasCreateTable::persistence(create)),
            unlogged: matches!(
                HasCreateTable::persistence(create),
                Some(ast::Persistence::Unlogged(_))
            ),
            ..TableDefinition::default()
        };
        self.table_elements(HasCreateTable::table_arg_list(create), &mut definition);
        self.table_options(create, &mut definition);
        let guard = create.if_not_exists();
        let action = Action::CreateTable {
            table: self.created_table(HasCreateTable::table_name(create), definition.temporary),
            definition: Box::new(definition),
            if_not_exists: guard.is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    /// A temporary table lives in its session's own schema, whatever other table has its name.
    fn created_table(&self, name: Option<ast::TableName>, temporary: bool) -> ObjectName {
        let mut name = self.optional_name(name);
        if temporary
            && name
                .schema
                .as_ref()
                .is_some_and(|schema| schema.as_str() == "pg_temp")
        {
            name.schema = None;
        }
        name
    }

    fn table_elements(&self, list: Option<ast::TableArgList>, definition: &mut TableDefinition) {
        for element in list.into_iter().flat_map(|list| list.args()) {
            match element {
                ast::TableArg::Column(column) => {
                    let markers = &self.passage.source.markers;
                    if markers.alone(self.raw(column.syntax())).is_some() {
                        // `({columns})`: not a column, but nobody knows how many.
                        continue;
                    }
                    let (column, constraints) = self.column(&column);
                    definition.columns.push(column);
                    definition.constraints.extend(constraints);
                }
                ast::TableArg::LikeClause(like) => {
                    let options: Vec<_> = like
                        .like_options()
                        .map(|option| self.text(&option))
                        .collect();
                    definition.like.push((
                        self.optional_name(like.relation_name_ref()),
                        options.join(" "),
                    ));
                }
                ast::TableArg::TableConstraint(constraint) => {
                    definition
                        .constraints
                        .extend(self.constraint(constraint.syntax(), None));
                }
            }
        }
    }

    fn table_options(&self, create: &ast::CreateTable, definition: &mut TableDefinition) {
        if let Some(inherits) = HasCreateTable::inherits(create) {
            definition.inherits = inherits
                .table_name_refs()
                .map(|name| self.object_name(&name))
                .collect();
        }
        if let Some(by) = create.partition_by() {
            let start = by
                .by_token()
                .map(|token| usize::from(token.text_range().end()));
            let whole = range(by.syntax());
            let text = self
                .passage
                .written(start.unwrap_or(whole.start)..whole.end);
            definition.partition_by = Some(text.trim().to_owned());
        }
        if let Some(of) = create.partition_of() {
            let bounds = create.partition_type().map(|bounds| self.text(&bounds));
            definition.partition_of = Some((
                self.optional_name(of.table_name_ref()),
                bounds.unwrap_or_default(),
            ));
        }
        definition.options = create
            .table_params()
            .map(|options| self.text(&options))
            .unwrap_or_default();
        definition.drop_on_commit = drops_on_commit(create.on_commit());
    }

    pub(super) fn create_table_as(&self, create: &ast::CreateTableAs) -> Lowered {
        let guard = create.if_not_exists();
        let temporary = is_temporary(create.persistence());
        let action = Action::CreateTableAs {
            table: self.created_table(create.table_name(), temporary),
            query: create
                .query()
                .map(|query| self.text(&query))
                .unwrap_or_default(),
            if_not_exists: guard.is_some(),
            temporary,
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    pub(super) fn select_into(&self, select: &ast::SelectInto) -> Lowered {
        let into = select.into_clause();
        let temporary = is_temporary(into.as_ref().and_then(|into| into.persistence()));
        let query = match &into {
            Some(into) => {
                let (whole, cut) = (range(select.syntax()), range(into.syntax()));
                let before = self.passage.written(whole.start..cut.start);
                let after = self.passage.written(cut.end..whole.end);
                format!("{} {}", before.trim_end(), after.trim_start())
            }
            None => self.text(select),
        };
        let action = Action::CreateTableAs {
            table: self.created_table(into.and_then(|into| into.table_name()), temporary),
            query: query.trim_end().trim_end_matches(';').to_owned(),
            if_not_exists: false,
            temporary,
        };
        self.changed(select, action)
    }
}

pub(super) fn is_temporary(persistence: Option<ast::Persistence>) -> bool {
    matches!(persistence, Some(ast::Persistence::Temp(_)))
}

fn drops_on_commit(clause: Option<ast::OnCommit>) -> bool {
    let action = clause.and_then(|clause| clause.on_commit_action());
    matches!(action, Some(ast::OnCommitAction::Drop(_)))
}
