//! Random statements over few names, so that they meet: the model must answer each as the server
//! does, and end with the same catalog. `FIXFOLD_TEST_SEQUENCES` runs more of
//! them, `FIXFOLD_TEST_SEED` others.

use fixfold::database::{Client, Cluster, ClusterOptions};

use super::dice::Dice;
use super::model::{Model, differences, same_answer, show};

const SEQUENCES: u64 = 40;
/// How many differences are shown.
const MOST: usize = 60;
const STATEMENTS: usize = 35;

const TABLES: &[&str] = &["a", "b", "c", "app.d", "b_x_key"];
const COLUMNS: &[&str] = &["id", "x", "y", "z", "mood"];
const TYPES: &[&str] = &[
    "integer",
    "bigint",
    "text",
    "varchar(10)",
    "numeric(8,2)",
    "boolean",
    "uuid",
    "jsonb",
    "json",
    "date",
    "timestamptz",
    "timestamp",
    "mood",
    "text[]",
    "smallint",
    "positive",
    "nosuch",
    "double precision",
];
const DEFAULTS: &[&str] = &[
    "1",
    "'1'",
    "'sad'",
    "true",
    "'x'",
    "now()",
    "NULL",
    "'{}'",
    "gen_random_uuid()",
    "'sad'::mood",
    "1.5",
    "CURRENT_DATE",
    "'happy'::text",
    "nosuch()",
    "-1",
    "'a'::varchar(5)",
];
const NAMES: &[&str] = &["a_pkey", "b_x_key", "named", "a_x_check", "i", "app"];
const ENUMS: &[&str] = &["mood", "level"];
const LABELS: &[&str] = &["sad", "happy", "ok", "low"];
const VIEWS: &[&str] = &["v", "w", "named"];
const FUNCTIONS: &[&str] = &["f", "g"];
const SEQUENCE_NAMES: &[&str] = &["s", "a_id_seq", "b_id_seq"];
const CASCADES: &[&str] = &["", "", " CASCADE"];

struct Writer {
    dice: Dice,
}

impl Writer {
    fn table(&mut self) -> &'static str {
        self.dice.pick(TABLES)
    }

    fn column(&mut self) -> &'static str {
        self.dice.pick(COLUMNS)
    }

    fn data_type(&mut self) -> &'static str {
        self.dice.pick(TYPES)
    }

    fn name(&mut self) -> &'static str {
        self.dice.pick(NAMES)
    }

    fn cascade(&mut self) -> &'static str {
        self.dice.pick(CASCADES)
    }

    fn sometimes(&mut self, text: &str) -> String {
        if self.dice.roll(3) == 0 {
            text.to_owned()
        } else {
            String::new()
        }
    }

    fn column_definition(&mut self, name: &str) -> String {
        let data_type = match self.dice.roll(8) {
            0 => "serial",
            1 => "bigserial",
            _ => self.data_type(),
        };
        let default = match self.dice.roll(4) {
            0 => format!(" DEFAULT {}", self.dice.pick(DEFAULTS)),
            _ => String::new(),
        };
        let rest = match self.dice.roll(9) {
            0 => " NOT NULL".to_owned(),
            1 => " UNIQUE".to_owned(),
            2 => format!(" CHECK ({name} IS NOT NULL)"),
            3 => format!(" REFERENCES {}", self.table()),
            4 => " PRIMARY KEY".to_owned(),
            _ => String::new(),
        };
        format!("{name} {data_type}{default}{rest}")
    }

    fn create_table(&mut self) -> String {
        let guard = self.sometimes(" IF NOT EXISTS");
        let table = self.table();
        let mut columns = vec![self.column_definition("id")];
        for name in &COLUMNS[1..] {
            if self.dice.roll(2) == 0 {
                columns.push(self.column_definition(name));
            }
        }
        if self.dice.roll(5) == 0 {
            columns.push(self.constraint());
        }
        format!("CREATE TABLE{guard} {table} ({})", columns.join(", "))
    }

    fn constraint(&mut self) -> String {
        let name = match self.dice.roll(3) {
            0 => format!("CONSTRAINT {} ", self.name()),
            _ => String::new(),
        };
        let column = self.column();
        let kind = match self.dice.roll(7) {
            0 => format!("PRIMARY KEY ({column})"),
            1 => format!("UNIQUE ({column})"),
            2 => format!("UNIQUE ({column}, {})", self.column()),
            3 => format!("CHECK ({column} IS NOT NULL)"),
            4 => format!("CHECK ({column} IS NOT NULL OR {} IS NULL)", self.column()),
            5 => format!(
                "FOREIGN KEY ({column}) REFERENCES {} ({})",
                self.table(),
                self.column()
            ),
            _ => format!(
                "FOREIGN KEY ({column}) REFERENCES {} ON DELETE CASCADE",
                self.table()
            ),
        };
        format!("{name}{kind}")
    }

    fn alter_column(&mut self) -> String {
        let column = self.column();
        match self.dice.roll(7) {
            0 => format!("ALTER COLUMN {column} SET NOT NULL"),
            1 => format!("ALTER COLUMN {column} DROP NOT NULL"),
            2 => format!(
                "ALTER COLUMN {column} SET DEFAULT {}",
                self.dice.pick(DEFAULTS)
            ),
            3 => format!("ALTER COLUMN {column} DROP DEFAULT"),
            4 => format!("ALTER COLUMN {column} TYPE {}", self.data_type()),
            _ => {
                let data_type = self.data_type();
                format!("ALTER COLUMN {column} TYPE {data_type} USING {column}::text::{data_type}")
            }
        }
    }

    fn alter_table(&mut self) -> String {
        let action = match self.dice.roll(9) {
            0 => {
                let guard = self.sometimes("IF NOT EXISTS ");
                let column = self.column();
                format!("ADD COLUMN {guard}{}", self.column_definition(column))
            }
            1 => {
                let guard = self.sometimes("IF EXISTS ");
                format!("DROP COLUMN {guard}{}{}", self.column(), self.cascade())
            }
            2 => format!("RENAME COLUMN {} TO {}", self.column(), self.column()),
            3 => format!("ADD {}", self.constraint()),
            4 => {
                let guard = self.sometimes("IF EXISTS ");
                format!("DROP CONSTRAINT {guard}{}{}", self.name(), self.cascade())
            }
            5 => format!("RENAME CONSTRAINT {} TO {}", self.name(), self.name()),
            6 => format!("RENAME TO {}", self.name()),
            _ => self.alter_column(),
        };
        format!("ALTER TABLE {} {action}", self.table())
    }

    fn index(&mut self) -> String {
        let (guard, unique) = (self.sometimes("IF NOT EXISTS "), self.sometimes("UNIQUE "));
        let column = self.column();
        let key = match self.dice.roll(4) {
            0 => format!("lower({column}::text)"),
            1 => format!("{column}, {}", self.column()),
            _ => column.to_owned(),
        };
        let predicate = match self.dice.roll(4) {
            0 => format!(" WHERE {} IS NOT NULL", self.column()),
            _ => String::new(),
        };
        let name = match guard.is_empty() && self.dice.roll(3) == 0 {
            true => "",
            false => self.name(),
        };
        format!(
            "CREATE {unique}INDEX {guard}{name} ON {} ({key}){predicate}",
            self.table()
        )
    }

    fn enums(&mut self) -> String {
        let name = self.dice.pick(ENUMS);
        let label = self.dice.pick(LABELS);
        match self.dice.roll(6) {
            0 => format!("CREATE TYPE {name} AS ENUM ('sad', 'happy')"),
            1 => format!("ALTER TYPE {name} ADD VALUE '{label}'"),
            2 => format!(
                "ALTER TYPE {name} RENAME VALUE '{label}' TO '{}'",
                self.dice.pick(LABELS)
            ),
            3 => format!(
                "DROP TYPE {}{name}{}",
                self.sometimes("IF EXISTS "),
                self.cascade()
            ),
            4 => format!("ALTER TYPE {name} RENAME TO {}", self.dice.pick(ENUMS)),
            _ => format!("ALTER TYPE {name} ADD VALUE IF NOT EXISTS '{label}' BEFORE 'sad'"),
        }
    }

    fn view(&mut self) -> String {
        let (name, table) = (self.dice.pick(VIEWS), self.table());
        let select = match self.dice.roll(4) {
            0 => format!("SELECT * FROM {table}"),
            1 => format!(
                "SELECT {}, count(*) AS n FROM {table} GROUP BY 1",
                self.column()
            ),
            2 => format!(
                "SELECT t.{} FROM {table} t JOIN {} u ON t.id = u.id",
                self.column(),
                self.table()
            ),
            _ => format!(
                "SELECT {} FROM {table} WHERE {} IS NOT NULL",
                self.column(),
                self.column()
            ),
        };
        match self.dice.roll(5) {
            0 => format!("CREATE OR REPLACE VIEW {name} AS {select}"),
            1 => format!("CREATE MATERIALIZED VIEW {name} AS {select}"),
            2 => format!(
                "DROP VIEW {}{name}{}",
                self.sometimes("IF EXISTS "),
                self.cascade()
            ),
            3 => format!("DROP MATERIALIZED VIEW {name}{}", self.cascade()),
            _ => format!("CREATE VIEW {name} AS {select}"),
        }
    }

    fn routine(&mut self) -> String {
        let name = self.dice.pick(FUNCTIONS);
        let argument = match self.dice.roll(3) {
            0 => String::new(),
            1 => self.data_type().to_owned(),
            _ => "mood".to_owned(),
        };
        match self.dice.roll(6) {
            0 => format!(
                "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            ),
            1 => format!(
                "CREATE OR REPLACE FUNCTION {name}({argument}) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1'"
            ),
            2 => format!(
                "DROP FUNCTION {}{name}{}",
                self.sometimes("IF EXISTS "),
                self.cascade()
            ),
            3 => format!("DROP FUNCTION {name}({argument}){}", self.cascade()),
            4 => format!(
                "CREATE TRIGGER {} BEFORE UPDATE OF {} ON {} FOR EACH ROW EXECUTE FUNCTION {name}()",
                self.name(),
                self.column(),
                self.table()
            ),
            _ => format!(
                "DROP TRIGGER {}{} ON {}",
                self.sometimes("IF EXISTS "),
                self.name(),
                self.table()
            ),
        }
    }

    fn security(&mut self) -> String {
        let (policy, table, column) = (self.name(), self.table(), self.column());
        match self.dice.roll(6) {
            0 => format!("CREATE POLICY {policy} ON {table} USING ({column} IS NOT NULL)"),
            1 => format!(
                "CREATE POLICY {policy} ON {table} FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM {} o WHERE o.{column} IS NULL))",
                self.table()
            ),
            2 => format!(
                "DROP POLICY {}{policy} ON {table}",
                self.sometimes("IF EXISTS ")
            ),
            3 => format!("ALTER POLICY {policy} ON {table} USING ({column} IS NULL)"),
            4 => format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            _ => format!("COMMENT ON COLUMN {table}.{column} IS 'x'"),
        }
    }

    fn sequence(&mut self) -> String {
        let name = self.dice.pick(SEQUENCE_NAMES);
        match self.dice.roll(5) {
            0 => format!(
                "CREATE SEQUENCE {}{name} START {}",
                self.sometimes("IF NOT EXISTS "),
                self.dice.roll(9) + 1
            ),
            1 => format!(
                "DROP SEQUENCE {}{name}{}",
                self.sometimes("IF EXISTS "),
                self.cascade()
            ),
            2 => format!(
                "ALTER SEQUENCE {name} RENAME TO {}",
                self.dice.pick(SEQUENCE_NAMES)
            ),
            3 => format!(
                "ALTER TABLE {} ALTER COLUMN {} SET DEFAULT nextval('{name}')",
                self.table(),
                self.column()
            ),
            _ => format!(
                "ALTER SEQUENCE {name} OWNED BY {}.{}",
                self.table(),
                self.column()
            ),
        }
    }

    fn statement(&mut self) -> String {
        match self.dice.roll(31) {
            20..=22 => self.view(),
            23..=25 => self.routine(),
            26..=28 => self.security(),
            29..=30 => self.sequence(),
            0..=3 => self.create_table(),
            4..=11 => self.alter_table(),
            12..=13 => self.index(),
            14..=15 => self.enums(),
            16 => format!(
                "DROP TABLE {}{}{}",
                self.sometimes("IF EXISTS "),
                self.table(),
                self.cascade()
            ),
            17 => format!(
                "DROP INDEX {}{}{}",
                self.sometimes("IF EXISTS "),
                self.name(),
                self.cascade()
            ),
            18 => format!(
                "CREATE VIEW {} AS SELECT {} FROM {}",
                self.name(),
                self.column(),
                self.table()
            ),
            _ => format!("ALTER INDEX {} RENAME TO {}", self.name(), self.name()),
        }
    }
}

fn sequence(seed: u64) -> Vec<String> {
    let mut writer = Writer {
        dice: Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
    };
    let before = [
        "CREATE SCHEMA app",
        "CREATE TYPE mood AS ENUM ('sad', 'happy')",
        "CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",
    ];
    let mut statements: Vec<_> = before.map(str::to_owned).to_vec();
    statements.extend((0..STATEMENTS).map(|_| writer.statement()));
    statements
}

/// A statement on which the two part, or the catalogs after all of them.
struct Parting {
    statements: Vec<String>,
    what: String,
}

/// Runs the statements in one transaction that is taken back, each under a savepoint of its own. A
/// statement that is answered unlike is undone on both sides, so that one run finds many.
fn run_and_undo(client: &mut Client, statements: &[String]) -> Vec<Parting> {
    let mut model = Model::empty();
    client.execute("BEGIN").expect("the connection lasts");
    model.session.begin();
    let mut partings = Vec::new();
    let mut kept: Vec<String> = Vec::new();
    for statement in statements {
        client.execute("SAVEPOINT s").expect("the connection lasts");
        model.run("SAVEPOINT s").expect("it takes it");
        let real = client.attempt(statement).expect("the connection lasts");
        let modelled = model.run(statement);
        let alike = same_answer(&real, &modelled);
        if !alike {
            let what = format!("server: {}\n  model:  {}", show(&real), show(&modelled));
            let statements = [&kept[..], std::slice::from_ref(statement)].concat();
            partings.push(Parting { statements, what });
        }
        let after = match alike && real.is_ok() {
            true => "RELEASE s",
            false => "ROLLBACK TO s",
        };
        client.execute(after).expect("the connection lasts");
        model.run(after).expect("it takes it");
        if after == "RELEASE s" {
            kept.push(statement.clone());
        }
    }
    let differences = differences(&model, client);
    if !differences.is_empty() {
        let what = format!("model -> server: {}", differences.join("\n    "));
        partings.push(Parting {
            statements: kept,
            what,
        });
    }
    client.execute("ROLLBACK").expect("the connection lasts");
    partings
}

/// Leaves out statements as long as the last one still parts the two.
fn shrink(client: &mut Client, mut parting: Parting) -> Parting {
    let mut index = parting.statements.len();
    while index > 0 {
        index -= 1;
        let mut fewer = parting.statements.clone();
        fewer.remove(index);
        let still = run_and_undo(client, &fewer)
            .into_iter()
            .find(|found| found.statements == fewer);
        if let Some(smaller) = still {
            parting = smaller;
        }
    }
    parting
}

#[test]
fn random_statements_are_answered_alike() {
    let setting = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let count = setting("FIXFOLD_TEST_SEQUENCES").unwrap_or(SEQUENCES);
    let first = setting("FIXFOLD_TEST_SEED").unwrap_or(1);
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut client = cluster.connect("postgres").expect("a connection");
    let mut wrong = Vec::new();
    for seed in first..first + count {
        for parting in run_and_undo(&mut client, &sequence(seed)) {
            let Parting { statements, what } = shrink(&mut client, parting);
            let statements = statements.join(";\n  ");
            wrong.push(format!("sequence {seed}:\n  {statements}\n  {what}"));
        }
        if wrong.len() >= MOST {
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
