//! What a comment can stand on, and which comment the wanted schema has there.

use crate::catalog::{Catalog, FunctionSignature, Relation, Table};
use crate::model::{Identifier, ObjectName};

/// An object that has a comment (PostgreSQL manual, COMMENT).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Commented {
    /// A table, view, index or sequence; the kind as COMMENT ON names it.
    Relation {
        kind: &'static str,
        name: ObjectName,
    },
    Column {
        relation: ObjectName,
        column: Identifier,
    },
    /// A constraint, trigger or policy of a table.
    Part {
        kind: &'static str,
        table: ObjectName,
        name: Identifier,
    },
    Type {
        name: ObjectName,
    },
    Function {
        signature: FunctionSignature,
    },
    Schema {
        name: Identifier,
    },
}

impl Commented {
    /// What `COMMENT ON kind object` means in the wanted schema; `None` where it is not there, or where
    /// nobody folds comments on its kind.
    pub(super) fn of(target: &Catalog, kind: &str, object: &str) -> Option<Self> {
        let name = ObjectName::from_sql(object);
        let part = |kind| {
            let (table, part) = object.rsplit_once('.')?;
            let table = ObjectName::from_sql(table);
            let name = Identifier::exact(part);
            Some(Self::Part { kind, table, name })
        };
        let found = match kind.to_lowercase().as_str() {
            "table" | "view" | "materialized view" | "index" | "sequence" => {
                let kind = word(target.relation(&name)?);
                Some(Self::Relation { kind, name })
            }
            "column" => {
                let (relation, column) = object.rsplit_once('.')?;
                let relation = ObjectName::from_sql(relation);
                let column = Identifier::exact(column);
                Some(Self::Column { relation, column })
            }
            "constraint" => part("CONSTRAINT"),
            "trigger" => part("TRIGGER"),
            "policy" => part("POLICY"),
            "type" => Some(Self::Type { name }),
            "schema" => Some(Self::Schema { name: name.name }),
            "function" => function(target, object),
            _ => None,
        };
        found.filter(|found| found.is_there(target))
    }

    /// Everything on which a comment can stand.
    pub(super) fn all(target: &Catalog) -> Vec<Self> {
        let mut found = Vec::new();
        for (name, relation) in &target.relations {
            let kind = word(relation);
            let name = name.clone();
            let columns = match relation {
                Relation::Table(table) => {
                    found.extend(parts(&name, table));
                    &*table.columns
                }
                Relation::View(view) | Relation::MaterializedView(view) => &*view.columns,
                Relation::Index(_) | Relation::Sequence(_) => &[],
            };
            found.extend(columns.iter().map(|column| Self::Column {
                relation: name.clone(),
                column: column.name.clone(),
            }));
            found.push(Self::Relation { kind, name });
        }
        found.extend(
            target
                .types
                .keys()
                .map(|name| Self::Type { name: name.clone() }),
        );
        found.extend(target.functions.keys().map(|signature| Self::Function {
            signature: signature.clone(),
        }));
        found.extend(
            target
                .schemas
                .keys()
                .map(|name| Self::Schema { name: name.clone() }),
        );
        found
    }

    fn is_there(&self, target: &Catalog) -> bool {
        match self {
            Self::Relation { name, .. } => target.relation(name).is_some(),
            Self::Column { relation, column } => target.column(relation, column.as_str()).is_some(),
            Self::Part { kind, table, name } => target.table(table).is_some_and(|table| {
                let Table {
                    constraints,
                    triggers,
                    policies,
                    ..
                } = table;
                match *kind {
                    "CONSTRAINT" => constraints.contains_key(name),
                    "TRIGGER" => triggers.contains_key(name),
                    _ => policies.contains_key(name),
                }
            }),
            Self::Type { name } => target.user_type(name).is_some(),
            Self::Function { signature } => target.functions.get(signature).is_some(),
            Self::Schema { name } => target.has_schema(name.as_str()),
        }
    }

    /// The comment there in the end: several may have been written.
    pub(super) fn text(&self, target: &Catalog) -> Option<String> {
        let comment = match self {
            Self::Relation { name, .. } => match target.relation(name)? {
                Relation::Index(index) => index.comment.as_ref(),
                relation => relation.attributes()?.comment.as_ref(),
            },
            Self::Column { relation, column } => {
                let column = target.column(relation, column.as_str())?;
                column.attributes.comment.as_ref()
            }
            Self::Part { kind, table, name } => {
                let table = target.table(table)?;
                match *kind {
                    "CONSTRAINT" => table.constraints.get(name)?.comment.as_ref(),
                    "TRIGGER" => table.triggers.get(name)?.comment.as_ref(),
                    _ => table.policies.get(name)?.comment.as_ref(),
                }
            }
            Self::Type { name } => target.user_type(name)?.attributes.comment.as_ref(),
            Self::Function { signature } => {
                let function = target.functions.get(signature)?;
                function.attributes.comment.as_ref()
            }
            Self::Schema { name } => target.schemas.get(name)?.attributes.comment.as_ref(),
        };
        comment.cloned()
    }

    /// In the house's spelling.
    pub fn object(&self) -> String {
        match self {
            Self::Relation { name, .. } | Self::Type { name } => name.to_string(),
            Self::Column { relation, column } => relation.part(column.as_str()),
            Self::Part { table, name, .. } => table.part(name.as_str()),
            Self::Function { signature } => signature.name.to_string(),
            Self::Schema { name } => name.to_string(),
        }
    }

    /// The object that a reader looks for: of a part the table.
    pub fn subject(&self) -> String {
        match self {
            Self::Column { relation, .. } => relation.to_string(),
            Self::Part { table, .. } => table.to_string(),
            _ => self.object(),
        }
    }
}

/// A table's constraints, triggers and policies.
fn parts<'a>(table: &'a ObjectName, of: &'a Table) -> impl Iterator<Item = Commented> + 'a {
    let constraints = of.constraints.keys().map(|name| ("CONSTRAINT", name));
    let triggers = of.triggers.keys().map(|name| ("TRIGGER", name));
    let policies = of.policies.keys().map(|name| ("POLICY", name));
    let all = constraints.chain(triggers).chain(policies);
    all.map(|(kind, name)| Commented::Part {
        kind,
        table: table.clone(),
        name: name.clone(),
    })
}

fn word(relation: &Relation) -> &'static str {
    match relation {
        Relation::Table(_) => "TABLE",
        Relation::Index(_) => "INDEX",
        Relation::Sequence(_) => "SEQUENCE",
        Relation::View(_) => "VIEW",
        Relation::MaterializedView(_) => "MATERIALIZED VIEW",
    }
}

/// Without arguments the only function of that name is meant.
fn function(target: &Catalog, object: &str) -> Option<Commented> {
    let signature = target.function_named(object)?;
    Some(Commented::Function { signature })
}
