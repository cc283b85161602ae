//! Findings for people: the message, the lines it is about, and the way out.

use crate::model::{Diagnostic, Level};
use crate::report::excerpt::{Excerpt, Sources};
use crate::report::style::level_count;
use crate::source::Files;

/// Every finding with its excerpt, then how many there are.
pub fn findings_text(findings: &[Diagnostic], files: &dyn Files) -> String {
    let mut sources = Sources::new(files);
    let mut text = String::new();
    for finding in findings {
        text.push_str(&of_finding(finding).render(&mut sources));
        text.push('\n');
    }
    text.push_str(&totals(findings));
    text
}

fn of_finding(finding: &Diagnostic) -> Excerpt<'_> {
    let labels = finding.labels.iter();
    let labels = labels.map(|label| (&label.place, label.text.as_str()));
    Excerpt {
        level: finding.level,
        title: &finding.message,
        id: Some(finding.rule),
        places: finding
            .place
            .iter()
            .map(|place| (place, ""))
            .chain(labels)
            .collect(),
        notes: Vec::new(),
        help: finding.help.as_deref(),
    }
}

fn totals(findings: &[Diagnostic]) -> String {
    let of = |wanted: Level| {
        let found = findings.iter().filter(|finding| finding.level == wanted);
        found.count()
    };
    let parts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .filter(|wanted| of(*wanted) > 0)
        .map(|wanted| level_count(of(wanted), wanted))
        .collect();
    match parts.is_empty() {
        true => "no findings\n".to_owned(),
        false => parts.join(", ") + "\n",
    }
}
