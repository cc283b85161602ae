//! SARIF 2.1.0, the part of it that code scanning reads (OASIS SARIF 2.1.0, section 3).

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{RuleDescription, from_repository, rules_named};
use crate::model::{Diagnostic, Label, Level, Place};

/// Declared in `originalUriBaseIds`: code scanning rejects base ids that are not.
const BASE: &str = "%SRCROOT%";

/// One run; `prefix` leads from the repository's root to the estate. Rules without a finding are
/// left out.
pub fn findings_sarif(
    findings: &[Diagnostic],
    rules: &[RuleDescription],
    prefix: &str,
) -> serde_json::Result<String> {
    let named = rules_named(findings);
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "fixfold",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: named.iter().map(|id| rule(id, rules)).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BaseIds {
                root: BaseId {
                    description: Text {
                        text: "the repository's root".to_owned(),
                    },
                },
            },
            results: findings
                .iter()
                .map(|finding| result(finding, prefix))
                .collect(),
        }],
    };
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BaseIds,
    results: Vec<ResultEntry>,
}

#[derive(Serialize)]
struct BaseIds {
    #[serde(rename = "%SRCROOT%")]
    root: BaseId,
}

#[derive(Serialize)]
struct BaseId {
    description: Text,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    short_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultEntry {
    rule_id: &'static str,
    level: &'static str,
    message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "fixfold/v1")]
    of_content: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
}

fn rule(id: &'static str, rules: &[RuleDescription]) -> Rule {
    let known = rules.iter().find(|rule| rule.id == id);
    Rule {
        id,
        short_description: known.map(|rule| Text {
            text: rule.summary.to_owned(),
        }),
        help: known.map(|rule| Help {
            text: rule.page,
            markdown: rule.page,
        }),
    }
}

fn result(finding: &Diagnostic, prefix: &str) -> ResultEntry {
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let labels = finding.labels.iter().enumerate();
    ResultEntry {
        rule_id: finding.rule,
        level: match finding.level {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        },
        message: Text { text },
        locations: finding
            .place
            .iter()
            .map(|place| location(place, prefix))
            .collect(),
        related_locations: labels
            .map(|(id, label)| related(id, label, prefix))
            .collect(),
        partial_fingerprints: Fingerprints {
            of_content: fingerprint(finding),
        },
    }
}

fn location(place: &Place, prefix: &str) -> Location {
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: percent_encoded(&from_repository(prefix, &place.file)),
                uri_base_id: BASE,
            },
            region: Region {
                start_line: place.line,
                start_column: place.column,
            },
        },
        message: None,
    }
}

fn related(id: usize, label: &Label, prefix: &str) -> Location {
    Location {
        id: Some(id),
        message: Some(Text {
            text: label.text.clone(),
        }),
        ..location(&label.place, prefix)
    }
}

/// The same finding keeps its fingerprint when lines move.
fn fingerprint(finding: &Diagnostic) -> String {
    let file = finding.place.as_ref().map_or("", |place| &place.file);
    let mut digest = Sha256::new();
    for part in [finding.rule, file, &finding.message] {
        digest.update(part);
        digest.update([0]);
    }
    let bytes = digest.finalize();
    bytes
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A path as a relative URI reference (RFC 3986, section 3.3).
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
