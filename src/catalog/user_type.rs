//! Types that are not PostgreSQL's own, and not a table's row type.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Attributes, Constraint};
use crate::model::{DataType, Identifier};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnumLabel {
    pub name: String,
    /// Added by `ALTER TYPE ... ADD VALUE` in the open transaction: using it fails with 55P04 up to
    /// PostgreSQL 16, even where the type itself is from the same transaction (manual, ALTER TYPE).
    pub uncommitted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeKind {
    /// Labels in sort order.
    Enum { labels: Vec<EnumLabel> },
    Domain {
        base: DataType,
        not_null: bool,
        default: Option<String>,
        checks: BTreeMap<Identifier, Constraint>,
    },
    /// Attributes in order.
    Composite {
        attributes: Vec<(Identifier, DataType)>,
    },
    /// A range, base or shell type: what stands after its name.
    Other { definition: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserType {
    pub kind: TypeKind,
    pub attributes: Attributes,
}

impl UserType {
    pub fn new(kind: TypeKind) -> Self {
        Self {
            kind,
            attributes: Attributes::default(),
        }
    }

    /// Labels in order; `None` for a type that is no enum.
    pub fn labels(&self) -> Option<&[EnumLabel]> {
        match &self.kind {
            TypeKind::Enum { labels } => Some(labels),
            _ => None,
        }
    }
}
