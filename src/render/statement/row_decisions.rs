//! What becomes of rows and values that the wanted schema does not take.

use crate::model::{Identifier, ObjectName};
use crate::plan::{Remedy, Step, StepKind, ValueRemedy};

use super::super::quote::{quote_literal, quote_name, quote_statement};
use super::{call, lines};

pub(super) fn decide(table: &ObjectName, part: &Identifier, remedy: &Remedy) -> String {
    call("decide", &decided(table, part, remedy))
}

pub(super) fn decided(table: &ObjectName, part: &Identifier, remedy: &Remedy) -> [String; 4] {
    let (answer, value) = match remedy {
        Remedy::Fill(value) => ("fill", quote_statement(value)),
        Remedy::SetAside => ("set_aside", quote_literal("")),
    };
    [
        quote_literal(&quote_name(table)),
        quote_literal(part.as_str()),
        quote_literal(answer),
        value,
    ]
}

/// Whether it says what becomes of rows: one statement can say all of that.
pub(crate) fn is_decision(step: &Step) -> bool {
    matches!(step.kind, StepKind::Unfit { .. })
}

/// What becomes of rows, a line each, with the places that it comes from.
pub(crate) fn of_decisions(steps: &[&Step], places: &dyn Fn(&Step) -> String) -> String {
    let decisions = steps.iter().filter_map(|step| match &step.kind {
        StepKind::Unfit {
            table,
            part,
            remedy,
        } => {
            let row = decided(table, part, remedy).join(", ");
            Some((format!("    ({row})"), places(step)))
        }
        _ => None,
    });
    let rows = lines(&decisions.collect::<Vec<_>>());
    format!(
        "SELECT pg_temp.fixfold_decide(table_name, part, answer, value)\n\
         FROM (VALUES\n{rows}) AS decided (table_name, part, answer, value)"
    )
}

pub(super) fn decide_values(
    table: &ObjectName,
    column: &Identifier,
    remedy: &ValueRemedy,
) -> String {
    let mut arguments = vec![
        quote_literal(&quote_name(table)),
        quote_literal(column.as_str()),
    ];
    match remedy {
        ValueRemedy::Number => arguments.push(quote_literal("number")),
        ValueRemedy::Replace(value) => {
            arguments.push(quote_literal("replace"));
            arguments.push(quote_statement(value));
        }
        ValueRemedy::SetAside => arguments.push(quote_literal("set_aside")),
    }
    call("decide_values", &arguments)
}
