//! `fixfold.yaml` as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RawConfig {
    pub exclude: Vec<String>,
    pub chains: Vec<RawChain>,
    pub prelude: Option<Vec<String>>,
    pub ledger: Option<String>,
    pub rules: BTreeMap<String, RawLevel>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawChain {
    pub path: String,
    pub format: Option<String>,
}

/// How loud a rule is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawLevel {
    Off,
    Note,
    Warning,
    Error,
}
