//! Two shapes side by side.

use serde::Serialize;

use crate::catalog::{Column, Constraint, ConstraintKind, IdentityKind, Index, Table, UserType};
use crate::model::Identifier;

use super::Canonical;

/// One aspect in which two shapes differ; an empty side does not have it at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// `columns`, `type of scope`, `nullability of scope`, `default of scope`, `labels` ...
    pub aspect: String,
    pub ours: String,
    pub theirs: String,
}

impl Difference {
    pub(super) fn new(
        aspect: impl Into<String>,
        ours: impl Into<String>,
        theirs: impl Into<String>,
    ) -> Self {
        Self {
            aspect: aspect.into(),
            ours: ours.into(),
            theirs: theirs.into(),
        }
    }

    /// Adds a difference unless both sides are the same.
    pub(super) fn push(
        into: &mut Vec<Self>,
        aspect: impl Into<String>,
        ours: String,
        theirs: String,
    ) {
        if ours != theirs {
            into.push(Self::new(aspect, ours, theirs));
        }
    }
}

impl Difference {
    /// The sides mean the same, though PostgreSQL keeps and prints them differently: the start of
    /// the transaction has several names (manual, 9.9.5).
    pub fn is_only_spelling(&self) -> bool {
        let one_name = |text: &str| {
            let names = ["current_timestamp()", "transaction_timestamp()"];
            let mut text = text.to_lowercase();
            for name in names {
                text = text.replace(name, "now()");
            }
            text.replace("current_timestamp", "now()")
        };
        self.aspect.starts_with("default of ") && one_name(&self.ours) == one_name(&self.theirs)
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |text: &str| {
            if text.is_empty() {
                "none".to_owned()
            } else {
                text.to_owned()
            }
        };
        write!(
            formatter,
            "{}: {} / {}",
            self.aspect,
            side(&self.ours),
            side(&self.theirs)
        )
    }
}

/// Columns only; constraints and indexes are objects of their own.
pub fn tables(ours: &Table, theirs: &Table, canonical: Canonical) -> Vec<Difference> {
    let mut found = Vec::new();
    let missing = |from: &Table, other: &Table| {
        let names = from.columns.iter().map(|column| column.name.as_str());
        names
            .filter(|name| other.column(name).is_none())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (only_ours, only_theirs) = (missing(ours, theirs), missing(theirs, ours));
    if !(only_ours.is_empty() && only_theirs.is_empty()) {
        found.push(Difference::new("columns", only_ours, only_theirs));
    }
    for column in &ours.columns {
        if let Some(other) = theirs.column(column.name.as_str()) {
            found.extend(columns(column, other, canonical));
        }
    }
    found
}

/// Type, nullability, default, generation and identity.
pub fn columns(ours: &Column, theirs: &Column, canonical: Canonical) -> Vec<Difference> {
    let mut found = Vec::new();
    let name = &ours.name;
    let nullability =
        |column: &Column| if column.not_null { "NOT NULL" } else { "NULL" }.to_owned();
    let expression = |text: &Option<String>| text.as_deref().map(canonical).unwrap_or_default();
    Difference::push(
        &mut found,
        format!("type of {name}"),
        ours.data_type.to_string(),
        theirs.data_type.to_string(),
    );
    Difference::push(
        &mut found,
        format!("nullability of {name}"),
        nullability(ours),
        nullability(theirs),
    );
    Difference::push(
        &mut found,
        format!("default of {name}"),
        expression(&ours.default),
        expression(&theirs.default),
    );
    Difference::push(
        &mut found,
        format!("generation of {name}"),
        expression(&ours.generated),
        expression(&theirs.generated),
    );
    Difference::push(
        &mut found,
        format!("identity of {name}"),
        identity(ours),
        identity(theirs),
    );
    found
}

fn identity(column: &Column) -> String {
    match column.identity {
        Some(IdentityKind::Always) => "always".to_owned(),
        Some(IdentityKind::ByDefault) => "by default".to_owned(),
        None => String::new(),
    }
}

/// Keys, uniqueness, method and predicate.
pub fn indexes(ours: &Index, theirs: &Index, canonical: Canonical) -> Vec<Difference> {
    let mut found = Vec::new();
    let (ours, theirs) = (&ours.definition, &theirs.definition);
    let unique = |unique: bool| if unique { "unique" } else { "not unique" }.to_owned();
    let keys = |definition: &crate::model::IndexDefinition| {
        let keys = definition.keys.iter().map(|key| {
            let expression = if key.is_column {
                key.expression.clone()
            } else {
                canonical(&key.expression)
            };
            format!("{expression} {}", key.options.to_lowercase())
                .trim()
                .to_owned()
        });
        keys.collect::<Vec<_>>().join(", ")
    };
    let predicate = |text: &Option<String>| text.as_deref().map(canonical).unwrap_or_default();
    Difference::push(
        &mut found,
        "table",
        ours.table.to_string(),
        theirs.table.to_string(),
    );
    Difference::push(&mut found, "keys", keys(ours), keys(theirs));
    Difference::push(
        &mut found,
        "uniqueness",
        unique(ours.unique),
        unique(theirs.unique),
    );
    Difference::push(
        &mut found,
        "method",
        ours.method.clone(),
        theirs.method.clone(),
    );
    Difference::push(
        &mut found,
        "predicate",
        predicate(&ours.predicate),
        predicate(&theirs.predicate),
    );
    found
}

pub fn types(ours: &UserType, theirs: &UserType) -> Vec<Difference> {
    let labels = |user_type: &UserType| {
        let labels = user_type.labels()?.iter().map(|label| label.name.as_str());
        Some(labels.collect::<Vec<_>>().join(", "))
    };
    let mut found = Vec::new();
    match (labels(ours), labels(theirs)) {
        (Some(ours), Some(theirs)) => Difference::push(&mut found, "labels", ours, theirs),
        (ours, theirs) => {
            let kind = |labels: &Option<String>| if labels.is_some() { "enum" } else { "other" };
            Difference::push(
                &mut found,
                "kind",
                kind(&ours).to_owned(),
                kind(&theirs).to_owned(),
            );
        }
    }
    found
}

pub fn constraints(
    ours: &Constraint,
    theirs: &Constraint,
    canonical: Canonical,
) -> Vec<Difference> {
    let mut found = Vec::new();
    Difference::push(
        &mut found,
        "definition",
        describe(ours, canonical),
        describe(theirs, canonical),
    );
    found
}

/// A constraint in one line, for comparing and for people.
pub fn describe(constraint: &Constraint, canonical: Canonical) -> String {
    let list = |columns: &[Identifier]| {
        columns
            .iter()
            .map(Identifier::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => format!("primary key ({})", list(columns)),
        ConstraintKind::Unique { columns, .. } => format!("unique ({})", list(columns)),
        ConstraintKind::ForeignKey(key) => format!(
            "foreign key ({}) references {} ({}) on delete {:?} on update {:?}",
            list(&key.columns),
            key.referenced_table,
            list(&key.referenced_columns),
            key.on_delete,
            key.on_update,
        )
        .to_lowercase(),
        ConstraintKind::Check { expression, .. } => format!("check ({})", canonical(expression)),
        ConstraintKind::Exclude { definition } => format!("exclude {}", canonical(definition)),
    }
}
