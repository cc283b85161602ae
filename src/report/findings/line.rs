//! A diagnostic on one line.

use crate::model::Diagnostic;

/// `file:line:column: level: message [rule]`, with the help on a line of its own.
pub fn diagnostic_line(diagnostic: &Diagnostic) -> String {
    let place = match &diagnostic.place {
        Some(place) => format!("{}:{}:{}: ", place.file, place.line, place.column),
        None => String::new(),
    };
    let help = match &diagnostic.help {
        Some(help) => format!("  help: {help}\n"),
        None => String::new(),
    };
    let (level, message, rule) = (
        diagnostic.level.as_str(),
        &diagnostic.message,
        diagnostic.rule,
    );
    format!("{place}{level}: {message} [{rule}]\n{help}")
}
