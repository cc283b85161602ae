//! Every expression text of the catalog with the object that it belongs to.

use std::sync::Arc;

use crate::catalog::expression::{References, remembered_references};
use crate::catalog::{Catalog, ConstraintKind, ObjectAddress, Relation, Table};
use crate::model::{Identifier, ObjectName};

/// An expression's references, and what would have to go if one of them went.
pub(crate) struct Use {
    pub(crate) address: ObjectAddress,
    /// The relation whose columns bare names mean.
    pub(crate) relation: Option<ObjectName>,
    pub(crate) references: Arc<References>,
    /// Its text, where string constants count (`nextval('seq')`).
    pub(crate) text: String,
}

impl Use {
    fn new(address: ObjectAddress, relation: &ObjectName, text: &str) -> Self {
        Self {
            address,
            relation: Some(relation.clone()),
            references: remembered_references(text),
            text: text.to_owned(),
        }
    }

    /// Whether it names the column, as far as its text tells.
    pub(crate) fn names_column(&self, relation: &ObjectName, column: &Identifier) -> bool {
        let own = self.relation.as_ref() == Some(relation);
        let sources = &self.references.sources;
        self.references
            .columns
            .iter()
            .filter(|found| found.column == *column)
            .any(|found| {
                match &found.qualifier {
                    Some(qualifier) => {
                        (own && qualifier.name == relation.name)
                            || sources.iter().any(|source| {
                                source.relation == *relation && source.alias == qualifier.name
                            })
                    }
                    // A bare name inside a query is the innermost relation's that has it; without
                    // a parser the first reading that fits is taken.
                    None => own || sources.iter().any(|source| source.relation == *relation),
                }
            })
    }
}

impl Catalog {
    /// Defaults, generated columns, checks, index expressions, policies, trigger conditions and
    /// views.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let mut uses = Vec::new();
        for (name, relation) in &self.relations {
            match relation {
                Relation::Table(table) => table_uses(name, table, &mut uses),
                Relation::Index(index) => {
                    let definition = &index.definition;
                    let keys = definition.keys.iter().filter(|key| !key.is_column);
                    let texts = keys.map(|key| &key.expression).chain(&definition.predicate);
                    let address = ObjectAddress::Relation(name.clone());
                    uses.extend(
                        texts.map(|text| Use::new(address.clone(), &definition.table, text)),
                    );
                }
                Relation::View(view) | Relation::MaterializedView(view) => uses.push(Use {
                    address: ObjectAddress::Relation(name.clone()),
                    relation: None,
                    references: remembered_references(&view.query),
                    text: view.query.clone(),
                }),
                Relation::Sequence(_) => {}
            }
        }
        uses
    }
}

fn table_uses(name: &ObjectName, table: &Table, uses: &mut Vec<Use>) {
    for column in &table.columns {
        if let Some(text) = &column.default {
            let address = ObjectAddress::Default(name.clone(), column.name.clone());
            uses.push(Use::new(address, name, text));
        }
        if let Some(text) = &column.generated {
            let address = ObjectAddress::Column(name.clone(), column.name.clone());
            uses.push(Use::new(address, name, text));
        }
    }
    for (part, constraint) in &table.constraints {
        if let ConstraintKind::Check {
            expression: text, ..
        }
        | ConstraintKind::Exclude { definition: text } = &constraint.kind
        {
            let address = ObjectAddress::Constraint(name.clone(), part.clone());
            uses.push(Use::new(address, name, text));
        }
    }
    for (part, policy) in &table.policies {
        let address = ObjectAddress::Policy(name.clone(), part.clone());
        let texts = policy
            .definition
            .using
            .iter()
            .chain(&policy.definition.with_check);
        uses.extend(texts.map(|text| Use::new(address.clone(), name, text)));
    }
    for (part, trigger) in &table.triggers {
        let address = ObjectAddress::Trigger(name.clone(), part.clone());
        // In WHEN, columns stand behind OLD and NEW.
        let condition = trigger.condition.as_ref().map(|text| {
            text.replace("OLD.", "")
                .replace("NEW.", "")
                .replace("old.", "")
                .replace("new.", "")
        });
        let texts = condition.into_iter().chain(update_of(&trigger.timing));
        uses.extend(texts.map(|text| Use::new(address.clone(), name, &text)));
    }
}

/// The column list of `UPDATE OF a, b`.
fn update_of(timing: &str) -> Option<String> {
    let lower = timing.to_lowercase();
    let start = lower.find("update of ")? + "update of ".len();
    let end = lower[start..]
        .find(" or ")
        .map_or(timing.len(), |end| start + end);
    timing.get(start..end).map(str::to_owned)
}
