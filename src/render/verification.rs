//! The file that checks a database after the migration: it only reads, and fails loudly.

use anyhow::Result;
use askama::Template;

use crate::plan::{Plan, Step, StepKind};

use super::definition;
use super::quote::{quote_literal, quote_name};
use super::{Migration, RenderedFile, render};

/// One question whose answer must be true.
struct Check {
    name: String,
    condition: String,
}

#[derive(Template)]
#[template(path = "verify/verify.sql", escape = "none")]
struct Verification<'a> {
    migration: &'a Migration,
    checks: Vec<Check>,
    tables: Vec<String>,
}

pub fn file(plan: &Plan, migration: &Migration) -> Result<RenderedFile> {
    let checks = plan.steps.iter().filter_map(check).collect();
    let mut tables: Vec<String> = plan.steps.iter().filter_map(table_of).collect();
    tables.sort();
    tables.dedup();
    render(
        &Verification {
            migration,
            checks,
            tables,
        },
        "verify.sql",
    )
}

fn table_of(step: &Step) -> Option<String> {
    match &step.kind {
        StepKind::Table { name, .. } => Some(quote_name(name)),
        StepKind::Column { table, .. } => Some(quote_name(table)),
        _ => None,
    }
}

fn check(step: &Step) -> Option<Check> {
    let name = format!("{} {}", step.group().title(), step.object());
    let condition = match &step.kind {
        StepKind::EnumLabels { name, labels } => format!(
            "ARRAY[{}] <@ (SELECT array_agg(enumlabel::text) FROM pg_enum WHERE enumtypid = to_regtype({}))",
            labels
                .iter()
                .map(|label| quote_literal(label))
                .collect::<Vec<_>>()
                .join(", "),
            quote_literal(&quote_name(name)),
        ),
        StepKind::Type { name, .. } => format!(
            "to_regtype({}) IS NOT NULL",
            quote_literal(&quote_name(name))
        ),
        StepKind::Table { name, .. }
        | StepKind::View { name, .. }
        | StepKind::Sequence { name, .. } => {
            format!(
                "to_regclass({}) IS NOT NULL",
                quote_literal(&quote_name(name))
            )
        }
        StepKind::Column { table, column, .. } => format!(
            "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({}) AND attname = {} AND NOT attisdropped \
             AND attnotnull = {} AND format_type(atttypid, atttypmod) IN ({}, {}))",
            quote_literal(&quote_name(table)),
            quote_literal(column.name.as_str()),
            column.not_null,
            quote_literal(&column.data_type.to_string()),
            quote_literal(&definition::data_type(&column.data_type)),
        ),
        StepKind::Constraint { table, name, .. } => format!(
            "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {} AND convalidated)",
            quote_literal(&quote_name(table)),
            quote_literal(name.as_str()),
        ),
        StepKind::Index { name, index } => format!(
            "EXISTS (SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = to_regclass({}) \
             AND relname = {} AND indisvalid AND indisunique = {})",
            quote_literal(&quote_name(&index.definition.table)),
            quote_literal(name.name.as_str()),
            index.definition.unique,
        ),
        StepKind::Function {
            name,
            argument_types,
            ..
        } => {
            let types = argument_types
                .iter()
                .map(definition::data_type)
                .collect::<Vec<_>>()
                .join(", ");
            format!(
                "to_regprocedure({}) IS NOT NULL",
                quote_literal(&format!("{}({types})", quote_name(name)))
            )
        }
        StepKind::Trigger { table, name, .. } => format!(
            "EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass({}) AND tgname = {})",
            quote_literal(&quote_name(table)),
            quote_literal(name.as_str()),
        ),
        StepKind::Policy { table, name, .. } => format!(
            "EXISTS (SELECT FROM pg_policy WHERE polrelid = to_regclass({}) AND polname = {})",
            quote_literal(&quote_name(table)),
            quote_literal(name.as_str()),
        ),
        StepKind::RowSecurity { table, enabled, .. } => format!(
            "(SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass({})) = {enabled}",
            quote_literal(&quote_name(table)),
        ),
        StepKind::RenameBack { .. } | StepKind::SequenceOwner { .. } => return None,
        StepKind::Schema { .. } | StepKind::Extension { .. } | StepKind::Comment { .. } => {
            return None;
        }
    };
    Some(Check {
        name: quote_literal(&name),
        condition,
    })
}
