//! The files that check a database: what it was before, what it must be after the migration, and
//! whether a rollback gave everything back. They only read, and fail loudly.

use anyhow::Result;
use askama::Template;

use crate::plan::{Plan, Step, StepKind};

use super::definition;
use super::quote::{quote_literal, quote_name};
use super::{Migration, RenderedFile, filters, render};

/// One question whose answer must be true.
struct Check {
    name: String,
    condition: String,
}

/// A column with its type, as PostgreSQL spells it with and without `public` on the search path.
struct ColumnCheck {
    table: String,
    column: String,
    types: [String; 2],
    /// `NULL` where a later check asks.
    not_null: &'static str,
}

/// What the database was before the migration, as a script that later checks read.
#[derive(Template)]
#[template(path = "verify/snapshot.sql", escape = "none")]
struct Snapshot<'a> {
    migration: &'a Migration,
    tables: &'a [String],
}

#[derive(Template)]
#[template(path = "verify/verify.sql", escape = "none")]
struct Verification<'a> {
    migration: &'a Migration,
    checks: Vec<Check>,
    columns: Vec<ColumnCheck>,
}

#[derive(Template)]
#[template(path = "verify/verify_rollback.sql", escape = "none")]
struct Rollback<'a> {
    migration: &'a Migration,
}

/// `snapshot.sql`, `verify.sql` and `verify_rollback.sql`.
pub fn files(plan: &Plan, migration: &Migration) -> Result<Vec<RenderedFile>> {
    let tables = tables(plan);
    let snapshot = Snapshot {
        migration,
        tables: &tables,
    };
    let verification = Verification {
        migration,
        checks: plan.steps.iter().filter_map(check).collect(),
        columns: plan.steps.iter().filter_map(column_check).collect(),
    };
    Ok(vec![
        render(&snapshot, "snapshot.sql")?,
        render(&verification, "verify.sql")?,
        render(&Rollback { migration }, "verify_rollback.sql")?,
    ])
}

/// Every table that a step or a data fix touches.
fn tables(plan: &Plan) -> Vec<String> {
    let of_steps = plan.steps.iter().map(Step::subject);
    let of_data = plan.data.iter().map(|step| step.table.clone());
    let of_hand = plan.by_hand.iter().map(|step| step.table.clone());
    let names = of_steps.chain(of_data).chain(of_hand);
    let tables = names.filter_map(|name| {
        let name = crate::model::ObjectName::from_sql(&name);
        plan.target.table(&name).map(|_| quote_name(&name))
    });
    tables
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn column_check(step: &Step) -> Option<ColumnCheck> {
    let (table, column, not_null) = match &step.kind {
        StepKind::Column {
            table,
            column,
            filled_later: true,
            ..
        } => (table, column, "NULL"),
        StepKind::Column { table, column, .. } | StepKind::Filled { table, column } => (
            table,
            column,
            if column.not_null { "true" } else { "false" },
        ),
        _ => return None,
    };
    Some(ColumnCheck {
        table: quote_literal(&quote_name(table)),
        column: quote_literal(column.name.as_str()),
        types: [
            quote_literal(&column.data_type.to_string()),
            quote_literal(&definition::data_type(&column.data_type)),
        ],
        not_null,
    })
}

fn check(step: &Step) -> Option<Check> {
    let name = format!("{} {}", step.group().title(), step.object());
    let condition = match &step.kind {
        StepKind::EnumLabels { name, labels, .. } => format!(
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
        StepKind::Constraint { table, name, .. } => format!(
            "EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass({}) AND conname = {} AND convalidated)",
            quote_literal(&quote_name(table)),
            quote_literal(name.as_str()),
        ),
        StepKind::Index { name, index, .. } => format!(
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
            format!(
                "to_regprocedure({}) IS NOT NULL",
                quote_literal(&definition::signature(name, argument_types))
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
        StepKind::Column { .. } | StepKind::Filled { .. } => return None,
        StepKind::RenameBack { .. }
        | StepKind::Unfit { .. }
        | StepKind::UnfitValues { .. }
        | StepKind::SequenceOwner { .. }
        | StepKind::Retire { .. }
        | StepKind::Owner { .. }
        | StepKind::Rights { .. }
        | StepKind::DefaultRights => {
            return None;
        }
        StepKind::Schema { .. } | StepKind::Extension { .. } | StepKind::Comment { .. } => {
            return None;
        }
    };
    Some(Check {
        name: quote_literal(&name),
        condition,
    })
}
