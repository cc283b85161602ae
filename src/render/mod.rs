//! The one door to askama: plans become files. Nothing here decides what is to be done.

mod alembic;
mod definition;
mod helpers;
mod patch;
mod quote;
mod report;
mod runbook;
mod sql;
mod statement;
mod verification;

use anyhow::{Context as _, Result};
use askama::Template;

use crate::plan::{DataStep, Group, Plan, Step};

pub use helpers::{announcement, used_by as helpers_used_by};
pub use patch::{
    Language, RevisionFile, files as patched, preparation as patch_preparation,
    statements as patch_statements,
};
pub use quote::{quote_identifier, quote_literal, quote_name};

/// For which tool the consolidated migration is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Alembic,
    /// Plain SQL, `up` and `down`.
    Sql,
    Supabase,
    Flyway,
}

impl Target {
    pub const ALL: &'static [Target] = &[Self::Alembic, Self::Sql, Self::Supabase, Self::Flyway];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alembic => "alembic",
            Self::Sql => "sql",
            Self::Supabase => "supabase",
            Self::Flyway => "flyway",
        }
    }
}

/// One file to write; the path is relative to the output folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile {
    pub path: String,
    pub content: String,
}

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

/// A plan written as SQL statements: the same ones for every target.
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
}

impl Migration {
    /// Writes the plan down, without choosing a target.
    pub fn of(plan: &Plan) -> Self {
        let mut labels = Vec::new();
        let mut sections: Vec<Section> = Vec::new();
        for step in &plan.steps {
            let statement = Statement {
                citation: citation(step),
                sql: statement::of_step(step),
            };
            if step.group() <= Group::EnumLabels {
                labels.push(statement);
                continue;
            }
            let title = step.group().title();
            match sections.last_mut().filter(|section| section.title == title) {
                Some(section) => section.statements.push(statement),
                None => sections.push(Section {
                    title,
                    statements: vec![statement],
                }),
            }
        }
        let data = plan.data.iter().map(data_statement).collect();
        let parent = plan.head.as_ref().map(ToString::to_string);
        let mut migration = Self {
            id: String::new(),
            parent,
            helpers: Vec::new(),
            labels,
            sections,
            data,
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

    /// The statements that undo what the migration did in this database.
    pub fn undo_statements(&self) -> Vec<String> {
        let statements = vec![self.announcement(), self.undo()];
        let mut calls: Vec<&str> = statements.iter().map(String::as_str).collect();
        let mut others = self.label_and_section_statements();
        if others.any(|statement| statement.sql.contains("fixfold_ensure_enum(")) {
            // The journal of an enum may hold a call of this one.
            calls.push("pg_temp.fixfold_take_labels");
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

    /// Tells the helpers under which name to keep their journal.
    pub fn announcement(&self) -> String {
        helpers::announcement(&self.id)
    }

    fn fingerprint(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut digest = Sha256::new();
        digest.update(self.parent.as_deref().unwrap_or_default());
        for statement in self.label_statements().iter().chain(&self.statements()) {
            digest.update(statement);
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

/// The statements behind the helpers that they call.
fn with_helpers(statements: Vec<String>) -> Vec<String> {
    let mut all = helpers::used_by(statements.iter().map(String::as_str));
    all.extend(statements);
    all
}

fn citation(step: &Step) -> String {
    step.citations
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

fn data_statement(step: &DataStep) -> Statement {
    let citation = step
        .citations
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ");
    Statement {
        citation,
        sql: statement::of_data(&step.statement),
    }
}

/// All files of a consolidation: the migration for the target, the verification and the report.
pub fn files(plan: &Plan, target: Target) -> Result<Vec<RenderedFile>> {
    let migration = Migration::of(plan);
    let mut files = match target {
        Target::Alembic => alembic::files(&migration)?,
        Target::Sql => sql::plain(&migration)?,
        Target::Supabase => sql::supabase(&migration)?,
        Target::Flyway => sql::flyway(&migration)?,
    };
    let names: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
    files.push(verification::file(plan, &migration)?);
    files.push(report::file(plan, &migration)?);
    files.extend(runbook::files(plan, &migration, target, &names)?);
    Ok(files)
}

/// Filters of the templates. Askama looks for them beside the template's struct.
pub(crate) mod filters {
    /// A Python string literal.
    #[askama::filter_fn]
    pub fn python(
        text: impl std::fmt::Display,
        _values: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(super::quote::python_literal(&text.to_string()))
    }

    /// Text inside a Markdown table's cell.
    #[askama::filter_fn]
    pub fn cell(
        text: impl std::fmt::Display,
        _values: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(text
            .to_string()
            .replace('|', "\\|")
            .replace(['\n', '\r'], " "))
    }
}

fn render(template: &impl Template, path: impl Into<String>) -> Result<RenderedFile> {
    let path = path.into();
    let content = template
        .render()
        .with_context(|| format!("cannot render `{path}`"))?;
    Ok(RenderedFile { path, content })
}
