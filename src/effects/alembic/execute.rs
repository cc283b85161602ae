//! `op.execute`: a string, `text(...)`, a statement object or a schema element.

use std::rc::Rc;

use crate::effects::sqlalchemy::{Raised, Row, SchemaObject};
use crate::eval::Value;
use crate::model::Template;

use super::signature::Call;
use super::{Operations, Sent, statement};

impl Operations<'_> {
    pub(super) fn execute(&mut self, call: &Call) -> Result<Vec<Sent>, Raised> {
        match call.get("sqltext") {
            Some(sent) => self.executed(sent, &[]),
            None => Ok(Vec::new()),
        }
    }

    /// What `execute(sent, parameters)` sends: of an operation, a connection or a session.
    ///
    /// # Errors
    /// A `:name` in the text has no value; the object is no statement.
    pub fn executed(&mut self, sent: &Value, parameters: &[Row]) -> Result<Vec<Sent>, Raised> {
        Ok(vec![statement(self.compiler.executed(sent, parameters)?)])
    }

    /// The text of a statement that a connection or session is given.
    ///
    /// # Errors
    /// A `:name` in the text has no value.
    pub fn compiled(&self, sent: &Value, parameters: &[Row]) -> Result<Template, Raised> {
        self.compiler.executed(sent, parameters)
    }

    /// The INSERT of an object of a mapped class with the attributes it was given.
    pub fn insert_of(&self, class: &Value, attributes: &[(Rc<str>, Value)]) -> Option<Template> {
        self.compiler.insert_of(class, attributes)
    }

    /// All tables of a metadata, those that others refer to first.
    ///
    /// # Errors
    /// What SQLAlchemy raises for one of them.
    pub fn all_tables(
        &mut self,
        objects: &[Value],
        verb: &str,
        checkfirst: bool,
    ) -> Result<Vec<Sent>, Raised> {
        self.compiler.metadata = objects.to_vec();
        let mut sent = Vec::new();
        for object in objects {
            sent.extend(
                self.schema_object(object, verb, checkfirst)?
                    .unwrap_or_default(),
            );
        }
        Ok(sent)
    }

    /// What a call of `create`/`drop` on a type, table, index or sequence object sends.
    pub fn schema_object(
        &mut self,
        object: &Value,
        method: &str,
        checkfirst: bool,
    ) -> Result<Option<Vec<Sent>>, Raised> {
        let found = self.compiler.schema_object(object, method)?;
        Ok(found.map(|found| sent_for(found, method == "create", checkfirst)))
    }
}

/// A type or table is looked up first where `checkfirst` says so.
fn sent_for(found: SchemaObject, creates: bool, checkfirst: bool) -> Vec<Sent> {
    match (found, creates) {
        (SchemaObject::Type { name, statement }, true) if checkfirst => {
            vec![Sent::IfTypeMissing { name, statement }]
        }
        (SchemaObject::Type { name, statement }, false) if checkfirst => {
            vec![Sent::IfTypeThere { name, statement }]
        }
        (
            SchemaObject::Type {
                statement: text, ..
            },
            _,
        ) => vec![statement(text)],
        (
            SchemaObject::Table {
                name,
                types,
                mut statements,
            },
            true,
        ) if checkfirst => {
            let mut sent: Vec<_> = types
                .into_iter()
                .map(|(name, statement)| Sent::IfTypeMissing { name, statement })
                .collect();
            sent.push(Sent::IfTableMissing {
                name,
                statements: std::mem::take(&mut statements),
            });
            sent
        }
        (
            SchemaObject::Table {
                name,
                mut statements,
                ..
            },
            false,
        ) if checkfirst => statements
            .drain(..)
            .map(|statement| Sent::IfTableThere {
                name: name.clone(),
                statement,
            })
            .collect(),
        (
            SchemaObject::Table {
                types, statements, ..
            },
            _,
        ) => {
            let types = types.into_iter().map(|(_, text)| text);
            types.chain(statements).map(statement).collect()
        }
        (SchemaObject::Other(text), _) => vec![statement(text)],
    }
}
