//! `scripts`: what each Python script of the estate can do, one effect a line: `line(text line:column)
//! operation object`, then certainty, reach and sink, the way to it, and its guards. The other files
//! are the estate around it. A sink call that has no effect of its own fails the case.

use std::fmt::Write;

use fixfold::effects::script::{Endpoints, Told, read_and_prove};
use fixfold::eval::limits::STACK_BYTES;
use fixfold::model::{Action, Effect, Reach};
use fixfold::pipeline::Modules;
use fixfold::registry;
use fixfold::report::diagnostic_line;

use crate::document::Case;

pub fn run(case: &Case) -> String {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || read(case))
            .expect("a thread starts")
            .join()
            .expect("reading never fails")
    })
}

fn read(case: &Case) -> String {
    let files = case.memory();
    let paths: Vec<String> = case.files.iter().map(|file| file.name.clone()).collect();
    let scripts = paths.iter().filter(|path| is_script(path));
    let modules = Modules::new(&files, &paths).with_scripts(scripts.map(String::as_str));
    let endpoints = Endpoints::new(&modules, registry::standard());
    let mut text = String::new();
    for script in paths.iter().filter(|path| is_script(path)) {
        let (reading, told) = read_and_prove(&modules, registry::standard(), &endpoints, script);
        let _ = writeln!(text, "{script}");
        if let Some((place, what)) = &reading.signals.missing_import {
            let _ = writeln!(text, "{} cannot import {what}", place.line);
        }
        reading.effects.iter().for_each(|it| effect(&mut text, it));
        assert_nothing_is_silent(script, &told);
        for diagnostic in &reading.diagnostics {
            text.push_str(&diagnostic_line(diagnostic));
        }
    }
    text
}

/// Packages and modules of the application stand in folders of their own.
fn is_script(path: &str) -> bool {
    !path.contains('/') && (path.ends_with(".py") || path.ends_with(".sql"))
}

fn effect(text: &mut String, effect: &Effect) {
    let provenance = &effect.provenance;
    let _ = write!(text, "{}", provenance.call.line);
    if let Some(place) = &provenance.text {
        let file = match place.file == provenance.call.file {
            true => String::new(),
            false => format!("{}:", place.file),
        };
        let _ = write!(text, "({file}{}:{})", place.line, place.column);
    }
    let reach = match &effect.reach {
        Reach::Inert(reason) => format!("inert: {}", reason.describe()),
        reach => reach.as_str().to_owned(),
    };
    let object = match &effect.action {
        Action::Opaque(opaque) => format!("({})", opaque.reason),
        _ => effect.object(),
    };
    let space = if object.is_empty() { "" } else { " " };
    let _ = write!(
        text,
        " {}{space}{object} [{}, {reach}, {}]",
        effect.operation().as_str(),
        effect.certainty.as_str(),
        effect.sink
    );
    let via = provenance.via.iter();
    let via: Vec<String> = via.map(|at| format!("{}:{}", at.file, at.line)).collect();
    if !via.is_empty() {
        let _ = write!(text, " via {}", via.join(" "));
    }
    text.push('\n');
    for guard in &effect.guards {
        let _ = writeln!(text, "    {guard}");
    }
}

/// Every call that can change something has an effect, an opaque one where nothing could be read.
fn assert_nothing_is_silent(script: &str, told: &Told) {
    let silent = &told.silent;
    assert!(silent.is_empty(), "{script} is silent at {silent:?}");
}
