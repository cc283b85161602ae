//! Read access for planning, probes and reports.

use super::{
    Catalog, Column, Constraint, Function, FunctionSignature, Index, Relation, Sequence, Table,
    UserType, View,
};
use crate::model::{Identifier, ObjectName};

impl Catalog {
    /// The name under which an object called `name` is kept: the first schema of the search path
    /// that has `in_schema` of it, for an unqualified name.
    pub(crate) fn resolve(
        &self,
        name: &ObjectName,
        exists: impl Fn(&ObjectName) -> bool,
    ) -> Option<ObjectName> {
        if name.schema.is_some() {
            return exists(name).then(|| name.clone());
        }
        let temporary = Some(Identifier::exact("pg_temp"));
        std::iter::once(temporary)
            .chain(self.search_path.iter().cloned().map(Some))
            .chain(self.search_path.is_empty().then_some(None))
            .map(|schema| ObjectName::qualified(schema, name.name.clone()))
            .find(exists)
    }

    /// The name as messages print it: without a schema that is searched.
    pub(crate) fn shown_name(&self, name: &ObjectName) -> ObjectName {
        let searched = name.schema.as_ref().is_some_and(|schema| {
            schema.as_str() == "pg_temp" || self.search_path.contains(schema)
        });
        match searched {
            true => ObjectName::new(name.name.as_str()),
            false => name.clone(),
        }
    }

    /// The full name of a relation, as it is kept.
    pub fn resolve_relation(&self, name: &ObjectName) -> Option<ObjectName> {
        self.resolve(name, |name| self.relations.contains(name))
    }

    pub fn relation(&self, name: &ObjectName) -> Option<&Relation> {
        self.relations.get(&self.resolve_relation(name)?)
    }

    /// A table (partitioned ones too), not a view.
    pub fn table(&self, name: &ObjectName) -> Option<&Table> {
        self.relation(name)?.as_table()
    }

    /// A view of either kind.
    pub fn view(&self, name: &ObjectName) -> Option<&View> {
        self.relation(name)?.as_view()
    }

    pub fn sequence(&self, name: &ObjectName) -> Option<&Sequence> {
        self.relation(name)?.as_sequence()
    }

    pub fn find_index(&self, name: &ObjectName) -> Option<&Index> {
        self.relation(name)?.as_index()
    }

    /// The indexes of a table with their full names, those of constraints too.
    pub fn indexes_of(&self, table: &ObjectName) -> Vec<(&ObjectName, &Index)> {
        let Some(table) = self.resolve_relation(table) else {
            return Vec::new();
        };
        self.relations
            .iter()
            .filter_map(|(name, relation)| Some((name, relation.as_index()?)))
            .filter(|(_, index)| index.definition.table == table)
            .collect()
    }

    /// A column of a table or view.
    pub fn column(&self, relation: &ObjectName, column: &str) -> Option<&Column> {
        let columns = match self.relation(relation)? {
            Relation::Table(table) => &table.columns,
            Relation::View(view) | Relation::MaterializedView(view) => &view.columns,
            Relation::Index(_) | Relation::Sequence(_) => return None,
        };
        columns.iter().find(|found| found.name.as_str() == column)
    }

    pub fn constraint(&self, table: &ObjectName, constraint: &str) -> Option<&Constraint> {
        self.table(table)?
            .constraints
            .get(&Identifier::exact(constraint))
    }

    /// A type that is not the row type of a relation.
    pub fn user_type(&self, name: &ObjectName) -> Option<&UserType> {
        self.types.get(&self.resolve_type(name)?)
    }

    pub fn resolve_type(&self, name: &ObjectName) -> Option<ObjectName> {
        self.resolve(name, |name| self.types.contains(name))
    }

    /// The labels of an enum in order, those of the open transaction too.
    pub fn enum_labels(&self, name: &ObjectName) -> Option<Vec<&str>> {
        let labels = self.user_type(name)?.labels()?;
        Some(labels.iter().map(|label| label.name.as_str()).collect())
    }

    /// All functions of that name.
    pub fn functions_named(&self, name: &ObjectName) -> Vec<&Function> {
        let found = self.resolve(name, |name| self.functions_at(name).next().is_some());
        let named = found.iter().flat_map(|name| self.functions_at(name));
        named.map(|(_, function)| function).collect()
    }

    /// Those of exactly that name, whatever their arguments are: signatures are sorted by name first.
    pub(crate) fn functions_at(
        &self,
        name: &ObjectName,
    ) -> impl Iterator<Item = (&FunctionSignature, &Function)> {
        let first = FunctionSignature {
            name: name.clone(),
            argument_types: Vec::new(),
        };
        let from_there = self.functions.iter_from(first);
        let name = name.clone();
        from_there.take_while(move |(signature, _)| signature.name == name)
    }

    pub fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains(&Identifier::exact(name))
    }

    pub fn has_role(&self, name: &str) -> bool {
        self.roles.contains(&Identifier::exact(name))
    }

    pub fn has_extension(&self, name: &str) -> bool {
        self.extensions.contains(&Identifier::exact(name))
    }
}
