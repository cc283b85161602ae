//! How far a database has come, and what to do about its version table.

use std::collections::BTreeMap;

use anyhow::Result;
use askama::Template;

use crate::graph::{ObjectKey, ObjectKind};
use crate::model::ObjectName;
use crate::plan::{Plan, Point, RevisionPatch};

use super::quote::{quote_literal, quote_name};
use super::{ChainEdits, Migration, RenderedFile, filters, render};

struct PointRow {
    revision: String,
    conditions: Vec<String>,
}

#[derive(Template)]
#[template(path = "runbook/where_am_i.sql", escape = "none")]
struct WhereAmI {
    points: Vec<PointRow>,
    alembic: bool,
}

/// Start states that one script leads to and one revision fails in.
struct StuckRow {
    points: String,
    script: String,
    revision: String,
    why: String,
    way: String,
}

#[derive(Template)]
#[template(path = "runbook/repair.md", escape = "none")]
struct Repair<'a> {
    migration: &'a Migration,
    parent: &'a str,
    patches: &'a [RevisionPatch],
    chain_edits: bool,
    upgrade: String,
    stamp: &'static str,
    /// Alembic's own version table has no room for some revision's id.
    has_long_ids: bool,
    stuck: Vec<StuckRow>,
}

/// `where_am_i.sql` and `repair.md`; none where there is no chain.
pub fn files(
    plan: &Plan,
    migration: &Migration,
    chain: &ChainEdits<'_>,
) -> Result<Vec<RenderedFile>> {
    let Some(parent) = &migration.parent else {
        return Ok(Vec::new());
    };
    let where_am_i = WhereAmI {
        points: plan.points.iter().map(row).collect(),
        alembic: chain.is_alembic,
    };
    let (upgrade, stamp) = match chain.is_alembic {
        true => (
            format!("`alembic upgrade {}`", migration.id),
            "alembic stamp --purge REACHED",
        ),
        false => (
            "run the files after REACHED in their order, then the migration".to_owned(),
            "mark the files up to REACHED as applied",
        ),
    };
    let repair = Repair {
        migration,
        parent,
        patches: chain.patches,
        chain_edits: chain.in_chain,
        upgrade,
        stamp,
        has_long_ids: chain.is_alembic && plan.points.iter().any(is_long),
        stuck: stuck(chain),
    };
    Ok(vec![
        render(&where_am_i, "where_am_i.sql")?,
        render(&repair, "repair.md")?,
    ])
}

/// Alembic makes the column `VARCHAR(32)`.
fn is_long(point: &Point) -> bool {
    point.revision.as_str().chars().count() > 32
}

fn row(point: &Point) -> PointRow {
    PointRow {
        revision: quote_literal(point.revision.as_str()),
        conditions: point.traces.iter().filter_map(condition).collect(),
    }
}

/// Whether the object is there, as SQL.
fn condition(key: &ObjectKey) -> Option<String> {
    let name = ObjectName::from_sql(&key.name);
    let literal = |name: &ObjectName| quote_literal(&quote_name(name));
    match key.kind {
        ObjectKind::Relation | ObjectKind::Index | ObjectKind::Sequence => {
            Some(format!("to_regclass({}) IS NOT NULL", literal(&name)))
        }
        ObjectKind::Type => Some(format!("to_regtype({}) IS NOT NULL", literal(&name))),
        ObjectKind::Column => key.name.rsplit_once('.').map(|(table, column)| {
            let table = literal(&ObjectName::from_sql(table));
            let column = quote_literal(column);
            format!(
                "EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass({table}) AND attname = {column} AND NOT attisdropped)"
            )
        }),
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::EnumLabel
        | ObjectKind::Constraint
        | ObjectKind::Function
        | ObjectKind::Trigger
        | ObjectKind::Policy
        | ObjectKind::VersionTable => None,
    }
}

fn stuck(chain: &ChainEdits<'_>) -> Vec<StuckRow> {
    let mut rows = Vec::new();
    for patch in chain.patches {
        let mut by_script: BTreeMap<&str, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
        for state in &patch.unblocks {
            let (points, whys) = by_script.entry(&state.scripts).or_default();
            points.push(&state.point);
            whys.push(&state.why);
        }
        let way = way_out(patch, chain.in_chain);
        rows.extend(
            by_script
                .into_iter()
                .map(|(script, (points, whys))| StuckRow {
                    points: joined(points),
                    script: script.to_owned(),
                    revision: patch.revision.to_string(),
                    why: joined(whys),
                    way: way.clone(),
                }),
        );
    }
    rows
}

/// The file that leads out of the states in which a revision fails.
pub fn way_out(patch: &RevisionPatch, in_chain: bool) -> String {
    match in_chain {
        true => format!("chain/{}", patch.file),
        false => format!("preflight/{}.sql", patch.revision),
    }
}

fn joined(mut words: Vec<&str>) -> String {
    words.sort_unstable();
    words.dedup();
    words.join(", ")
}
