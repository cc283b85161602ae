//! Declarations, assignments, records.

use crate::model::Identifier;
use crate::replay::query::{Datum, Reader, Table};
use crate::sql::expression::Expression;
use crate::sql::plpgsql::Block;

use super::{Interpreter, Shadowed, Stop};

impl Interpreter<'_> {
    /// Declares the block's variables; gives what they hide.
    pub(super) fn declare(&mut self, block: &Block) -> Result<Shadowed, Stop> {
        let mut shadowed = Shadowed::new();
        for declaration in &block.declarations {
            let value = match &declaration.default {
                Some(expression) => self.value(expression),
                None => Datum::Null,
            };
            let variables = &mut self.session.surroundings.variables;
            let before = variables.insert(declaration.name.clone(), value);
            shadowed.entry(declaration.name.clone()).or_insert(before);
        }
        Ok(shadowed)
    }

    pub(super) fn undeclare(&mut self, shadowed: Shadowed) {
        let variables = &mut self.session.surroundings.variables;
        for (name, before) in shadowed {
            match before {
                Some(value) => variables.insert(name, value),
                None => variables.remove(&name),
            };
        }
    }

    pub(super) fn value(&self, expression: &Expression) -> Datum {
        Reader::new(&self.session.catalog, &self.session.surroundings).value(expression)
    }

    /// `name`, `record.field`, `array[1]`.
    pub(super) fn set(&mut self, target: &str, value: Datum) {
        let variables = &mut self.session.surroundings.variables;
        match target.split_once('[') {
            Some((array, _)) => {
                let reason = format!("{array} is changed element by element");
                variables.insert(Identifier::exact(array), Datum::unknown(reason));
            }
            None => {
                variables.insert(Identifier::exact(target), value);
            }
        }
    }

    /// Gives a row's values to variables: one by one, or as the fields of a single record.
    pub(super) fn assign_row(
        &mut self,
        variables: &[String],
        table: &Table,
        row: Option<&Vec<Datum>>,
    ) {
        let value = |index: usize| {
            row.and_then(|row| row.get(index))
                .cloned()
                .unwrap_or(Datum::Null)
        };
        match variables {
            [record] if table.columns.len() != 1 => {
                for (index, column) in table.columns.iter().enumerate() {
                    self.set(&format!("{record}.{column}"), value(index));
                }
            }
            [single] => {
                self.set(single, value(0));
                if let Some(column) = table.columns.first() {
                    self.set(&format!("{single}.{column}"), value(0));
                }
            }
            several => {
                for (index, variable) in several.iter().enumerate() {
                    self.set(variable, value(index));
                }
            }
        }
        self.set("found", Datum::Bool(row.is_some()));
    }

    /// The targets of a query whose rows are not known.
    pub(super) fn assign_unknown(&mut self, variables: &[String], reason: &str) {
        for variable in variables {
            self.set(variable, Datum::unknown(reason));
        }
        self.set("found", Datum::unknown(reason));
    }
}
