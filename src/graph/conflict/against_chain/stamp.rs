//! Writes of the chain's version table.

use std::sync::Arc;

use crate::graph::chain::RevisionStep;
use crate::graph::estate::{Actor, ActorKind};
use crate::graph::touch::ObjectKey;
use crate::model::{Outside, Place};

use super::super::compare::Difference;
use super::super::{Conflict, ConflictKind, Counterpart};
use super::Reader;

impl Reader<'_> {
    /// The other side is the revision that is claimed to have run, head where none is named.
    pub(super) fn stamp(&self, index: usize, stamp: &Outside) -> Conflict {
        let key = ObjectKey::version_table(stamp);
        let kind = ConflictKind::WritesVersion;
        let claimed = self.claimed(stamp);
        let head = self.chain.steps.last();
        let differences = head.map(|head| {
            let ours = match (claimed, stamp.stamped_revision()) {
                (Some(step), _) => step.revision.id.to_string(),
                (None, Some(revision)) => revision.to_owned(),
                (None, None) => "what the statement leaves".to_owned(),
            };
            Difference::new("version", ours, head.revision.id.to_string())
        });
        let mut found = self.conflict(kind, key, index, None, Vec::new());
        found.differences.extend(differences);
        found.counterpart = claimed.or(head).map(at);
        found
    }

    /// The last revision of the chain that the statement or the command names.
    fn claimed(&self, stamp: &Outside) -> Option<&RevisionStep> {
        if stamp.stamped_revision() == Some("head") {
            return self.chain.steps.last();
        }
        let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
        // What an UPDATE looks for is not what it leaves.
        let is_update = stamp
            .detail
            .trim_start()
            .to_lowercase()
            .starts_with("update");
        let words = stamp.detail.split_whitespace();
        let set: Vec<&str> = words
            .take_while(|word| !(is_update && word.eq_ignore_ascii_case("where")))
            .collect();
        let texts = [&*set.join(" "), &*stamp.target];
        let names = |id: &str| {
            let mut words = texts
                .iter()
                .flat_map(|text| text.split(|letter| !is_part(letter)));
            words.any(|word| word == id)
        };
        let mut steps = self.chain.steps.iter().rev();
        steps.find(|step| names(step.revision.id.as_str()))
    }
}

fn at(step: &RevisionStep) -> Counterpart {
    let revision = &step.revision;
    Counterpart {
        actor: Actor {
            kind: ActorKind::Revision,
            name: Arc::clone(&revision.id.0),
        },
        place: Place::new(&*revision.file, revision.line, 1),
    }
}
