//! Who depends on whom, and what DROP does about it (PostgreSQL manual, 5.14; `pg_depend`).

mod columns;
mod drop;
mod objects;
mod uses;

use super::{Catalog, ObjectAddress};

/// How a dependent hangs on what it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Link {
    /// It must be asked for: RESTRICT refuses, CASCADE takes it along.
    Normal,
    /// It goes along without a word.
    Auto,
}

pub(crate) type Dependent = (ObjectAddress, Link);

impl Catalog {
    /// Everything that hangs directly on one object, given by its full name.
    pub(crate) fn dependents(&self, of: &ObjectAddress) -> Vec<Dependent> {
        match of {
            ObjectAddress::Schema(name) => self.inside_schema(name),
            ObjectAddress::Extension(name) => self.on_extension(name),
            ObjectAddress::Type(name) => self.on_type(name),
            ObjectAddress::Function(signature) => self.on_function(signature),
            ObjectAddress::Relation(name) => self.on_relation(name),
            ObjectAddress::Column(relation, column) => self.on_column(relation, column),
            ObjectAddress::Constraint(table, name) => self.on_constraint(table, name),
            ObjectAddress::Role(_)
            | ObjectAddress::Default(..)
            | ObjectAddress::Trigger(..)
            | ObjectAddress::Policy(..) => Vec::new(),
        }
    }
}
