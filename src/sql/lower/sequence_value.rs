//! `setval`: a query that sets a sequence.

use crate::model::{Action, Identifier, ObjectName, SequenceDefinition};
use crate::sql::expression::{Call, Expression};
use crate::sql::query::Query;
use crate::sql::spell::spell;
use crate::sql::walk::{self, Visited};

/// The sequences that a query sets, each as the ALTER SEQUENCE that it comes to.
pub(crate) fn sequences_set(query: &Query) -> Vec<Action> {
    let mut actions = Vec::new();
    walk::query(query, &mut |visited| {
        if let Visited::Expression(Expression::Call(call)) = visited
            && call.function.name.as_str() == "setval"
        {
            actions.push(set(call));
        }
    });
    actions
}

fn set(call: &Call) -> Action {
    let mut arguments = call.arguments.iter().map(|(_, value)| value);
    let name = arguments.next().map(sequence_name).unwrap_or_default();
    let value = arguments.next().map(spell).unwrap_or_default();
    Action::AlterSequence {
        name,
        definition: SequenceDefinition {
            options: format!("RESTART WITH {value}"),
            ..SequenceDefinition::default()
        },
        if_exists: false,
    }
}

/// The sequence that an argument names; `pg_get_serial_sequence('t', 'c')` is `t_c_seq` unless
/// somebody has renamed it.
fn sequence_name(argument: &Expression) -> ObjectName {
    match argument {
        Expression::Call(call) if call.function.name.as_str() == "pg_get_serial_sequence" => {
            let mut texts = call.arguments.iter().map(|(_, value)| value.as_text());
            match (texts.next().flatten(), texts.next().flatten()) {
                (Some(table), Some(column)) => {
                    let table = ObjectName::from_sql(table);
                    let name = format!("{}_{column}_seq", table.name);
                    ObjectName::qualified(table.schema, Identifier::exact(name))
                }
                _ => named(argument),
            }
        }
        _ => match argument.as_text() {
            Some(text) => ObjectName::from_sql(text),
            None => named(argument),
        },
    }
}

fn named(argument: &Expression) -> ObjectName {
    let label = match argument {
        Expression::Hole(label) => label.clone(),
        other => format!("{{{}}}", spell(other)),
    };
    ObjectName::new(Identifier::exact(label))
}
