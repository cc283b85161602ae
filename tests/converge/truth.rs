//! The model against the server: every statement of `truth/*.sql` runs on both, and both must
//! answer alike, with the same SQLSTATE and message, and end with the same catalog.

use fixfold::database::{Cluster, ClusterOptions};

use super::model::{ROLES, run_both};

/// One case: a fresh database, and statements in order.
pub struct Case {
    pub name: String,
    pub statements: Vec<String>,
}

/// `-- case: name` opens a case; a statement ends with `;` at the end of a line.
fn cases(file: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut statement = String::new();
    for line in text.split('\n') {
        if let Some(name) = line.strip_prefix("-- case: ") {
            cases.push(Case {
                name: format!("{file}: {name}"),
                statements: Vec::new(),
            });
            continue;
        }
        statement.push_str(line);
        statement.push('\n');
        let in_body = statement.matches("$$").count() % 2 == 1;
        if line.trim_end().ends_with(';') && !in_body {
            if let Some(case) = cases.last_mut() {
                case.statements
                    .push(statement.trim().trim_end_matches(';').to_owned());
            }
            statement.clear();
        }
    }
    assert!(
        statement.trim().is_empty(),
        "{file} ends inside a statement: {statement}"
    );
    cases
}

/// Those of all files, or what `FIXFOLD_TEST_CASE` names.
pub fn all_cases() -> Vec<Case> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/converge/truth");
    let entries = std::fs::read_dir(folder).expect("the folder").flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.sort();
    let only = std::env::var("FIXFOLD_TEST_CASE").unwrap_or_default();
    let read = |file: std::path::PathBuf| {
        let text = std::fs::read_to_string(&file).expect("a readable file");
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        cases(&name, &text)
    };
    let mut found: Vec<_> = files.into_iter().flat_map(read).collect();
    found.retain(|case| case.name.contains(&only));
    assert!(!found.is_empty());
    found
}

#[test]
fn the_model_answers_as_the_server_does() {
    let cluster = Cluster::start(&ClusterOptions::default()).expect("a cluster starts");
    let mut admin = cluster.connect("postgres").expect("a connection");
    admin.execute(ROLES).expect("roles");
    let (mut wrong, mut statements) = (Vec::new(), 0);
    let cases = all_cases();
    for case in &cases {
        statements += case.statements.len();
        wrong.extend(run_both(&cluster, &mut admin, &case.name, &case.statements));
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases ({statements} statements):\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
