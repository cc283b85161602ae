//! Cases: `cases/*.md`. A `##` section is a chain; each line `# id`, `# id after a, b` in its block
//! of Python opens a revision, and what follows is the revision's body. `# env` opens settings of
//! `context.configure` and what env.py imports and assigns before, `# file name` another file.

use std::path::{Path, PathBuf};

/// A chain as files.
pub struct Case {
    pub name: String,
    /// Paths relative to the chain's folder.
    pub files: Vec<(String, String)>,
}

pub fn read_all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/converge/upgrade/cases");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    let only = std::env::var("FIXFOLD_TEST_CASE").unwrap_or_default();
    let cases = files.iter().flat_map(|file| {
        let text = std::fs::read_to_string(file).expect("a readable file");
        let stem = file
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        sections(&stem, &text)
    });
    cases.filter(|case| case.name.contains(&only)).collect()
}

fn sections(stem: &str, text: &str) -> Vec<Case> {
    let sections = text.split("\n## ").skip(1);
    sections
        .map(|section| {
            let (title, rest) = section.split_once('\n').expect("a title's line");
            let block = rest.split("```python\n").nth(1).expect("a block of Python");
            let block = block.split("\n```").next().expect("its end");
            chain(format!("{stem}: {title}"), block)
        })
        .collect()
}

const HEAD: &str = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy import text\n\
                    from sqlalchemy.dialects import postgresql\n\n";

/// The chain of a block.
pub fn chain(name: String, block: &str) -> Case {
    let mut files = vec![(
        "alembic.ini".to_owned(),
        "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n".to_owned(),
    )];
    let mut settings = String::new();
    let mut previous: Option<String> = None;
    let mut open: Option<(String, String)> = None;
    for line in block.lines().chain(["# env"]) {
        let Some(mark) = line.strip_prefix("# ") else {
            let (_, content) = open.as_mut().expect("the block opens with a mark");
            content.push_str(line);
            content.push('\n');
            continue;
        };
        match open.take() {
            Some((path, content)) if path == "env" => settings.push_str(&content),
            Some(file) => files.push(file),
            None => {}
        }
        open = Some(match mark.split_once(' ') {
            _ if mark == "env" => ("env".to_owned(), String::new()),
            Some(("file", path)) => (path.to_owned(), String::new()),
            found => {
                let id = found.map_or(mark, |(id, _)| id);
                let parents = match found {
                    Some((_, rest)) => rest.trim_start_matches("after ").to_owned(),
                    None => previous.clone().unwrap_or_default(),
                };
                previous = Some(id.to_owned());
                revision(id, &parents)
            }
        });
    }
    files.push(("migrations/env.py".to_owned(), environment(&settings)));
    Case { name, files }
}

fn revision(id: &str, parents: &str) -> (String, String) {
    let parents: Vec<_> = parents.split(", ").filter(|id| !id.is_empty()).collect();
    let down = match parents.as_slice() {
        [] | ["-"] => "None".to_owned(),
        [one] => format!("'{one}'"),
        several => format!("('{}')", several.join("', '")),
    };
    let head = format!("{HEAD}revision = '{id}'\ndown_revision = {down}\n\n");
    (format!("migrations/versions/{id}.py"), head)
}

fn environment(settings: &str) -> String {
    let lines = settings.lines().filter(|line| !line.trim().is_empty());
    // What is no keyword of `context.configure` stands before it.
    let (head, settings): (Vec<_>, Vec<_>) =
        lines.partition(|line| line.starts_with("from ") || line.contains(" = "));
    let head = head.join("\n");
    format!(
        "import sqlalchemy as sa\nfrom alembic import context\n{head}\n\
         config = context.config\n\
         engine = sa.create_engine(config.get_main_option('sqlalchemy.url'))\n\
         with engine.connect() as connection:\n    \
         context.configure(connection=connection, {})\n    \
         with context.begin_transaction():\n        context.run_migrations()\n",
        settings.join(", ")
    )
}
