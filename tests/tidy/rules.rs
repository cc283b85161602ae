//! What is reported can be explained.

use regex::Regex;

use super::tree::{assert_none, sources};

#[test]
fn every_rule_that_is_reported_is_known() {
    let named = Regex::new(concat!(
        r#"Diagnostic::new\(\s*"([a-z]+(?:-[a-z]+)*)""#,
        r#"|const [A-Z_]+: &(?:'static )?str = "([a-z]+(?:-[a-z]+)+)""#
    ))
    .expect("a constant pattern");
    let mut unknown = Vec::new();
    for file in sources()
        .iter()
        .filter(|file| !file.path.starts_with("src/lint/"))
    {
        let code = file.code_without_tests();
        for captures in named.captures_iter(&code) {
            let id = captures
                .iter()
                .skip(1)
                .flatten()
                .next()
                .map_or("", |id| id.as_str());
            // A constant in kebab case counts where the file makes diagnostics.
            let reports = code.contains("Diagnostic::new(");
            if reports && fixfold::lint::find(id).is_none() {
                unknown.push(format!("{}: {id}", file.path));
            }
        }
    }
    assert_none(
        &unknown,
        "write a page for these in src/lint/reading/ or src/lint/rules/:",
    );
}
