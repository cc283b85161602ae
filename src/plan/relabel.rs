//! Enums to which scripts give other labels than the chain: renamed, or made anew under the old name.
//! Each label goes back to the one of the target that says the same, with its rows.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Column, TypeKind};
use crate::graph::{ObjectKind, touches};
use crate::model::{Action, DataType, Effect, Identifier, ObjectName, Script};

use super::step::{Step, StepKind};
use super::stuck::takes_place;
use super::{Citation, PlanInput};

/// The labels that scripts give to enums, by the name under which these end.
#[derive(Debug, Default)]
pub(super) struct Relabelled {
    made: BTreeMap<ObjectName, BTreeSet<String>>,
    /// By type: the label of a script, and the one that it had before.
    renamed: BTreeMap<ObjectName, BTreeMap<String, String>>,
    /// The types that scripts give to a column of a table.
    columns: BTreeMap<(ObjectName, Identifier), BTreeSet<ObjectName>>,
}

impl Relabelled {
    pub(super) fn by<'a>(scripts: impl IntoIterator<Item = &'a Script>) -> Self {
        let mut found = Self::default();
        for script in scripts {
            let effects = script.effects.iter();
            for effect in effects.filter(|effect| takes_place(effect)) {
                found.note(&effect.action);
            }
        }
        found
    }

    fn note(&mut self, action: &Action) {
        if let Action::CreateEnum { name, labels, .. } = action {
            let made = self.made.entry(bare(name)).or_default();
            made.extend(labels.iter().map(ToString::to_string));
        }
        if let Action::RenameType { name, new_name } = action {
            let labels = self.made.get(&bare(name)).cloned().unwrap_or_default();
            let new = ObjectName::qualified(name.schema.clone(), new_name.clone());
            self.made.entry(bare(&new)).or_default().extend(labels);
        }
        if let Action::RenameEnumValue {
            name,
            label,
            new_label,
        } = action
        {
            let renamed = self.renamed.entry(bare(name)).or_default();
            renamed.insert(new_label.to_string(), label.to_string());
        }
        self.note_columns(action);
    }

    fn note_columns(&mut self, action: &Action) {
        if let Action::CreateTable {
            table, definition, ..
        } = action
        {
            for column in &definition.columns {
                self.note_column(table, &column.name, &column.data_type);
            }
        }
        if let Action::AddColumn { table, column, .. } = action {
            self.note_column(table, &column.name, &column.data_type);
        }
        if let Action::AlterColumnType {
            table,
            column,
            change,
        } = action
        {
            self.note_column(table, column, &change.data_type);
        }
        if let Action::RenameColumn {
            table,
            column,
            new_name,
        } = action
        {
            let types = self.columns.get(&(bare(table), column.clone())).cloned();
            let key = (bare(table), new_name.clone());
            self.columns
                .entry(key)
                .or_default()
                .extend(types.unwrap_or_default());
        }
    }

    fn note_column(&mut self, table: &ObjectName, column: &Identifier, data_type: &DataType) {
        let types = self
            .columns
            .entry((bare(table), column.clone()))
            .or_default();
        types.insert(bare(&data_type.name));
    }

    /// What becomes of the values of a column that some script gives another enum.
    fn of_column(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        column: &Column,
    ) -> BTreeMap<String, String> {
        let Some(wanted) = catalog.enum_labels(&column.data_type.name) else {
            return BTreeMap::new();
        };
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let types = self.columns.get(&(bare(table), column.name.clone()));
        let others = types.into_iter().flatten();
        let others = others.filter(|other| **other != bare(&column.data_type.name));
        let others: Vec<&ObjectName> = others.collect();
        let labels = others.iter().filter_map(|other| self.made.get(*other));
        let mut labels: BTreeSet<String> = labels.flatten().cloned().collect();
        if others.iter().any(|other| is_text(other)) {
            // Texts that differ from a label in their letters' case alone.
            labels.extend(wanted.iter().map(|label| label.to_lowercase()));
            labels.extend(wanted.iter().map(|label| label.to_uppercase()));
        }
        let mut map = alike(&labels, &wanted);
        if !map.is_empty() {
            map.append(&mut self.value_map(&column.data_type.name, &wanted));
        }
        map
    }

    /// What becomes of labels that are not wanted.
    fn value_map(&self, name: &ObjectName, wanted: &[String]) -> BTreeMap<String, String> {
        let name = bare(name);
        let made = self.made.get(&name).cloned().unwrap_or_default();
        let mut map = alike(&made, wanted);
        for (label, before) in self.renamed.get(&name).into_iter().flatten() {
            if wanted.contains(before) && !wanted.contains(label) {
                map.insert(label.clone(), before.clone());
            }
        }
        map
    }

    /// Tells a step that ensures an enum, or a column that is one, about the labels that it can meet.
    pub(super) fn tell(&self, catalog: &Catalog, step: &mut Step) {
        if let StepKind::Column {
            table,
            column,
            value_map,
            ..
        } = &mut step.kind
        {
            *value_map = self.of_column(catalog, table, column);
            return;
        }
        let (name, labels) = match &step.kind {
            StepKind::EnumLabels { name, labels, .. } => (name.clone(), labels.clone()),
            StepKind::Type { name, user_type } => match &user_type.kind {
                TypeKind::Enum { labels } => {
                    let labels = labels.iter().map(|label| label.name.clone()).collect();
                    (name.clone(), labels)
                }
                TypeKind::Domain { .. } | TypeKind::Composite { .. } | TypeKind::Other { .. } => {
                    return;
                }
            },
            _ => return,
        };
        let value_map = self.value_map(&name, &labels);
        if !value_map.is_empty() {
            step.kind = StepKind::EnumLabels {
                name,
                labels,
                value_map,
            };
        }
    }
}

/// One step for each enum of the chain's head that a script leaves otherwise than the target has it.
pub(super) fn steps(input: &PlanInput<'_>, target: &Catalog) -> Vec<Step> {
    let scripts = input.scripts.iter();
    scripts
        .flat_map(|script| of_script(input.chain.head(), target, script))
        .collect()
}

fn of_script(head: &Catalog, target: &Catalog, script: &Script) -> Vec<Step> {
    let mut after = head.clone();
    let mut touched: BTreeMap<ObjectName, Vec<Citation>> = BTreeMap::new();
    for effect in script.effects.iter().filter(|effect| takes_place(effect)) {
        for name in types(effect) {
            touched.entry(name).or_default().push(Citation::of(effect));
        }
        // What fails changes nothing.
        let _ = after.apply(&effect.action);
    }
    let steps = touched.into_iter().filter_map(|(name, citations)| {
        let wanted = target.enum_labels(&name)?;
        let here = after.enum_labels(&name)?;
        let changed = head.user_type(&name).is_some() && wanted != here;
        changed.then(|| Step {
            kind: StepKind::EnumLabels {
                value_map: BTreeMap::new(),
                labels: wanted.iter().map(ToString::to_string).collect(),
                name,
            },
            citations,
        })
    });
    steps.collect()
}

/// The types that an effect makes, changes or gives a name.
fn types(effect: &Effect) -> BTreeSet<ObjectName> {
    let touched = touches(&effect.action).into_iter();
    let named = touched.filter_map(|touch| match touch.object.kind {
        ObjectKind::Type => Some(ObjectName::from_sql(&touch.object.name)),
        ObjectKind::EnumLabel => {
            let (name, _) = touch.object.name.rsplit_once('.')?;
            Some(ObjectName::from_sql(name))
        }
        _ => None,
    });
    let renamed = match &effect.action {
        Action::RenameType { name, new_name } => {
            Some(ObjectName::qualified(name.schema.clone(), new_name.clone()))
        }
        _ => None,
    };
    named.chain(renamed).collect()
}

fn is_text(name: &ObjectName) -> bool {
    matches!(
        name.name.as_str(),
        "text" | "character varying" | "character" | "citext"
    )
}

/// Scripts write `public` or leave it out.
pub(super) fn bare(name: &ObjectName) -> ObjectName {
    let schema = name.schema.clone();
    let schema = schema.filter(|schema| schema.as_str() != "public");
    ObjectName::qualified(schema, name.name.clone())
}

/// Labels that are not wanted, each with the one that is and says the same in other letters.
fn alike(made: &BTreeSet<String>, wanted: &[String]) -> BTreeMap<String, String> {
    let strange = made.iter().filter(|label| !wanted.contains(label));
    let pairs = strange.filter_map(|label| {
        let mut alike = wanted.iter().filter(|other| said(other) == said(label));
        match (alike.next(), alike.next()) {
            (Some(only), None) => Some((label.clone(), only.clone())),
            _ => None,
        }
    });
    pairs.collect()
}

/// Without case and punctuation.
fn said(label: &str) -> String {
    let letters = label.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::alike;

    fn pairs(made: &[&str], wanted: &[&str]) -> Vec<(String, String)> {
        let made = made.iter().map(ToString::to_string).collect();
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        alike(&made, &wanted).into_iter().collect()
    }

    #[test]
    fn labels_go_back_to_those_that_say_the_same() {
        let found = pairs(&["OPEN", "ON_HOLD", "LOST"], &["open", "on-hold", "closed"]);
        let told: Vec<_> = found.iter().map(|(a, b)| format!("{a} {b}")).collect();
        assert_eq!(told, ["ON_HOLD on-hold", "OPEN open"]);
    }

    #[test]
    fn two_that_say_the_same_are_for_a_person_to_tell_apart() {
        assert!(pairs(&["OPEN"], &["open", "Open"]).is_empty());
    }
}
