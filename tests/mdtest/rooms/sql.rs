//! `sql`: each statement's effects, `line operation object certainty`, then its guards; a statement
//! without effects by its nature alone.

use fixfold::model::{Dialect, Guard, Place, Template};
use fixfold::sql::{Nature, ReadEffect, ReadStatement, read};

use crate::document::Case;

pub fn run(case: &Case) -> String {
    let mut lines = String::new();
    for file in &case.files {
        let start = Place::new(file.name.as_str(), 1, 1);
        let template = Template::from_source(file.text.as_str(), start);
        let reading = read(&template, Dialect::Postgres);
        lines.extend(reading.statements.iter().map(statement));
        lines.extend(
            reading
                .diagnostics
                .iter()
                .map(fixfold::report::diagnostic_line),
        );
    }
    lines
}

fn statement(statement: &ReadStatement) -> String {
    if statement.effects.is_empty() {
        return format!(
            "{} {}\n",
            line(statement.place.as_ref()),
            nature(&statement.nature)
        );
    }
    statement.effects.iter().map(effect).collect()
}

fn effect(effect: &ReadEffect) -> String {
    let action = &effect.action;
    let guards: String = effect.guards.iter().map(guard).collect();
    let inert = match &effect.inert {
        Some(reason) => format!(" never: {}", reason.describe()),
        None => String::new(),
    };
    format!(
        "{} {} {} {}{guards}{inert}\n",
        line(effect.place.as_ref()),
        action.operation(),
        action.object(),
        effect.certainty.as_str(),
    )
}

fn guard(guard: &Guard) -> String {
    format!(" [{}: {}]", guard.kind.as_str(), guard.text)
}

fn line(place: Option<&Place>) -> String {
    place.map_or_else(|| "?".to_owned(), |place| place.line.to_string())
}

fn nature(nature: &Nature) -> &'static str {
    match nature {
        Nature::Change => "change",
        Nature::Query(_) => "query",
        Nature::Transaction(_) => "transaction",
        Nature::Setting(_) => "setting",
        Nature::Block(_) => "block",
        Nature::PsqlCommand(_) => "psql command",
        Nature::Invalid(_) => "invalid",
        Nature::Utility(_) => "utility",
        Nature::Unknown => "unknown",
    }
}
