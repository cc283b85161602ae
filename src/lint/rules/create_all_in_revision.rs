//! `create-all-in-revision`.

use crate::lint::walk;
use crate::lint::{Context, Rule};
use crate::model::{Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "create-all-in-revision",
    summary: "a revision makes whatever the models say on the day it runs",
    level: Level::Error,
    documentation: include_str!("create_all_in_revision.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for (unit, module) in context.python_revisions() {
        walk::calls(&module.body, &mut |call| {
            let name = walk::called_name(call);
            if let Some(name @ ("create_all" | "drop_all")) = name {
                let id = unit.revision.map_or("", |revision| revision.id.as_str());
                let message = format!(
                    "revision `{id}` calls `{name}`: what it does depends on the models of the day"
                );
                let help =
                    "write out the tables that it stands for: `op.create_table(...)`, one for each";
                found.push(RULE.at(&call.place, message).with_help(help));
            }
        });
    }
}
