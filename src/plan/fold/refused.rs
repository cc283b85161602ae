//! What the target refuses: it comes without that for which it is refused, where it may hold rows.

use crate::graph::{Conflict, ConflictKind};
use crate::model::{Action, Effect, SqlError};

use super::super::data::LeftOut;
use super::super::disposition::{Disposition, Judged};
use super::super::narrow::{is_made_somewhere, narrowed};
use super::Folder;

impl Folder<'_> {
    /// A table, or a column, comes without the constraints and defaults that the target does not take.
    pub(super) fn refused(&mut self, effect: &Effect, action: &Action, error: &SqlError) -> Judged {
        self.narrow(effect, action, error).unwrap_or_else(|| {
            self.touch(effect);
            Judged::new(
                Disposition::Conflicting,
                format!("fails on the target schema: {error}"),
            )
        })
    }

    /// Its keys lean on columns that a table has in the script's shape alone: in a database in which that
    /// one was first it is there, with its rows.
    pub(super) fn leans_on_another_shape(
        &mut self,
        effect: &Effect,
        action: &Action,
        conflicts: &[Conflict],
    ) -> Option<Judged> {
        let is_made = |conflict: &Conflict| {
            conflict.kind == ConflictKind::NeedsMissing
                && is_made_somewhere(self.input.scripts, &conflict.object)
        };
        let is_all = !conflicts.is_empty() && conflicts.iter().all(is_made);
        let is_taken = is_all && narrowed(&self.folded.target, action).is_some();
        is_taken.then(|| self.fold_in(effect, action, "the chain does not have it"))
    }

    fn narrow(&mut self, effect: &Effect, action: &Action, error: &SqlError) -> Option<Judged> {
        let narrowed = narrowed(&self.folded.target, action)?;
        self.folded.target.apply(&narrowed.action).ok()?;
        let reason = format!("{}: {error}", narrowed.without.join(", "));
        self.folded.left_out.push(LeftOut::new(
            Disposition::Conflicting,
            effect,
            &format!("comes without {reason}"),
        ));
        self.touch_as(effect, narrowed.action);
        Some(Judged::new(
            Disposition::Missing,
            format!("the chain does not have it; it comes without {reason}"),
        ))
    }
}
