//! How introspection fills a catalog: objects are put in place as they are, nothing is checked.

use super::{
    Catalog, Column, Constraint, Extension, Function, FunctionSignature, Policy, Relation, Role,
    Schema, Table, Trigger, TypeKind, UserType,
};
use crate::model::{Identifier, ObjectName};

impl Catalog {
    /// Takes everything out, even `public`.
    pub(crate) fn clear(&mut self) {
        self.schemas = Default::default();
        self.extensions = Default::default();
        self.roles = Default::default();
    }

    pub(crate) fn fill_role(&mut self, name: Identifier, role: Role) {
        self.roles.insert(name, role);
    }

    pub(crate) fn fill_schema(&mut self, name: Identifier, schema: Schema) {
        self.schemas.insert(name, schema);
    }

    pub(crate) fn fill_extension(&mut self, name: Identifier, extension: Extension) {
        self.extensions.insert(name, extension);
    }

    pub(crate) fn fill_type(&mut self, name: ObjectName, user_type: UserType) {
        self.types.insert(name, user_type);
    }

    pub(crate) fn fill_domain_check(
        &mut self,
        domain: &ObjectName,
        name: Identifier,
        constraint: Constraint,
    ) {
        if let Some(TypeKind::Domain { checks, .. }) =
            self.types.get_mut(domain).map(|found| &mut found.kind)
        {
            checks.insert(name, constraint);
        }
    }

    pub(crate) fn fill_relation(&mut self, name: ObjectName, relation: Relation) {
        self.relations.insert(name, relation);
    }

    pub(crate) fn fill_column(&mut self, relation: &ObjectName, column: Column) {
        match self.relations.get_mut(relation) {
            Some(Relation::Table(table)) => table.columns.push(column),
            Some(Relation::View(view) | Relation::MaterializedView(view)) => {
                view.columns.push(column);
            }
            Some(Relation::Index(_) | Relation::Sequence(_)) | None => {}
        }
    }

    pub(crate) fn fill_constraint(
        &mut self,
        table: &ObjectName,
        name: Identifier,
        constraint: Constraint,
    ) {
        self.on_filled_table(table, |table| {
            drop(table.constraints.insert(name, constraint))
        });
    }

    /// A trigger on a view has no place of its own: it is kept as text.
    pub(crate) fn fill_trigger(&mut self, table: &ObjectName, name: Identifier, trigger: Trigger) {
        if self
            .relations
            .get(table)
            .is_some_and(|found| found.as_view().is_some())
        {
            self.fill_other("trigger", &table.part(name.as_str()), trigger.statement);
            return;
        }
        self.on_filled_table(table, |table| drop(table.triggers.insert(name, trigger)));
    }

    pub(crate) fn fill_policy(&mut self, table: &ObjectName, name: Identifier, policy: Policy) {
        self.on_filled_table(table, |table| drop(table.policies.insert(name, policy)));
    }

    fn on_filled_table(&mut self, name: &ObjectName, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self
            .relations
            .get_mut(name)
            .and_then(Relation::as_table_mut)
        {
            change(table);
        }
    }

    pub(crate) fn fill_function(&mut self, signature: FunctionSignature, function: Function) {
        self.functions.insert(signature, function);
    }

    pub(crate) fn fill_view_read(
        &mut self,
        view: &ObjectName,
        read: ObjectName,
        column: Option<Identifier>,
    ) {
        let Some(Relation::View(view) | Relation::MaterializedView(view)) =
            self.relations.get_mut(view)
        else {
            return;
        };
        view.reads.insert(read.clone());
        view.reads_columns
            .extend(column.map(|column| (read, column)));
    }

    pub(crate) fn fill_other(&mut self, kind: &str, object: &str, definition: String) {
        self.others
            .insert((kind.to_owned(), object.to_owned()), definition);
    }
}
