//! How loud each rule is by the user's own configuration.

use std::collections::BTreeMap;

use crate::config::RuleLevel;
use crate::model::Diagnostic;

/// Sets the configured levels, and leaves out findings of rules that are off.
pub(super) fn apply(levels: &BTreeMap<String, RuleLevel>, found: &mut Vec<Diagnostic>) {
    found.retain_mut(|diagnostic| match levels.get(diagnostic.rule) {
        Some(RuleLevel::Off) => false,
        Some(RuleLevel::At(level)) => {
            diagnostic.level = *level;
            true
        }
        None => true,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn a_rule_is_as_loud_as_is_configured() {
        let at = |rule| Diagnostic::new(rule, Level::Warning, None, String::new());
        let mut found = vec![at("truncate"), at("drop-cascade"), at("several-heads")];
        let levels = [
            ("truncate".to_owned(), RuleLevel::Off),
            ("drop-cascade".to_owned(), RuleLevel::At(Level::Error)),
        ];
        apply(&levels.into_iter().collect(), &mut found);
        let left: Vec<_> = found
            .iter()
            .map(|found| (found.rule, found.level))
            .collect();
        let expected = [
            ("drop-cascade", Level::Error),
            ("several-heads", Level::Warning),
        ];
        assert_eq!(left, expected);
    }
}
