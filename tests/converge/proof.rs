//! Verification looks after more than the schema: rights that are meant, version tables, rows, broken
//! runs, the way back, and which of many scripts does the harm.

use fixfold::verify::{
    Covers, Explanation, Revision, RunFile, StartState, VerifyOptions, VerifyPlan, VerifyReport,
    VersionTable, VersionWriter, start_states, steps_of_sql, verify,
};

fn file(name: &str, sql: &str, in_transaction: bool) -> RunFile {
    RunFile {
        name: name.to_owned(),
        steps: steps_of_sql(sql, in_transaction),
    }
}

/// As Alembic sends it: the version is a part of the transaction.
fn revision(id: &str, sql: &str) -> Revision {
    let version = match id {
        "001" => "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT \
                  alembic_version_pkc PRIMARY KEY (version_num)); \
                  INSERT INTO alembic_version VALUES ('001')"
            .to_owned(),
        _ => format!("UPDATE alembic_version SET version_num = '{id}'"),
    };
    let mut steps = steps_of_sql(&format!("{version}; {sql}"), true);
    steps.retain(|step| !step.sql.trim().is_empty());
    Revision {
        id: id.to_owned(),
        steps,
    }
}

fn plan(scripts: &[(&str, &str)], consolidated: &str) -> VerifyPlan {
    VerifyPlan {
        chain: vec![
            revision(
                "001",
                "CREATE TABLE users (id serial PRIMARY KEY, name text, role varchar(20))",
            ),
            revision("002", "CREATE TABLE flags (id integer PRIMARY KEY)"),
        ],
        scripts: scripts
            .iter()
            .map(|(name, sql)| file(name, sql, false))
            .collect(),
        consolidated: vec![file("fold.sql", consolidated, true)],
        version_query: Some("SELECT version_num FROM alembic_version".to_owned()),
        version_table: Some(VersionWriter {
            table: "alembic_version".to_owned(),
        }),
        ..VerifyPlan::default()
    }
}

fn with_rows() -> VerifyOptions {
    VerifyOptions {
        with_rows: true,
        ..VerifyOptions::default()
    }
}

fn run(plan: &VerifyPlan, states: &[StartState], options: &VerifyOptions) -> VerifyReport {
    verify(plan, states, options, &|_, _| {}).expect("a server")
}

fn words(report: &VerifyReport) -> Vec<&'static str> {
    let states = report.states.iter();
    states.map(|state| state.verdict.word()).collect()
}

const NOTHING: &str = "SELECT 1";

#[test]
fn rights_that_the_plan_leaves_out_are_explained() {
    let mut plan = plan(&[("grant.sql", "GRANT SELECT ON users TO PUBLIC")], NOTHING);
    let states = [StartState::new(2, vec![]), StartState::new(2, vec![0])];
    let report = run(&plan, &states, &VerifyOptions::default());
    assert_eq!(words(&report), ["converges", "differs"]);
    assert!(!report.all_accounted_for());
    plan.explanations = vec![Explanation {
        script: "grant.sql".to_owned(),
        covers: Covers::Rights("GRANT SELECT ON users TO PUBLIC".to_owned()),
        reason: "left out".to_owned(),
    }];
    let report = run(&plan, &states, &VerifyOptions::default());
    assert_eq!(words(&report), ["converges", "converges but for rights"]);
    assert!(report.all_accounted_for());
    // Another script's rights are not explained by that.
    plan.explanations[0].script = "other.sql".to_owned();
    let report = run(&plan, &states, &VerifyOptions::default());
    assert_eq!(words(&report)[1], "differs");
}

#[test]
fn a_version_table_is_put_right_by_what_the_schema_says() {
    let plan = plan(&[], NOTHING);
    let table = plan.version_table.clone().expect("it is there");
    let tampered = |revisions, versions: &[&str]| StartState {
        version: VersionTable::Tampered {
            name: "tampered".to_owned(),
            statements: table.stamp(
                &versions
                    .iter()
                    .map(|one| (*one).to_owned())
                    .collect::<Vec<_>>(),
            ),
        },
        ..StartState::new(revisions, vec![])
    };
    let states = [
        StartState::new(2, vec![]),
        tampered(2, &["001"]),
        tampered(1, &["002"]),
        tampered(1, &[]),
        tampered(2, &["no such revision"]),
    ];
    let report = run(&plan, &states, &VerifyOptions::default());
    assert_eq!(words(&report), ["converges"; 5]);
    let stamped: Vec<_> = report
        .states
        .iter()
        .map(|state| state.stamped.as_deref())
        .collect();
    assert_eq!(
        stamped,
        [None, Some("002"), Some("001"), Some("001"), Some("002")]
    );
}

#[test]
fn rows_that_get_lost_or_changed_are_found() {
    let states = [StartState::new(2, vec![])];
    for (sql, expected) in [
        (NOTHING, "converges"),
        ("DELETE FROM flags", "loses rows"),
        ("UPDATE users SET name = 'x'", "loses rows"),
        ("ALTER TABLE users DROP COLUMN name", "loses rows"),
        ("ALTER TABLE users ALTER COLUMN role TYPE text", "converges"),
    ] {
        let report = run(&plan(&[], sql), &states, &with_rows());
        assert_eq!(words(&report), [expected], "{sql}");
        assert!(report.rows() > 4, "{sql}: the tables have rows");
    }
}

#[test]
fn what_the_chain_has_must_stay() {
    let states = [StartState::new(2, vec![])];
    let report = run(
        &plan(&[], "DROP TABLE IF EXISTS flags"),
        &states,
        &VerifyOptions::default(),
    );
    assert_eq!(words(&report), ["takes away"]);
}

#[test]
fn a_run_that_is_broken_off_must_leave_nothing() {
    let sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS a text; \
               ALTER TABLE users ADD COLUMN IF NOT EXISTS b text";
    let options = VerifyOptions {
        crash_points: 10,
        ..with_rows()
    };
    let mut plan = plan(&[], sql);
    let states = start_states(&plan);
    let report = run(&plan, &states, &options);
    assert_eq!((report.crash_points, report.crash_troubles.len()), (5, 0));
    plan.consolidated = vec![file("fold.sql", sql, false)];
    let report = run(&plan, &states, &options);
    assert_eq!(
        report.crash_troubles,
        ["fold.sql: killed after statement 1, and it shows"]
    );
}

#[test]
fn a_downgrade_must_give_back_what_was_there() {
    let mut plan = plan(&[], "ALTER TABLE users ADD COLUMN IF NOT EXISTS a text");
    let options = VerifyOptions {
        back_and_forth: true,
        ..VerifyOptions::default()
    };
    for (undo, expected) in [
        ("ALTER TABLE users DROP COLUMN a", "converges"),
        (NOTHING, "no way back"),
        ("ALTER TABLE users DROP COLUMN nosuch", "no way back"),
    ] {
        plan.undo = Some(file("undo.sql", undo, true));
        let report = run(&plan, &[StartState::new(2, vec![])], &options);
        assert_eq!(words(&report), [expected], "{undo}");
    }
}

#[test]
fn the_script_that_does_the_harm_is_named() {
    let harmless: Vec<(String, String)> = (0..6)
        .map(|number| {
            let sql = format!("INSERT INTO flags VALUES ({number})");
            (format!("fix_{number}.sql"), sql)
        })
        .collect();
    let mut scripts: Vec<(&str, &str)> = harmless
        .iter()
        .map(|(name, sql)| (name.as_str(), sql.as_str()))
        .collect();
    scripts.insert(3, ("bad.sql", "ALTER TABLE users ADD COLUMN extra text"));
    let plan = plan(&scripts, NOTHING);
    let states = [
        StartState::new(2, vec![]),
        StartState::new(2, (0..7).collect()),
    ];
    let report = run(&plan, &states, &VerifyOptions::default());
    assert_eq!(words(&report), ["converges", "differs"]);
    assert_eq!(report.states[1].smallest.as_deref(), Some("head + bad.sql"));
}
