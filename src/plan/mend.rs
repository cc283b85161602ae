//! What a patched statement leaves in the modelled catalog: its object in the revision's shape, and
//! everything else that was there.

use crate::catalog::{Catalog, Relation, Table};
use crate::graph::{ObjectKey, ObjectKind, Relation as Touching, touches};
use crate::model::{Action, ObjectName};

/// After a statement whose object was there: in its own shape now, with all that hung on the old one.
/// `None` where the statement fails for another reason.
pub(super) fn made_anew(catalog: &Catalog, action: &Action) -> Option<Catalog> {
    let mut next = catalog.clone();
    next.apply(&opposite(action)?).ok()?;
    next.apply(action).ok()?;
    give_back(&mut next, catalog);
    Some(next)
}

/// After a statement that something of the scripts was in the way of, which is there again afterwards.
pub(super) fn around(catalog: &Catalog, before: &Catalog, action: &Action) -> Option<Catalog> {
    let mut next = catalog.clone();
    let views = catalog.relations.iter().filter(|(name, relation)| {
        let is_view = matches!(relation, Relation::View(_) | Relation::MaterializedView(_));
        is_view && before.relation(name).is_none()
    });
    for (name, _) in views {
        next.relations.remove(name);
    }
    next.apply(action).ok()?;
    give_back(&mut next, catalog);
    Some(next)
}

/// Takes over from `before` what `catalog` does not have.
fn give_back(catalog: &mut Catalog, before: &Catalog) {
    for (name, relation) in &before.relations {
        match (relation, catalog.relations.get_mut(name)) {
            (_, None) => catalog.relations.insert(name.clone(), relation.clone()),
            (Relation::Table(old), Some(Relation::Table(new))) => complete(new, old),
            _ => {}
        }
    }
    for (name, known) in &before.types {
        if !catalog.types.contains(name) {
            catalog.types.insert(name.clone(), known.clone());
        }
    }
}

fn complete(new: &mut Table, old: &Table) {
    for column in &old.columns {
        if new.column(column.name.as_str()).is_none() {
            new.columns.push(column.clone());
        }
    }
    for (name, part) in &old.constraints {
        new.constraints
            .entry(name.clone())
            .or_insert_with(|| part.clone());
    }
    for (name, part) in &old.triggers {
        new.triggers
            .entry(name.clone())
            .or_insert_with(|| part.clone());
    }
    for (name, part) in &old.policies {
        new.policies
            .entry(name.clone())
            .or_insert_with(|| part.clone());
    }
}

/// Brings back what the action needs and alters, as it was before the revision.
pub(super) fn prepared(catalog: &Catalog, before: &Catalog, action: &Action) -> Catalog {
    let mut next = catalog.clone();
    for touch in touches(action) {
        if touch.relation != Touching::Creates {
            bring_back(&mut next, before, &touch.object);
        }
    }
    next
}

fn bring_back(catalog: &mut Catalog, before: &Catalog, key: &ObjectKey) {
    let name = ObjectName::from_sql(&key.name);
    match key.kind {
        ObjectKind::Relation | ObjectKind::Index | ObjectKind::Sequence => {
            relation(catalog, before, &name);
        }
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy => {
            if let Some((table, _)) = key.name.rsplit_once('.') {
                relation(catalog, before, &ObjectName::from_sql(table));
            }
        }
        ObjectKind::Type => {
            if let Some(known) = before.types.get(&name) {
                catalog.types.insert(name, known.clone());
            }
        }
        ObjectKind::EnumLabel => {
            if let Some((name, _)) = key.name.rsplit_once('.') {
                let name = ObjectName::from_sql(name);
                bring_back(
                    catalog,
                    before,
                    &ObjectKey::new(ObjectKind::Type, name.to_string()),
                );
            }
        }
        ObjectKind::Function => {
            let named = before
                .functions
                .iter()
                .filter(|(signature, _)| signature.name == name);
            for (signature, function) in named {
                catalog
                    .functions
                    .insert(signature.clone(), function.clone());
            }
        }
        ObjectKind::Schema | ObjectKind::Extension | ObjectKind::VersionTable => {}
    }
}

/// The relation as it was, with what it has more now.
fn relation(catalog: &mut Catalog, before: &Catalog, name: &ObjectName) {
    let Some(known) = before.relations.get(name) else {
        return;
    };
    let mut known = known.clone();
    if let (Relation::Table(known), Some(Relation::Table(now))) =
        (&mut known, catalog.relations.get(name))
    {
        complete(known, now);
    }
    catalog.relations.insert(name.clone(), known);
}

/// Whether it takes something away: where that is gone already, nothing is left to do.
pub(super) fn is_removal(action: &Action) -> bool {
    action.operation().as_str().starts_with("drop_")
}

/// The statement that takes away what the action creates.
fn opposite(action: &Action) -> Option<Action> {
    let (if_exists, cascade) = (true, true);
    match action {
        Action::CreateTable { table, .. } => Some(Action::DropTable {
            table: table.clone(),
            if_exists,
            cascade,
        }),
        Action::AddColumn { table, column, .. } => Some(Action::DropColumn {
            table: table.clone(),
            column: column.name.clone(),
            if_exists,
            cascade,
            if_table_exists: true,
        }),
        Action::CreateIndex {
            index: Some(index),
            definition,
            ..
        } => Some(Action::DropIndex {
            index: crate::model::ObjectName::qualified(
                definition.table.schema.clone(),
                index.clone(),
            ),
            if_exists,
            cascade,
            concurrently: false,
        }),
        Action::CreateEnum { name, .. } => Some(Action::DropType {
            name: name.clone(),
            if_exists,
            cascade,
            is_domain: false,
        }),
        Action::AddConstraint { table, constraint } => Some(Action::DropConstraint {
            table: table.clone(),
            constraint: constraint.name.clone()?,
            if_exists,
            cascade,
        }),
        Action::CreatePolicy { policy, definition } => Some(Action::DropPolicy {
            table: definition.table.clone(),
            policy: policy.clone(),
            if_exists,
        }),
        Action::CreateTrigger {
            trigger,
            definition,
            ..
        } => Some(Action::DropTrigger {
            table: definition.table.clone(),
            trigger: trigger.clone(),
            if_exists,
        }),
        _ => None,
    }
}
