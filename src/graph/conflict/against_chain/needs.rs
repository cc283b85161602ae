//! What a script needs and nobody has made, or the chain has taken away.

use crate::catalog::Catalog;
use crate::graph::touch::{ObjectKey, ObjectKind, Relation, Touch, touches};
use crate::model::{Action, Effect, GuardKind, Identifier, ObjectName, SqlState};

use super::super::{Conflict, ConflictKind};
use super::Reader;

impl Reader<'_> {
    /// Relations, types, functions and columns that must be there and are not. Other parts of a
    /// table are judged with it.
    pub(super) fn missing_needs(&self, index: usize, effect: &Effect) -> Vec<Conflict> {
        if tolerates_absence(&effect.action) {
            return Vec::new();
        }
        let mut found: Vec<Conflict> = touches(&effect.action)
            .into_iter()
            .filter(|touch| must_be_there(&effect.action, touch))
            .filter(|touch| {
                !asks_for(effect, &touch.object) && !self.is_there(index, &touch.object)
            })
            .map(|touch| self.missing(index, touch.object))
            .collect();
        if found.is_empty() {
            found.extend(self.missing_column(index, effect));
        }
        found
    }

    /// A column within an expression or a query: what the catalog does not find when it is tried.
    fn missing_column(&self, index: usize, effect: &Effect) -> Option<Conflict> {
        // Rows are judged by `rows`, without their expressions.
        if matches!(effect.action, Action::Rows(_)) {
            return None;
        }
        let error = self.with_before(index, |catalog| {
            catalog.begin();
            let applied = catalog.apply(&effect.action);
            catalog.rollback();
            applied.err()
        })?;
        if error.state != SqlState::UNDEFINED_COLUMN {
            return None;
        }
        let object = ObjectKey::new(ObjectKind::Column, self.column_of(&error.object)?);
        if asks_for(effect, &object) || self.created.contains(&object) {
            return None;
        }
        Some(self.missing(index, object))
    }

    /// The other side is who takes the object away; of a column also who makes its table without it.
    fn missing(&self, index: usize, object: ObjectKey) -> Conflict {
        if let Some(removal) = self.chain.removal(&object) {
            let kind = ConflictKind::UndoneLater;
            return self.conflict(kind, object, index, Some(removal), Vec::new());
        }
        let table = match (object.kind, object.name.rsplit_once('.')) {
            (ObjectKind::Column, Some((table, _))) => self
                .chain
                .creation(&ObjectKey::new(ObjectKind::Relation, table)),
            _ => None,
        };
        self.conflict(ConflictKind::NeedsMissing, object, index, table, Vec::new())
    }

    /// `orders.o.note`, as a query calls it by its alias, is `orders.note`.
    fn column_of(&self, name: &str) -> Option<String> {
        let (relation, column) = name.rsplit_once('.')?;
        let is_relation = |name: &str| {
            let name = ObjectName::from_sql(name);
            self.head().relation(&name).is_some()
        };
        if is_relation(relation) {
            return Some(name.to_owned());
        }
        let (relation, _) = relation.rsplit_once('.')?;
        is_relation(relation).then(|| format!("{relation}.{column}"))
    }

    fn is_there(&self, index: usize, object: &ObjectKey) -> bool {
        let name = ObjectName::from_sql(&object.name);
        let at_head = match object.kind {
            ObjectKind::Relation => self.head().relation(&name).is_some() || is_system(&name),
            ObjectKind::Type => {
                self.head().user_type(&name).is_some() || self.from_extension() || is_system(&name)
            }
            ObjectKind::Function => {
                !self.head().functions_named(&name).is_empty()
                    || self.from_extension()
                    || is_system(&name)
            }
            // A column is only asked for where its table is known and complete.
            ObjectKind::Column => {
                has_column(self.head(), &object.name)
                    || self.with_before(index, |catalog| has_column(catalog, &object.name))
            }
            ObjectKind::Schema
            | ObjectKind::Extension
            | ObjectKind::EnumLabel
            | ObjectKind::Sequence
            | ObjectKind::Constraint
            | ObjectKind::Index
            | ObjectKind::Trigger
            | ObjectKind::Policy
            | ObjectKind::VersionTable => true,
        };
        at_head || self.created.contains(object)
    }

    /// An extension brings types and functions that the model does not list.
    fn from_extension(&self) -> bool {
        self.head().extensions.len() > 1
    }
}

fn has_column(catalog: &Catalog, name: &str) -> bool {
    let Some((table, column)) = name.rsplit_once('.') else {
        return true;
    };
    match catalog.table(&ObjectName::from_sql(table)) {
        Some(table) => table.columns_incomplete || table.column(column).is_some(),
        // A missing table is reported itself; what a script's own table holds is its matter.
        None => true,
    }
}

/// Whether the script asks for the object first, and does nothing without it.
fn asks_for(effect: &Effect, object: &ObjectKey) -> bool {
    let asked = format!("{} exists", object.name);
    let mut probes = effect.guards.iter();
    probes.any(|guard| guard.kind == GuardKind::CatalogProbe && guard.text.contains(&asked))
}

/// Whether the action fails without the object. What the model does not know by its own name
/// (holes, rights on whole schemas, columns of rows, which `rows` judges) is left out.
fn must_be_there(action: &Action, touch: &Touch) -> bool {
    if touch.object.name.contains(['{', '*']) {
        return false;
    }
    match touch.relation {
        Relation::Needs => {
            let is_rows = matches!(action, Action::Rows(_));
            !(is_rows && touch.object.kind == ObjectKind::Column)
        }
        Relation::Writes => touch.object.kind == ObjectKind::Relation,
        Relation::Alters => {
            let is_right = matches!(
                action,
                Action::Grant { .. } | Action::Revoke { .. } | Action::SetOwner { .. }
            );
            !is_right
        }
        Relation::Creates | Relation::Drops => false,
    }
}

/// `IF EXISTS` forms do nothing where the object is missing.
fn tolerates_absence(action: &Action) -> bool {
    matches!(
        action,
        Action::DropColumn {
            if_table_exists: true,
            ..
        } | Action::AddColumn {
            if_table_exists: true,
            ..
        } | Action::DropTrigger {
            if_exists: true,
            ..
        } | Action::DropPolicy {
            if_exists: true,
            ..
        } | Action::DropConstraint {
            if_exists: true,
            ..
        } | Action::AlterSequence {
            if_exists: true,
            ..
        }
    )
}

/// Schemas that PostgreSQL itself or a hosting platform (Supabase, pg_cron) brings along.
const FOREIGN_SCHEMAS: &[&str] = &[
    "information_schema",
    "pg_catalog",
    "pg_temp",
    "auth",
    "storage",
    "realtime",
    "vault",
    "extensions",
    "graphql",
    "graphql_public",
    "supabase_functions",
    "supabase_migrations",
    "cron",
    "net",
];

fn is_system(name: &ObjectName) -> bool {
    let foreign = |schema: &Identifier| FOREIGN_SCHEMAS.contains(&schema.as_str());
    name.schema.as_ref().is_some_and(foreign) || name.name.as_str().starts_with("pg_")
}
