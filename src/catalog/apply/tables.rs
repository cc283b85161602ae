//! Whole tables: dropped, renamed, made from a query.

use crate::catalog::expression::{Token, references, tokenize};
use crate::catalog::{
    Applied, Catalog, Changes, Column, ObjectAddress, Persistence, Relation, Rows, Table, errors,
};
use crate::model::{Identifier, ObjectName, SqlError};

impl Catalog {
    pub(super) fn drop_relation(
        &mut self,
        name: &ObjectName,
        kind: &str,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Applied, SqlError> {
        match self.relation_to_drop(name, kind, if_exists)? {
            Ok(found) => self.drop_one(ObjectAddress::Relation(found), cascade),
            Err(skipped) => Ok(skipped),
        }
    }

    /// `ALTER TABLE ... RENAME TO` takes views, sequences and indexes, too.
    pub(super) fn rename_table(
        &mut self,
        table: &ObjectName,
        new_name: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_relation(table) else {
            self.require_schema(table)?;
            let error = errors::no_relation(table);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        };
        if self
            .relations
            .get(&found)
            .is_some_and(|one| one.as_index().is_some())
        {
            return self.rename_index(&found, new_name, false);
        }
        let new = ObjectName {
            schema: found.schema.clone(),
            name: new_name.clone(),
        };
        if self.relation_name_taken(&new) {
            return Err(errors::relation_exists(&new));
        }
        if self.types.contains(&new) {
            return Err(errors::type_exists(&new));
        }
        self.move_relation(&found, &new);
        Ok(Applied::changed())
    }

    /// `ALTER VIEW`, `ALTER SEQUENCE` and the like refuse relations of other kinds.
    pub(super) fn rename_relation(
        &mut self,
        name: &ObjectName,
        new_name: &Identifier,
        kind: &str,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        if let Some(found) = self.resolve_relation(name)
            && self
                .relations
                .get(&found)
                .is_some_and(|relation| relation.kind() != kind)
        {
            return Err(errors::not_a(&found, &format!("a {kind}")));
        }
        self.rename_table(name, new_name, if_exists)
    }

    pub(super) fn create_table_as(
        &mut self,
        table: &ObjectName,
        query: &str,
        if_not_exists: bool,
        temporary: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.new_table_name(table, temporary)?;
        if self.relation_name_taken(&name) {
            let error = errors::relation_exists(&name);
            if if_not_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        self.check_query(query)?;
        let (columns, columns_incomplete) = self.output_columns(query);
        let mut changes = Changes::default();
        if columns_incomplete {
            changes.undecided.push(format!("the columns of {name}"));
        }
        let persistence = match temporary {
            true => Persistence::Temporary {
                drop_on_commit: false,
            },
            false => Persistence::Permanent,
        };
        let table = Table {
            columns,
            columns_incomplete,
            persistence,
            rows: Rows::Unknown,
            ..Table::default()
        };
        self.relations.insert(name, Relation::Table(table));
        Ok(Applied::Changed(changes))
    }

    /// The columns that a query gives, and whether some are not known.
    pub(super) fn output_columns(&self, query: &str) -> (Vec<Column>, bool) {
        let tokens = tokenize(query);
        let Some(items) = select_list(&tokens) else {
            return (Vec::new(), true);
        };
        let found = references(query);
        let mut columns: Vec<Column> = Vec::new();
        for item in items {
            let text = match (item.first(), item.last()) {
                (Some(first), Some(last)) => &query[first.start..last.end()],
                _ => return (columns, true),
            };
            if text == "*" || text.ends_with(".*") {
                let alias = text.strip_suffix(".*").map(Identifier::from_sql);
                match self.star_columns(&found, alias.as_ref()) {
                    Some(more) => columns.extend(more),
                    None => return (columns, true),
                }
                continue;
            }
            match self.output_column(item, text, &found) {
                Some(column) => columns.push(column),
                None => return (columns, true),
            }
        }
        (columns, false)
    }

    fn star_columns(
        &self,
        found: &crate::catalog::expression::References,
        alias: Option<&Identifier>,
    ) -> Option<Vec<Column>> {
        if !found.opaque_sources.is_empty() {
            return None;
        }
        let sources = found
            .sources
            .iter()
            .filter(|source| alias.is_none_or(|name| source.alias == *name));
        let mut columns = Vec::new();
        for source in sources {
            let name = self.resolve_relation(&source.relation)?;
            if self.columns_incomplete(&name) {
                return None;
            }
            let own = super::columns::columns_of(self.relations.get(&name)?)?;
            columns.extend(own.iter().map(bare_column));
        }
        Some(columns)
    }

    /// `expression AS name`, `expression name`, `u.email`.
    fn output_column(
        &self,
        item: &[Token<'_>],
        text: &str,
        found: &crate::catalog::expression::References,
    ) -> Option<Column> {
        let last = item.last()?;
        let name = last.identifier()?;
        let sources = found.sources.iter();
        let all: Vec<Column> = sources
            .filter_map(|source| {
                self.relations
                    .get(&self.resolve_relation(&source.relation)?)
            })
            .filter_map(super::columns::columns_of)
            .flatten()
            .cloned()
            .collect();
        let explicit = item.len() > 2 && item[item.len() - 2].is("as");
        let expression = match explicit {
            true => text.get(..item[item.len() - 2].start - item[0].start)?,
            false if item.len() == 1 || item[item.len() - 2].is(".") => text,
            false => text.get(..last.start - item[0].start)?,
        };
        let unqualified = expression.rsplit('.').next().unwrap_or(expression).trim();
        let data_type = match all
            .iter()
            .find(|column| column.name.as_str() == unqualified)
        {
            Some(column) => column.data_type.clone(),
            None => self.type_of(expression, &all).ok().flatten()?,
        };
        let data_type = match data_type.name.name.as_str() {
            "unknown" => crate::model::DataType::named("text"),
            _ => data_type,
        };
        Some(Column::new(name.as_str(), data_type))
    }
}

/// A query's output has the names and types of what it reads, and nothing else.
fn bare_column(column: &Column) -> Column {
    let mut bare = Column::new(column.name.as_str(), column.data_type.clone());
    bare.collation = column.collation.clone();
    bare
}

/// The items between SELECT and FROM of a plain query; `None` for WITH, UNION and the like.
fn select_list<'t, 'a>(tokens: &'t [Token<'a>]) -> Option<Vec<&'t [Token<'a>]>> {
    if !tokens.first()?.is("select") {
        return None;
    }
    let mut start = 1;
    if tokens.get(1)?.is_any(&["distinct", "all"]) {
        start = 2;
    }
    if tokens.get(start)?.is("on") {
        return None;
    }
    let mut items = Vec::new();
    let mut depth = 0usize;
    let mut ended = false;
    let mut from = start;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        if token.is_any(&["(", "["]) {
            depth += 1;
        } else if token.is_any(&[")", "]"]) {
            depth = depth.checked_sub(1)?;
        } else if depth == 0 && token.is_any(&["union", "intersect", "except"]) {
            return None;
        } else if depth == 0 && !ended && (token.is(",") || token.is("from")) {
            items.push(&tokens[from..index]);
            from = index + 1;
            ended = token.is("from");
        }
    }
    if !ended {
        items.push(&tokens[from..]);
    }
    Some(items)
}
