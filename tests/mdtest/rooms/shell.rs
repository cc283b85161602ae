//! `shell`: the effects of the case's first file, one a line: `line(text line) operation object`,
//! then certainty, reach and sink, then its guards. Python inside of the script follows, then what
//! was reported. The other files are the estate around it.

use fixfold::model::{Effect, Reach};
use fixfold::report::diagnostic_line;
use fixfold::shell;
use fixfold::source::Files;

use crate::document::Case;

pub fn run(case: &Case) -> String {
    let files = case.memory();
    let Some(script) = case.files.first() else {
        return String::new();
    };
    let source = match files.read(&script.name) {
        Ok(source) => source,
        Err(error) => return diagnostic_line(&error.diagnostic()),
    };
    let reading = shell::read(&source, &files);
    let effects = reading.effects.iter().map(effect);
    let python = reading.python.iter().map(|python| {
        let origin = python.code.origin().map_or(0, |place| place.line);
        let code = python.code.display().replace('\n', "\\n");
        format!("{}({origin}) python {code}\n", python.call.line)
    });
    let findings = reading.diagnostics.iter().map(diagnostic_line);
    effects.chain(python).chain(findings).collect()
}

fn effect(effect: &Effect) -> String {
    let text = effect.provenance.text.as_ref();
    let text = text.map_or_else(String::new, |place| format!("({})", place.line));
    let via: Vec<String> = effect
        .provenance
        .via
        .iter()
        .map(|at| at.line.to_string())
        .collect();
    let via = match via.is_empty() {
        true => String::new(),
        false => format!(" via {}", via.join(" ")),
    };
    let reach = match &effect.reach {
        Reach::Inert(reason) => format!("inert: {}", reason.describe()),
        reach => reach.as_str().to_owned(),
    };
    let guards = effect.guards.iter().map(|guard| format!("    {guard}\n"));
    format!(
        "{}{text} {} {} [{}, {reach}, {}]{via}\n{}",
        effect.provenance.call.line,
        effect.operation().as_str(),
        effect.object(),
        effect.certainty.as_str(),
        effect.sink,
        guards.collect::<String>()
    )
}
