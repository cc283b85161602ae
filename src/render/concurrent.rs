//! Indexes that can be built before the migration without a lock that writers wait for.

use anyhow::Result;
use askama::Template;

use crate::plan::{Plan, Step, StepKind};

use super::quote::{quote_identifier, quote_name};
use super::{Migration, RenderedFile, definition, render};

struct IndexStatement {
    citation: String,
    sql: String,
}

#[derive(Template)]
#[template(path = "sql/indexes_first.sql", escape = "none")]
struct IndexesFirst<'a> {
    migration: &'a Migration,
    indexes: Vec<IndexStatement>,
}

/// `indexes_first.sql`, where there is an index to build.
pub fn file(plan: &Plan, migration: &Migration) -> Result<Option<RenderedFile>> {
    let indexes: Vec<IndexStatement> = steps(plan).into_iter().filter_map(statement).collect();
    if indexes.is_empty() {
        return Ok(None);
    }
    render(&IndexesFirst { migration, indexes }, "indexes_first.sql").map(Some)
}

/// New indexes on tables and columns that the chain has at head. CREATE INDEX CONCURRENTLY cannot work
/// on a partitioned table (manual, CREATE INDEX).
pub fn steps(plan: &Plan) -> Vec<&Step> {
    let steps = plan.steps.iter().filter(|step| match &step.kind {
        StepKind::Index { name, index, .. } => {
            let definition = &index.definition;
            let table = plan.at_head.table(&definition.table);
            let is_new = plan.at_head.find_index(name).is_none();
            is_new
                && table.is_some_and(|table| {
                    let keys = definition
                        .keys
                        .iter()
                        .map(|key| key.expression.trim_matches('"'));
                    table.partition_by.is_none()
                        && keys.into_iter().all(|key| table.column(key).is_some())
                })
        }
        _ => false,
    });
    steps.collect()
}

fn statement(step: &Step) -> Option<IndexStatement> {
    let StepKind::Index { name, index, .. } = &step.kind else {
        return None;
    };
    let unique = if index.definition.unique {
        "UNIQUE "
    } else {
        ""
    };
    let citation: Vec<String> = step.citations.iter().map(ToString::to_string).collect();
    Some(IndexStatement {
        citation: citation.join("; "),
        sql: format!(
            "CREATE {unique}INDEX CONCURRENTLY IF NOT EXISTS {} ON {} {}",
            quote_identifier(&name.name),
            quote_name(&index.definition.table),
            definition::index(index),
        ),
    })
}
