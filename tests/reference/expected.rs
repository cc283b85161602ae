//! `inventory/expected.yaml`; its own head says how things are counted and spelled.

use std::path::Path;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    #[serde(rename = "version")]
    _version: u32,
    pub scripts: Vec<Script>,
}

#[derive(Deserialize)]
pub struct Script {
    pub file: String,
    pub class: String,
    pub effects: Vec<Effect>,
    pub conflicts: Vec<Conflict>,
}

#[derive(Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    pub op: String,
    pub object: String,
    pub line: u32,
    pub sql_line: Option<u32>,
    pub certainty: String,
    pub reach: String,
    /// For readers; the tool words its own.
    #[serde(rename = "reason")]
    _reason: Option<String>,
}

#[derive(Deserialize)]
pub struct Conflict {
    pub kind: String,
    pub object: String,
    pub revision: Option<String>,
}

pub fn read(root: &Path) -> Expected {
    let text = std::fs::read_to_string(root.join("inventory/expected.yaml"));
    let text = text.expect("what is expected is readable");
    serde_yaml::from_str(&text).expect("what is expected is well-formed")
}
