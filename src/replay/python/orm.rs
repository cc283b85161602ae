//! The object-relational mapper on the run's connection, as far as rows can be told: what is added
//! makes a table not empty, queries on empty tables give nothing.

use std::rc::Rc;

use crate::catalog;
use crate::effects::sqlalchemy::{self, reading};
use crate::eval::{Answer, External, Rows, SinkCall, Value};
use crate::model::{ObjectName, Template};

use super::host::RunHost;

impl RunHost<'_> {
    /// `session.add(Model(...))`, `session.query(Model).delete()`, `.update({...})`.
    pub(super) fn orm(&mut self, call: &SinkCall) -> Answer {
        let method = call.path.rsplit('.').next().unwrap_or_default();
        let statements = match method {
            "add" | "merge" => call.payload().map(|object| vec![self.insert(object, call)]),
            "add_all" | "bulk_save_objects" => {
                call.payload().and_then(reading::items).map(|objects| {
                    objects
                        .iter()
                        .map(|object| self.insert(object, call))
                        .collect()
                })
            }
            "delete" | "update" => call
                .receiver
                .as_ref()
                .and_then(queried_table)
                .map(|table| vec![change(method, &table, call)]),
            _ => None,
        };
        let Some(statements) = statements else {
            self.note(&call.place, format!("`{}` is not modelled", call.sink.name));
            return Answer::Unknown;
        };
        for statement in statements.into_iter().flatten() {
            if let Err(answer) = self.send_text(&statement, call) {
                return answer;
            }
        }
        Answer::Value(Value::None)
    }

    /// The INSERT of an object of a mapped class.
    fn insert(&self, object: &Value, call: &SinkCall) -> Option<Template> {
        let Value::Instance(instance) = object else {
            return None;
        };
        let class = Value::Class(instance.class.clone());
        self.with_operations(&call.place, |operations| {
            operations.insert_of(&class, &instance.arguments.keywords)
        })
    }

    /// `query.all()`, `.first()`, `.count()` ... on a table that is known to be empty.
    pub(super) fn query_result(&mut self, result: &Rc<External>) -> Answer {
        let tables = result
            .receiver
            .as_ref()
            .map(queried_tables)
            .unwrap_or_default();
        let Some(table) = tables.first() else {
            return Answer::Unknown;
        };
        let empty = self.is_any_empty(&tables);
        let answer = match (result.name(), empty) {
            ("all" | "__iter__" | "yield_per", true) => Answer::Rows(Rc::new(Rows::default())),
            ("first" | "one_or_none" | "scalar" | "get", true) => Answer::Value(Value::None),
            ("count", true) => Answer::Value(Value::Integer(0)),
            ("one", true) => Answer::Raise(super::errors::plain(
                "sqlalchemy.exc.NoResultFound",
                "No row was found when one was required",
            )),
            ("all" | "first" | "one_or_none" | "scalar" | "count" | "one" | "get", false) => {
                self.note(&result.place, format!("the rows of {table} are not known"));
                Answer::Unknown
            }
            _ => Answer::Unknown,
        };
        match (&answer, result.name()) {
            (Answer::Rows(_), _) => Answer::Value(Value::list(Vec::new())),
            _ => answer,
        }
    }

    /// Iterating over a query on a table that is known to be empty gives nothing.
    pub(super) fn queried_items(&mut self, external: &Rc<External>) -> Option<Vec<Value>> {
        let tables = queried_tables(&Value::External(external.clone()));
        self.is_any_empty(&tables).then(Vec::new)
    }

    /// Rows of several tables are there only where all have some.
    fn is_any_empty(&self, tables: &[ObjectName]) -> bool {
        tables.iter().any(|table| self.is_empty(table))
    }

    fn is_empty(&self, table: &ObjectName) -> bool {
        let state = self.state.borrow();
        let found = state.session.catalog.table(table);
        found.is_some_and(|table| table.rows == catalog::Rows::Empty)
    }
}

/// The UPDATE or DELETE of a query: which rows is not told.
fn change(method: &str, table: &ObjectName, call: &SinkCall) -> Option<Template> {
    let name = crate::replay::words::quoted_name(table);
    if method == "delete" {
        return Some(Template::from_text(format!("DELETE FROM {name}")));
    }
    let mut statement = Template::from_text(format!("UPDATE {name} SET "));
    let values = sqlalchemy::dict_row(call.arguments.get(0, "values")?);
    for (index, (column, value)) in values.iter().enumerate() {
        let column = crate::replay::words::quoted(&column.as_str().into());
        let comma = if index == 0 { "" } else { ", " };
        statement.append(&Template::from_text(format!("{comma}{column} = ")));
        statement.append(&sqlalchemy::literal_text(value));
    }
    (!values.is_empty()).then_some(statement)
}

/// The table of `session.query(Model)...` first, then those that must have rows too.
fn queried_tables(query: &Value) -> Vec<ObjectName> {
    let mut joined = Vec::new();
    let mut optional = false;
    let mut current = query.as_external().cloned();
    while let Some(external) = current {
        let given = external
            .arguments
            .iter()
            .flat_map(|arguments| &arguments.positional);
        let mut tables: Vec<_> = given.filter_map(table_name).collect();
        match external.name() {
            "query" | "select" => {
                if optional {
                    tables.truncate(1);
                } else {
                    tables.append(&mut joined);
                }
                return tables;
            }
            "join" => joined.append(&mut tables),
            "outerjoin" | "union" | "union_all" => optional = true,
            _ => {}
        }
        current = external.receiver_external().cloned();
    }
    Vec::new()
}

/// The table of a mapped class, of a table object, or of a column.
fn table_name(value: &Value) -> Option<ObjectName> {
    let table = sqlalchemy::table_reference(value).or_else(|| {
        let column = value.as_external()?;
        Some(sqlalchemy::referenced_column(column)?.0)
    })?;
    Some(ObjectName::from_sql(&table.written().display()))
}

fn queried_table(query: &Value) -> Option<ObjectName> {
    queried_tables(query).into_iter().next()
}
