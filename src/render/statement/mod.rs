//! Each step as one call of the helper that ensures it.

mod columns;
mod removals;
mod rights;
mod row_decisions;
mod types;

use std::collections::BTreeMap;

use crate::plan::{Commented, Step, StepKind};

use super::definition;
use super::quote::{quote_identifier, quote_literal, quote_name, quote_statement};

pub(super) use columns::{
    ensure_others_optional, ensure_renamed_column, is_plain_column, of_columns,
};
pub(super) use row_decisions::{is_decision, of_decisions};

use columns::{LATER, ensure_column};
use removals::{rename_back, retire};
use row_decisions::{decide, decide_values};
use types::{ensure_enum, ensure_type};

/// The statement of a step, without a semicolon.
pub fn of_step(step: &Step) -> String {
    match &step.kind {
        StepKind::RenameBack {
            renamed,
            now,
            before,
        } => rename_back(renamed, now, before),
        StepKind::EnumLabels {
            name,
            labels,
            value_map,
        } => ensure_enum(name, labels, value_map),
        StepKind::Unfit {
            table,
            part,
            remedy,
        } => decide(table, part, remedy),
        StepKind::UnfitValues {
            table,
            column,
            remedy,
        } => decide_values(table, column, remedy),
        StepKind::Schema { name } => call("ensure_schema", &[quote_literal(name.as_str())]),
        StepKind::Extension { name, schema } => {
            let schema = schema.as_ref().map(|schema| quote_literal(schema.as_str()));
            let arguments: Vec<String> = [Some(quote_literal(name.as_str())), schema]
                .into_iter()
                .flatten()
                .collect();
            call("ensure_extension", &arguments)
        }
        StepKind::Type { name, user_type } => ensure_type(name, user_type),
        StepKind::Sequence { name, sequence } => call(
            "ensure_sequence",
            &[
                quote_literal(&quote_name(name)),
                quote_literal(&definition::sequence(sequence)),
            ],
        ),
        StepKind::SequenceOwner {
            name,
            table,
            column,
        } => call(
            "ensure_sequence_owner",
            &[
                quote_literal(&quote_name(name)),
                quote_literal(&quote_name(table)),
                quote_literal(column.as_str()),
            ],
        ),
        StepKind::Function {
            name,
            argument_types,
            function,
            ..
        } => {
            let signature = definition::signature(name, argument_types);
            call(
                "ensure_function",
                &[
                    quote_literal(&signature),
                    quote_statement(function.definition.statement.trim().trim_end_matches(';')),
                ],
            )
        }
        StepKind::Table {
            name,
            table,
            serial,
        } => call(
            "ensure_table",
            &[
                quote_literal(&quote_name(name)),
                quote_statement(&definition::create_table(name, table, serial)),
            ],
        ),
        StepKind::Column {
            table,
            column,
            serial,
            filled_later,
            value_map,
        } => {
            let not_null = if *filled_later {
                LATER.to_owned()
            } else {
                column.not_null.to_string()
            };
            ensure_column(table, column, *serial, not_null, value_map)
        }
        StepKind::Filled { table, column } => {
            let not_null = column.not_null.to_string();
            ensure_column(table, column, false, not_null, &BTreeMap::new())
        }
        StepKind::Constraint {
            table,
            name,
            constraint,
        } => call(
            "ensure_constraint",
            &[
                quote_literal(&quote_name(table)),
                quote_literal(name.as_str()),
                quote_statement(&definition::constraint(constraint)),
            ],
        ),
        StepKind::Index { name, index, .. } => call(
            "ensure_index",
            &[
                quote_literal(name.name.as_str()),
                quote_literal(&quote_name(&index.definition.table)),
                index.definition.unique.to_string(),
                quote_statement(&definition::index(index)),
            ],
        ),
        StepKind::View {
            name,
            view,
            materialized,
            ..
        } => call(
            "ensure_view",
            &[
                quote_literal(&quote_name(name)),
                quote_literal(if *materialized {
                    "MATERIALIZED VIEW"
                } else {
                    "VIEW"
                }),
                quote_statement(view_query(&view.query)),
                quote_literal(view_query(&view.options)),
            ],
        ),
        StepKind::Trigger {
            table,
            name,
            trigger,
        } => {
            let mut arguments = vec![
                quote_literal(&quote_name(table)),
                quote_literal(name.as_str()),
                quote_literal(&trigger.timing),
                quote_statement(&definition::trigger_action(trigger)),
            ];
            if trigger.constraint {
                arguments.push("is_constraint => true".to_owned());
            }
            if trigger.enabled != 'O' {
                let state = quote_literal(&trigger.enabled.to_string());
                arguments.push(format!("state => {state}"));
            }
            call("ensure_trigger", &arguments)
        }
        StepKind::RowSecurity {
            table,
            enabled,
            forced,
        } => call(
            "ensure_row_security",
            &[
                quote_literal(&quote_name(table)),
                enabled.to_string(),
                forced.to_string(),
            ],
        ),
        StepKind::Policy {
            table,
            name,
            policy,
        } => call(
            "ensure_policy",
            &[
                quote_literal(&quote_name(table)),
                quote_literal(name.as_str()),
                quote_statement(&definition::policy(policy)),
            ],
        ),
        StepKind::Comment { on, text } => ensure_comment(on, text),
        StepKind::Retire { leftover } => retire(leftover),
        StepKind::Owner { of } => rights::ensure_owner(of),
        StepKind::Rights { of, wanted } => rights::ensure_rights(of, wanted),
        StepKind::DefaultRights => rights::ensure_no_default_rights(),
    }
}

/// A line each, the places behind the comma.
fn lines(rows: &[(String, String)]) -> String {
    let last = rows.len().saturating_sub(1);
    let lines = rows.iter().enumerate().map(|(index, (row, places))| {
        let comma = if index < last { "," } else { "" };
        let cited = match places.is_empty() {
            true => String::new(),
            false => format!("{CITATION}{places}"),
        };
        format!("{row}{comma}{cited}\n")
    });
    lines.collect()
}

/// A data fix: what it changed, or why it could not, is written down in the journal.
pub fn of_data(places: &str, statement: &str) -> String {
    let statement = statement.trim().trim_end_matches(';');
    call("data", &[quote_literal(places), quote_long(statement)])
}

/// SQL on lines of its own.
fn quote_long(statement: &str) -> String {
    quote_statement(&format!("\n{statement}\n"))
}

/// A query or options without `WITH [NO] DATA`: whether a materialised view is filled at once is
/// no part of its shape.
fn view_query(query: &str) -> &str {
    let query = query.trim().trim_end_matches(';').trim_end();
    let upper = query.to_ascii_uppercase();
    let suffix = ["WITH NO DATA", "WITH DATA"]
        .into_iter()
        .find(|suffix| upper.ends_with(suffix));
    suffix.map_or(query, |suffix| {
        query[..query.len() - suffix.len()].trim_end()
    })
}

fn call(helper: &str, arguments: &[String]) -> String {
    let arguments = arguments.join(", ");
    format!("SELECT pg_temp.fixfold_{helper}({arguments})")
}

/// Stands between a row and the places that it comes from.
const CITATION: &str = "  -- ";

/// A line without the places that it comes from.
pub fn without_citation(line: &str) -> &str {
    line.split_once(CITATION).map_or(line, |(line, _)| line)
}

fn ensure_comment(on: &Commented, text: &str) -> String {
    let (kind, object, part) = match on {
        Commented::Relation { kind, name } => (*kind, quote_name(name), None),
        Commented::Column { relation, column } => ("COLUMN", quote_name(relation), Some(column)),
        Commented::Part { kind, table, name } => (*kind, quote_name(table), Some(name)),
        Commented::Type { name } => ("TYPE", quote_name(name), None),
        Commented::Function { signature } => {
            let function = definition::signature(&signature.name, &signature.argument_types);
            ("FUNCTION", function, None)
        }
        Commented::Schema { name } => ("SCHEMA", quote_identifier(name), None),
    };
    let mut arguments = vec![quote_literal(kind), quote_literal(&object)];
    arguments.push(quote_literal(text));
    let part = part.map(|part| format!("part => {}", quote_literal(part.as_str())));
    arguments.extend(part);
    call("ensure_comment", &arguments)
}
