//! Primary keys, unique constraints, exclusions: constraints with an index behind them
//! (`transformIndexConstraint`, `DefineIndex`).

use super::constraints::declared;
use crate::catalog::expression::tokenize;
use crate::catalog::names::columns_addition;
use crate::catalog::{Catalog, Changes, ConstraintKind, Index, Relation, Rows, errors};
use crate::model::{
    ConstraintDefinition, Identifier, IndexDefinition, IndexKey, ObjectName, SqlError, SqlState,
};

impl Catalog {
    /// `nulls_not_distinct` is `None` for a primary key.
    pub(super) fn add_key(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        columns: &[Identifier],
        nulls_not_distinct: Option<bool>,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let primary = nulls_not_distinct.is_none();
        self.check_key_columns(table, columns, primary)?;
        if primary {
            self.refuse_second_primary_key(table)?;
        }
        self.covers_partition_key(table, columns)?;
        let label = if primary { "pkey" } else { "key" };
        let name = self.index_constraint_name(table, definition, columns, label)?;
        let keys: Vec<_> = columns.iter().map(column_key).collect();
        for key in &keys {
            self.check_operator_class(table, "btree", key)?;
        }
        if primary {
            self.require_not_null(table, columns, changes)?;
        }
        if self.table_at(table)?.rows != Rows::Empty {
            let columns: Vec<_> = columns.iter().map(Identifier::as_str).collect();
            changes.conditions.push(format!(
                "no two rows of {table} agree in {}",
                columns.join(", ")
            ));
        }
        let kind = match nulls_not_distinct {
            None => ConstraintKind::PrimaryKey {
                columns: columns.to_vec(),
                include: Vec::new(),
            },
            Some(nulls_not_distinct) => ConstraintKind::Unique {
                columns: columns.to_vec(),
                include: Vec::new(),
                nulls_not_distinct,
            },
        };
        let index = IndexDefinition {
            table: table.clone(),
            unique: true,
            nulls_not_distinct: nulls_not_distinct.unwrap_or(false),
            method: "btree".to_owned(),
            keys,
            include: Vec::new(),
            predicate: None,
            options: String::new(),
        };
        self.put_key(table, definition, name, kind, index, changes)
    }

    fn put_key(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        name: Identifier,
        kind: ConstraintKind,
        index: IndexDefinition,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let full_name = ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        changes.created.push(format!("index {full_name}"));
        let index = Index {
            definition: index,
            constraint: Some(name.clone()),
            partition_of: None,
            valid: true,
            comment: None,
        };
        self.relations.insert(full_name, Relation::Index(index));
        let constraint = declared(definition, kind);
        self.table_at_mut(table)?
            .constraints
            .insert(name, constraint);
        Ok(())
    }

    fn check_key_columns(
        &self,
        table: &ObjectName,
        columns: &[Identifier],
        primary: bool,
    ) -> Result<(), SqlError> {
        let found = self.table_at(table)?;
        for (position, column) in columns.iter().enumerate() {
            if columns[..position].contains(column) {
                return Err(appears_twice(table, column, primary));
            }
        }
        let missing = columns
            .iter()
            .find(|column| found.column(column.as_str()).is_none());
        match missing {
            Some(_) if found.columns_incomplete => Ok(()),
            // ADD PRIMARY KEY sets NOT NULL first.
            Some(column) if primary => Err(errors::no_column_of(table, column)),
            Some(column) => {
                let message = format!("column \"{column}\" named in key does not exist");
                let object = table.part(column.as_str());
                Err(SqlError::new(SqlState::UNDEFINED_COLUMN, message, object))
            }
            None => Ok(()),
        }
    }

    fn refuse_second_primary_key(&self, table: &ObjectName) -> Result<(), SqlError> {
        let has_one = self
            .table_at(table)?
            .constraints
            .values()
            .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
        if !has_one {
            return Ok(());
        }
        Err(second_primary_key(table))
    }

    /// The given name if it is free, or the one that the server chooses.
    pub(super) fn index_constraint_name(
        &self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        columns: &[Identifier],
        label: &str,
    ) -> Result<Identifier, SqlError> {
        let Some(name) = &definition.name else {
            let addition = columns_addition(columns.iter().map(Identifier::as_str));
            let addition = (label != "pkey").then_some(addition.as_str());
            return Ok(self.choose_relation_name(
                table,
                table.name.as_str(),
                addition,
                label,
                true,
            ));
        };
        let full_name = ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        if self.relation_name_taken(&full_name) {
            return Err(errors::relation_exists(&full_name));
        }
        if self.table_at(table)?.constraints.contains_key(name) {
            return Err(errors::constraint_exists(table, name));
        }
        Ok(name.clone())
    }

    /// A unique key of a partitioned table must hold the partition key (`DefineIndex`).
    pub(super) fn covers_partition_key(
        &self,
        table: &ObjectName,
        columns: &[Identifier],
    ) -> Result<(), SqlError> {
        let Some(key) = &self.table_at(table)?.partition_by else {
            return Ok(());
        };
        let inside = key.split_once('(').map_or("", |(_, inside)| inside);
        let needed = crate::catalog::expression::references(inside).own_columns();
        if needed.iter().all(|column| columns.contains(column)) {
            return Ok(());
        }
        let message =
            "unique constraint on partitioned table must include all partitioning columns";
        Err(SqlError::new(
            SqlState::FEATURE_NOT_SUPPORTED,
            message,
            table.to_string(),
        ))
    }

    fn require_not_null(
        &mut self,
        table: &ObjectName,
        columns: &[Identifier],
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let rows = self.table_at(table)?.rows;
        for column in columns {
            let nullable = self
                .table_at(table)?
                .column(column.as_str())
                .filter(|found| !found.not_null);
            if nullable.is_some_and(|found| found.holds_null) {
                return Err(super::columns::contains_nulls(table, column));
            }
            if nullable.is_some() && rows != Rows::Empty {
                changes
                    .conditions
                    .push(format!("no row of {table} has NULL in {column}"));
            }
            self.set_not_null_at(table, column, true)?;
        }
        Ok(())
    }

    pub(super) fn add_key_using_index(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        index: &Identifier,
        primary: bool,
    ) -> Result<(), SqlError> {
        let old = ObjectName {
            schema: table.schema.clone(),
            name: index.clone(),
        };
        let Some(found) = self
            .relations
            .get(&old)
            .and_then(Relation::as_index)
            .cloned()
        else {
            let message = format!("index \"{index}\" does not exist");
            return Err(SqlError::new(
                SqlState::UNDEFINED_OBJECT,
                message,
                index.as_str(),
            ));
        };
        usable_for_constraint(table, index, &found)?;
        if primary {
            self.refuse_second_primary_key(table)?;
        }
        let name = definition.name.clone().unwrap_or_else(|| index.clone());
        if self.table_at(table)?.constraints.contains_key(&name) {
            return Err(errors::constraint_exists(table, &name));
        }
        let new = ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        if new != old {
            if self.relation_name_taken(&new) {
                return Err(errors::relation_exists(&new));
            }
            self.move_relation(&old, &new);
        }
        let columns: Vec<_> = found
            .definition
            .keys
            .iter()
            .map(|key| Identifier::exact(&*key.expression))
            .collect();
        if primary {
            self.require_not_null(table, &columns, &mut Changes::default())?;
        }
        if let Some(index) = self
            .relations
            .get_mut(&new)
            .and_then(Relation::as_index_mut)
        {
            index.constraint = Some(name.clone());
        }
        let include = found.definition.include.clone();
        let kind = match primary {
            true => ConstraintKind::PrimaryKey { columns, include },
            false => ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct: found.definition.nulls_not_distinct,
            },
        };
        self.table_at_mut(table)?
            .constraints
            .insert(name, declared(definition, kind));
        Ok(())
    }

    pub(super) fn add_exclusion(
        &mut self,
        table: &ObjectName,
        definition: &ConstraintDefinition,
        text: &str,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let (method, keys) = exclusion_keys(text);
        let columns: Vec<_> = keys
            .iter()
            .map(|key| match key.is_column {
                true => Identifier::exact(&*key.expression),
                false => Identifier::exact("expr"),
            })
            .collect();
        let known = self.table_at(table)?;
        let missing = |key: &&IndexKey| key.is_column && known.column(&key.expression).is_none();
        if let Some(key) = keys.iter().find(missing)
            && !known.columns_incomplete
        {
            let message = format!("column \"{}\" named in key does not exist", key.expression);
            let object = table.part(&key.expression);
            return Err(SqlError::new(SqlState::UNDEFINED_COLUMN, message, object));
        }
        let name = self.index_constraint_name(table, definition, &columns, "excl")?;
        let index = IndexDefinition {
            table: table.clone(),
            unique: false,
            nulls_not_distinct: false,
            method,
            keys,
            include: Vec::new(),
            predicate: None,
            options: String::new(),
        };
        let kind = ConstraintKind::Exclude {
            definition: text.to_owned(),
        };
        self.put_key(table, definition, name, kind, index, changes)
    }
}

pub(super) fn second_primary_key(table: &ObjectName) -> SqlError {
    let message = format!(
        "multiple primary keys for table \"{}\" are not allowed",
        table.name
    );
    SqlError::new(
        SqlState::INVALID_TABLE_DEFINITION,
        message,
        table.to_string(),
    )
}

pub(super) fn appears_twice(table: &ObjectName, column: &Identifier, primary: bool) -> SqlError {
    let kind = if primary { "primary key" } else { "unique" };
    let message = format!("column \"{column}\" appears twice in {kind} constraint");
    SqlError::new(
        SqlState::DUPLICATE_COLUMN,
        message,
        table.part(column.as_str()),
    )
}

fn column_key(column: &Identifier) -> IndexKey {
    IndexKey {
        expression: column.as_str().to_owned(),
        is_column: true,
        options: String::new(),
    }
}

fn usable_for_constraint(
    table: &ObjectName,
    name: &Identifier,
    index: &Index,
) -> Result<(), SqlError> {
    let definition = &index.definition;
    let (state, message) = if index.constraint.is_some() {
        let message = format!("index \"{name}\" is already associated with a constraint");
        (SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message)
    } else if definition.table != *table {
        let message = format!(
            "index \"{name}\" does not belong to table \"{}\"",
            table.name
        );
        (SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE, message)
    } else if !definition.unique {
        (
            SqlState::WRONG_OBJECT_TYPE,
            format!("\"{name}\" is not a unique index"),
        )
    } else if definition.keys.iter().any(|key| !key.is_column) {
        (
            SqlState::WRONG_OBJECT_TYPE,
            format!("index \"{name}\" contains expressions"),
        )
    } else if definition.predicate.is_some() {
        (
            SqlState::WRONG_OBJECT_TYPE,
            format!("\"{name}\" is a partial index"),
        )
    } else {
        return Ok(());
    };
    Err(SqlError::new(state, message, name.as_str()))
}

/// The method and keys of `USING gist (room WITH =, during WITH &&)`.
fn exclusion_keys(text: &str) -> (String, Vec<IndexKey>) {
    let tokens = tokenize(text);
    let method = tokens
        .windows(2)
        .find(|pair| pair[0].is("using"))
        .map_or("btree".to_owned(), |pair| pair[1].text.to_lowercase());
    let mut keys = Vec::new();
    let (mut depth, mut start) = (0usize, None);
    for (index, token) in tokens.iter().enumerate() {
        if token.is("(") {
            depth += 1;
            if depth == 1 {
                start = Some(index + 1);
            }
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
        } else if token.is("where") && depth == 0 {
            break;
        } else if token.is("with")
            && depth == 1
            && let Some(first) = start.take()
        {
            let from = tokens[first].start;
            let expression = text[from..tokens[index - 1].end()].to_owned();
            let is_column = index - first == 1 && tokens[first].identifier().is_some();
            let name = tokens[first]
                .identifier()
                .map(|name| name.as_str().to_owned());
            let expression = if is_column {
                name.unwrap_or(expression)
            } else {
                expression
            };
            keys.push(IndexKey {
                expression,
                is_column,
                options: String::new(),
            });
        } else if token.is(",") && depth == 1 {
            start = Some(index + 1);
        }
    }
    (method, keys)
}
