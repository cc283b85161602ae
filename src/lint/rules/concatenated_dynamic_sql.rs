//! `concatenated-dynamic-sql`.

use std::sync::LazyLock;

use regex::Regex;

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "concatenated-dynamic-sql",
    summary: "a function builds SQL from values without quoting them",
    level: Level::Warning,
    documentation: include_str!("concatenated_dynamic_sql.md"),
    check,
};

/// `EXECUTE 'text' || name`, up to the end of the statement.
static EXECUTE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?is)\bEXECUTE\s+('(?:[^']|'')*'\s*\|\|[^;]*)").ok());

/// One operand between two `||`: a name, a field or a parameter, unquoted.
static BARE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$|^\$\d+$").ok());

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::CreateFunction {
                name, definition, ..
            } = &effect.action
                && let Some(operand) = unquoted(&definition.body)
            {
                let message =
                    format!("function `{name}` puts `{operand}` into SQL without quoting it");
                let help = format!(
                    "`EXECUTE format('... %I ... %L ...', {operand})`: %I quotes a name, %L a value; values are better passed with USING"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// The first operand that goes into an EXECUTE as it is.
fn unquoted(body: &str) -> Option<String> {
    let (execute, bare) = (EXECUTE.as_ref()?, BARE.as_ref()?);
    let mut operands = execute
        .captures_iter(body)
        .filter_map(|found| found.get(1))
        .flat_map(|found| operands(found.as_str()));
    let found = operands.find(|operand| bare.is_match(operand))?;
    Some(one_line(&found))
}

/// What stands between `||` outside of string literals; USING and INTO end the expression.
fn operands(expression: &str) -> Vec<String> {
    let mut outside = String::new();
    for (index, part) in expression.split('\'').enumerate() {
        outside.push_str(if index % 2 == 0 { part } else { "''" });
    }
    let words = format!(
        "{} ",
        outside.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    let folded = words.to_ascii_lowercase();
    let ends = [" using ", " into ", " loop "];
    let end = ends.iter().filter_map(|end| folded.find(end)).min();
    let expression = &words[..end.unwrap_or(words.len())];
    expression
        .split("||")
        .map(|operand| operand.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bare_names_are_unquoted() {
        let found = |body| unquoted(body);
        assert_eq!(
            found("EXECUTE 'DROP TABLE ' || name;").as_deref(),
            Some("name")
        );
        assert_eq!(
            found("EXECUTE 'SELECT ' || $1 || ' FROM t' INTO n;").as_deref(),
            Some("$1")
        );
        assert_eq!(found("EXECUTE 'DROP TABLE ' || quote_ident(name);"), None);
        assert_eq!(found("EXECUTE format('DROP TABLE %I', name);"), None);
        assert_eq!(
            found("EXECUTE 'SELECT ''x'' || y' || quote_literal(v) USING w;"),
            None
        );
        assert_eq!(found("PERFORM 'a' || b;"), None);
    }
}
