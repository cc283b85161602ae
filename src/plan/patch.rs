//! Chain patches: which statements of which revision must look before they act, so that every
//! database can walk the chain to its head.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::graph::{ChainHistory, ObjectKey, ObjectKind, Relation, RevisionStep, touches};
use crate::model::{Action, Effect, ObjectName, Place, RevisionId, Script};

use super::builder::Builder;
use super::pieces::{Piece, Pieces, keys};
use super::put_aside::{self, InTheWay};
use super::relabel::Relabelled;
use super::step::Step;
use super::stuck::{Cause, Stuck, takes_place};
use super::unfit::Unfit;

use super::{Answers, Citation, blockers, renames};

/// A statement in the body of a revision's upgrade, by its lines; for SQL files a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    pub first: u32,
    pub last: u32,
}

/// One piece of a patched revision.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The lines that it replaces; `None`: it goes before the upgrade's first statement.
    pub lines: Option<Lines>,
    /// What takes their place, in order.
    pub pieces: Vec<Piece>,
    /// The server's answers, each with the lines that bring it about.
    pub reasons: Reasons,
}

/// By the server's answer: the places of the scripts that bring it about.
pub type Reasons = BTreeMap<String, BTreeSet<Place>>;

/// All edits of one revision.
#[derive(Debug, Clone)]
pub struct RevisionPatch {
    pub revision: RevisionId,
    pub file: Arc<str>,
    pub edits: Vec<Edit>,
    /// The start states that it unblocks.
    pub unblocks: BTreeSet<StuckState>,
    /// What `down_revision` must say, where a merge names a parent that another one follows.
    pub parents: Option<Vec<RevisionId>>,
}

/// A start state from which a revision fails as it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StuckState {
    /// The script that ran, or how many.
    pub scripts: String,
    /// Where the database stood then: `revision 004`.
    pub point: String,
    /// The server's answer: `column "x" already exists (42701)`.
    pub why: String,
}

/// The patches that the failures ask for. `statements` gives the statements of a revision's
/// upgrade by file.
pub fn patches(
    chain: &ChainHistory,
    scripts: &[&Script],
    stuck: &[Stuck],
    answers: &Answers,
    statements: &dyn Fn(&str) -> Vec<Lines>,
) -> Vec<RevisionPatch> {
    let unfit = Unfit::new(chain, scripts.iter().copied(), answers);
    let relabelled = Relabelled::by(scripts.iter().copied());
    let blocked = chain.steps.iter().enumerate();
    let blocked = blocked.filter(|(_, step)| !step.blockers.is_empty());
    let mut by_step: BTreeMap<usize, Vec<&Stuck>> =
        blocked.map(|(index, _)| (index, Vec::new())).collect();
    let mut in_the_way: BTreeMap<usize, Vec<InTheWay<'_>>> = BTreeMap::new();
    for index in 0..chain.steps.len() {
        let found = put_aside::in_the_way(chain, index);
        if !found.is_empty() {
            by_step.entry(index).or_default();
            in_the_way.insert(index, found);
        }
    }
    for failure in stuck {
        by_step.entry(failure.step).or_default().push(failure);
    }
    by_step
        .into_iter()
        .map(|(index, failures)| {
            let step = &chain.steps[index];
            let in_the_way = in_the_way.remove(&index).unwrap_or_default();
            let of_triggers: Vec<StuckState> = put_aside::states(&in_the_way).collect();
            let patcher = Patcher {
                chain,
                scripts,
                index,
                step,
                in_the_way,
                unfit: &unfit,
                relabelled: &relabelled,
            };
            RevisionPatch {
                revision: step.revision.id.clone(),
                file: step.revision.file.clone(),
                edits: patcher.edits(&failures, &statements(&step.revision.file)),
                unblocks: failures
                    .iter()
                    .map(|failure| describe_start(chain, failure))
                    .chain(blockers::states(step))
                    .chain(of_triggers)
                    .collect(),
                parents: blockers::parents(step),
            }
        })
        .collect()
}

fn describe_start(chain: &ChainHistory, failure: &Stuck) -> StuckState {
    let point = failure
        .point
        .map_or("an empty database".to_owned(), |point| {
            format!("revision {}", chain.steps[point].revision.id)
        });
    let scripts = match failure.scripts.as_slice() {
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        many => format!("all {} scripts", many.len()),
    };
    let why = format!("{} ({})", failure.message, failure.state);
    StuckState {
        scripts,
        point,
        why,
    }
}

pub(super) struct Patcher<'a> {
    chain: &'a ChainHistory,
    scripts: &'a [&'a Script],
    index: usize,
    pub(super) step: &'a RevisionStep,
    unfit: &'a Unfit<'a>,
    relabelled: &'a Relabelled,
    in_the_way: Vec<InTheWay<'a>>,
}

impl Patcher<'_> {
    fn edits(&self, failures: &[&Stuck], statements: &[Lines]) -> Vec<Edit> {
        let mut failures = failures.to_vec();
        failures.sort_by_key(|failure| failure.scripts.len());
        let failures = failures.as_slice();
        let mut edits = Vec::new();
        edits.extend(blockers::long_ids(self.step));
        edits.extend(self.prelude(failures));
        let mut replaced: BTreeMap<Lines, Reasons> = BTreeMap::new();
        for failure in failures
            .iter()
            .filter(|failure| failure.cause != Cause::NotAsExpected)
        {
            let effect = &self.step.effects[failure.effect];
            if let Some(lines) = self.lines_of(effect, statements) {
                self.add_reason(replaced.entry(lines).or_default(), failure, effect);
            }
        }
        blockers::refused(self, statements, &mut replaced);
        for (lines, reason, places) in self.made_by_scripts(statements) {
            let reasons = replaced.entry(lines).or_default();
            if reasons.is_empty() {
                reasons.insert(reason, places);
            }
        }
        let in_the_way = failures
            .iter()
            .filter(|failure| failure.cause == Cause::InTheWay);
        let in_the_way: BTreeSet<usize> = in_the_way.map(|failure| failure.effect).collect();
        edits.extend(self.without_triggers(statements, &mut replaced));
        edits.extend(replaced.into_iter().map(|(lines, reasons)| {
            let pieces = self.pieces(lines, statements, &in_the_way);
            Edit {
                lines: Some(lines),
                pieces: self.between(lines, statements, pieces),
                reasons,
            }
        }));
        edits.extend(blockers::commits(self.step, &edits));
        edits
    }

    /// Statements that go on as they are written, without triggers that can only fail. Those that are
    /// replaced anyway get one reason more.
    fn without_triggers(
        &self,
        statements: &[Lines],
        replaced: &mut BTreeMap<Lines, Reasons>,
    ) -> Vec<Edit> {
        let mut alone: BTreeMap<Lines, Reasons> = BTreeMap::new();
        for one in &self.in_the_way {
            let Some(lines) = self.lines_of(one.effect, statements) else {
                continue;
            };
            let reasons = match replaced.get_mut(&lines) {
                Some(reasons) => reasons,
                None => alone.entry(lines).or_default(),
            };
            put_aside::reasons(one, reasons);
        }
        let edits = alone.into_iter().map(|(lines, reasons)| Edit {
            lines: Some(lines),
            pieces: self.between(lines, statements, vec![Piece::AsWritten]),
            reasons,
        });
        edits.collect()
    }

    fn between(&self, lines: Lines, statements: &[Lines], pieces: Vec<Piece>) -> Vec<Piece> {
        let is_here = |effect: &Effect| self.lines_of(effect, statements) == Some(lines);
        put_aside::around(&self.in_the_way, is_here, pieces)
    }

    /// Plain creations of what some script makes too: several scripts together can bring it about where
    /// each of them alone does not.
    fn made_by_scripts(&self, statements: &[Lines]) -> Vec<(Lines, String, BTreeSet<Place>)> {
        let mut found = Vec::new();
        let effects = self.step.effects.iter();
        for effect in effects.filter(|effect| !effect.reach.is_inert() && effect.guards.is_empty())
        {
            let created = touches(&effect.action).into_iter();
            let created = created.filter(|touch| touch.relation == Relation::Creates);
            let wanted: BTreeSet<ObjectKey> = created.map(|touch| touch.object).collect();
            let places = self.makers(&wanted);
            let Some(lines) = self.lines_of(effect, statements) else {
                continue;
            };
            if let (Some(key), false) = (wanted.first(), places.is_empty()) {
                let reason = format!("{} `{}` may be there", key.kind.as_str(), key.name);
                found.push((lines, reason, places));
            }
        }
        found
    }

    /// The lines of scripts that create one of the objects.
    fn makers(&self, wanted: &BTreeSet<ObjectKey>) -> BTreeSet<Place> {
        let effects = self.scripts.iter().flat_map(|script| &script.effects);
        let effects = effects.filter(|effect| takes_place(effect));
        let makes = |effect: &&Effect| {
            let mut touches = touches(&effect.action).into_iter();
            touches
                .any(|touch| touch.relation == Relation::Creates && wanted.contains(&touch.object))
        };
        let makers = effects.filter(makes);
        makers
            .map(|effect| effect.provenance.call.clone())
            .collect()
    }

    /// What the revision expects to find, brought back before it starts.
    fn prelude(&self, failures: &[&Stuck]) -> Option<Edit> {
        let before = self.chain.before(self.index);
        let builder = Builder {
            head: before,
            target: before,
        };
        let mut reasons = Reasons::new();
        let mut keys: BTreeMap<ObjectKey, Citation> = BTreeMap::new();
        for failure in failures
            .iter()
            .filter(|failure| failure.cause == Cause::NotAsExpected)
        {
            let effect = &self.step.effects[failure.effect];
            self.add_reason(&mut reasons, failure, effect);
            for key in self.expected(failure, effect) {
                keys.insert(key, Citation::of(effect));
            }
        }
        let pieces: Vec<Piece> = keys
            .iter()
            .flat_map(|(key, citation)| builder.of_object(key, std::slice::from_ref(citation)))
            .map(|step| Piece::Ensure(Box::new(step)))
            .collect();
        let mut pieces = self.with_remedies(before, pieces);
        pieces.splice(0..0, self.names_back(failures));
        (!pieces.is_empty()).then_some(Edit {
            lines: None,
            pieces,
            reasons,
        })
    }

    /// Tables and types to which the scripts gave another name, and that the revision knows by the old.
    fn names_back(&self, failures: &[&Stuck]) -> Vec<Piece> {
        let files: BTreeSet<&Arc<str>> = failures
            .iter()
            .flat_map(|failure| &failure.scripts)
            .collect();
        let scripts = self
            .scripts
            .iter()
            .filter(|script| files.contains(&script.file));
        let effects = scripts.flat_map(|script| &script.effects);
        let renames = effects.filter(|effect| {
            let of_whole = matches!(
                effect.action,
                Action::RenameTable { .. } | Action::RenameType { .. }
            );
            of_whole && !effect.reach.is_inert()
        });
        let renames: Vec<_> = renames
            .map(|effect| (Citation::of(effect), effect.action.clone()))
            .collect();
        let mut seen = BTreeSet::new();
        let steps = renames::back(&self.step.after, &renames).into_iter();
        steps
            .filter(|step| seen.insert(step.object()))
            .map(|step| Piece::Ensure(Box::new(step)))
            .collect()
    }

    /// What a failing statement lacks. Where a table is there, only the part that the server misses:
    /// a patch changes no more than it must.
    fn expected(&self, failure: &Stuck, effect: &Effect) -> Vec<ObjectKey> {
        const UNDEFINED_TABLE: &str = "42P01";
        const NO_MATCHING_KEY: &str = "42830";
        let touched = touches(&effect.action).into_iter();
        let needed = touched.filter(|touch| {
            touch.relation != Relation::Creates && touch.object.kind != ObjectKind::VersionTable
        });
        let missed = failure.message.split('"').nth(1).unwrap_or_default();
        let keys = needed.filter_map(|touch| {
            let key = touch.object;
            let whole = [UNDEFINED_TABLE, NO_MATCHING_KEY].contains(&failure.state.as_str());
            if key.kind != ObjectKind::Relation || whole {
                return Some(key);
            }
            let table = ObjectName::from_sql(&key.name);
            let column = self.chain.before(self.index).column(&table, missed)?;
            let column = table.part(column.name.as_str());
            Some(ObjectKey::new(ObjectKind::Column, column))
        });
        keys.collect()
    }

    /// A script alone tells more than all of them together.
    fn add_reason(&self, reasons: &mut Reasons, failure: &Stuck, effect: &Effect) {
        let places = reasons
            .entry(format!("{} ({})", failure.message, failure.state))
            .or_default();
        if failure.scripts.len() == 1 || places.is_empty() {
            let wanted: fn(Relation) -> bool = match failure.cause {
                Cause::AlreadyThere => |relation| relation == Relation::Creates,
                Cause::Gone | Cause::NotAsExpected => makes_or_takes,
                // A view only needs the column.
                Cause::InTheWay => |_| true,
            };
            places.extend(self.culprits(&failure.scripts, effect, wanted));
        }
    }

    /// The lines of scripts that touch the same objects.
    fn culprits(
        &self,
        files: &[Arc<str>],
        effect: &Effect,
        counts: fn(Relation) -> bool,
    ) -> BTreeSet<Place> {
        let wanted: BTreeSet<ObjectKey> = touches(&effect.action)
            .into_iter()
            .map(|touch| touch.object)
            .collect();
        let scripts = self
            .scripts
            .iter()
            .filter(|script| files.contains(&script.file));
        let effects = scripts
            .flat_map(|script| &script.effects)
            .filter(|effect| !effect.reach.is_inert());
        effects
            .filter(|effect| {
                touches(&effect.action)
                    .iter()
                    .any(|touch| counts(touch.relation) && wanted.contains(&touch.object))
            })
            .map(|effect| effect.provenance.call.clone())
            .collect()
    }

    /// The statement of the upgrade from which the effect comes: its call, or the call in this file
    /// that leads to it.
    fn lines_of(&self, effect: &Effect, statements: &[Lines]) -> Option<Lines> {
        let provenance = &effect.provenance;
        self.lines_at(&provenance.via, &provenance.call, statements)
    }

    pub(super) fn lines_at(
        &self,
        via: &[Place],
        call: &Place,
        statements: &[Lines],
    ) -> Option<Lines> {
        let places = via.iter().chain([call]);
        let mut here = places.filter(|place| place.file == self.step.revision.file);
        here.find_map(|place| {
            statements
                .iter()
                .copied()
                .find(|lines| (lines.first..=lines.last).contains(&place.line))
        })
    }

    /// Everything that the replaced lines send, creations as steps that look first. Each object is
    /// ensured in the shape that it has right after its own statement: what later statements of the
    /// revision add to it is theirs to add.
    fn pieces(
        &self,
        lines: Lines,
        statements: &[Lines],
        in_the_way: &BTreeSet<usize>,
    ) -> Vec<Piece> {
        let mut catalog = self.chain.before(self.index).clone();
        let mut pieces = Pieces::default();
        let effects = self.step.effects.iter().enumerate();
        for (index, effect) in effects.filter(|(_, effect)| !effect.reach.is_inert()) {
            let before = catalog.clone();
            // The chain itself runs: what its model cannot apply changes nothing here.
            let _ = catalog.apply(&effect.action);
            if self.lines_of(effect, statements) == Some(lines) {
                let builder = Builder {
                    head: &before,
                    target: &catalog,
                };
                match in_the_way.contains(&index) {
                    true => pieces.ensure(keys(&effect.action, Relation::Alters), effect, &builder),
                    false => pieces.add(effect, &builder),
                }
            }
        }
        self.with_remedies(&catalog, pieces.pieces)
    }

    /// What is decided about rows goes before the pieces that meet them.
    fn with_remedies(&self, catalog: &Catalog, mut pieces: Vec<Piece>) -> Vec<Piece> {
        for piece in &mut pieces {
            if let Piece::Ensure(step) = piece {
                self.relabelled.tell(catalog, step);
            }
        }
        let steps = pieces.iter().filter_map(|piece| match piece {
            Piece::Ensure(step) => Some((**step).clone()),
            Piece::Remove(..)
            | Piece::RenameColumn { .. }
            | Piece::OthersOptional { .. }
            | Piece::AsWritten
            | Piece::PutAside { .. }
            | Piece::BringBack { .. }
            | Piece::Keep(_) => None,
        });
        let steps: Vec<Step> = steps.collect();
        let renames = pieces.iter().filter_map(|piece| match piece {
            Piece::RenameColumn {
                table,
                before,
                after,
                ..
            } => self.unfit.of_rename(table, before, after)?.1,
            _ => None,
        });
        let renames = renames.map(|kind| Step {
            kind,
            citations: Vec::new(),
        });
        let remedies = self.unfit.remedies(catalog, &steps).steps.into_iter();
        let remedies = renames.collect::<Vec<_>>().into_iter().chain(remedies);
        let remedies = remedies.map(|step| Piece::Ensure(Box::new(step)));
        remedies.chain(pieces).collect()
    }
}

fn makes_or_takes(relation: Relation) -> bool {
    matches!(
        relation,
        Relation::Creates | Relation::Alters | Relation::Drops
    )
}
