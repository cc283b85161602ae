//! Whatever is wrong with the input: a message that names it, and what could be done is done.

use snapbox::str;

use super::estate::Estate;

const SOUND: &str = "ALTER TABLE users ADD COLUMN email text;\n";

/// Reads an estate that holds one bad file and one sound script.
fn effects_beside(name: &str, content: impl AsRef<[u8]>) -> snapbox::cmd::OutputAssert {
    Estate::new()
        .file("sound.sql", SOUND)
        .file(name, content)
        .run(&["effects", "."])
}

#[test]
fn a_path_that_does_not_exist() {
    Estate::new()
        .run(&["scan", "nowhere"])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: `nowhere` does not exist

"#]]);
}

#[test]
fn a_binary_file() {
    effects_beside("fix.py", b"\x7fELF\0\0\0")
        .code(0)
        .stdout_eq(str![[r#"
sound.sql (1)
     1  add_column             users.email                              exact


"#]])
        .stderr_eq(str![[r#"
fix.py:1:1: warning: `fix.py` is binary [unreadable-file]

"#]]);
}

#[test]
fn a_huge_file() {
    let estate = Estate::new().file("sound.sql", SOUND);
    let huge = std::fs::File::create(estate.path("huge.sql")).unwrap();
    huge.set_len(51 * 1024 * 1024).unwrap();
    estate
        .run(&["effects", "."])
        .code(0)
        .stdout_eq(str![[r#"
sound.sql (1)
     1  add_column             users.email                              exact


"#]])
        .stderr_eq(str![[r#"
huge.sql:1:1: warning: `huge.sql` is 51 MB, more than the 50 MB that are read [unreadable-file]
  help: split `huge.sql`, or name it under `exclude` in fixfold.yaml

"#]]);
}

#[test]
fn a_file_that_is_not_utf8() {
    let estate = Estate::new().file(
        "fix.sql",
        b"-- caf\xe9\nALTER TABLE users ADD COLUMN email text;\n",
    );
    estate
        .run(&["check", "fix.sql"])
        .code(1)
        .stdout_eq(str![[r#"
warning[undeclared-encoding]: `fix.sql` is not UTF-8 and names no encoding; it was read as Latin-1
 --> fix.sql:1:1
  |
1 | -- café
  | ^^^^^^^
  |
  = help: save it as UTF-8

warning[script-without-idempotence]: a second run of `fix.sql` fails: add column of `users.email` is not guarded
 --> fix.sql:2:1
  |
2 | ALTER TABLE users ADD COLUMN email text;
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: ask the catalog before each statement, or use IF NOT EXISTS where PostgreSQL has it; `fixfold consolidate` writes guarded statements

2 warnings

"#]])
        .stderr_eq(str![[""]]);
}

#[test]
fn an_empty_file() {
    effects_beside("empty.py", "")
        .code(0)
        .stdout_eq(str![[r#"
sound.sql (1)
     1  add_column             users.email                              exact


"#]])
        .stderr_eq(str![[""]]);
}

#[test]
fn sql_that_does_not_parse() {
    effects_beside("broken.sql", "ALTER TABEL users;\nDROP TABLE old;\n")
        .code(0)
        .stdout_eq(str![[r#"
broken.sql (2)
     1  unknown_statement                                               exact       never: PostgreSQL rejects the statement: syntax error at or near "TABEL"
     2  drop_table             old                                      exact

sound.sql (1)
     1  add_column             users.email                              exact


"#]])
        .stderr_eq(str![[""]]);
}

#[cfg(unix)]
#[test]
fn links_that_go_in_circles_or_nowhere() {
    use std::os::unix::fs::symlink;
    let estate = Estate::new().file("sound.sql", SOUND);
    symlink(".", estate.path("loop")).unwrap();
    symlink("b.sql", estate.path("a.sql")).unwrap();
    symlink("a.sql", estate.path("b.sql")).unwrap();
    symlink("nowhere", estate.path("c.sql")).unwrap();
    estate
        .run(&["effects", "."])
        .code(0)
        .stdout_eq(str![[r#"
sound.sql (1)
     1  add_column             users.email                              exact


"#]])
        .stderr_eq(str![[r#"
a.sql:1:1: warning: `a.sql` is a link that leads nowhere [unreadable-file]
b.sql:1:1: warning: `b.sql` is a link that leads nowhere [unreadable-file]
c.sql:1:1: warning: `c.sql` is a link that leads nowhere [unreadable-file]

"#]]);
}

#[test]
fn no_scripts_and_no_chain() {
    let estate = Estate::new().file("README.md", "nothing here");
    estate
        .run(&["scan", "."])
        .code(0)
        .stdout_eq(str![[r#"
no migration chain
no scripts that can change a database

"#]])
        .stderr_eq(str![[""]]);
    assert!(!estate.path("inventory.yaml").exists());
}

#[test]
fn a_broken_configuration() {
    let estate = Estate::new()
        .file("sound.sql", SOUND)
        .file("fixfold.yaml", "ledger: a.yaml\nexclud: []\n");
    estate
        .run(&["scan", "."])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: ./fixfold.yaml:2:1: unknown field `exclud`, expected one of `exclude`, `chains`, `prelude`, `ledger`, `rules`

"#]]);
}

#[test]
fn a_broken_ledger_is_not_touched() {
    let broken = "version: 1\nscripts:\n- file: sound.sql\n  onwer: Data team\n";
    let estate = Estate::new()
        .file("sound.sql", SOUND)
        .file("inventory.yaml", broken);
    estate
        .run(&["scan", "."])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: ./inventory.yaml:4:3: scripts[0]: unknown field `onwer`, expected one of `file`, `owner`, `decision`, `reason`, `approved_by`, `expires`, `plan`, `content`, `first_commit`, `last_commit`, `class`, `language`, `evidence`, `near_duplicates`, `findings`, `effects`
  help: mend the ledger, or move it away to start anew; nothing was written

"#]]);
    assert_eq!(estate.read("inventory.yaml"), broken);
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let estate = Estate::new().file("sound.sql", SOUND).file("out", "a file");
    estate
        .run(&["consolidate", ".", "--out", "out"])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: cannot make the folder `out`: File exists (os error 17)

"#]]);
    assert_eq!(estate.read("out"), "a file");
}

#[test]
fn a_ledger_that_cannot_be_written() {
    let estate = Estate::new()
        .file("sound.sql", SOUND)
        .file("fixfold.yaml", "ledger: no/ledger.yaml\n");
    estate
        .run(&["--quiet", "scan", ".", "--format", "csv"])
        .code(2)
        .stderr_eq(str![[r#"
error: cannot write `./no/ledger.yaml`: No such file or directory (os error 2)

"#]]);
}

#[test]
fn a_file_where_a_repository_is_wanted() {
    let estate = Estate::new().file("sound.sql", SOUND);
    estate
        .run(&["scan", "sound.sql"])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: `sound.sql` is a file, not a repository
  help: `fixfold show sound.sql` shows one script

"#]]);
}

#[test]
fn a_folder_where_a_script_is_wanted() {
    Estate::new()
        .run(&["show", "."])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: `.` is a folder, not a script
  help: `fixfold scan .` shows all scripts

"#]]);
}

#[test]
fn a_rule_that_does_not_exist() {
    let estate = Estate::new();
    estate
        .run(&["explain", "hard-coded-password"])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: there is no rule `hard-coded-password`: did you mean `hard-coded-credential`?

"#]]);
}

/// An Alembic revision that makes a table of its own.
fn revision(id: &str, parent: &str) -> String {
    format!(
        "from alembic import op\n\nrevision = \"{id}\"\ndown_revision = {parent}\n\n\n\
         def upgrade():\n    op.execute(\"CREATE TABLE t_{id} (id int)\")\n\n\n\
         def downgrade():\n    pass\n"
    )
}

const INI: &str = "[alembic]\nscript_location = .\n";

#[test]
fn two_chains() {
    let estate = Estate::new()
        .file("a/alembic.ini", INI)
        .file("a/env.py", "")
        .file("a/versions/a1.py", revision("a1", "None"))
        .file("b/alembic.ini", INI)
        .file("b/env.py", "")
        .file("b/versions/b1.py", revision("b1", "None"))
        .file("sound.sql", "ALTER TABLE t_a1 ADD COLUMN email text;\n");
    estate
        .run(&["effects", "."])
        .code(0)
        .stderr_eq(str![[r#""#]]);
    estate.run(&["graph", "."]).code(0).stderr_eq(str![[r#"
a/alembic.ini:1:1: note: the estate has 2 chains; scripts are compared with `a` [several-chains]
  help: name the one that counts under `chains` in fixfold.yaml

"#]]);
}

#[test]
fn revisions_in_a_circle() {
    let estate = Estate::new()
        .file("alembic.ini", INI)
        .file("env.py", "")
        .file("versions/c1.py", revision("c1", "\"c2\""))
        .file("versions/c2.py", revision("c2", "\"c1\""));
    estate
        .run(&["graph", "."])
        .code(0)
        .stdout_eq(str![[r#"

0 scripts touch 0 objects

"#]])
        .stderr_eq(str![[r#"
versions/c2.py:3:1: error: revisions run in a circle: `c2` -> `c1` -> `c2` [revision-cycle]
  help: find the revision that was written first, and give it its old `down_revision` back

"#]]);
    estate.run(&["check", "."]).code(1).stdout_eq(str![[r#"
error[revision-cycle]: revisions run in a circle: `c2` -> `c1` -> `c2`
 --> versions/c2.py:3:1
  |
3 | revision = "c2"
  | ^^^^^^^^^^^^^^^
  |
 ::: versions/c1.py:3:1
  |
3 | revision = "c1"
  | --------------- `c1` is part of the circle
  |
  = help: find the revision that was written first, and give it its old `down_revision` back

1 error

"#]]);
}

#[test]
fn no_server_binaries() {
    Estate::new()
        .file("alembic.ini", INI)
        .file("env.py", "")
        .file("versions/c1.py", revision("c1", "None"))
        .file("sound.sql", SOUND)
        .run(&["verify", ".", "--pg-bin", "nowhere"])
        .code(2)
        .stderr_eq(str![[r#"
error: `nowhere` does not hold `initdb` and `postgres`
  help: install them with `apt-get install postgresql`, or say where they are with `--pg-bin /path/to/bin`

"#]]);
}

#[test]
fn a_chain_for_another_server() {
    Estate::new()
        .file(
            "supabase/migrations/20240101000000_users.sql",
            "CREATE TABLE users (\n    id INTEGER PRIMARY KEY AUTOINCREMENT\n);\n",
        )
        .run(&["verify", "."])
        .code(2)
        .stdout_eq("")
        .stderr_eq(str![[r#"
error: the chain is written for SQLite (supabase/migrations/20240101000000_users.sql:1): fixfold proves on PostgreSQL alone

"#]]);
}
