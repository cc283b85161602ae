//! What a grouped query may name outside of aggregates (42803; `parseCheckAggregates`, manual 7.2.3).

use std::collections::BTreeSet;

use super::emptiness::AGGREGATES;
use super::scope::InScope;
use crate::catalog::builtin::builtin_functions;
use crate::catalog::expression::{
    Block, ColumnReference, Token, references, tokenize, without_alias,
};
use crate::catalog::{Catalog, ConstraintKind, Relation};
use crate::model::{Identifier, SqlError, SqlState};

/// A column of one of the relations in sight: its place in the level, and its name.
type Place = (usize, Identifier);

/// What the rows are grouped by.
struct Groups<'t> {
    columns: BTreeSet<Place>,
    expressions: Vec<Vec<Token<'t>>>,
}

impl Catalog {
    /// 42803 for a column that is neither grouped by, nor in an aggregate, nor told by a grouped key.
    pub(super) fn check_grouping(
        &self,
        text: &str,
        block: &Block,
        level: &[InScope],
    ) -> Result<(), SqlError> {
        let Some(targets) = block.targets.as_ref().filter(|_| block.is_select) else {
            return Ok(());
        };
        let item = |range: &(usize, usize)| {
            let item = tokenize(text.get(range.0..range.1).unwrap_or_default());
            without_queries(&item)
        };
        let targets: Vec<_> = targets.iter().map(item).collect();
        let rest = block.group_conditions.iter().map(item);
        let items: Vec<_> = targets.iter().cloned().chain(rest).collect();
        let aggregated = items.iter().any(|item| has_aggregate(item));
        let plain = !block.is_grouped && !aggregated;
        if plain || block.merges_columns || has_sets(text, block) {
            return Ok(());
        }
        let Some(groups) = groups(text, block, &targets, level) else {
            return Ok(());
        };
        for item in &items {
            let (expression, _) = without_alias(item);
            self.check_item(expression, &groups, block, level)?;
        }
        Ok(())
    }

    fn check_item(
        &self,
        item: &[Token<'_>],
        groups: &Groups<'_>,
        block: &Block,
        level: &[InScope],
    ) -> Result<(), SqlError> {
        if item.last().is_some_and(|token| token.is("*")) {
            return Ok(());
        }
        let left = self.outside_of_groups(item, groups);
        for reference in references(&left).columns {
            let is_output =
                reference.qualifier.is_none() && block.found.aliases.contains(&reference.column);
            let Some(place) = place(&reference, level).filter(|_| !is_output) else {
                continue;
            };
            if !groups.columns.contains(&place) && !self.is_told(&place, groups, level) {
                let name = format!("{}.{}", level[place.0].alias, place.1);
                let message = format!(
                    "column \"{name}\" must appear in the GROUP BY clause or be used in an \
                     aggregate function"
                );
                return Err(SqlError::new(SqlState::GROUPING_ERROR, message, name));
            }
        }
        Ok(())
    }

    /// The item without its aggregates and without what the rows are grouped by.
    fn outside_of_groups(&self, item: &[Token<'_>], groups: &Groups<'_>) -> String {
        let mut left = Vec::new();
        let mut index = 0;
        while let Some(token) = item.get(index) {
            let grouped = groups
                .expressions
                .iter()
                .find(|expression| starts_with(&item[index..], expression));
            if let Some(expression) = grouped {
                index += expression.len();
                left.push("1");
            } else if let Some(after) = self.aggregate_end(item, index) {
                index = after;
                left.push("1");
            } else {
                left.push(token.text);
                index += 1;
            }
        }
        left.join(" ").replace(" . ", ".")
    }

    /// The index behind a call of an aggregate, or of a function that may be one.
    fn aggregate_end(&self, item: &[Token<'_>], index: usize) -> Option<usize> {
        let name = item[index].identifier()?;
        let is_call = item.get(index + 1).is_some_and(|token| token.is("("));
        let is_known = !builtin_functions(name.as_str()).is_empty()
            || self.functions.keys().any(|known| known.name.name == name)
            || references(&format!("{name}(1)")).functions.is_empty();
        let is_aggregate = AGGREGATES.contains(&name.as_str());
        if !is_call || (is_known && !is_aggregate) {
            return None;
        }
        let mut after = closing(item, index + 1)? + 1;
        for clause in ["filter", "within"] {
            if item.get(after).is_some_and(|token| token.is(clause)) {
                let open = item[after..].iter().position(|token| token.is("("))?;
                after = closing(item, after + open)? + 1;
            }
        }
        let is_window = item.get(after).is_some_and(|token| token.is("over"));
        (!is_window).then_some(after)
    }

    /// The rows of the column's table are told apart by what is grouped by: its primary key.
    fn is_told(&self, place: &Place, groups: &Groups<'_>, level: &[InScope]) -> bool {
        let relation = level[place.0].relation.as_ref();
        let Some(Relation::Table(table)) = relation.and_then(|name| self.relations.get(name))
        else {
            return false;
        };
        table
            .constraints
            .values()
            .any(|constraint| match &constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. } if !constraint.deferrable => columns
                    .iter()
                    .all(|column| groups.columns.contains(&(place.0, column.clone()))),
                _ => false,
            })
    }
}

/// Queries in parentheses have groups of their own.
fn without_queries<'t>(item: &[Token<'t>]) -> Vec<Token<'t>> {
    let mut own = Vec::new();
    let mut index = 0;
    while let Some(token) = item.get(index) {
        let is_query = token.is("(")
            && item
                .get(index + 1)
                .is_some_and(|next| next.is_any(&["select", "with"]));
        match is_query.then(|| closing(item, index)).flatten() {
            Some(close) => index = close + 1,
            None => {
                own.push(*token);
                index += 1;
            }
        }
    }
    own
}

/// GROUPING SETS and the like make groups of their own.
fn has_sets(text: &str, block: &Block) -> bool {
    block.group_by.iter().any(|(start, end)| {
        let tokens = tokenize(text.get(*start..*end).unwrap_or_default());
        tokens
            .iter()
            .any(|token| token.is_any(&["rollup", "cube", "sets", "distinct", "all"]))
    })
}

/// `None` where a group is by something that is not understood.
fn groups<'t>(
    text: &'t str,
    block: &Block,
    targets: &[Vec<Token<'t>>],
    level: &[InScope],
) -> Option<Groups<'t>> {
    let mut groups = Groups {
        columns: BTreeSet::new(),
        expressions: Vec::new(),
    };
    for (start, end) in &block.group_by {
        let mut item = tokenize(text.get(*start..*end)?);
        if let [only] = item.as_slice() {
            if let Ok(number) = only.text.parse::<usize>() {
                item = without_alias(targets.get(number.checked_sub(1)?)?)
                    .0
                    .to_vec();
            } else if let Some(name) = only.identifier()
                && !level
                    .iter()
                    .any(|one| one.columns.iter().any(|column| column.name == name))
            {
                let named = targets.iter().find(|target| {
                    let (_, alias) = without_alias(target);
                    alias.is_some_and(|alias| alias == name)
                });
                item = without_alias(named?).0.to_vec();
            }
        }
        groups.columns.extend(column_of(&item, level));
        groups.expressions.push(item);
    }
    Some(groups)
}

/// The column that an expression is, if it is nothing but a column.
fn column_of(item: &[Token<'_>], level: &[InScope]) -> Option<Place> {
    let text: String = item.iter().map(|token| token.text).collect();
    let found = references(&text);
    match found.columns.as_slice() {
        [only] if item.len() <= 5 && item.len() % 2 == 1 => place(only, level),
        _ => None,
    }
}

fn place(reference: &ColumnReference, level: &[InScope]) -> Option<Place> {
    let column = &reference.column;
    let is_meant = |one: &InScope| {
        let named = reference.qualifier.as_ref();
        named.is_none_or(|name| one.alias == name.name)
            && one.columns.iter().any(|known| known.name == *column)
    };
    let mut found = level.iter().enumerate().filter(|(_, one)| is_meant(one));
    let (index, _) = found.next()?;
    found.next().is_none().then(|| (index, column.clone()))
}

fn has_aggregate(item: &[Token<'_>]) -> bool {
    item.windows(2).enumerate().any(|(index, pair)| {
        let is_call = pair[0].is_any(AGGREGATES) && pair[1].is("(");
        let after = closing(item, index + 1).and_then(|close| item.get(close + 1));
        let is_window = after.is_some_and(|token| token.is("over"));
        // `FILTER (...) OVER` is rare enough to be passed over.
        is_call && !is_window && !after.is_some_and(|token| token.is("filter"))
    })
}

fn starts_with(item: &[Token<'_>], expression: &[Token<'_>]) -> bool {
    let same = |(one, other): (&Token<'_>, &Token<'_>)| one.text.eq_ignore_ascii_case(other.text);
    // A longer name is another one: `a` is not `a.b`.
    let ends = item.get(expression.len()).is_none_or(|next| !next.is("."));
    expression.len() <= item.len() && ends && item.iter().zip(expression).all(same)
}

fn closing(tokens: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, token) in tokens.get(open..)?.iter().enumerate() {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(open + offset);
            }
        }
    }
    None
}
