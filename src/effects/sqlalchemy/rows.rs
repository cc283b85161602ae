//! `insert`, `update` and `delete` constructs with their methods, as statements.

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::bind::dict_values;
use super::data_type::Affinity;
use super::expression::ColumnStyle;
use super::literal;
use super::operator::{AND, combine};
use super::path;
use super::quote;
use super::reading::{items, text, texts};
use super::table::{TableReference, table_reference};
use super::text::{join, sql};

/// One method call of a statement object, in the order in which they were made.
pub(crate) struct Step<'value> {
    pub(crate) name: &'value str,
    pub(crate) arguments: &'value Arguments,
}

/// A row to insert or the assignments of an update: column names and values.
pub type Row = Vec<(String, Value)>;

impl Compiler<'_> {
    /// The statement of a Core construct; `parameters` is what `execute` was given beside it.
    /// `None` where the value is no statement that can be read.
    pub(crate) fn statement(&self, value: &Value, parameters: &[Row]) -> Option<Template> {
        let Value::External(external) = value else {
            return None;
        };
        let (root, steps) = chain(external);
        let name = path::construct(root)?;
        let arguments = root.arguments.as_ref()?;
        let target = match path::receiver(root) {
            Some(receiver) => table_reference(receiver),
            None => arguments.get(0, "table").and_then(table_reference),
        };
        let own_values = path::receiver(root).map(|_| Step {
            name: "values",
            arguments,
        });
        let steps: Vec<_> = own_values.into_iter().chain(steps).collect();
        let _inside = target
            .as_ref()
            .filter(|_| name != "insert")
            .map(|table| self.enclose(table));
        match name {
            "insert" => self.insert(&target?, &steps, parameters),
            "update" => Some(self.update(&target?, &steps, parameters)),
            "delete" => Some(self.delete(&target?, &steps)),
            "select" => match path::receiver(root) {
                Some(table) => self.select_of_table(table, &steps),
                None => self.select(arguments, &steps),
            },
            _ => None,
        }
    }

    /// All rows in one statement; a hole where they are not known.
    pub(crate) fn bulk_insert(&self, table: &Value, rows: &Value) -> Template {
        let Some(table) = table_reference(table) else {
            return sql![
                "INSERT INTO ",
                super::reading::unknown(table),
                " DEFAULT VALUES"
            ];
        };
        let rows: Option<Vec<Row>> = items(rows).map(|rows| rows.iter().map(dict_row).collect());
        match rows {
            Some(rows) => self.insert(&table, &[], &rows).unwrap_or_default(),
            None => {
                let rows = super::text::hole("rows", "rows that are not known");
                sql!["INSERT INTO ", table.written(), " ", rows]
            }
        }
    }

    /// The INSERT of an object of a mapped class: the attributes that are columns count.
    pub(crate) fn insert_of(
        &self,
        class: &Value,
        attributes: &[(std::rc::Rc<str>, Value)],
    ) -> Option<Template> {
        let table = table_reference(class)?;
        let row: Row = attributes
            .iter()
            .filter(|(name, _)| table.column(name).is_some())
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect();
        self.insert(&table, &[], &[row])
    }

    fn insert(
        &self,
        table: &TableReference,
        steps: &[Step],
        parameters: &[Row],
    ) -> Option<Template> {
        let head = sql!["INSERT INTO ", table.written()];
        if let Some(source) = last(steps, "from_select") {
            let columns = texts(source.get(0, "names"));
            let query = self.select_value(source.get(1, "select")?)?;
            return Some(sql![head, " (", quote::identifiers(&columns), ") ", query]);
        }
        let mut rows = value_rows(steps);
        if rows.is_empty() {
            rows = parameters.to_vec();
        }
        let columns = ordered_columns(table, rows.first().map_or(&[][..], Vec::as_slice));
        let body = match columns.is_empty() {
            true => Template::from_text(" DEFAULT VALUES"),
            false => self.values_clause(table, &columns, &rows),
        };
        Some(sql![
            head,
            body,
            self.conflict_clause(steps),
            self.returning(steps)
        ])
    }

    fn values_clause(&self, table: &TableReference, columns: &[String], rows: &[Row]) -> Template {
        let names: Vec<_> = columns
            .iter()
            .map(|name| Template::from_text(name.as_str()))
            .collect();
        let rows: Vec<_> = rows
            .iter()
            .map(|row| self.value_list(table, columns, row))
            .collect();
        sql![
            " (",
            quote::identifiers(&names),
            ") VALUES ",
            join(&rows, ", ")
        ]
    }

    fn value_list(&self, table: &TableReference, columns: &[String], row: &Row) -> Template {
        let values: Vec<_> = columns
            .iter()
            .map(
                |column| match row.iter().rev().find(|(name, _)| name == column) {
                    Some((_, value)) => self.typed_value(table, column, value),
                    None => Template::from_text("NULL"),
                },
            )
            .collect();
        sql!["(", join(&values, ", "), ")"]
    }

    /// A value for a column whose type decides how it is written.
    fn typed_value(&self, table: &TableReference, column: &str, value: &Value) -> Template {
        let data_type = table
            .column(column)
            .and_then(|column| column.data_type.as_ref());
        let affinity = data_type.map(|data_type| self.data_type(data_type).affinity);
        match (affinity, value) {
            (Some(Affinity::Json), Value::Dict(_) | Value::List(_) | Value::Tuple(_)) => {
                literal::json(value)
            }
            (Some(Affinity::Json), Value::Text(_) | Value::Integer(_) | Value::Bool(_)) => {
                literal::json(value)
            }
            (_, Value::Dict(_)) => literal::json(value),
            _ => self.expression(value, ColumnStyle::Qualified).alone(),
        }
    }

    fn update(&self, table: &TableReference, steps: &[Step], parameters: &[Row]) -> Template {
        let mut assigned: Row = value_rows(steps).into_iter().flatten().collect();
        if assigned.is_empty() {
            assigned = parameters.first().cloned().unwrap_or_default();
        }
        let assignments: Vec<_> = ordered_columns(table, &assigned)
            .iter()
            .filter_map(|column| {
                let (_, value) = assigned.iter().rev().find(|(name, _)| name == column)?;
                let name = quote::identifier(&Template::from_text(column.as_str()));
                Some(sql![name, "=", self.typed_value(table, column, value)])
            })
            .collect();
        let head = sql![
            "UPDATE ",
            table.in_from(),
            " SET ",
            join(&assignments, ", ")
        ];
        sql![head, self.where_clause(steps), self.returning(steps)]
    }

    fn delete(&self, table: &TableReference, steps: &[Step]) -> Template {
        let head = sql!["DELETE FROM ", table.in_from()];
        sql![head, self.where_clause(steps), self.returning(steps)]
    }

    /// ` WHERE a AND b`, or nothing.
    pub(crate) fn where_clause(&self, steps: &[Step]) -> Template {
        let conditions = steps
            .iter()
            .filter(|step| matches!(step.name, "where" | "filter"))
            .flat_map(|step| step.arguments.positional.iter())
            .map(|condition| self.expression(condition, ColumnStyle::Qualified));
        let all = conditions.reduce(|left, right| combine(&left, AND, &right));
        all.map_or_else(Template::default, |all| sql![" WHERE ", all.text])
    }

    fn returning(&self, steps: &[Step]) -> Template {
        match last(steps, "returning") {
            Some(returned) => {
                let list = self.list(&returned.positional, ColumnStyle::Qualified);
                sql![" RETURNING ", list]
            }
            None => Template::default(),
        }
    }

    /// PostgreSQL's `on_conflict_do_nothing` and `on_conflict_do_update`.
    fn conflict_clause(&self, steps: &[Step]) -> Template {
        let Some(step) = steps
            .iter()
            .find(|step| step.name.starts_with("on_conflict_do_"))
        else {
            return Template::default();
        };
        let target = self.conflict_target(step.arguments);
        match step.name {
            "on_conflict_do_nothing" => sql![" ON CONFLICT", target, " DO NOTHING"],
            _ => {
                let set = step
                    .arguments
                    .keyword("set_")
                    .map(dict_values)
                    .unwrap_or_default();
                let set: Vec<_> = set
                    .iter()
                    .map(|(name, value)| {
                        let name = quote::identifier(&Template::from_text(name.as_str()));
                        sql![name, " = ", self.conflict_value(value)]
                    })
                    .collect();
                sql![" ON CONFLICT", target, " DO UPDATE SET ", join(&set, ", ")]
            }
        }
    }

    /// `statement.excluded.name` is the row that was to be inserted.
    fn conflict_value(&self, value: &Value) -> Template {
        match value {
            Value::External(external) if external.path.contains(".excluded.") => {
                let name = Template::from_text(external.name());
                sql!["excluded.", quote::identifier(&name)]
            }
            _ => self.expression(value, ColumnStyle::Bare).text,
        }
    }

    fn conflict_target(&self, arguments: &Arguments) -> Template {
        if let Some(constraint) = text(arguments.keyword("constraint")) {
            return sql![" ON CONSTRAINT ", quote::identifier(&constraint)];
        }
        let Some(elements) = arguments.keyword("index_elements").and_then(items) else {
            return Template::default();
        };
        let elements: Vec<_> = elements
            .iter()
            .map(|element| match element {
                Value::Text(name) => quote::identifier(name),
                other => self.expression(other, ColumnStyle::Bare).text,
            })
            .collect();
        sql![" (", join(&elements, ", "), ")"]
    }
}

/// The construct that a chain of method calls starts from, and the calls in order.
pub(crate) fn chain(external: &External) -> (&External, Vec<Step<'_>>) {
    let mut steps = Vec::new();
    let mut current = external;
    while let (Some(receiver), Some(arguments)) = (current.receiver_external(), &current.arguments)
    {
        let starts = matches!(current.name(), "insert" | "update" | "delete" | "select")
            && table_reference(&Value::External(receiver.clone())).is_some();
        if starts || receiver.arguments.is_none() {
            break;
        }
        steps.push(Step {
            name: current.name(),
            arguments,
        });
        current = receiver;
    }
    steps.reverse();
    (current, steps)
}

pub(crate) fn last<'value>(steps: &[Step<'value>], name: &str) -> Option<&'value Arguments> {
    steps
        .iter()
        .rev()
        .find(|step| step.name == name)
        .map(|step| step.arguments)
}

/// The rows of all `.values(...)`: keywords, a dict, or a list of dicts.
fn value_rows(steps: &[Step]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for step in steps.iter().filter(|step| step.name == "values") {
        match step.arguments.positional.first() {
            Some(Value::Dict(_)) => {
                rows.push(dict_row(&step.arguments.positional[0]));
            }
            Some(list) => rows.extend(items(list).unwrap_or_default().iter().map(dict_row)),
            None if step.arguments.keywords.is_empty() => {}
            None => rows.push(
                step.arguments
                    .keywords
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.clone()))
                    .collect(),
            ),
        }
    }
    rows
}

/// A dict with strings, columns or mapped attributes as its keys.
pub(crate) fn dict_row(value: &Value) -> Row {
    let Value::Dict(entries) = value else {
        return Vec::new();
    };
    entries
        .borrow()
        .iter()
        .filter_map(|(key, value)| {
            let name = match key {
                Value::External(column) => column_name(column)?,
                other => other.known_text()?,
            };
            Some((name, value.clone()))
        })
        .collect()
}

fn column_name(column: &External) -> Option<String> {
    match super::table::referenced_column(column) {
        Some((_, name)) => name.known_text(),
        None => text(column.arguments.as_ref()?.positional.first())?.known_text(),
    }
}

/// The row's columns in the table's order; those that the table does not declare as given.
fn ordered_columns(table: &TableReference, row: &[(String, Value)]) -> Vec<String> {
    let declared = table.columns.iter().map(|column| column.name.display());
    let mut ordered: Vec<String> = declared
        .filter(|name| row.iter().any(|(given, _)| given == name))
        .collect();
    for (name, _) in row {
        if !ordered.contains(name) {
            ordered.push(name.clone());
        }
    }
    ordered
}
