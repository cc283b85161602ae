//! What a script creates, against what the chain has of that name.

use crate::catalog::Catalog;
use crate::graph::touch::{ObjectKey, ObjectKind};
use crate::model::{
    Action, ConstraintDefinition, FunctionDefinition, Identifier, ObjectName, PolicyDefinition,
    SqlError, TriggerDefinition, ViewDefinition,
};

use super::super::compare::{self, Difference};
use super::super::compare_code;
use super::super::{Conflict, ConflictKind, scratch};
use super::Reader;

impl Reader<'_> {
    pub(super) fn create_table(
        &self,
        index: usize,
        table: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Relation, table.to_string());
        let Some(theirs) = self.head().table(table) else {
            return self.undone(index, key);
        };
        let made = self.made(index, |catalog| scratch::table(catalog, table, action));
        let differences = made.map(|ours| compare::tables(&ours, theirs, self.canonical));
        self.same_or_cleared(index, key, differences.unwrap_or_else(fails))
    }

    pub(super) fn add_column(
        &self,
        index: usize,
        table: &ObjectName,
        column: &Identifier,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Column, table.part(column.as_str()));
        let Some(theirs) = self.head().column(table, column.as_str()) else {
            return self.undone(index, key);
        };
        let made = self.made(index, |catalog| {
            scratch::column(catalog, table, column, action)
        });
        let differences = made.map(|ours| compare::columns(&ours, theirs, self.canonical));
        self.same_or_cleared(index, key, differences.unwrap_or_else(fails))
    }

    pub(super) fn create_index(
        &self,
        index: usize,
        name: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Index, name.name.to_string());
        let made = self.made(index, |catalog| scratch::index(catalog, name, action));
        let Some(theirs) = self.head().find_index(name) else {
            let undone = self.undone(index, key.clone());
            return match made {
                Ok(ours) if undone.is_empty() => self.index_beside(index, key, &ours),
                _ => undone,
            };
        };
        let differences = made.map(|ours| compare::indexes(&ours, theirs, self.canonical));
        match differences.unwrap_or_else(fails) {
            differences if differences.is_empty() => {
                vec![self.same_object(index, key, differences)]
            }
            differences => self.same_or_cleared(index, key, differences),
        }
    }

    pub(super) fn create_type(
        &self,
        index: usize,
        name: &ObjectName,
        action: &Action,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Type, name.to_string());
        let Some(theirs) = self.head().user_type(name) else {
            return self.undone(index, key);
        };
        let made = self.made(index, |catalog| scratch::user_type(catalog, name, action));
        let differences = made.map(|ours| compare::types(&ours, theirs));
        self.same_or_cleared(index, key, differences.unwrap_or_else(fails))
    }

    pub(super) fn add_label(&self, index: usize, name: &ObjectName, label: &str) -> Vec<Conflict> {
        let Some(labels) = self.head().enum_labels(name) else {
            return Vec::new();
        };
        let key = ObjectKey::new(ObjectKind::EnumLabel, name.part(label));
        if labels.contains(&label) {
            return vec![self.same_object(index, key, Vec::new())];
        }
        // A label more stands in nobody's way; the same one in other letters is two for one thing.
        let mut labels = labels.into_iter();
        let Some(theirs) = labels.find(|theirs| theirs.eq_ignore_ascii_case(label)) else {
            return Vec::new();
        };
        let event = self
            .chain
            .creation(&ObjectKey::new(ObjectKind::Type, name.to_string()));
        let difference = Difference::new("label", label, theirs);
        let kind = ConflictKind::DifferentShape;
        vec![self.conflict(kind, key, index, event, vec![difference])]
    }

    /// What the statement makes at head; where that fails, after what the script does before it.
    fn made<T>(
        &self,
        index: usize,
        make: impl Fn(&mut Catalog) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        let mut scratchpad = self.scratchpad.borrow_mut();
        let at_head = scratchpad.get_or_insert_with(|| self.head().clone());
        make(at_head).or_else(|_| self.with_before(index, make))
    }

    pub(super) fn add_constraint(
        &self,
        index: usize,
        table: &ObjectName,
        constraint: &ConstraintDefinition,
        action: &Action,
    ) -> Vec<Conflict> {
        let Some(at_head) = self.head().table(table) else {
            return Vec::new();
        };
        let named =
            |name: &Identifier| ObjectKey::new(ObjectKind::Constraint, table.part(name.as_str()));
        let made = self.made(index, |catalog| {
            scratch::constraint(catalog, table, constraint, action)
        });
        let Ok((name, ours)) = made else {
            return Vec::new();
        };
        // By its own name, or where PostgreSQL chooses one, by what it demands.
        let same_demand = || {
            let demand = compare::describe(&ours, self.canonical);
            let mut others = at_head.constraints.iter();
            others.find(|(_, other)| compare::describe(other, self.canonical) == demand)
        };
        let theirs = match &constraint.name {
            Some(name) => at_head.constraints.get_key_value(name),
            None => same_demand(),
        };
        match theirs {
            Some((name, theirs)) => {
                let differences = compare::constraints(&ours, theirs, self.canonical);
                vec![self.same_object(index, named(name), differences)]
            }
            None => {
                let undone = self.undone(index, named(&name));
                match undone.is_empty() {
                    true => self.constraint_beside(index, table, &name, &ours),
                    false => undone,
                }
            }
        }
    }

    pub(super) fn create_view(
        &self,
        index: usize,
        name: &ObjectName,
        definition: &ViewDefinition,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Relation, name.to_string());
        match self.head().relation(name) {
            None => self.undone(index, key),
            Some(theirs) => {
                let differences = compare_code::views(definition, theirs, self.canonical);
                vec![self.same_object(index, key, differences)]
            }
        }
    }

    pub(super) fn create_function(
        &self,
        index: usize,
        name: &ObjectName,
        definition: &FunctionDefinition,
    ) -> Vec<Conflict> {
        let key = ObjectKey::new(ObjectKind::Function, name.to_string());
        let functions = self.head().functions_named(name);
        let same = functions
            .iter()
            .find(|function| function.definition.argument_types == definition.argument_types);
        match same {
            Some(theirs) => {
                let differences = compare_code::functions(definition, &theirs.definition);
                vec![self.same_object(index, key, differences)]
            }
            // An overload beside those of the chain stands in nobody's way.
            None if functions.is_empty() => self.undone(index, key),
            None => Vec::new(),
        }
    }

    pub(super) fn create_policy(
        &self,
        index: usize,
        policy: &Identifier,
        definition: &PolicyDefinition,
    ) -> Vec<Conflict> {
        let name = definition.table.part(policy.as_str());
        let key = ObjectKey::new(ObjectKind::Policy, name);
        let table = self.head().table(&definition.table);
        match table.and_then(|table| table.policies.get(policy)) {
            None => self.undone(index, key),
            Some(theirs) => {
                let theirs = &theirs.definition;
                let differences = compare_code::policies(definition, theirs, self.canonical);
                vec![self.same_object(index, key, differences)]
            }
        }
    }

    pub(super) fn create_trigger(
        &self,
        index: usize,
        trigger: &Identifier,
        definition: &TriggerDefinition,
    ) -> Vec<Conflict> {
        let name = definition.table.part(trigger.as_str());
        let key = ObjectKey::new(ObjectKind::Trigger, name);
        let table = self.head().table(&definition.table);
        match table.and_then(|table| table.triggers.get(trigger)) {
            None => self.undone(index, key),
            Some(theirs) => {
                let differences = compare_code::triggers(definition, theirs, self.canonical);
                vec![self.same_object(index, key, differences)]
            }
        }
    }

    /// The chain has it at head; if it runs after the script, it may first clear away what the script
    /// has made, with the rows in it.
    fn same_or_cleared(
        &self,
        index: usize,
        key: ObjectKey,
        differences: Vec<Difference>,
    ) -> Vec<Conflict> {
        let cleared = self.chain.clearing(&key).map(|event| {
            let kind = ConflictKind::UndoneLater;
            self.conflict(kind, key.clone(), index, Some(event), Vec::new())
        });
        let same = self.same_object(index, key.clone(), differences);
        std::iter::once(same).chain(cleared).collect()
    }

    /// The chain has it at head: the same, or another shape.
    pub(super) fn same_object(
        &self,
        index: usize,
        key: ObjectKey,
        differences: Vec<Difference>,
    ) -> Conflict {
        let kind = if differences.iter().all(Difference::is_only_spelling) {
            ConflictKind::Duplicate
        } else {
            ConflictKind::DifferentShape
        };
        let event = match key.kind {
            ObjectKind::Column | ObjectKind::Type => self.chain.shaping(&key),
            _ => self.chain.creation(&key),
        };
        self.conflict(kind, key.clone(), index, event, differences)
    }

    /// The chain does not have it at head: it may have dropped it, be it only in case that somebody
    /// had made it by hand.
    pub(super) fn undone(&self, index: usize, key: ObjectKey) -> Vec<Conflict> {
        match self.chain.removal(&key) {
            Some(event) => {
                vec![self.conflict(
                    ConflictKind::UndoneLater,
                    key.clone(),
                    index,
                    Some(event),
                    Vec::new(),
                )]
            }
            None => Vec::new(),
        }
    }
}

/// The statement cannot even run at head.
pub(super) fn fails(error: SqlError) -> Vec<Difference> {
    vec![Difference {
        aspect: "statement".into(),
        ours: format!("fails at head: {error}"),
        theirs: String::new(),
    }]
}
