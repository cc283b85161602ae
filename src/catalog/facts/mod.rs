//! A catalog laid out flat: one fact for each attribute of each object, in a fixed order. Diff,
//! fingerprint and dump all read it, so that they cannot disagree on what counts.

mod fact;
mod relations;
mod spelling;
mod tables;

pub use fact::{AsWritten, Canonical, FactKey, FactValues, Facts, ObjectKind};

use super::{Attributes, Catalog, Constraint, Function, TypeKind, UserType};
use crate::model::{Identifier, ObjectName};

impl Catalog {
    /// The whole catalog as facts. Roles, and objects of temporary schemas, are left out: they are
    /// the server's and the session's.
    pub fn facts(&self, canonical: &dyn Canonical) -> Facts {
        let mut facts = Collector {
            facts: Facts::new(),
            canonical,
        };
        for (name, schema) in &self.schemas {
            let values = attributes(&schema.attributes);
            facts.add(ObjectKind::Schema, name.to_string(), values);
        }
        for (name, extension) in &self.extensions {
            let mut values = FactValues::new();
            optional(&mut values, "schema", &extension.schema);
            optional(&mut values, "comment", &extension.comment);
            facts.add(ObjectKind::Extension, name.to_string(), values);
        }
        for (name, user_type) in &self.types {
            facts.user_type(name, user_type);
        }
        for (name, relation) in &self.relations {
            facts.relation(name, relation);
        }
        for (signature, function) in &self.functions {
            facts.add(
                ObjectKind::Function,
                signature.to_string(),
                function_values(function),
            );
        }
        for ((kind, object), definition) in &self.others {
            let values = FactValues::from([("definition", definition.clone())]);
            facts.add(ObjectKind::Other, format!("{kind} {object}"), values);
        }
        facts.facts
    }
}

struct Collector<'a> {
    facts: Facts,
    canonical: &'a dyn Canonical,
}

impl Collector<'_> {
    fn add(&mut self, kind: ObjectKind, object: String, values: FactValues) {
        self.facts.insert(FactKey { kind, object }, values);
    }

    fn expression(&self, values: &mut FactValues, name: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            values.insert(name, self.canonical.expression(text));
        }
    }

    fn user_type(&mut self, name: &ObjectName, user_type: &UserType) {
        let mut values = attributes(&user_type.attributes);
        let kind = match &user_type.kind {
            TypeKind::Enum { labels } => {
                let labels: Vec<_> = labels
                    .iter()
                    .map(|label| format!("'{}'", label.name))
                    .collect();
                values.insert("labels", labels.join(", "));
                ObjectKind::Enum
            }
            TypeKind::Domain {
                base,
                not_null,
                default,
                checks,
            } => {
                values.insert("type", base.to_string());
                values.insert("not null", not_null.to_string());
                self.expression(&mut values, "default", default.as_ref());
                for (check, constraint) in checks {
                    self.constraint(name, check, constraint);
                }
                ObjectKind::Domain
            }
            TypeKind::Composite { attributes } => {
                let attributes: Vec<_> = attributes
                    .iter()
                    .map(|(name, data_type)| format!("{name} {data_type}"))
                    .collect();
                values.insert("attributes", attributes.join(", "));
                ObjectKind::Type
            }
            TypeKind::Other { definition } => {
                values.insert("definition", spelling::words(definition));
                ObjectKind::Type
            }
        };
        self.add(kind, name.to_string(), values);
    }

    fn constraint(&mut self, table: &ObjectName, name: &Identifier, constraint: &Constraint) {
        let mut values = FactValues::new();
        let definition = spelling::constraint(&constraint.kind, self.canonical);
        values.insert("definition", definition);
        values.insert("validated", constraint.validated.to_string());
        values.insert("deferrable", constraint.deferrable.to_string());
        values.insert(
            "initially deferred",
            constraint.initially_deferred.to_string(),
        );
        optional(&mut values, "comment", &constraint.comment);
        self.add(ObjectKind::Constraint, table.part(name.as_str()), values);
    }
}

fn function_values(function: &Function) -> FactValues {
    let mut values = attributes(&function.attributes);
    let definition = &function.definition;
    let names: Vec<_> = definition
        .argument_names
        .iter()
        .map(|name| name.as_ref().map_or("", Identifier::as_str))
        .collect();
    values.insert(
        "argument names",
        names.join(", ").trim_matches([',', ' ']).to_owned(),
    );
    values.insert("argument defaults", definition.default_count.to_string());
    values.insert("language", definition.language.to_lowercase());
    values.insert("returns", spelling::result(&definition.returns));
    values.insert("body", definition.body.trim().to_owned());
    values.insert("procedure", definition.is_procedure.to_string());
    values.insert(
        "properties",
        spelling::function_properties(&definition.statement),
    );
    values
}

fn attributes(attributes: &Attributes) -> FactValues {
    let mut values = FactValues::new();
    optional(&mut values, "owner", &attributes.owner);
    if !attributes.grants.is_empty() {
        values.insert("grants", list(&attributes.grants));
    }
    if !attributes.revoked.is_empty() {
        values.insert("revoked", list(&attributes.revoked));
    }
    optional(&mut values, "comment", &attributes.comment);
    values
}

fn optional(values: &mut FactValues, name: &'static str, value: &Option<impl ToString>) {
    if let Some(value) = value {
        values.insert(name, value.to_string());
    }
}

fn list<'a, T: ToString + 'a>(items: impl IntoIterator<Item = &'a T>) -> String {
    items
        .into_iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
