//! What a step locks and how long, for PostgreSQL 12 to 18: manual 13.3.1 (table-level locks) and the
//! notes of ALTER TABLE, ALTER INDEX, CREATE INDEX, CREATE TABLE, CREATE TRIGGER and CREATE POLICY.

use crate::catalog::{Catalog, Column, ConstraintKind};

use super::step::{Renamed, Step, StepKind};

/// The strongest lock that a step takes on a table that is in use, when it has something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Nothing that other sessions wait for.
    None,
    /// Reading and writing go on; other DDL and VACUUM wait.
    ShareUpdateExclusive,
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
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What it means for those who use the table.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::None => "nobody waits",
            Self::ShareUpdateExclusive => "reading and writing go on",
            Self::Share => "writers wait",
            Self::ShareRowExclusive => "writers wait",
            Self::AccessExclusive => "everybody waits",
        }
    }
}

/// How the time under the lock grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cost {
    /// The catalog alone changes.
    Instant,
    /// Every row is read once.
    Scan,
    /// An index is built.
    IndexBuild,
    /// The table and its indexes are written anew.
    Rewrite,
}

impl Cost {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "at once",
            Self::Scan => "reads every row",
            Self::IndexBuild => "builds an index",
            Self::Rewrite => "rewrites the table and its indexes",
        }
    }
}

/// The price of a step: in a database where its object is missing, and in one that has it in another
/// shape. Where the shape is right it costs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub lock: Lock,
    pub missing: Cost,
    pub different: Cost,
}

impl Step {
    /// What the step costs a database that has walked the chain to head and nothing else; `None`
    /// where it finds everything in place, or makes a table that nobody uses yet.
    pub fn cost_at(&self, head: &Catalog) -> Option<Cost> {
        let price = self.price();
        let (table, here) = match &self.kind {
            StepKind::Column { table, column, .. } => {
                let known = head.column(table, column.name.as_str());
                (Some(table), known.map(|known| *known == **column))
            }
            StepKind::Filled { table, column } => {
                let known = head.column(table, column.name.as_str());
                (Some(table), known.map(|known| known.not_null))
            }
            StepKind::Constraint {
                table,
                name,
                constraint,
            } => {
                let known = head
                    .table(table)
                    .and_then(|table| table.constraints.get(name));
                (
                    Some(table),
                    known.map(|known| known.kind == constraint.kind),
                )
            }
            StepKind::Trigger {
                table,
                name,
                trigger,
            } => {
                let known = head.table(table).and_then(|table| table.triggers.get(name));
                (Some(table), known.map(|known| *known == **trigger))
            }
            StepKind::Policy {
                table,
                name,
                policy,
            } => {
                let known = head.table(table).and_then(|table| table.policies.get(name));
                (Some(table), known.map(|known| *known == **policy))
            }
            StepKind::RowSecurity {
                table,
                enabled,
                forced,
            } => {
                let known = head.table(table);
                let same = known.map(|known| {
                    (known.row_security, known.force_row_security) == (*enabled, *forced)
                });
                (Some(table), same)
            }
            StepKind::Index { name, index, .. } => {
                let known = head.find_index(name);
                (
                    Some(&index.definition.table),
                    known.map(|known| known.definition == index.definition),
                )
            }
            StepKind::Table { name, table, .. } => {
                let parent = table.partition_of.as_ref().map(|(parent, _)| parent);
                (parent, head.relation(name).map(|_| true))
            }
            StepKind::RenameBack { .. }
            | StepKind::Retire { .. }
            | StepKind::EnumLabels { .. }
            | StepKind::Unfit { .. }
            | StepKind::UnfitValues { .. }
            | StepKind::Schema { .. }
            | StepKind::Extension { .. }
            | StepKind::Type { .. }
            | StepKind::Sequence { .. }
            | StepKind::SequenceOwner { .. }
            | StepKind::Function { .. }
            | StepKind::View { .. }
            | StepKind::Comment { .. }
            | StepKind::Owner { .. }
            | StepKind::Rights { .. }
            | StepKind::DefaultRights => (None, Some(true)),
        };
        if price.lock == Lock::None || table.is_some_and(|table| head.relation(table).is_none()) {
            return None;
        }
        match here {
            Some(true) => None,
            Some(false) => Some(price.different),
            None => Some(price.missing),
        }
    }

    pub fn price(&self) -> Price {
        let price = |lock, missing, different| Price {
            lock,
            missing,
            different,
        };
        let instant = |lock| price(lock, Cost::Instant, Cost::Instant);
        match &self.kind {
            StepKind::RenameBack { renamed, .. } => match renamed {
                Renamed::Type { .. } | Renamed::Label { .. } => instant(Lock::None),
                Renamed::Index { .. } => instant(Lock::ShareUpdateExclusive),
                Renamed::Table { .. } | Renamed::Column { .. } | Renamed::Constraint { .. } => {
                    instant(Lock::AccessExclusive)
                }
            },
            // Labels in another order, or too many of them: a new type takes the old one's place in
            // every column.
            StepKind::EnumLabels { .. } => {
                price(Lock::AccessExclusive, Cost::Instant, Cost::Rewrite)
            }
            StepKind::Type { user_type, .. } if user_type.labels().is_some() => {
                price(Lock::AccessExclusive, Cost::Instant, Cost::Rewrite)
            }
            // A foreign key inside does not come with the table, so nobody else is locked; a
            // partition locks its parent.
            StepKind::Table { table, .. } if table.partition_of.is_some() => {
                instant(Lock::AccessExclusive)
            }
            StepKind::Unfit { .. }
            | StepKind::UnfitValues { .. }
            | StepKind::Schema { .. }
            | StepKind::Extension { .. }
            | StepKind::Type { .. }
            | StepKind::Sequence { .. }
            | StepKind::SequenceOwner { .. }
            | StepKind::Function { .. }
            | StepKind::Table { .. } => instant(Lock::None),
            StepKind::Column { column, serial, .. } => {
                let missing = added(column, *serial);
                price(Lock::AccessExclusive, missing, Cost::Rewrite)
            }
            StepKind::Filled { .. } => price(Lock::AccessExclusive, Cost::Scan, Cost::Scan),
            StepKind::Constraint { constraint, .. } => match constraint.kind {
                ConstraintKind::ForeignKey(_) => {
                    price(Lock::ShareRowExclusive, Cost::Scan, Cost::Scan)
                }
                ConstraintKind::Check { .. } => {
                    price(Lock::AccessExclusive, Cost::Scan, Cost::Scan)
                }
                ConstraintKind::PrimaryKey { .. }
                | ConstraintKind::Unique { .. }
                | ConstraintKind::Exclude { .. } => {
                    price(Lock::AccessExclusive, Cost::IndexBuild, Cost::IndexBuild)
                }
            },
            StepKind::Index { .. } => price(Lock::Share, Cost::IndexBuild, Cost::IndexBuild),
            StepKind::View {
                materialized: true, ..
            } => price(Lock::AccessExclusive, Cost::Scan, Cost::Scan),
            StepKind::View { .. } => instant(Lock::AccessExclusive),
            StepKind::Trigger { .. } => instant(Lock::ShareRowExclusive),
            StepKind::RowSecurity { .. } | StepKind::Policy { .. } => {
                instant(Lock::AccessExclusive)
            }
            StepKind::Comment { .. } => instant(Lock::ShareUpdateExclusive),
            StepKind::Retire { .. } | StepKind::Owner { .. } => instant(Lock::AccessExclusive),
            StepKind::Rights { .. } | StepKind::DefaultRights => instant(Lock::None),
        }
    }
}

/// ALTER TABLE notes: a constant default is kept in the catalog; a volatile one, a stored generated
/// column, an identity and a serial have a value of their own in every row.
fn added(column: &Column, serial: bool) -> Cost {
    let own_value = serial || column.generated.is_some() || column.identity.is_some();
    let volatile = column.default.as_deref().is_some_and(may_be_volatile);
    if own_value || volatile {
        Cost::Rewrite
    } else {
        Cost::Instant
    }
}

/// Functions that are not volatile and words that look like calls; what else is called may be.
const STEADY: &[&str] = &[
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "timezone",
    "date_trunc",
    "make_interval",
    "current_setting",
    "lower",
    "upper",
    "md5",
    "concat",
    "coalesce",
    "nullif",
    "jsonb_build_object",
    "jsonb_build_array",
    "json_build_object",
    "json_build_array",
    "to_jsonb",
    "to_char",
    "varchar",
    "varying",
    "character",
    "char",
    "numeric",
    "decimal",
    "timestamp",
    "time",
    "bit",
    "interval",
];

/// Whether the default may give another value for each row.
fn may_be_volatile(default: &str) -> bool {
    let code = default.split('\'').step_by(2).collect::<Vec<_>>().join(" ");
    let calls = code.match_indices('(').filter_map(|(at, _)| {
        let before = code[..at].trim_end();
        let start = before
            .rfind(|next: char| !next.is_alphanumeric() && next != '_')
            .map_or(0, |at| at + 1);
        Some(before[start..].to_lowercase()).filter(|name| !name.is_empty())
    });
    calls
        .into_iter()
        .any(|name| !STEADY.contains(&name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::may_be_volatile;

    #[test]
    fn only_volatile_defaults_differ_from_row_to_row() {
        for steady in [
            "now()",
            "'now(x)'::text",
            "0",
            "'x'::character varying(20)",
            "(now() + '1 day')",
        ] {
            assert!(!may_be_volatile(steady), "{steady}");
        }
        for volatile in [
            "gen_random_uuid()",
            "random()",
            "clock_timestamp()",
            "my.own_id()",
        ] {
            assert!(may_be_volatile(volatile), "{volatile}");
        }
    }
}
