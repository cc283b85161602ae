//! Views, and what their queries read.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{Action, GuardKind, Identifier, ViewDefinition};
use crate::sql::dependencies::Dependencies;

use super::{Lowered, Lowering, with_guard};

impl Lowering<'_> {
    pub(super) fn create_view(&self, create: &ast::CreateView) -> Lowered {
        let guard = create.or_replace();
        let mut options = Vec::new();
        options.extend(create.persistence().map(|temp| self.text(&temp)));
        options.extend(create.with_params().map(|options| self.text(&options)));
        options.extend(create.with_check_option().map(|check| self.text(&check)));
        let action = Action::CreateView {
            name: self.optional_name(create.view()),
            definition: Box::new(self.view_definition(
                create.column_list(),
                create.query(),
                options.join(" "),
            )),
            or_replace: guard.is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::OrReplace, &guard)),
        )
    }

    pub(super) fn create_materialized_view(&self, create: &ast::CreateMaterializedView) -> Lowered {
        let guard = create.if_not_exists();
        let mut options = Vec::new();
        options.extend(create.with_params().map(|options| self.text(&options)));
        options.extend(create.data_option().map(|data| self.text(&data)));
        let action = Action::CreateMaterializedView {
            name: self.optional_name(create.view()),
            definition: Box::new(self.view_definition(
                create.column_list(),
                create.query(),
                options.join(" "),
            )),
            if_not_exists: guard.is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    fn view_definition(
        &self,
        columns: Option<ast::ColumnList>,
        query: Option<ast::SelectVariant>,
        options: String,
    ) -> ViewDefinition {
        let columns = columns.into_iter().flat_map(|list| list.column_names());
        let mut definition = ViewDefinition {
            columns: columns
                .map(|name| self.identifier(&name))
                .collect::<Vec<Identifier>>(),
            query: query
                .as_ref()
                .map(|query| self.text(query))
                .unwrap_or_default(),
            reads: Vec::new(),
            reads_columns: Vec::new(),
            options,
        };
        if let Some(query) = query {
            let found = Dependencies::of_query(&self.select(&query));
            definition.reads = found.relations();
            definition.reads_columns = found.columns();
        }
        definition
    }

    pub(super) fn alter_view(&self, alter: &ast::AlterView) -> Lowered {
        let name = self.optional_name(alter.view_ref());
        let guard = alter.if_exists();
        let action = match alter.action() {
            Some(ast::AlterViewAction::ViewRenameTo(rename)) => Action::RenameView {
                name,
                new_name: self.optional_identifier(rename.view()),
                materialized: false,
                if_exists: guard.is_some(),
            },
            Some(ast::AlterViewAction::RenameColumn(rename)) => Action::RenameColumn {
                table: name,
                column: self.optional_identifier(rename.column_name_ref()),
                new_name: self.optional_identifier(rename.column_name()),
            },
            Some(ast::AlterViewAction::OwnerTo(owner)) => Action::SetOwner {
                object: name.to_string(),
                owner: self.optional_identifier(owner.role_ref()),
            },
            Some(ast::AlterViewAction::SetSchema(set)) => Action::SetSchema {
                object_kind: "view".to_owned(),
                object: name,
                schema: self.optional_identifier(set.schema_ref()),
            },
            _ => return self.unknown(alter.syntax()),
        };
        with_guard(
            self.changed(alter, action),
            guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
        )
    }

    pub(super) fn alter_materialized_view(&self, alter: &ast::AlterMaterializedView) -> Lowered {
        let name = self.optional_name(alter.view_ref());
        let guard = alter.if_exists();
        let child = alter.syntax().children();
        let rename = child.clone().find_map(ast::ViewRenameTo::cast);
        let owner = child.clone().find_map(ast::OwnerTo::cast);
        let action = if let Some(rename) = rename {
            Action::RenameView {
                name,
                new_name: self.optional_identifier(rename.view()),
                materialized: true,
                if_exists: guard.is_some(),
            }
        } else if let Some(owner) = owner {
            Action::SetOwner {
                object: name.to_string(),
                owner: self.optional_identifier(owner.role_ref()),
            }
        } else if let Some(set) = child.clone().find_map(ast::SetSchema::cast) {
            Action::SetSchema {
                object_kind: "materialized view".to_owned(),
                object: name,
                schema: self.optional_identifier(set.schema_ref()),
            }
        } else {
            return self.unknown(alter.syntax());
        };
        with_guard(
            self.changed(alter, action),
            guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
        )
    }
}
