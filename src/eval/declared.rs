//! The mapped classes and tables that have been declared so far, and the tables that they make.

use std::collections::BTreeMap;

use crate::model::Place;

use super::metadata::table_of;
use super::value::Value;

/// Everything that a metadata knows, in the order of its declaration.
#[derive(Default)]
pub(crate) struct Declared {
    values: Vec<Value>,
    /// By the place that asked. A script may come to one `create_all` hundreds of times, and each call
    /// keeps its tables.
    made: BTreeMap<Place, Made>,
}

struct Made {
    extent: Extent,
    tables: Vec<Value>,
}

/// What had been declared, told by how often it was changed: as long as that stays, so do the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Extent {
    values: usize,
    changes: usize,
}

impl Declared {
    pub(crate) fn push(&mut self, value: Value) {
        self.values.push(value);
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The tables, as they would be declared at the place.
    pub(crate) fn tables(&mut self, place: &Place) -> Vec<Value> {
        let extent = self.extent();
        let known = self.made.get(place).filter(|made| made.extent == extent);
        if let Some(known) = known {
            return known.tables.clone();
        }
        let tables: Vec<Value> = self
            .values
            .iter()
            .filter_map(|value| match value {
                Value::Class(class) => table_of(class, place),
                Value::External(_) => Some(value.clone()),
                _ => None,
            })
            .collect();
        let made = Made {
            extent,
            tables: tables.clone(),
        };
        self.made.insert(place.clone(), made);
        tables
    }

    fn extent(&self) -> Extent {
        let changes = self.values.iter().map(|value| match value {
            Value::Class(class) => class
                .lineage()
                .iter()
                .map(|it| it.attributes.changes())
                .sum(),
            _ => 0,
        });
        Extent {
            values: self.values.len(),
            changes: changes.sum(),
        }
    }
}
