//! Relations and columns in FROM clauses and expressions (`parse_relation.c`).

use std::collections::BTreeSet;

use crate::catalog::expression::{References, references};
use crate::catalog::{Catalog, Column, Relation, errors};
use crate::model::{Identifier, ObjectName, SqlError, SqlState};

/// Where a text's names lead.
#[derive(Debug, Default)]
pub(crate) struct Bound {
    pub(crate) reads: BTreeSet<ObjectName>,
    pub(crate) columns: BTreeSet<(ObjectName, Identifier)>,
}

/// One relation in scope.
struct InScope {
    relation: ObjectName,
    alias: Identifier,
    columns: Vec<Column>,
    /// Any other column may be there, too.
    open: bool,
    /// One of the server's own, which the catalog does not hold.
    of_system: bool,
}

impl Catalog {
    /// Checks an expression over the columns of one relation: a default, a check, a policy.
    pub(crate) fn check_own_expression(
        &self,
        relation: &ObjectName,
        text: &str,
    ) -> Result<(), SqlError> {
        self.bind(&references(text), Some(relation)).map(|_| ())?;
        self.check_literals(text, Some(relation))
    }

    /// Checks a whole query or statement.
    pub(crate) fn check_query(&self, text: &str) -> Result<Bound, SqlError> {
        let bound = self.bind(&references(text), None)?;
        self.check_literals(text, None)?;
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

    fn bind(&self, found: &References, own: Option<&ObjectName>) -> Result<Bound, SqlError> {
        let mut scope = Vec::new();
        let mut open = !found.opaque_sources.is_empty();
        if let Some(own) = own {
            scope.extend(self.in_scope(own, own.name.clone()));
        }
        for source in &found.sources {
            let bare = source.relation.schema.is_none();
            if bare && found.opaque_sources.contains(&source.relation.name) {
                continue;
            }
            match self.readable(&source.relation)? {
                Some(name) => scope.extend(self.in_scope(&name, source.alias.clone())),
                None => {
                    open = true;
                    scope.push(InScope {
                        relation: source.relation.clone(),
                        alias: source.alias.clone(),
                        columns: Vec::new(),
                        open: true,
                        of_system: true,
                    });
                }
            }
        }
        self.check_types(found)?;
        let columns: Vec<_> = scope
            .iter()
            .flat_map(|one| one.columns.iter().cloned())
            .collect();
        self.check_calls(found, &columns)?;
        let mut bound = Bound::default();
        bound.reads.extend(
            scope
                .iter()
                .skip(usize::from(own.is_some()))
                .filter(|one| !one.of_system)
                .map(|one| one.relation.clone()),
        );
        bind_stars(found, &scope, &mut bound);
        for reference in &found.columns {
            bind_column(reference, found, &scope, open, &mut bound)?;
        }
        Ok(bound)
    }

    /// The relation read, `None` for one of the system's; 42P01 if it is not there.
    fn readable(&self, written: &ObjectName) -> Result<Option<ObjectName>, SqlError> {
        if let Some(found) = self.resolve_relation(written) {
            if self
                .relations
                .get(&found)
                .is_some_and(|one| one.as_index().is_some())
            {
                let message = format!("\"{}\" is an index", found.name);
                return Err(SqlError::new(
                    SqlState::WRONG_OBJECT_TYPE,
                    message,
                    found.to_string(),
                ));
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
            relation: name.clone(),
            alias,
            columns,
            open,
            of_system: false,
        })
    }

    fn check_types(&self, found: &References) -> Result<(), SqlError> {
        for name in &found.types {
            let data_type = crate::model::DataType::from_sql(&name.to_string());
            let partial = ["double", "character", "bit", "national", "char", "nchar"];
            if !partial.contains(&name.name.as_str()) && !name.name.as_str().contains('{') {
                self.resolve_data_type(&data_type)?;
            }
        }
        Ok(())
    }
}

fn bind_stars(found: &References, scope: &[InScope], bound: &mut Bound) {
    for star in &found.stars {
        for one in scope
            .iter()
            .filter(|one| star.as_ref().is_none_or(|alias| one.alias == *alias))
        {
            let columns = one
                .columns
                .iter()
                .map(|column| (one.relation.clone(), column.name.clone()));
            bound.columns.extend(columns);
        }
    }
}

fn bind_column(
    reference: &crate::catalog::expression::ColumnReference,
    found: &References,
    scope: &[InScope],
    open: bool,
    bound: &mut Bound,
) -> Result<(), SqlError> {
    let column = &reference.column;
    if column.as_str().contains('{') {
        return Ok(());
    }
    let candidates: Vec<_> = match &reference.qualifier {
        Some(qualifier) => scope
            .iter()
            .filter(|one| answers_to(one, qualifier))
            .collect(),
        None => scope.iter().collect(),
    };
    if let Some(one) = candidates.iter().find(|one| has_column(one, column)) {
        bound.columns.insert((one.relation.clone(), column.clone()));
        return Ok(());
    }
    if candidates.iter().any(|one| one.open) || is_system_column(column) {
        return Ok(());
    }
    match &reference.qualifier {
        Some(qualifier) if candidates.is_empty() => {
            unknown_qualifier(qualifier, column, found, scope, open)
        }
        Some(qualifier) => {
            let name = format!("{}.{column}", qualifier.name);
            Err(errors::no_column(
                &name,
                candidates.first().map(|one| &one.relation),
            ))
        }
        None => {
            let named = found.aliases.contains(column)
                || found.opaque_sources.contains(column)
                || scope.iter().any(|one| one.alias == *column);
            match named || open {
                true => Ok(()),
                false => Err(errors::no_column(
                    column.as_str(),
                    scope.first().map(|one| &one.relation),
                )),
            }
        }
    }
}

/// A qualifier that is no relation in scope: a subquery, a composite column, OLD and NEW.
fn unknown_qualifier(
    qualifier: &ObjectName,
    column: &Identifier,
    found: &References,
    scope: &[InScope],
    open: bool,
) -> Result<(), SqlError> {
    let name = &qualifier.name;
    let special = ["old", "new", "excluded", "pg_catalog", "information_schema"];
    let known = special.contains(&name.as_str())
        || found.opaque_sources.contains(name)
        || found.aliases.contains(name)
        || qualifier.schema.is_some()
        || scope.iter().any(|one| has_column(one, name));
    if known || (open && found.sources.is_empty()) || name.as_str().contains('{') {
        return Ok(());
    }
    let message = format!("missing FROM-clause entry for table \"{name}\"");
    Err(SqlError::new(
        SqlState::UNDEFINED_TABLE,
        message,
        qualifier.part(column.as_str()),
    ))
}

fn answers_to(one: &InScope, qualifier: &ObjectName) -> bool {
    match &qualifier.schema {
        None => one.alias == qualifier.name,
        Some(_) => one.relation == *qualifier,
    }
}

fn has_column(one: &InScope, column: &Identifier) -> bool {
    one.columns.iter().any(|found| found.name == *column)
}

fn is_system_column(column: &Identifier) -> bool {
    ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"].contains(&column.as_str())
}
