//! Synthetic rows, as hostile as the schema allows: blanks, quotes, other scripts, NULLs, the same
//! value twice. They satisfy what the table asks for now and what it will be asked for further up
//! the chain: a row that could not live there says nothing about the migration.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, ConstraintKind, Relation, Table, TypeKind};
use crate::database::digest_of;
use crate::model::{DataType, Identifier, ObjectName};

/// So many rows a table; the third has NULLs, the fourth repeats the second.
const ROWS: usize = 4;
const NULLS: usize = 2;
const REPEATS: usize = 3;
/// Longer chains of foreign keys are circles.
const DEEPEST: usize = 8;

const TEXTS: &[&str] = &[
    "Zoë O'Neil \"the\" 漢字 😀",
    " leading and trailing ",
    "NULL",
    "\\back%s{}$1;--",
];

/// What rows have to satisfy: the database's own catalog first, then those to come.
pub(crate) struct Seeder<'a> {
    pub(crate) catalogs: Vec<&'a Catalog>,
}

/// What is asked of one column, now or later.
#[derive(Default)]
struct Need<'a> {
    not_null: bool,
    unique: bool,
    types: Vec<(&'a Catalog, &'a DataType)>,
    refers_to: Option<(&'a ObjectName, &'a Identifier)>,
    /// Texts that a check compares with.
    literals: Vec<String>,
}

impl<'a> Seeder<'a> {
    /// Statements that fill every table of `here` that `known` does not have, and every column that
    /// it does not have. Each may fail.
    pub(crate) fn statements(&self, here: &Catalog, known: Option<&Catalog>) -> Vec<String> {
        let mut statements = Vec::new();
        for (name, relation) in &here.relations {
            let Relation::Table(table) = relation else {
                continue;
            };
            if is_no_ones(name, table) {
                continue;
            }
            match known.and_then(|known| known.table(name)) {
                None => statements.extend((0..ROWS).map(|row| self.insert(name, table, row))),
                Some(before) => {
                    let new = table.columns.iter().filter(|column| {
                        before.column(column.name.as_str()).is_none() && column.generated.is_none()
                    });
                    statements.extend(new.map(|column| self.update(name, &column.name, column)));
                }
            }
        }
        statements
    }

    fn insert(&self, name: &ObjectName, table: &Table, row: usize) -> String {
        let columns = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none());
        let pairs = columns.filter_map(|column| {
            let value = self.value(name, &column.name, row, 0)?;
            Some((quoted(column.name.as_str()), value))
        });
        let (columns, values): (Vec<_>, Vec<_>) = pairs.unzip();
        if columns.is_empty() {
            return format!("INSERT INTO {} DEFAULT VALUES", written(name));
        }
        // Keys are told, so that others can refer to them.
        let own_keys = table.columns.iter().any(|column| column.identity.is_some());
        format!(
            "INSERT INTO {} ({}){} VALUES ({})",
            written(name),
            columns.join(", "),
            if own_keys {
                " OVERRIDING SYSTEM VALUE"
            } else {
                ""
            },
            values.join(", ")
        )
    }

    fn update(
        &self,
        name: &ObjectName,
        column: &Identifier,
        made: &crate::catalog::Column,
    ) -> String {
        let table = written(name);
        let cases = (0..ROWS).map(|row| {
            let value = self.value(name, column, row, 0);
            format!(
                " WHEN {row} THEN {}",
                value.unwrap_or_else(|| "NULL".to_owned())
            )
        });
        let cases: String = cases.collect();
        let column = quoted(column.as_str());
        format!(
            "UPDATE {table} AS t SET {column} = (CASE r.n % {ROWS}{cases} END)::text::{} \
             FROM (SELECT ctid, row_number() OVER (ORDER BY ctid) - 1 AS n FROM {table}) r \
             WHERE t.ctid = r.ctid AND t.{column} IS NULL",
            made.data_type
        )
    }

    /// An SQL literal; `None` where no value can be made up.
    fn value(
        &self,
        table: &ObjectName,
        column: &Identifier,
        row: usize,
        depth: usize,
    ) -> Option<String> {
        let need = self.need(table, column);
        let row = match row {
            REPEATS if !need.unique => 1,
            other => other,
        };
        if row == NULLS && !need.not_null && !need.unique {
            return Some("NULL".to_owned());
        }
        if let Some((other, key)) = need.refers_to {
            if (other, key) == (table, column) || depth >= DEEPEST {
                return (!need.not_null).then(|| "NULL".to_owned());
            }
            return self.value(other, key, row, depth + 1);
        }
        let text = need.text(table, column, row)?;
        Some(format!("'{}'", text.replace('\'', "''")))
    }

    fn need(&self, table: &ObjectName, column: &Identifier) -> Need<'a> {
        let mut need = Need::default();
        for &catalog in &self.catalogs {
            let Some(known) = catalog.table(table) else {
                continue;
            };
            let Some(found) = known.column(column.as_str()) else {
                continue;
            };
            need.not_null |= found.not_null;
            need.types.push((catalog, &found.data_type));
            need.take_constraints(known, column);
            let indexes = catalog.indexes_of(table);
            need.unique |= indexes.iter().any(|(_, index)| {
                index.definition.unique
                    && index
                        .definition
                        .keys
                        .iter()
                        .any(|key| key.expression.contains(column.as_str()))
            });
        }
        need
    }
}

impl<'a> Need<'a> {
    fn take_constraints(&mut self, table: &'a Table, column: &Identifier) {
        for constraint in table.constraints.values() {
            match &constraint.kind {
                ConstraintKind::PrimaryKey { columns, .. }
                | ConstraintKind::Unique { columns, .. } => {
                    self.unique |= columns.contains(column);
                }
                ConstraintKind::ForeignKey(key) => {
                    let at = key.columns.iter().position(|one| one == column);
                    let referenced = at.and_then(|at| key.referenced_columns.get(at));
                    if let Some(referenced) = referenced {
                        self.refers_to
                            .get_or_insert((&key.referenced_table, referenced));
                    }
                }
                ConstraintKind::Check { expression, .. } => {
                    if expression.contains(column.as_str()) {
                        self.literals.extend(wanted_texts(expression));
                        self.not_null |= looks_at_null(expression, column.as_str());
                    }
                }
                ConstraintKind::Exclude { .. } => {}
            }
        }
    }

    /// A value that all the types take.
    fn text(&self, table: &ObjectName, column: &Identifier, row: usize) -> Option<String> {
        if self
            .types
            .iter()
            .any(|(_, data_type)| data_type.array_dimensions > 0)
        {
            return Some("{}".to_owned());
        }
        if let Some(labels) = self.labels() {
            return labels.get(row % labels.len().max(1)).cloned();
        }
        if !self.literals.is_empty() {
            return self.literals.get(row % self.literals.len()).cloned();
        }
        let strictest = self
            .types
            .iter()
            .map(|(_, data_type)| data_type)
            .max_by_key(|data_type| strictness(data_type.name.name.as_str()))?;
        made_up(strictest, &table.to_string(), column.as_str(), row, self)
    }

    /// The labels that all the enums among the types have.
    fn labels(&self) -> Option<Vec<String>> {
        let mut common: Option<Vec<String>> = None;
        for (catalog, data_type) in &self.types {
            let Some(TypeKind::Enum { labels }) =
                catalog.user_type(&data_type.name).map(|known| &known.kind)
            else {
                continue;
            };
            let names: BTreeSet<&str> = labels.iter().map(|label| label.name.as_str()).collect();
            common = Some(match common {
                None => labels.iter().map(|label| label.name.clone()).collect(),
                Some(known) => known
                    .into_iter()
                    .filter(|label| names.contains(label.as_str()))
                    .collect(),
            });
        }
        common
    }

    /// The shortest of the types that have a length.
    fn room(&self) -> usize {
        let lengths = self.types.iter().filter_map(|(_, data_type)| {
            let is_text = data_type.name.name.as_str().starts_with("character");
            data_type
                .modifiers
                .first()
                .filter(|_| is_text)?
                .parse()
                .ok()
        });
        lengths.min().unwrap_or(200)
    }
}

/// The texts that an expression compares with and does not exclude.
fn wanted_texts(expression: &str) -> Vec<String> {
    let parts: Vec<&str> = expression.split('\'').collect();
    let texts = parts.chunks(2).filter_map(|pair| match pair {
        [before, text] => Some((before.trim_end(), *text)),
        _ => None,
    });
    let wanted = texts.filter(|(before, text)| {
        let excluded = ["<>", "!=", "~", "~*", "LIKE"];
        !text.is_empty() && !excluded.iter().any(|operator| before.ends_with(operator))
    });
    wanted.map(|(_, text)| text.to_owned()).collect()
}

/// A check that gives a NULL another value, or asks for one that is none: `length(coalesce(c, '')) > 0`
/// fails at NULL, where others let it through.
fn looks_at_null(expression: &str, column: &str) -> bool {
    let lower = expression.to_lowercase();
    let is_part = |next: char| next.is_alphanumeric() || next == '_';
    let begins = |text: &str| {
        let text = text.trim_start_matches(['(', '"', ' ']);
        let rest = text.strip_prefix(column);
        rest.is_some_and(|rest| !rest.starts_with(is_part))
    };
    let ends = |text: &str| {
        let text = text.trim_end_matches([')', '"', ' ']);
        let rest = text.strip_suffix(column);
        rest.is_some_and(|rest| !rest.ends_with(is_part))
    };
    let mut given = lower.match_indices("coalesce(");
    let mut asked = lower.match_indices(" is not null");
    given.any(|(place, word)| begins(&lower[place + word.len()..]))
        || asked.any(|(place, _)| ends(&lower[..place]))
}

/// What takes the fewest texts decides.
fn strictness(name: &str) -> u8 {
    match name {
        "text" | "character varying" | "character" => 0,
        "json" | "jsonb" => 1,
        "boolean" => 4,
        "uuid" => 3,
        _ => 2,
    }
}

fn made_up(
    data_type: &DataType,
    table: &str,
    column: &str,
    row: usize,
    need: &Need<'_>,
) -> Option<String> {
    let text = match data_type.name.name.as_str() {
        "text" | "character varying" | "character" | "citext" => {
            let unique = if need.unique {
                format!("{row} ")
            } else {
                String::new()
            };
            let text = format!("{unique}{}", TEXTS[row % TEXTS.len()]);
            text.chars().take(need.room()).collect()
        }
        "uuid" => {
            let digits = digest_of(&[table, column, &row.to_string()]);
            let parts = [
                &digits[..8],
                &digits[8..12],
                &digits[12..16],
                &digits[16..20],
            ];
            format!("{}-{}", parts.join("-"), &digits[20..32])
        }
        "smallint" | "integer" | "bigint" | "oid" => (50 + row).to_string(),
        "numeric" | "real" | "double precision" | "money" => format!("{row}.25"),
        "boolean" => if row.is_multiple_of(2) {
            "true"
        } else {
            "false"
        }
        .to_owned(),
        "json" | "jsonb" => format!("{{\"k\": [{row}, null, \"ü\"]}}"),
        "date" => format!("2024-02-{}", 26 + row),
        "timestamp without time zone" | "timestamp with time zone" => {
            format!("2024-02-{} 23:59:59.999999", 26 + row)
        }
        "time without time zone" | "time with time zone" => format!("23:59:5{row}"),
        "interval" => format!("{row} days"),
        "bytea" => format!("\\x00ff0{row}"),
        "inet" | "cidr" => format!("192.0.2.{row}"),
        "macaddr" => format!("08:00:2b:01:02:0{row}"),
        _ => return None,
    };
    Some(text)
}

/// The tool's own table, those of fixfold, partitions (their parents are filled) and views.
fn is_no_ones(name: &ObjectName, table: &Table) -> bool {
    let bare = name.name.as_str();
    bare == "alembic_version" || bare.starts_with("fixfold_") || table.partition_of.is_some()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn written(name: &ObjectName) -> String {
    let schema = name.schema.as_ref().map_or("public", Identifier::as_str);
    format!("{}.{}", quoted(schema), quoted(name.name.as_str()))
}

/// One statement that tries all of them, those that fail again as long as others succeed.
pub(crate) fn in_one_go(statements: &[String]) -> String {
    let texts: Vec<_> = statements
        .iter()
        .map(|statement| format!("'{}'", statement.replace('\'', "''")))
        .collect();
    format!(
        "DO $fixfold_seed$\nDECLARE\n    open text[] := ARRAY[{}]::text[];\n    left_over text[];\n    \
         one text;\nBEGIN\n    LOOP\n        left_over := '{{}}';\n        \
         FOREACH one IN ARRAY open LOOP\n            BEGIN\n                EXECUTE one;\n            \
         EXCEPTION WHEN OTHERS THEN\n                left_over := left_over || one;\n            END;\n        \
         END LOOP;\n        EXIT WHEN cardinality(left_over) IN (0, cardinality(open));\n        \
         open := left_over;\n    END LOOP;\nEND\n$fixfold_seed$",
        texts.join(",\n")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_say_whether_they_take_null() {
        let cases = [
            ("(length(btrim(COALESCE(email, ''::text))) > 0)", true),
            ("email IS NOT NULL", true),
            ("(\"email\" IS NOT NULL)", true),
            ("work_email IS NOT NULL", false),
            ("length(email) > 0", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(looks_at_null(expression, "email"), expected, "{expression}");
        }
    }

    #[test]
    fn checks_say_which_texts_they_take() {
        let expression = "status = ANY (ARRAY['a'::text, 'b'::text]) AND status <> 'c'::text";
        assert_eq!(wanted_texts(expression), ["a", "b"]);
        assert_eq!(wanted_texts("code ~ '^[a-z]+$' AND code <> ''"), [""; 0]);
    }
}
