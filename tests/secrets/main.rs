//! No secret of a script comes out of any command in any format, nor into any file that is written.
//! Made-up secrets are put where scripts have them, and looked for in everything that comes back.

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Secrets in the forms in which they are written down.
#[derive(Debug, Clone)]
struct Secrets {
    password: String,
    token: String,
    key: String,
    web_token: String,
}

impl Secrets {
    fn all(&self) -> [&str; 4] {
        [&self.password, &self.token, &self.key, &self.web_token]
    }
}

fn secrets() -> impl Strategy<Value = Secrets> {
    (
        "[A-Z][a-z]{4,8}[0-9]{2,4}[A-Za-z0-9]{4,10}",
        "[A-Za-z0-9]{36}",
        "[A-Z0-9]{16}",
        "[A-Za-z0-9]{20}",
    )
        .prop_map(|(password, token, key, web)| Secrets {
            password,
            token: format!("ghp_{token}"),
            key: format!("AKIA{key}"),
            web_token: format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{web}.c2ln{web}"),
        })
}

fn files(secrets: &Secrets) -> Vec<(&'static str, String)> {
    let Secrets {
        password,
        token,
        key,
        web_token,
    } = secrets;
    vec![
        (
            "scripts/fix_users.py",
            format!(
                "import os\nimport subprocess\nimport psycopg2\nimport requests\n\
                 from sqlalchemy import create_engine, text\n\
                 DATABASE_URL = os.getenv('DATABASE_URL', 'postgresql://app:{password}@db.example.com/app')\n\
                 PASSWORD = '{password}'\nAWS_ACCESS_KEY = '{key}'\nGITHUB_TOKEN = \"{token}\"\n\
                 connection = psycopg2.connect(host='db', user='app', password='{password}')\n\
                 cursor = connection.cursor()\n\
                 cursor.execute(\"CREATE ROLE helper LOGIN PASSWORD '{password}'\")\n\
                 cursor.execute(\"ALTER TABLE users ADD COLUMN phone text\")\n\
                 cursor.execute(f\"INSERT INTO settings (name, value) VALUES ('url', 'postgresql://app:{password}@db/app')\")\n\
                 cursor.execute(undefined('postgresql://app:{password}@db/app'))\n\
                 connection.commit()\n\
                 engine = create_engine('postgresql+psycopg2://app:{password}@db:5432/app')\n\
                 with engine.begin() as other:\n    other.execute(text(\"UPDATE users SET token = '{token}'\"))\n\
                 requests.post('https://x.example.com/database/emergency/fix?token={token}', headers={{'Authorization': 'Bearer {web_token}'}})\n\
                 subprocess.run('PGPASSWORD={password} psql -h db -f scripts/fix.sql', shell=True)\n\
                 subprocess.run(['psql', 'postgresql://app:{password}@db/app', '-c', 'DROP TABLE old'])\n"
            ),
        ),
        (
            "scripts/fix.sql",
            format!(
                "-- password: {password}\nCREATE USER helper PASSWORD '{password}';\n\
                 ALTER TABLE users ADD COLUMN fax text DEFAULT '{web_token}';\n\
                 CREATE FOREIGN TABLE x (id int) SERVER s OPTIONS (password '{password}');\n\
                 CREATE TYPE IF NOT EXISTS t AS ENUM ('{token}');\n"
            ),
        ),
        (
            "scripts/deploy.sh",
            format!(
                "#!/bin/bash\nexport PGPASSWORD={password}\nDB=\"postgres://app:{password}@db/app\"\n\
                 psql \"$DB\" -c \"ALTER TABLE users ADD COLUMN mobile text\"\n\
                 psql \"postgres://app:{password}@db/app\" <<'SQL'\nALTER TABLE users ADD COLUMN car text;\nSQL\n\
                 curl -H \"Authorization: Bearer {web_token}\" https://x.example.com/fix\n"
            ),
        ),
        (
            "migrations/versions/001_base.py",
            "import sqlalchemy as sa\nfrom alembic import op\n\
             revision = '001'\ndown_revision = None\n\
             def upgrade():\n    op.create_table('users', sa.Column('id', sa.Integer(), primary_key=True))\n\
             def downgrade():\n    op.drop_table('users')\n"
                .to_owned(),
        ),
        (
            "alembic.ini",
            format!("[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://app:{password}@db/app\n"),
        ),
        ("migrations/env.py", "from alembic import context\n".to_owned()),
    ]
}

const RUNS: &[&[&str]] = &[
    &["effects", "."],
    &["effects", ".", "--format", "jsonl"],
    &["scan", "."],
    &["scan", ".", "--format", "json"],
    &["scan", ".", "--format", "markdown"],
    &["scan", ".", "--format", "csv"],
    &["show", "scripts/fix_users.py"],
    &["show", "scripts/fix.sql"],
    &["show", "scripts/deploy.sh"],
    &["check", "."],
    &["check", ".", "--format", "json"],
    &["check", ".", "--format", "sarif"],
    &["check", ".", "--format", "github"],
    &["graph", "."],
    &["graph", ".", "--format", "json"],
    &["graph", ".", "--format", "dot"],
    &["graph", ".", "--format", "mermaid"],
    &["replay", "."],
    &["consolidate", ".", "--out", "folded"],
];

#[test]
fn no_secret_comes_out() {
    let config = ProptestConfig {
        cases: 3,
        ..ProptestConfig::default()
    };
    TestRunner::new(config)
        .run(&secrets(), |secrets| {
            let leaks = leaks(&secrets);
            prop_assert!(leaks.is_empty(), "{}", leaks.join("\n"));
            Ok(())
        })
        .expect("nothing leaks");
}

fn leaks(secrets: &Secrets) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let root = folder.path();
    std::fs::create_dir(root.join(".git")).expect("the folder is writable");
    let given = files(secrets);
    for (name, text) in &given {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(root)).expect("the folder is writable");
        std::fs::write(path, text).expect("the file is writable");
    }
    let mut found = Vec::new();
    for arguments in RUNS {
        let output = Command::new(env!("CARGO_BIN_EXE_fixfold"))
            .args(*arguments)
            .current_dir(root)
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        look(&arguments.join(" "), &text, secrets, &mut found);
    }
    for path in written(root, &given) {
        let text = std::fs::read(&path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        look(&path.display().to_string(), &text, secrets, &mut found);
    }
    found
}

fn look(name: &str, text: &str, secrets: &Secrets, found: &mut Vec<String>) {
    for secret in secrets.all() {
        let lines = text.lines().filter(|line| line.contains(secret));
        found.extend(lines.take(2).map(|line| format!("{name}: {line}")));
    }
}

/// Every file below the folder that was not there before.
fn written(root: &Path, given: &[(&str, String)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if !given.iter().any(|(name, _)| root.join(name) == path) {
                found.push(path);
            }
        }
    }
    found
}
