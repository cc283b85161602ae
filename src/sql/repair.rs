//! What a statement that the grammar rejects plainly meant.

use crate::model::{Action, Certainty, InertReason, Opaque, SqlError};

use super::lower::{Lowered, Lowering};
use super::parse::parse;
use super::passage::Passage;
use super::reading::{Nature, ReadEffect};

/// The effects that a rejected statement was meant to have, each inert.
pub(crate) fn invalid(passage: &Passage<'_>, error: &SqlError) -> Lowered {
    inert(meant(passage), error)
}

/// Effects of a statement that the server refuses for this reason.
pub(crate) fn inert(mut effects: Vec<ReadEffect>, error: &SqlError) -> Lowered {
    for effect in &mut effects {
        effect.inert = Some(InertReason::InvalidSql(error.message.clone()));
    }
    Lowered::new(Nature::Invalid(error.clone()), effects)
}

/// A statement that does not parse because of what its holes stand for.
pub(crate) fn with_holes(passage: &Passage<'_>) -> Lowered {
    let mut effects = named_effects(passage);
    if effects.is_empty() {
        let action = Action::Opaque(Opaque {
            text: passage.all_written(),
            reason: first_reason(passage),
        });
        effects.push(ReadEffect::new(action, Certainty::Opaque, passage.place(0)));
        return Lowered::new(Nature::Unknown, effects);
    }
    for effect in &mut effects {
        effect.certainty = effect.certainty.max(Certainty::Partial);
    }
    Lowered::change(effects)
}

fn first_reason(passage: &Passage<'_>) -> String {
    let markers = &passage.source.markers;
    let reason = markers
        .holes(&passage.text)
        .find_map(|index| markers.reason(index));
    reason.unwrap_or("a part of it is unknown").to_owned()
}

/// The effects of the tree that error recovery made, as far as their objects have names.
fn named_effects(passage: &Passage<'_>) -> Vec<ReadEffect> {
    let lowering = Lowering { passage };
    let parsed = parse(&passage.text);
    let effects = parsed
        .statements
        .iter()
        .take(1)
        .flat_map(|statement| lowering.statement(statement).effects);
    effects
        .filter(|effect| !effect.action.object().is_empty())
        .collect()
}

fn meant(passage: &Passage<'_>) -> Vec<ReadEffect> {
    named_effects(passage)
}
