//! The one door to the Python parsers: text in, our own small tree and diagnostics out.
//!
//! rustpython-parser reads first; ruff_python_parser reads what it rejects (PEP 701 f-strings,
//! newer syntax) and what is broken, of which it recovers the sound statements.

pub mod bindings;
mod body;
mod literal;
mod lowering;
mod nesting;
mod outline;
mod position;
mod ruff;
mod rustpython;
mod string_tokens;
#[cfg(test)]
mod tests;
pub mod tree;
mod trouble;

pub use trouble::SYNTAX;
mod validity;
pub mod walk;

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{Diagnostic, Place};

use lowering::Lowering;
use position::LineIndex;

/// Trees that may be deeper than this are read on a thread with a stack of its own.
const MAX_DEPTH_HERE: usize = 150;

/// Text that may be deeper than this is not read at all: no stack is large enough.
const MAX_DEPTH_ANYWHERE: usize = 100_000;

/// Bytes; pages that are not touched cost nothing.
const STACK_SIZE: usize = 512 << 20;

/// A file as it was read. Reading never fails: what is broken is left out or stands in the tree as
/// broken, and is named in `diagnostics`.
#[derive(Debug, Clone)]
pub struct Parsed {
    pub module: Arc<tree::Module>,
    pub diagnostics: Vec<Diagnostic>,
    /// Whether Python 3.12 would run the file. If not, none of its effects can ever happen.
    pub parses_in_cpython: bool,
}

/// Reads Python source. `file` is the path that places are to carry, relative to the estate's root.
pub fn parse(text: &str, file: &Arc<str>) -> Parsed {
    let text = normalise_line_ends(text.strip_prefix('\u{feff}').unwrap_or(text));
    match nesting::depth_bound(&text) {
        0..=MAX_DEPTH_HERE => parse_here(&text, file),
        depth if depth <= MAX_DEPTH_ANYWHERE => parse_on_large_stack(&text, file),
        _ => unreadable(file),
    }
}

/// Python reads `\r\n` and `\r` as `\n`, in string literals too.
fn normalise_line_ends(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Reads a module that is imported: its functions' bodies are read when somebody asks for them.
pub fn parse_outline(text: &Arc<str>, file: &Arc<str>) -> Arc<tree::Module> {
    let is_flat = nesting::depth_bound(text) <= MAX_DEPTH_HERE;
    let outline = is_flat.then(|| outline::outline(text)).flatten();
    let module = outline.and_then(|outline| {
        let lines = Arc::new(LineIndex::new(file, text));
        let mut lowering = Lowering::of_outline(text, &lines, &outline.bodies);
        rustpython::read(&mut lowering, file, &outline.text).ok()
    });
    module.map_or_else(|| parse(text, file).module, Arc::new)
}

fn parse_on_large_stack(text: &str, file: &Arc<str>) -> Parsed {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK_SIZE);
        let spawned = builder.spawn_scoped(scope, || parse_here(text, file));
        let joined = spawned.ok().and_then(|thread| thread.join().ok());
        joined.unwrap_or_else(|| unreadable(file))
    })
}

fn unreadable(file: &Arc<str>) -> Parsed {
    Parsed {
        module: Arc::new(tree::Module {
            file: file.clone(),
            docstring: None,
            body: Vec::new(),
        }),
        diagnostics: vec![trouble::too_deep(Place::new(file.clone(), 1, 1))],
        parses_in_cpython: false,
    }
}

fn parse_here(text: &str, file: &Arc<str>) -> Parsed {
    let lines = LineIndex::new(file, text);
    let mut lowering = Lowering::new(text, &lines);
    let (module, errors) = match rustpython::read(&mut lowering, file, text) {
        Ok(module) => (module, Vec::new()),
        Err(_) => ruff::read(&mut lowering, file, text),
    };
    let mut diagnostics = Vec::new();
    diagnostics.extend(trouble::does_not_parse(text, &errors, |at| lines.place(at)));
    if errors.is_empty() {
        let error = validity::compile_error(&module);
        diagnostics.extend(error.map(|(place, message)| trouble::does_not_compile(place, message)));
    }
    let parses_in_cpython = diagnostics.is_empty();
    diagnostics.extend(lowering.cut_at.map(trouble::too_deep));
    Parsed {
        module: Arc::new(module),
        diagnostics,
        parses_in_cpython,
    }
}
