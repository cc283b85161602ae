//! Relations and columns in FROM clauses and expressions (`parse_relation.c`), level by level.

use std::collections::BTreeSet;

use super::scope::{EXCLUDED, InScope, Level, Output};
use crate::catalog::expression::{Block, Derived, Source, With, blocks};
use crate::catalog::{Catalog, Column, Relation, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

/// Where a text's names lead, and what rows it gives.
#[derive(Debug, Default)]
pub(crate) struct Bound {
    pub(crate) reads: BTreeSet<ObjectName>,
    pub(crate) columns: BTreeSet<(ObjectName, Identifier)>,
    pub(crate) output: Output,
    /// What the query of an INSERT gives.
    pub(crate) inserted: Option<Output>,
}

impl Catalog {
    /// Checks an expression over the columns of one relation: a default, a check, a policy.
    pub(crate) fn check_own_expression(
        &self,
        relation: &ObjectName,
        text: &str,
    ) -> Result<(), SqlError> {
        let own = self.in_scope(relation, relation.name.clone());
        self.bind(text, own.into_iter().collect())?;
        self.check_literals(text, Some(relation))
    }

    /// Checks the WHEN of a trigger, over OLD and NEW.
    pub(crate) fn check_trigger_condition(
        &self,
        relation: &ObjectName,
        text: &str,
    ) -> Result<(), SqlError> {
        let rows = ["old", "new"].map(|row| self.in_scope(relation, row.into()));
        let rows: Level = rows
            .into_iter()
            .flatten()
            .map(|row| InScope {
                relation: None,
                ..row
            })
            .collect();
        self.bind(text, rows).map(|_| ())
    }

    /// Checks a whole query or statement.
    pub(crate) fn check_query(&self, text: &str) -> Result<Bound, SqlError> {
        let bound = self.bind(text, Level::new())?;
        let mut reads = bound.reads.iter();
        // Where there is one relation, a name without a qualifier is its column's.
        let only = reads.next().filter(|_| reads.next().is_none());
        self.check_literals(text, only)?;
        self.check_qualified_comparisons(text)?;
        Ok(bound)
    }

    /// Checks a query or statement that changes nothing in the catalog: 42P01, 42703, 42883 and the
    /// like, as far as its text tells.
    ///
    /// # Errors
    /// The error with which the server would refuse it.
    pub fn check_statement(&self, text: &str) -> Result<(), SqlError> {
        self.check_query(text).map(|_| ())
    }

    /// Checks the statements of a function's body, whose parameters look like columns.
    pub(crate) fn check_function_body(&self, text: &str) -> Result<(), SqlError> {
        self.bind(text, vec![InScope::anything()]).map(|_| ())
    }

    /// `own` is what the text stands in.
    fn bind(&self, text: &str, own: Level) -> Result<Bound, SqlError> {
        let statements = blocks(text);
        statements.iter().try_for_each(refuse_unnamed)?;
        let mut binder = Binder {
            catalog: self,
            text,
            with: Vec::new(),
            bound: Bound::default(),
        };
        let mut outer = match own.is_empty() {
            true => Vec::new(),
            false => vec![own],
        };
        for statement in &statements {
            binder.bound.output = binder.query(statement, &mut outer)?.settled();
        }
        Ok(binder.bound)
    }

    /// The relation read, `None` for one of the system's; 42P01 if it is not there.
    pub(super) fn readable(&self, written: &ObjectName) -> Result<Option<ObjectName>, SqlError> {
        if let Some(found) = self.resolve_relation(written) {
            let relation = self.relations.get(&found);
            if relation.is_some_and(|one| one.as_index().is_some()) {
                let message = format!("\"{}\" is an index", found.name);
                let object = found.to_string();
                return Err(SqlError::new(SqlState::WRONG_OBJECT_TYPE, message, object));
            }
            return Ok(Some(found));
        }
        let name = written.name.as_str();
        let system = written
            .schema
            .as_ref()
            .is_some_and(crate::catalog::resolve::is_system_schema)
            || name.starts_with("pg_")
            || name.contains('{');
        match system || self.extension_may_have_relations() {
            true => Ok(None),
            false => Err(errors::no_relation(written)),
        }
    }

    fn extension_may_have_relations(&self) -> bool {
        const WITH_RELATIONS: &[&str] =
            &["pg_stat_statements", "postgis", "pg_cron", "timescaledb"];
        self.extensions
            .keys()
            .any(|name| WITH_RELATIONS.contains(&name.as_str()))
    }

    fn in_scope(&self, name: &ObjectName, alias: Identifier) -> Option<InScope> {
        let (columns, open) = match self.relations.get(name)? {
            Relation::Table(table) => (table.columns.clone(), table.columns_incomplete),
            Relation::View(view) | Relation::MaterializedView(view) => {
                (view.columns.clone(), view.columns_incomplete)
            }
            Relation::Sequence(_) | Relation::Index(_) => (Vec::new(), true),
        };
        Some(InScope {
            relation: Some(name.clone()),
            alias,
            columns,
            open,
        })
    }
}

/// Before 16 every subquery in FROM must have a name (gram.y, `table_ref`).
fn refuse_unnamed(block: &Block) -> Result<(), SqlError> {
    for derived in &block.derived {
        if derived.alias.is_none() {
            let values = derived.block.value_count.is_some();
            let what = if values { "VALUES" } else { "subquery" };
            let message = format!("{what} in FROM must have an alias");
            return Err(SqlError::new(SqlState::SYNTAX_ERROR, message, ""));
        }
    }
    let with = block.with.iter().map(|with| &with.block);
    let derived = block.derived.iter().map(|derived| &derived.block);
    with.chain(derived)
        .chain(&block.nested)
        .chain(&block.arms)
        .try_for_each(refuse_unnamed)
}

struct Binder<'c> {
    catalog: &'c Catalog,
    text: &'c str,
    /// The common table expressions that are in sight, the nearest last.
    with: Vec<(Identifier, Output)>,
    bound: Bound,
}

impl Binder<'_> {
    fn query(&mut self, block: &Block, outer: &mut Vec<Level>) -> Result<Output, SqlError> {
        if block.unread {
            return Ok(Output::unknown());
        }
        let in_sight = self.with.len();
        for with in &block.with {
            let output = self.with_query(with, outer)?;
            self.with.push((with.name.clone(), output));
        }
        let mut united = vec![("", self.level(block, outer)?)];
        for arm in &block.arms {
            let output = self.query(arm, outer)?;
            match united.last_mut() {
                // It binds more tightly than the others.
                Some((_, last)) if arm.set_operator == "INTERSECT" => {
                    self.catalog.unite(arm.set_operator, last, output)?;
                }
                _ => united.push((arm.set_operator, output)),
            }
        }
        let mut parts = united.into_iter();
        let mut output = parts.next().map(|(_, output)| output).unwrap_or_default();
        for (operator, part) in parts {
            self.catalog.unite(operator, &mut output, part)?;
        }
        self.with.truncate(in_sight);
        Ok(output)
    }

    fn with_query(&mut self, with: &With, outer: &mut Vec<Level>) -> Result<Output, SqlError> {
        if with.recursive {
            // Its own rows, while they are being found.
            self.with.push((with.name.clone(), Output::unknown()));
        }
        let output = self.query(&with.block, outer)?;
        if with.recursive {
            self.with.pop();
        }
        Ok(output.settled().named(&with.columns))
    }

    fn level(&mut self, block: &Block, outer: &mut Vec<Level>) -> Result<Output, SqlError> {
        let mut level = Level::new();
        for source in &block.found.sources {
            let found = self.source(source)?;
            level.push(found);
        }
        // What an INSERT could not insert goes by a name of its own in ON CONFLICT.
        if block.nested.iter().any(|nested| nested.is_inserted) {
            let proposed = level.first().cloned();
            level.extend(proposed.map(|target| InScope {
                relation: None,
                alias: EXCLUDED.into(),
                ..target
            }));
        }
        for derived in &block.derived {
            let found = self.derived(derived, &mut level, outer)?;
            level.push(found);
        }
        let functions = block.found.function_sources.iter();
        level.extend(functions.map(|alias| InScope::unknown(alias.clone())));
        self.catalog.check_types(&block.found)?;
        let in_sight = outer.iter().chain([&level]).flatten();
        let columns: Vec<Column> = in_sight.flat_map(|one| one.columns.clone()).collect();
        self.catalog.check_calls(&block.found, &columns)?;
        outer.push(level);
        let rest = self.expressions(block, outer);
        outer.pop();
        rest
    }

    /// What stands beside FROM.
    fn expressions(&mut self, block: &Block, outer: &mut Vec<Level>) -> Result<Output, SqlError> {
        for star in &block.found.stars {
            super::scope::star(star.as_ref(), outer, &mut self.bound.columns)?;
        }
        for reference in &block.found.columns {
            let found = super::scope::column(reference, block, outer)?;
            self.bound.columns.extend(found);
        }
        for nested in &block.nested {
            let hidden = if nested.is_inserted {
                outer.pop()
            } else {
                None
            };
            let found = self.query(nested, outer);
            outer.extend(hidden);
            let output = found?;
            if nested.is_inserted {
                self.bound.inserted = Some(output);
            }
        }
        let level = outer.last().map_or(&[][..], Vec::as_slice);
        self.catalog.check_grouping(self.text, block, level)?;
        Ok(match (&block.targets, block.value_count) {
            (_, Some(count)) => Output::values(count),
            (Some(targets), None) => self.catalog.output(self.text, targets, block, level)?,
            (None, None) => Output::default(),
        })
    }

    fn source(&mut self, source: &Source) -> Result<InScope, SqlError> {
        let name = &source.relation;
        let with = self.with.iter().rev();
        let named = with
            .filter(|_| name.schema.is_none())
            .find(|(with, _)| *with == name.name);
        if let Some((_, output)) = named {
            return Ok(output.clone().under(source.alias.clone()));
        }
        let Some(found) = self.catalog.readable(name)? else {
            let mut unknown = InScope::unknown(source.alias.clone());
            unknown.relation = Some(name.clone());
            return Ok(unknown);
        };
        self.bound.reads.insert(found.clone());
        let in_scope = self.catalog.in_scope(&found, source.alias.clone());
        Ok(in_scope.unwrap_or_else(|| InScope::unknown(source.alias.clone())))
    }

    /// A subquery in FROM; LATERAL, it sees what stands before it.
    fn derived(
        &mut self,
        derived: &Derived,
        level: &mut Level,
        outer: &mut Vec<Level>,
    ) -> Result<InScope, SqlError> {
        outer.push(std::mem::take(level));
        let output = self.query(&derived.block, outer);
        *level = outer.pop().unwrap_or_default();
        let alias = derived.alias.clone().unwrap_or_default();
        Ok(output?.settled().named(&derived.columns).under(alias))
    }
}
