//! The helper functions that every consolidated migration brings along.

use askama::Template;

#[derive(Template)]
#[template(path = "sql/helpers.sql", escape = "none")]
struct Helpers;

/// The helpers, one statement each, without semicolons and comments between them.
pub fn statements() -> Vec<String> {
    let text = Helpers.render().unwrap_or_default();
    split(&text)
}

/// Cuts the template at the semicolons that end a line outside of a function's body.
fn split(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut current = String::new();
    let mut in_body = false;
    for line in text.split_inclusive('\n') {
        if current.is_empty() && (line.starts_with("--") || line.trim().is_empty()) {
            continue;
        }
        in_body ^= line.matches("$fixfold$").count() % 2 == 1;
        current.push_str(line);
        if !in_body && line.trim_end().ends_with(';') {
            statements.push(current.trim().trim_end_matches(';').to_owned());
            current.clear();
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_helper_is_a_statement_of_its_own() {
        let statements = super::statements();
        assert!(
            statements
                .iter()
                .all(|statement| statement.starts_with("CREATE ")),
            "{statements:#?}"
        );
        let functions = statements
            .iter()
            .filter(|statement| statement.contains("FUNCTION pg_temp."))
            .count();
        assert_eq!(functions + 1, statements.len());
    }
}
