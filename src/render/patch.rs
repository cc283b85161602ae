//! Patched revisions: the file with its edits, and the diff that a reviewer reads.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use askama::Template;
use similar::TextDiff;

use crate::model::RevisionId;
use crate::plan::{Edit, Lines, Piece, Reasons, RevisionPatch};

use super::{RenderedFile, filters, helpers, put_aside, quote, removal, statement};

/// How the revision's file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    Sql,
}

/// A revision's file as it stands, and what the edits refer to.
pub struct RevisionFile<'a> {
    pub text: &'a str,
    pub language: Language,
    /// The first line of the upgrade's body, where a prelude goes.
    pub body: u32,
    /// Where `down_revision` is said.
    pub parents: Option<Lines>,
}

/// The patched file and its unified diff, under `chain/`.
pub fn files(patch: &RevisionPatch, file: &RevisionFile<'_>) -> Result<Vec<RenderedFile>> {
    let patched = apply(patch, file)?;
    let diff = TextDiff::from_lines(file.text, &patched);
    let (old, new) = (format!("a/{}", patch.file), format!("b/{}", patch.file));
    let diff = diff
        .unified_diff()
        .context_radius(3)
        .header(&old, &new)
        .to_string();
    Ok(vec![
        RenderedFile {
            path: format!("chain/{}", patch.file),
            content: patched,
        },
        RenderedFile {
            path: format!("chain/{}.diff", patch.file),
            content: diff,
        },
    ])
}

fn apply(patch: &RevisionPatch, file: &RevisionFile<'_>) -> Result<String> {
    let mut output = String::with_capacity(file.text.len() * 2);
    if file.language == Language::Sql && sends_something(patch) {
        output.push_str(&sql_helpers(patch));
    }
    let mut skip_until = 0;
    for (index, line) in file.text.split_inclusive('\n').enumerate() {
        let number = index as u32 + 1;
        let prelude = patch
            .edits
            .iter()
            .filter(|edit| edit.lines.is_none() && number == file.body);
        let replacing = patch
            .edits
            .iter()
            .filter(|edit| edit.lines.is_some_and(|lines| lines.first == number));
        let mut edits = prelude.chain(replacing).peekable();
        if edits.peek().is_some() {
            let indent: String = line
                .chars()
                .take_while(|next| *next == ' ' || *next == '\t')
                .collect();
            for edit in edits {
                let last = edit.lines.map_or(0, |lines| lines.last);
                output.push_str(&written(edit, file, &indent));
                skip_until = skip_until.max(last);
            }
        }
        if let (Some(parents), Some(lines)) = (&patch.parents, file.parents)
            && lines.first == number
        {
            output.push_str(&of_parents(line, parents));
            skip_until = skip_until.max(lines.last);
        }
        if number > skip_until {
            output.push_str(line);
        }
    }
    if file.language == Language::Python && sends_something(patch) {
        output.push_str(&python_helpers(patch)?);
    }
    Ok(output)
}

/// `down_revision` with the parents that are left.
fn of_parents(line: &str, parents: &[RevisionId]) -> String {
    let (before, _) = line.split_once('=').unwrap_or(("down_revision ", ""));
    let names: Vec<String> = parents
        .iter()
        .map(|id| format!("{:?}", id.as_str()))
        .collect();
    let value = match names.as_slice() {
        [] => "None".to_owned(),
        [one] => one.clone(),
        many => format!("({})", many.join(", ")),
    };
    format!("{before}= {value}  # fixfold: without a parent that another one follows\n")
}

fn written(edit: &Edit, file: &RevisionFile<'_>, indent: &str) -> String {
    let comment = match file.language {
        Language::Python => "#",
        Language::Sql => "--",
    };
    let mut text: String = in_words(&edit.reasons, FEW)
        .map(|reason| format!("{indent}{comment} fixfold: {reason}\n"))
        .collect();
    let (before, after) = around(edit);
    text.push_str(&sent(&before, file.language, indent));
    if let Some((after, lines)) = after.zip(edit.lines) {
        let (first, last) = (lines.first as usize, lines.last as usize);
        let kept = file.text.lines();
        for line in kept.take(last).skip(first.saturating_sub(1)) {
            text.push_str(line);
            text.push('\n');
        }
        text.push_str(&sent(&after, file.language, indent));
    }
    text
}

fn sent(statements: &[String], language: Language, indent: &str) -> String {
    let mut text = String::new();
    match language {
        Language::Python if statements.is_empty() => {
            text.push_str(&format!("{indent}pass\n"));
        }
        Language::Python => {
            text.push_str(&format!("{indent}fixfold(\n"));
            for sql in statements {
                let literal = quote::python_literal(sql);
                text.push_str(&format!("{indent}    {literal},\n"));
            }
            text.push_str(&format!("{indent})\n"));
        }
        Language::Sql => {
            for sql in statements {
                text.push_str(&format!("{sql};\n"));
            }
        }
    }
    text
}

/// The statements of an edit, without semicolons: all that takes the lines' place, or, with the second
/// list, what goes before and behind them.
pub fn around(edit: &Edit) -> (Vec<String>, Option<Vec<String>>) {
    let mut parts = edit.pieces.split(|piece| matches!(piece, Piece::AsWritten));
    let before = of_pieces(parts.next().unwrap_or_default());
    (before, parts.next().map(of_pieces))
}

/// The functions that the patched Python revisions call, as a file beside them.
pub fn helper_file(patches: &[RevisionPatch]) -> Option<RenderedFile> {
    let in_python = |patch: &&RevisionPatch| patch.file.ends_with(".py") && sends_something(patch);
    let revision = patches.iter().find(in_python)?;
    let folder = revision
        .file
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let mut calls: Vec<String> = patches
        .iter()
        .flat_map(|patch| &patch.edits)
        .flat_map(statements)
        .collect();
    calls.push(announcement(revision));
    let helpers = helpers::used_by(calls.iter().map(String::as_str));
    let mut content = String::from(HELPER_FILE);
    for helper in helpers {
        content.push_str(&format!("{helper};\n"));
    }
    Some(RenderedFile {
        path: format!("chain/{folder}/fixfold_helpers.sql"),
        content,
    })
}

const HELPER_FILE: &str = "\
-- What the patched revisions of this folder call. They read this file when they run, and make the
-- functions for their session alone: pg_temp goes when the session ends.
";

/// What the patched statements need before them, in the same session.
pub fn preparation(patch: &RevisionPatch) -> Vec<String> {
    helpers(patch)
        .into_iter()
        .chain([announcement(patch)])
        .collect()
}

/// All statements of an edit.
fn statements(edit: &Edit) -> Vec<String> {
    let (before, after) = around(edit);
    before
        .into_iter()
        .chain(after.into_iter().flatten())
        .collect()
}

/// Plain columns of one table share a statement.
fn of_pieces(pieces: &[Piece]) -> Vec<String> {
    let runs = pieces.chunk_by(|one, other| {
        let (Piece::Ensure(one), Piece::Ensure(other)) = (one, other) else {
            return false;
        };
        statement::is_plain_column(one)
            && statement::is_plain_column(other)
            && one.subject() == other.subject()
    });
    let statements = runs.map(|run| match run {
        [one] => sql(one),
        many => {
            let steps = many.iter().filter_map(|piece| match piece {
                Piece::Ensure(step) => Some(&**step),
                Piece::Keep(_)
                | Piece::AsWritten
                | Piece::PutAside { .. }
                | Piece::BringBack { .. }
                | Piece::Remove(..)
                | Piece::RenameColumn { .. }
                | Piece::OthersOptional { .. } => None,
            });
            statement::of_columns(&steps.collect::<Vec<_>>(), &|_| String::new())
        }
    });
    statements.collect()
}

/// How many places a comment in a revision names.
const FEW: usize = 4;

/// One sentence an answer of the server, with at most that many places.
fn in_words(reasons: &Reasons, most: usize) -> impl Iterator<Item = String> {
    reasons.iter().map(move |(answer, places)| {
        let mut named: Vec<String> = places.iter().take(most).map(ToString::to_string).collect();
        if places.len() > most {
            named.push(format!("{} more", places.len() - most));
        }
        match named.is_empty() {
            true => answer.clone(),
            false => format!("{answer} after {}", named.join(", ")),
        }
    })
}

/// Else it only leaves something out.
fn sends_something(patch: &RevisionPatch) -> bool {
    patch.edits.iter().any(|edit| !edit.pieces.is_empty())
}

fn sql_helpers(patch: &RevisionPatch) -> String {
    let statements = preparation(patch).into_iter();
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}

/// Those that the patch calls.
fn helpers(patch: &RevisionPatch) -> Vec<String> {
    let mut statements: Vec<String> = patch.edits.iter().flat_map(statements).collect();
    statements.push(announcement(patch));
    helpers::used_by(statements.iter().map(String::as_str))
}

fn sql(piece: &Piece) -> String {
    match piece {
        Piece::Ensure(step) => statement::of_step(step),
        Piece::Remove(action, written) => removal::tolerant(action)
            .unwrap_or_else(|| written.trim().trim_end_matches(';').to_owned()),
        Piece::RenameColumn {
            table,
            before,
            after,
        } => statement::ensure_renamed_column(table, before, after),
        Piece::OthersOptional { table, known } => statement::ensure_others_optional(table, known),
        Piece::Keep(sql) => sql.trim().trim_end_matches(';').to_owned(),
        Piece::PutAside { table, triggers } => put_aside::put_aside(table, triggers),
        Piece::BringBack { table } => put_aside::bring_back(table),
        // It parts an edit, and is no statement.
        Piece::AsWritten => String::new(),
    }
}

/// A script that makes a revision fail, and from where.
struct Unblocked<'a> {
    script: &'a str,
    points: Vec<&'a str>,
}

struct PatchRow<'a> {
    patch: &'a RevisionPatch,
    reasons: Vec<String>,
    unblocks: Vec<Unblocked<'a>>,
}

#[derive(Template)]
#[template(path = "runbook/patches.md", escape = "none")]
struct PatchPage<'a> {
    rows: Vec<PatchRow<'a>>,
    in_chain: bool,
    has_python: bool,
}

/// Why each revision is patched and which states that unblocks: `chain/README.md`, or
/// `preflight/README.md` where files stand in for the revisions.
pub fn page(patches: &[RevisionPatch], in_chain: bool) -> Result<Option<RenderedFile>> {
    if patches.is_empty() {
        return Ok(None);
    }
    let rows = patches.iter().map(|patch| {
        let mut scripts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for state in &patch.unblocks {
            scripts
                .entry(&state.scripts)
                .or_default()
                .push(&state.point);
        }
        let unblocks = scripts.into_iter().map(|(script, mut points)| {
            points.dedup();
            Unblocked { script, points }
        });
        PatchRow {
            patch,
            reasons: reasons(patch, usize::MAX),
            unblocks: unblocks.collect(),
        }
    });
    let page = PatchPage {
        rows: rows.collect(),
        in_chain,
        has_python: patches.iter().any(|patch| patch.file.ends_with(".py")),
    };
    let folder = if in_chain { "chain" } else { "preflight" };
    super::render(&page, format!("{folder}/README.md")).map(Some)
}

fn reasons(patch: &RevisionPatch, most: usize) -> Vec<String> {
    let edits = patch.edits.iter();
    edits
        .flat_map(|edit| in_words(&edit.reasons, most))
        .collect()
}

#[derive(Template)]
#[template(path = "sql/preflight.sql", escape = "none")]
struct Preflight<'a> {
    patch: &'a RevisionPatch,
    reasons: Vec<String>,
    statements: &'a [String],
    stamp: Option<String>,
}

/// The statements of the patched revision as a file that stands in for it; `alembic` says that the
/// version table is Alembic's, so that the file can stamp it.
pub fn preflight(
    patch: &RevisionPatch,
    statements: &[String],
    alembic: bool,
) -> Result<RenderedFile> {
    let revision = patch.revision.as_str();
    let stamp = alembic.then(|| {
        let revision = quote::quote_literal(revision);
        format!("UPDATE alembic_version SET version_num = {revision}")
    });
    let preflight = Preflight {
        patch,
        reasons: reasons(patch, FEW),
        statements,
        stamp,
    };
    super::render(&preflight, format!("preflight/{revision}.sql"))
}

/// What a patched revision calls; it stands at the end of the file, so that the revision itself
/// stays easy to read.
#[derive(Template)]
#[template(path = "alembic/patched_helpers.py", escape = "none")]
struct PythonHelpers {
    announcement: String,
}

fn python_helpers(patch: &RevisionPatch) -> Result<String> {
    let template = PythonHelpers {
        announcement: announcement(patch),
    };
    let text = template
        .render()
        .context("cannot render the helpers of a patched revision")?;
    Ok(text + "\n")
}

fn announcement(patch: &RevisionPatch) -> String {
    helpers::announcement_in_chain(patch.revision.as_str())
}
