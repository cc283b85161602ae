//! Indexes, sequences and views as facts.

use super::{Collector, FactValues, ObjectKind, attributes, list, optional, spelling};
use crate::catalog::{Index, Relation, Sequence, View};
use crate::model::{Identifier, IndexKey, ObjectName};

impl Collector<'_> {
    pub(super) fn relation(&mut self, name: &ObjectName, relation: &Relation) {
        let temporary = |schema: &Identifier| schema.as_str().starts_with("pg_temp");
        if name.schema.as_ref().is_some_and(temporary) {
            return;
        }
        match relation {
            Relation::Table(table) => self.table(name, table),
            Relation::Index(index) => self.index(name, index),
            Relation::Sequence(sequence) => self.sequence(name, sequence),
            Relation::View(view) => self.view(ObjectKind::View, name, view),
            Relation::MaterializedView(view) => {
                self.view(ObjectKind::MaterializedView, name, view);
            }
        }
    }

    fn index(&mut self, name: &ObjectName, index: &Index) {
        let mut values = FactValues::new();
        let definition = &index.definition;
        let keys: Vec<_> = definition
            .keys
            .iter()
            .map(|key| self.index_key(key))
            .collect();
        values.insert("table", definition.table.to_string());
        values.insert("keys", keys.join(", "));
        values.insert("method", definition.method.to_lowercase());
        values.insert("unique", definition.unique.to_string());
        values.insert(
            "nulls not distinct",
            definition.nulls_not_distinct.to_string(),
        );
        values.insert("valid", index.valid.to_string());
        values.insert("include", list(&definition.include));
        if !definition.options.is_empty() {
            values.insert("options", spelling::options(&definition.options));
        }
        self.expression(&mut values, "predicate", definition.predicate.as_ref());
        optional(&mut values, "constraint", &index.constraint);
        optional(&mut values, "comment", &index.comment);
        self.add(ObjectKind::Index, name.to_string(), values);
    }

    fn index_key(&self, key: &IndexKey) -> String {
        let expression = match key.is_column {
            true => key.expression.clone(),
            false => self.canonical.expression(&key.expression),
        };
        format!("{expression} {}", spelling::key_options(&key.options))
            .trim_end()
            .to_owned()
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
        values.insert("identity", sequence.identity.to_string());
        if let Some((table, column)) = &sequence.owned_by {
            values.insert("owned by", table.part(column.as_str()));
        }
        self.add(ObjectKind::Sequence, name.to_string(), values);
    }

    fn view(&mut self, kind: ObjectKind, name: &ObjectName, view: &View) {
        let mut values = attributes(&view.attributes);
        values.insert("query", self.canonical.query(&view.query));
        if !view.options.is_empty() {
            values.insert("options", spelling::options(&view.options));
        }
        for column in view
            .columns
            .iter()
            .filter(|column| column.attributes.comment.is_some())
        {
            let mut values = FactValues::new();
            optional(&mut values, "comment", &column.attributes.comment);
            self.add(ObjectKind::Column, name.part(column.name.as_str()), values);
        }
        self.add(kind, name.to_string(), values);
    }
}
