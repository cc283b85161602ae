//! `trigger-left-disabled`.

use std::sync::LazyLock;

use regex::Regex;

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Effect, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "trigger-left-disabled",
    summary: "triggers of a table are switched off and not on again",
    level: Level::Error,
    documentation: include_str!("trigger_left_disabled.md"),
    check,
};

static SWITCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(disable|enable)(?:\s+(?:replica|always))?\s+trigger\s+(\S+)").ok()
});

/// What a statement does to a trigger: off or on, of which table, and which (`all`, `user`, a name).
struct Switch {
    off: bool,
    table: String,
    trigger: String,
}

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        let switches: Vec<(&Effect, Switch)> = unit
            .possible()
            .filter_map(|(_, effect)| Some((effect, switch(effect)?)))
            .collect();
        for (index, (effect, off)) in switches
            .iter()
            .enumerate()
            .filter(|(_, (_, switch))| switch.off)
        {
            let later = &switches[index + 1..];
            if !later.iter().any(|(_, on)| puts_back(on, off)) {
                found.push(report(effect, off));
            }
        }
    }
}

fn switch(effect: &Effect) -> Option<Switch> {
    let Action::UnknownStatement { object, statement } = &effect.action else {
        return None;
    };
    let found = SWITCH.as_ref()?.captures(statement)?;
    let word = |index: usize| found.get(index).map_or("", |found| found.as_str());
    Some(Switch {
        off: word(1).eq_ignore_ascii_case("disable"),
        table: object.clone(),
        trigger: word(2).trim_end_matches([';', ',']).to_lowercase(),
    })
}

fn puts_back(on: &Switch, off: &Switch) -> bool {
    let all = |trigger: &str| matches!(trigger, "all" | "user");
    !on.off && on.table == off.table && (on.trigger == off.trigger || all(&on.trigger))
}

fn report(effect: &Effect, off: &Switch) -> Diagnostic {
    let (table, trigger) = (&off.table, &off.trigger);
    let which = match trigger.as_str() {
        "all" | "user" => format!("all triggers of `{table}` are"),
        name => format!("trigger `{table}.{name}` is"),
    };
    let message = format!("{which} off from here on");
    let help = format!(
        "switch on again in the same transaction: `ALTER TABLE {table} ENABLE TRIGGER {trigger};`"
    );
    RULE.at(&effect.provenance.call, message).with_help(help)
}
