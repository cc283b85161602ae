//! DROP with RESTRICT or CASCADE (`performDeletion`, `findDependentObjects`).

use std::collections::BTreeMap;

use super::Link;
use crate::catalog::{Catalog, ObjectAddress, errors};
use crate::model::{SqlError, SqlState};

/// Why an object goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    Cascaded,
    GoesAlong,
    AskedFor,
}

impl Catalog {
    /// Drops `targets` with all that hangs on them. Gives what else went, in the server's words:
    /// parts of a table that goes are not listed.
    ///
    /// # Errors
    /// 2BP01 without `cascade`, if anything depends on them that would not go along.
    pub(crate) fn drop_objects(
        &mut self,
        targets: &[ObjectAddress],
        cascade: bool,
    ) -> Result<Vec<String>, SqlError> {
        let doomed = self.doomed(targets);
        if !cascade && doomed.values().any(|reason| *reason == Reason::Cascaded) {
            return Err(self.refusal(targets));
        }
        let removed = doomed
            .iter()
            .filter(|(address, reason)| {
                **reason != Reason::AskedFor && !is_part_of_doomed(address, &doomed)
            })
            .filter(|(address, _)| !matches!(address, ObjectAddress::Default(..)) || cascade)
            .map(|(address, _)| address.describe(self))
            .collect();
        for address in doomed.keys() {
            self.remove(address);
        }
        Ok(removed)
    }

    fn doomed(&self, targets: &[ObjectAddress]) -> BTreeMap<ObjectAddress, Reason> {
        let mut doomed: BTreeMap<_, _> = targets
            .iter()
            .map(|target| (target.clone(), Reason::AskedFor))
            .collect();
        let mut waiting: Vec<_> = targets.to_vec();
        while let Some(address) = waiting.pop() {
            for (dependent, link) in self.dependents(&address) {
                let reason = match link {
                    Link::Auto => Reason::GoesAlong,
                    Link::Normal => Reason::Cascaded,
                };
                match doomed.get_mut(&dependent) {
                    Some(known) => *known = (*known).max(reason),
                    None => {
                        doomed.insert(dependent.clone(), reason);
                        waiting.push(dependent);
                    }
                }
            }
        }
        doomed
    }

    fn refusal(&self, targets: &[ObjectAddress]) -> SqlError {
        match targets {
            [target] => errors::has_dependents(&target.describe(self), target.to_string()),
            _ => SqlError::new(
                SqlState::DEPENDENT_OBJECTS_STILL_EXIST,
                "cannot drop desired object(s) because other objects depend on them",
                targets.first().map(ToString::to_string).unwrap_or_default(),
            ),
        }
    }

    fn remove(&mut self, address: &ObjectAddress) {
        match address {
            ObjectAddress::Schema(name) => drop(self.schemas.remove(name)),
            ObjectAddress::Extension(name) => drop(self.extensions.remove(name)),
            ObjectAddress::Role(name) => drop(self.roles.remove(name)),
            ObjectAddress::Type(name) => drop(self.types.remove(name)),
            ObjectAddress::Function(signature) => drop(self.functions.remove(signature)),
            ObjectAddress::Relation(name) => drop(self.relations.remove(name)),
            ObjectAddress::Column(..)
            | ObjectAddress::Default(..)
            | ObjectAddress::Constraint(..)
            | ObjectAddress::Trigger(..)
            | ObjectAddress::Policy(..) => self.remove_part(address),
        }
    }

    fn remove_part(&mut self, address: &ObjectAddress) {
        let Some(Ok(table)) = address.relation().map(|name| self.table_at_mut(name)) else {
            return;
        };
        match address {
            ObjectAddress::Column(_, name) => table.columns.retain(|column| column.name != *name),
            ObjectAddress::Default(_, name) => {
                if let Some(column) = table.column_mut(name.as_str()) {
                    column.default = None;
                }
            }
            ObjectAddress::Constraint(_, name) => drop(table.constraints.remove(name)),
            ObjectAddress::Trigger(_, name) => drop(table.triggers.remove(name)),
            ObjectAddress::Policy(_, name) => drop(table.policies.remove(name)),
            _ => {}
        }
    }
}

/// Part of a table that goes itself, or of a constraint that goes.
fn is_part_of_doomed(address: &ObjectAddress, doomed: &BTreeMap<ObjectAddress, Reason>) -> bool {
    address
        .relation()
        .is_some_and(|relation| doomed.contains_key(&ObjectAddress::Relation(relation.clone())))
}
