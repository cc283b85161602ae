//! When data fixes run: those that put rows right come before the constraints that lean on them, and
//! a column that they fill becomes NOT NULL after them.

use std::collections::BTreeSet;

use super::data::{self, DataStep};
use super::step::{Step, StepKind};

/// Columns that data fixes fill before the constraints: table and column.
pub(super) type Filled = BTreeSet<(String, String)>;

/// Marks the statements that run before the constraints. A statement that reads what another one has
/// inserted stays behind it, and inserts come last: their ON CONFLICT may need the constraints.
pub(super) fn arrange(steps: &mut [DataStep]) -> Filled {
    let mut inserted: BTreeSet<String> = BTreeSet::new();
    let mut filled = Filled::new();
    for step in steps {
        let waits = inserted
            .iter()
            .any(|table| data::mentions(&step.statement, table));
        step.before_constraints = step.mends() && !waits;
        if !step.before_constraints {
            inserted.insert(step.table.clone());
            continue;
        }
        let columns = step.columns.iter().map(ToString::to_string);
        filled.extend(columns.map(|column| (step.table.clone(), column)));
    }
    filled
}

/// A column without a default cannot be NOT NULL before its rows are filled.
pub(super) fn hold_back(steps: &mut Vec<Step>, filled: &Filled) {
    let mut later = Vec::new();
    for step in steps.iter_mut() {
        let StepKind::Column {
            table,
            column,
            serial: false,
            filled_later,
            ..
        } = &mut step.kind
        else {
            continue;
        };
        let fills_itself =
            column.default.is_some() || column.generated.is_some() || column.identity.is_some();
        let is_filled = filled.contains(&(table.to_string(), column.name.to_string()));
        if column.not_null && !fills_itself && is_filled {
            *filled_later = true;
            later.push(Step {
                kind: StepKind::Filled {
                    table: table.clone(),
                    column: column.clone(),
                },
                citations: step.citations.clone(),
            });
        }
    }
    steps.extend(later);
}
