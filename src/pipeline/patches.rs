//! Chain patches of an estate: the plan says which statements must look first, the sources say
//! where these stand.

use std::sync::Arc;

use anyhow::Result;

use super::{Audit, Estate};
use crate::catalog::Catalog;
use crate::model::{Place, Script, Template};
use crate::plan::{self, Answers, Lines, RevisionPatch};
use crate::python::{
    self,
    tree::{Expression, ExpressionKind, Module, Statement, StatementKind},
};
use crate::render::{self, Language, RenderedFile, RevisionFile};
use crate::replay::{Run, Session};
use crate::source::Files;
use crate::sql;

/// A patched revision with the files that carry it.
pub struct Patched {
    pub patch: RevisionPatch,
    pub files: Vec<RenderedFile>,
}

/// The patches that let every database walk the chain to its head, in the chain's order.
///
/// # Errors
/// Where a template cannot be rendered.
pub fn patches(estate: &Estate, audit: &Audit) -> Result<Vec<Patched>> {
    let scripts: Vec<&Script> = audit
        .order
        .iter()
        .filter_map(|file| audit.script(file))
        .collect();
    let stuck = plan::stuck(&audit.history, &scripts, &after_statement);
    let statements = |file: &str| {
        read(estate, file)
            .map(|source| source.statements)
            .unwrap_or_default()
    };
    let answers = answers(audit);
    let patches = plan::patches(&audit.history, &scripts, &stuck, &answers, &statements);
    let patched = patches.into_iter().filter_map(|patch| {
        let source = read(estate, &patch.file)?;
        let file = RevisionFile {
            text: &source.text,
            language: source.language,
            body: source.body(),
            parents: source.parents,
        };
        Some(render::patched(&patch, &file).map(|files| Patched { patch, files }))
    });
    patched.collect()
}

/// The catalog after a statement of the chain; `None` where it fails or hangs on more than the catalog.
fn after_statement(before: &Catalog, statement: &str) -> Option<Catalog> {
    let mut session = Session::new(before.clone());
    let runs = session.execute(&Template::from_text(statement));
    let went = |run: &Run| run.error().is_none() && run.undecided.is_empty();
    runs.iter().all(went).then_some(session.catalog)
}

/// What people have answered to the plan's questions.
fn answers(audit: &Audit) -> Answers {
    let decisions = audit.plan.decisions.iter();
    // What is answered for a whole question holds for places that only a patch meets, too.
    let answered = decisions.filter_map(|one| {
        let id = match one.is_answered_with_others {
            true => one.question_id(),
            false => one.id.clone(),
        };
        Some((id, one.answer.clone()?))
    });
    answered.collect()
}

/// A revision's file, and the statements of its upgrade.
struct RevisionSource {
    text: Arc<str>,
    language: Language,
    statements: Vec<Lines>,
    /// Where `down_revision` is said.
    parents: Option<Lines>,
}

impl RevisionSource {
    fn body(&self) -> u32 {
        self.statements.first().map_or(1, |lines| lines.first)
    }
}

fn read(estate: &Estate, file: &str) -> Option<RevisionSource> {
    let source = estate.files.read(file).ok()?;
    if !file.ends_with(".py") {
        return Some(RevisionSource {
            statements: sql_statements(&source.text, &source.file),
            text: source.text,
            language: Language::Sql,
            parents: None,
        });
    }
    let module = python::parse(&source.text, &source.file).module;
    Some(RevisionSource {
        text: source.text,
        language: Language::Python,
        statements: python_statements(&module),
        parents: parents(&module),
    })
}

/// The statements right in the body of `upgrade`, its docstring left out.
fn python_statements(module: &Module) -> Vec<Lines> {
    let upgrade = module
        .body
        .iter()
        .find_map(|statement| match &statement.kind {
            StatementKind::Function(function) if function.name == "upgrade" => Some(function),
            _ => None,
        });
    let body = upgrade.map(|function| &*function.body).unwrap_or_default();
    let skip = usize::from(upgrade.is_some_and(|function| function.docstring().is_some()));
    body.iter().skip(skip).map(lines).collect()
}

fn lines(statement: &Statement) -> Lines {
    Lines {
        first: statement.place.line,
        last: statement.end_line,
    }
}

fn is_down_revision(target: &Expression) -> bool {
    matches!(&target.kind, ExpressionKind::Name(name) if name == "down_revision")
}

/// The assignment to `down_revision`.
fn parents(module: &Module) -> Option<Lines> {
    let is_said = |statement: &&Statement| match &statement.kind {
        StatementKind::Assign { targets, .. } => targets.iter().any(is_down_revision),
        StatementKind::AnnotatedAssign { target, .. } => is_down_revision(target),
        _ => false,
    };
    module.body.iter().find(is_said).map(lines)
}

fn sql_statements(text: &str, file: &Arc<str>) -> Vec<Lines> {
    let template = Template::from_source(text, Place::new(Arc::clone(file), 1, 1));
    let statements = sql::split(&template).into_iter();
    statements
        .filter_map(|statement| {
            let first = statement.place?.line;
            let height = statement.text.matches('\n').count() as u32;
            Some(Lines {
                first,
                last: first + height,
            })
        })
        .collect()
}
