//! `grant-to-public`.

use crate::lint::wording::one_line;
use crate::lint::{Context, Rule};
use crate::model::{Action, Diagnostic, Level};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "grant-to-public",
    summary: "a right is granted to every role there is",
    level: Level::Warning,
    documentation: include_str!("grant_to_public.md"),
    check,
};

fn check(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for unit in context.units() {
        for (_, effect) in unit.possible() {
            if let Action::Grant { object, statement } = &effect.action
                && let Some(rights) = granted_to_public(statement)
            {
                let message =
                    format!("{rights} on `{object}` is granted to every role, now and later");
                let help = "name the role that needs it; what every role may do anyway (EXECUTE, CONNECT) needs no grant";
                found.push(RULE.at(&effect.provenance.call, message).with_help(help));
            }
        }
    }
}

/// The rights, where the grantees are or include PUBLIC.
fn granted_to_public(statement: &str) -> Option<String> {
    let words = one_line(statement);
    let folded = words.to_ascii_lowercase();
    let (before, grantees) = folded.rsplit_once(" to ")?;
    let grantees = grantees.split(" with ").next()?;
    let has_public = grantees
        .split(',')
        .any(|grantee| grantee.trim() == "public");
    let rights = before
        .split(" on ")
        .next()?
        .trim_start_matches("grant ")
        .trim();
    // USAGE of a schema shows nothing of what is in it.
    let is_harmless = matches!(rights, "usage" | "execute" | "connect");
    (has_public && !is_harmless).then(|| rights.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_grantees_count() {
        let rights = |statement| granted_to_public(statement);
        assert_eq!(
            rights("GRANT ALL ON users TO PUBLIC;").as_deref(),
            Some("ALL")
        );
        assert_eq!(
            rights("GRANT SELECT ON users TO app, public WITH GRANT OPTION").as_deref(),
            Some("SELECT")
        );
        assert_eq!(rights("GRANT ALL ON SCHEMA public TO app"), None);
        assert_eq!(rights("GRANT USAGE ON SCHEMA shop TO PUBLIC"), None);
        assert_eq!(rights("GRANT app TO deploy"), None);
    }
}
