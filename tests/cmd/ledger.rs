//! The ledger from scan to scan.

use super::estate::Estate;

#[test]
fn a_second_scan_changes_no_byte() {
    let estate = Estate::new().file("a.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    estate.run(&["scan", "."]).code(0);
    let first = estate.read("inventory.yaml");
    estate
        .run(&["scan", "."])
        .code(0)
        .stderr_eq("unchanged: ./inventory.yaml\n");
    assert_eq!(estate.read("inventory.yaml"), first);
    estate.run(&["scan", ".", "--check"]).code(0);
}

#[test]
fn check_fails_when_the_ledger_is_stale() {
    let estate = Estate::new().file("a.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    estate.run(&["scan", ".", "--check"]).code(1);
    assert!(!estate.path("inventory.yaml").exists());
    estate.run(&["scan", "."]).code(0);
    let first = estate.read("inventory.yaml");
    estate.write("b.sql", "DROP TABLE old;\n");
    estate.run(&["scan", ".", "--check"]).code(1);
    assert_eq!(estate.read("inventory.yaml"), first);
}

#[test]
fn what_people_write_survives_a_scan() {
    let estate = Estate::new().file("a.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    estate.run(&["scan", "."]).code(0);
    let edited = estate
        .read("inventory.yaml")
        .replacen("  owner:\n", "  owner: Data team # until May\n", 1)
        .replacen("  decision:\n", "  decision: fold\n", 1);
    estate.write("inventory.yaml", &edited);
    estate.write("b.sql", "DROP TABLE old;\n");
    estate.run(&["scan", "."]).code(0);
    let scanned = estate.read("inventory.yaml");
    assert!(
        scanned.contains("  owner: Data team # until May\n  decision: fold\n"),
        "{scanned}"
    );
    std::fs::remove_file(estate.path("a.sql")).unwrap();
    estate.run(&["scan", "."]).code(0);
    let gone = estate.read("inventory.yaml");
    assert!(
        gone.contains("    owner: Data team # until May\n    decision: fold\n"),
        "{gone}"
    );
}

#[test]
fn a_renamed_script_keeps_what_people_write() {
    let text = "ALTER TABLE users ADD COLUMN email text;\n";
    let estate = Estate::new().file("a.sql", text);
    estate.run(&["scan", "."]).code(0);
    let edited = estate.read("inventory.yaml");
    let edited = edited.replacen("  owner:\n", "  owner: Data team\n", 1);
    estate.write("inventory.yaml", &edited);
    std::fs::rename(estate.path("a.sql"), estate.path("b.sql")).unwrap();
    estate.run(&["scan", "."]).code(0);
    let renamed = estate.read("inventory.yaml");
    assert!(
        renamed.contains("- file: b.sql\n  owner: Data team\n"),
        "{renamed}"
    );
    assert!(!renamed.contains("a.sql"), "{renamed}");
}

#[cfg(unix)]
#[test]
fn a_ledger_behind_a_link_stays_behind_it() {
    let estate = Estate::new()
        .file("a.sql", "DROP TABLE old;\n")
        .file("docs/ledger.yaml", "version: 1\n");
    std::os::unix::fs::symlink("docs/ledger.yaml", estate.path("inventory.yaml")).unwrap();
    estate.run(&["scan", "."]).code(0);
    assert!(estate.path("inventory.yaml").is_symlink());
    assert!(estate.read("docs/ledger.yaml").contains("file: a.sql"));
}
