//! `policy-always-true`.

use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level, PolicyCommand, PolicyDefinition};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "policy-always-true",
    summary: "a policy lets everybody write every row",
    level: Level::Warning,
    documentation: include_str!("policy_always_true.md"),
    check,
};

/// Roles that applications use for their own work, past all policies anyway.
const SERVICE_ROLES: &[&str] = &["service_role", "postgres", "supabase_admin"];

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::CreatePolicy { policy, definition } = &effect.action
                && lets_all_write(definition)
            {
                let table = &definition.table;
                let message =
                    format!("policy `{policy}` lets everybody write every row of `{table}`");
                let help = format!(
                    "say whose rows they are, such as `USING (owner_id = current_setting('app.user_id')::uuid)`, or name the roles: `CREATE POLICY {policy} ON {table} TO ...`"
                );
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

fn lets_all_write(policy: &PolicyDefinition) -> bool {
    let is_true = |condition: &Option<String>| {
        condition.as_deref().is_some_and(|text| {
            let bare = text.trim_matches(|letter: char| {
                letter == '(' || letter == ')' || letter.is_whitespace()
            });
            bare.eq_ignore_ascii_case("true")
        })
    };
    let (using, with_check) = (is_true(&policy.using), is_true(&policy.with_check));
    // WITH CHECK repeats USING where it is left out.
    let writes_any = match policy.command {
        PolicyCommand::Select => false,
        PolicyCommand::Insert => with_check,
        PolicyCommand::Delete => using,
        PolicyCommand::All | PolicyCommand::Update => {
            using && (with_check || policy.with_check.is_none())
        }
    };
    let for_service = !policy.roles.is_empty()
        && policy
            .roles
            .iter()
            .all(|role| SERVICE_ROLES.contains(&role.as_str()));
    policy.permissive && writes_any && !for_service
}
