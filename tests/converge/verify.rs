//! Verification tells apart the migrations that converge and those that do not, and why.

use fixfold::database::{Client, OnError, Step};
use fixfold::verify::{
    DataTouch, Revision, RunFile, StartState, VerifyOptions, VerifyPlan, VersionTable,
    VersionWriter, every_state, start_states, steps_of_sql, verify,
};

fn file(name: &str, sql: &str) -> RunFile {
    RunFile {
        name: name.to_owned(),
        steps: steps_of_sql(sql, false),
    }
}

fn revision(id: &str, sql: &str) -> Revision {
    let version = format!("UPDATE version SET id = '{id}'");
    let mut steps = steps_of_sql(sql, true);
    steps.insert(steps.len() - 1, Step::new(version));
    Revision {
        id: id.to_owned(),
        steps,
    }
}

/// Two revisions, and scripts that ran ahead of the migration, or beside it.
fn plan(consolidated: &str) -> VerifyPlan {
    VerifyPlan {
        prelude: steps_of_sql(
            "CREATE TABLE version (id text); INSERT INTO version VALUES ('')",
            false,
        ),
        chain: vec![
            revision(
                "001",
                "CREATE TABLE users (id serial PRIMARY KEY, role varchar(20))",
            ),
            revision("002", "CREATE TABLE flags (id integer)"),
        ],
        patched: Vec::new(),
        scripts: vec![
            file(
                "add_status.sql",
                "ALTER TABLE users ADD COLUMN status text DEFAULT 'new'",
            ),
            file(
                "add_short_status.sql",
                "ALTER TABLE users ADD COLUMN status varchar(5)",
            ),
            file("broken.sql", "ALTER TABLE nosuch ADD COLUMN a integer"),
        ],
        consolidated: vec![file("fold.sql", consolidated)],
        version_query: Some("SELECT id FROM version".to_owned()),
        chain_touches: vec![vec![version_changes()]; 2],
        ..VerifyPlan::default()
    }
}

/// What each revision does to rows.
fn version_changes() -> DataTouch {
    DataTouch {
        table: "version".to_owned(),
        all_columns: true,
        ..DataTouch::default()
    }
}

fn words(plan: &VerifyPlan, states: &[StartState]) -> Vec<(String, &'static str, Vec<String>)> {
    let report = verify(plan, states, &VerifyOptions::default(), &|_, _| {}).expect("a server");
    let states = report.states.iter();
    states
        .map(|one| (one.name.clone(), one.verdict.word(), one.verdict.details()))
        .collect()
}

fn verdicts(consolidated: &str) -> Vec<&'static str> {
    let plan = plan(consolidated);
    words(&plan, &start_states(&plan))
        .into_iter()
        .map(|(_, word, _)| word)
        .collect()
}

const ADD: &str = "ALTER TABLE users ADD COLUMN IF NOT EXISTS status text DEFAULT 'new';";

#[test]
fn a_migration_that_looks_at_the_shape_converges() {
    let sql = format!(
        "{ADD} ALTER TABLE users ALTER COLUMN status TYPE text;
         ALTER TABLE users ALTER COLUMN status SET DEFAULT 'new'"
    );
    assert_eq!(verdicts(&sql), ["converges"; 5]);
}

#[test]
fn a_guard_that_does_not_look_at_the_shape_is_found() {
    let plan = plan(ADD);
    let found = words(&plan, &start_states(&plan));
    assert_eq!(found[1].1, "converges");
    let details =
        ["column `users.status`: default 'new'::text -> none; type text -> character varying(5)"];
    assert_eq!(
        (found[2].1, &found[2].2[..]),
        ("differs", &details.map(str::to_owned)[..])
    );
}

#[test]
fn a_missing_guard_is_found() {
    let sql = "ALTER TABLE users ADD COLUMN status text DEFAULT 'new'";
    assert_eq!(
        verdicts(sql),
        ["fails again", "fails", "fails", "fails again", "fails"]
    );
}

#[test]
fn a_second_run_that_changes_something_is_found() {
    let sql = format!("{ADD} CREATE INDEX ON flags (id)");
    assert_eq!(verdicts(&sql)[0], "changes again");
}

#[test]
fn a_chain_that_a_script_broke_is_found_and_its_patch_too() {
    let mut plan = plan(ADD);
    plan.scripts = vec![file("ahead.sql", "CREATE TABLE flags (id integer)")];
    let states = [StartState::new(1, vec![]), StartState::new(1, vec![0])];
    let found: Vec<_> = words(&plan, &states)
        .into_iter()
        .map(|(_, word, _)| word)
        .collect();
    assert_eq!(found, ["converges", "stuck"]);
    let patch = revision("002", "CREATE TABLE IF NOT EXISTS flags (id integer)");
    plan.patched = vec![(1, patch)];
    assert_eq!(words(&plan, &states)[1].1, "converges");
}

#[test]
fn a_wrong_version_is_found() {
    let plan = plan(ADD);
    let statements = vec!["UPDATE version SET id = '001'".to_owned()];
    let tampered = VersionTable::Tampered {
        name: "stamped 001".to_owned(),
        statements,
    };
    let states = [
        StartState::new(2, vec![]),
        StartState {
            version: tampered,
            ..StartState::new(2, vec![])
        },
    ];
    let found = words(&plan, &states);
    assert_eq!(found[1].0, "head (stamped 001)");
    assert_eq!(found[1].2, ["version 002 -> 001"]);
}

/// The same with Alembic's version table, and a second revision of which a script has made a part.
fn with_version_table() -> VerifyPlan {
    let table = VersionWriter {
        table: "alembic_version".to_owned(),
    };
    let make = format!("{};", table.stamp(&["001".to_owned()]).join(";"));
    let ahead = "CREATE TABLE flags (id integer);";
    let rest = "CREATE TABLE marks (id integer); CREATE TABLE notes (id integer);";
    let revision = |id: &str, sql: String| Revision {
        id: id.to_owned(),
        steps: steps_of_sql(&sql, true),
    };
    let stamp = "UPDATE alembic_version SET version_num = '002'";
    VerifyPlan {
        prelude: Vec::new(),
        chain: vec![
            revision("001", format!("CREATE TABLE users (id integer); {make}")),
            revision("002", format!("{ahead} {rest} {stamp}")),
        ],
        scripts: vec![file("ahead.sql", ahead)],
        version_query: Some("SELECT version_num FROM alembic_version".to_owned()),
        version_table: Some(table),
        chain_touches: Vec::new(),
        ..plan(&format!("{ahead} {rest}").replace("TABLE", "TABLE IF NOT EXISTS"))
    }
}

/// What is tampered with and put right is the database of the state beside it, and yet another state
/// where a revision fails: then it is passed over.
#[test]
fn a_tampered_version_table_shares_its_neighbours_way_as_far_as_that_is_the_same() {
    let plan = with_version_table();
    let missing = VersionTable::Tampered {
        name: "version table missing".to_owned(),
        statements: vec!["DROP TABLE alembic_version".to_owned()],
    };
    let ways = [vec![], vec![0]];
    let states = ways.into_iter().flat_map(|scripts| {
        let right = StartState::new(1, scripts);
        let version = missing.clone();
        [right.clone(), StartState { version, ..right }]
    });
    let states: Vec<_> = [StartState::new(2, vec![])]
        .into_iter()
        .chain(states)
        .collect();
    let report = verify(&plan, &states, &VerifyOptions::default(), &|_, _| {}).expect("a server");
    let found = report.states.iter();
    let found: Vec<_> = found
        .map(|one| {
            let stamped = one.stamped.as_deref();
            (one.verdict.word(), stamped, one.same_as.as_deref())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("converges", None, None),
            ("converges", None, Some("head")),
            ("converges", Some("001"), Some("head")),
            ("stuck", None, None),
            ("converges", Some("001"), None),
        ]
    );
}

#[test]
fn script_failures_are_kept() {
    let mut plan = plan(ADD);
    plan.scripts[2].steps.insert(
        0,
        Step {
            sql: "BEGIN".to_owned(),
            on_error: OnError::Stop,
        },
    );
    let report = verify(
        &plan,
        &start_states(&plan),
        &VerifyOptions::default(),
        &|_, _| {},
    )
    .expect("a server");
    let failures = &report.states[3].script_failures;
    assert_eq!(
        failures[0].error.message,
        "relation \"nosuch\" does not exist"
    );
    assert_eq!(report.converging(), 4);
}

/// A script that finds its work done leaves the same database.
#[test]
fn states_that_are_one_database_say_so_and_run_once() {
    let mut plan = plan(ADD);
    plan.scripts = vec![
        file(
            "nothing.sql",
            "ALTER TABLE users ADD COLUMN IF NOT EXISTS role text",
        ),
        file("something.sql", "CREATE INDEX i ON users (role)"),
    ];
    plan.consolidated = vec![file(
        "fold.sql",
        &format!("{ADD} CREATE INDEX IF NOT EXISTS i ON users (role)"),
    )];
    let states = start_states(&plan);
    let report = verify(&plan, &states, &VerifyOptions::default(), &|_, _| {}).expect("a server");
    let same: Vec<_> = report
        .states
        .iter()
        .map(|state| state.same_as.as_deref())
        .collect();
    assert_eq!(
        same,
        [None, Some("head"), None, Some("head + something.sql")]
    );
    assert_eq!((report.databases(), report.converging()), (2, 4));
}

/// Its data fixes are run in every state, even where the catalog has been seen.
#[test]
fn rows_that_a_second_run_changes_are_found() {
    let insert = "INSERT INTO flags VALUES (1);";
    let mut plan = plan(&format!("{ADD} {insert}"));
    plan.data_again = vec![file("data", insert)];
    let verdicts = words(&plan, &[StartState::new(2, Vec::new())]);
    assert_eq!(verdicts[0].1, "changes rows again");
    assert_eq!(verdicts[0].2, ["public.flags"]);
}

#[test]
fn a_failing_state_comes_with_the_sql_that_makes_it() {
    let plan = plan("ALTER TABLE users ADD COLUMN status text");
    let state = StartState::new(2, vec![0]);
    let report = verify(&plan, &[state], &VerifyOptions::default(), &|_, _| {}).expect("a server");
    let text = report.states[0].reproduction.clone().unwrap_or_default();
    let places = [
        "CREATE TABLE version",
        "CREATE TABLE flags",
        "ADD COLUMN status text DEFAULT 'new'",
        "The start state is made",
        "ALTER TABLE users ADD COLUMN status text\n;",
    ]
    .map(|part| text.find(part));
    assert!(
        places.is_sorted() && places[0].is_some(),
        "{places:?} in {text}"
    );
}

#[test]
fn an_extension_that_the_server_lacks_is_told_before_anything_runs() {
    let mut plan = plan(ADD);
    plan.extensions = ["plpgsql", "no_such_extension"].map(str::to_owned).into();
    let states = start_states(&plan);
    let error = verify(&plan, &states, &VerifyOptions::default(), &|_, _| {});
    let error = error.expect_err("it cannot run");
    assert!(
        error.message.contains("`no_such_extension`"),
        "{}",
        error.message
    );
    assert!(!error.message.contains("plpgsql"), "{}", error.message);
    assert!(error.help.is_some_and(|help| help.contains("--pg-bin")));
}

/// The second revision adds a column that a script has made and filled before it.
fn with_patch(patch: &str) -> Vec<(String, &'static str, Vec<String>)> {
    let mut plan = plan(ADD);
    plan.chain[0] = revision(
        "001",
        "CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users DEFAULT VALUES",
    );
    plan.chain[1] = revision("002", "ALTER TABLE users ADD COLUMN status text");
    plan.patched = vec![(1, revision("002", patch))];
    plan.scripts = vec![file(
        "fill_status.sql",
        "ALTER TABLE users ADD COLUMN status text; UPDATE users SET status = 'by hand'",
    )];
    let states = every_state(&plan, 20, 1);
    words(&plan, &states)
}

#[test]
fn a_patched_revision_takes_no_values_away() {
    let gentle = with_patch("ALTER TABLE users ADD COLUMN IF NOT EXISTS status text");
    assert!(
        gentle.iter().all(|(_, word, _)| *word == "converges"),
        "{gentle:#?}"
    );
    let harsh = with_patch(
        "ALTER TABLE users DROP COLUMN IF EXISTS status; ALTER TABLE users ADD COLUMN status text",
    );
    let (_, word, details) = harsh
        .iter()
        .find(|(name, _, _)| name == "001 + fill_status.sql")
        .expect("the state is tried");
    assert_eq!(*word, "loses rows", "{harsh:#?}");
    assert!(details[0].contains("users"), "{details:?}");
}

#[test]
fn a_schema_without_objects_is_no_proof() {
    let plan = VerifyPlan {
        scripts: vec![file("look.sql", "SELECT 1")],
        consolidated: vec![file("fold.sql", "SELECT 1")],
        unproved: vec!["a chain".to_owned()],
        ..VerifyPlan::default()
    };
    let states = start_states(&plan);
    let report = verify(&plan, &states, &VerifyOptions::default(), &|_, _| {}).expect("a server");
    assert_eq!(report.converging(), states.len());
    assert!(report.is_empty && !report.all_accounted_for());
    assert_eq!(report.unproved.len(), 2, "{:?}", report.unproved);
}

/// The column is there, as the state's script made it, and the migration has not run.
#[test]
fn databases_of_failing_states_are_kept() {
    let plan = plan("ALTER TABLE users ADD COLUMN status text");
    let options = VerifyOptions {
        keep: true,
        ..VerifyOptions::default()
    };
    let states = [StartState::new(2, vec![]), StartState::new(2, vec![0])];
    let report = verify(&plan, &states, &options, &|_, _| {}).expect("a server");
    let folder = std::path::PathBuf::from(report.kept.expect("the server stays"));
    let asked = |database: &str| {
        let mut client = Client::open_socket(&folder, database).expect("it is there");
        let query = "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'status'";
        let rows = client.query_text(query).expect("an answer");
        rows.into_iter().flatten().flatten().flatten().next()
    };
    let kept: Vec<_> = report
        .kept_databases
        .iter()
        .map(|kept| (kept.state.as_str(), asked(&kept.database)))
        .collect();
    let pid = std::fs::read_to_string(folder.join("data/postmaster.pid")).expect("it runs");
    let pid = pid.lines().next().expect("its number").to_owned();
    let ended = std::process::Command::new("kill").arg(&pid).status();
    assert!(ended.expect("kill is there").success());
    let text = Some("text".to_owned());
    assert_eq!(
        kept,
        [("head", text.clone()), ("head + add_status.sql", text)]
    );
}
