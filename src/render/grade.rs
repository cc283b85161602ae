//! What the undo of each step gives back, in the words of the journal.

use std::collections::BTreeMap;

use crate::plan::{Plan, Remedy, Step, StepKind};

/// How much an undo gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Restores,
    RestoresWithoutData,
    Cannot,
}

impl Grade {
    /// As the journal spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restores => "restores",
            Self::RestoresWithoutData => "restores without data",
            Self::Cannot => "cannot",
        }
    }
}

/// Steps of one kind with what their undo gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeRow {
    pub grade: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    pub count: usize,
}

pub type Grades = Vec<GradeRow>;

/// One row for each kind of step that the plan has, the best grades first.
pub fn grades(plan: &Plan) -> Grades {
    let mut counts: BTreeMap<(Grade, &str, &str), usize> = BTreeMap::new();
    for step in &plan.steps {
        for (grade, why) in of_step(step) {
            *counts
                .entry((*grade, step.group().title(), why))
                .or_default() += 1;
        }
    }
    if !plan.data.is_empty() {
        let why = "rows keep the values that a data fix gave them, and stay where it inserted them";
        counts.insert((Grade::Cannot, "data", why), plan.data.len());
    }
    let rows = counts
        .into_iter()
        .map(|((grade, what, why), count)| GradeRow {
            grade: grade.as_str(),
            what,
            why,
            count,
        });
    rows.collect()
}

const DROPS: &[(Grade, &str)] = &[(
    Grade::Restores,
    "what was created is dropped, what was changed gets its old definition",
)];

fn of_step(step: &Step) -> &'static [(Grade, &'static str)] {
    match &step.kind {
        StepKind::EnumLabels { .. } => &[(
            Grade::Restores,
            "added labels go again, but for those that rows have come to hold",
        )],
        StepKind::Table { .. } => &[(
            Grade::Restores,
            "a table that was created is dropped, with the rows written since",
        )],
        StepKind::Column { column, .. } if column.not_null && column.default.is_some() => &[
            (
                Grade::Restores,
                "a column that was added is dropped, with the values written since; a changed type is converted back",
            ),
            (
                Grade::RestoresWithoutData,
                "where rows held null in a column that must not be null, they keep its default",
            ),
        ],
        StepKind::Column { .. } => &[(
            Grade::Restores,
            "a column that was added is dropped, with the values written since; a changed type is converted back",
        )],
        StepKind::Unfit {
            remedy: Remedy::SetAside,
            ..
        } => &[(Grade::Restores, "rows that were set aside come back")],
        StepKind::Unfit {
            remedy: Remedy::Fill(_),
            ..
        } => &[
            (
                Grade::Restores,
                "a column that was added and filled is dropped",
            ),
            (
                Grade::RestoresWithoutData,
                "where rows held null in a column that was there, they keep the value that they got",
            ),
        ],
        StepKind::UnfitValues { .. } => {
            &[(Grade::Restores, "values that were set aside come back")]
        }
        StepKind::Owner { .. } | StepKind::Rights { .. } | StepKind::DefaultRights => {
            &[(Grade::Restores, "rights and owners are as they were")]
        }
        StepKind::Retire { .. } => &[(Grade::Restores, "what was taken away is made again")],
        StepKind::RenameBack { .. }
        | StepKind::Schema { .. }
        | StepKind::Extension { .. }
        | StepKind::Type { .. }
        | StepKind::Sequence { .. }
        | StepKind::SequenceOwner { .. }
        | StepKind::Function { .. }
        | StepKind::Filled { .. }
        | StepKind::Constraint { .. }
        | StepKind::Index { .. }
        | StepKind::View { .. }
        | StepKind::Trigger { .. }
        | StepKind::RowSecurity { .. }
        | StepKind::Policy { .. }
        | StepKind::Comment { .. } => DROPS,
    }
}
