//! Each step as one call of the helper that ensures it.

use std::collections::BTreeMap;

use crate::catalog::{Column, TypeKind, UserType};
use crate::model::{Identifier, ObjectName};
use crate::plan::{Leftover, Remedy, Renamed, Step, StepKind, ValueRemedy};

use super::definition;
use super::quote::{quote_identifier, quote_literal, quote_name, quote_statement};

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
            let types = argument_types
                .iter()
                .map(definition::data_type)
                .collect::<Vec<_>>()
                .join(", ");
            let signature = format!("{}({types})", quote_name(name));
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
        StepKind::Index { name, index } => call(
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
        StepKind::Comment {
            object_kind,
            object,
            text,
        } => {
            let object = quote_literal(&commented(object_kind, object));
            call(
                "ensure_comment",
                &[quote_literal(object_kind), object, quote_literal(text)],
            )
        }
        StepKind::Retire { leftover } => retire(leftover),
    }
}

fn decide(table: &ObjectName, part: &Identifier, remedy: &Remedy) -> String {
    call("decide", &decided(table, part, remedy))
}

fn decided(table: &ObjectName, part: &Identifier, remedy: &Remedy) -> [String; 4] {
    let (answer, value) = match remedy {
        Remedy::Fill(value) => ("fill", quote_statement(value)),
        Remedy::SetAside => ("set_aside", quote_literal("")),
    };
    [
        quote_literal(&quote_name(table)),
        quote_literal(part.as_str()),
        quote_literal(answer),
        value,
    ]
}

/// Whether it says what becomes of rows: one statement can say all of that.
pub fn is_decision(step: &Step) -> bool {
    matches!(step.kind, StepKind::Unfit { .. })
}

/// What becomes of rows, a line each, with the places that it comes from.
pub fn of_decisions(steps: &[&Step], places: &dyn Fn(&Step) -> String) -> String {
    let decisions = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Unfit {
            table,
            part,
            remedy,
        } => {
            let row = decided(table, part, remedy).join(", ");
            Some((format!("    ({row})"), places(step)))
        }
        _ => None,
    });
    let rows = lines(&decisions.collect::<Vec<_>>());
    format!(
        "SELECT pg_temp.fixfold_decide(table_name, part, answer, value)\n\
         FROM (VALUES\n{rows}) AS decided (table_name, part, answer, value)"
    )
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

fn decide_values(table: &ObjectName, column: &Identifier, remedy: &ValueRemedy) -> String {
    let mut arguments = vec![
        quote_literal(&quote_name(table)),
        quote_literal(column.as_str()),
    ];
    match remedy {
        ValueRemedy::Number => arguments.push(quote_literal("number")),
        ValueRemedy::Replace(value) => {
            arguments.push(quote_literal("replace"));
            arguments.push(quote_statement(value));
        }
        ValueRemedy::SetAside => arguments.push(quote_literal("set_aside")),
    }
    call("decide_values", &arguments)
}

fn retire(leftover: &Leftover) -> String {
    let kind = quote_literal(leftover.kind());
    let arguments = match leftover {
        Leftover::Index(name)
        | Leftover::View(name)
        | Leftover::Sequence(name)
        | Leftover::Type(name) => vec![kind, quote_literal(&quote_name(name))],
        Leftover::Trigger { table, name }
        | Leftover::Policy { table, name }
        | Leftover::Constraint { table, name } => vec![
            kind,
            quote_literal(name.as_str()),
            quote_literal(&quote_name(table)),
        ],
        Leftover::IndexesLike { pattern, known } => return retire_others(pattern, known),
    };
    call("ensure_gone", &arguments)
}

/// Each part in braces stands for any text.
fn retire_others(pattern: &str, known: &[Identifier]) -> String {
    let parts = pattern.split('{').enumerate();
    let form = parts.map(|(index, part)| {
        let text = match index {
            0 => part,
            _ => part.split_once('}').map_or("", |(_, rest)| rest),
        };
        let text = text
            .replace('\\', "\\\\")
            .replace('_', "\\_")
            .replace('%', "\\%");
        if index == 0 { text } else { format!("%{text}") }
    });
    let known = known.iter().map(|name| quote_literal(name.as_str()));
    let known = format!("ARRAY[{}]::name[]", known.collect::<Vec<_>>().join(", "));
    let form = quote_literal(&form.collect::<String>());
    call("ensure_no_others_like", &[form, known])
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

/// Gives a column another name, or brings both together where both are there.
pub fn ensure_renamed_column(
    table: &ObjectName,
    before: &Identifier,
    after: &Identifier,
) -> String {
    let arguments = [
        quote_literal(&quote_name(table)),
        quote_literal(before.as_str()),
        quote_literal(after.as_str()),
    ];
    call("ensure_renamed_column", &arguments)
}

/// Columns of the table beside these may be null.
pub fn ensure_others_optional(table: &ObjectName, known: &[Identifier]) -> String {
    let names: Vec<String> = known
        .iter()
        .map(|name| quote_literal(name.as_str()))
        .collect();
    let names = format!("ARRAY[{}]::name[]", names.join(", "));
    call(
        "ensure_others_optional",
        &[quote_literal(&quote_name(table)), names],
    )
}

/// Gives an object its name back, where only the new name is there.
fn rename_back(renamed: &Renamed, now: &Identifier, before: &Identifier) -> String {
    let (now_word, before_word) = (quote_identifier(now), quote_identifier(before));
    let qualified = |schema: &Option<Identifier>, name: &Identifier| {
        quote_name(&ObjectName::qualified(schema.clone(), name.clone()))
    };
    let there = |function: &str, schema: &Option<Identifier>| {
        let (now, before) = (qualified(schema, now), qualified(schema, before));
        let (now, before) = (quote_literal(&now), quote_literal(&before));
        format!("{function}({now}) IS NOT NULL AND {function}({before}) IS NULL")
    };
    let part = |table: &ObjectName, catalog: &str, relation: &str, column: &str| {
        let table = quote_literal(&quote_name(table));
        let row = |name: &Identifier| {
            let name = quote_literal(name.as_str());
            format!(
                "EXISTS (SELECT FROM {catalog} WHERE {relation} = to_regclass({table}) AND {column} = {name})"
            )
        };
        format!("{} AND NOT {}", row(now), row(before))
    };
    let rename = |words: String| {
        (
            format!("{words} {now_word} TO {before_word}"),
            format!("{words} {before_word} TO {now_word}"),
        )
    };
    let whole = |words: &str, schema: &Option<Identifier>| {
        let (new, old) = (qualified(schema, now), qualified(schema, before));
        (
            format!("{words} {new} RENAME TO {before_word}"),
            format!("{words} {old} RENAME TO {now_word}"),
        )
    };
    let (condition, (done, undo)) = match renamed {
        Renamed::Table { schema } => (there("to_regclass", schema), whole("ALTER TABLE", schema)),
        Renamed::Index { schema } => (there("to_regclass", schema), whole("ALTER INDEX", schema)),
        Renamed::Type { schema } => (there("to_regtype", schema), whole("ALTER TYPE", schema)),
        Renamed::Label { of } => {
            let (name, of) = (quote_name(of), quote_literal(&quote_name(of)));
            let (new, old) = (quote_literal(now.as_str()), quote_literal(before.as_str()));
            let has = |label: &str| {
                format!(
                    "EXISTS (SELECT FROM pg_enum WHERE enumtypid = to_regtype({of}) AND enumlabel = {label})"
                )
            };
            (
                format!("{} AND NOT {}", has(&new), has(&old)),
                (
                    format!("ALTER TYPE {name} RENAME VALUE {new} TO {old}"),
                    format!("ALTER TYPE {name} RENAME VALUE {old} TO {new}"),
                ),
            )
        }
        Renamed::Column { table } => (
            part(table, "pg_attribute", "attrelid", "attname"),
            rename(format!("ALTER TABLE {} RENAME COLUMN", quote_name(table))),
        ),
        Renamed::Constraint { table } => (
            part(table, "pg_constraint", "conrelid", "conname"),
            rename(format!(
                "ALTER TABLE {} RENAME CONSTRAINT",
                quote_name(table)
            )),
        ),
    };
    let (done, undo) = (quote_literal(&done), quote_literal(&undo));
    format!(
        "DO $rename$\nBEGIN\n    IF {condition} THEN\n        PERFORM pg_temp.fixfold_do({done}, {undo});\n    END IF;\nEND\n$rename$"
    )
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

fn ensure_enum(
    name: &ObjectName,
    labels: &[String],
    value_map: &BTreeMap<String, String>,
) -> String {
    let labels = labels
        .iter()
        .map(|label| quote_literal(label))
        .collect::<Vec<_>>()
        .join(", ");
    let mut arguments = vec![quote_literal(&quote_name(name)), format!("ARRAY[{labels}]")];
    if !value_map.is_empty() {
        arguments.push(object_of(value_map));
    }
    call("ensure_enum", &arguments)
}

/// The map as a JSON object.
fn object_of(value_map: &BTreeMap<String, String>) -> String {
    let pairs = value_map.iter().flat_map(|(from, to)| [from, to]);
    let pairs: Vec<String> = pairs.map(|text| quote_literal(text)).collect();
    format!("jsonb_build_object({})", pairs.join(", "))
}

fn ensure_type(name: &ObjectName, user_type: &UserType) -> String {
    let create = match &user_type.kind {
        TypeKind::Enum { labels } => {
            return ensure_enum(
                name,
                &labels
                    .iter()
                    .map(|label| label.name.clone())
                    .collect::<Vec<_>>(),
                &BTreeMap::new(),
            );
        }
        TypeKind::Domain {
            base,
            not_null,
            default,
            checks,
        } => {
            let default = default
                .as_ref()
                .map(|default| format!(" DEFAULT {default}"))
                .unwrap_or_default();
            let not_null = if *not_null { " NOT NULL" } else { "" };
            let checks = checks.iter().map(|(check, known)| {
                format!(
                    " CONSTRAINT {} {}",
                    quote_identifier(check),
                    definition::constraint(known)
                )
            });
            let checks: String = checks.collect();
            let base = definition::data_type(base);
            format!(
                "CREATE DOMAIN {} AS {base}{default}{not_null}{checks}",
                quote_name(name)
            )
        }
        TypeKind::Composite { attributes } => {
            let attributes = attributes.iter().map(|(attribute, data_type)| {
                format!(
                    "{} {}",
                    quote_identifier(attribute),
                    definition::data_type(data_type)
                )
            });
            let attributes = attributes.collect::<Vec<_>>().join(", ");
            format!("CREATE TYPE {} AS ({attributes})", quote_name(name))
        }
        TypeKind::Other { definition } => format!("CREATE TYPE {} {definition}", quote_name(name)),
    };
    call(
        "ensure_type",
        &[quote_literal(&quote_name(name)), quote_statement(&create)],
    )
}

/// Whether the column may be null is left as it is.
const LATER: &str = "NULL::boolean";

/// Stands between a row and the places that it comes from.
const CITATION: &str = "  -- ";

/// Columns that one statement can ensure together.
pub fn is_plain_column(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Column { column, serial: false, value_map, .. }
        if value_map.is_empty() && column.collation.is_none() && column.generated.is_none() && column.identity.is_none())
}

/// Plain columns of one table, a line each, with the places that they come from.
pub fn of_columns(steps: &[&Step], places: &dyn Fn(&Step) -> String) -> String {
    let columns = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Column {
            table,
            column,
            filled_later,
            ..
        } => Some((table, column, *filled_later, places(step))),
        _ => None,
    });
    let columns: Vec<_> = columns.collect();
    let table = columns
        .first()
        .map(|(table, ..)| quote_literal(&quote_name(table)))
        .unwrap_or_default();
    let rows = columns.iter().map(|(_, column, filled_later, places)| {
        let not_null = match (*filled_later, column.not_null) {
            (true, _) => "NULL",
            (false, true) => "'true'",
            (false, false) => "'false'",
        };
        let default = column
            .default
            .as_deref()
            .map_or_else(|| "NULL".to_owned(), quote_statement);
        let row = format!(
            "    [{}, {}, {not_null}, {default}]",
            quote_literal(column.name.as_str()),
            quote_literal(&definition::data_type(&column.data_type)),
        );
        (row, places.clone())
    });
    let rows = lines(&rows.collect::<Vec<_>>());
    format!("SELECT pg_temp.fixfold_ensure_columns({table}, ARRAY[\n{rows}])")
}

/// A line without the places that it comes from.
pub fn without_citation(line: &str) -> &str {
    line.split_once(CITATION).map_or(line, |(line, _)| line)
}

fn ensure_column(
    table: &ObjectName,
    column: &Column,
    serial: bool,
    not_null: String,
    value_map: &BTreeMap<String, String>,
) -> String {
    let data_type = definition::data_type(&column.data_type);
    let default = column.default.as_deref().filter(|_| !serial);
    let mut arguments = vec![
        quote_literal(&quote_name(table)),
        quote_literal(column.name.as_str()),
        quote_literal(&data_type),
        not_null,
        default.map_or_else(|| "NULL".to_owned(), quote_statement),
    ];
    let mut option = |name: &str, value: Option<String>| {
        arguments.extend(value.map(|value| format!("{name} => {value}")));
    };
    let collation = column.collation.as_deref();
    option("wanted_collation", collation.map(quote_literal));
    let generated = column.generated.as_deref();
    option("wanted_generated", generated.map(quote_statement));
    let identity = column.identity.map(definition::identity);
    option("wanted_identity", identity.map(quote_literal));
    option("wanted_serial", serial.then(|| "true".to_owned()));
    let is_mapped = !value_map.is_empty();
    option("value_map", is_mapped.then(|| object_of(value_map)));
    call("ensure_column", &arguments)
}

fn commented(object_kind: &str, object: &str) -> String {
    let name = ObjectName::from_sql(object);
    if object_kind != "COLUMN" {
        return quote_name(&name);
    }
    match object.rsplit_once('.') {
        Some((table, column)) => {
            let column = crate::model::Identifier::exact(column);
            format!(
                "{}.{}",
                quote_name(&ObjectName::from_sql(table)),
                quote_identifier(&column)
            )
        }
        None => quote_name(&name),
    }
}
