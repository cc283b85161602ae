//! What else changes when something gets another name: PostgreSQL points at objects by number, the
//! catalog by name.

use super::expression::{rename_in_strings, rename_words};
use super::{Catalog, ConstraintKind, Relation, Table, TypeKind};
use crate::model::{DataType, Identifier, ObjectName};

impl Catalog {
    /// Gives a relation another full name, and follows it everywhere.
    pub(crate) fn move_relation(&mut self, old: &ObjectName, new: &ObjectName) {
        let Some(relation) = self.relations.remove(old) else {
            return;
        };
        let (is_sequence, is_index) = (
            relation.as_sequence().is_some(),
            relation.as_index().is_some(),
        );
        self.relations.insert(new.clone(), relation);
        if is_index {
            self.follow_index(old, new);
            return;
        }
        self.relations.update_all(|_, relation| match relation {
            Relation::Index(index) => replace(&mut index.definition.table, old, new),
            Relation::Sequence(sequence) => sequence
                .owned_by
                .as_mut()
                .is_some_and(|(table, _)| replace(table, old, new)),
            Relation::View(view) | Relation::MaterializedView(view) => {
                let reads = replace_in_set(&mut view.reads, old, new);
                if reads {
                    let columns = std::mem::take(&mut view.reads_columns);
                    view.reads_columns = columns
                        .into_iter()
                        .map(|(table, column)| {
                            (if table == *old { new.clone() } else { table }, column)
                        })
                        .collect();
                    view.query = rename_words(&view.query, &old.name, &new.name);
                }
                reads
            }
            Relation::Table(table) => follow_in_table(table, old, new, is_sequence),
        });
        self.follow_type(old, new);
    }

    fn follow_index(&mut self, old: &ObjectName, new: &ObjectName) {
        self.relations.update_all(|_, relation| {
            let of_partition = relation
                .as_index_mut()
                .and_then(|index| index.partition_of.as_mut());
            if of_partition.is_some_and(|parent| replace(parent, old, new)) {
                return true;
            }
            let tables = relation.as_table_mut().into_iter();
            let constraints = tables.flat_map(|table| table.constraints.values_mut());
            constraints.fold(false, |changed, constraint| {
                let supporting = constraint.supporting_index.as_mut();
                supporting.is_some_and(|index| replace(index, old, new)) || changed
            })
        });
    }

    /// Follows a type's name (or that of a relation's row type) in columns, functions and texts.
    pub(crate) fn follow_type(&mut self, old: &ObjectName, new: &ObjectName) {
        let change = |data_type: &mut DataType| replace(&mut data_type.name, old, new);
        self.relations.update_all(|_, relation| match relation {
            Relation::Table(table) => table
                .columns
                .iter_mut()
                .fold(false, |any, column| change(&mut column.data_type) || any),
            Relation::View(view) | Relation::MaterializedView(view) => view
                .columns
                .iter_mut()
                .fold(false, |any, column| change(&mut column.data_type) || any),
            Relation::Index(_) | Relation::Sequence(_) => false,
        });
        self.types
            .update_all(|_, user_type| match &mut user_type.kind {
                TypeKind::Domain { base, .. } => change(base),
                TypeKind::Composite { attributes } => attributes
                    .iter_mut()
                    .fold(false, |any, (_, data_type)| change(data_type) || any),
                TypeKind::Enum { .. } | TypeKind::Other { .. } => false,
            });
        self.follow_type_in_functions(old, new);
    }

    fn follow_type_in_functions(&mut self, old: &ObjectName, new: &ObjectName) {
        let signatures: Vec<_> = self
            .functions
            .keys()
            .filter(|signature| signature.argument_types.iter().any(|one| one.name == *old))
            .cloned()
            .collect();
        for signature in signatures {
            let Some(mut function) = self.functions.remove(&signature) else {
                continue;
            };
            let mut renamed = signature;
            for data_type in renamed
                .argument_types
                .iter_mut()
                .chain(&mut function.definition.argument_types)
            {
                replace(&mut data_type.name, old, new);
            }
            self.functions.insert(renamed, function);
        }
        self.functions.update_all(|_, function| {
            let returns = rename_words(&function.definition.returns, &old.name, &new.name);
            let changed = returns != function.definition.returns;
            function.definition.returns = returns;
            changed
        });
    }

    /// Follows a column's new name outside its own table: foreign keys, sequences, views, indexes.
    pub(crate) fn follow_column(&mut self, table: &ObjectName, old: &Identifier, new: &Identifier) {
        let here = (table.clone(), old.clone());
        self.relations.update_all(|name, relation| match relation {
            Relation::Index(index) if index.definition.table == *table => {
                let definition = &mut index.definition;
                for key in &mut definition.keys {
                    let is_it = key.is_column && key.expression == old.as_str();
                    key.expression = match (key.is_column, is_it) {
                        (true, true) => new.as_str().to_owned(),
                        (true, false) => std::mem::take(&mut key.expression),
                        (false, _) => rename_words(&key.expression, old, new),
                    };
                }
                replace_names(&mut definition.include, old, new);
                rename_text(&mut definition.predicate, old, new);
                true
            }
            Relation::Sequence(sequence) if sequence.owned_by.as_ref() == Some(&here) => {
                sequence.owned_by = Some((table.clone(), new.clone()));
                true
            }
            Relation::View(view) | Relation::MaterializedView(view)
                if view.reads_columns.contains(&here) =>
            {
                view.reads_columns.remove(&here);
                view.reads_columns.insert((table.clone(), new.clone()));
                view.query = rename_words(&view.query, old, new);
                true
            }
            Relation::Table(other) => follow_column_in_table(name, other, table, old, new),
            _ => false,
        });
    }
}

fn replace(name: &mut ObjectName, old: &ObjectName, new: &ObjectName) -> bool {
    let same = name == old;
    if same {
        *name = new.clone();
    }
    same
}

fn replace_in_set(
    names: &mut std::collections::BTreeSet<ObjectName>,
    old: &ObjectName,
    new: &ObjectName,
) -> bool {
    let had = names.remove(old);
    if had {
        names.insert(new.clone());
    }
    had
}

fn replace_names(names: &mut [Identifier], old: &Identifier, new: &Identifier) {
    for name in names.iter_mut().filter(|name| *name == old) {
        *name = new.clone();
    }
}

fn rename_text(text: &mut Option<String>, old: &Identifier, new: &Identifier) {
    if let Some(text) = text {
        *text = rename_words(text, old, new);
    }
}

fn follow_in_table(
    table: &mut Table,
    old: &ObjectName,
    new: &ObjectName,
    is_sequence: bool,
) -> bool {
    let mut changed = false;
    if is_sequence {
        for default in table
            .columns
            .iter_mut()
            .filter_map(|column| column.default.as_mut())
        {
            let renamed = rename_in_strings(default, old, new);
            changed |= renamed != *default;
            *default = renamed;
        }
        return changed;
    }
    for constraint in table.constraints.values_mut() {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
            changed |= replace(&mut key.referenced_table, old, new);
        }
    }
    if let Some((parent, _)) = &mut table.partition_of {
        changed |= replace(parent, old, new);
    }
    for parent in &mut table.inherits {
        changed |= replace(parent, old, new);
    }
    for policy in table.policies.values_mut() {
        changed |= replace(&mut policy.definition.table, old, new);
        for text in [
            &mut policy.definition.using,
            &mut policy.definition.with_check,
        ] {
            let before = text.clone();
            rename_text(text, &old.name, &new.name);
            changed |= before != *text;
        }
    }
    changed
}

/// In the table itself: constraints, generated columns, policies, triggers. In others: foreign keys.
fn follow_column_in_table(
    name: &ObjectName,
    table: &mut Table,
    renamed: &ObjectName,
    old: &Identifier,
    new: &Identifier,
) -> bool {
    let own = name == renamed;
    for constraint in table.constraints.values_mut() {
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey { columns, include }
            | ConstraintKind::Unique {
                columns, include, ..
            } if own => {
                replace_names(columns, old, new);
                replace_names(include, old, new);
            }
            ConstraintKind::ForeignKey(key) => {
                if own {
                    replace_names(&mut key.columns, old, new);
                }
                if key.referenced_table == *renamed {
                    replace_names(&mut key.referenced_columns, old, new);
                }
            }
            ConstraintKind::Check {
                expression: text, ..
            }
            | ConstraintKind::Exclude { definition: text }
                if own =>
            {
                *text = rename_words(text, old, new);
            }
            _ => {}
        }
    }
    if own {
        for column in &mut table.columns {
            rename_text(&mut column.generated, old, new);
        }
        for policy in table.policies.values_mut() {
            rename_text(&mut policy.definition.using, old, new);
            rename_text(&mut policy.definition.with_check, old, new);
        }
        for trigger in table.triggers.values_mut() {
            trigger.timing = rename_words(&trigger.timing, old, new);
            rename_text(&mut trigger.condition, old, new);
        }
        rename_text(&mut table.partition_by, old, new);
    }
    true
}

impl Catalog {
    /// Follows a type's name in casts that stand in expressions.
    pub(crate) fn follow_type_in_texts(&mut self, old: &ObjectName, new: &ObjectName) {
        let change = |text: &mut String| {
            let renamed = super::expression::rename_casts(text, old, new);
            let changed = renamed != *text;
            *text = renamed;
            changed
        };
        self.relations.update_all(|_, relation| match relation {
            Relation::Table(table) => {
                let defaults = table.columns.iter_mut();
                let defaults = defaults.flat_map(|column| {
                    column
                        .default
                        .as_mut()
                        .into_iter()
                        .chain(column.generated.as_mut())
                });
                let policies = table.policies.values_mut().flat_map(|policy| {
                    let definition = &mut policy.definition;
                    definition
                        .using
                        .as_mut()
                        .into_iter()
                        .chain(definition.with_check.as_mut())
                });
                let checks = table
                    .constraints
                    .values_mut()
                    .filter_map(|one| match &mut one.kind {
                        ConstraintKind::Check { expression, .. } => Some(expression),
                        _ => None,
                    });
                let texts = defaults.chain(policies).chain(checks);
                texts.fold(false, |any, text| change(text) || any)
            }
            Relation::View(view) | Relation::MaterializedView(view) => change(&mut view.query),
            Relation::Index(index) => {
                let definition = &mut index.definition;
                let keys = definition.keys.iter_mut().filter(|key| !key.is_column);
                let texts = keys
                    .map(|key| &mut key.expression)
                    .chain(&mut definition.predicate);
                texts.fold(false, |any, text| change(text) || any)
            }
            Relation::Sequence(_) => false,
        });
    }
}
