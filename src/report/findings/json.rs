//! Findings as one JSON document.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::Diagnostic;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'findings> {
    schema_version: u32,
    /// How many there are of each level.
    totals: BTreeMap<&'static str, usize>,
    findings: &'findings [Diagnostic],
}

pub fn findings_json(findings: &[Diagnostic]) -> serde_json::Result<String> {
    let mut totals = BTreeMap::new();
    for finding in findings {
        *totals.entry(finding.level.as_str()).or_default() += 1;
    }
    let document = Document {
        schema_version: SCHEMA_VERSION,
        totals,
        findings,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
