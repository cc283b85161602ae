//! Each command on a small estate.

use snapbox::str;

use super::estate::Estate;

const FIX: &str = "\
CREATE TABLE IF NOT EXISTS flags (id int PRIMARY KEY, name text NOT NULL);
-- psql postgres://app:hunter2again@db.internal/app
UPDATE flags SET name = 'on';
";

fn estate() -> Estate {
    Estate::new().file("scripts/fix.sql", FIX)
}

#[test]
fn help() {
    estate().run(&["--help"]).code(0).stdout_eq(str![[r#"
Audits the emergency database fixes lying about a repository, and folds them back into its migration
chain. It reads Python and SQL; it never runs a script

Usage: fixfold [OPTIONS] <COMMAND>

Commands:
  scan         Find every script that can change a database, and keep the ledger of them
  effects      List what each script can do to a database, one line an effect
  show         Show one script: each effect beside its source, its guards, its conflicts, and what
               the chain says of it
  graph        Show scripts, revisions and objects: who creates, alters, drops and needs what, who
               clashes with whom, and an order in which the scripts can run
  check        Report conflicts between scripts and chain, faults of the chain, and dangers in
               scripts
  replay       Run the chain on a modelled database, and say what it does and where it fails
  verify       Prove on a throwaway PostgreSQL that every database arrives at one schema: head
               alone, head after each script, head after all of them; with --points all, up to
               --max-states more
  consolidate  Fold what the scripts did and the chain lacks into one migration that is safe on
               every database
  explain      Say what a rule means, why it matters and what to do; without a rule, list all
  init         Write a fixfold.yaml in which every key is explained
  help         Print this message or the help of the given subcommand(s)

Options:
      --color <WHEN>  When to use colours [default: auto] [possible values: auto, always, never]
  -q, --quiet         Print the answer and errors only: no progress, no notes
  -h, --help          Print help
  -V, --version       Print version

Examples:
  fixfold scan .                           find all scripts, keep the ledger inventory.yaml
  fixfold check .                          what is wrong with them
  fixfold show scripts/fix.py              one of them, effect by effect
  fixfold consolidate . --out folded       one migration of what the chain lacks
  fixfold effects . --format jsonl         every effect, for other programs

Exit status: 0 clean, 1 findings, 2 the work could not be done.

"#]]);
}

#[test]
fn effects() {
    estate().run(&["effects", "."]).code(0).stdout_eq(str![[r#"
scripts/fix.sql (2)
     1  create_table           flags                                    exact
     3  update                 flags                                    exact


"#]]);
}

#[test]
fn effects_for_programs() {
    let estate = estate();
    estate
        .run(&["effects", "scripts/fix.sql", "--format", "jsonl"])
        .code(0)
        .stdout_eq(str![[r#"
{"file":"scripts/fix.sql","line":1,"column":1,"sql_line":1,"op":"create_table","object":"flags","certainty":"exact","reach":"live","reason":null,"guards":["if_not_exists"],"sink":"sql file","via":[],"dialect":"postgres"}
{"file":"scripts/fix.sql","line":3,"column":1,"sql_line":3,"op":"update","object":"flags","certainty":"exact","reach":"live","reason":null,"guards":[],"sink":"sql file","via":[],"dialect":"postgres"}

"#]]);
}

#[test]
fn check_for_people() {
    estate().run(&["check", "."]).code(1).stdout_eq(str![[r#"
error[hard-coded-credential]: hard-coded password in a connection URL
 --> scripts/fix.sql:2:24
  |
2 | -- psql postgres://app:************@db.internal/app
  |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: change it on the server, then read the new one from the environment

1 error

"#]]);
}

#[test]
fn check_beside_the_lines_of_a_pull_request() {
    estate()
        .run(&["check", ".", "--format", "github"])
        .code(1)
        .stdout_eq(str![[r#"
::error file=scripts/fix.sql,line=2,col=24,title=hard-coded-credential::hard-coded password in a connection URL%0Ahelp: change it on the server, then read the new one from the environment

"#]]);
}

#[test]
fn init_writes_a_configuration_once() {
    let estate = Estate::new();
    estate
        .run(&["init"])
        .code(0)
        .stderr_eq("wrote ./fixfold.yaml\n");
    estate.run(&["init"]).code(2).stderr_eq(str![[r#"
error: `./fixfold.yaml` is there already: edit it, or replace it with --force

"#]]);
    estate.run(&["init", "--force"]).code(0);
    estate.run(&["scan", "."]).code(0);
}

#[test]
fn colours_only_where_they_are_wanted() {
    let estate = estate();
    let plain = estate.run(&["check", "."]).get_output().stdout.clone();
    let never = estate
        .run(&["--color", "never", "check", "."])
        .get_output()
        .stdout
        .clone();
    let always = estate
        .run(&["--color", "always", "check", "."])
        .get_output()
        .stdout
        .clone();
    assert_eq!(plain, never);
    assert!(always.len() > plain.len() && always.contains(&0x1b) && !plain.contains(&0x1b));
}
