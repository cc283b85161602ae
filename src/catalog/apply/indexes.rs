//! Indexes (`DefineIndex`, `ResolveOpClass`, `ChooseIndexName`).

use crate::catalog::builtin::{
    builtin_extension, builtin_type, has_default_class, is_access_method, operator_class_exists,
};
use crate::catalog::expression::{Token, figure_name, tokenize, without_qualifier};
use crate::catalog::names::columns_addition;
use crate::catalog::{
    Applied, Catalog, Changes, Column, Index, ObjectAddress, Relation, Rows, errors,
};
use crate::model::{
    DataType, Identifier, IndexDefinition, IndexKey, ObjectName, SqlError, SqlState,
};

impl Catalog {
    pub(super) fn create_index(
        &mut self,
        name: Option<&Identifier>,
        written: &IndexDefinition,
        if_not_exists: bool,
        concurrently: bool,
    ) -> Result<Applied, SqlError> {
        if concurrently && self.in_transaction() {
            return Err(errors::in_transaction("CREATE INDEX CONCURRENTLY"));
        }
        let table = self.require_relation(&written.table)?;
        self.check_index_texts(&table, written)?;
        self.refuse_unindexable(&table)?;
        let full = |name: &Identifier| ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        };
        if !is_access_method(&written.method) && !self.extension_may_bring(&written.method) {
            let message = format!("access method \"{}\" does not exist", written.method);
            return Err(SqlError::new(
                SqlState::UNDEFINED_OBJECT,
                message,
                &*written.method,
            ));
        }
        let mut changes = Changes::default();
        self.check_index_keys(&table, written)?;
        // The server looks at the name last, but a taken name with IF NOT EXISTS skips.
        let name = match name {
            Some(name) if self.relation_name_taken(&full(name)) => {
                let error = errors::relation_exists(&full(name));
                if if_not_exists {
                    return Ok(Applied::skipped(format!("{}, skipping", error.message)));
                }
                return Err(error);
            }
            Some(name) => name.clone(),
            None => self.index_name(&table, written),
        };
        if written.unique && self.rows_of(&table) != Rows::Empty {
            let keys: Vec<_> = written
                .keys
                .iter()
                .map(|key| key.expression.as_str())
                .collect();
            changes.conditions.push(format!(
                "no two rows of {table} agree in {}",
                keys.join(", ")
            ));
        }
        let mut definition = IndexDefinition {
            table: table.clone(),
            ..written.clone()
        };
        for key in definition.keys.iter_mut().filter(|key| !key.is_column) {
            key.expression = without_qualifier(&key.expression, &table.name);
        }
        definition.predicate = definition
            .predicate
            .map(|text| without_qualifier(&text, &table.name));
        let index = Index {
            definition,
            constraint: None,
            partition_of: None,
            valid: true,
            comment: None,
        };
        self.relations.insert(full(&name), Relation::Index(index));
        self.index_partitions(&table, written, &full(&name))?;
        Ok(Applied::Changed(changes))
    }

    /// Each partition gets an index of its own.
    fn index_partitions(
        &mut self,
        table: &ObjectName,
        written: &IndexDefinition,
        parent: &ObjectName,
    ) -> Result<(), SqlError> {
        for child in self.children(table) {
            if self.table_at(&child)?.partition_of.is_some() {
                self.create_index_of_partition(&child, written, parent)?;
            }
        }
        Ok(())
    }

    /// It goes with the index of the parent (manual, 5.11.2.3).
    pub(super) fn create_index_of_partition(
        &mut self,
        partition: &ObjectName,
        written: &IndexDefinition,
        parent: &ObjectName,
    ) -> Result<Applied, SqlError> {
        let definition = IndexDefinition {
            table: partition.clone(),
            ..written.clone()
        };
        let name = ObjectName {
            schema: partition.schema.clone(),
            name: self.index_name(partition, &definition),
        };
        let applied = self.create_index(Some(&name.name), &definition, false, false)?;
        self.tie_index(&name, parent);
        Ok(applied)
    }

    pub(super) fn tie_index(&mut self, index: &ObjectName, parent: &ObjectName) {
        if let Some(index) = self
            .relations
            .get_mut(index)
            .and_then(Relation::as_index_mut)
        {
            index.partition_of = Some(parent.clone());
        }
    }

    fn refuse_unindexable(&self, name: &ObjectName) -> Result<(), SqlError> {
        let message = match self.relations.get(name) {
            Some(Relation::Table(_) | Relation::MaterializedView(_)) => return Ok(()),
            Some(Relation::Index(_)) => format!("\"{}\" is an index", name.name),
            _ => format!("cannot create index on relation \"{}\"", name.name),
        };
        Err(SqlError::new(
            SqlState::WRONG_OBJECT_TYPE,
            message,
            name.to_string(),
        ))
    }

    fn rows_of(&self, relation: &ObjectName) -> Rows {
        self.relations
            .get(relation)
            .and_then(Relation::as_table)
            .map_or(Rows::Unknown, |table| table.rows)
    }

    /// Expressions are read first, the predicate before the keys (`transformIndexStmt`).
    fn check_index_texts(
        &self,
        relation: &ObjectName,
        definition: &IndexDefinition,
    ) -> Result<(), SqlError> {
        if let Some(predicate) = &definition.predicate {
            self.check_own_expression(relation, predicate)?;
            self.check_boolean(relation, predicate, "WHERE")?;
        }
        let expressions = definition.keys.iter().filter(|key| !key.is_column);
        expressions
            .into_iter()
            .try_for_each(|key| self.check_own_expression(relation, &key.expression))
    }

    /// Then what they name is looked at, key by key (`ComputeIndexAttrs`).
    fn check_index_keys(
        &self,
        relation: &ObjectName,
        definition: &IndexDefinition,
    ) -> Result<(), SqlError> {
        if let Some(predicate) = &definition.predicate {
            let message = "functions in index predicate must be marked IMMUTABLE";
            self.check_immutable(relation, predicate, message)?;
        }
        for key in &definition.keys {
            if key.is_column {
                self.check_index_column(relation, &key.expression)?;
            } else {
                let message = "functions in index expression must be marked IMMUTABLE";
                self.check_immutable(relation, &key.expression, message)?;
            }
            self.check_operator_class(relation, &definition.method, key)?;
        }
        let mut included = definition.include.iter();
        included.try_for_each(|column| self.check_index_column(relation, column.as_str()))
    }

    fn check_index_column(&self, relation: &ObjectName, column: &str) -> Result<(), SqlError> {
        let missing = self.column(relation, column).is_none();
        match missing && !self.columns_incomplete(relation) {
            true => Err(errors::no_column(column, Some(relation))),
            false => Ok(()),
        }
    }

    /// 42704 if the class is not there, or the type has none for the method.
    pub(super) fn check_operator_class(
        &self,
        relation: &ObjectName,
        method: &str,
        key: &IndexKey,
    ) -> Result<(), SqlError> {
        if let Some(class) = operator_class(&key.options) {
            let name = class.as_str();
            let brought = self
                .extensions
                .keys()
                .filter_map(|found| builtin_extension(found.as_str()));
            let known = operator_class_exists(method, name)
                || brought
                    .into_iter()
                    .any(|found| found.operator_classes.contains(name));
            if known || self.extension_may_bring(name) {
                return Ok(());
            }
            let message =
                format!("operator class \"{name}\" does not exist for access method \"{method}\"");
            return Err(SqlError::new(SqlState::UNDEFINED_OBJECT, message, name));
        }
        let columns: Vec<Column> = match self.relations.get(relation) {
            Some(found) => super::columns::columns_of(found)
                .cloned()
                .unwrap_or_default(),
            None => Vec::new(),
        };
        let data_type = match key.is_column {
            true => columns
                .iter()
                .find(|column| column.name.as_str() == key.expression)
                .map(|column| column.data_type.clone()),
            false => self.type_of(&key.expression, &columns)?,
        };
        match data_type {
            Some(data_type) if !self.has_operator_class(method, &data_type) => {
                let message = format!(
                    "data type {} has no default operator class for access method \"{method}\"",
                    super::column_type::target_name(&data_type)
                );
                Err(SqlError::new(
                    SqlState::UNDEFINED_OBJECT,
                    message,
                    relation.part(&key.expression),
                ))
            }
            _ => Ok(()),
        }
    }

    fn has_operator_class(&self, method: &str, data_type: &DataType) -> bool {
        let base = self.base_type(data_type);
        if base.array_dimensions > 0 {
            return has_default_class(method, "anyarray");
        }
        if self.is_enum(&base) {
            let gist = method == "gin" && self.has_extension("btree_gin")
                || method == "gist" && self.has_extension("btree_gist");
            return gist || has_default_class(method, "anyenum");
        }
        let name = base.name.name.as_str();
        let Some(builtin) = builtin_type(name) else {
            return true;
        };
        let extension = match method {
            "gin" => "btree_gin",
            "gist" => "btree_gist",
            _ => "",
        };
        has_default_class(method, name)
            || (builtin.category == 'R' && has_default_class(method, "anyrange"))
            || (name == "character varying" && has_default_class(method, "text"))
            || (name == "cidr" && has_default_class(method, "inet"))
            || (self.has_extension(extension) && has_default_class("btree", name))
            || !is_access_method(method)
    }

    /// An extension of which it is not known what it brings is installed.
    fn extension_may_bring(&self, _name: &str) -> bool {
        self.extensions.keys().any(|extension| {
            extension.as_str() != "plpgsql"
                && builtin_extension(extension.as_str())
                    .is_none_or(|found| found.may_have_any_function())
        })
    }

    fn index_name(&self, table: &ObjectName, definition: &IndexDefinition) -> Identifier {
        let mut names: Vec<String> = Vec::new();
        let include = definition
            .include
            .iter()
            .map(|column| column.as_str().to_owned());
        for name in definition.keys.iter().map(key_name).chain(include) {
            let name = (0u32..)
                .map(|pass| {
                    if pass == 0 {
                        name.clone()
                    } else {
                        format!("{name}{pass}")
                    }
                })
                .find(|candidate| !names.contains(candidate))
                .unwrap_or(name);
            names.push(name);
        }
        let addition = columns_addition(names.iter().map(String::as_str));
        self.choose_relation_name(table, table.name.as_str(), Some(&addition), "idx", false)
    }

    /// A new partition gets the indexes of its parent.
    pub(super) fn copy_partitioned_indexes(
        &mut self,
        partition: &ObjectName,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let Some((parent, _)) = self.table_at(partition)?.partition_of.clone() else {
            return Ok(());
        };
        let plain: Vec<_> = self
            .indexes_at(&parent)
            .filter(|(_, index)| index.constraint.is_none())
            .map(|(name, index)| (name.clone(), index.definition.clone()))
            .collect();
        for (of_parent, definition) in plain {
            let made = self.create_index_of_partition(partition, &definition, &of_parent)?;
            if let Applied::Changed(more) = made {
                changes.created.extend(more.created);
            }
        }
        self.copy_partitioned_constraints(&parent, partition, changes)
    }

    pub(super) fn drop_index(
        &mut self,
        index: &ObjectName,
        if_exists: bool,
        cascade: bool,
        concurrently: bool,
    ) -> Result<Applied, SqlError> {
        if concurrently && self.in_transaction() {
            return Err(errors::in_transaction("DROP INDEX CONCURRENTLY"));
        }
        let found = match self.relation_to_drop(index, "index", if_exists)? {
            Ok(found) => found,
            Err(skipped) => return Ok(skipped),
        };
        if let Some(index) = self.relations.get(&found).and_then(Relation::as_index)
            && let Some(constraint) = &index.constraint
        {
            let owner =
                ObjectAddress::Constraint(index.definition.table.clone(), constraint.clone());
            let owner = owner.describe(self);
            let message = format!("cannot drop index {found} because {owner} requires it");
            let state = SqlState::DEPENDENT_OBJECTS_STILL_EXIST;
            return Err(SqlError::new(state, message, found.to_string()));
        }
        let index = self.relations.get(&found).and_then(Relation::as_index);
        if let Some(parent) = index.and_then(|index| index.partition_of.as_ref()) {
            let message = format!("cannot drop index {found} because index {parent} requires it");
            let state = SqlState::DEPENDENT_OBJECTS_STILL_EXIST;
            return Err(SqlError::new(state, message, found.to_string()));
        }
        self.drop_one(ObjectAddress::Relation(found), cascade)
    }

    pub(super) fn rename_index(
        &mut self,
        index: &ObjectName,
        new_name: &Identifier,
        if_exists: bool,
    ) -> Result<Applied, SqlError> {
        let Some(found) = self.resolve_relation(index) else {
            self.require_schema(index)?;
            let error = errors::no_relation(index);
            if if_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        };
        let new = ObjectName {
            schema: found.schema.clone(),
            name: new_name.clone(),
        };
        if self.relation_name_taken(&new) {
            return Err(errors::relation_exists(&new));
        }
        let behind = self
            .relations
            .get(&found)
            .and_then(Relation::as_index)
            .and_then(|one| Some((one.definition.table.clone(), one.constraint.clone()?)));
        match behind {
            Some((table, constraint)) => {
                self.rename_constraint_and_index(&table, &constraint, new_name)?;
            }
            None => self.move_relation(&found, &new),
        }
        Ok(Applied::changed())
    }
}

/// The class in `COLLATE "C" text_pattern_ops DESC NULLS LAST`.
fn operator_class(options: &str) -> Option<Identifier> {
    let tokens = tokenize(options);
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        if token.is("collate") {
            index += 2;
        } else if token.is_any(&["asc", "desc", "nulls", "first", "last", "with", ".", "("]) {
            index += 1;
        } else {
            // A schema before it does not matter.
            let qualified = tokens.get(index + 1).is_some_and(|next| next.is("."));
            let at = if qualified { index + 2 } else { index };
            return tokens.get(at).and_then(Token::identifier);
        }
    }
    None
}

/// What a key adds to the index's name: the column, or what an expression is called.
fn key_name(key: &IndexKey) -> String {
    match key.is_column {
        true => key.expression.clone(),
        false => figure_name(&key.expression).unwrap_or_else(|| "expr".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(expression: &str) -> String {
        key_name(&IndexKey {
            expression: expression.to_owned(),
            is_column: false,
            options: String::new(),
        })
    }

    #[test]
    fn names_of_expressions() {
        assert_eq!(name_of("lower(email)"), "lower");
        assert_eq!(name_of("(id + tenant)"), "expr");
        assert_eq!(name_of("((id)::text)"), "id");
        assert_eq!(name_of("(case when a then 1 end)"), "case");
        assert_eq!(name_of("(data ->> 'k')"), "expr");
        assert_eq!(name_of("pg_catalog.date_trunc('day', at)"), "date_trunc");
    }

    #[test]
    fn classes_in_options() {
        assert_eq!(operator_class("DESC NULLS LAST"), None);
        assert_eq!(
            operator_class("COLLATE \"C\" gin_trgm_ops"),
            Some("gin_trgm_ops".into())
        );
        assert_eq!(
            operator_class("public.gin_trgm_ops DESC"),
            Some("gin_trgm_ops".into())
        );
    }
}
