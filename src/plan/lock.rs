//! What a step locks and how long: PostgreSQL manual 13.3.1 (table-level locks) and the notes of
//! ALTER TABLE, CREATE INDEX, CREATE TRIGGER and CREATE POLICY.

use super::step::{Step, StepKind};

/// The strongest lock that a step takes when it has something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Nothing that other sessions wait for.
    None,
    /// Writers wait, readers go on.
    Share,
    /// Writers and other DDL wait, on both tables of a foreign key.
    ShareRowExclusive,
    /// Everybody waits.
    AccessExclusive,
}

impl Lock {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }
}

/// The price of a step in a database that lacks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub lock: Lock,
    /// How the time under the lock grows, in words.
    pub duration: &'static str,
}

impl Step {
    pub fn price(&self) -> Price {
        let price = |lock, duration| Price { lock, duration };
        match &self.kind {
            StepKind::SequenceOwner { .. } => price(Lock::None, "at once"),
            StepKind::RenameBack { .. } => price(Lock::AccessExclusive, "at once"),
            StepKind::EnumLabels { .. }
            | StepKind::Schema { .. }
            | StepKind::Extension { .. }
            | StepKind::Type { .. }
            | StepKind::Sequence { .. }
            | StepKind::Function { .. }
            | StepKind::Table { .. } => price(Lock::None, "at once"),
            StepKind::Column { column, .. } if column.generated.is_some() => price(
                Lock::AccessExclusive,
                "rewrites the table where the column is missing",
            ),
            StepKind::Column { serial: true, .. } => price(
                Lock::AccessExclusive,
                "rewrites the table where the column is missing",
            ),
            StepKind::Column { column, .. } if column.not_null => price(
                Lock::AccessExclusive,
                "at once where only the column is missing; scans the table to prove NOT NULL; rewrites it where the type differs",
            ),
            StepKind::Column { .. } => price(
                Lock::AccessExclusive,
                "at once; rewrites the table where the type differs",
            ),
            StepKind::Constraint { constraint, .. } => match constraint.kind {
                crate::catalog::ConstraintKind::ForeignKey(_) => {
                    price(Lock::ShareRowExclusive, "scans the referencing table")
                }
                crate::catalog::ConstraintKind::Check { .. } => {
                    price(Lock::AccessExclusive, "scans the table")
                }
                crate::catalog::ConstraintKind::PrimaryKey { .. }
                | crate::catalog::ConstraintKind::Unique { .. }
                | crate::catalog::ConstraintKind::Exclude { .. } => {
                    price(Lock::AccessExclusive, "builds an index")
                }
            },
            StepKind::Index { .. } => price(Lock::Share, "builds the index; writers wait"),
            StepKind::View {
                materialized: true, ..
            } => price(
                Lock::AccessExclusive,
                "runs the query where the view is missing or differs",
            ),
            StepKind::View { .. } => price(Lock::AccessExclusive, "at once"),
            StepKind::Trigger { .. } => price(Lock::ShareRowExclusive, "at once"),
            StepKind::RowSecurity { .. } | StepKind::Policy { .. } => {
                price(Lock::AccessExclusive, "at once")
            }
            StepKind::Comment { .. } => price(Lock::None, "at once"),
        }
    }
}
