//! What rules look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::unit::Unit;
use crate::config::RuleLevel;
use crate::graph::{ChainHistory, Conflict, ConflictKind};
use crate::model::{ChainFault, Effect, Revision, Script};
use crate::python::tree::Module;

/// Gives a file's text by its path, secrets masked; `None` where there is no such text.
pub type TextOf<'a> = &'a (dyn Fn(&str) -> Option<Arc<str>> + Sync);

/// Gives a Python file's tree by its path; `None` where there is no such file.
pub type ModuleOf<'a> = &'a (dyn Fn(&str) -> Option<Arc<Module>> + Sync);

/// An estate as the other rooms have read it.
pub struct Context<'a> {
    pub chain: &'a ChainHistory,
    pub faults: &'a [ChainFault],
    pub scripts: &'a [Script],
    pub conflicts: &'a [Conflict],
    /// The text of a file of the estate: for suppressions, and for what only the text tells.
    pub text: TextOf<'a>,
    /// How loud rules are, by id; those that are not named keep their own level.
    pub levels: &'a BTreeMap<String, RuleLevel>,
    /// The tree of a Python file.
    pub module: ModuleOf<'a>,
}

impl<'a> Context<'a> {
    /// The conflicts of one kind, each with its effect.
    pub(super) fn conflicts_of(
        &self,
        kind: ConflictKind,
    ) -> impl Iterator<Item = (&'a Conflict, &'a Effect)> {
        self.conflicts
            .iter()
            .filter(move |conflict| conflict.kind == kind)
            .filter_map(|conflict| Some((conflict, self.effect(conflict)?)))
    }

    fn effect(&self, conflict: &Conflict) -> Option<&'a Effect> {
        let by_file = |script: &&Script| script.file == conflict.script;
        let script = self.scripts.iter().find(by_file)?;
        script.effects.get(conflict.effect)
    }

    /// Scripts as they would run on the chain's head.
    pub(super) fn scripts(&self) -> impl Iterator<Item = Unit<'a>> {
        let head = self.chain.head();
        self.scripts.iter().map(|script| Unit {
            file: &script.file,
            effects: &script.effects,
            before: head,
            revision: None,
        })
    }

    /// Revisions as they run on what comes before them.
    pub(super) fn revisions(&self) -> impl Iterator<Item = Unit<'a>> {
        let chain = self.chain;
        let steps = chain.steps.iter().enumerate();
        steps.map(|(index, step)| Unit {
            file: &step.revision.file,
            effects: &step.effects,
            before: chain.before(index),
            revision: Some(&step.revision),
        })
    }

    /// Revisions written in Python, with their trees.
    pub(super) fn python_revisions(&self) -> impl Iterator<Item = (Unit<'a>, Arc<Module>)> {
        let python = self.revisions().filter(|unit| unit.file.ends_with(".py"));
        python.filter_map(|unit| Some((unit, (self.module)(unit.file)?)))
    }

    /// Both.
    pub(super) fn units(&self) -> impl Iterator<Item = Unit<'a>> {
        self.revisions().chain(self.scripts())
    }

    pub(super) fn revision(&self, id: &str) -> Option<&'a Revision> {
        let mut revisions = self.chain.steps.iter().map(|step| &step.revision);
        revisions.find(|revision| revision.id.as_str() == id)
    }
}
