//! Names that PostgreSQL chooses: `makeObjectName`, `ChooseRelationName` and
//! `ChooseConstraintName`.

use super::Catalog;
use crate::model::{Identifier, ObjectName};

/// NAMEDATALEN - 1, in bytes.
const LONGEST: usize = 63;

impl Catalog {
    /// A relation name of the form `name1_name2_label` that is free in the schema of `near`. Names
    /// of constraints must differ from all constraints of the schema, too.
    pub(crate) fn choose_relation_name(
        &self,
        near: &ObjectName,
        name1: &str,
        name2: Option<&str>,
        label: &str,
        is_constraint: bool,
    ) -> Identifier {
        let free = |name: &Identifier| {
            let full = ObjectName {
                schema: near.schema.clone(),
                name: name.clone(),
            };
            !self.relation_name_taken(&full)
                && !(is_constraint && self.constraint_name_taken(near, name))
        };
        choose(name1, name2, label, free)
    }

    /// A constraint name that no constraint of the schema has, nor any of `others`.
    pub(crate) fn choose_constraint_name(
        &self,
        near: &ObjectName,
        name2: Option<&str>,
        label: &str,
        others: &[Identifier],
    ) -> Identifier {
        let free =
            |name: &Identifier| !self.constraint_name_taken(near, name) && !others.contains(name);
        choose(near.name.as_str(), name2, label, free)
    }

    /// What a foreign key over these columns is called where nobody names it.
    pub(crate) fn choose_foreign_key_name(
        &self,
        table: &ObjectName,
        columns: &[Identifier],
    ) -> Identifier {
        let addition = columns_addition(columns.iter().map(Identifier::as_str));
        self.choose_constraint_name(table, Some(&addition), "fkey", &[])
    }

    /// Tables, indexes, sequences, views and composite types share one namespace.
    pub(crate) fn relation_name_taken(&self, name: &ObjectName) -> bool {
        self.relations.contains(name)
            || self
                .types
                .get(name)
                .is_some_and(|found| matches!(found.kind, super::TypeKind::Composite { .. }))
    }

    fn constraint_name_taken(&self, near: &ObjectName, name: &Identifier) -> bool {
        self.relations
            .iter()
            .filter(|(relation, _)| relation.schema == near.schema)
            .filter_map(|(_, relation)| relation.as_table())
            .any(|table| table.constraints.contains_key(name))
    }
}

fn choose(
    name1: &str,
    name2: Option<&str>,
    label: &str,
    free: impl Fn(&Identifier) -> bool,
) -> Identifier {
    (0u32..)
        .map(|pass| match pass {
            0 => make_object_name(name1, name2, label),
            _ => make_object_name(name1, name2, &format!("{label}{pass}")),
        })
        .find(free)
        .unwrap_or_default()
}

/// `name1_name2_label`, the longer of the two names cut until all fits.
pub(crate) fn make_object_name(name1: &str, name2: Option<&str>, label: &str) -> Identifier {
    let overhead = label.len() + 1 + usize::from(name2.is_some());
    let (mut length1, mut length2) = (name1.len(), name2.map_or(0, str::len));
    while length1 + length2 > LONGEST.saturating_sub(overhead) {
        if length1 > length2 {
            length1 -= 1
        } else {
            length2 -= 1
        }
    }
    let name1 = clip(name1, length1);
    Identifier::exact(match name2 {
        Some(name2) => format!("{name1}_{}_{label}", clip(name2, length2)),
        None => format!("{name1}_{label}"),
    })
}

/// At most `length` bytes, whole characters only (`pg_mbcliplen`).
fn clip(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What an index over several columns is called between table and label
/// (`ChooseIndexNameAddition`, `ChooseForeignKeyConstraintNameAddition`).
pub(crate) fn columns_addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut addition = String::new();
    for column in columns {
        if !addition.is_empty() {
            addition.push('_');
        }
        addition.push_str(clip(column, LONGEST));
        if addition.len() > LONGEST {
            break;
        }
    }
    clip(&addition, LONGEST * 2).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_lose_the_end_of_the_longer_part() {
        let table = "a".repeat(60);
        let name = make_object_name(&table, Some("tenant_id"), "fkey");
        assert_eq!(name.as_str().len(), 63);
        assert!(name.as_str().ends_with("a_tenant_id_fkey"));
    }
}
