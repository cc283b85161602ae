//! A plan written as SQL statements: the same ones for every target.

use crate::plan::{Citation, DataStep, Group, HandStep, Plan, Step};

use super::grade::{self, Grades};
use super::quote::quote_literal;
use super::{helpers, statement};

/// One SQL statement with the comment above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// `scripts/fix.py:31 add_column; ...`
    pub citation: String,
    /// Without the final semicolon.
    pub sql: String,
}

/// Statements under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub title: &'static str,
    pub statements: Vec<Statement>,
}

/// A plan written as SQL statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migration {
    /// Twelve hexadecimal digits of the plan's content: the same plan has the same id.
    pub id: String,
    /// The revision it stands on, if there is a chain.
    pub parent: Option<String>,
    /// All that any of the statements calls, the undo among them.
    pub helpers: Vec<String>,
    /// Needs a transaction of its own, before the rest.
    pub labels: Vec<Statement>,
    pub sections: Vec<Section>,
    pub data: Vec<Statement>,
    /// Never runs by itself.
    pub by_hand: Vec<HandStep>,
    /// What its undo gives back.
    pub grades: Grades,
}

const MENDING: &str = "data that the constraints lean on";

impl Migration {
    /// Writes the plan down, without choosing a target.
    pub fn of(plan: &Plan) -> Self {
        let own = |step: &&Step| step.group() <= Group::EnumLabels;
        let labels = plan.steps.iter().filter(own).map(of_step).collect();
        let (mending, data): (Vec<&DataStep>, Vec<&DataStep>) =
            plan.data.iter().partition(|step| step.before_constraints);
        let mut migration = Self {
            id: String::new(),
            parent: plan.head.as_ref().map(ToString::to_string),
            helpers: Vec::new(),
            labels,
            sections: sections(plan, &mending),
            data: data.into_iter().map(of_data).collect(),
            by_hand: plan.by_hand.clone(),
            grades: grade::grades(plan),
        };
        migration.id = migration.fingerprint();
        migration.helpers = migration.all_helpers();
        migration
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.sections.is_empty() && self.data.is_empty()
    }

    /// What must run and be committed first; empty where no enum gets a label.
    pub fn label_statements(&self) -> Vec<String> {
        if self.labels.is_empty() {
            return Vec::new();
        }
        self.prepared(self.labels.iter())
    }

    /// The statements of the main transaction, helpers included.
    pub fn statements(&self) -> Vec<String> {
        let sections = self.sections.iter().flat_map(|section| &section.statements);
        self.prepared(sections.chain(&self.data))
    }

    /// The statements of the main transaction that change rows, for which the helpers must have run.
    pub fn data_statements(&self) -> Vec<String> {
        let mending = self
            .sections
            .iter()
            .filter(|section| section.title == MENDING);
        let mending = mending.flat_map(|section| &section.statements);
        let data = mending
            .chain(&self.data)
            .map(|statement| statement.sql.clone());
        std::iter::once(self.announcement()).chain(data).collect()
    }

    /// The statements that undo what the migration did in this database.
    pub fn undo_statements(&self) -> Vec<String> {
        let statements = vec![self.announcement(), self.undo()];
        let mut calls: Vec<&str> = statements.iter().map(String::as_str).collect();
        let mut others = self.label_and_section_statements();
        if others.any(|statement| statement.sql.contains("fixfold_ensure_enum(")) {
            // The journal of an enum may hold a call of this one.
            calls.push("pg_temp.fixfold_take_labels");
        }
        let mut others = self.label_and_section_statements();
        if others.any(|statement| statement.sql.contains("fixfold_decide(")) {
            calls.push("pg_temp.fixfold_give_back");
        }
        let keeps_values = |sql: &str| {
            sql.contains("fixfold_decide_values(") || sql.contains("wanted_generated =>")
        };
        let mut others = self.label_and_section_statements();
        if others.any(|statement| keeps_values(&statement.sql)) {
            calls.push("pg_temp.fixfold_give_back");
            calls.push("pg_temp.fixfold_give_values_back");
            calls.push("pg_temp.fixfold_unnumbered");
            calls.push("pg_temp.fixfold_accepts");
        }
        let mut all = helpers::used_by(calls);
        all.extend(statements);
        all
    }

    /// The statement that undoes, for which the helpers and the announcement must have run.
    pub fn undo(&self) -> String {
        let id = quote_literal(&self.id);
        format!("SELECT pg_temp.fixfold_undo({id})")
    }

    /// Tells the helpers under which name to keep their journal.
    pub fn announcement(&self) -> String {
        helpers::announcement(&self.id)
    }

    fn label_and_section_statements(&self) -> impl Iterator<Item = &Statement> {
        let sections = self.sections.iter().flat_map(|section| &section.statements);
        self.labels.iter().chain(sections)
    }

    fn all_helpers(&self) -> Vec<String> {
        let (announcement, undo) = (self.announcement(), self.undo());
        let statements = self.label_and_section_statements().chain(&self.data);
        let statements = statements.map(|statement| statement.sql.as_str());
        helpers::used_by(statements.chain([announcement.as_str(), undo.as_str()]))
    }

    /// What these statements need to run in a session of their own.
    pub(crate) fn helpers_of(&self, sections: &[Section], data: &[Statement]) -> Vec<String> {
        let announcement = self.announcement();
        let statements = sections.iter().flat_map(|section| &section.statements);
        let statements = statements
            .chain(data)
            .map(|statement| statement.sql.as_str());
        helpers::used_by(statements.chain([announcement.as_str()]))
    }

    fn prepared<'a>(&self, statements: impl Iterator<Item = &'a Statement>) -> Vec<String> {
        let statements = statements.map(|statement| statement.sql.clone());
        with_helpers(
            [self.announcement()]
                .into_iter()
                .chain(statements)
                .collect(),
        )
    }

    /// Of what is done, not of where it comes from: a script that grows a line changes nothing.
    fn fingerprint(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut digest = Sha256::new();
        digest.update(self.parent.as_deref().unwrap_or_default());
        for statement in self.label_statements().iter().chain(&self.statements()) {
            for line in statement.lines() {
                digest.update(statement::without_citation(line));
            }
            digest.update([0]);
        }
        digest
            .finalize()
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// The sections of the main transaction; the mending data stands before the constraints.
fn sections(plan: &Plan, mending: &[&DataStep]) -> Vec<Section> {
    let steps: Vec<&Step> = plan
        .steps
        .iter()
        .filter(|step| step.group() > Group::EnumLabels)
        .collect();
    let before = steps.partition_point(|step| step.group() < Group::ReferencedIndexes);
    let (first, second) = steps.split_at(before);
    let mut sections = grouped(first);
    if !mending.is_empty() {
        sections.push(Section {
            title: MENDING,
            statements: mending.iter().copied().map(of_data).collect(),
        });
    }
    sections.extend(grouped(second));
    sections
}

fn grouped(steps: &[&Step]) -> Vec<Section> {
    let groups = steps.chunk_by(|one, other| one.group() == other.group());
    let sections = groups.map(|group| Section {
        title: group.first().map_or("", |step| step.group().title()),
        statements: of_group(group),
    });
    sections.collect()
}

/// Plain columns of one table stand in one statement, a line each, and so does what is decided on rows.
fn of_group(steps: &[&Step]) -> Vec<Statement> {
    let together = |one: &&Step, other: &&Step| {
        let are_columns = statement::is_plain_column(one)
            && statement::is_plain_column(other)
            && one.subject() == other.subject();
        are_columns || (statement::is_decision(one) && statement::is_decision(other))
    };
    let runs = steps.chunk_by(together);
    let statements = runs.map(|run| match run {
        [one] => of_step(one),
        many if many.iter().copied().all(statement::is_decision) => Statement {
            citation: format!("{} decisions", many.len()),
            sql: statement::of_decisions(many, &|step| places(&step.citations)),
        },
        many => Statement {
            citation: format!("{}: {} columns", many[0].subject(), many.len()),
            sql: statement::of_columns(many, &|step| places(&step.citations)),
        },
    });
    statements.collect()
}

fn of_step(step: &Step) -> Statement {
    Statement {
        citation: citations(&step.citations),
        sql: statement::of_step(step),
    }
}

fn of_data(step: &DataStep) -> Statement {
    let places = places(&step.citations);
    Statement {
        citation: citations(&step.citations),
        sql: statement::of_data(&places, &step.statement),
    }
}

fn citations(citations: &[Citation]) -> String {
    let words: Vec<String> = citations.iter().map(ToString::to_string).collect();
    words.join("; ")
}

/// Files and lines alone.
fn places(citations: &[Citation]) -> String {
    let mut places: Vec<String> = citations
        .iter()
        .map(|citation| citation.place.to_string())
        .collect();
    places.dedup();
    places.join(", ")
}

/// The statements behind the helpers that they call.
fn with_helpers(statements: Vec<String>) -> Vec<String> {
    let mut all = helpers::used_by(statements.iter().map(String::as_str));
    all.extend(statements);
    all
}
