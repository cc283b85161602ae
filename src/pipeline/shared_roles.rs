//! Roles belong to the server, and verification keeps all states on one: they are there from the start, no
//! state fails because another has made them, and none takes them away from the others.

use std::collections::BTreeSet;

use super::Audit;
use crate::database::Step;
use crate::model::Action;
use crate::render;
use crate::verify::VerifyPlan;

/// Makes the roles of chain and scripts. A prelude may have made them.
pub(super) fn roles(audit: &Audit) -> Vec<Step> {
    let scripts = audit.survey.scripts.iter();
    let of_scripts = scripts.flat_map(|script| &script.effects);
    let of_chain = audit.history.steps.iter().flat_map(|step| &step.effects);
    let names = of_scripts
        .chain(of_chain)
        .filter_map(|effect| match &effect.action {
            Action::CreateRole { name, .. } => Some(render::quote_identifier(name)),
            _ => None,
        });
    let names: BTreeSet<String> = names.collect();
    let made = names
        .into_iter()
        .map(|name| Step::new(unless_there(&format!("CREATE ROLE {name}"))));
    made.collect()
}

/// Whatever makes or drops a role leaves the server as it is.
pub(super) fn share_roles(plan: &mut VerifyPlan) {
    let revisions = plan.chain.iter_mut();
    let revisions = revisions.chain(plan.patched.iter_mut().map(|(_, revision)| revision));
    let scripts = plan.scripts.iter_mut().map(|script| &mut script.steps);
    revisions
        .map(|revision| &mut revision.steps)
        .chain(scripts)
        .chain(plan.script_runs.values_mut())
        .flatten()
        .for_each(share);
}

fn share(step: &mut Step) {
    match about_role(&step.sql) {
        Some(Change::Make) => step.sql = unless_there(&step.sql),
        Some(Change::Drop) => step.sql = "SELECT 'other states have this role, too'".to_owned(),
        None => {}
    }
}

/// 42710 is what PostgreSQL says of a role that is there.
fn unless_there(statement: &str) -> String {
    let statement = statement.trim().trim_end_matches(';');
    format!(
        "DO $fixfold_do$ BEGIN EXECUTE $fixfold_sql${statement}$fixfold_sql$; \
         EXCEPTION WHEN duplicate_object THEN NULL; END $fixfold_do$"
    )
}

#[derive(Debug, PartialEq, Eq)]
enum Change {
    Make,
    Drop,
}

fn about_role(statement: &str) -> Option<Change> {
    let mut words = behind_comments(statement).split_whitespace();
    let change = match words.next()?.to_ascii_lowercase().as_str() {
        "create" => Change::Make,
        "drop" => Change::Drop,
        _ => return None,
    };
    let kind = words.next()?.to_ascii_lowercase();
    let is_mapping = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("mapping"));
    let is_role = ["role", "user", "group"].contains(&kind.as_str());
    (is_role && !is_mapping).then_some(change)
}

fn behind_comments(statement: &str) -> &str {
    let mut rest = statement.trim_start();
    loop {
        let end = match rest.get(..2) {
            Some("--") => rest.find('\n'),
            Some("/*") => rest.find("*/").map(|end| end + 1),
            _ => return rest,
        };
        let Some(end) = end else { return "" };
        rest = rest[end + 1..].trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, about_role};

    #[test]
    fn statements_about_roles_are_told_by_their_first_words() {
        let made = "-- for reports\n/* x */ create ROLE reader";
        assert_eq!(about_role(made), Some(Change::Make));
        assert_eq!(about_role("DROP USER IF EXISTS a"), Some(Change::Drop));
        let others = [
            "CREATE USER MAPPING FOR a SERVER b",
            "CREATE TABLE role (id int)",
            "-- DROP ROLE a",
            "",
        ];
        assert!(others.iter().all(|other| about_role(other).is_none()));
    }
}
