//! Columns, constraints and indexes.

use super::Reader;
use super::row::Row;
use crate::catalog::{
    Attributes, Column, Constraint, ConstraintKind, IdentityKind, Index, Relation,
};
use crate::model::{
    ForeignKey, Identifier, IndexDefinition, IndexKey, ObjectName, ReferentialAction,
};

impl Reader {
    pub(super) fn column(&mut self, row: &mut Row<'_>) -> Option<()> {
        let relation = row.object_name()?;
        let name = row.identifier()?;
        let data_type = row.data_type()?;
        let not_null = row.flag()?;
        let expression = row.optional();
        let identity = match row.letter() {
            'a' => Some(IdentityKind::Always),
            'd' => Some(IdentityKind::ByDefault),
            _ => None,
        };
        let generated = row.letter() == 's';
        let (generated, default) = if generated {
            (expression, None)
        } else {
            (None, expression)
        };
        let collation = row.optional();
        let inherited = row.flag()?;
        let settings = row.optional().unwrap_or_default();
        let grants = row.grants()?.into_iter().collect();
        let comment = row.optional();
        let attributes = Attributes {
            grants,
            comment,
            ..Attributes::default()
        };
        let column = Column {
            name,
            data_type,
            not_null,
            default,
            generated,
            identity,
            collation,
            inherited,
            settings,
            attributes,
        };
        self.catalog.fill_column(&relation, column);
        Some(())
    }

    pub(super) fn constraint(&mut self, row: &mut Row<'_>) -> Option<()> {
        let table = row.object_name()?;
        let name = row.identifier()?;
        let kind = row.letter();
        let columns = row.identifiers()?;
        let include = row.identifiers()?;
        let schema = row.identifier();
        let referenced = row
            .identifier()
            .map(|name| ObjectName::qualified(schema, name));
        let referenced_columns = row.identifiers()?;
        let (on_update, on_delete) = (row.letter(), row.letter());
        let set_columns = row.identifiers()?;
        let match_full = row.letter() == 'f';
        let (deferrable, initially_deferred) = (row.flag()?, row.flag()?);
        let (validated, no_inherit, inherited) = (row.flag()?, row.flag()?, row.flag()?);
        let expression = row.optional();
        let definition = row.text()?;
        let schema = row.identifier();
        let index = row
            .identifier()
            .map(|name| ObjectName::qualified(schema, name));
        let nulls_not_distinct = row.flag()?;
        let comment = row.optional();
        let kind = match kind {
            'p' => ConstraintKind::PrimaryKey { columns, include },
            'u' => ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
            },
            'f' => ConstraintKind::ForeignKey(ForeignKey {
                columns,
                referenced_table: referenced?,
                referenced_columns,
                on_delete: referential_action(on_delete, set_columns),
                on_update: referential_action(on_update, Vec::new()),
                match_full,
            }),
            'c' => ConstraintKind::Check {
                expression: expression?,
                no_inherit,
            },
            _ => {
                let definition = definition.strip_prefix("EXCLUDE ").unwrap_or(&definition);
                ConstraintKind::Exclude {
                    definition: definition.to_owned(),
                }
            }
        };
        let supporting_index = matches!(kind, ConstraintKind::ForeignKey(_))
            .then_some(index)
            .flatten();
        let constraint = Constraint {
            kind,
            deferrable,
            initially_deferred,
            validated,
            inherited,
            supporting_index,
            comment,
        };
        self.catalog.fill_constraint(&table, name, constraint);
        Some(())
    }

    pub(super) fn index(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let table = row.object_name()?;
        let unique = row.flag()?;
        let nulls_not_distinct = row.flag()?;
        let method = row.text()?;
        let keys = row.list()?.iter().map(index_key).collect::<Option<_>>()?;
        let include = row.identifiers()?;
        let predicate = row.optional();
        let options = row.optional().unwrap_or_default();
        let valid = row.flag()?;
        let constraint = row.identifier();
        let comment = row.optional();
        let definition = IndexDefinition {
            table,
            unique,
            nulls_not_distinct,
            method,
            keys,
            include,
            predicate,
            options,
        };
        let index = Index {
            definition,
            constraint,
            valid,
            comment,
        };
        self.catalog.fill_relation(name, Relation::Index(index));
        Some(())
    }
}

fn referential_action(letter: char, columns: Vec<Identifier>) -> ReferentialAction {
    match letter {
        'r' => ReferentialAction::Restrict,
        'c' => ReferentialAction::Cascade,
        'n' => ReferentialAction::SetNull(columns),
        'd' => ReferentialAction::SetDefault(columns),
        _ => ReferentialAction::NoAction,
    }
}

/// Text, whether it is a column, collation, operator class, descending, nulls first.
fn index_key(value: &serde_json::Value) -> Option<IndexKey> {
    let parts = value.as_array()?;
    let text = |index: usize| parts.get(index).and_then(serde_json::Value::as_str);
    let flag = |index: usize| parts.get(index).and_then(serde_json::Value::as_bool);
    let mut options = Vec::new();
    options.extend(text(2).map(|collation| format!("COLLATE \"{collation}\"")));
    options.extend(text(3).map(str::to_owned));
    match (flag(4)?, flag(5)?) {
        (true, true) => options.push("DESC".to_owned()),
        (true, false) => options.push("DESC NULLS LAST".to_owned()),
        (false, true) => options.push("NULLS FIRST".to_owned()),
        (false, false) => {}
    }
    Some(IndexKey {
        expression: text(0)?.to_owned(),
        is_column: flag(1)?,
        options: options.join(" "),
    })
}
