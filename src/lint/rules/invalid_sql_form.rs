//! `invalid-sql-form`.

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, InertReason, Level, Reach};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "invalid-sql-form",
    summary: "a statement that PostgreSQL's grammar does not have",
    level: Level::Error,
    documentation: include_str!("invalid_sql_form.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for effect in unit.effects {
            if let Reach::Inert(InertReason::InvalidSql(what)) = &effect.reach {
                let statement = one_line(&effect.statement);
                let message = format!("PostgreSQL rejects `{statement}`: {what}");
                let diagnostic = RULE.at(&effect.provenance.call, message);
                found.push(match help(effect) {
                    Some(help) => diagnostic.with_help(help),
                    None => diagnostic,
                });
            }
        }
    }
}

/// What to write instead, for the forms that people take from other databases or from hope.
fn help(effect: &Effect) -> Option<String> {
    let words = effect
        .statement
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let folded = words.to_lowercase();
    let has_if = folded.contains(" if not exists ") || folded.contains(" if exists ");
    if !has_if {
        return None;
    }
    let plain = without_if(words.trim_end_matches(';'), &folded);
    if matches!(
        effect.action,
        Action::CreateView { .. } | Action::CreateFunction { .. }
    ) {
        let replaced = plain.replacen("CREATE", "CREATE OR REPLACE", 1);
        return Some(format!("write `{};`", one_line(&replaced)));
    }
    let caught = condition(&effect.action, &folded)?;
    Some(format!(
        "write `DO $$ BEGIN {plain}; EXCEPTION WHEN {caught} THEN NULL; END $$;`"
    ))
}

/// The condition to catch where the action is one that has no `IF` form.
fn condition(action: &Action, folded: &str) -> Option<&'static str> {
    let made = [
        "create type",
        "create domain",
        "create policy",
        "create trigger",
        "create role",
        "create user",
    ];
    if let Action::AddConstraint { .. } = action {
        Some("duplicate_object OR duplicate_table")
    } else if let Action::RenameColumn { .. } = action {
        Some("undefined_column")
    } else if let Action::RenameEnumValue { .. } = action {
        Some("invalid_parameter_value")
    } else if made.iter().any(|start| folded.starts_with(start)) {
        Some("duplicate_object")
    } else {
        None
    }
}

/// The statement without its `IF [NOT] EXISTS`.
fn without_if(words: &str, folded: &str) -> String {
    let forms = [" if not exists ", " if exists "];
    let place = forms
        .iter()
        .filter_map(|form| Some((folded.find(form)?, form.len())))
        .min();
    match place {
        // Folding can change lengths outside ASCII: then the text stays as it is.
        Some((at, length)) if words.is_char_boundary(at) && words.is_char_boundary(at + length) => {
            format!("{} {}", &words[..at], &words[at + length..])
        }
        _ => words.to_owned(),
    }
}
