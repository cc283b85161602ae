//! `fixfold replay` on a small Alembic chain.

use snapbox::str;

use super::estate::Estate;

const INI: &str = "[alembic]\nscript_location = migrations\n";

const ENV: &str = "\
from alembic import context

def run_migrations_online():
    with connectable.connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()

run_migrations_online()
";

const FIRST: &str = "\
'''make users'''
import sqlalchemy as sa
from alembic import op

revision = 'a1'
down_revision = None


def upgrade():
    op.create_table(
        'users',
        sa.Column('id', sa.Integer(), primary_key=True),
        sa.Column('role', sa.Enum('admin', 'member', name='role'), nullable=False),
    )


def downgrade():
    op.drop_table('users')
";

const SECOND: &str = "\
'''add email'''
import sqlalchemy as sa
from alembic import op

revision = 'b2'
down_revision = 'a1'


def upgrade():
    columns = [column['name'] for column in sa.inspect(op.get_bind()).get_columns('users')]
    if 'email' not in columns:
        op.add_column('users', sa.Column('email', sa.Text(), server_default='none'))


def downgrade():
    op.drop_column('users', 'email')
";

const THIRD: &str = "\
'''index email'''
from alembic import op

revision = 'c3'
down_revision = 'b2'


def upgrade():
    op.create_index('ix_users_email', 'users', ['mail'])
";

fn estate() -> Estate {
    Estate::new()
        .file("alembic.ini", INI)
        .file("migrations/env.py", ENV)
        .file("migrations/versions/a1_make_users.py", FIRST)
        .file("migrations/versions/b2_add_email.py", SECOND)
}

#[test]
fn to_the_head() {
    estate().run(&["replay", "."]).code(0).stdout_eq(str![[r#"
alembic.ini (alembic)
  runs  a1  make users  2 effects
        create_enum role
        create_table users
  runs  b2  add email  1 effect
        add_column users.email
2 steps, none fails; the version table holds b2

"#]]);
}

#[test]
fn a_failure() {
    let estate = estate().file("migrations/versions/c3_index_email.py", THIRD);
    estate.run(&["replay", "."]).code(1).stdout_eq(str![[r#"
alembic.ini (alembic)
  runs  a1  make users  2 effects
        create_enum role
        create_table users
  runs  b2  add email  1 effect
        add_column users.email
  fails c3  index email  0 effects
error[42703]: column "mail" does not exist (42703)
 --> migrations/versions/c3_index_email.py:9:5
  |
9 |     op.create_index('ix_users_email', 'users', ['mail'])
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

3 steps, 1 fails; the version table holds b2

"#]]);
}

#[test]
fn as_sql() {
    estate()
        .run(&["replay", ".", "--from", "a1", "--format", "sql"])
        .code(0)
        .stdout_eq(str![[r#"
-- Running b2, add email

BEGIN;

ALTER TABLE users ADD COLUMN email TEXT DEFAULT 'none';

UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';

COMMIT;


"#]]);
}

#[test]
fn as_json() {
    estate()
        .run(&["replay", ".", "--to", "a1", "--format", "json"])
        .code(0)
        .stdout_eq(str![[r#"
{
  "schema_version": 1,
  "chain": "alembic.ini",
  "format": "alembic",
  "steps": [
    {
      "revision": "a1",
      "message": "make users",
      "file": "migrations/versions/a1_make_users.py",
      "effects": [
        {
          "op": "create_enum",
          "object": "role",
          "line": 10,
          "skipped": false
        },
        {
          "op": "create_table",
          "object": "users",
          "line": 10,
          "skipped": false
        }
      ],
      "statements": [
        {
          "sql": "BEGIN",
          "file": null,
          "line": null,
          "sink": "transaction",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        },
        {
          "sql": "CREATE TABLE alembic_version (/n/tversion_num VARCHAR(32) NOT NULL, /n/tCONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)/n)",
          "file": "migrations/versions/a1_make_users.py",
          "line": 5,
          "sink": "alembic.version",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        },
        {
          "sql": "CREATE TYPE role AS ENUM ('admin', 'member')",
          "file": "migrations/versions/a1_make_users.py",
          "line": 10,
          "sink": "alembic.op.create_table",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        },
        {
          "sql": "CREATE TABLE users (/n/tid SERIAL NOT NULL, /n/trole role NOT NULL, /n/tPRIMARY KEY (id)/n)",
          "file": "migrations/versions/a1_make_users.py",
          "line": 10,
          "sink": "alembic.op.create_table",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        },
        {
          "sql": "INSERT INTO alembic_version (version_num) VALUES ('a1')",
          "file": "migrations/versions/a1_make_users.py",
          "line": 5,
          "sink": "alembic.version",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        },
        {
          "sql": "COMMIT",
          "file": null,
          "line": null,
          "sink": "transaction",
          "sqlstate": null,
          "message": null,
          "reported_line": null
        }
      ],
      "failure": null,
      "undecided": []
    }
  ],
  "versions": [
    "a1"
  ],
  "failure": null
}

"#]]);
}

#[test]
fn as_a_dump() {
    estate()
        .run(&["replay", ".", "--format", "dump"])
        .code(0)
        .stdout_eq(str![[r#"
SET check_function_bodies = false;

SET client_min_messages = warning;

CREATE TYPE public.role AS ENUM (
    'admin',
    'member'
);

CREATE SEQUENCE public.users_id_seq AS integer INCREMENT 1 MINVALUE 1 MAXVALUE 2147483647 START 1 CACHE 1;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.users (
    id integer DEFAULT nextval('users_id_seq'::regclass) NOT NULL,
    role public.role NOT NULL,
    email text DEFAULT 'none'
);

ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

"#]]);
}

#[test]
fn downwards() {
    estate()
        .run(&["replay", ".", "--down", "--to", "-1", "--format", "sql"])
        .code(0)
        .stdout_eq(str![[r#"
-- Running b2, add email

BEGIN;

ALTER TABLE users DROP COLUMN email;

UPDATE alembic_version SET version_num='a1' WHERE alembic_version.version_num = 'b2';

COMMIT;


"#]]);
}

#[test]
fn an_unknown_revision() {
    estate()
        .run(&["replay", ".", "--to", "f9"])
        .code(2)
        .stderr_eq(str![[r#"
error: no revision is called `f9`

"#]]);
}

#[test]
fn a_start_that_cannot_be_reached() {
    let estate = estate().file("migrations/versions/c3_index_email.py", THIRD);
    estate
        .run(&["replay", ".", "--from", "c3"])
        .code(2)
        .stderr_eq(str![[r#"
error: the chain fails before that, in `c3` at migrations/versions/c3_index_email.py:9: column "mail" does not exist (42703); `--after-failure pass-over` goes on behind it

"#]]);
}
