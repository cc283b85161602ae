//! Reading never fails, whatever the text.

use proptest::prelude::*;

use crate::model::{Dialect, Piece, Place, Template};

use super::{canonical, looks_like_sql, read, read_expression, split};

/// Pieces of SQL that mean something to the splitter, the grammar or the repairs.
const PIECES: &[&str] = &[
    "CREATE TABLE ",
    "t ",
    "(",
    ")",
    ", ",
    ";",
    "'",
    "''",
    "\"",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    "\\i x\n",
    "\\.\n",
    "COPY t FROM stdin;\n",
    "ALTER TABLE ",
    "ADD COLUMN ",
    "a ",
    "int ",
    "IF NOT EXISTS ",
    "DO ",
    "BEGIN ",
    "END ",
    "IF ",
    "THEN ",
    "LOOP ",
    "FOR r IN ",
    "EXECUTE ",
    "format(",
    "EXCEPTION WHEN ",
    "DECLARE ",
    ":= ",
    "SELECT ",
    "INTO ",
    "FROM ",
    "WHERE ",
    "NOT ",
    "CASE ",
    "WHEN ",
    "%s",
    "%(x)s",
    ":v",
    "?",
    "{h}",
    "[",
    "]",
    "::",
    "..",
    "1",
    "é",
    "\u{0}",
    "`",
    "INSERT INTO ",
    "VALUES ",
    "ON CONFLICT ",
    "WITH x AS ",
    "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS ",
    "CREATE TYPE ",
    "AS ENUM ",
    "OR REPLACE ",
    "E'",
    "U&\"",
];

fn template(pieces: &[usize], hole: usize) -> Template {
    let mut template = Template::default();
    for (index, piece) in pieces.iter().enumerate() {
        if index == hole {
            template.append(&Template::hole("row[0]", "read at run time", None));
        }
        template.push(Piece::known(
            PIECES[piece % PIECES.len()].to_owned(),
            Some(Place::new("a.sql", 1, 1)),
        ));
    }
    template
}

proptest! {
    #[test]
    fn no_text_is_too_strange(pieces in proptest::collection::vec(0usize..1000, 0..40), hole in 0usize..60) {
        let template = template(&pieces, hole);
        for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
            for statement in read(&template, dialect).statements {
                for effect in statement.effects {
                    let _ = effect.action.object();
                }
            }
        }
        let text = template.display();
        let once = canonical(&text);
        if read_expression(&text).is_some() {
            prop_assert_eq!(&canonical(&once), &once);
        }
        let _ = (looks_like_sql(&text), split(&template));
    }
}

/// A parser that goes down a level for each of these would overflow a thread's stack.
#[test]
fn no_text_is_too_deep() {
    let count = 20_000;
    let nested =
        |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(count), close.repeat(count));
    let texts = [
        nested("(", ")"),
        nested("(SELECT ", ")"),
        nested("NOT ", ""),
        nested("ARRAY[", "]"),
        nested("f(", ")"),
        nested("CASE WHEN true THEN ", " END"),
        nested("", " + 1"),
        nested("", "[1]"),
        nested("", "::int"),
        nested("", " UNION SELECT 1"),
        nested("", " COLLATE \"C\""),
        format!("SELECT * FROM a{}", " JOIN b ON true".repeat(count)),
        format!(
            "DO $$ {} NULL; {} $$",
            "BEGIN ".repeat(count),
            "END; ".repeat(count)
        ),
        format!("DO $$ BEGIN {} END $$", "IF a THEN ".repeat(count)),
        "EXPLAIN ".repeat(count),
        "(".repeat(count),
        "'".repeat(count),
    ];
    for text in texts {
        assert!(
            !read(&Template::from_text(text), Dialect::Postgres)
                .statements
                .is_empty()
        );
    }
}

#[test]
fn a_quoted_name_stays_one() {
    for text in [
        "\"{row[0]}\nU&\"",
        "\"a b\".\"Cd\" > 1",
        "\"x\"\"y\"",
        "{h}",
    ] {
        let once = canonical(text);
        assert_eq!(canonical(&once), once, "{text:?}");
    }
    assert_eq!(canonical("T.\"Kind\" = 'A'"), "t.\"Kind\" = 'A'");
}
