//! `fixfold explain`: what a rule means.

use anyhow::bail;
use clap::Args;

use super::{Outcome, Terminal};
use crate::lint;

/// Say what a rule means, why it matters and what to do; without a rule, list all.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold explain
  fixfold explain hard-coded-credential")]
pub(super) struct ExplainArguments {
    /// A rule's name, as findings give it.
    rule: Option<String>,
}

pub(super) fn run(arguments: &ExplainArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &arguments.rule {
        Some(id) => terminal.answer(page(id)?)?,
        None => terminal.answer(&list())?,
    }
    Ok(Outcome::Clean)
}

fn page(id: &str) -> anyhow::Result<&'static str> {
    match lint::find(id) {
        Some(rule) => Ok(rule.documentation),
        None => match nearest(id) {
            Some(other) => bail!("there is no rule `{id}`: did you mean `{other}`?"),
            None => bail!("there is no rule `{id}`: `fixfold explain` lists them all"),
        },
    }
}

fn list() -> String {
    let rules = lint::rules().iter();
    let width = rules.clone().map(|rule| rule.id.len()).max().unwrap_or(0);
    rules
        .map(|rule| {
            format!(
                "{:<width$}  {:<7}  {}\n",
                rule.id,
                rule.level.as_str(),
                rule.summary
            )
        })
        .collect()
}

/// The rule whose name is most like `id`, if any is like it at all.
fn nearest(id: &str) -> Option<&'static str> {
    let likeness = |rule: &str| match rule.contains(id) && id.len() > 3 {
        true => 1.0,
        false => similar::TextDiff::from_chars(id, rule).ratio(),
    };
    lint::rules()
        .iter()
        .map(|rule| (likeness(rule.id), rule.id))
        .filter(|(ratio, _)| *ratio > 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, rule)| rule)
}
