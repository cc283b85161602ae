//! Breaks a good migration in many ways and asks verification each time: it must notice every one.
//!
//! The suite tries a sample; `FIXFOLD_MUTANTS=all` tries them all.

use fixfold::database::Step;
use fixfold::render::Migration;
use fixfold::verify::{
    Revision, RunFile, StartState, VerifyOptions, VerifyPlan, VerifyReport, start_states,
    steps_of_sql, verify,
};

use super::fold;

/// Chain and scripts: every script leaves the database off the target in a way of its own.
const ESTATE: &str = include_str!("mutation/estate.sql");

const SAMPLE: usize = 10;

/// One way to break it.
struct Mutant {
    name: String,
    plan: VerifyPlan,
}

fn plan() -> VerifyPlan {
    let case = fold::parse(ESTATE);
    let planned = fold::make_plan(&case);
    let migration = Migration::of(&planned);
    let transaction = |name: &str, statements: Vec<String>| {
        let mut steps = vec![Step::new("BEGIN")];
        steps.extend(statements.into_iter().map(Step::new));
        steps.push(Step::new("COMMIT"));
        RunFile {
            name: name.to_owned(),
            steps,
        }
    };
    let labels = migration.label_statements();
    let labels = (!labels.is_empty()).then(|| transaction("labels", labels));
    let main = transaction("main", migration.statements());
    VerifyPlan {
        chain: case
            .revisions
            .iter()
            .map(|(name, text)| Revision {
                id: name.clone(),
                steps: steps_of_sql(text, true),
            })
            .collect(),
        scripts: case
            .scripts
            .iter()
            .map(|(name, text)| RunFile {
                name: name.clone(),
                steps: steps_of_sql(text, false),
            })
            .collect(),
        consolidated: labels.into_iter().chain([main]).collect(),
        undo: Some(transaction("undo", migration.undo_statements())),
        target: Some(planned.target.clone()),
        ..VerifyPlan::default()
    }
}

fn check(plan: &VerifyPlan, states: &[StartState], crash_points: usize) -> VerifyReport {
    let options = VerifyOptions {
        with_rows: true,
        back_and_forth: true,
        crash_points,
        as_they_are: true,
        ..VerifyOptions::default()
    };
    verify(plan, states, &options, &|_, _| {}).expect("a server")
}

/// Most ways show in the database at head or in the one that all scripts ran on; only where they do
/// not is every state tried, and the server process killed.
fn is_noticed(plan: &VerifyPlan) -> bool {
    let all = start_states(plan);
    let telling: Vec<StartState> = all.first().into_iter().chain(all.last()).cloned().collect();
    !check(plan, &telling, 0).all_accounted_for() || !check(plan, &all, 3).all_accounted_for()
}

/// Where the steps that ensure something stand, in which file.
fn calls(plan: &VerifyPlan) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (file, run) in plan.consolidated.iter().enumerate() {
        for (step, one) in run.steps.iter().enumerate() {
            if one.sql.starts_with("SELECT pg_temp.fixfold_ensure_") {
                found.push((file, step));
            }
        }
    }
    found
}

fn mutants(plan: &VerifyPlan) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    let mut add = |name: String, change: &dyn Fn(&mut VerifyPlan)| {
        let mut mutated = plan.clone();
        change(&mut mutated);
        assert_ne!(&mutated, plan, "{name} changes nothing");
        mutants.push(Mutant {
            name,
            plan: mutated,
        });
    };
    for (file, step) in calls(plan) {
        let sql = &plan.consolidated[file].steps[step].sql;
        let short: String = sql.chars().skip(15).take(400).collect();
        add(format!("lost: {short}"), &|plan| {
            plan.consolidated[file].steps.remove(step);
        });
        for (from, to, what) in TWISTS {
            if sql.contains(from) {
                add(format!("{what}: {short}"), &|plan| {
                    let step = &mut plan.consolidated[file].steps[step];
                    step.sql = step.sql.replacen(from, to, 1);
                });
            }
        }
    }
    let main = plan.consolidated.len() - 1;
    for (from, to, what) in GUARDS {
        let at = plan.consolidated[main]
            .steps
            .iter()
            .position(|step| step.sql.contains(from));
        let at = at.unwrap_or_else(|| panic!("no helper has the guard `{from}`"));
        add(format!("guard: {what}"), &|plan| {
            let step = &mut plan.consolidated[main].steps[at];
            step.sql = step.sql.replacen(from, to, 1);
        });
    }
    for sql in HARM {
        add(format!("added: {sql}"), &|plan| {
            let steps = &mut plan.consolidated[main].steps;
            steps.insert(steps.len() - 1, Step::new(*sql));
        });
    }
    // Orders that cannot be: the last call first, and what is made before what it needs.
    let of_main: Vec<usize> = calls(plan)
        .into_iter()
        .filter_map(|(file, step)| (file == main).then_some(step))
        .collect();
    let first_of = |word: &str| {
        of_main
            .iter()
            .copied()
            .find(|&step| plan.consolidated[main].steps[step].sql.contains(word))
    };
    for word in [
        "ensure_index(",
        "ensure_view(",
        "ensure_trigger(",
        "ensure_policy(",
    ] {
        let (Some(late), Some(&early)) = (first_of(word), of_main.first()) else {
            continue;
        };
        add(format!("order: {word} first"), &|plan| {
            let step = plan.consolidated[main].steps.remove(late);
            plan.consolidated[main].steps.insert(early, step);
        });
    }
    mutants
}

/// What a call says, and what it says when it is broken.
const TWISTS: &[(&str, &str, &str)] = &[
    (
        "'character varying(20)'",
        "'character varying(30)'",
        "another type",
    ),
    ("'integer'", "'bigint'", "another type"),
    (", true, ", ", false, ", "another nullability"),
    ("ON DELETE CASCADE", "ON DELETE RESTRICT", "another action"),
    ("ARRAY['", "ARRAY['lost', '", "another label"),
];

/// Guards of the helpers, made blind.
const GUARDS: &[(&str, &str, &str)] = &[
    (
        "IF to_regclass(wanted_table) IS NULL THEN\n        PERFORM",
        "IF true THEN\n        PERFORM",
        "tables are always made",
    ),
    (
        "IF to_regclass(wanted_table) IS NULL THEN\n        PERFORM",
        "IF false THEN\n        PERFORM",
        "tables are never made",
    ),
    (
        "IF here IS NULL THEN\n        PERFORM pg_temp.fixfold_add_column",
        "IF false THEN\n        PERFORM pg_temp.fixfold_add_column",
        "columns are never added",
    ),
    (
        "IF missing <> '{}' THEN",
        "IF false THEN",
        "columns are never added together",
    ),
    (
        "IF here IS NULL THEN\n        PERFORM pg_temp.fixfold_add_column",
        "IF true THEN\n        PERFORM pg_temp.fixfold_add_column",
        "columns are always added",
    ),
    (
        "IF here = wanted OR wanted IS NULL THEN\n        RETURN;",
        "IF true THEN\n        RETURN;",
        "NOT NULL is never looked at",
    ),
    (
        "IF here IS DISTINCT FROM wanted THEN\n        PERFORM pg_temp.fixfold_do(format('COMMENT",
        "IF false THEN\n        PERFORM pg_temp.fixfold_do(format('COMMENT",
        "comments are never written",
    ),
    (
        "        INSERT INTO public.fixfold_journal",
        "        INSERT INTO public.fixfold_journal SELECT FROM pg_class WHERE false; --",
        "the journal stays empty",
    ),
];

/// Statements that no migration of ours may hold.
const HARM: &[&str] = &[
    "DELETE FROM users",
    "TRUNCATE flags CASCADE",
    "UPDATE users SET name = 'x'",
    "UPDATE flags SET scope = NULL",
    "ALTER TABLE users DROP COLUMN name",
    "DROP TABLE flags CASCADE",
    "CREATE INDEX ON users (name)",
    "CREATE TABLE again (id integer)",
    "ALTER TABLE users ADD COLUMN again integer",
    "ALTER TABLE users RENAME COLUMN name TO title",
    "ALTER TABLE flags DISABLE ROW LEVEL SECURITY; DROP POLICY own ON flags",
    "GRANT SELECT ON users TO PUBLIC; ALTER TABLE users ADD CONSTRAINT once CHECK (true)",
    "SELECT 1 / 0",
    "DROP VIEW IF EXISTS flag_names; CREATE VIEW flag_names AS SELECT 1 AS one",
    "INSERT INTO public.fixfold_journal (migration, done, undo, grade) \
     SELECT 'x', 'y', 'z', 'restores' FROM public.fixfold_journal LIMIT 0; \
     CREATE SEQUENCE once_more",
];

#[test]
fn every_broken_migration_is_noticed() {
    let plan = plan();
    let report = check(&plan, &start_states(&plan), 3);
    let wrong: Vec<_> = report
        .states
        .iter()
        .filter(|state| !state.verdict.converges())
        .map(|state| (state.name.clone(), state.verdict.details()))
        .collect();
    let sound = report.all_accounted_for() && wrong.is_empty();
    assert!(
        sound,
        "the migration itself: {wrong:#?} {:?} {:?}",
        report.missed, report.crash_troubles
    );
    let all = mutants(&plan);
    assert!(all.len() >= 50, "there are {} ways only", all.len());
    let every = match std::env::var_os("FIXFOLD_MUTANTS") {
        Some(_) => 1,
        None => all.len() / SAMPLE,
    };
    let mut unnoticed = Vec::new();
    for mutant in all.iter().step_by(every) {
        if !is_noticed(&mutant.plan) {
            unnoticed.push(mutant.name.as_str());
        }
    }
    assert!(
        unnoticed.is_empty(),
        "{} of {}: {unnoticed:#?}",
        unnoticed.len(),
        all.len().div_ceil(every)
    );
}
