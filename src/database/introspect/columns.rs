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
        let (relation_number, number) = (row.number()?, row.number()?);
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
        let collation_number = row.number()?;
        self.names
            .columns
            .insert((relation_number, number), (name.clone(), collation_number));
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
            holds_null: false,
            settings,
            attributes,
        };
        self.catalog.fill_column(&relation, column);
        Some(())
    }

    pub(super) fn constraint(&mut self, row: &mut Row<'_>) -> Option<()> {
        let table = row.object_name()?;
        let table_number = row.number()?;
        let name = row.identifier()?;
        let kind = row.letter();
        let columns = self.names.columns(table_number, &row.numbers()?)?;
        let schema = row.identifier();
        let referenced = row
            .identifier()
            .map(|name| ObjectName::qualified(schema, name));
        let referenced_number = row
            .optional()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let referenced_columns = self.names.columns(referenced_number, &row.numbers()?)?;
        let (on_update, on_delete) = (row.letter(), row.letter());
        let set_columns = self.names.columns(table_number, &row.numbers()?)?;
        let match_full = row.letter() == 'f';
        let (deferrable, initially_deferred) = (row.flag()?, row.flag()?);
        let (validated, no_inherit, inherited) = (row.flag()?, row.flag()?, row.flag()?);
        let expression = row.optional();
        let definition = row.optional();
        let schema = row.identifier();
        let index = row
            .identifier()
            .map(|name| ObjectName::qualified(schema, name));
        let keys = row.numbers()?;
        let included = row
            .optional()
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let included = &keys[keys.len().saturating_sub(included)..];
        let include = self.names.columns(table_number, included)?;
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
                let definition = definition.unwrap_or_default();
                let definition = definition.strip_prefix("EXCLUDE ").unwrap_or(&definition);
                ConstraintKind::Exclude {
                    definition: definition.to_owned(),
                }
            }
        };
        let is_foreign = matches!(kind, ConstraintKind::ForeignKey(_));
        let constraint = Constraint {
            kind,
            deferrable,
            initially_deferred,
            validated,
            inherited,
            supporting_index: index.filter(|_| is_foreign),
            comment,
        };
        self.catalog.fill_constraint(&table, name, constraint);
        Some(())
    }

    pub(super) fn index(&mut self, row: &mut Row<'_>) -> Option<()> {
        let name = row.object_name()?;
        let table = row.object_name()?;
        let table_number = row.number()?;
        let unique = row.flag()?;
        let nulls_not_distinct = row.flag()?;
        let method = row.text()?;
        let mut key_columns = row.numbers()?;
        let key_count = usize::try_from(row.number()?).ok()?;
        let included = key_columns.split_off(key_count.min(key_columns.len()));
        let include = self.names.columns(table_number, &included)?;
        let (classes, collations, bits) = (row.numbers()?, row.numbers()?, row.numbers()?);
        let texts = row.texts()?;
        let mut keys = Vec::new();
        for (index, &number) in key_columns.iter().enumerate() {
            let at = |values: &[i64]| values.get(index).copied().unwrap_or(0);
            let column = self.names.columns.get(&(table_number, number));
            let collation = column.map_or(0, |(_, collation)| *collation);
            let mut options = Vec::new();
            if column.is_some() && at(&collations) != collation {
                let name = self.names.collations.get(&at(&collations));
                options.extend(name.map(|name| format!("COLLATE \"{name}\"")));
            }
            options.extend(self.names.operator_classes.get(&at(&classes)).cloned());
            options.extend(direction(at(&bits)).map(str::to_owned));
            let expression = match column {
                Some((name, _)) => name.as_str().to_owned(),
                None => texts.get(index)?.clone(),
            };
            keys.push(IndexKey {
                expression,
                is_column: column.is_some(),
                options: options.join(" "),
            });
        }
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
            partition_of: None,
            valid,
            comment,
        };
        self.catalog.fill_relation(name, Relation::Index(index));
        Some(())
    }
}

/// What the bits of `indoption` say that is not the default.
fn direction(bits: i64) -> Option<&'static str> {
    match (bits & 1 != 0, bits & 2 != 0) {
        (true, true) => Some("DESC"),
        (true, false) => Some("DESC NULLS LAST"),
        (false, true) => Some("NULLS FIRST"),
        (false, false) => None,
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
