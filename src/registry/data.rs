//! The shapes of the data files.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use crate::model::{Dialect, QuickMap, QuickSet};

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
    pub(super) libraries: QuickSet<String>,
    pub(super) wants_values: QuickSet<String>,
    pub(super) stand_ins: QuickSet<String>,
    pub(super) canonical: QuickMap<String, String>,
    /// First words of `canonical`'s keys.
    pub(super) rewritten_roots: QuickSet<String>,
    pub(super) bases: QuickMap<String, String>,
    pub(super) returns: QuickMap<String, String>,
    /// Names among `returns` that are attributes, not calls.
    pub(super) objects: QuickSet<String>,
    pub(super) items: QuickMap<String, String>,
    pub(super) connections: QuickSet<String>,
    pub(super) contexts: QuickMap<String, Context>,
    pub(super) exceptions: QuickMap<String, Vec<String>>,
    pub(super) star_names: QuickMap<String, Vec<String>>,
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
    pub(super) attributes: QuickMap<String, Arc<Sink>>,
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
) -> Result<QuickMap<String, Arc<Sink>>, D::Error> {
    let sinks = BTreeMap::<String, Sink>::deserialize(deserializer)?;
    Ok(sinks
        .into_iter()
        .map(|(path, sink)| (path, Arc::new(sink)))
        .collect())
}

/// Sinks by a method's name alone.
pub(super) fn method_sinks(probes: &Probes) -> QuickMap<String, Arc<Sink>> {
    let mut sinks = QuickMap::default();
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

pub(super) fn answers_by_prefix(probes: &Probes) -> QuickMap<String, AnswerKind> {
    let mut answers = QuickMap::default();
    for (kind, prefixes) in &probes.answers {
        for prefix in prefixes {
            answers.insert(prefix.clone(), *kind);
        }
    }
    answers
}
