//! Views of both kinds (`DefineView`, `checkViewTupleDesc`).

use super::column_type::target_name;
use crate::catalog::{Applied, Attributes, Catalog, Changes, Column, Relation, View, errors};
use crate::model::{ObjectName, SqlError, SqlState, ViewDefinition};

impl Catalog {
    pub(super) fn create_view(
        &mut self,
        name: &ObjectName,
        definition: &ViewDefinition,
        or_replace: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.creation_name(name)?;
        let mut view = self.new_view(definition)?;
        let mut changes = Changes::default();
        if view.columns_incomplete {
            changes.undecided.push(format!("the columns of {name}"));
        }
        if self.relation_name_taken(&name) {
            if !or_replace {
                return Err(errors::relation_exists(&name));
            }
            let Some(Relation::View(before)) = self.relations.get(&name) else {
                return Err(errors::not_a(&name, "a view"));
            };
            check_replacement(&name, before, &view)?;
            view.attributes = before.attributes.clone();
        } else if self.types.contains(&name) {
            return Err(errors::type_exists(&name));
        }
        self.relations.insert(name, Relation::View(view));
        Ok(Applied::Changed(changes))
    }

    pub(super) fn create_materialized_view(
        &mut self,
        name: &ObjectName,
        definition: &ViewDefinition,
        if_not_exists: bool,
    ) -> Result<Applied, SqlError> {
        let name = self.creation_name(name)?;
        let view = self.new_view(definition)?;
        if self.relation_name_taken(&name) {
            let error = errors::relation_exists(&name);
            if if_not_exists {
                return Ok(Applied::skipped(format!("{}, skipping", error.message)));
            }
            return Err(error);
        }
        self.relations
            .insert(name, Relation::MaterializedView(view));
        Ok(Applied::changed())
    }

    fn new_view(&self, definition: &ViewDefinition) -> Result<View, SqlError> {
        let bound = self.check_query(&definition.query)?;
        let (mut columns, columns_incomplete) = (bound.output.columns, bound.output.incomplete);
        if definition.columns.len() > columns.len() && !columns_incomplete {
            let message = "CREATE VIEW specifies more column names than columns";
            return Err(SqlError::new(SqlState::SYNTAX_ERROR, message, ""));
        }
        for (column, name) in columns.iter_mut().zip(&definition.columns) {
            column.name = name.clone();
        }
        refuse_doubled(&columns)?;
        Ok(View {
            columns,
            columns_incomplete,
            query: definition.query.clone(),
            reads: bound.reads,
            reads_columns: bound.columns,
            options: definition.options.clone(),
            attributes: Attributes::default(),
        })
    }
}

/// `CREATE VIEW`, and tables made of queries: each column once.
pub(super) fn refuse_doubled(columns: &[Column]) -> Result<(), SqlError> {
    for (position, column) in columns.iter().enumerate() {
        if columns[..position]
            .iter()
            .any(|one| one.name == column.name)
        {
            let message = format!("column \"{}\" specified more than once", column.name);
            let object = column.name.as_str();
            return Err(SqlError::new(SqlState::DUPLICATE_COLUMN, message, object));
        }
    }
    Ok(())
}

/// The old columns must stay in place; new ones may follow.
fn check_replacement(name: &ObjectName, before: &View, after: &View) -> Result<(), SqlError> {
    if before.columns_incomplete || after.columns_incomplete {
        return Ok(());
    }
    let fail = |message: String| {
        Err(SqlError::new(
            SqlState::INVALID_TABLE_DEFINITION,
            message,
            name.to_string(),
        ))
    };
    if after.columns.len() < before.columns.len() {
        return fail("cannot drop columns from view".to_owned());
    }
    for (old, new) in before.columns.iter().zip(&after.columns) {
        let (Column { name: old_name, .. }, Column { name: new_name, .. }) = (old, new);
        if old_name != new_name {
            return fail(format!(
                "cannot change name of view column \"{old_name}\" to \"{new_name}\""
            ));
        }
        let untold = [old, new]
            .iter()
            .any(|one| one.data_type.name.name.as_str() == "?");
        if !untold && target_name(&old.data_type) != target_name(&new.data_type) {
            let (from, to) = (&old.data_type, &new.data_type);
            return fail(format!(
                "cannot change data type of view column \"{old_name}\" from {from} to {to}"
            ));
        }
    }
    Ok(())
}
