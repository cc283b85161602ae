//! What hangs on schemas, extensions, types, functions and relations.

use super::{Dependent, Link};
use crate::catalog::builtin::{builtin_extension, builtin_functions};
use crate::catalog::expression::tokenize;
use crate::catalog::{Catalog, FunctionSignature, ObjectAddress, Relation, Table, TypeKind};
use crate::model::{DataType, Identifier, ObjectName};

impl Catalog {
    pub(super) fn inside_schema(&self, schema: &Identifier) -> Vec<Dependent> {
        let inside = |name: &ObjectName| match &name.schema {
            Some(found) => found == schema,
            None => schema.as_str() == "public",
        };
        let relations = self.relations.keys().filter(|name| inside(name));
        let types = self.types.keys().filter(|name| inside(name));
        let functions = self
            .functions
            .keys()
            .filter(|signature| inside(&signature.name));
        let extensions = self
            .extensions
            .iter()
            .filter(|(_, one)| one.schema.as_ref() == Some(schema));
        let addresses = relations
            .cloned()
            .map(ObjectAddress::Relation)
            .chain(types.cloned().map(ObjectAddress::Type))
            .chain(functions.cloned().map(ObjectAddress::Function))
            .chain(extensions.map(|(name, _)| ObjectAddress::Extension(name.clone())));
        addresses.map(|address| (address, Link::Normal)).collect()
    }

    /// Columns of its types, expressions that call its functions, indexes by its operator classes.
    pub(super) fn on_extension(&self, extension: &Identifier) -> Vec<Dependent> {
        let Some(brings) = builtin_extension(extension.as_str()) else {
            return Vec::new();
        };
        let mut found =
            self.columns_where(|data_type| self.extension_of_type(data_type) == Some(extension));
        for one in self.uses() {
            let calls = one.references.functions.iter().any(|call| {
                let name = call.name.name.as_str();
                brings.functions.contains(name)
                    && builtin_functions(name).is_empty()
                    && self.functions_named(&call.name).is_empty()
            });
            if calls {
                found.push((one.address, Link::Normal));
            }
        }
        for (name, relation) in &self.relations {
            let keys = relation
                .as_index()
                .into_iter()
                .flat_map(|index| &index.definition.keys);
            let classes: Vec<_> = keys.flat_map(|key| tokenize(&key.options)).collect();
            if classes
                .iter()
                .any(|class| brings.operator_classes.contains(class.text))
            {
                found.push((ObjectAddress::Relation(name.clone()), Link::Normal));
            }
        }
        found
    }

    pub(super) fn on_type(&self, name: &ObjectName) -> Vec<Dependent> {
        let mut found = self.columns_where(|data_type| data_type.name == *name);
        found.extend(self.functions_of_type(name));
        for (other, user_type) in &self.types {
            let uses = match &user_type.kind {
                TypeKind::Domain { base, .. } => base.name == *name,
                TypeKind::Composite { attributes } => attributes
                    .iter()
                    .any(|(_, data_type)| data_type.name == *name),
                TypeKind::Enum { .. } | TypeKind::Other { .. } => false,
            };
            if uses {
                found.push((ObjectAddress::Type(other.clone()), Link::Normal));
            }
        }
        for one in self.uses() {
            let named = |found: &ObjectName| self.resolve_type(found).as_ref() == Some(name);
            if one.references.types.iter().any(named) {
                found.push((one.address, Link::Normal));
            }
        }
        found
    }

    /// Columns whose type passes the test: those of tables alone, those of views with the view.
    fn columns_where(&self, test: impl Fn(&DataType) -> bool) -> Vec<Dependent> {
        let mut found = Vec::new();
        for (name, relation) in &self.relations {
            match relation {
                Relation::Table(table) => {
                    let columns = table
                        .columns
                        .iter()
                        .filter(|column| test(&column.data_type));
                    found.extend(columns.map(|column| {
                        (
                            ObjectAddress::Column(name.clone(), column.name.clone()),
                            Link::Normal,
                        )
                    }));
                }
                Relation::View(view) | Relation::MaterializedView(view)
                    if view.columns.iter().any(|column| test(&column.data_type)) =>
                {
                    found.push((ObjectAddress::Relation(name.clone()), Link::Normal));
                }
                _ => {}
            }
        }
        found
    }

    /// Functions that take or give a type.
    fn functions_of_type(&self, name: &ObjectName) -> Vec<Dependent> {
        let returns = |text: &str| {
            let tokens = tokenize(text);
            tokens
                .iter()
                .any(|token| token.identifier().as_ref() == Some(&name.name))
        };
        self.functions
            .iter()
            .filter(|(signature, function)| {
                signature
                    .argument_types
                    .iter()
                    .any(|argument| argument.name == *name)
                    || returns(&function.definition.returns)
            })
            .map(|(signature, _)| (ObjectAddress::Function(signature.clone()), Link::Normal))
            .collect()
    }

    pub(super) fn on_function(&self, signature: &FunctionSignature) -> Vec<Dependent> {
        let mut found = Vec::new();
        for (name, relation) in &self.relations {
            let triggers = relation
                .as_table()
                .into_iter()
                .flat_map(|table| &table.triggers);
            let calling = triggers.filter(|(_, trigger)| {
                trigger.function == signature.name && signature.argument_types.is_empty()
            });
            found.extend(calling.map(|(part, _)| {
                (
                    ObjectAddress::Trigger(name.clone(), part.clone()),
                    Link::Normal,
                )
            }));
        }
        let overloads = self
            .functions
            .keys()
            .filter(|other| other.name == signature.name)
            .count();
        for one in self.uses() {
            let calls = one.references.functions.iter().any(|call| {
                let named = call.name == signature.name
                    || (call.name.schema.is_none() && self.names_function(&call.name, signature));
                named && (overloads == 1 || call.arguments.len() == signature.argument_types.len())
            });
            if calls {
                found.push((one.address, Link::Normal));
            }
        }
        found
    }

    fn names_function(&self, name: &ObjectName, signature: &FunctionSignature) -> bool {
        self.functions_named(name)
            .first()
            .is_some_and(|_| signature.name.name == name.name)
            && builtin_functions(name.name.as_str()).is_empty()
    }

    pub(super) fn on_relation(&self, name: &ObjectName) -> Vec<Dependent> {
        match self.relations.get(name) {
            Some(Relation::Table(table)) => self.on_table(name, table),
            Some(Relation::View(_)) => self.on_rows_of(name),
            Some(Relation::MaterializedView(_)) => {
                let indexes = self.indexes_at(name).map(|(index, _)| index.clone());
                let indexes = indexes.map(|index| (ObjectAddress::Relation(index), Link::Auto));
                indexes.chain(self.on_rows_of(name)).collect()
            }
            Some(Relation::Index(_)) => self.on_index(name),
            Some(Relation::Sequence(_)) => self.on_sequence(name),
            None => Vec::new(),
        }
    }

    fn on_table(&self, name: &ObjectName, table: &Table) -> Vec<Dependent> {
        let auto = |address| (address, Link::Auto);
        let part = |part: &Identifier| (name.clone(), part.clone());
        let mut found: Vec<_> = Vec::new();
        for key in table.constraints.keys().map(part) {
            found.push(auto(ObjectAddress::Constraint(key.0, key.1)));
        }
        for key in table.triggers.keys().map(part) {
            found.push(auto(ObjectAddress::Trigger(key.0, key.1)));
        }
        for key in table.policies.keys().map(part) {
            found.push(auto(ObjectAddress::Policy(key.0, key.1)));
        }
        for column in &table.columns {
            let address = ObjectAddress::Default(name.clone(), column.name.clone());
            found.push(auto(address));
            if column.generated.is_some() {
                let key = part(&column.name);
                found.push(auto(ObjectAddress::Column(key.0, key.1)));
            }
        }
        for (other, relation) in &self.relations {
            found.extend(
                table_child(name, relation)
                    .map(|link| (ObjectAddress::Relation(other.clone()), link)),
            );
        }
        let keys = self.foreign_keys_to(name).into_iter();
        found.extend(keys.map(|(address, _)| (address, Link::Normal)));
        found.extend(self.on_rows_of(name));
        found
    }

    /// Views, policies, functions and columns that read the relation or use its row type.
    fn on_rows_of(&self, name: &ObjectName) -> Vec<Dependent> {
        let mut found = Vec::new();
        for (other, relation) in &self.relations {
            if relation
                .as_view()
                .is_some_and(|view| view.reads.contains(name))
            {
                found.push((ObjectAddress::Relation(other.clone()), Link::Normal));
            }
        }
        found.extend(self.columns_where(|data_type| data_type.name == *name));
        found.extend(self.functions_of_type(name));
        for one in self.uses().into_iter().filter(|one| one.relation.is_some()) {
            let reads = one.references.reads();
            if reads
                .iter()
                .any(|read| self.resolve_relation(read).as_ref() == Some(name))
            {
                found.push((one.address, Link::Normal));
            }
        }
        found
    }

    /// Defaults that take numbers from it.
    fn on_sequence(&self, name: &ObjectName) -> Vec<Dependent> {
        self.uses()
            .into_iter()
            .filter(|one| {
                tokenize(&one.text)
                    .iter()
                    .filter_map(|token| token.string())
                    .any(|text| {
                        let named = ObjectName::from_sql(&text);
                        self.resolve_relation(&named).as_ref() == Some(name)
                    })
            })
            .map(|one| (one.address, Link::Normal))
            .collect()
    }
}

/// How a relation hangs on a table as a whole.
fn table_child(table: &ObjectName, relation: &Relation) -> Option<Link> {
    match relation {
        Relation::Index(index) => (index.definition.table == *table).then_some(Link::Auto),
        Relation::Sequence(sequence) => sequence
            .owned_by
            .as_ref()
            .is_some_and(|(owner, _)| owner == table)
            .then_some(Link::Auto),
        Relation::Table(child) => {
            let partition = child
                .partition_of
                .as_ref()
                .is_some_and(|(parent, _)| parent == table);
            match partition {
                true => Some(Link::Auto),
                false => child.inherits.contains(table).then_some(Link::Normal),
            }
        }
        Relation::View(_) | Relation::MaterializedView(_) => None,
    }
}
