//! Stubs of tables that the chain needs and no file creates: as little of each as lets the chain walk.
//!
//! What a stub needs shows where the server refuses a statement: `learn` reads the refusal, and the
//! caller walks the chain anew until nothing more is learnt. Types are guesses, made from names first and
//! corrected by what the columns are compared with: `follow` reads that in any statement.

mod follow;
mod refusal;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::model::{ObjectName, SqlError};

/// What a column without any other sign holds.
const ANYTHING: &str = "text";

/// In which order types are tried for a key that nothing else tells.
const KEYS: &[&str] = &["uuid", "bigint", "integer"];

/// One table as far as the chain has shown it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Stub {
    /// By name, the type.
    columns: BTreeMap<String, String>,
    primary_key: Option<Vec<String>>,
    unique: BTreeSet<Vec<String>>,
    /// Columns that a revision makes itself.
    not_ours: BTreeSet<String>,
    /// Columns whose types more than their names have told.
    told: BTreeSet<String>,
}

/// All stubs of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stubs {
    tables: BTreeMap<ObjectName, Stub>,
    types: BTreeSet<ObjectName>,
    schemas: BTreeSet<ObjectName>,
    /// The type of the keys of the chain's own tables.
    key_type: Option<String>,
}

impl Stubs {
    pub fn with_keys_of(key_type: Option<String>) -> Self {
        Self {
            key_type,
            ..Self::default()
        }
    }

    pub fn table(&mut self, name: ObjectName) {
        self.tables.entry(name).or_default();
    }

    /// A type of any text: its labels are in no file.
    pub fn user_type(&mut self, name: ObjectName) {
        self.types.insert(name);
    }

    pub fn schema(&mut self, name: ObjectName) {
        self.schemas.insert(name);
    }

    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.types.is_empty() && self.schemas.is_empty()
    }

    pub fn tables(&self) -> impl Iterator<Item = &ObjectName> {
        self.tables.keys()
    }

    /// Takes from a refused statement what a stub lacks. Whether anything was learnt.
    pub fn learn(&mut self, statement: &str, error: &SqlError) -> bool {
        let before = self.clone();
        let words = words::words(statement);
        refusal::learn(self, &words, error);
        *self != before
    }

    /// A trigger function's body: what it asks of the row must be there.
    pub fn fires(&mut self, table: &ObjectName, body: &str) {
        let words = words::words(body);
        for window in words.windows(3) {
            if matches!(window[0].as_str(), "new" | "old") && window[1] == "." {
                self.add_column(table, &window[2]);
            }
        }
    }

    /// The statements that make them, each with its semicolon.
    pub fn sql(&self) -> String {
        let mut text = String::new();
        for name in &self.schemas {
            let _ = writeln!(
                text,
                "CREATE SCHEMA IF NOT EXISTS {};",
                quoted(&name.name.to_string())
            );
        }
        for name in &self.types {
            let _ = writeln!(text, "CREATE DOMAIN {} AS text;", full(name));
        }
        for (name, stub) in &self.tables {
            let _ = writeln!(text, "{}", stub.create(&full(name)));
        }
        text
    }

    fn guess(&self, column: &str) -> String {
        let is = |endings: &[&str]| endings.iter().any(|ending| column.ends_with(ending));
        let begins = |starts: &[&str]| starts.iter().any(|start| column.starts_with(start));
        match column {
            _ if column == "id" || is(&["_id"]) => {
                self.key_type.clone().unwrap_or_else(|| KEYS[0].to_owned())
            }
            _ if is(&["_at"]) => "timestamp with time zone".to_owned(),
            _ if begins(&["is_", "has_"]) => "boolean".to_owned(),
            _ => ANYTHING.to_owned(),
        }
    }

    fn add_column(&mut self, table: &ObjectName, column: &str) {
        let guess = self.guess(column);
        let Some(stub) = self.tables.get_mut(table) else {
            return;
        };
        if !stub.not_ours.contains(column) {
            stub.columns.entry(column.to_owned()).or_insert(guess);
            // What is called so tells rows apart, and others copy it.
            if column == "id" && stub.primary_key.is_none() {
                stub.primary_key = Some(vec![column.to_owned()]);
            }
        }
    }

    /// The chain makes this column itself.
    fn give_back(&mut self, table: &ObjectName, column: &str) {
        let Some(stub) = self.tables.get_mut(table) else {
            return;
        };
        if stub.columns.remove(column).is_some() {
            stub.not_ours.insert(column.to_owned());
            let holds = |key: &Vec<String>| key.iter().any(|part| part == column);
            stub.unique.retain(|key| !holds(key));
            stub.primary_key = stub.primary_key.take().filter(|key| !holds(key));
        }
    }

    /// Other rows refer to these columns, or upserts lean on them.
    fn add_key(&mut self, table: &ObjectName, columns: Vec<String>) {
        for column in &columns {
            self.add_column(table, column);
        }
        let Some(stub) = self.tables.get_mut(table) else {
            return;
        };
        let has_all = columns
            .iter()
            .all(|column| stub.columns.contains_key(column));
        match &stub.primary_key {
            _ if !has_all || columns.is_empty() => {}
            None if columns == ["id"] => stub.primary_key = Some(columns),
            Some(key) if *key == columns => {}
            _ => {
                stub.unique.insert(columns);
            }
        }
    }

    /// The next type that a key may have, where the last one did not fit.
    fn try_next_type(&mut self, table: &ObjectName, column: &str) {
        let stub = self.tables.get_mut(table);
        let Some(stub) = stub else {
            return;
        };
        stub.told.insert(column.to_owned());
        let Some(known) = stub.columns.get_mut(column) else {
            return;
        };
        let place = KEYS.iter().position(|key| key == known);
        let next = place.map_or(Some(&KEYS[0]), |place| KEYS.get(place + 1));
        if let Some(next) = next {
            *known = (*next).to_owned();
        }
    }

    fn set_type(&mut self, table: &ObjectName, column: &str, data_type: &str) {
        let Some(stub) = self.tables.get_mut(table) else {
            return;
        };
        if let Some(known) = stub.columns.get_mut(column) {
            *known = data_type.to_owned();
            stub.told.insert(column.to_owned());
        }
    }
}

impl Stub {
    fn create(&self, name: &str) -> String {
        let columns = self.columns.iter().map(|(column, data_type)| {
            let is_key = self.primary_key.as_deref() == Some(std::slice::from_ref(column));
            let default = match data_type.as_str() {
                "uuid" if is_key => " DEFAULT gen_random_uuid()",
                "integer" | "bigint" if is_key => " GENERATED BY DEFAULT AS IDENTITY",
                _ => "",
            };
            format!("{} {data_type}{default}", quoted(column))
        });
        let list = |key: &Vec<String>| {
            let parts = key.iter().map(|part| quoted(part));
            parts.collect::<Vec<_>>().join(", ")
        };
        let primary = self.primary_key.iter();
        let primary = primary.map(|key| format!("PRIMARY KEY ({})", list(key)));
        let unique = self.unique.iter();
        let unique = unique.map(|key| format!("UNIQUE ({})", list(key)));
        let parts: Vec<String> = columns.chain(primary).chain(unique).collect();
        match parts.is_empty() {
            true => format!("CREATE TABLE {name} ();"),
            false => format!("CREATE TABLE {name} (\n    {}\n);", parts.join(",\n    ")),
        }
    }
}

fn full(name: &ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quoted(schema.as_str()), quoted(name.name.as_str())),
        None => quoted(name.name.as_str()),
    }
}

/// Always in quotes: a stub's column may be called like a keyword.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SqlState;

    fn stubs() -> Stubs {
        let mut stubs = Stubs::default();
        for table in ["profiles", "partners"] {
            stubs.table(ObjectName::from_sql(table));
        }
        stubs
    }

    /// A statement and the server's refusal.
    type Refusal = (&'static str, SqlState, &'static str);

    /// What is refused, and what the stubs are then.
    const CASES: &[(&[Refusal], &str)] = &[
        (
            &[(
                "CREATE POLICY p ON notes USING (EXISTS (SELECT 1 FROM public.profiles pr WHERE pr.role = 'x'))",
                SqlState::UNDEFINED_COLUMN,
                "column pr.role does not exist",
            )],
            "CREATE TABLE \"partners\" ();\nCREATE TABLE \"profiles\" (\n    \"role\" text\n);\n",
        ),
        (
            &[
                (
                    "CREATE TABLE a (p bigint REFERENCES partners (id))",
                    SqlState::UNDEFINED_COLUMN,
                    "column \"id\" referenced in foreign key constraint does not exist",
                ),
                (
                    "CREATE TABLE a (p bigint REFERENCES partners (id))",
                    SqlState::DATATYPE_MISMATCH,
                    "foreign key constraint \"a_p_fkey\" cannot be implemented",
                ),
            ],
            "CREATE TABLE \"partners\" (\n    \"id\" bigint GENERATED BY DEFAULT AS IDENTITY,\n    PRIMARY KEY (\"id\")\n);\nCREATE TABLE \"profiles\" ();\n",
        ),
        (
            &[
                (
                    "INSERT INTO profiles (mail) VALUES ('a') ON CONFLICT (mail) DO NOTHING",
                    SqlState::UNDEFINED_COLUMN,
                    "column \"mail\" of relation \"profiles\" does not exist",
                ),
                (
                    "INSERT INTO profiles (mail) VALUES ('a') ON CONFLICT (mail) DO NOTHING",
                    SqlState::INVALID_COLUMN_REFERENCE,
                    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
                ),
            ],
            "CREATE TABLE \"partners\" ();\nCREATE TABLE \"profiles\" (\n    \"mail\" text,\n    UNIQUE (\"mail\")\n);\n",
        ),
        (
            &[
                (
                    "SELECT 1 FROM profiles WHERE owner = auth.uid()",
                    SqlState::UNDEFINED_COLUMN,
                    "column \"owner\" does not exist",
                ),
                (
                    "SELECT 1 FROM profiles WHERE owner = auth.uid()",
                    SqlState::UNDEFINED_FUNCTION,
                    "operator does not exist: text = uuid",
                ),
            ],
            "CREATE TABLE \"partners\" ();\nCREATE TABLE \"profiles\" (\n    \"owner\" uuid\n);\n",
        ),
        (
            &[
                (
                    "UPDATE profiles SET bio = ''",
                    SqlState::UNDEFINED_COLUMN,
                    "column \"bio\" of relation \"profiles\" does not exist",
                ),
                (
                    "ALTER TABLE profiles ADD COLUMN bio text",
                    SqlState::DUPLICATE_COLUMN,
                    "column \"bio\" of relation \"profiles\" already exists",
                ),
            ],
            "CREATE TABLE \"partners\" ();\nCREATE TABLE \"profiles\" ();\n",
        ),
        (
            &[(
                "ALTER TABLE notes DROP COLUMN gone",
                SqlState::UNDEFINED_COLUMN,
                "column \"gone\" of relation \"notes\" does not exist",
            )],
            "CREATE TABLE \"partners\" ();\nCREATE TABLE \"profiles\" ();\n",
        ),
    ];

    #[test]
    fn a_refusal_shows_what_a_stub_lacks() {
        for (refusals, expected) in CASES {
            let mut stubs = stubs();
            for (statement, state, message) in *refusals {
                let error = SqlError::new(*state, *message, "");
                stubs.learn(statement, &error);
            }
            assert_eq!(stubs.sql(), *expected, "{refusals:?}");
        }
    }

    #[test]
    fn a_trigger_shows_columns() {
        let mut stubs = stubs();
        let body = "BEGIN NEW.updated_at := now(); RETURN NEW; END";
        stubs.fires(&ObjectName::from_sql("partners"), body);
        assert!(
            stubs
                .sql()
                .contains("\"updated_at\" timestamp with time zone")
        );
    }

    #[test]
    fn what_is_not_about_a_stub_teaches_nothing() {
        let error = SqlError::new(
            SqlState::UNDEFINED_COLUMN,
            "column \"a\" of relation \"other\" does not exist",
            "",
        );
        assert!(!stubs().learn("ALTER TABLE other DROP COLUMN a", &error));
    }
}
