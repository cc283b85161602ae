//! Values that a column has where a script made it, and that the target's type does not take: a `uuid`
//! where a number is wanted, a text that no label says. By default they go into the journal, their rows
//! stay with another value, and the downgrade brings them back.

use crate::catalog::{Catalog, Column, ConstraintKind};
use crate::graph::{ObjectKey, ObjectKind};
use crate::model::{Action, ColumnDefinition, DataType, Identifier, ObjectName, Place};

use super::decision::{Decision, Side};
use super::relabel::bare;
use super::step::{Step, StepKind, ValueRemedy};
use super::unfit::{STOP, Unfit, fits, labels};
use super::widen::holds;

const SET_ASIDE: &str = "set_aside";
const SET_ROWS_ASIDE: &str = "set_aside_rows";

/// What a row gets in the stead of a value that has no place.
struct Replacement {
    remedy: ValueRemedy,
    /// In words: what it gets.
    what: String,
}

impl Unfit<'_> {
    /// The question that a column asks whose type a script makes another one.
    pub(super) fn of_values(
        &self,
        catalog: &Catalog,
        step: &Step,
    ) -> Option<(Decision, Option<Step>)> {
        let StepKind::Column { table, column, .. } = &step.kind else {
            return None;
        };
        let (place, other) = self.other_type(catalog, table, column)?;
        let replacement = self.replacement(catalog, table, column);
        let decision = self.strange_values(table, column, (place, &other), replacement.as_ref());
        let remedy = remedy(&decision, replacement).map(|remedy| Step {
            kind: StepKind::UnfitValues {
                table: table.clone(),
                column: column.name.clone(),
                remedy,
            },
            citations: step.citations.clone(),
        });
        Some((decision, remedy))
    }

    /// Where a script makes the column such that it holds values which the target's does not, and how.
    fn other_type(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        column: &Column,
    ) -> Option<(&Place, String)> {
        let effects = self.made.get(&bare(table))?;
        effects.iter().find_map(|effect| {
            let other = type_in(catalog, table, &effect.action, &column.name)?;
            let is_plain = column.generated.is_some() && !other.is_generated;
            let strange = is_plain || !takes(&column.data_type, other.data_type);
            let told = match is_plain {
                true => format!("a plain {}", other.data_type),
                false => other.data_type.to_string(),
            };
            strange.then_some((&effect.provenance.call, told))
        })
    }

    fn replacement(
        &self,
        catalog: &Catalog,
        table: &ObjectName,
        column: &Column,
    ) -> Option<Replacement> {
        let value = |sql: &str, what: &str| Replacement {
            remedy: ValueRemedy::Replace(sql.to_owned()),
            what: what.to_owned(),
        };
        if column.generated.is_some() {
            return Some(value("NULL", "what the column's expression gives"));
        }
        if is_key(catalog, table, column) {
            let what = "a number of its own, which foreign keys follow".to_owned();
            return can_be_numbered(&column.data_type).then_some(Replacement {
                remedy: ValueRemedy::Number,
                what,
            });
        }
        if !column.not_null {
            return Some(value("NULL", "NULL"));
        }
        if let Some(default) = &column.default
            && fits(catalog, &column.data_type, default)
        {
            return Some(value(default, &format!("its default {default}")));
        }
        // No label stands for a value that nobody knows.
        if labels(catalog, &column.data_type).is_some() {
            return None;
        }
        let neutral = self.value(catalog, table, &column.name, &column.data_type)?;
        Some(value(
            &neutral.sql,
            &format!("{}, {}", neutral.sql, neutral.why),
        ))
    }

    fn strange_values(
        &self,
        table: &ObjectName,
        column: &Column,
        (place, other): (&Place, &str),
        replacement: Option<&Replacement>,
    ) -> Decision {
        let object = table.part(column.name.as_str());
        let id = format!("values_against:{object}");
        let values = replacement.map(|replacement| Side {
            answer: SET_ASIDE,
            place: Some(place.clone()),
            definition: format!(
                "they move to `fixfold_journal`, and their rows get {}; the downgrade brings them back",
                replacement.what
            ),
        });
        let rows = Side {
            answer: SET_ROWS_ASIDE,
            place: None,
            definition: "their rows move to `fixfold_journal`, with the rows that refer to them; the downgrade brings them back".to_owned(),
        };
        let stop = Side {
            answer: STOP,
            place: None,
            definition: "the migration stops and says which they are".to_owned(),
        };
        let rows = column.generated.is_none().then_some(rows);
        let data_type = &column.data_type;
        Decision {
            answer: None,
            is_answered_with_others: false,
            id,
            question: format!(
                "`{object}` is {data_type}, and {place} makes it {other}: what becomes of values that have no place there?"
            ),
            object: ObjectKey::new(ObjectKind::Column, object),
            default: match values {
                Some(_) => SET_ASIDE,
                None => SET_ROWS_ASIDE,
            },
            sides: values.into_iter().chain(rows).chain([stop]).collect(),
        }
        .answered(self.answers)
    }
}

impl Unfit<'_> {
    /// The question that a rename asks where a script has made the column of the new name before: both may
    /// hold something.
    pub(super) fn of_rename(
        &self,
        table: &ObjectName,
        before: &Identifier,
        after: &Identifier,
    ) -> Option<(Decision, Option<StepKind>)> {
        let makers = self.made.get(&bare(table))?;
        let made = makers
            .iter()
            .find(|effect| makes_column(&effect.action, before, after))?;
        let place = &made.provenance.call;
        let object = table.part(after.as_str());
        let aside = Side {
            answer: SET_ASIDE,
            place: Some(place.clone()),
            definition: format!(
                "what `{before}` says moves to `fixfold_journal`; the downgrade brings it back"
            ),
        };
        let stop = Side {
            answer: STOP,
            place: None,
            definition: "the migration stops and says how many rows there are".to_owned(),
        };
        let decision = Decision {
            id: format!("values_beside:{object}:{before}"),
            question: format!(
                "`{before}` becomes `{object}`, which {place} makes too: what becomes of rows in which both say something else?"
            ),
            object: ObjectKey::new(ObjectKind::Column, object),
            sides: vec![aside, stop],
            default: SET_ASIDE,
            answer: None,
            is_answered_with_others: false,
        }
        .answered(self.answers);
        let kind = (decision.outcome() == SET_ASIDE).then(|| StepKind::UnfitValues {
            table: table.clone(),
            column: before.clone(),
            remedy: ValueRemedy::Replace("NULL".to_owned()),
        });
        Some((decision, kind))
    }
}

/// `set_aside` takes the proposed value, `set_aside 42` another one.
fn remedy(decision: &Decision, replacement: Option<Replacement>) -> Option<ValueRemedy> {
    let outcome = decision.outcome();
    match outcome.split_once(' ') {
        Some((SET_ASIDE, other)) => Some(ValueRemedy::Replace(other.trim().to_owned())),
        _ if outcome == SET_ASIDE => replacement.map(|replacement| replacement.remedy),
        _ if outcome == SET_ROWS_ASIDE => Some(ValueRemedy::SetAside),
        _ => None,
    }
}

/// Whether a script's action leaves a column of the new name before the chain does, or one of the old name
/// after it.
fn makes_column(action: &Action, before: &Identifier, after: &Identifier) -> bool {
    if let Action::CreateTable { definition, .. } = action {
        let mut columns = definition.columns.iter();
        return columns.any(|column| column.name == *after);
    }
    if let Action::RenameColumn { new_name, .. } = action {
        return new_name == after || new_name == before;
    }
    matches!(action, Action::AddColumn { column, .. } if column.name == *after)
}

/// How an action leaves a column.
struct OtherType<'a> {
    data_type: &'a DataType,
    is_generated: bool,
}

fn type_in<'a>(
    catalog: &'a Catalog,
    table: &ObjectName,
    action: &'a Action,
    column: &Identifier,
) -> Option<OtherType<'a>> {
    let defined = |known: &'a ColumnDefinition| OtherType {
        data_type: &known.data_type,
        is_generated: known.generated.is_some(),
    };
    match action {
        Action::CreateTable { definition, .. } => {
            let mut columns = definition.columns.iter();
            columns.find(|known| known.name == *column).map(defined)
        }
        Action::AddColumn { column: added, .. } => (added.name == *column).then(|| defined(added)),
        Action::AlterColumnType {
            column: other,
            change,
            ..
        } => (other == column).then_some(OtherType {
            data_type: &change.data_type,
            is_generated: false,
        }),
        Action::RenameColumn {
            column: before,
            new_name,
            ..
        } if new_name == column => {
            let known = catalog.column(table, before.as_str())?;
            Some(OtherType {
                data_type: &known.data_type,
                is_generated: known.generated.is_some(),
            })
        }
        _ => None,
    }
}

/// Whether the conversion of the helpers finds a place for every value of the other type.
fn takes(wanted: &DataType, other: &DataType) -> bool {
    const SAME: &[(&str, &str)] = &[
        ("timestamp with time zone", "timestamp without time zone"),
        ("timestamp without time zone", "timestamp with time zone"),
        ("timestamp without time zone", "date"),
        ("timestamp with time zone", "date"),
        ("json", "jsonb"),
        ("jsonb", "json"),
        ("double precision", "real"),
    ];
    let base = other.serial_base().map(DataType::from_sql);
    let other = base.as_ref().unwrap_or(other);
    let names = (wanted.name.name.as_str(), other.name.name.as_str());
    let is_any_text = ["text", "character varying"].contains(&names.0)
        && wanted.modifiers.is_empty()
        && wanted.array_dimensions == 0;
    let is_same = wanted.array_dimensions == other.array_dimensions && SAME.contains(&names);
    let is_equal = bare(&wanted.name) == bare(&other.name)
        && wanted.modifiers == other.modifiers
        && wanted.array_dimensions == other.array_dimensions;
    is_any_text || is_same || is_equal || holds(wanted, other)
}

/// A value of the column tells its row from the others.
fn is_key(catalog: &Catalog, table: &ObjectName, column: &Column) -> bool {
    let constraints = catalog.table(table).map(|table| &table.constraints);
    let mut constraints = constraints.into_iter().flat_map(|known| known.values());
    constraints.any(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. } => columns.contains(&column.name),
        ConstraintKind::Unique { columns, .. } => column.not_null && columns.contains(&column.name),
        ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check { .. }
        | ConstraintKind::Exclude { .. } => false,
    })
}

fn can_be_numbered(data_type: &DataType) -> bool {
    let name = data_type.name.name.as_str();
    data_type.array_dimensions == 0 && ["smallint", "integer", "bigint", "uuid"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_takes_all_values_of_another_or_not() {
        for (wanted, other, expected) in [
            ("bigint", "uuid", false),
            ("bigint", "serial", true),
            ("text", "uuid", true),
            ("text", "jsonb", true),
            ("text[]", "text", false),
            ("varchar(20)", "text", false),
            ("timestamptz", "timestamp", true),
            ("date", "timestamp", false),
            ("status", "public.status", true),
            ("status", "text", false),
        ] {
            let (wanted, other) = (DataType::from_sql(wanted), DataType::from_sql(other));
            assert_eq!(takes(&wanted, &other), expected, "{wanted} {other}");
        }
    }
}
