//! The Markdown report of a consolidation: what is ensured, decided, left out, and why.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use askama::Template;

use crate::plan::{self, DataStep, Disposition, LeftOut, Plan, Question, Step, StepKind};

use super::{Migration, RenderedFile, filters, render};

struct ScriptRow<'a> {
    file: &'a str,
    counts: Vec<usize>,
}

/// A table or another object with all its steps.
struct Subject {
    name: String,
    /// `table; 3 columns: a, b, c; index x`
    parts: String,
    places: String,
}

/// Decisions of one kind.
struct DecisionGroup<'a> {
    question: &'static str,
    hint: &'static str,
    rows: Vec<Question<'a>>,
}

/// Effects that are left out for one reason.
struct ReasonGroup<'a> {
    reason: String,
    /// The reasons name different things.
    differs: bool,
    items: Vec<&'a LeftOut>,
}

#[derive(Template)]
#[template(path = "report/consolidation.md", escape = "none")]
struct Report<'a> {
    migration: &'a Migration,
    dispositions: Vec<(&'static str, usize)>,
    scripts: Vec<ScriptRow<'a>>,
    subjects: Vec<Subject>,
    data: &'a [DataStep],
    decisions: Vec<DecisionGroup<'a>>,
    left_out: Vec<ReasonGroup<'a>>,
    n_steps: usize,
    n_data: usize,
    n_by_hand: usize,
    n_left_out: usize,
    n_open: usize,
    n_decisions: usize,
    n_places: usize,
}

pub fn file(plan: &Plan, migration: &Migration) -> Result<RenderedFile> {
    let asked = plan::questions(&plan.decisions);
    let open = asked.iter().filter(|question| !question.is_settled());
    let report = Report {
        migration,
        dispositions: totals(plan),
        scripts: rows(plan),
        subjects: subjects(plan),
        data: &plan.data,
        decisions: decisions(plan),
        left_out: left_out(plan),
        n_steps: plan.steps.len(),
        n_data: plan.data.len(),
        n_by_hand: plan.by_hand.len(),
        n_left_out: plan.left_out.len(),
        n_open: open.count(),
        n_decisions: asked.len(),
        n_places: plan.decisions.len(),
    };
    render(&report, "report.md")
}

/// The steps gathered by what they are about, in the order in which that first turns up.
fn subjects(plan: &Plan) -> Vec<Subject> {
    let mut order: Vec<String> = Vec::new();
    let mut parts: BTreeMap<String, BTreeMap<&str, Vec<String>>> = BTreeMap::new();
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in &plan.steps {
        let subject = step.subject();
        if !parts.contains_key(&subject) {
            order.push(subject.clone());
        }
        let object = step.object();
        let part = part(step, &subject, &object);
        let kinds = parts.entry(subject.clone()).or_default();
        kinds.entry(step.group().title()).or_default().push(part);
        let cited = step
            .citations
            .iter()
            .map(|citation| citation.place.to_string());
        places.entry(subject).or_default().extend(cited);
    }
    let subjects = order.into_iter().map(|name| {
        let kinds = parts.remove(&name).unwrap_or_default();
        let parts: Vec<String> = kinds
            .iter()
            .map(|(kind, parts)| in_words(kind, &name, parts))
            .collect();
        let places = places.remove(&name).unwrap_or_default();
        Subject {
            parts: parts.join("; "),
            places: places.into_iter().collect::<Vec<_>>().join(", "),
            name,
        }
    });
    subjects.collect()
}

/// What of its subject the step is about; of a name given back both, the wrong one last.
fn part(step: &Step, subject: &str, object: &str) -> String {
    if let StepKind::RenameBack { now, before, .. } = &step.kind {
        return format!("{before} (where a script has made it {now})");
    }
    let prefix = format!("{subject}.");
    object.strip_prefix(&prefix).unwrap_or(object).to_owned()
}

fn in_words(kind: &str, subject: &str, parts: &[String]) -> String {
    match parts {
        [only] if only == subject => kind.to_owned(),
        parts => format!("{kind}: {}", parts.join(", ")),
    }
}

fn decisions(plan: &Plan) -> Vec<DecisionGroup<'_>> {
    let mut groups: BTreeMap<String, Vec<Question<'_>>> = BTreeMap::new();
    for asked in plan::questions(&plan.decisions) {
        let kind = asked.id.split(':').next().unwrap_or_default().to_owned();
        groups.entry(kind).or_default().push(asked);
    }
    let groups = groups.into_iter().map(|(kind, mut rows)| {
        // Single places share a table.
        rows.sort_by_key(|asked| asked.places.len() > 1);
        let (question, hint) = in_question(&kind);
        DecisionGroup {
            question,
            hint,
            rows,
        }
    });
    groups.collect()
}

/// The open decisions by kind: heading, what the default means, how many.
pub fn questions(plan: &Plan) -> Vec<(&'static str, &'static str, usize)> {
    let groups = decisions(plan).into_iter().map(|group| {
        let open = group.rows.iter().filter(|asked| !asked.is_settled());
        (group.question, group.hint, open.count())
    });
    groups.filter(|(_, _, open)| *open > 0).collect()
}

/// The heading of a kind of decision, and what its default means.
fn in_question(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "alters_chain_object" => (
            "Scripts that change what the chain has",
            "By default every database gets the chain's definition back.",
        ),
        "baseline" => (
            "What the chain needs and no file creates",
            "It was made by hand before the first revision. Without it the chain stops on a new database, and the schema that the migration arrives at is not whole.",
        ),
        "different_shape" => (
            "Scripts that make an object in another shape than the chain",
            "By default the chain's shape holds; columns that only the script has are added and may be null.",
        ),
        "drops_chain_object" => (
            "Scripts that drop or rename what the chain has",
            "By default it comes back where it is gone. Rows that went with it do not.",
        ),
        "last_writer_wins" => (
            "Scripts that disagree with each other",
            "By default the one that can run first is right, but for a column's type: the wider one holds all rows.",
        ),
        "needs_missing" => (
            "Objects that no file creates",
            "By default they stay out: some database has them, and only a look at it can tell their shape.",
        ),
        "removes_rows" => (
            "Statements that remove rows",
            "By default the rows stay; the statement can be run by hand.",
        ),
        "rows_against" => (
            "Rows that a key or a check may not take",
            "By default they are set aside: they move to `fixfold_journal` with the rows that refer to them, the migration says how many, and the downgrade brings them back.",
        ),
        "rows_without" => (
            "Rows without a value that they must have",
            "By default they get the value named here, or are set aside in `fixfold_journal` where no value can be justified. `answer: fill EXPRESSION` gives them another one. The migration says how many rows it touched.",
        ),
        "values_against" => (
            "Values that a column's type does not take",
            "By default they are set aside: they move to `fixfold_journal`, their rows stay and get the value named here, and the downgrade brings them back. `answer: set_aside EXPRESSION` gives the rows another one.",
        ),
        "values_beside" => (
            "Columns that become one, and both hold something",
            "By default the column of the right name keeps what it holds; what the other says in these rows moves to `fixfold_journal`, and the downgrade brings it back.",
        ),
        "rows_do_not_fit" => (
            "Data fixes that do not fit the table at head",
            "By default they are left out.",
        ),
        "undone_later" => (
            "Objects that the chain drops and a script makes again",
            "By default they are not made; where they are, they stay.",
        ),
        _ => ("Other questions", "By default the chain is right."),
    }
}

fn left_out(plan: &Plan) -> Vec<ReasonGroup<'_>> {
    let mut groups: BTreeMap<String, Vec<&LeftOut>> = BTreeMap::new();
    for item in &plan.left_out {
        // What is quoted differs from one to the next.
        let words = item
            .reason
            .split('`')
            .step_by(2)
            .collect::<Vec<_>>()
            .join("…");
        let reason = format!("{}: {words}", item.disposition.as_str());
        groups.entry(reason).or_default().push(item);
    }
    let groups = groups.into_iter().map(|(reason, items)| ReasonGroup {
        differs: items.len() > 1 && reason.contains('…'),
        reason: match items.as_slice() {
            [only] => format!("{}: {}", only.disposition.as_str(), only.reason),
            _ => reason,
        },
        items,
    });
    groups.collect()
}

fn totals(plan: &Plan) -> Vec<(&'static str, usize)> {
    let mut counts: BTreeMap<Disposition, usize> = BTreeMap::new();
    for judged in plan.judged.values().flatten() {
        *counts.entry(judged.disposition).or_default() += 1;
    }
    Disposition::ALL
        .iter()
        .map(|known| (known.as_str(), counts.get(known).copied().unwrap_or(0)))
        .collect()
}

fn rows(plan: &Plan) -> Vec<ScriptRow<'_>> {
    let scripts = plan.judged.iter().filter(|(_, judged)| !judged.is_empty());
    scripts
        .map(|(file, judged)| {
            let count = |known: &Disposition| {
                judged
                    .iter()
                    .filter(|judged| judged.disposition == *known)
                    .count()
            };
            ScriptRow {
                file,
                counts: Disposition::ALL.iter().map(count).collect(),
            }
        })
        .collect()
}
