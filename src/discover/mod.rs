//! Walks an estate: which files are scripts, in which language, and where the migration chains are.
//!
//! What a script does is not asked here. Every file that could be a script and is not taken as one
//! is named with its reason, and so is every folder that looks like a chain and is not.

mod application;
mod chain;
mod copies;
mod folder;
mod language;
mod standing;
mod walk;

use rayon::prelude::*;

use crate::config::Settings;
use crate::model::{Diagnostic, ScriptLanguage};
use crate::source::{self, Files, ReadErrorKind, Source};

pub use chain::{ChainFormat, ChainLocation, Decoy};
pub use standing::{LeftOutReason, Standing};
pub use walk::OUTPUT_MARK;

use language::Named;

/// An estate as its files show it.
#[derive(Debug, Default)]
pub struct Estate {
    /// All files, whatever they are, sorted.
    pub paths: Vec<String>,
    /// Sorted by path.
    pub scripts: Vec<ScriptFile>,
    /// Files in a script's language that are no scripts, sorted by path.
    pub left_out: Vec<LeftOut>,
    /// The best one first.
    pub chains: Vec<ChainLocation>,
    /// Sorted by root.
    pub decoys: Vec<Decoy>,
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that may change a database.
#[derive(Debug)]
pub struct ScriptFile {
    pub source: Source,
    pub language: ScriptLanguage,
    pub standing: Standing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub file: String,
    pub reason: LeftOutReason,
}

/// Finds scripts and chains.
pub fn discover(files: &dyn Files, settings: &Settings) -> Estate {
    // The first file would be read by one core while the others wait for the patterns.
    let ((paths, diagnostics), ()) = rayon::join(
        || walk::paths(files, &settings.exclude),
        source::prepare_redaction,
    );
    let mut estate = Estate {
        diagnostics,
        ..Estate::default()
    };
    let candidates = read_candidates(files, &paths, &mut estate.diagnostics);
    let chains = chain::find(files, &paths, &candidates, settings);
    estate.chains = chains.chains;
    estate.decoys = chains.decoys;
    estate.diagnostics.extend(chains.diagnostics);
    let judge = standing::Judge::new(&paths, &candidates, &estate.chains, &estate.decoys);
    let verdicts: Vec<_> = candidates
        .par_iter()
        .map(|candidate| judge.verdict(candidate))
        .collect();
    for (candidate, verdict) in candidates.into_iter().zip(verdicts) {
        match verdict {
            Ok(standing) => estate.scripts.push(candidate.into_script(standing)),
            Err(reason) => estate.left_out.push(LeftOut {
                file: candidate.source.file.to_string(),
                reason,
            }),
        }
    }
    estate.paths = paths;
    estate
}

/// Finds the chains alone: `scripts` and `left_out` stay empty. Most scripts need not be read for it.
pub fn locate(files: &dyn Files, settings: &Settings) -> Estate {
    let (paths, diagnostics) = walk::paths(files, &settings.exclude);
    let candidates: Vec<_> = paths
        .par_iter()
        .filter_map(|path| of_a_chain(files, path))
        .collect();
    let found = chain::find(files, &paths, &candidates, settings);
    Estate {
        paths,
        chains: found.chains,
        decoys: found.decoys,
        diagnostics: diagnostics.into_iter().chain(found.diagnostics).collect(),
        ..Estate::default()
    }
}

/// What a Python file of a chain has in its text.
const CHAIN_WORDS: &[&str] = &["revision", "class Migration("];

/// A file that can belong to a chain; without its text where that says nothing.
fn of_a_chain(files: &dyn Files, path: &str) -> Option<Candidate> {
    match language::by_name(path) {
        Named::Script(ScriptLanguage::Python) if !files.mentions(path, CHAIN_WORDS) => {
            Some(Candidate {
                source: Source::from_text(path, ""),
                language: ScriptLanguage::Python,
            })
        }
        Named::Script(ScriptLanguage::Python | ScriptLanguage::Sql) => {
            read_one(files, path).ok().flatten()
        }
        Named::Script(ScriptLanguage::Shell) | Named::Unknown | Named::Other => None,
    }
}

/// A file whose language is known.
struct Candidate {
    source: Source,
    language: ScriptLanguage,
}

impl Candidate {
    fn into_script(self, standing: Standing) -> ScriptFile {
        ScriptFile {
            source: self.source,
            language: self.language,
            standing,
        }
    }

    fn file(&self) -> &str {
        &self.source.file
    }
}

/// A core that has done its part takes over some of the others': no part may be long.
const FILES_AT_ONCE: usize = 8;

fn read_candidates(
    files: &dyn Files,
    paths: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Candidate> {
    let in_small_parts = paths.par_iter().with_max_len(FILES_AT_ONCE);
    let read: Vec<_> = in_small_parts.map(|path| read_one(files, path)).collect();
    let mut candidates = Vec::new();
    for result in read {
        match result {
            Ok(candidate) => candidates.extend(candidate),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    candidates
}

/// `None`: not in a script's language.
fn read_one(files: &dyn Files, path: &str) -> Result<Option<Candidate>, Diagnostic> {
    let named = language::by_name(path);
    if named == Named::Other {
        return Ok(None);
    }
    match files.read(path) {
        Ok(source) => {
            Ok(language::of_text(named, &source.text)
                .map(|language| Candidate { source, language }))
        }
        // A file that only might be a script may well be something else.
        Err(_) if named == Named::Unknown => Ok(None),
        // A link to a folder: what is in the folder is found where it stands.
        Err(error) if error.kind == ReadErrorKind::NotAFile => Ok(None),
        Err(error) => Err(error.diagnostic()),
    }
}
