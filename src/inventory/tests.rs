use proptest::prelude::*;

use super::*;

fn script(file: &str) -> ScriptRecord {
    ScriptRecord {
        file: file.to_owned(),
        human: Stewardship::default(),
        facts: ScriptFacts {
            class: "emergency-ddl".to_owned(),
            language: "python".to_owned(),
            effects: vec![EffectRecord {
                line: 7,
                op: "add_column".to_owned(),
                object: "users.email".to_owned(),
                certainty: "exact".to_owned(),
                reach: "live".to_owned(),
                guards: vec!["if_not_exists: IF NOT EXISTS".to_owned()],
                ..EffectRecord::default()
            }],
            ..ScriptFacts::default()
        },
    }
}

fn ledger(files: &[&str]) -> Ledger {
    Ledger {
        scripts: files.iter().map(|file| script(file)).collect(),
        ..Ledger::default()
    }
}

/// What a scan that finds `files` makes of the ledger `old`.
fn rescan(files: &[&str], old: &str) -> String {
    let merged = merge(ledger(files), read(old).unwrap());
    write(&merged, Some(old))
}

#[test]
fn a_second_scan_changes_no_byte() {
    let first = write(&ledger(&["a.py", "b.py"]), None);
    assert_eq!(rescan(&["a.py", "b.py"], &first), first);
}

#[test]
fn human_fields_and_comments_stay() {
    let first = write(&ledger(&["a.py", "b.py"]), None);
    let edited = first
        .replacen(
            "  owner:\n",
            "  # asked on Monday\n  owner: Data team # on leave\n",
            1,
        )
        .replacen("  decision:\n", "  decision: fold\n", 1)
        .replacen(
            "  plan:\n",
            "  plan: |-\n    # not a comment\n    fold it\n",
            1,
        );
    let second = rescan(&["a.py", "b.py"], &edited);
    assert_eq!(second, edited);
    let third = rescan(&["a.py", "aa.py", "b.py"], &edited);
    for kept in [
        "  # asked on Monday\n  owner: Data team # on leave\n",
        "    # not a comment\n",
    ] {
        assert!(third.contains(kept), "{third}");
    }
}

#[test]
fn a_script_that_goes_and_returns_keeps_its_fields() {
    let first = write(&ledger(&["a.py", "b.py"]), None);
    let edited = first.replacen("  owner:\n", "  owner: Data team\n", 1);
    let without = rescan(&["b.py"], &edited);
    assert!(
        without.contains("gone:\n  scripts:\n  - file: a.py\n    owner: Data team\n"),
        "{without}"
    );
    assert_eq!(rescan(&["b.py"], &without), without);
    assert_eq!(rescan(&["a.py", "b.py"], &without), edited);
}

#[test]
fn a_script_without_human_fields_goes_quietly() {
    let first = write(&ledger(&["a.py", "b.py"]), None);
    assert_eq!(rescan(&["b.py"], &first), write(&ledger(&["b.py"]), None));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let first = write(&ledger(&["a.py"]), None);
    let message =
        |from: &str, to: &str| read(&first.replacen(from, to, 1)).unwrap_err().to_string();
    assert!(message("owner:", "onwer: x").starts_with("9:3: scripts[0]: unknown field `onwer`"));
    assert!(
        message("decision:", "decision: keep")
            .starts_with("10:13: scripts[0].decision: unknown variant `keep`")
    );
    assert_eq!(
        message("expires:", "expires: soon"),
        "13:12: `soon` is no day: write it as 2026-01-31"
    );
    assert!(message("version: 1", "version: 9").starts_with("6:1: the ledger is of version 9"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_write_is_read_back(
        owner in proptest::option::of(any::<String>()),
        plan in proptest::option::of("[a-z#:'\"\\- \n]{1,40}"),
        reason in proptest::option::of("\\PC{1,20}"),
    ) {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let mut ledger = ledger(&["a.py"]);
        ledger.scripts[0].human = Stewardship {
            owner: filled(owner),
            plan: filled(plan),
            reason: filled(reason),
            ..Stewardship::default()
        };
        let text = write(&ledger, None);
        let read = read(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&read.scripts[0].human, &ledger.scripts[0].human);
        let merged = merge(ledger, read);
        prop_assert_eq!(write(&merged, Some(&text)), text);
    }
}
