//! Types, enums, domains, sequences, schemas and extensions.

use squawk_syntax::ast::{self, AstNode};

use crate::model::{Action, GuardKind, ObjectName, SequenceDefinition};

use super::{Lowered, Lowering, range, with_guard};

impl Lowering<'_> {
    pub(super) fn create_type(&self, create: &ast::CreateType) -> Lowered {
        let name = self.optional_name(create.type_name());
        let action = match create.kind() {
            Some(ast::CreateTypeKind::EnumType(kind)) => Action::CreateEnum {
                name,
                labels: self.labels(kind.variant_list()),
            },
            kind => Action::CreateType {
                name,
                definition: kind.map(|kind| self.text(&kind)).unwrap_or_default(),
            },
        };
        self.changed(create, action)
    }

    fn labels(&self, list: Option<ast::VariantList>) -> Vec<String> {
        let variants = list.into_iter().flat_map(|list| list.variants());
        variants
            .filter_map(|variant| variant.literal())
            .map(|literal| self.literal_text(&literal))
            .collect()
    }

    pub(super) fn alter_type(&self, alter: &ast::AlterType) -> Lowered {
        let name = self.optional_name(alter.type_name_ref());
        let action = match alter.action() {
            Some(ast::AlterTypeAction::AddValue(add)) => return self.add_value(alter, name, &add),
            Some(ast::AlterTypeAction::RenameValue(rename)) => Action::RenameEnumValue {
                name,
                label: self.optional_literal(rename.from()),
                new_label: self.optional_literal(rename.to()),
            },
            Some(ast::AlterTypeAction::TypeRenameTo(rename)) => Action::RenameType {
                name,
                new_name: self.optional_identifier(rename.type_name()),
            },
            Some(ast::AlterTypeAction::OwnerTo(owner)) => Action::SetOwner {
                object: name.to_string(),
                owner: self.optional_identifier(owner.role_ref()),
            },
            Some(ast::AlterTypeAction::SetSchema(set)) => Action::SetSchema {
                object_kind: "type".to_owned(),
                object: name,
                schema: self.optional_identifier(set.schema_ref()),
            },
            _ => return self.unknown(alter.syntax()),
        };
        self.changed(alter, action)
    }

    fn optional_literal(&self, literal: Option<ast::Literal>) -> String {
        literal
            .map(|literal| self.literal_text(&literal))
            .unwrap_or_default()
    }

    fn add_value(&self, alter: &ast::AlterType, name: ObjectName, add: &ast::AddValue) -> Lowered {
        let guard = add.if_not_exists();
        let (mut before, mut after) = (None, None);
        match add.value_position() {
            Some(ast::ValuePosition::BeforeValue(position)) => {
                before = position
                    .literal()
                    .map(|literal| self.literal_text(&literal));
            }
            Some(ast::ValuePosition::AfterValue(position)) => {
                after = position
                    .literal()
                    .map(|literal| self.literal_text(&literal));
            }
            None => {}
        }
        let action = Action::AddEnumValue {
            name,
            label: self.optional_literal(add.literal()),
            before,
            after,
            if_not_exists: guard.is_some(),
        };
        with_guard(
            self.changed(alter, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    pub(super) fn create_domain(&self, create: &ast::CreateDomain) -> Lowered {
        let mut not_null = false;
        let mut default = None;
        let mut checks = Vec::new();
        for qualifier in create.domain_qualifiers() {
            let node = qualifier.syntax();
            if ast::NotNullConstraint::can_cast(node.kind()) {
                not_null = true;
            } else if let Some(value) = ast::DefaultConstraint::cast(node.clone()) {
                default = value.expr().map(|expression| self.text(&expression));
            }
            checks.extend(self.constraint(node, None));
        }
        let action = Action::CreateDomain {
            name: self.optional_name(create.domain()),
            base: create.ty().map_or_else(
                || self.data_type_from(""),
                |data_type| self.data_type(&data_type),
            ),
            not_null,
            default,
            checks,
        };
        self.changed(create, action)
    }

    pub(super) fn create_sequence(&self, create: &ast::CreateSequence) -> Lowered {
        let guard = create.if_not_exists();
        let action = Action::CreateSequence {
            name: self.optional_name(create.sequence()),
            definition: self.sequence(create.sequence_options()),
            if_not_exists: guard.is_some(),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    fn sequence(&self, options: impl Iterator<Item = ast::SequenceOption>) -> SequenceDefinition {
        let mut definition = SequenceDefinition::default();
        let mut rest = Vec::new();
        for option in options {
            match &option {
                ast::SequenceOption::OptionAsType(option) => {
                    definition.data_type = option.ty().map(|data_type| self.data_type(&data_type));
                }
                ast::SequenceOption::OptionOwnedBy(option) => match option.owned_by_target() {
                    Some(ast::OwnedByTarget::QualifiedColumnNameRef(column)) => {
                        definition.owned_by = Some(self.qualified_column(&column));
                    }
                    _ => rest.push(self.text(option)),
                },
                _ => rest.push(self.text(&option)),
            }
        }
        definition.options = rest.join(" ");
        definition
    }

    pub(super) fn alter_sequence(&self, alter: &ast::AlterSequence) -> Lowered {
        let name = self.optional_name(alter.sequence_ref());
        let guard = alter.if_exists();
        let mut options = Vec::new();
        let mut other = None;
        for action in alter.actions() {
            match action {
                ast::AlterSequenceAction::SequenceOption(option) => options.push(option),
                ast::AlterSequenceAction::SequenceRenameTo(rename) => {
                    other = Some(Action::RenameSequence {
                        name: name.clone(),
                        new_name: self.optional_identifier(rename.sequence()),
                        if_exists: guard.is_some(),
                    });
                }
                ast::AlterSequenceAction::OwnerTo(owner) => {
                    other = Some(Action::SetOwner {
                        object: name.to_string(),
                        owner: self.optional_identifier(owner.role_ref()),
                    });
                }
                ast::AlterSequenceAction::SetSchema(set) => {
                    other = Some(Action::SetSchema {
                        object_kind: "sequence".to_owned(),
                        object: name.clone(),
                        schema: self.optional_identifier(set.schema_ref()),
                    });
                }
                ast::AlterSequenceAction::SetLogged(_)
                | ast::AlterSequenceAction::SetUnlogged(_) => {}
            }
        }
        let action = other.unwrap_or_else(|| Action::AlterSequence {
            name,
            definition: self.sequence(options.into_iter()),
            if_exists: guard.is_some(),
        });
        with_guard(
            self.changed(alter, action),
            guard.map(|guard| self.guard(GuardKind::IfExists, &guard)),
        )
    }

    pub(super) fn create_schema(&self, create: &ast::CreateSchema) -> Lowered {
        let guard = create.if_not_exists();
        let name = match create.create_schema_target() {
            Some(ast::CreateSchemaTarget::NamedSchema(named)) => {
                self.optional_identifier(named.schema())
            }
            Some(ast::CreateSchemaTarget::AuthorizationSchema(role)) => {
                self.optional_identifier(role.role())
            }
            None => Default::default(),
        };
        let action = Action::CreateSchema {
            name: name.clone(),
            if_not_exists: guard.is_some(),
        };
        let mut lowered = with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        );
        for element in create.schema_elements() {
            if let Some(statement) = ast::Stmt::cast(element.syntax().clone()) {
                lowered.effects.extend(self.statement(&statement).effects);
            }
        }
        lowered
    }

    pub(super) fn create_extension(&self, create: &ast::CreateExtension) -> Lowered {
        let guard = create.if_not_exists();
        let action = Action::CreateExtension {
            name: self.optional_identifier(create.extension()),
            if_not_exists: guard.is_some(),
            schema: create
                .extension_schema()
                .and_then(|schema| schema.schema_ref())
                .map(|schema| self.identifier(&schema)),
        };
        with_guard(
            self.changed(create, action),
            guard.map(|guard| self.guard(GuardKind::IfNotExists, &guard)),
        )
    }

    pub(super) fn create_role(&self, node: &impl AstNode, role: Option<ast::Role>) -> Lowered {
        let whole = range(node.syntax());
        let action = Action::CreateRole {
            name: self.optional_identifier(role),
            statement: self.passage.written(whole),
        };
        self.changed(node, action)
    }
}
