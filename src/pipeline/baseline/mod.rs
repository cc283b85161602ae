//! What the chain needs and no file creates: it was made by hand before the first revision, and only a
//! person can say what it was. Answers become a prelude: a stub, or what a dump has of it.

mod dump;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::history::Walked;
use super::{Estate, Modules, history, start};
use crate::catalog::Catalog;
use crate::chain::Chain;
use crate::graph::{Blocker, ChainHistory, ObjectKey, ObjectKind, Relation, RevisionStep, touches};
use crate::model::{Action, Diagnostic, Effect, Level, ObjectName, Place, Script};
use crate::plan::{Answers, Decision, Side, Stubs};
use crate::replay::platform::Prelude;
use crate::source::Files;

/// A chain's stubs are whole after a few walks; this many are a sign that guessing leads nowhere.
const MOST_WALKS: usize = 60;

/// The chain on what people have said stood before it.
pub(super) struct Founded {
    pub walked: Walked,
    /// What stands in the database before the first revision, by the answers.
    pub baseline: Option<Prelude>,
    /// What was asked, with the answers.
    pub questions: Vec<Decision>,
    /// Files that answers name: they are no scripts.
    pub files: BTreeSet<Arc<str>>,
    pub diagnostics: Vec<Diagnostic>,
    /// Some of the baseline is guessed.
    pub is_guessed: bool,
}

/// What the answers say of one object.
#[derive(Clone, PartialEq, Eq)]
enum Ground {
    Stub,
    /// The dump's file.
    Dump(String),
}

/// Walks the chain, asks for what it misses, and walks it again on the answers until nothing new shows.
/// What `scripts` send tells more of what is guessed.
pub(super) fn founded(
    estate: &Estate,
    chain: Option<&Chain>,
    modules: &Modules<'_>,
    answers: &Answers,
    scripts: &[Script],
) -> Founded {
    let mut walked = history::history(estate, chain, modules, None);
    let mut asked = BTreeMap::new();
    let mut stubs = Stubs::with_keys_of(key_type(&walked.history));
    let sent_by_scripts: BTreeSet<&Arc<str>> = scripts
        .iter()
        .flat_map(|script| &script.effects)
        .map(|effect| &effect.statement)
        .collect();
    let made = added(&walked.history);
    let mut found = dump::Found::default();
    let mut baseline = None;
    for _ in 0..MOST_WALKS {
        ask(&mut asked, &walked.history);
        let said = said(&asked, answers);
        put_stubs(&mut stubs, &said);
        learn(&mut stubs, &walked.history, &sent_by_scripts);
        found = from_dumps(estate, chain, &said, &made);
        let text = format!("{}{}", found.text, stubs.sql());
        let next = (!text.is_empty()).then(|| Prelude {
            name: "baseline.sql".into(),
            text: text.into(),
        });
        if next == baseline {
            break;
        }
        baseline = next;
        walked = history::history(estate, chain, modules, baseline.as_ref());
    }
    let questions = asked.iter();
    let questions = questions.map(|(object, places)| question(object.clone(), places, answers));
    Founded {
        walked,
        baseline,
        questions: questions.collect(),
        files: found.files,
        diagnostics: found.diagnostics,
        is_guessed: !stubs.is_empty(),
    }
}

/// One entry for each object whose absence makes a revision fail on a new database.
fn ask(asked: &mut BTreeMap<ObjectKey, Vec<Place>>, history: &ChainHistory) {
    let mut needed: BTreeMap<ObjectKey, Vec<Place>> = BTreeMap::new();
    let mut refused: BTreeSet<ObjectKey> = BTreeSet::new();
    for (index, step) in history.steps.iter().enumerate() {
        for blocker in &step.blockers {
            let Blocker::Refused {
                call,
                statement,
                error,
                ..
            } = blocker
            else {
                continue;
            };
            // What a refused statement would have made is missing for that reason alone. What a later
            // revision makes is another one of that name, or stands in the wrong order.
            let earlier = || made_by(&history.steps[..index]).chain(made_before(step, call));
            let is_made =
                |key: &ObjectKey| refused.contains(key) || earlier().any(|made| made == *key);
            if let Some(key) = absent(&error.to_string()).filter(|key| !is_made(key)) {
                needed.entry(key).or_default().push(call.clone());
            }
            refused.extend(dump::created_by(statement));
        }
    }
    for (key, places) in needed {
        asked.entry(key).or_insert(places);
    }
    // A table's rows are a type of its name: that is no question of its own.
    let tables: Vec<String> = asked
        .keys()
        .filter(|key| key.kind == ObjectKind::Relation)
        .map(|key| key.name.clone())
        .collect();
    asked.retain(|key, _| key.kind != ObjectKind::Type || !tables.contains(&key.name));
}

/// The object of `relation "x" does not exist (42P01)` and the like.
fn absent(reason: &str) -> Option<ObjectKey> {
    let (before, _) = reason.split_once("\" does not exist")?;
    let (words, name) = before.rsplit_once('"')?;
    let kind = match words.trim() {
        "relation" | "table" | "view" => ObjectKind::Relation,
        "type" => ObjectKind::Type,
        "schema" => ObjectKind::Schema,
        "extension" => ObjectKind::Extension,
        _ => return None,
    };
    Some(ObjectKey::new(kind, ObjectName::from_sql(name).to_string()))
}

/// What the revision makes above the call, or in another file.
fn made_before<'h>(
    step: &'h RevisionStep,
    call: &'h Place,
) -> impl Iterator<Item = ObjectKey> + 'h {
    let is_above = |place: &Place| place.file != call.file || place.line < call.line;
    let effects = step.effects.iter();
    let effects = effects.filter(move |effect| is_above(&effect.provenance.call));
    effects.flat_map(created)
}

fn created(effect: &Effect) -> impl Iterator<Item = ObjectKey> + use<> {
    let touched = touches(&effect.action).into_iter();
    let created = touched.filter(|touch| touch.relation == Relation::Creates);
    created.map(|touch| touch.object)
}

fn made_by(steps: &[RevisionStep]) -> impl Iterator<Item = ObjectKey> + '_ {
    let effects = steps.iter().flat_map(|step| &step.effects);
    effects.flat_map(created)
}

/// What revisions add, and fail to add where it is there already.
fn added(history: &ChainHistory) -> BTreeSet<ObjectKey> {
    let refused = history.steps.iter().flat_map(|step| &step.blockers);
    let refused = refused.filter_map(|blocker| match blocker {
        Blocker::Refused { statement, .. } => Some(dump::added_by(statement)),
        Blocker::OwnCommit(_) | Blocker::LongId { .. } | Blocker::RedundantParent(_) => None,
    });
    let effects = history.steps.iter().flat_map(|step| &step.effects);
    let added = effects.flat_map(|effect| dump::added(&effect.action));
    added.chain(refused.flatten()).collect()
}

/// The type that most of the chain's own keys have.
fn key_type(history: &ChainHistory) -> Option<String> {
    let catalog: &Catalog = &history.steps.last()?.after;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in catalog.relations.keys() {
        let is_own = name.schema.is_none();
        let column = catalog.table(name).filter(|_| is_own);
        if let Some(column) = column.and_then(|table| table.column("id")) {
            *counts.entry(column.data_type.to_string()).or_default() += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
    Some(most.0)
}

/// What people have answered, by object.
fn said(asked: &BTreeMap<ObjectKey, Vec<Place>>, answers: &Answers) -> BTreeMap<ObjectKey, Ground> {
    let said = asked.keys().filter_map(|key| {
        let answer = answers.get(&id(key))?.trim();
        let ground = match answer.strip_prefix("dump ") {
            Some(file) => Ground::Dump(file.trim().to_owned()),
            None if answer == "stub" => Ground::Stub,
            None => return None,
        };
        Some((key.clone(), ground))
    });
    said.collect()
}

fn put_stubs(stubs: &mut Stubs, said: &BTreeMap<ObjectKey, Ground>) {
    for key in said.iter().filter(|(_, ground)| **ground == Ground::Stub) {
        let name = ObjectName::from_sql(&key.0.name);
        match key.0.kind {
            ObjectKind::Relation => stubs.table(name),
            ObjectKind::Type => stubs.user_type(name),
            ObjectKind::Schema => stubs.schema(name),
            _ => {}
        }
    }
}

fn learn(stubs: &mut Stubs, history: &ChainHistory, sent_by_scripts: &BTreeSet<&Arc<str>>) {
    if stubs.is_empty() {
        return;
    }
    let blockers = history.steps.iter().flat_map(|step| &step.blockers);
    let refused = blockers.filter_map(|blocker| match blocker {
        Blocker::Refused {
            statement, error, ..
        } => Some((statement, error)),
        Blocker::OwnCommit(_) | Blocker::LongId { .. } | Blocker::RedundantParent(_) => None,
    });
    let refused: Vec<_> = refused.collect();
    for (statement, error) in &refused {
        stubs.learn(statement, error);
    }
    let Some(head) = history.steps.last().map(|step| &step.after) else {
        return;
    };
    let made = columns_made(stubs, history);
    for step in &history.steps {
        for effect in &step.effects {
            if let Action::CreateTrigger { definition, .. } = &effect.action {
                let functions = step.after.functions_named(&definition.function);
                for function in functions {
                    let body = &function.definition.body;
                    stubs.fires(&definition.table, body);
                    stubs.follow(head, body, Some(&definition.table), &made);
                }
            }
        }
    }
    let effects = history.steps.iter().flat_map(|step| &step.effects);
    let sent: BTreeSet<&Arc<str>> = effects.map(|effect| &effect.statement).collect();
    let refusals = refused.iter().map(|(statement, _)| *statement);
    for statement in sent
        .into_iter()
        .chain(refusals)
        .chain(sent_by_scripts.iter().copied())
    {
        stubs.follow(head, statement, None, &made);
    }
    // Again: what one statement shows to be there, another one shows the type of.
    for (statement, error) in &refused {
        stubs.learn(statement, error);
    }
}

/// The columns of the stubs' tables that revisions make, or would make: those are no part of a stub.
fn columns_made(stubs: &Stubs, history: &ChainHistory) -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    for step in &history.steps {
        for table in stubs.tables() {
            let columns = step.after.table(table).map(|found| &found.columns);
            let columns = columns.into_iter().flatten();
            made.extend(columns.map(|column| table.part(column.name.as_str())));
        }
        for blocker in &step.blockers {
            if let Blocker::Refused { statement, .. } = blocker {
                let created = dump::created_by(statement).into_iter();
                let columns = created.filter(|key| key.kind == ObjectKind::Column);
                made.extend(columns.map(|key| key.name));
            }
        }
    }
    made
}

fn from_dumps(
    estate: &Estate,
    chain: Option<&Chain>,
    said: &BTreeMap<ObjectKey, Ground>,
    made: &BTreeSet<ObjectKey>,
) -> dump::Found {
    let mut by_file: BTreeMap<&str, BTreeSet<ObjectKey>> = BTreeMap::new();
    for (key, ground) in said {
        if let Ground::Dump(file) = ground {
            by_file.entry(file).or_default().insert(key.clone());
        }
    }
    let mut found = dump::Found::default();
    if by_file.is_empty() {
        return found;
    }
    let start = chain.and_then(|chain| start::start(estate, chain).ok());
    let mut catalog = start.map_or_else(Catalog::empty, |start| start.catalog);
    for (file, asked) in by_file {
        found.files.insert(file.into());
        match estate.files.read(file) {
            Ok(source) => {
                catalog = dump::take(&mut found, &source.text, file, &asked, made, catalog)
            }
            Err(error) => found.diagnostics.push(Diagnostic::new(
                "unread-baseline",
                Level::Warning,
                None,
                format!("the ledger takes a baseline from `{file}`, which cannot be read: {error}"),
            )),
        }
    }
    found
}

fn id(object: &ObjectKey) -> String {
    format!("baseline:{}", object.name)
}

fn question(object: ObjectKey, places: &[Place], answers: &Answers) -> Decision {
    let (kind, name) = (object.kind.as_str(), object.name.clone());
    let others = match places.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let side = |answer: &'static str, definition: String| Side {
        answer,
        place: None,
        definition,
    };
    let mut sides = vec![
        Side {
            place: places.first().cloned(),
            ..side(
                "without",
                format!("left out: the revisions that need it fail on a new database{others}"),
            )
        },
        side(
            "dump FILE",
            format!(
                "its definition is taken from a plain-text dump in the repository (`pg_dump --schema-only -t {name} > FILE`)"
            ),
        ),
    ];
    if object.kind != ObjectKind::Extension {
        let definition = "as little of it as lets the chain walk: columns that the chain names, their types guessed from what they are compared with";
        sides.push(side("stub", definition.to_owned()));
    }
    Decision {
        answer: None,
        is_answered_with_others: false,
        id: id(&object),
        question: format!("no file creates {kind} `{name}` before it is needed: what was it?"),
        object,
        sides,
        default: "without",
    }
    .answered(answers)
}

#[cfg(test)]
mod tests {
    use super::absent;

    #[test]
    fn the_server_names_what_is_absent() {
        let key = absent("relation \"business_profiles\" does not exist (42P01)");
        assert_eq!(
            key.map(|key| key.name).as_deref(),
            Some("business_profiles")
        );
        assert_eq!(
            absent("column \"a\" of relation \"b\" does not exist (42703)"),
            None
        );
    }
}
