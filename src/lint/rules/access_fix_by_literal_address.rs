//! `access-fix-by-literal-address`.

use std::sync::LazyLock;

use regex::Regex;

use crate::lint::wording::names;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level, RowChange, Script, ScriptClass};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "access-fix-by-literal-address",
    summary: "a script changes a named person's rights",
    level: Level::Warning,
    documentation: include_str!("access_fix_by_literal_address.md"),
    check,
};

/// Parts of column and table names that stand for rights.
const RIGHTS: &[&str] = &[
    "role",
    "admin",
    "permission",
    "superuser",
    "is_staff",
    "access",
];

static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}").ok()
});

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for script in context.scripts {
        for effect in script
            .effects
            .iter()
            .filter(|effect| !effect.reach.is_inert())
        {
            if let Action::Rows(change) = &effect.action
                && is_about_rights(change)
                && names_somebody(context, script, effect)
            {
                found.push(report(script, effect, change));
            }
        }
    }
}

fn is_about_rights(change: &RowChange) -> bool {
    let mut columns = change.columns.iter();
    columns.any(|column| is_right(column.as_str())) || is_right(change.table.name.as_str())
}

fn is_right(name: &str) -> bool {
    RIGHTS.iter().any(|right| name.contains(right))
}

/// An address in the statement itself, or, where the statement takes parameters, in the text of a
/// script that does nothing else.
fn names_somebody(context: &Context<'_>, script: &Script, effect: &Effect) -> bool {
    let has_address = |text: &str| {
        ADDRESS
            .as_ref()
            .is_some_and(|address| address.is_match(text))
    };
    has_address(&effect.statement)
        || script.class == ScriptClass::AccessFix
            && (context.text)(&script.file).is_some_and(|text| has_address(&text))
}

fn report(script: &Script, effect: &Effect, change: &RowChange) -> Diagnostic {
    let columns = change.columns.iter().map(|column| column.as_str());
    let rights = names(columns.filter(|column| is_right(column)));
    let table = &change.table;
    let what = if rights.is_empty() {
        format!("rows of `{table}` are")
    } else {
        format!("{rights} of `{table}` is")
    };
    let message = format!("{what} written for a person named by address");
    let help = format!(
        "give the right through the application, where it is logged; `{}` belongs to one environment, not into the chain",
        script.file
    );
    RULE.at(&effect.provenance.call, message).with_help(help)
}
