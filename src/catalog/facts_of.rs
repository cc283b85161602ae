//! The facts of each kind of object.

use super::{
    Attributes, Canonical, Catalog, Column, Constraint, ConstraintKind, FactKey, FactValues, Facts,
    Index, ObjectKind, Relation, Sequence, Table, TypeKind, View,
};
use crate::model::{Identifier, ObjectName, PolicyDefinition, ReferentialAction};

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
            let mut values = attributes(&function.attributes);
            let definition = &function.definition;
            values.insert("language", definition.language.to_lowercase());
            values.insert("returns", definition.returns.to_lowercase());
            values.insert("body", definition.body.trim().to_owned());
            values.insert("procedure", definition.is_procedure.to_string());
            facts.add(ObjectKind::Function, signature.to_string(), values);
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

    fn user_type(&mut self, name: &ObjectName, user_type: &super::UserType) {
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
                values.insert("definition", definition.clone());
                ObjectKind::Type
            }
        };
        self.add(kind, name.to_string(), values);
    }

    fn relation(&mut self, name: &ObjectName, relation: &Relation) {
        let temporary = |schema: &Identifier| schema.as_str().starts_with("pg_temp");
        if name.schema.as_ref().is_some_and(temporary) {
            return;
        }
        match relation {
            Relation::Table(table) => self.table(name, table),
            Relation::Index(index) => self.index(name, index),
            Relation::Sequence(sequence) => self.sequence(name, sequence),
            Relation::View(view) => self.view(ObjectKind::View, name, view),
            Relation::MaterializedView(view) => self.view(ObjectKind::MaterializedView, name, view),
        }
    }

    fn table(&mut self, name: &ObjectName, table: &Table) {
        let mut values = attributes(&table.attributes);
        values.insert("row security", table.row_security.to_string());
        values.insert("forced row security", table.force_row_security.to_string());
        if table.persistence == super::Persistence::Unlogged {
            values.insert("unlogged", "true".to_owned());
        }
        optional(&mut values, "partition by", &table.partition_by);
        if let Some((parent, bounds)) = &table.partition_of {
            values.insert("partition of", format!("{parent} {bounds}"));
        }
        if !table.inherits.is_empty() {
            values.insert("inherits", names(&table.inherits));
        }
        if !table.options.is_empty() {
            values.insert("options", table.options.clone());
        }
        self.add(ObjectKind::Table, name.to_string(), values);
        for column in &table.columns {
            self.column(name, column);
        }
        for (part, constraint) in &table.constraints {
            self.constraint(name, part, constraint);
        }
        for (part, trigger) in &table.triggers {
            let mut values = FactValues::new();
            values.insert("timing", trigger.timing.to_lowercase());
            values.insert("function", trigger.function.to_string());
            values.insert("for each row", trigger.for_each_row.to_string());
            values.insert("enabled", trigger.enabled.to_string());
            values.insert("constraint", trigger.constraint.to_string());
            self.expression(&mut values, "when", trigger.condition.as_ref());
            optional(&mut values, "comment", &trigger.comment);
            self.add(ObjectKind::Trigger, name.part(part.as_str()), values);
        }
        for (part, policy) in &table.policies {
            self.policy(name, part, &policy.definition, &policy.comment);
        }
    }

    fn column(&mut self, table: &ObjectName, column: &Column) {
        let mut values = attributes(&column.attributes);
        values.insert("type", column.data_type.to_string());
        values.insert("not null", column.not_null.to_string());
        self.expression(&mut values, "default", column.default.as_ref());
        self.expression(&mut values, "generated", column.generated.as_ref());
        if let Some(identity) = column.identity {
            values.insert("identity", format!("{identity:?}"));
        }
        optional(&mut values, "collation", &column.collation);
        self.add(ObjectKind::Column, table.part(column.name.as_str()), values);
    }

    fn constraint(&mut self, table: &ObjectName, name: &Identifier, constraint: &Constraint) {
        let mut values = FactValues::new();
        values.insert("definition", self.constraint_definition(&constraint.kind));
        values.insert("validated", constraint.validated.to_string());
        values.insert("deferrable", constraint.deferrable.to_string());
        values.insert(
            "initially deferred",
            constraint.initially_deferred.to_string(),
        );
        optional(&mut values, "comment", &constraint.comment);
        self.add(ObjectKind::Constraint, table.part(name.as_str()), values);
    }

    fn constraint_definition(&self, kind: &ConstraintKind) -> String {
        match kind {
            ConstraintKind::PrimaryKey { columns, include } => {
                format!("primary key ({}){}", names(columns), including(include))
            }
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
            } => {
                let nulls = if *nulls_not_distinct {
                    " nulls not distinct"
                } else {
                    ""
                };
                format!("unique{nulls} ({}){}", names(columns), including(include))
            }
            ConstraintKind::ForeignKey(key) => format!(
                "foreign key ({}) references {} ({}){} on update {} on delete {}",
                names(&key.columns),
                key.referenced_table,
                names(&key.referenced_columns),
                if key.match_full { " match full" } else { "" },
                referential_action(&key.on_update),
                referential_action(&key.on_delete),
            ),
            ConstraintKind::Check {
                expression,
                no_inherit,
            } => {
                let suffix = if *no_inherit { " no inherit" } else { "" };
                format!("check ({}){suffix}", self.canonical.expression(expression))
            }
            ConstraintKind::Exclude { definition } => {
                format!("exclude {}", self.canonical.expression(definition))
            }
        }
    }

    fn index(&mut self, name: &ObjectName, index: &Index) {
        let mut values = FactValues::new();
        let definition = &index.definition;
        let keys: Vec<_> = definition
            .keys
            .iter()
            .map(|key| {
                let expression = match key.is_column {
                    true => key.expression.clone(),
                    false => self.canonical.expression(&key.expression),
                };
                format!("{expression} {}", key.options.to_lowercase())
                    .trim_end()
                    .to_owned()
            })
            .collect();
        values.insert("table", definition.table.to_string());
        values.insert("keys", keys.join(", "));
        values.insert("method", definition.method.clone());
        values.insert("unique", definition.unique.to_string());
        values.insert(
            "nulls not distinct",
            definition.nulls_not_distinct.to_string(),
        );
        values.insert("valid", index.valid.to_string());
        values.insert("include", names(&definition.include));
        self.expression(&mut values, "predicate", definition.predicate.as_ref());
        optional(&mut values, "comment", &index.comment);
        self.add(ObjectKind::Index, name.to_string(), values);
    }

    fn sequence(&mut self, name: &ObjectName, sequence: &Sequence) {
        let mut values = attributes(&sequence.attributes);
        values.insert("type", sequence.data_type.to_string());
        values.insert("start", sequence.start.to_string());
        values.insert("increment", sequence.increment.to_string());
        values.insert("minimum", sequence.minimum.to_string());
        values.insert("maximum", sequence.maximum.to_string());
        values.insert("cache", sequence.cache.to_string());
        values.insert("cycle", sequence.cycle.to_string());
        if let Some((table, column)) = &sequence.owned_by {
            values.insert("owned by", table.part(column.as_str()));
        }
        self.add(ObjectKind::Sequence, name.to_string(), values);
    }

    fn view(&mut self, kind: ObjectKind, name: &ObjectName, view: &View) {
        let mut values = attributes(&view.attributes);
        values.insert("query", self.canonical.query(&view.query));
        if !view.options.is_empty() {
            values.insert("options", view.options.clone());
        }
        self.add(kind, name.to_string(), values);
    }

    fn policy(
        &mut self,
        table: &ObjectName,
        name: &Identifier,
        definition: &PolicyDefinition,
        comment: &Option<String>,
    ) {
        let mut values = FactValues::new();
        values.insert("permissive", definition.permissive.to_string());
        values.insert(
            "command",
            format!("{:?}", definition.command).to_lowercase(),
        );
        values.insert("roles", names(&definition.roles));
        self.expression(&mut values, "using", definition.using.as_ref());
        self.expression(&mut values, "with check", definition.with_check.as_ref());
        optional(&mut values, "comment", comment);
        self.add(ObjectKind::Policy, table.part(name.as_str()), values);
    }
}

fn attributes(attributes: &Attributes) -> FactValues {
    let mut values = FactValues::new();
    if let Some(owner) = &attributes.owner {
        values.insert("owner", owner.to_string());
    }
    let list = |grants: &std::collections::BTreeSet<super::Grant>| {
        let grants: Vec<_> = grants.iter().map(ToString::to_string).collect();
        grants.join(", ")
    };
    if !attributes.grants.is_empty() {
        values.insert("grants", list(&attributes.grants));
    }
    if !attributes.revoked.is_empty() {
        values.insert("revoked", list(&attributes.revoked));
    }
    optional(&mut values, "comment", &attributes.comment);
    values
}

fn optional(values: &mut FactValues, name: &'static str, value: &Option<String>) {
    if let Some(value) = value {
        values.insert(name, value.clone());
    }
}

fn names(names: &[impl ToString]) -> String {
    names
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn including(columns: &[Identifier]) -> String {
    if columns.is_empty() {
        String::new()
    } else {
        format!(" include ({})", names(columns))
    }
}

fn referential_action(action: &ReferentialAction) -> String {
    match action {
        ReferentialAction::NoAction => "no action".to_owned(),
        ReferentialAction::Restrict => "restrict".to_owned(),
        ReferentialAction::Cascade => "cascade".to_owned(),
        ReferentialAction::SetNull(columns) if columns.is_empty() => "set null".to_owned(),
        ReferentialAction::SetNull(columns) => format!("set null ({})", names(columns)),
        ReferentialAction::SetDefault(columns) if columns.is_empty() => "set default".to_owned(),
        ReferentialAction::SetDefault(columns) => format!("set default ({})", names(columns)),
    }
}
