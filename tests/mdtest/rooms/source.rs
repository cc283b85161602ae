//! `source`: the text as the house sees it, then what was reported about it.

use fixfold::report::diagnostic_line;
use fixfold::source::Files;

use crate::document::Case;

pub fn run(case: &Case) -> String {
    let files = case.memory();
    let read = case.files.iter().map(|file| match files.read(&file.name) {
        Ok(source) => {
            let findings = source.diagnostics.iter().map(diagnostic_line);
            format!("{}{}", source.text, findings.collect::<String>())
        }
        Err(error) => diagnostic_line(&error.diagnostic()),
    });
    read.collect()
}
