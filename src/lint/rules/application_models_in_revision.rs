//! `application-models-in-revision`.

use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};
use crate::python::tree::{ImportedName, StatementKind};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "application-models-in-revision",
    summary: "a revision uses the application's models of today",
    level: Level::Warning,
    documentation: include_str!("application_models_in_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (_, module) in context.python_revisions() {
        walk::statements(&module.body, &mut |statement| {
            let StatementKind::ImportFrom { module, names, .. } = &statement.kind else {
                return;
            };
            if is_models(module, names) {
                let imported: Vec<&str> = names.iter().map(|name| name.name.as_str()).collect();
                let message = format!(
                    "the revision imports `{}` from `{module}`, as it is today",
                    imported.join("`, `")
                );
                let help = "declare the columns that it needs beside it: `users = sa.table(\"users\", sa.column(\"id\"))`";
                found.push(RULE.at(&statement.place, message).with_help(help));
            }
        });
    }
}

/// A package of models, by the name that people give it, and models rather than constants in it.
fn is_models(module: &str, names: &[ImportedName]) -> bool {
    let of_models = module
        .split('.')
        .any(|part| matches!(part, "models" | "model"));
    let foreign = module.starts_with("sqlalchemy") || module.starts_with("alembic");
    let is_model = |name: &ImportedName| {
        name.name.starts_with(char::is_uppercase)
            && !name
                .name
                .chars()
                .all(|letter| letter.is_uppercase() || letter == '_')
    };
    of_models && !foreign && names.iter().any(is_model)
}
