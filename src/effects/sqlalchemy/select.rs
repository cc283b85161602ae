//! `select(...)` with its methods, as a query.

use std::cell::RefCell;

use crate::eval::{Arguments, External, Value};
use crate::model::Template;

use super::Compiler;
use super::expression::ColumnStyle;
use super::path;
use super::quote;
use super::reading::{items, text};
use super::rows::{Step, chain, last};
use super::table::{TableReference, referenced_column, table_reference};
use super::text::{join, sql};

impl Compiler<'_> {
    /// The query of a value that is a `select(...)`, whatever was called on it.
    pub(crate) fn select_value(&self, value: &Value) -> Option<Template> {
        let Value::External(external) = value else {
            return None;
        };
        let (root, steps) = chain(external);
        match (path::construct(root)?, path::receiver(root)) {
            ("select", None) => self.select(root.arguments.as_ref()?, &steps),
            ("select", Some(table)) => self.select_of_table(table, &steps),
            _ => None,
        }
    }

    /// The chain `receiver.name(arguments)` as a query.
    pub(crate) fn select_chain(
        &self,
        name: &str,
        receiver: &Value,
        arguments: &Arguments,
    ) -> Option<Template> {
        let Value::External(external) = receiver else {
            return None;
        };
        let (root, mut steps) = chain(external);
        steps.push(Step { name, arguments });
        match (path::construct(root)?, path::receiver(root)) {
            ("select", None) => self.select(root.arguments.as_ref()?, &steps),
            ("select", Some(table)) => self.select_of_table(table, &steps),
            _ => None,
        }
    }

    /// `table.select()`.
    pub(crate) fn select_of_table(&self, table: &Value, steps: &[Step]) -> Option<Template> {
        let arguments = Arguments::positional(vec![table.clone()]);
        self.select(&arguments, steps)
    }

    /// `select(a, b)`; older code gives the columns in a list.
    pub(crate) fn select(&self, arguments: &Arguments, steps: &[Step]) -> Option<Template> {
        let targets = match arguments.positional.as_slice() {
            [Value::List(targets)] => targets.borrow().clone(),
            targets => targets.to_vec(),
        };
        let only = loaded_only(steps);
        let written: Vec<_> = targets
            .iter()
            .flat_map(|target| self.targets(target, &only))
            .collect();
        let distinct = last(steps, "distinct").map(|_| Template::from_text("DISTINCT "));
        let head = sql!["SELECT ", distinct, join(&written, ", ")];
        let from = self.uncorrelated(self.sources(&targets, steps));
        let from = (!from.is_empty()).then(|| sql![" \nFROM ", join(&from, ", ")]);
        let condition = self.where_clause(steps);
        let condition = (!condition.is_empty()).then(|| sql![" \n", trimmed(&condition)]);
        let order = last(steps, "order_by").map(|order| {
            sql![
                " ORDER BY ",
                self.list(&order.positional, ColumnStyle::Qualified)
            ]
        });
        let limit = last(steps, "limit")
            .and_then(|limit| limit.positional.first())
            .map(|limit| {
                sql![
                    " \n LIMIT ",
                    self.expression(limit, ColumnStyle::Qualified).text
                ]
            });
        Some(sql![head, from, condition, order, limit])
    }

    /// A column, an expression, or all columns of a table.
    fn targets(&self, target: &Value, only: &[Template]) -> Vec<Template> {
        if let Some(table) = table_reference(target) {
            let column = |name: &Template| sql![table.prefix(), ".", quote::identifier(name)];
            return table
                .columns
                .iter()
                .filter(|known| only.is_empty() || known.is_key || only.contains(&known.name))
                .map(|known| column(&known.name))
                .collect();
        }
        let written = self.expression(target, ColumnStyle::Qualified).text;
        match label(target) {
            Some(label) => vec![sql![written, " AS ", quote::identifier(&label)]],
            None => vec![written],
        }
    }

    /// Leaves out the tables of the statement around it, unless nothing would be left.
    fn uncorrelated(&self, from: Vec<Template>) -> Vec<Template> {
        let enclosing = self.enclosing.borrow();
        let own: Vec<_> = from
            .iter()
            .filter(|table| !enclosing.contains(table))
            .cloned()
            .collect();
        if own.is_empty() { from } else { own }
    }

    /// Compiles queries as parts of a statement on `table` until the guard is dropped.
    pub(crate) fn enclose(&self, table: &TableReference) -> Enclosing<'_> {
        self.enclosing.borrow_mut().push(table.in_from());
        Enclosing {
            tables: &self.enclosing,
        }
    }

    /// The tables of `select_from`, and those whose columns are named.
    fn sources(&self, targets: &[Value], steps: &[Step]) -> Vec<Template> {
        let given = steps
            .iter()
            .filter(|step| step.name == "select_from")
            .flat_map(|step| step.arguments.positional.iter());
        let conditions = steps
            .iter()
            .filter(|step| matches!(step.name, "where" | "filter"))
            .flat_map(|step| step.arguments.positional.iter());
        let mut tables: Vec<Template> = Vec::new();
        for value in given.chain(targets).chain(conditions) {
            for table in named_tables(value) {
                let written = table.in_from();
                if !tables.contains(&written) {
                    tables.push(written);
                }
            }
        }
        tables
    }
}

/// While it lives, queries are correlated with one more table.
pub(crate) struct Enclosing<'a> {
    tables: &'a RefCell<Vec<Template>>,
}

impl Drop for Enclosing<'_> {
    fn drop(&mut self) {
        self.tables.borrow_mut().pop();
    }
}

/// The columns of `.options(load_only(...))`; keys are loaded all the same.
fn loaded_only(steps: &[Step]) -> Vec<Template> {
    let options = steps.iter().filter(|step| step.name == "options");
    let given = options.flat_map(|step| &step.arguments.positional);
    let loads = given.filter_map(|option| {
        let external = option.as_external()?;
        (external.name() == "load_only").then_some(())?;
        external.arguments.clone()
    });
    loads
        .flat_map(|arguments| arguments.positional)
        .filter_map(|column| Some(referenced_column(column.as_external()?)?.1))
        .collect()
}

fn label(target: &Value) -> Option<Template> {
    let (name, external) = path::construct_of(target)?;
    (name == "label").then_some(())?;
    text(external.arguments.as_ref()?.positional.first())
}

/// Without the space that it starts with in other statements.
fn trimmed(condition: &Template) -> Template {
    let mut first = true;
    super::text::map_known(condition, |text| text.to_owned())
        .pieces()
        .iter()
        .fold(Template::default(), |mut kept, piece| {
            let piece = match piece {
                crate::model::Piece::Known(fragment) if first => {
                    crate::model::Piece::known(fragment.text.trim_start(), fragment.origin.clone())
                }
                other => other.clone(),
            };
            first = false;
            kept.push(piece);
            kept
        })
}

/// The tables that an expression speaks of, in order.
fn named_tables(value: &Value) -> Vec<TableReference> {
    if let Some(table) = table_reference(value) {
        return vec![table];
    }
    match value {
        Value::External(external) => tables_of_external(external),
        other => items(other)
            .unwrap_or_default()
            .iter()
            .flat_map(named_tables)
            .collect(),
    }
}

fn tables_of_external(external: &External) -> Vec<TableReference> {
    if let Some((table, _)) = referenced_column(external) {
        return vec![table];
    }
    let is_query = path::construct(external) == Some("select");
    let arguments = external
        .arguments
        .iter()
        .flat_map(|arguments| arguments.positional.iter());
    let own = arguments.filter(|_| !is_query).flat_map(named_tables);
    external
        .receiver
        .iter()
        .flat_map(named_tables)
        .chain(own)
        .collect()
}
