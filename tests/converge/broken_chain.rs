//! Chains that do not walk from an empty database to their head, and estates without a chain: what stands
//! in the way is patched or left out, and every state arrives.

use std::path::Path;
use std::process::Command;

use fixfold::database::{Cluster, ClusterOptions};
use fixfold::inventory::Ledger;
use fixfold::pipeline::{
    Audit, ConsolidationOptions, Estate, audit, consolidation, verify_plan, with_script_runs,
};
use fixfold::render::Target;
use fixfold::verify::{VerifyOptions, every_state, verify};

use super::states::Unwatched;

const ENVIRONMENT: &str = r#"
import os
from alembic import context
from sqlalchemy import create_engine

with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"#;

/// Name, parents, and the body of `upgrade`.
const REVISIONS: &[(&str, &str, &str)] = &[
    (
        "r1",
        "None",
        "op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('gone_at', sa.DateTime()))
    op.execute(\"INSERT INTO users (id) VALUES (1)\")",
    ),
    (
        "r2",
        "'r1'",
        "op.add_column('users', sa.Column('gone_at', sa.DateTime()))
    op.add_column('users', sa.Column('name', sa.String(20)))
    op.drop_constraint('users_name_key', 'users')",
    ),
    ("r3", "'r2'", "op.add_column('users', sa.Column('three', sa.Integer()))"),
    (
        "r4",
        "'r2'",
        "op.create_foreign_key('users_team', 'users', 'teams', ['id'], ['id'])
    op.execute(\"CREATE TYPE state AS ENUM ('on', 'off')\")
    op.create_table('teams',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('state', sa.Enum('on', 'off', name='state')))
    op.drop_constraint('users_team', 'users')",
    ),
    ("r5", "('r2', 'r3', 'r4')", "pass"),
    (
        "r6",
        "'r5'",
        "bind = op.get_bind()
    if bind.execute(sa.text('SELECT count(*) FROM users')).scalar():
        bind.execute(sa.text(\"UPDATE users SET name = 'six'\"))
        bind.commit()
    op.add_column('teams', sa.Column('six', sa.Integer()))",
    ),
    ("r7", "'r6'", "op.add_column('teams', sa.Column('seven', sa.Integer()))"),
];

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn write_chain(folder: &Path) {
    write(
        &folder.join("alembic.ini"),
        "[alembic]\nscript_location = migrations\n",
    );
    write(&folder.join("migrations/env.py"), ENVIRONMENT);
    for (id, parents, body) in REVISIONS {
        let text = format!(
            "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{id}'\ndown_revision = {parents}\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
        );
        write(&folder.join(format!("migrations/versions/{id}.py")), &text);
    }
    write(
        &folder.join("fix_users.sql"),
        "ALTER TABLE users ADD COLUMN name varchar(20);\nCREATE TABLE notes (id integer PRIMARY KEY);\n",
    );
}

fn audited(folder: &Path) -> (Estate, Audit) {
    answered(folder, &Ledger::default())
}

fn answered(folder: &Path, ledger: &Ledger) -> (Estate, Audit) {
    let estate = Estate::open(folder).expect("the estate opens");
    let audit = audit(&estate, ledger, &Unwatched);
    (estate, audit)
}

/// Every state with its verdict, where that is not `converges`; and how many there were.
fn troubles(folder: &Path) -> (usize, Vec<String>) {
    troubles_of(&audited(folder))
}

fn troubles_of((estate, audit): &(Estate, Audit)) -> (usize, Vec<String>) {
    let plan = verify_plan(estate, audit).expect("a plan");
    let states = every_state(&plan, 40, 1);
    let plan = with_script_runs(estate, audit, plan, &states, &Unwatched);
    let options = VerifyOptions {
        with_rows: true,
        ..VerifyOptions::default()
    };
    let report = verify(&plan, &states, &options, &|_, _| {}).expect("a server");
    let missed = report.missed.iter().map(ToString::to_string);
    let told = report.states.iter();
    let told = told.filter(|state| !state.verdict.converges());
    let told = told.map(|state| format!("{}: {:?}", state.name, state.verdict.details()));
    (states.len(), told.chain(missed).collect())
}

#[test]
fn every_state_of_a_chain_that_stops_by_itself_arrives() {
    let folder = tempfile::tempdir().expect("a folder");
    write_chain(folder.path());
    let (n_states, troubles) = troubles(folder.path());
    assert_eq!(troubles, Vec::<String>::new());
    assert!(n_states > 20, "only {n_states} states");
}

#[test]
fn the_patched_chain_walks_from_empty_to_its_head() {
    let alembic = Path::new(env!("CARGO_MANIFEST_DIR")).join(".venv/bin/alembic");
    if !alembic.exists() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    write_chain(folder.path());
    let (estate, audit) = audited(folder.path());
    let options = ConsolidationOptions {
        target: Target::Alembic,
        chain_edits: true,
    };
    let files = consolidation(&estate, &audit, &options).expect("files are rendered");
    for file in &files {
        if let Some(path) = file.path.strip_prefix("chain/") {
            write(&folder.path().join(path), &file.content);
        }
    }
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    let user = admin.query_text("SELECT current_user").expect("a user");
    let user = user.into_iter().flatten().flatten().flatten().next();
    admin.execute("CREATE DATABASE walked").expect("a database");
    let url = format!(
        "postgresql+psycopg2:///walked?host={}&user={}",
        cluster.socket_folder().display(),
        user.expect("a name")
    );
    let output = Command::new(alembic)
        .current_dir(folder.path())
        .env("DATABASE_URL", url)
        .args(["upgrade", "head"])
        .output()
        .expect("alembic starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let mut client = cluster.connect("walked").expect("a connection");
    let answer = client
        .query_text("SELECT version_num, seven FROM alembic_version LEFT JOIN teams ON true")
        .expect("the head's column is there");
    let cells: Vec<_> = answer.into_iter().flatten().flatten().flatten().collect();
    assert_eq!(cells, ["r7"]);
}

#[test]
fn scripts_without_a_chain_arrive_too() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder.path().join("create_users.sql"),
        "CREATE TABLE users (id integer PRIMARY KEY, name text);\n",
    );
    write(
        &folder.path().join("fix_users.sql"),
        "ALTER TABLE users ADD COLUMN email text;\nCREATE INDEX users_email ON users (email);\n",
    );
    let (n_states, troubles) = troubles(folder.path());
    assert_eq!(troubles, Vec::<String>::new());
    assert!(n_states > 3, "only {n_states} states");
}

#[test]
fn a_chain_that_leans_on_what_no_file_creates_says_so_and_arrives() {
    let folder = tempfile::tempdir().expect("a folder");
    let migrations = folder.path().join("supabase/migrations");
    write(
        &folder.path().join("supabase/config.toml"),
        "project_id = \"a\"\n",
    );
    write(
        &migrations.join("20240101000000_a.sql"),
        "CREATE TABLE public.notes (id uuid PRIMARY KEY, owner uuid REFERENCES auth.users (id));
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.notes USING (owner = auth.uid());
ALTER TABLE public.profiles ADD COLUMN bio text;
",
    );
    write(
        &migrations.join("20240102000000_b.sql"),
        "ALTER TABLE public.notes ADD COLUMN text text;\n",
    );
    write(
        &folder.path().join("fix_notes.sql"),
        "ALTER TABLE public.notes ADD COLUMN text text;\nCREATE INDEX notes_owner ON public.notes (owner);\n",
    );
    let (_, audit) = audited(folder.path());
    let ids: Vec<_> = audit
        .plan
        .decisions
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert!(ids.contains(&"baseline:profiles"), "{ids:?}");
    let (_, troubles) = troubles(folder.path());
    assert_eq!(troubles, Vec::<String>::new());
}

/// What no file creates, and what the chain asks of it: keys, types that comparisons show, a trigger, a table
/// that is renamed away before another one takes its name.
const LEANING: &str = "CREATE TABLE public.notes (id uuid PRIMARY KEY, owner bigint REFERENCES public.people (number));
CREATE POLICY own ON public.notes USING (EXISTS (SELECT 1 FROM public.people p WHERE p.number = owner AND p.login = auth.uid()));
ALTER TABLE public.people ADD COLUMN bio text;
INSERT INTO public.people (number, mail) VALUES (7, 'seven') ON CONFLICT (mail) DO NOTHING;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON public.people FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE public.people ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_people ON public.people USING (true);
UPDATE public.people SET bio = 'none' WHERE price * 100 > 5;
ALTER TABLE public.plans RENAME TO plans_old;
CREATE TABLE public.plans (id uuid PRIMARY KEY, name text);
INSERT INTO public.plans (id, name) SELECT id, title FROM public.plans_old;
";

const DUMP: &str = "SET search_path = '';
CREATE TYPE public.kind AS ENUM ('a', 'b');
CREATE TABLE public.people (number bigint NOT NULL, kind public.kind DEFAULT 'a'::public.kind, mail text, login uuid, price numeric, bio text, changed_at timestamp with time zone);
CREATE TABLE public.strangers (id integer);
CREATE TABLE public.plans (id uuid NOT NULL, title text);
ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.people ADD CONSTRAINT people_mail_key UNIQUE (mail);
ALTER TABLE ONLY public.people ADD CONSTRAINT people_login_fkey FOREIGN KEY (login) REFERENCES auth.users(id);
CREATE POLICY all_people ON public.people USING (true);
CREATE POLICY own ON public.people USING ((auth.uid() = login));
ALTER TABLE public.people ENABLE ROW LEVEL SECURITY;
";

fn write_leaning(folder: &Path) {
    write(&folder.join("supabase/config.toml"), "project_id = \"a\"\n");
    let migrations = folder.join("supabase/migrations");
    write(&migrations.join("20240101000000_a.sql"), LEANING);
    write(
        &migrations.join("20240102000000_b.sql"),
        "ALTER TABLE public.notes ADD COLUMN text text;\n",
    );
    write(
        &folder.join("fix_notes.sql"),
        "ALTER TABLE public.notes ADD COLUMN text text;\nCREATE INDEX people_bio ON public.people (bio);\n",
    );
}

fn ledger(answer: &str) -> Ledger {
    let answers =
        ["people", "plans"].map(|table| format!("- id: baseline:{table}\n  answer: {answer}\n"));
    let text = format!("version: 1\ndecisions:\n{}", answers.concat());
    fixfold::inventory::read(&text).expect("a ledger")
}

#[test]
fn what_no_file_creates_comes_as_people_say() {
    let folder = tempfile::tempdir().expect("a folder");
    write_leaning(folder.path());
    for (answer, keys) in [
        ("stub", &["notes_owner_fkey"][..]),
        (
            "dump schema.sql",
            &["notes_owner_fkey", "people_login_fkey"][..],
        ),
    ] {
        if answer != "stub" {
            write(&folder.path().join("schema.sql"), DUMP);
        }
        let founded = answered(folder.path(), &ledger(answer));
        let audit = &founded.1;
        let refused = audit.history.steps.iter().flat_map(|step| &step.blockers);
        let refused: Vec<_> = refused.collect();
        assert!(refused.is_empty(), "{answer}: {refused:?}");
        let asked = audit.plan.decisions.iter();
        let asked = asked.filter(|one| one.id.starts_with("baseline:"));
        let asked: Vec<_> = asked
            .map(|one| (one.id.as_str(), one.answer.as_deref()))
            .collect();
        let both = [
            ("baseline:people", Some(answer)),
            ("baseline:plans", Some(answer)),
        ];
        assert_eq!(asked, both);
        let dump = fixfold::render::schema(&audit.plan.target);
        for part in keys
            .iter()
            .copied()
            .chain(["CREATE POLICY all_people", "TRIGGER touched"])
        {
            assert!(dump.contains(part), "{answer}: no {part} in {dump}");
        }
        assert!(!dump.contains("strangers"), "{dump}");
        let (n_states, troubles) = troubles_of(&founded);
        assert_eq!(troubles, Vec::<String>::new(), "{answer}");
        assert!(n_states > 3, "only {n_states} states");
        let options = ConsolidationOptions {
            target: Target::Supabase,
            chain_edits: true,
        };
        let files = consolidation(&founded.0, audit, &options).expect("files are rendered");
        assert!(files.iter().any(|file| file.path == "baseline.sql"));
    }
}

/// Nothing of the table is in any file, and each expression wants another type of a column.
const GUESSED: &str = "
CREATE TABLE public.known (id uuid PRIMARY KEY, amount integer);
CREATE INDEX tries_failed ON public.tries (tried_on) WHERE success = false AND tried_on IS NOT NULL;
CREATE POLICY own_tries ON public.known USING (EXISTS (SELECT 1 FROM public.tries t WHERE t.owner = known.id AND t.open));
ALTER TABLE public.tries ADD CONSTRAINT tries_count CHECK (count >= 0);
ALTER TABLE public.tries ALTER COLUMN settings SET DEFAULT '{}'::jsonb;
CREATE VIEW tries_seen AS SELECT t.payload -> 'a' AS part, sum(t.price) AS price, t.labels[1] AS label FROM public.tries t WHERE t.seen > now() - interval '1 day' GROUP BY 1, 3;
CREATE FUNCTION note(wanted boolean) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE public.tries SET noted = wanted WHERE tries.kind = ANY (ARRAY[1, 2]); END $$;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER kept BEFORE UPDATE ON public.tries FOR EACH ROW WHEN (NEW.success AND NOT OLD.success) EXECUTE FUNCTION keep();
UPDATE public.tries SET success = true;
SELECT public.note(true);
";

#[test]
fn guesses_follow_what_expressions_ask_for() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        &folder.path().join("supabase/config.toml"),
        "project_id = \"a\"\n",
    );
    let migrations = folder.path().join("supabase/migrations");
    write(&migrations.join("20240101000000_a.sql"), GUESSED);
    write(
        &folder.path().join("fix_tries.sql"),
        "UPDATE public.tries SET checked = true;\nCREATE INDEX tries_checked ON public.tries (tried_on) WHERE checked;\n",
    );
    let text = "version: 1\ndecisions:\n- id: baseline:tries\n  answer: stub\n";
    let ledger = fixfold::inventory::read(text).expect("a ledger");
    let founded = answered(folder.path(), &ledger);
    let baseline = founded.1.baseline.as_ref().expect("a baseline");
    let told: Vec<&str> = baseline.text.lines().map(str::trim).collect();
    for column in [
        "\"success\" boolean,",
        "\"owner\" uuid,",
        "\"open\" boolean,",
        "\"count\" integer,",
        "\"settings\" jsonb,",
        "\"payload\" jsonb,",
        "\"price\" numeric,",
        "\"labels\" text[],",
        "\"seen\" timestamp with time zone,",
        "\"noted\" boolean,",
        "\"kind\" integer,",
        "\"checked\" boolean,",
    ] {
        assert!(told.contains(&column), "no {column} in {told:?}");
    }
    let (n_states, troubles) = troubles_of(&founded);
    assert_eq!(troubles, Vec::<String>::new());
    assert!(n_states > 1, "only {n_states} states");
}
