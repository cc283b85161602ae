//! Walks the scripts in their order, judges each effect against the chain's head, and folds what is
//! missing into the target catalog.

mod refused;
mod renamed;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::{Applied, Catalog};
use crate::graph::{Conflict, ConflictKind, ObjectKey, ObjectKind, Touch, touches};
use crate::model::{Action, Dialect, Effect, Identifier, ObjectName, Script, TableDefinition};

use super::data::{DataStep, HandStep, LeftOut};
use super::decision::Decision;
use super::disposition::{Disposition, Judged};
use super::reason::{describe, is_absent, is_duplicate, is_removal};
use super::returns::Returns;
use super::{Citation, PlanInput, ScriptRuling, TargetSchema};
use super::{copies, mend, renames, rights, widen};

/// The result of folding.
pub(super) struct Folded {
    pub target: Catalog,
    pub judged: BTreeMap<Arc<str>, Vec<Judged>>,
    /// Effects that changed the target or may have changed a database away from it, in order.
    pub touched: Vec<(Citation, Action)>,
    pub data: Vec<DataStep>,
    pub by_hand: Vec<HandStep>,
    pub left_out: Vec<LeftOut>,
    pub decisions: Vec<Decision>,
}

impl Folded {
    /// Adds questions, each once.
    pub(super) fn ask(&mut self, decisions: impl IntoIterator<Item = Decision>) {
        self.decisions.extend(decisions);
        self.decisions.sort_by(|left, right| left.id.cmp(&right.id));
        self.decisions.dedup_by(|left, right| left.id == right.id);
    }

    /// Somebody has said which schema is right: the shapes are no question any more.
    pub(super) fn arrive_at(&mut self, target: &TargetSchema, head: &Catalog) {
        self.target = target.wanted();
        self.left_out.extend(target.not_wanted(head));
        let shapes = self
            .decisions
            .iter_mut()
            .filter(|decision| decision.default != "keep");
        for decision in shapes {
            decision.answer = Some(format!("as in {}", target.source));
        }
        let present = |step: &DataStep| {
            self.target
                .relation(&ObjectName::from_sql(&step.table))
                .is_some()
        };
        self.data.retain(present);
    }
}

struct Folder<'a> {
    input: &'a PlanInput<'a>,
    conflicts: BTreeMap<(&'a str, usize), Vec<&'a Conflict>>,
    /// Text values that the chain and the scripts insert, each with its table.
    known_values: BTreeSet<(ObjectName, String)>,
    /// Columns that scripts write to in rows that are there.
    updated: BTreeSet<(ObjectName, Identifier)>,
    folded: Folded,
}

pub(super) fn fold(input: &PlanInput<'_>) -> Folded {
    let mut conflicts: BTreeMap<(&str, usize), Vec<&Conflict>> = BTreeMap::new();
    for conflict in input.conflicts {
        conflicts
            .entry((&conflict.script, conflict.effect))
            .or_default()
            .push(conflict);
    }
    let folded = Folded {
        target: input.chain.head().clone(),
        judged: BTreeMap::new(),
        touched: Vec::new(),
        data: Vec::new(),
        by_hand: Vec::new(),
        left_out: Vec::new(),
        decisions: Vec::new(),
    };
    let mut folder = Folder {
        input,
        conflicts,
        known_values: rows::known_values(input),
        updated: rows::updated(input),
        folded,
    };
    for script in in_order(input) {
        let judged = script
            .effects
            .iter()
            .enumerate()
            .map(|(index, effect)| folder.judge(script, index, effect));
        let judged = judged.collect();
        folder.folded.judged.insert(script.file.clone(), judged);
        folder.made_by_runs(script);
    }
    for (citation, addition) in
        copies::missing_columns(&folder.folded.target, &folder.folded.touched)
    {
        if folder.folded.target.apply(&addition).is_ok() {
            folder.folded.touched.push((citation, addition));
        }
    }
    folder.folded.ask([]);
    folder.folded
}

fn in_order<'a>(input: &PlanInput<'a>) -> Vec<&'a Script> {
    let position = |script: &&Script| input.order.iter().position(|file| *file == script.file);
    let mut scripts: Vec<&Script> = input.scripts.iter().collect();
    scripts.sort_by_key(|script| (position(script).unwrap_or(usize::MAX), script.file.clone()));
    scripts
}

impl Folder<'_> {
    fn judge(&mut self, script: &Script, index: usize, effect: &Effect) -> Judged {
        if let crate::model::Reach::Inert(reason) = &effect.reach {
            return Judged::new(Disposition::Inert, reason.describe());
        }
        if effect.dialect != Dialect::Postgres {
            let reason = format!("written for {}", effect.dialect.as_str());
            return self.leave_out(Disposition::Environment, effect, &reason);
        }
        if let Some(ruling) = self.input.rulings.get(&*script.file) {
            return self.ruled(*ruling, effect);
        }
        match &effect.action {
            Action::Rows(change) => self.rows(script, index, effect, change),
            Action::Grant { .. } | Action::Revoke { .. } | Action::SetOwner { .. }
                if rights::are_wanted(self.input.answers) =>
            {
                let reason = "decided: rights and owners are those of the wanted schema";
                Judged::new(Disposition::Superseded, reason)
            }
            Action::Grant { .. } | Action::Revoke { .. } | Action::SetOwner { .. } => self
                .leave_out(
                    Disposition::Environment,
                    effect,
                    "rights differ between environments",
                ),
            Action::Stamp(_) => self.leave_out(
                Disposition::Environment,
                effect,
                "writes the chain's version table",
            ),
            Action::RunMigrations(_)
            | Action::RunScript(_)
            | Action::RunSqlFile(_)
            | Action::CallEndpoint(_)
            | Action::WriteMigration(_)
            | Action::WriteSqlFile(_)
            | Action::WriteSource(_) => self.leave_out(
                Disposition::Environment,
                effect,
                "happens outside the database",
            ),
            Action::Opaque(opaque) => {
                let reason = opaque.reason.clone();
                self.leave_out(Disposition::Opaque, effect, &reason)
            }
            Action::UnknownStatement { .. } => self.leave_out(
                Disposition::Opaque,
                effect,
                "the model does not know the statement",
            ),
            action => self.schema(script, index, effect, action),
        }
    }

    /// A person has decided about the whole script: nothing of it is folded. What it took from the
    /// chain still comes back.
    fn ruled(&mut self, ruling: ScriptRuling, effect: &Effect) -> Judged {
        if !matches!(effect.action, Action::Rows(_)) {
            self.touch(effect);
        }
        let reason = format!("the ledger says `decision: {}`", ruling.as_str());
        self.leave_out(Disposition::Skipped, effect, &reason)
    }

    /// What a run on the target makes of statements whose names only a run knows.
    fn made_by_runs(&mut self, script: &Script) {
        let runs = self.input.runs.get(&script.file).into_iter().flatten();
        for effect in runs.filter(|_| !self.input.rulings.contains_key(&*script.file)) {
            let is_own = |touch: &Touch| is_version_table(&touch.object);
            if !touches(&effect.action).iter().any(is_own) {
                self.fold_in(effect, &effect.action, "");
            }
        }
    }

    fn leave_out(&mut self, disposition: Disposition, effect: &Effect, reason: &str) -> Judged {
        self.folded
            .left_out
            .push(LeftOut::new(disposition, effect, reason));
        Judged::new(disposition, reason)
    }

    /// Those that somebody has to settle, or that settle what becomes of the effect.
    fn conflicts_of(&self, script: &Script, index: usize) -> Vec<Conflict> {
        let found = self.conflicts.get(&(&*script.file, index));
        let found = found.map_or(&[][..], Vec::as_slice);
        let at_head: Vec<&ObjectKey> = found
            .iter()
            .filter(|conflict| {
                matches!(
                    conflict.kind,
                    ConflictKind::Duplicate | ConflictKind::DifferentShape
                )
            })
            .map(|conflict| &conflict.object)
            .collect();
        let counts = |conflict: &&&Conflict| match conflict.kind {
            ConflictKind::StandsBeside | ConflictKind::RepeatsScript => false,
            // What the chain clears away and makes again is told by its shape.
            ConflictKind::UndoneLater => !at_head.contains(&&conflict.object),
            _ => true,
        };
        let found = found.iter().filter(counts);
        found.map(|conflict| (*conflict).clone()).collect()
    }

    fn schema(
        &mut self,
        script: &Script,
        index: usize,
        effect: &Effect,
        action: &Action,
    ) -> Judged {
        if touches(action)
            .iter()
            .any(|touch| is_version_table(&touch.object))
        {
            let reason = "the version table belongs to the migration tool";
            return self.leave_out(Disposition::Environment, effect, reason);
        }
        let conflicts = self.conflicts_of(script, index);
        let kinds: BTreeSet<ConflictKind> =
            conflicts.iter().map(|conflict| conflict.kind).collect();
        if effect.certainty >= crate::model::Certainty::Partial || effect.object().contains('{') {
            let reason = match self.is_run(effect) {
                true => "only a run knows the names: what a run on the target makes is folded in",
                false => "its text is only partly known",
            };
            return self.leave_out(Disposition::Opaque, effect, reason);
        }
        // A label more takes nothing from anybody.
        if matches!(action, Action::AddEnumValue { .. })
            && !kinds.contains(&ConflictKind::Duplicate)
        {
            return self.fold_in(effect, action, "the chain does not have the label");
        }
        if renames::takes_place_of(self.input.chain.head(), script, index) {
            let reason = "the script gives it the name of what the chain has";
            return Judged::new(Disposition::Superseded, reason);
        }
        if let Some(judged) = self.leans_on_another_shape(effect, action, &conflicts) {
            return judged;
        }
        let decisions = self.decide(script, index, &conflicts);
        if decisions
            .iter()
            .any(|decision| decision.answer.as_deref() == Some("script"))
        {
            return self.decided(effect, action);
        }
        if decisions
            .iter()
            .any(|decision| decision.outcome() == "script")
        {
            let reason = "the chain drops it, and a database may have it again, with rows";
            return self.fold_in(effect, action, reason);
        }
        if kinds.contains(&ConflictKind::NeedsMissing) {
            return self.conflicting(effect, &conflicts, ConflictKind::NeedsMissing);
        }
        if kinds.contains(&ConflictKind::UndoneLater) {
            let reason = describe(&conflicts, ConflictKind::UndoneLater);
            return Judged::new(Disposition::Superseded, reason);
        }
        for kind in [
            ConflictKind::DropsChainObject,
            ConflictKind::AltersChainObject,
        ] {
            if kinds.contains(&kind) {
                return self.conflicting(effect, &conflicts, kind);
            }
        }
        if is_removal(action) && self.removes_from_head(action) {
            self.touch(effect);
            let reason = "the script takes away what the chain has, and makes it again";
            return Judged::new(Disposition::Superseded, reason);
        }
        if is_removal(action) && !kinds.contains(&ConflictKind::DropsChainObject) {
            // Some database has it, with its rows: what scripts made stays everywhere.
            self.add_new_name(effect, action);
            let reason = "another script made it, and nothing is dropped that a database may hold";
            return Judged::new(Disposition::Superseded, reason);
        }
        if kinds.contains(&ConflictKind::DifferentShape) {
            self.complete(effect, action);
            return self.conflicting(effect, &conflicts, ConflictKind::DifferentShape);
        }
        if kinds.contains(&ConflictKind::Duplicate) {
            if conflicts
                .iter()
                .any(|conflict| !conflict.differences.is_empty())
            {
                // Another spelling is still another text in the catalog.
                self.touch(effect);
            }
            return Judged::new(
                Disposition::Absorbed,
                describe(&conflicts, ConflictKind::Duplicate),
            );
        }
        self.fold_in(effect, action, "the chain does not have it")
    }

    fn is_run(&self, effect: &Effect) -> bool {
        let place = &effect.provenance.call;
        let runs = self.input.runs.get(&place.file).into_iter().flatten();
        runs.into_iter().any(|run| run.provenance.call == *place)
    }

    fn removes_from_head(&self, action: &Action) -> bool {
        let mut head = self.input.chain.head().clone();
        matches!(head.apply(action), Ok(Applied::Changed(_)))
    }

    fn decide(&mut self, script: &Script, index: usize, conflicts: &[Conflict]) -> Vec<Decision> {
        let returns = Returns {
            chain: self.input.chain,
            target: &self.folded.target,
        };
        let made: Vec<_> = conflicts
            .iter()
            .filter_map(|conflict| {
                let decision = Decision::of(conflict, self.input.answers)?;
                Some(match returns.comes_back(script, index, conflict) {
                    true => decision.for_script(self.input.answers),
                    false => decision,
                })
            })
            .collect();
        self.folded.decisions.extend(made.iter().cloned());
        made
    }

    /// The object in the script's shape, whatever the chain says.
    fn decided(&mut self, effect: &Effect, action: &Action) -> Judged {
        const REASON: &str = "decided for the script";
        let mut trial = self.folded.target.clone();
        if matches!(trial.apply(action), Ok(Applied::Changed(_))) {
            return self.fold_in(effect, action, REASON);
        }
        match mend::made_anew(&self.folded.target, action) {
            Some(next) => {
                self.folded.target = next;
                self.touch(effect);
                Judged::new(Disposition::Missing, REASON)
            }
            None => self.fold_in(effect, action, REASON),
        }
    }

    fn conflicting(
        &mut self,
        effect: &Effect,
        conflicts: &[Conflict],
        kind: ConflictKind,
    ) -> Judged {
        self.touch(effect);
        Judged::new(Disposition::Conflicting, describe(conflicts, kind))
    }

    fn touch(&mut self, effect: &Effect) {
        self.touch_as(effect, effect.action.clone());
    }

    fn touch_as(&mut self, effect: &Effect, action: Action) {
        self.folded.touched.push((Citation::of(effect), action));
    }

    fn fold_in(&mut self, effect: &Effect, action: &Action, reason: &str) -> Judged {
        match self.folded.target.apply(action) {
            Ok(Applied::Changed(_)) => {
                self.touch(effect);
                Judged::new(Disposition::Missing, reason)
            }
            Ok(Applied::Skipped { notice }) => {
                self.touch(effect);
                self.complete(effect, action);
                Judged::new(
                    Disposition::Missing,
                    format!("another script brings it too ({notice})"),
                )
            }
            Ok(Applied::Outside) => {
                Judged::new(Disposition::Absorbed, "changes nothing in the schema")
            }
            Err(error) if is_duplicate(&error) => {
                self.touch(effect);
                self.complete(effect, action);
                Judged::new(
                    Disposition::Missing,
                    format!("another script brings it too ({error})"),
                )
            }
            Err(error) if is_absent(&error) && is_removal(action) => Judged::new(
                Disposition::Superseded,
                format!("there is nothing to remove at head ({error})"),
            ),
            Err(error) => self.refused(effect, action, &error),
        }
    }

    /// Adds the columns that a table of the same name lacks: nothing that a database may hold is
    /// dropped for being unknown to the chain. They come nullable and without constraints, because
    /// other databases have rows without them. Where the types of a column differ that the chain
    /// does not have, the one that holds the other's values is taken.
    fn complete(&mut self, effect: &Effect, action: &Action) {
        let Action::CreateTable {
            table, definition, ..
        } = action
        else {
            return;
        };
        let head = self.input.chain.head();
        let widenings = definition
            .columns
            .iter()
            .filter_map(|column| widen::widening(head, &self.folded.target, table, column));
        let widenings: Vec<Action> = widenings.collect();
        let additions = missing_columns(&self.folded.target, table, definition);
        for addition in widenings.into_iter().chain(additions) {
            if self.folded.target.apply(&addition).is_ok() {
                self.folded.touched.push((Citation::of(effect), addition));
            }
        }
    }
}

/// The table in which a migration tool keeps what has been applied, or a part of it.
fn is_version_table(key: &ObjectKey) -> bool {
    let name = ObjectName::from_sql(&key.name);
    let table = match key.kind {
        ObjectKind::VersionTable => return true,
        ObjectKind::Relation => name,
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Policy => {
            match key.name.rsplit_once('.') {
                Some((table, _)) => ObjectName::from_sql(table),
                None => return false,
            }
        }
        ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Type
        | ObjectKind::EnumLabel
        | ObjectKind::Sequence
        | ObjectKind::Index
        | ObjectKind::Function => return false,
    };
    crate::sql::is_version_table(&table)
}

fn missing_columns(
    target: &Catalog,
    table: &ObjectName,
    definition: &TableDefinition,
) -> Vec<Action> {
    let Some(known) = target.table(table) else {
        return Vec::new();
    };
    let lacking = definition
        .columns
        .iter()
        .filter(|column| known.column(column.name.as_str()).is_none());
    lacking
        .map(|column| {
            let mut column = column.clone();
            column.not_null = column.not_null && column.default.is_some();
            Action::AddColumn {
                table: table.clone(),
                column: Box::new(column),
                constraints: Vec::new(),
                if_not_exists: true,
                if_table_exists: false,
            }
        })
        .collect()
}
