//! The shapes of the data files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use crate::model::Dialect;

use super::sink::{Sink, SinkArgument, SinkKind};

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    Catalog,
    Rows,
    Network,
    FileSystem,
    Surroundings,
    Prompt,
    CommandLine,
    Environment,
}

/// What the end of a `with` block does when no exception left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitEffect {
    Commit,
    Close,
    Nothing,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    pub on_exit: ExitEffect,
    /// The type of what the block is handed, where it is not the context itself.
    #[serde(default)]
    pub enters: Option<String>,
}

/// `types.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Types {
    pub(super) libraries: BTreeSet<String>,
    pub(super) wants_values: BTreeSet<String>,
    pub(super) stand_ins: BTreeSet<String>,
    pub(super) canonical: BTreeMap<String, String>,
    /// First words of `canonical`'s keys.
    pub(super) rewritten_roots: BTreeSet<String>,
    pub(super) bases: BTreeMap<String, String>,
    pub(super) returns: BTreeMap<String, String>,
    /// Names among `returns` that are attributes, not calls.
    pub(super) objects: BTreeSet<String>,
    pub(super) items: BTreeMap<String, String>,
    pub(super) connections: BTreeSet<String>,
    pub(super) contexts: BTreeMap<String, Context>,
    pub(super) exceptions: BTreeMap<String, Vec<String>>,
    pub(super) star_names: BTreeMap<String, Vec<String>>,
}

/// `probes.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Probes {
    pub(super) answers: BTreeMap<AnswerKind, Vec<String>>,
    pub(super) catalog_words: Vec<String>,
    pub(super) fetches: Vec<String>,
    pub(super) methods: BTreeMap<SinkKind, Vec<String>>,
}

/// `transactions.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TransactionSinks {
    #[serde(default, deserialize_with = "shared")]
    pub(super) begin: Option<Arc<Sink>>,
    #[serde(default, deserialize_with = "shared")]
    pub(super) commit: Option<Arc<Sink>>,
    #[serde(default, deserialize_with = "shared")]
    pub(super) rollback: Option<Arc<Sink>>,
    #[serde(default, deserialize_with = "shared")]
    pub(super) close: Option<Arc<Sink>>,
    #[serde(default, deserialize_with = "shared")]
    pub(super) row_attribute: Option<Arc<Sink>>,
    #[serde(default, deserialize_with = "all_shared")]
    pub(super) attributes: BTreeMap<String, Arc<Sink>>,
}

impl TransactionSinks {
    pub(super) fn by_word(&self, word: &str) -> Option<&Arc<Sink>> {
        match word {
            "begin" => self.begin.as_ref(),
            "commit" => self.commit.as_ref(),
            "rollback" => self.rollback.as_ref(),
            "close" => self.close.as_ref(),
            _ => None,
        }
    }
}

fn shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Arc<Sink>>, D::Error> {
    Sink::deserialize(deserializer).map(|sink| Some(Arc::new(sink)))
}

fn all_shared<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Arc<Sink>>, D::Error> {
    let sinks = BTreeMap::<String, Sink>::deserialize(deserializer)?;
    Ok(sinks
        .into_iter()
        .map(|(path, sink)| (path, Arc::new(sink)))
        .collect())
}

/// Sinks by a method's name alone.
pub(super) fn method_sinks(probes: &Probes) -> BTreeMap<String, Arc<Sink>> {
    let mut sinks = BTreeMap::new();
    for (kind, methods) in &probes.methods {
        for method in methods {
            let argument =
                (*kind == SinkKind::Sql || *kind == SinkKind::Orm).then(|| SinkArgument {
                    position: 0,
                    name: "query".to_owned(),
                });
            let sink = Sink {
                name: format!("?.{method}"),
                kind: *kind,
                argument,
                receiver_argument: None,
                dialect: Dialect::Postgres,
                autocommits: false,
                rejects_plain_text: false,
            };
            sinks.insert(method.clone(), Arc::new(sink));
        }
    }
    sinks
}

pub(super) fn answers_by_prefix(probes: &Probes) -> BTreeMap<String, AnswerKind> {
    let mut answers = BTreeMap::new();
    for (kind, prefixes) in &probes.answers {
        for prefix in prefixes {
            answers.insert(prefix.clone(), *kind);
        }
    }
    answers
}
