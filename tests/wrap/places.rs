//! Provenance: the line and the column of a statement's text, however the script puts it together.

use fixfold::effects::script::{Endpoints, read_script};
use fixfold::eval::limits::STACK_BYTES;
use fixfold::model::Effect;
use fixfold::pipeline::Modules;
use fixfold::registry;
use fixfold::source::MemoryFiles;

/// The statement whose place is asked for; it stands once in every script.
const STATEMENT: &str = "ALTER TABLE orders ADD COLUMN note text";

/// What stands in the literal; `@` is the statement.
const POSITIONS: &[(&str, &str)] = &[
    ("alone", "@"),
    ("behind blanks", "   @"),
    ("behind another on its line", "SELECT 1; @"),
    ("on a line of its own", "\n    @\n"),
    (
        "on the third line",
        "\n    SELECT 1;\n    @;\n    SELECT 2;\n",
    ),
    ("behind a comment", "-- first of all\n@"),
    ("behind letters of more bytes than one", "/* größer */ @"),
];

/// Lines of Python that send the text `#`, which is a literal's inside, quotes left out.
const WRAPPERS: &[(&str, &str)] = &[
    ("literal", "cursor.execute(\"\"\"#\"\"\")"),
    ("raw literal", "cursor.execute(r\"\"\"#\"\"\")"),
    ("f-string without fields", "cursor.execute(f\"\"\"#\"\"\")"),
    (
        "field before",
        "FIRST = 'SELECT 0;'\ncursor.execute(f\"\"\"{FIRST} #\"\"\")",
    ),
    (
        "unknown field before",
        "import os\ncursor.execute(f\"\"\"SELECT {os.environ['A']}; #\"\"\")",
    ),
    (
        "field behind",
        "LAST = 'SELECT 0'\ncursor.execute(f\"\"\"#; {LAST}\"\"\")",
    ),
    ("sum", "cursor.execute(\"SELECT 0; \" + \"\"\"#\"\"\")"),
    (
        "sum with a field",
        "NAME = 'a'\ncursor.execute(f\"SELECT '{NAME}'; \" + f\"\"\"#\"\"\")",
    ),
    (
        "side by side",
        "cursor.execute(\"SELECT 0; \" \"\"\"#\"\"\")",
    ),
    (
        "side by side on lines",
        "cursor.execute(\n    \"SELECT 0; \"\n    f\"\"\"#\"\"\"\n)",
    ),
    (
        "added to",
        "sql = \"SELECT 0; \"\nsql += \"\"\"#\"\"\"\ncursor.execute(sql)",
    ),
    (
        "join",
        "cursor.execute(\"; \".join([\"SELECT 0\", \"\"\"#\"\"\"]))",
    ),
    (
        "percent before",
        "cursor.execute(\"\"\"SELECT %s; #\"\"\" % 1)",
    ),
    (
        "percent into",
        "cursor.execute(\"SELECT 0; %s\" % \"\"\"#\"\"\")",
    ),
    (
        "format before",
        "cursor.execute(\"\"\"SELECT {}; #\"\"\".format(1))",
    ),
    (
        "format into",
        "cursor.execute(\"SELECT 0; {sql}\".format(sql=\"\"\"#\"\"\"))",
    ),
    ("strip", "cursor.execute(\"\"\"#\"\"\".strip())"),
    (
        "replace",
        "cursor.execute(\"\"\"#\"\"\".replace(\"NOWHERE\", \"nothing\"))",
    ),
    (
        "dedent",
        "import textwrap\ncursor.execute(textwrap.dedent(\"\"\"#\"\"\"))",
    ),
    (
        "dedent and strip",
        "from textwrap import dedent\ncursor.execute(dedent(\"\"\"#\"\"\").strip())",
    ),
    ("name", "SQL = \"\"\"#\"\"\"\ncursor.execute(SQL)"),
    (
        "attribute",
        "class Fix:\n    sql = \"\"\"#\"\"\"\ncursor.execute(Fix.sql)",
    ),
    (
        "result",
        "def sql():\n    return \"\"\"#\"\"\"\ncursor.execute(sql())",
    ),
    (
        "dict",
        "FIXES = {\"a\": \"\"\"#\"\"\"}\ncursor.execute(FIXES[\"a\"])",
    ),
    (
        "turns",
        "for sql in [\"SELECT 0\", \"\"\"#\"\"\"]:\n    cursor.execute(sql)",
    ),
    (
        "split",
        "for sql in \"\"\"#\"\"\".split(\";\"):\n    if sql.strip():\n        cursor.execute(sql)",
    ),
    (
        "split and strip",
        "parts = [part.strip() for part in \"\"\"#\"\"\".split(\";\")]\nfor sql in parts:\n    if sql:\n        cursor.execute(sql)",
    ),
    (
        "conditional",
        "import sys\ncursor.execute(\"\"\"#\"\"\" if len(sys.argv) > 1 else \"SELECT 0\")",
    ),
    (
        "text()",
        "from sqlalchemy import create_engine, text\nwith create_engine(\"a\").begin() as cursor:\n    cursor.execute(text(\"\"\"#\"\"\"))",
    ),
    (
        "template",
        "import string\ncursor.execute(string.Template(\"\"\"#\"\"\").substitute())",
    ),
];

/// A literal of one line, its line ends escaped.
const ESCAPED: &[(&str, &str)] = &[
    ("literal", "cursor.execute(\"#\")"),
    (
        "f-string",
        "FIRST = 'SELECT 0;'\ncursor.execute(f\"{FIRST} #\")",
    ),
    (
        "behind escapes",
        "cursor.execute(\"SELECT '\\x41\\u00e4\\t'; #\")",
    ),
    (
        "behind doubled braces",
        "cursor.execute(f\"SELECT '{{}}'; #\")",
    ),
    (
        "behind doubled percent signs",
        "cursor.execute(\"SELECT '%%', %s; #\" % 1)",
    ),
    (
        "behind a field with a format",
        "N = 3\ncursor.execute(f\"SELECT {N:>4}; #\")",
    ),
];

#[test]
fn a_statement_is_told_where_it_stands() {
    let work = || {
        let mut wrong = Vec::new();
        for (position, text) in POSITIONS {
            let text = text.replace('@', STATEMENT);
            for (wrapper, lines) in WRAPPERS {
                wrong.extend(misplaced(wrapper, position, &lines.replace('#', &text)));
            }
            let escaped = text.replace('\n', "\\n");
            for (wrapper, lines) in ESCAPED {
                let name = format!("escaped {wrapper}");
                wrong.extend(misplaced(&name, position, &lines.replace('#', &escaped)));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    };
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(work)
        .expect("a thread starts")
        .join()
        .expect("all places are right");
}

/// What is wrong with the place that is told, if anything.
fn misplaced(wrapper: &str, position: &str, lines: &str) -> Option<String> {
    let script = format!(
        "import psycopg2\n\
         connection = psycopg2.connect('dsn')\n\
         connection.autocommit = True\n\
         cursor = connection.cursor()\n\
         {lines}\n"
    );
    let wanted = (
        place_of(STATEMENT, &script),
        place_of("cursor.execute(", &script).0,
    );
    let effects = read(&script);
    let is_it = |effect: &&Effect| effect.operation().as_str() == "add_column";
    let told = effects.iter().find(is_it).map(|effect| {
        let provenance = &effect.provenance;
        let text = provenance
            .text
            .as_ref()
            .map(|text| (text.line, text.column));
        (text.unwrap_or_default(), provenance.call.line)
    });
    (told != Some(wanted)).then(|| format!("{wrapper}, {position}: {wanted:?} is told as {told:?}"))
}

/// The line and the column of a text that stands in the script once, from one on.
fn place_of(text: &str, script: &str) -> (u32, u32) {
    let at = script.find(text).expect("it stands there");
    let before = &script[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].chars().count() + 1;
    (line as u32, column as u32)
}

fn read(script: &str) -> Vec<Effect> {
    let files = MemoryFiles::new().with("fix.py", script);
    let paths = vec!["fix.py".to_owned()];
    let modules = Modules::new(&files, &paths);
    let endpoints = Endpoints::new(&modules, registry::standard());
    read_script(&modules, registry::standard(), &endpoints, "fix.py").effects
}
