//! What the chain's own revisions may do to rows: what a patched revision does beyond that is loss.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Relation};
use crate::graph::{ObjectKey, ObjectKind, Relation as Touching, RevisionStep, touches};
use crate::model::{Action, Effect, ObjectName, RowChange, RowOperation};
use crate::sql;
use crate::verify::DataTouch;

/// Tables on which somebody may have made a trigger that writes to rows as they are changed: what it
/// sets changes with everything else.
pub(super) fn tables_with_triggers<'a>(
    effects: impl Iterator<Item = &'a Effect>,
) -> BTreeSet<String> {
    let tables = effects.filter_map(|effect| {
        let Action::CreateTrigger { definition, .. } = &effect.action else {
            return None;
        };
        let timing = definition.timing.to_lowercase();
        let sets = timing.starts_with("before") && timing.contains("update");
        sets.then(|| definition.table.to_string())
    });
    tables.collect()
}

/// By table, in the order of their names.
pub(super) fn of_revision(step: &RevisionStep, with_triggers: &BTreeSet<String>) -> Vec<DataTouch> {
    let mut found = Touches::default();
    for effect in &step.effects {
        if let Action::Rows(change) = &effect.action {
            found.add_rows(change);
            if with_triggers.contains(&change.table.to_string()) && updates(change) {
                found.of(change.table.to_string()).all_columns = true;
            }
        }
        if let Action::DropTable { table, .. } = &effect.action {
            found.of(table.to_string()).drops_rows = true;
        }
        if let Action::RenameTable {
            table, new_name, ..
        } = &effect.action
        {
            let renamed = ObjectName::qualified(table.schema.clone(), new_name.clone());
            let touch = found.of(table.to_string());
            touch.renamed_to.get_or_insert_with(|| renamed.to_string());
            continue;
        }
        let touches = touches(&effect.action).into_iter();
        let changes = [Touching::Alters, Touching::Drops];
        for touch in touches.filter(|touch| changes.contains(&touch.relation)) {
            found.add_object(&touch.object, touch.relation, &step.after);
        }
    }
    found.0.into_values().collect()
}

/// Rows that are there already get other values.
fn updates(change: &RowChange) -> bool {
    match change.operation {
        RowOperation::Update => true,
        RowOperation::Insert => !matches!(set_by(&change.statement), Some(set) if set.is_empty()),
        RowOperation::Delete | RowOperation::Truncate | RowOperation::Copy => false,
    }
}

/// The columns that an INSERT sets in rows that are there already; `None`: nobody can tell which.
fn set_by(statement: &str) -> Option<Vec<String>> {
    let folded = statement.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    if !words.windows(2).any(|two| two == ["do", "update"]) {
        return Some(Vec::new());
    }
    let columns = sql::upsert(statement)?.columns;
    (!columns.is_empty()).then(|| columns.iter().map(ToString::to_string).collect())
}

#[derive(Default)]
struct Touches(BTreeMap<String, DataTouch>);

impl Touches {
    fn of(&mut self, table: String) -> &mut DataTouch {
        let touch = self.0.entry(table.clone()).or_default();
        touch.table = table;
        touch
    }

    fn add_rows(&mut self, change: &RowChange) {
        let columns = change.columns.iter().map(ToString::to_string);
        let touch = self.of(change.table.to_string());
        match change.operation {
            RowOperation::Update => {
                touch.all_columns |= change.columns.is_empty();
                touch.columns.extend(columns);
            }
            RowOperation::Delete | RowOperation::Truncate => touch.deletes = true,
            RowOperation::Insert => match set_by(&change.statement) {
                Some(columns) => touch.columns.extend(columns),
                None => touch.all_columns = true,
            },
            RowOperation::Copy => {}
        }
    }

    fn add_object(&mut self, object: &ObjectKey, relation: Touching, after: &Catalog) {
        match object.kind {
            ObjectKind::Column => {
                if let Some((table, column)) = object.name.rsplit_once('.') {
                    self.of(table.to_owned()).columns.push(column.to_owned());
                }
            }
            ObjectKind::Relation if relation == Touching::Drops => {
                self.of(object.name.clone()).drops = true;
            }
            // Labels may be renamed: what the columns of the type say changes with them.
            ObjectKind::Type | ObjectKind::EnumLabel => self.add_type(object, after),
            _ => {}
        }
    }

    fn add_type(&mut self, object: &ObjectKey, after: &Catalog) {
        for (table, column) in columns_of_type(object, after) {
            self.of(table.to_string()).columns.push(column);
        }
    }
}

fn columns_of_type<'a>(
    object: &'a ObjectKey,
    catalog: &'a Catalog,
) -> impl Iterator<Item = (&'a ObjectName, String)> {
    let tables = catalog
        .relations
        .iter()
        .filter_map(|(name, relation)| match relation {
            Relation::Table(table) => Some((name, table)),
            _ => None,
        });
    tables.flat_map(move |(name, table)| {
        let of_type = table.columns.iter().filter(move |column| {
            let data_type = column.data_type.to_string();
            let bare = object.name.rsplit('.').next().unwrap_or(&object.name);
            data_type.trim_end_matches("[]").rsplit('.').next() == Some(bare)
        });
        of_type.map(move |column| (name, column.name.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::set_by;

    #[test]
    fn an_upsert_touches_what_it_sets() {
        let told = |statement: &str| set_by(statement).map(|columns| columns.join(" "));
        let plain = "INSERT INTO a (b, c) VALUES (1, 2)";
        assert_eq!(told(plain).as_deref(), Some(""));
        let nothing = format!("{plain} ON CONFLICT DO NOTHING");
        assert_eq!(told(&nothing).as_deref(), Some(""));
        let update = format!("{plain} ON CONFLICT (b) DO UPDATE SET c = excluded.c, \"D\" = 1");
        assert_eq!(told(&update).as_deref(), Some("c D"));
        assert_eq!(told("INSERT INTO a ON CONFLICT DO UPDATE {what}"), None);
    }
}
