//! `security-definer-without-search-path`.

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, FunctionDefinition, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "security-definer-without-search-path",
    summary: "a SECURITY DEFINER function takes its search path from the caller",
    level: Level::Warning,
    documentation: include_str!("security_definer_without_search_path.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::CreateFunction {
                name, definition, ..
            } = &effect.action
                && is_open(definition)
            {
                let message = format!(
                    "function `{name}` runs with its owner's rights on the caller's search path"
                );
                let arguments: Vec<String> = definition
                    .argument_types
                    .iter()
                    .map(ToString::to_string)
                    .collect();
                let help = format!(
                    "fix it: `ALTER FUNCTION {name}({}) SET search_path = pg_catalog, public;`",
                    arguments.join(", ")
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// Judges what stands around the body: the body may say these words as well.
fn is_open(function: &FunctionDefinition) -> bool {
    let around = match function.body.trim() {
        "" => function.statement.clone(),
        body => function.statement.replacen(body, " ", 1),
    };
    let words = around.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.to_lowercase();
    words.contains("security definer") && !words.contains("set search_path")
}
