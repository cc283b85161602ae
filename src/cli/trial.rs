//! `fixfold replay --script` and `--matrix`: scripts on states of the chain.

use anyhow::bail;

use super::replay::{ReplayArguments, ReplayFormat};
use super::{Outcome, Terminal};
use crate::chain::Chain;
use crate::pipeline::{self, Cell, Estate, TrialRequest};
use crate::replay::Verdict;
use crate::report::{self, TrialView};

pub(super) fn run(
    arguments: &ReplayArguments,
    estate: &Estate,
    chain: &Chain,
    terminal: &Terminal,
) -> anyhow::Result<Outcome> {
    let request = TrialRequest {
        scripts: arguments.script.clone(),
        states: match (arguments.matrix, arguments.from.is_empty()) {
            (false, true) => bail!("`--script` needs `--from`: the state that the script meets"),
            _ => arguments.from.clone(),
        },
        prelude: super::replay::preludes(arguments)?,
    };
    let progress = terminal.progress("reading");
    let cells = pipeline::trials(estate, chain, &request, &progress)?;
    drop(progress);
    let views: Vec<_> = cells.iter().map(view).collect();
    let answer = match (arguments.format, arguments.matrix) {
        (ReplayFormat::Text, true) => report::matrix_text(&views),
        (ReplayFormat::Text, false) => {
            let texts = views.iter().map(report::trial_text);
            texts.collect::<Vec<_>>().join("\n")
        }
        (ReplayFormat::Json, _) => report::trials_json(&views)?,
        (ReplayFormat::Sql | ReplayFormat::Dump, _) => {
            bail!("scripts on states are told as `--format text` or `json`")
        }
    };
    terminal.answer(&answer)?;
    Ok(outcome(&cells))
}

fn view(cell: &Cell) -> TrialView<'_> {
    TrialView {
        command: &cell.command,
        state: &cell.state,
        trial: &cell.trial,
    }
}

fn outcome(cells: &[Cell]) -> Outcome {
    let is_safe = |cell: &Cell| matches!(cell.trial.verdict, Verdict::Safe | Verdict::NoOp);
    match cells.iter().all(is_safe) {
        true => Outcome::Clean,
        false => Outcome::Findings,
    }
}
