//! The names that can be read at one place, and how a column is found among them.

use std::collections::BTreeSet;

use crate::catalog::apply::is_untyped;
use crate::catalog::expression::{Block, ColumnReference, References};
use crate::catalog::{Catalog, Column, errors};
use crate::model::{DataType, Identifier, ObjectName, SqlError, SqlState};

/// One relation, subquery or function whose columns can be named.
#[derive(Debug, Clone)]
pub(super) struct InScope {
    /// `None` for what is no relation of its own.
    pub(super) relation: Option<ObjectName>,
    pub(super) alias: Identifier,
    pub(super) columns: Vec<Column>,
    /// Any other column may be there, too.
    pub(super) open: bool,
}

/// The name of the row that ON CONFLICT kept out.
pub(super) const EXCLUDED: &str = "excluded";

/// What one FROM clause brings into sight.
pub(super) type Level = Vec<InScope>;

/// The columns that a query gives.
#[derive(Debug, Clone, Default)]
pub(crate) struct Output {
    pub(crate) columns: Vec<Column>,
    /// They are not all known.
    pub(crate) incomplete: bool,
}

impl InScope {
    pub(super) fn unknown(alias: Identifier) -> Self {
        Self {
            relation: None,
            alias,
            columns: Vec::new(),
            open: true,
        }
    }

    /// Whatever name is not found elsewhere.
    pub(super) fn anything() -> Self {
        Self::unknown(Identifier::default())
    }

    fn is_anything(&self) -> bool {
        self.open && self.alias.as_str().is_empty()
    }

    fn answers_to(&self, qualifier: &ObjectName) -> bool {
        match &qualifier.schema {
            None => self.alias == qualifier.name,
            Some(_) => self.relation.as_ref() == Some(qualifier),
        }
    }

    fn has(&self, column: &Identifier) -> bool {
        self.columns.iter().any(|found| found.name == *column)
    }
}

impl Output {
    pub(super) fn unknown() -> Self {
        Self {
            columns: Vec::new(),
            incomplete: true,
        }
    }

    /// `column1`, `column2` ... of a VALUES list.
    pub(super) fn values(count: usize) -> Self {
        let name = |number| format!("column{number}");
        let columns = (1..=count).map(|number| Column::new(&*name(number), DataType::named("?")));
        Self {
            columns: columns.collect(),
            incomplete: false,
        }
    }

    /// The names that a column list gives.
    pub(super) fn named(mut self, names: &[Identifier]) -> Self {
        for (column, name) in self.columns.iter_mut().zip(names) {
            column.name = name.clone();
        }
        if self.incomplete {
            let known = self.columns.len().min(names.len());
            let more = names[known..].iter();
            let untold = |name: &Identifier| Column::new(name.as_str(), DataType::named("?"));
            self.columns.extend(more.map(untold));
        }
        self
    }

    pub(super) fn under(self, alias: Identifier) -> InScope {
        InScope {
            relation: None,
            alias,
            columns: self.columns,
            open: self.incomplete,
        }
    }

    /// Literals that nothing has given a type are text.
    pub(super) fn settled(mut self) -> Self {
        for column in &mut self.columns {
            if is_untyped(&column.data_type) {
                column.data_type = DataType::named("text");
            }
        }
        self
    }
}

/// `*` or `alias.*`: notes the columns that it stands for.
pub(super) fn star(
    alias: Option<&Identifier>,
    levels: &[Level],
    columns: &mut BTreeSet<(ObjectName, Identifier)>,
) -> Result<(), SqlError> {
    let own = levels.last().map_or(&[][..], Vec::as_slice);
    let wanted = |one: &&InScope| alias.is_none_or(|alias| one.alias == *alias);
    let mut found = own.iter().filter(wanted).peekable();
    if let Some(alias) = alias.filter(|_| found.peek().is_none()) {
        let mut outer = levels.iter().flatten();
        let known = outer.any(|one| one.alias == *alias || one.is_anything());
        return match known || is_special(alias) {
            true => Ok(()),
            false => Err(missing(alias, &format!("{alias}.*"))),
        };
    }
    for one in found {
        let relation = one.relation.iter();
        columns.extend(relation.flat_map(|relation| {
            let names = one.columns.iter();
            names.map(|column| (relation.clone(), column.name.clone()))
        }));
    }
    Ok(())
}

/// The relation's column that a name leads to; `None` where it is none of a relation's own.
pub(super) fn column(
    reference: &ColumnReference,
    block: &Block,
    levels: &[Level],
) -> Result<Option<(ObjectName, Identifier)>, SqlError> {
    let column = &reference.column;
    if column.as_str().contains('{') {
        return Ok(None);
    }
    match &reference.qualifier {
        Some(qualifier) => qualified(qualifier, column, &block.found, levels),
        None => bare(reference, block, levels),
    }
}

type Found = Result<Option<(ObjectName, Identifier)>, SqlError>;

fn of(one: &InScope, column: &Identifier) -> Option<(ObjectName, Identifier)> {
    Some((one.relation.clone()?, column.clone()))
}

fn qualified(
    qualifier: &ObjectName,
    column: &Identifier,
    found: &References,
    levels: &[Level],
) -> Found {
    for level in levels.iter().rev() {
        let mut candidates = level
            .iter()
            .filter(|one| one.answers_to(qualifier))
            .peekable();
        let Some(first) = candidates.peek().copied() else {
            continue;
        };
        let mut open = false;
        for one in candidates {
            if one.has(column) {
                return Ok(of(one, column));
            }
            open |= one.open;
        }
        if open || is_system_column(column) {
            return Ok(None);
        }
        let name = format!("{}.{column}", qualifier.name);
        return Err(errors::no_column(&name, first.relation.as_ref()));
    }
    let name = &qualifier.name;
    let mut all = levels.iter().flatten();
    let known = is_special(name)
        || qualifier.schema.is_some()
        || found.aliases.contains(name)
        || all.any(|one| one.has(name) || one.is_anything())
        || name.as_str().contains('{');
    match known {
        true => Ok(None),
        false => {
            let hidden = |one: &InScope| {
                one.relation
                    .as_ref()
                    .is_some_and(|found| found.name == *name)
            };
            let mut error = missing(name, &qualifier.part(column.as_str()));
            // It is there, but under another name.
            if levels.iter().flatten().any(hidden) {
                error.message =
                    format!("invalid reference to FROM-clause entry for table \"{name}\"");
            }
            Err(error)
        }
    }
}

fn bare(reference: &ColumnReference, block: &Block, levels: &[Level]) -> Found {
    let column = &reference.column;
    let sorts = !block.is_select || reference.may_be_output;
    let aliased = sorts && block.found.aliases.contains(column);
    for (height, level) in levels.iter().rev().enumerate() {
        let found: Vec<_> = level.iter().filter(|one| one.has(column)).collect();
        if let Some(first) = found.first() {
            let plain = height == 0 && block.is_select && !block.merges_columns;
            if found.len() > 1 && plain && !aliased {
                let message = format!("column reference \"{column}\" is ambiguous");
                let object = column.as_str();
                return Err(SqlError::new(SqlState::AMBIGUOUS_COLUMN, message, object));
            }
            return Ok(of(first, column));
        }
        if level.iter().any(|one| one.open) {
            return Ok(None);
        }
    }
    let mut all = levels.iter().flatten();
    let named = aliased
        || block.found.opaque_sources.contains(column)
        || is_system_column(column)
        || all.any(|one| one.alias == *column);
    if named {
        return Ok(None);
    }
    let first = levels.iter().rev().flatten().next();
    let relation = first.and_then(|one| one.relation.as_ref());
    Err(errors::no_column(column.as_str(), relation))
}

fn missing(name: &Identifier, object: &str) -> SqlError {
    let message = format!("missing FROM-clause entry for table \"{name}\"");
    SqlError::new(SqlState::UNDEFINED_TABLE, message, object)
}

fn is_special(name: &Identifier) -> bool {
    let special = ["old", "new", "excluded", "pg_catalog", "information_schema"];
    special.contains(&name.as_str())
}

fn is_system_column(column: &Identifier) -> bool {
    ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid"].contains(&column.as_str())
}

impl Catalog {
    /// Types behind `::` and in CAST must be there.
    pub(super) fn check_types(&self, found: &References) -> Result<(), SqlError> {
        const PARTIAL: &[&str] = &["double", "character", "bit", "national", "char", "nchar"];
        for name in &found.types {
            let word = name.name.as_str();
            if PARTIAL.contains(&word) || word.contains('{') {
                continue;
            }
            let folded = name.schema.is_none() && word == word.to_lowercase();
            let data_type = match folded {
                true => DataType::named(word),
                false => DataType {
                    name: name.clone(),
                    modifiers: Vec::new(),
                    array_dimensions: 0,
                },
            };
            self.resolve_data_type(&data_type)?;
        }
        Ok(())
    }
}
