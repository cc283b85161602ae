//! Ways in which scripts come by the text of a statement.

/// File names and their texts.
pub type Wrapped = Vec<(String, String)>;
type Wrapper = fn(&str) -> Option<Wrapped>;

pub const WRAPPERS: &[(&str, Wrapper)] = &[
    ("plain call", |sql| script(&send(&literal(sql)))),
    ("op.execute", |sql| {
        one(&format!(
            "from alembic import op\nop.execute({})\n",
            literal(sql)
        ))
    }),
    ("text()", |sql| {
        one(&format!(
            "from sqlalchemy import create_engine, text\n\
             with create_engine('postgresql://db').begin() as connection:\n    \
                 connection.execute(text({}))\n",
            literal(sql)
        ))
    }),
    ("f-string with a constant", |sql| {
        let (first, rest) = parted(sql)?;
        let rest = rest.replace('{', "{{").replace('}', "}}");
        script(&format!(
            "FIRST = {}\n{}",
            literal(first),
            send(&format!("f\"\"\"{{FIRST}} {rest}\"\"\""))
        ))
    }),
    ("join of a list", |sql| {
        let words: Vec<String> = sql.split(' ').map(literal).collect();
        script(&send(&format!("' '.join([{}])", words.join(", "))))
    }),
    ("loop over tuples", |sql| {
        let (first, rest) = parted(sql)?;
        let (first, rest) = (literal(first), literal(rest));
        script(&format!(
            "for first, rest in [({first}, {rest})]:\n    {}",
            send("first + ' ' + rest")
        ))
    }),
    ("method's return", |sql| {
        script(&format!(
            "class Fix:\n    def statement(self):\n        return {}\n{}",
            literal(sql),
            send("Fix().statement()")
        ))
    }),
    ("dict of dicts", |sql| {
        script(&format!(
            "FIXES = {{'prod': {{'fix': {}}}}}\n{}",
            literal(sql),
            send("FIXES['prod']['fix']")
        ))
    }),
    ("sibling module", |sql| {
        let mut files = script(&format!("from texts import FIX\n{}", send("FIX")))?;
        files.push(("texts.py".to_owned(), format!("FIX = {}\n", literal(sql))));
        Some(files)
    }),
    ("sibling file", |sql| {
        let mut files = script(&send("open('fix.sql').read()"))?;
        files.push(("fix.sql".to_owned(), format!("{sql};\n")));
        Some(files)
    }),
    ("percent", |sql| {
        let (first, rest) = parted(sql)?;
        let rest = format!("%s {}", rest.replace('%', "%%"));
        script(&send(&format!("{} % {}", literal(&rest), literal(first))))
    }),
    ("format()", |sql| {
        let (first, rest) = parted(sql)?;
        let rest = format!("{{}} {}", rest.replace('{', "{{").replace('}', "}}"));
        script(&send(&format!(
            "{}.format({})",
            literal(&rest),
            literal(first)
        )))
    }),
    ("template", |sql| {
        let (first, rest) = parted(sql)?;
        let rest = format!("$first {}", rest.replace('$', "$$"));
        script(&format!(
            "from string import Template\n{}",
            send(&format!(
                "Template({}).substitute(first={})",
                literal(&rest),
                literal(first)
            ))
        ))
    }),
    ("split at semicolons", |sql| {
        script(&format!(
            "for statement in {}.split(';'):\n    if statement.strip():\n        {}",
            literal(&format!("{sql};\n")),
            send("statement.strip()")
        ))
    }),
    ("DO block", |sql| {
        script(&send(&literal(&format!("DO $fix$ BEGIN {sql}; END $fix$"))))
    }),
    ("EXECUTE format()", |sql| {
        let (first, rest) = parted(sql)?;
        let rest = rest.replace('%', "%%").replace('\'', "''");
        let block = format!("DO $fix$ BEGIN EXECUTE format('%s {rest}', '{first}'); END $fix$");
        script(&send(&literal(&block)))
    }),
    ("psql -c", |sql| {
        script(&format!(
            "import subprocess\nsubprocess.run(['psql', '-c', {}], check=True)\n",
            literal(sql)
        ))
    }),
    ("here document", |sql| {
        let text = format!("#!/bin/sh\npsql \"$DATABASE_URL\" <<'SQL'\n{sql};\nSQL\n");
        Some(vec![("fix.sh".to_owned(), text)])
    }),
];

fn one(text: &str) -> Option<Wrapped> {
    Some(vec![("fix.py".to_owned(), text.to_owned())])
}

/// A script with a cursor.
fn script(body: &str) -> Option<Wrapped> {
    one(&format!(
        "import psycopg2\n\
         connection = psycopg2.connect('dsn')\n\
         connection.autocommit = True\n\
         cursor = connection.cursor()\n\
         {body}"
    ))
}

fn send(expression: &str) -> String {
    format!("cursor.execute({expression})\n")
}

fn literal(text: &str) -> String {
    format!("\"\"\"{text}\"\"\"")
}

/// The first word, and what follows.
fn parted(sql: &str) -> Option<(&str, &str)> {
    sql.split_once(' ')
}
