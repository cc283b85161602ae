//! LIKE, INHERITS and partitions: columns and constraints that come from another table.

use crate::catalog::{Applied, Catalog, Changes, ConstraintKind, Relation, Table};
use crate::model::{
    self, ConstraintDefinition, Identifier, IndexDefinition, ObjectName, SqlError, SqlState,
    TableDefinition,
};

impl Catalog {
    /// Columns of the parents first, then those of `PARTITION OF`'s parent.
    pub(super) fn inherited_columns(
        &self,
        name: &ObjectName,
        definition: &TableDefinition,
        table: &mut Table,
    ) -> Result<(), SqlError> {
        for parent in &definition.inherits {
            let parent = self.parent_table(parent)?;
            self.take_columns(&parent, table)?;
            table.inherits.push(parent);
        }
        if let Some((parent, bounds)) = &definition.partition_of {
            let parent = self.parent_table(parent)?;
            if self.table_at(&parent)?.partition_by.is_none() {
                let message = format!("\"{}\" is not partitioned", parent.name);
                return Err(SqlError::new(
                    SqlState::INVALID_OBJECT_DEFINITION,
                    message,
                    name.to_string(),
                ));
            }
            self.take_columns(&parent, table)?;
            table.partition_of = Some((parent, bounds.clone()));
        }
        Ok(())
    }

    fn parent_table(&self, written: &ObjectName) -> Result<ObjectName, SqlError> {
        let found = self.require_relation(written)?;
        match self.relations.get(&found) {
            Some(Relation::Table(_)) => Ok(found),
            _ => {
                let message = format!("inherited relation \"{}\" is not a table", found.name);
                Err(SqlError::new(
                    SqlState::WRONG_OBJECT_TYPE,
                    message,
                    found.to_string(),
                ))
            }
        }
    }

    fn take_columns(&self, parent: &ObjectName, table: &mut Table) -> Result<(), SqlError> {
        let from = self.table_at(parent)?;
        for column in &from.columns {
            if table.column(column.name.as_str()).is_none() {
                let mut inherited = column.clone();
                inherited.inherited = true;
                inherited.identity = None;
                inherited.attributes = Default::default();
                table.columns.push(inherited);
            }
        }
        for (name, constraint) in &from.constraints {
            if let ConstraintKind::Check {
                no_inherit: false, ..
            } = &constraint.kind
            {
                let mut inherited = constraint.clone();
                inherited.inherited = true;
                table.constraints.insert(name.clone(), inherited);
            }
        }
        table.columns_incomplete |= from.columns_incomplete;
        Ok(())
    }

    /// Takes the columns of `LIKE` into the table; gives the constraints that come along.
    pub(super) fn like_constraints(
        &self,
        name: &ObjectName,
        definition: &TableDefinition,
        table: &mut Table,
    ) -> Result<Vec<ConstraintDefinition>, SqlError> {
        let mut constraints = Vec::new();
        for (source, words) in &definition.like {
            let source = self.require_relation(source)?;
            let Some(columns) = self
                .relations
                .get(&source)
                .and_then(super::columns::columns_of)
            else {
                let message = format!(
                    "\"{}\" is not a table, view, materialized view, composite type, or foreign table",
                    source.name
                );
                return Err(SqlError::new(
                    SqlState::WRONG_OBJECT_TYPE,
                    message,
                    name.to_string(),
                ));
            };
            let takes = Taken::read(words);
            for column in columns {
                let mut copy = column.clone();
                copy.inherited = false;
                copy.identity = copy.identity.filter(|_| takes.identity);
                copy.default = copy.default.filter(|_| takes.defaults);
                copy.generated = copy.generated.filter(|_| takes.generated);
                if !takes.comments {
                    copy.attributes.comment = None;
                }
                copy.attributes.grants.clear();
                if table.column(copy.name.as_str()).is_some() {
                    let message = format!("column \"{}\" specified more than once", copy.name);
                    return Err(SqlError::new(
                        SqlState::DUPLICATE_COLUMN,
                        message,
                        copy.name.as_str(),
                    ));
                }
                table.columns.push(copy);
            }
            if let Some(Relation::Table(source)) = self.relations.get(&source) {
                constraints.extend(taken_constraints(source, &takes));
            }
        }
        Ok(constraints)
    }

    pub(super) fn check_partition_of(
        &self,
        name: &ObjectName,
        table: &Table,
    ) -> Result<(), SqlError> {
        let Some((parent, bounds)) = &table.partition_of else {
            return Ok(());
        };
        for sibling in self.children(parent) {
            let other = self.table_at(&sibling)?;
            if other
                .partition_of
                .as_ref()
                .is_some_and(|(_, other)| other.trim() == bounds.trim())
            {
                let message = match bounds.trim().eq_ignore_ascii_case("default") {
                    true => format!(
                        "partition \"{}\" conflicts with existing default partition \"{}\"",
                        name.name, sibling.name
                    ),
                    false => format!(
                        "partition \"{}\" would overlap partition \"{}\"",
                        name.name, sibling.name
                    ),
                };
                let state = SqlState::INVALID_OBJECT_DEFINITION;
                return Err(SqlError::new(state, message, name.to_string()));
            }
        }
        Ok(())
    }

    /// Keys and foreign keys of the parent, made anew for the partition under names of its own.
    pub(super) fn copy_partitioned_constraints(
        &mut self,
        parent: &ObjectName,
        partition: &ObjectName,
        changes: &mut Changes,
    ) -> Result<(), SqlError> {
        let from = self.table_at(parent)?.constraints.clone();
        for (name, constraint) in from {
            let kind = match &constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. } => model::ConstraintKind::PrimaryKey {
                    columns: columns.clone(),
                },
                ConstraintKind::Unique {
                    columns,
                    nulls_not_distinct,
                    ..
                } => {
                    let (columns, nulls_not_distinct) = (columns.clone(), *nulls_not_distinct);
                    model::ConstraintKind::Unique {
                        columns,
                        nulls_not_distinct,
                    }
                }
                ConstraintKind::ForeignKey(_) => {
                    let mut inherited = constraint.clone();
                    inherited.inherited = true;
                    self.table_at_mut(partition)?
                        .constraints
                        .insert(name, inherited);
                    continue;
                }
                ConstraintKind::Check { .. } | ConstraintKind::Exclude { .. } => continue,
            };
            self.add_one_constraint(partition, &ConstraintDefinition::new(None, kind), changes)?;
        }
        Ok(())
    }

    pub(super) fn attach_partition(
        &mut self,
        table: &ObjectName,
        partition: &ObjectName,
        bounds: &str,
    ) -> Result<Applied, SqlError> {
        let parent = self.require_table(table, "ATTACH PARTITION")?;
        if self.table_at(&parent)?.partition_by.is_none() {
            let message = format!("table \"{}\" is not partitioned", parent.name);
            let state = SqlState::INVALID_OBJECT_DEFINITION;
            return Err(SqlError::new(state, message, parent.to_string()));
        }
        let child = self.require_table(partition, "ATTACH PARTITION")?;
        let found = self.table_at(&child)?;
        if found.partition_of.is_some() {
            let message = format!("\"{}\" is already a partition", child.name);
            return Err(SqlError::new(
                SqlState::WRONG_OBJECT_TYPE,
                message,
                child.to_string(),
            ));
        }
        let mut attached = found.clone();
        attached.partition_of = Some((parent.clone(), bounds.to_owned()));
        self.check_partition_of(&child, &attached)?;
        self.check_attached_columns(&parent, &child)?;
        self.table_at_mut(&child)?.partition_of = Some((parent.clone(), bounds.to_owned()));
        self.attach_indexes(&parent, &child)?;
        Ok(Applied::changed())
    }

    fn check_attached_columns(
        &self,
        parent: &ObjectName,
        child: &ObjectName,
    ) -> Result<(), SqlError> {
        let (above, below) = (self.table_at(parent)?, self.table_at(child)?);
        for column in &above.columns {
            let Some(own) = below.column(column.name.as_str()) else {
                let message = format!("child table is missing column \"{}\"", column.name);
                return Err(SqlError::new(
                    SqlState::DATATYPE_MISMATCH,
                    message,
                    child.to_string(),
                ));
            };
            let message = if own.data_type != column.data_type {
                format!(
                    "child table \"{}\" has different type for column \"{}\"",
                    child.name, column.name
                )
            } else if column.not_null && !own.not_null {
                format!(
                    "column \"{}\" in child table must be marked NOT NULL",
                    column.name
                )
            } else {
                continue;
            };
            return Err(SqlError::new(
                SqlState::DATATYPE_MISMATCH,
                message,
                child.to_string(),
            ));
        }
        let extra = below
            .columns
            .iter()
            .find(|own| above.column(own.name.as_str()).is_none());
        if let Some(extra) = extra {
            let message = format!(
                "table \"{}\" contains column \"{}\" not found in parent \"{}\"",
                child.name, extra.name, parent.name
            );
            return Err(SqlError::new(
                SqlState::DATATYPE_MISMATCH,
                message,
                child.to_string(),
            ));
        }
        Ok(())
    }

    /// Indexes of the parent that the partition has no equal of are made.
    fn attach_indexes(&mut self, parent: &ObjectName, child: &ObjectName) -> Result<(), SqlError> {
        let own = |catalog: &Self, wanted: &IndexDefinition| {
            let mut indexes = catalog.indexes_at(child).filter(|(_, index)| {
                let is_like = index.definition.keys == wanted.keys
                    && index.definition.unique == wanted.unique;
                is_like && index.partition_of.is_none()
            });
            indexes.next().map(|(name, _)| name.clone())
        };
        let wanted: Vec<_> = self
            .indexes_at(parent)
            .filter(|(_, index)| index.constraint.is_none())
            .map(|(name, index)| (name.clone(), index.definition.clone()))
            .collect();
        for (of_parent, definition) in wanted {
            match own(self, &definition) {
                Some(index) => self.tie_index(&index, &of_parent),
                None => {
                    self.create_index_of_partition(child, &definition, &of_parent)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn detach_partition(
        &mut self,
        table: &ObjectName,
        partition: &ObjectName,
    ) -> Result<Applied, SqlError> {
        let parent = self.require_table(table, "DETACH PARTITION")?;
        let child = self.require_relation(partition)?;
        let found = self.table_at_mut(&child)?;
        if found
            .partition_of
            .as_ref()
            .is_none_or(|(above, _)| *above != parent)
        {
            let message = format!(
                "relation \"{}\" is not a partition of relation \"{}\"",
                child.name, parent.name
            );
            return Err(SqlError::new(
                SqlState::UNDEFINED_TABLE,
                message,
                child.to_string(),
            ));
        }
        found.partition_of = None;
        for column in &mut found.columns {
            column.inherited = false;
        }
        for constraint in found.constraints.values_mut() {
            constraint.inherited = false;
        }
        let indexes: Vec<ObjectName> = self
            .indexes_at(&child)
            .map(|(name, _)| name.clone())
            .collect();
        for name in indexes {
            let index = self
                .relations
                .get_mut(&name)
                .and_then(Relation::as_index_mut);
            if let Some(index) = index {
                index.partition_of = None;
            }
        }
        Ok(Applied::changed())
    }

    /// A relation of an open transaction or session that goes without being asked for.
    pub(crate) fn forget_relation(&mut self, name: &ObjectName) {
        let address = crate::catalog::ObjectAddress::Relation(name.clone());
        // With CASCADE nothing refuses.
        drop(self.drop_objects(&[address], true));
    }
}

/// What `INCLUDING` and `EXCLUDING` leave.
#[derive(Default)]
struct Taken {
    defaults: bool,
    constraints: bool,
    indexes: bool,
    identity: bool,
    generated: bool,
    comments: bool,
}

impl Taken {
    fn read(words: &str) -> Self {
        let mut taken = Self::default();
        let words: Vec<_> = words.split_whitespace().map(str::to_lowercase).collect();
        for pair in words.windows(2) {
            let on = match pair[0].as_str() {
                "including" => true,
                "excluding" => false,
                _ => continue,
            };
            let all = pair[1] == "all";
            for (name, slot) in [
                ("defaults", &mut taken.defaults),
                ("constraints", &mut taken.constraints),
                ("indexes", &mut taken.indexes),
                ("identity", &mut taken.identity),
                ("generated", &mut taken.generated),
                ("comments", &mut taken.comments),
            ] {
                if all || pair[1] == name {
                    *slot = on;
                }
            }
        }
        taken
    }
}

/// Checks keep their names, keys get new ones.
fn taken_constraints(source: &Table, takes: &Taken) -> Vec<ConstraintDefinition> {
    let take = |(name, constraint): (&Identifier, &crate::catalog::Constraint)| {
        let (name, kind) = match &constraint.kind {
            ConstraintKind::Check {
                expression,
                no_inherit,
            } if takes.constraints => {
                let (expression, no_inherit) = (expression.clone(), *no_inherit);
                (
                    Some(name.clone()),
                    model::ConstraintKind::Check {
                        expression,
                        no_inherit,
                    },
                )
            }
            ConstraintKind::PrimaryKey { columns, .. } if takes.indexes => (
                None,
                model::ConstraintKind::PrimaryKey {
                    columns: columns.clone(),
                },
            ),
            ConstraintKind::Unique {
                columns,
                nulls_not_distinct,
                ..
            } if takes.indexes => {
                let (columns, nulls_not_distinct) = (columns.clone(), *nulls_not_distinct);
                (
                    None,
                    model::ConstraintKind::Unique {
                        columns,
                        nulls_not_distinct,
                    },
                )
            }
            _ => return None,
        };
        Some(ConstraintDefinition::new(name, kind))
    };
    source.constraints.iter().filter_map(take).collect()
}
