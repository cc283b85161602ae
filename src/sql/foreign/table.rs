//! Tables and indexes of MySQL and SQLite.

use sqlparser::ast::{self, ColumnOption, TableConstraint};

use crate::model::{
    Action, ColumnDefinition, ConstraintDefinition, ConstraintKind, DataType, ForeignKey,
    GuardKind, Identifier, Identity, IndexDefinition, IndexKey, ObjectName, ReferentialAction,
    TableDefinition,
};
use crate::sql::lower::Lowered;

use super::Foreign;

impl Foreign<'_> {
    pub(super) fn create_table(&self, create: &ast::CreateTable) -> Lowered {
        let table = self.object_name(&create.name);
        let guard = create
            .if_not_exists
            .then(|| self.guard(GuardKind::IfNotExists, "IF NOT EXISTS"));
        if let Some(query) = &create.query {
            let action = Action::CreateTableAs {
                table,
                query: self.shown(&query.to_string()),
                if_not_exists: create.if_not_exists,
                temporary: create.temporary,
            };
            return self.change(action, guard);
        }
        let mut definition = TableDefinition {
            temporary: create.temporary,
            ..TableDefinition::default()
        };
        for column in &create.columns {
            let (column, constraints) = self.column(column);
            definition.columns.push(column);
            definition.constraints.extend(constraints);
        }
        let mut indexes = Vec::new();
        for constraint in &create.constraints {
            definition.constraints.extend(self.constraint(constraint));
            indexes.extend(self.inline_index(&table, constraint));
        }
        let action = Action::CreateTable {
            table,
            definition: Box::new(definition),
            if_not_exists: create.if_not_exists,
        };
        let mut lowered = self.change(action, guard);
        lowered
            .effects
            .extend(indexes.into_iter().map(|action| self.effect(action)));
        lowered
    }

    pub(super) fn column(
        &self,
        column: &ast::ColumnDef,
    ) -> (ColumnDefinition, Vec<ConstraintDefinition>) {
        let options = column.options.iter();
        let options = options.map(|option| (option.name.as_ref(), &option.option));
        self.column_of(&column.name, &column.data_type, options)
    }

    pub(super) fn column_of<'o>(
        &self,
        name: &ast::Ident,
        data_type: &ast::DataType,
        options: impl Iterator<Item = (Option<&'o ast::Ident>, &'o ColumnOption)>,
    ) -> (ColumnDefinition, Vec<ConstraintDefinition>) {
        let mut column = ColumnDefinition::new("", self.data_type(data_type));
        column.name = self.identifier(name);
        let mut constraints = Vec::new();
        for (constraint_name, option) in options {
            match option {
                ColumnOption::NotNull => column.not_null = true,
                ColumnOption::Default(value) => {
                    column.default = Some(self.shown(&value.to_string()))
                }
                ColumnOption::Generated {
                    generation_expr: Some(expression),
                    ..
                } => column.generated = Some(self.shown(&expression.to_string())),
                ColumnOption::DialectSpecific(tokens) => {
                    let text: String = tokens.iter().map(ToString::to_string).collect();
                    if text.to_ascii_lowercase().contains("increment") {
                        column.identity = Some(Identity {
                            always: false,
                            options: String::new(),
                        });
                    }
                }
                other => {
                    if let Some(kind) = self.column_constraint(other, &column.name) {
                        let name = constraint_name.map(|name| self.identifier(name));
                        let mut constraint = ConstraintDefinition::new(name, kind);
                        constraint.of_column = Some(column.name.clone());
                        constraints.push(constraint);
                    }
                }
            }
        }
        (column, constraints)
    }

    pub(super) fn data_type(&self, data_type: &ast::DataType) -> DataType {
        DataType::from_sql(&self.shown(&data_type.to_string().to_lowercase()))
    }

    fn column_constraint(
        &self,
        option: &ColumnOption,
        column: &Identifier,
    ) -> Option<ConstraintKind> {
        Some(match option {
            ColumnOption::PrimaryKey(_) => ConstraintKind::PrimaryKey {
                columns: vec![column.clone()],
            },
            ColumnOption::Unique(_) => ConstraintKind::Unique {
                columns: vec![column.clone()],
                nulls_not_distinct: false,
            },
            ColumnOption::Check(check) => ConstraintKind::Check {
                expression: self.shown(&check.expr.to_string()),
                no_inherit: false,
            },
            ColumnOption::ForeignKey(key) => self.foreign_key(key, vec![column.clone()]),
            _ => return None,
        })
    }

    fn foreign_key(
        &self,
        key: &ast::ForeignKeyConstraint,
        columns: Vec<Identifier>,
    ) -> ConstraintKind {
        ConstraintKind::ForeignKey(ForeignKey {
            columns,
            referenced_table: self.object_name(&key.foreign_table),
            referenced_columns: self.identifiers(&key.referred_columns),
            on_delete: referential(key.on_delete),
            on_update: referential(key.on_update),
            match_full: false,
        })
    }

    pub(super) fn constraint(&self, constraint: &TableConstraint) -> Option<ConstraintDefinition> {
        let (name, kind) = match constraint {
            TableConstraint::PrimaryKey(key) => (
                key.name.as_ref(),
                ConstraintKind::PrimaryKey {
                    columns: self.index_columns(&key.columns),
                },
            ),
            TableConstraint::Unique(key) => (
                key.name.as_ref().or(key.index_name.as_ref()),
                ConstraintKind::Unique {
                    columns: self.index_columns(&key.columns),
                    nulls_not_distinct: false,
                },
            ),
            TableConstraint::ForeignKey(key) => (
                key.name.as_ref(),
                self.foreign_key(key, self.identifiers(&key.columns)),
            ),
            TableConstraint::Check(check) => (
                check.name.as_ref(),
                ConstraintKind::Check {
                    expression: self.shown(&check.expr.to_string()),
                    no_inherit: false,
                },
            ),
            _ => return None,
        };
        Some(ConstraintDefinition::new(
            name.map(|name| self.identifier(name)),
            kind,
        ))
    }

    fn index_columns(&self, columns: &[ast::IndexColumn]) -> Vec<Identifier> {
        let keys = columns.iter().map(|column| self.index_key(column));
        keys.map(|key| Identifier::exact(key.expression)).collect()
    }

    fn index_key(&self, column: &ast::IndexColumn) -> IndexKey {
        let options = column.column.options.to_string();
        match &column.column.expr {
            ast::Expr::Identifier(name) => IndexKey {
                expression: self.identifier(name).to_string(),
                is_column: true,
                options: options.trim().to_owned(),
            },
            other => IndexKey {
                expression: self.shown(&other.to_string()),
                is_column: false,
                options: options.trim().to_owned(),
            },
        }
    }

    /// `KEY name (columns)` within CREATE TABLE makes an index.
    fn inline_index(&self, table: &ObjectName, constraint: &TableConstraint) -> Option<Action> {
        let TableConstraint::Index(index) = constraint else {
            return None;
        };
        Some(Action::CreateIndex {
            index: index.name.as_ref().map(|name| self.identifier(name)),
            definition: Box::new(IndexDefinition {
                table: table.clone(),
                unique: false,
                nulls_not_distinct: false,
                method: "btree".to_owned(),
                keys: index
                    .columns
                    .iter()
                    .map(|column| self.index_key(column))
                    .collect(),
                include: Vec::new(),
                predicate: None,
                options: String::new(),
            }),
            if_not_exists: false,
            concurrently: false,
        })
    }

    pub(super) fn create_index(&self, create: &ast::CreateIndex) -> Lowered {
        let guard = create
            .if_not_exists
            .then(|| self.guard(GuardKind::IfNotExists, "IF NOT EXISTS"));
        let action = Action::CreateIndex {
            index: create.name.as_ref().map(|name| self.object_name(name).name),
            definition: Box::new(IndexDefinition {
                table: self.object_name(&create.table_name),
                unique: create.unique,
                nulls_not_distinct: false,
                method: create.using.as_ref().map_or_else(
                    || "btree".to_owned(),
                    |method| method.to_string().to_lowercase(),
                ),
                keys: create
                    .columns
                    .iter()
                    .map(|column| self.index_key(column))
                    .collect(),
                include: self.identifiers(&create.include),
                predicate: create
                    .predicate
                    .as_ref()
                    .map(|predicate| self.shown(&predicate.to_string())),
                options: String::new(),
            }),
            if_not_exists: create.if_not_exists,
            concurrently: create.concurrently,
        };
        self.change(action, guard)
    }
}

fn referential(action: Option<ast::ReferentialAction>) -> ReferentialAction {
    match action {
        None | Some(ast::ReferentialAction::NoAction) => ReferentialAction::NoAction,
        Some(ast::ReferentialAction::Restrict) => ReferentialAction::Restrict,
        Some(ast::ReferentialAction::Cascade) => ReferentialAction::Cascade,
        Some(ast::ReferentialAction::SetNull) => ReferentialAction::SetNull(Vec::new()),
        Some(ast::ReferentialAction::SetDefault) => ReferentialAction::SetDefault(Vec::new()),
    }
}
