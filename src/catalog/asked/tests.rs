use super::*;
use crate::catalog::{Relation, Table};

/// What is asked of `guessed (a, b, c)` beside `known (n integer, u uuid)`.
fn asked(text: &str) -> String {
    let mut catalog = Catalog::empty();
    let columns = [("n", "integer"), ("u", "uuid")];
    let columns = columns.map(|(name, of)| Column::new(name, DataType::named(of)));
    let known = Table {
        columns: columns.into(),
        ..Table::default()
    };
    catalog
        .relations
        .insert(ObjectName::from_sql("known"), Relation::Table(known));
    let columns = ["a", "b", "c"].map(Identifier::exact);
    let open = OpenTables::from([(ObjectName::from_sql("guessed"), columns.into())]);
    let found = catalog.asked_types(text, &open, None);
    let told = found.iter().filter_map(|asked| {
        let data_type = asked.data_type.as_ref()?;
        Some(format!("{} {data_type}", asked.column))
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told.dedup();
    told.join(", ")
}

const CASES: &[(&str, &str)] = &[
    (
        "CREATE INDEX i ON guessed (a, b) WHERE c = false AND a > now() - interval '1 day'",
        "a timestamp with time zone, c boolean",
    ),
    ("CREATE INDEX i ON guessed (a) WHERE a", "a boolean"),
    ("CREATE INDEX i ON guessed (a)", ""),
    (
        "ALTER TABLE guessed ADD CHECK (a >= 0 AND b BETWEEN 1.5 AND 2)",
        "a integer, b numeric",
    ),
    (
        "CREATE POLICY p ON guessed USING (a) WITH CHECK (NOT b)",
        "a boolean, b boolean",
    ),
    (
        "CREATE POLICY p ON other USING (EXISTS (SELECT 1 FROM public.guessed g WHERE g.a = (SELECT known.u FROM known)))",
        "a uuid",
    ),
    (
        "CREATE VIEW v AS SELECT g.a -> 'k', sum(g.b) FROM guessed g JOIN known k ON g.c = k.n",
        "a jsonb, b numeric, c integer",
    ),
    (
        "CREATE TRIGGER t BEFORE UPDATE ON guessed FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM 3) EXECUTE FUNCTION f()",
        "a integer",
    ),
    (
        "ALTER TABLE guessed ALTER COLUMN a SET DEFAULT false",
        "a boolean",
    ),
    (
        "ALTER TABLE other ADD COLUMN x numeric GENERATED ALWAYS AS (a * 2) STORED",
        "",
    ),
    (
        "UPDATE guessed SET a = true, b = now() WHERE c = 'x'",
        "a boolean, b timestamp with time zone",
    ),
    (
        "INSERT INTO guessed (a, b, c) VALUES ('x', 12, '{}'::jsonb)",
        "b integer, c jsonb",
    ),
    (
        "INSERT INTO guessed (a, b) SELECT k.u, count(*) FROM known k",
        "a uuid, b bigint",
    ),
    (
        "SELECT * FROM guessed WHERE 'x' = ANY (a) AND b IN (1, 2) AND coalesce(c, false)",
        "a text[], b integer, c boolean",
    ),
    (
        "SELECT date_trunc('day', a), jsonb_array_length(b), array_length(c, 1) FROM guessed",
        "a timestamp with time zone, b jsonb, c text[]",
    ),
    (
        "CREATE FUNCTION f(wanted boolean) RETURNS void AS $$ DECLARE most integer; BEGIN \
         UPDATE guessed SET b = most WHERE a = wanted; END $$ LANGUAGE plpgsql",
        "a boolean, b integer",
    ),
    // Casts hide what stands below them, and texts say nothing.
    (
        "SELECT 1 FROM guessed WHERE a::date = current_date AND b = 'x'",
        "",
    ),
    // A column of that name that is known.
    ("SELECT 1 FROM guessed, known WHERE n = 1", ""),
    ("SELECT 1 FROM guessed g ORDER BY a LIMIT 1", ""),
    ("SELECT a, b FROM guessed WHERE b BETWEEN a AND c", ""),
];

#[test]
fn expressions_ask_for_types() {
    for (text, expected) in CASES {
        assert_eq!(asked(text), *expected, "{text}");
    }
}
