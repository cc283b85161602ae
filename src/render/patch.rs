//! Patched revisions: the file with its edits, and the diff that a reviewer reads.

use anyhow::{Context as _, Result};
use askama::Template;
use similar::TextDiff;

use crate::plan::{Edit, Piece, RevisionPatch};

use super::{RenderedFile, filters, helpers, quote, statement};

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
    if file.language == Language::Sql {
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
                output.push_str(&written(edit, file.language, &indent));
                skip_until = skip_until.max(edit.lines.map_or(0, |lines| lines.last));
            }
        }
        if number > skip_until {
            output.push_str(line);
        }
    }
    if file.language == Language::Python {
        output.push_str(&python_helpers(patch)?);
    }
    Ok(output)
}

fn written(edit: &Edit, language: Language, indent: &str) -> String {
    let (comment, ready) = match language {
        Language::Python => ("#", Some(format!("{indent}fixfold_prepare()\n"))),
        Language::Sql => ("--", None),
    };
    let mut text: String = edit
        .reasons
        .iter()
        .map(|reason| format!("{indent}{comment} fixfold: {reason}\n"))
        .collect();
    text.extend(ready);
    for sql in statements(edit) {
        match language {
            Language::Python => text.push_str(&format!(
                "{indent}fixfold_run({})\n",
                quote::python_literal(&sql)
            )),
            Language::Sql => text.push_str(&format!("{sql};\n")),
        }
    }
    text
}

/// What the patched statements need before them, in the same session.
pub fn preparation(patch: &RevisionPatch) -> Vec<String> {
    helpers(patch)
        .into_iter()
        .chain([announcement(patch)])
        .collect()
}

/// The statements of an edit, without semicolons.
pub fn statements(edit: &Edit) -> Vec<String> {
    edit.pieces.iter().map(sql).collect()
}

fn sql_helpers(patch: &RevisionPatch) -> String {
    let statements = preparation(patch).into_iter();
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}

/// Those that the patch calls.
fn helpers(patch: &RevisionPatch) -> Vec<String> {
    let pieces = patch.edits.iter().flat_map(|edit| &edit.pieces);
    let mut statements: Vec<String> = pieces.map(sql).collect();
    statements.push(announcement(patch));
    helpers::used_by(statements.iter().map(String::as_str))
}

fn sql(piece: &Piece) -> String {
    match piece {
        Piece::Ensure(step) => statement::of_step(step),
        Piece::Keep(sql) => sql.trim().trim_end_matches(';').to_owned(),
    }
}

/// What a patched revision calls; it stands at the end of the file, so that the revision itself
/// stays easy to read.
#[derive(Template)]
#[template(path = "alembic/patched_helpers.py", escape = "none")]
struct PythonHelpers {
    helpers: Vec<String>,
    announcement: String,
}

fn python_helpers(patch: &RevisionPatch) -> Result<String> {
    let template = PythonHelpers {
        helpers: helpers(patch),
        announcement: announcement(patch),
    };
    template
        .render()
        .context("cannot render the helpers of a patched revision")
}

fn announcement(patch: &RevisionPatch) -> String {
    helpers::announcement(patch.revision.as_str())
}
