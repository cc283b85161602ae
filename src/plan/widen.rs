//! Where scripts make one column with different types and the chain has none: the type into which
//! the others go without a loss, so that every database's rows find room.

use crate::catalog::Catalog;
use crate::model::{Action, AlterColumnType, ColumnDefinition, DataType, ObjectName};

/// The change that makes the target's column hold this script's values too; `None` where it does
/// already, or where neither type holds the other's.
pub(super) fn widening(
    head: &Catalog,
    target: &Catalog,
    table: &ObjectName,
    column: &ColumnDefinition,
) -> Option<Action> {
    let name = column.name.as_str();
    let known = target.column(table, name)?;
    let wanted = &column.data_type;
    let of_chain = head.column(table, name).is_some();
    let special = known.generated.is_some() || known.identity.is_some() || known.default.is_some();
    if of_chain || special || wanted.serial_base().is_some() {
        return None;
    }
    let wider = !holds(&known.data_type, wanted) && holds(wanted, &known.data_type);
    wider.then(|| Action::AlterColumnType {
        table: table.clone(),
        column: column.name.clone(),
        change: AlterColumnType {
            data_type: wanted.clone(),
            using: None,
            collation: None,
        },
    })
}

/// Whether every value of `narrow`, printed, is one of `wide`.
pub(super) fn holds(wide: &DataType, narrow: &DataType) -> bool {
    if wide == narrow {
        return true;
    }
    if wide.array_dimensions != narrow.array_dimensions {
        return false;
    }
    match (text_room(wide), text_room(narrow)) {
        (Some(room), Some(length)) => room >= length,
        (Some(room), None) => printed_length(narrow).is_some_and(|length| room >= length),
        (None, _) => number_rank(wide)
            .zip(number_rank(narrow))
            .is_some_and(|(wide, narrow)| wide > narrow),
    }
}

/// How many characters a text type takes.
fn text_room(data_type: &DataType) -> Option<u32> {
    match data_type.name.name.as_str() {
        "text" => Some(u32::MAX),
        "character varying" => match data_type.modifiers.first() {
            Some(length) => length.parse().ok(),
            None => Some(u32::MAX),
        },
        _ => None,
    }
}

/// The longest text of a value, for types that are keys in one script and texts in another.
fn printed_length(data_type: &DataType) -> Option<u32> {
    match data_type.name.name.as_str() {
        "uuid" => Some(36),
        "smallint" => Some(6),
        "integer" => Some(11),
        "bigint" => Some(20),
        _ => None,
    }
}

/// Whole numbers by size; those of a `numeric` without precision are all of them.
fn number_rank(data_type: &DataType) -> Option<u8> {
    match data_type.name.name.as_str() {
        "smallint" => Some(0),
        "integer" => Some(1),
        "bigint" => Some(2),
        "numeric" if data_type.modifiers.is_empty() => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_type_holds_the_narrower_ones_values() {
        for (wide, narrow, expected) in [
            ("varchar(255)", "uuid", true),
            ("uuid", "varchar(255)", false),
            ("varchar(20)", "uuid", false),
            ("text", "varchar(50)", true),
            ("varchar(50)", "text", false),
            ("bigint", "integer", true),
            ("integer", "bigint", false),
            ("text", "jsonb", false),
            ("text[]", "text", false),
        ] {
            let (wide, narrow) = (DataType::from_sql(wide), DataType::from_sql(narrow));
            assert_eq!(holds(&wide, &narrow), expected, "{wide} {narrow}");
        }
    }
}
