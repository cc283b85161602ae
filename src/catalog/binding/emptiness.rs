//! Queries that surely give no row, because they read tables that were just made.

use crate::catalog::expression::{Block, Joins, blocks};
use crate::catalog::{Catalog, Rows};
use crate::model::{Identifier, ObjectName};

/// Aggregates give a row where none is read (manual, 9.21).
pub(super) const AGGREGATES: &[&str] = &[
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "every",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_object_agg",
    "max",
    "min",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "range_agg",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
    "xmlagg",
];

impl Catalog {
    /// Whether `INSERT ... query` surely inserts nothing.
    pub(crate) fn inserts_nothing(&self, statement: &str) -> bool {
        let statements = blocks(statement);
        let [insert] = statements.as_slice() else {
            return false;
        };
        let with = self.empty_parts(insert, &[]);
        insert
            .nested
            .last()
            .is_some_and(|query| self.is_empty_query(query, &with))
    }

    /// Whether the rows of an INSERT are a VALUES list, and so surely come.
    pub(crate) fn inserts_values(&self, statement: &str) -> bool {
        let statements = blocks(statement);
        let [insert] = statements.as_slice() else {
            return false;
        };
        let rows = insert.nested.iter().find(|nested| nested.is_inserted);
        rows.is_some_and(|rows| rows.value_count.is_some() && rows.arms.is_empty())
    }

    /// Whether a query surely gives no row.
    pub(crate) fn gives_nothing(&self, query: &str) -> bool {
        match blocks(query).as_slice() {
            [only] => self.is_empty_query(only, &[]),
            _ => false,
        }
    }

    /// The common table expressions that surely give no row.
    fn empty_parts(&self, block: &Block, outer: &[Identifier]) -> Vec<Identifier> {
        let mut empty = outer.to_vec();
        for with in &block.with {
            empty.retain(|name| *name != with.name);
            if self.is_empty_query(&with.block, &empty) {
                empty.push(with.name.clone());
            }
        }
        empty
    }

    fn is_empty_query(&self, block: &Block, outer: &[Identifier]) -> bool {
        let empty = self.empty_parts(block, outer);
        self.is_empty_level(block, &empty)
            && block
                .arms
                .iter()
                .all(|arm| self.is_empty_query(arm, &empty))
    }

    fn is_empty_level(&self, block: &Block, with: &[Identifier]) -> bool {
        let aggregates = block.found.functions.iter().any(|call| {
            call.name.schema.is_none() && AGGREGATES.contains(&call.name.name.as_str())
        });
        if !block.is_select || block.unread || (aggregates && !block.is_grouped) {
            return false;
        }
        let sources = block.found.sources.iter();
        let mut empty = sources.map(|source| self.is_empty_source(&source.relation, with));
        match block.joins {
            Joins::Inner => {
                let derived = |query: &Block| self.is_empty_query(query, with);
                empty.any(|empty| empty) || block.derived.iter().any(|one| derived(&one.block))
            }
            // Which of them comes first is not kept where subqueries stand among them.
            Joins::Left => block.derived.is_empty() && empty.next().unwrap_or(false),
            Joins::Other => false,
        }
    }

    fn is_empty_source(&self, name: &ObjectName, with: &[Identifier]) -> bool {
        if name.schema.is_none() && with.contains(&name.name) {
            return true;
        }
        let found = self.resolve_relation(name);
        let relation = found.and_then(|found| self.relations.get(&found));
        relation
            .and_then(|relation| relation.as_table())
            .is_some_and(|table| table.rows == Rows::Empty)
    }
}
