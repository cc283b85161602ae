//! From touched objects to steps: whatever a script has touched is ensured in the target's shape.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Relation, Table};
use crate::graph::{ObjectKey, ObjectKind, Relation as Touching, touches};
use crate::model::{Action, Effect, Identifier, ObjectName};

use super::builder::{Builder, rank, unnamed_part};
use super::data::relations_read;
use super::fold::Folded;
use super::leftovers;
use super::relabel::Relabelled;
use super::step::{Group, Step, StepKind};
use super::unfit::Unfit;
use super::{Citation, Commented, PlanInput};
use super::{filling, needs, relabel, renames, rights};

type Wanted = BTreeMap<ObjectKey, Vec<Citation>>;

fn commented(steps: &[Step]) -> impl Iterator<Item = &Commented> {
    steps.iter().filter_map(|step| match &step.kind {
        StepKind::Comment { on, .. } => Some(on),
        _ => None,
    })
}

/// The steps in running order: by group, then by name.
pub(super) fn steps(input: &PlanInput<'_>, folded: &mut Folded) -> Vec<Step> {
    let mut wanted = wanted(input.chain.head(), folded);
    if let Some(target) = input.target {
        for key in target.differing(input.chain.head()) {
            wanted.entry(key).or_default().push(target.citation());
        }
    }
    for (key, citation) in views_over_stars(input, &folded.target) {
        wanted.entry(key).or_default().push(citation);
    }
    let filled = filling::arrange(&mut folded.data);
    let builder = Builder {
        head: input.chain.head(),
        target: &folded.target,
    };
    let mut steps: Vec<Step> = wanted
        .iter()
        .flat_map(|(key, citations)| builder.of_object(key, citations))
        .collect();
    steps.extend(builder.types_of(&steps));
    steps.extend(needs::functions(&builder, &steps));
    steps.extend(builder.comments(folded));
    if let Some(target) = input.target {
        let known: BTreeSet<Commented> = commented(&steps).cloned().collect();
        steps.extend(builder.comments_of_target(&target.citation(), &known));
    }
    steps.extend(renames::back(&folded.target, &folded.touched));
    steps.extend(relabel::steps(input, &folded.target));
    steps.extend(leftovers::steps(input, folded));
    filling::hold_back(&mut steps, &filled);
    let relabelled = Relabelled::by(input.scripts);
    steps
        .iter_mut()
        .for_each(|step| relabelled.tell(&folded.target, step));
    let unfit = Unfit::new(input.chain, input.scripts, input.answers);
    let remedies = unfit.remedies(&folded.target, &steps);
    steps.extend(remedies.steps);
    folded.ask(remedies.decisions);
    folded.ask(unfit.renames_of_chain());
    let decision = rights::decision(input);
    steps.extend(rights::steps(decision.as_ref(), &folded.target));
    folded.ask(decision);
    steps.sort_by_cached_key(|step| (step.group(), rank(step), step.object()));
    steps.dedup_by(|later, earlier| {
        let same = later.group() == earlier.group() && later.object() == earlier.object();
        // A type and a sequence may share a name.
        let same = same && earlier.group() != Group::Leftovers;
        if same {
            earlier.citations.append(&mut later.citations);
            earlier.citations.sort();
            earlier.citations.dedup();
        }
        same
    });
    steps
}

/// Views of which a star decides the columns, over tables to which scripts give columns: in which order
/// these stand is another matter in every database.
fn views_over_stars(input: &PlanInput<'_>, target: &Catalog) -> Vec<(ObjectKey, Citation)> {
    let queries = target.relations.iter();
    let queries = queries.filter_map(|(name, relation)| match relation {
        Relation::View(view) | Relation::MaterializedView(view) => Some((name, &view.query)),
        _ => None,
    });
    let mut found = Vec::new();
    for (name, query) in queries {
        if target.with_columns_for_stars(query) == *query {
            continue;
        }
        let tables = relations_read(query);
        let effects = input.scripts.iter().flat_map(|script| &script.effects);
        let gives_column = |effect: &&Effect| {
            let mut touches = touches(&effect.action).into_iter();
            touches.any(|touch| {
                let table = match touch.object.kind {
                    ObjectKind::Relation => Some(touch.object.name.as_str()),
                    ObjectKind::Column => {
                        touch.object.name.rsplit_once('.').map(|(table, _)| table)
                    }
                    _ => None,
                };
                let table = table.map(ObjectName::from_sql);
                touch.relation != Touching::Needs
                    && table.is_some_and(|table| tables.contains(&table))
            })
        };
        let mut gives = effects.filter(gives_column);
        if let Some(effect) = gives.next() {
            let key = ObjectKey::new(ObjectKind::Relation, name.to_string());
            found.push((key, Citation::of(effect)));
        }
    }
    found
}

fn wanted(head: &Catalog, folded: &Folded) -> Wanted {
    let mut wanted = Wanted::new();
    let mut want = |key: ObjectKey, citation: &Citation| {
        let citations = wanted.entry(key).or_default();
        if !citations.contains(citation) {
            citations.push(citation.clone());
        }
    };
    for (citation, action) in &folded.touched {
        for touch in touches(action) {
            if touch.relation != Touching::Needs {
                want(touch.object, citation);
            }
        }
        for key in lost_with(head, action) {
            want(key, citation);
        }
        if let Some(key) = unnamed_part(&folded.target, action) {
            want(key, citation);
        }
    }
    wanted
}

/// What the chain has and a drop takes along: CASCADE and the parts of what is dropped.
fn lost_with(head: &Catalog, action: &Action) -> Vec<ObjectKey> {
    let mut after = head.clone();
    let is_removal = matches!(
        action,
        Action::DropTable { .. }
            | Action::DropColumn { .. }
            | Action::DropConstraint { .. }
            | Action::DropType { .. }
            | Action::DropFunction { .. }
            | Action::DropView { .. }
            | Action::DropIndex { .. }
    );
    if !is_removal || after.apply(action).is_err() {
        return Vec::new();
    }
    let mut lost = Vec::new();
    for (name, relation) in &head.relations {
        let key = relation_key(name, relation);
        match (relation, after.relations.get(name)) {
            (_, None) => lost.push(key),
            (Relation::Table(before), Some(Relation::Table(after))) => {
                lost.extend(lost_parts(name, before, after));
            }
            _ => {}
        }
    }
    let gone = head.types.keys().filter(|name| !after.types.contains(name));
    lost.extend(gone.map(|name| ObjectKey::new(ObjectKind::Type, name.to_string())));
    lost
}

fn relation_key(name: &ObjectName, relation: &Relation) -> ObjectKey {
    match relation {
        Relation::Table(_) | Relation::View(_) | Relation::MaterializedView(_) => {
            ObjectKey::new(ObjectKind::Relation, name.to_string())
        }
        Relation::Index(_) => ObjectKey::new(ObjectKind::Index, name.to_string()),
        Relation::Sequence(_) => ObjectKey::new(ObjectKind::Sequence, name.to_string()),
    }
}

fn lost_parts(name: &ObjectName, before: &Table, after: &Table) -> Vec<ObjectKey> {
    let part = |kind: ObjectKind, part: &Identifier| ObjectKey::new(kind, name.part(part.as_str()));
    let mut lost = Vec::new();
    let columns = before.columns.iter().map(|column| &column.name);
    lost.extend(
        columns
            .filter(|column| after.column(column.as_str()).is_none())
            .map(|column| part(ObjectKind::Column, column)),
    );
    let constraints = before
        .constraints
        .keys()
        .filter(|key| !after.constraints.contains_key(key));
    lost.extend(constraints.map(|key| part(ObjectKind::Constraint, key)));
    let triggers = before
        .triggers
        .keys()
        .filter(|key| !after.triggers.contains_key(key));
    lost.extend(triggers.map(|key| part(ObjectKind::Trigger, key)));
    let policies = before
        .policies
        .keys()
        .filter(|key| !after.policies.contains_key(key));
    lost.extend(policies.map(|key| part(ObjectKind::Policy, key)));
    lost
}
