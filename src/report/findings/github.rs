//! GitHub's workflow commands, which it shows beside the changed lines.

use super::from_repository;
use crate::model::{Diagnostic, Level};

/// One command a finding; `prefix` leads from the repository's root to the estate.
pub fn findings_github(findings: &[Diagnostic], prefix: &str) -> String {
    findings
        .iter()
        .map(|finding| command(finding, prefix))
        .collect()
}

fn command(finding: &Diagnostic, prefix: &str) -> String {
    let kind = match finding.level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!(
            "file={}",
            property(&from_repository(prefix, &place.file))
        ));
        properties.push(format!("line={},col={}", place.line, place.column));
    }
    properties.push(format!("title={}", property(finding.rule)));
    let message = match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    };
    format!("::{kind} {}::{}\n", properties.join(","), data(&message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    #[test]
    fn text_that_would_end_a_command_is_escaped() {
        let place = Place::new("a,b:c.py", 3, 7);
        let finding = Diagnostic::new(
            "rule",
            Level::Error,
            Some(place),
            "100 % of\nrows".to_owned(),
        );
        assert_eq!(
            findings_github(&[finding.with_help("stop")], "app"),
            "::error file=app/a%2Cb%3Ac.py,line=3,col=7,title=rule::100 %25 of%0Arows%0Ahelp: stop\n"
        );
    }
}
