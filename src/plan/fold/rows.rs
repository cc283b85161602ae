//! What scripts do to rows: which of it is folded into the migration, which is kept for a person to run.

use std::collections::BTreeSet;

use crate::graph::ConflictKind;
use crate::model::{Action, Effect, Identifier, ObjectName, RowChange, RowOperation, Script};

use super::Folder;
use crate::plan::PlanInput;
use crate::plan::data::{self, Fate, HandStep, LeftOut, Surroundings};
use crate::plan::decision::Decision;
use crate::plan::disposition::{Disposition, Judged};
use crate::plan::reason::sentence;

/// Text values that the chain and the scripts insert, each with its table.
pub(super) fn known_values(input: &PlanInput<'_>) -> BTreeSet<(ObjectName, String)> {
    let of_chain = input.chain.steps.iter().flat_map(|step| &step.effects);
    let of_scripts = input.scripts.iter().flat_map(|script| &script.effects);
    let inserts = of_chain
        .chain(of_scripts)
        .filter_map(|effect| match &effect.action {
            Action::Rows(change) if change.operation == RowOperation::Insert => Some(change),
            _ => None,
        });
    let values = inserts.flat_map(|change| {
        let values = change.values.iter().flatten();
        values.filter_map(|value| {
            let text = value.split("::").next()?.trim();
            let text = text.strip_prefix('\'')?.strip_suffix('\'')?;
            Some((change.table.clone(), text.to_owned()))
        })
    });
    values.collect()
}

/// Columns that scripts write to in rows that are there.
pub(super) fn updated(input: &PlanInput<'_>) -> BTreeSet<(ObjectName, Identifier)> {
    let effects = input.scripts.iter().flat_map(|script| &script.effects);
    let updates = effects.filter_map(|effect| match &effect.action {
        Action::Rows(change) if change.operation == RowOperation::Update => Some(change),
        _ => None,
    });
    let columns = updates.flat_map(|change| {
        let columns = change.columns.iter();
        columns.map(|column| (change.table.clone(), column.clone()))
    });
    columns.collect()
}

impl Folder<'_> {
    /// What becomes of a change of rows: kept as a guarded statement, kept for a person, or left out.
    pub(super) fn rows(
        &mut self,
        script: &Script,
        index: usize,
        effect: &Effect,
        change: &RowChange,
    ) -> Judged {
        let conflicts = self.conflicts_of(script, index);
        let decisions = self.decide(script, index, &conflicts);
        let refused = conflicts
            .iter()
            .any(|conflict| conflict.kind != ConflictKind::Duplicate)
            && decisions
                .iter()
                .all(|decision| decision.outcome() != "script");
        if refused {
            let reason = conflicts
                .iter()
                .map(sentence)
                .collect::<Vec<_>>()
                .join("; ");
            return self.leave_out(Disposition::Data, effect, &reason);
        }
        let removal = Decision::removal(effect, change, self.input.answers);
        let may_remove = removal.outcome() == "script";
        let surroundings = Surroundings {
            target: &self.folded.target,
            known_values: &self.known_values,
            updated: &self.updated,
            may_remove,
        };
        let fate = data::fate(&surroundings, effect, change);
        let is_asked = match &fate {
            Fate::Fold(_) => change.operation == RowOperation::Delete,
            Fate::ByHand(step) => step.nature == data::Nature::Removal,
            Fate::LeaveOut(..) => false,
        };
        if is_asked {
            self.folded.decisions.push(removal);
        }
        match fate {
            Fate::Fold(steps) => {
                self.folded.data.extend(steps);
                Judged::new(Disposition::Data, "kept as a guarded statement")
            }
            Fate::ByHand(step) => self.by_hand(effect, step),
            Fate::LeaveOut(disposition, reason) => self.leave_out(disposition, effect, &reason),
        }
    }

    /// Kept apart, to run where somebody asks for it.
    fn by_hand(&mut self, effect: &Effect, mut step: HandStep) -> Judged {
        let same = |key: &str, known: &[HandStep]| known.iter().any(|known| known.key == key);
        if same(&step.key, &self.folded.by_hand) {
            let numbered = (2..).map(|number| format!("{}_{number}", step.key));
            let free = numbered
                .into_iter()
                .find(|key| !same(key, &self.folded.by_hand));
            step.rename(free.unwrap_or_default());
        }
        let disposition = match step.nature {
            data::Nature::Environment | data::Nature::Parameters => Disposition::Environment,
            data::Nature::Removal
            | data::Nature::Moment
            | data::Nature::Once
            | data::Nature::EveryRow => Disposition::Data,
        };
        let mut left_out = LeftOut::new(disposition, effect, &step.reason);
        left_out.key = Some(step.key.clone());
        self.folded.left_out.push(left_out);
        let judged = Judged::new(disposition, step.reason.clone());
        self.folded.by_hand.push(step);
        judged
    }
}
