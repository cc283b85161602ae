//! Everything that is known of an estate before anything is written or run: scripts, chain,
//! conflicts, plan and findings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::made_by_runs::made_by_runs;
use super::survey::{leave_behind, on_large_stacks, surveyed_beside};
use super::{Estate, Progress, Survey, baseline, chain};
use crate::chain::Chain;
use crate::eval::Estate as _;
use crate::graph::{self, Actor, ActorKind, ChainHistory, Conflict, EstateGraph};
use crate::inventory::{Ledger, ScriptDecision};
use crate::lint;
use crate::model::{ChainFault, Diagnostic, Effect, Script, ScriptClass};
use crate::plan::{self, Answers, Plan, PlanInput, ScriptRuling, TargetSchema};
use crate::replay::Replay;
use crate::replay::platform::Prelude;
use crate::source::Files;
use crate::sql;

/// An estate as all rooms together see it.
pub struct Audit {
    pub survey: Survey,
    /// The one that counts first.
    pub chains: Vec<Chain>,
    pub history: ChainHistory,
    /// The walk along the chain that `history` tells of; `None` where there is no chain, or one that cannot be
    /// run so.
    pub replay: Option<Replay>,
    /// What stood in the database before the first revision, as people have answered.
    pub baseline: Option<Prelude>,
    pub graph: EstateGraph,
    /// Scripts in an order in which they can run.
    pub order: Vec<Arc<str>>,
    pub conflicts: Vec<Conflict>,
    pub plan: Plan,
    /// Sorted by place.
    pub findings: Vec<Diagnostic>,
}

impl Audit {
    pub fn script(&self, file: &str) -> Option<&Script> {
        self.survey
            .scripts
            .iter()
            .find(|script| &*script.file == file)
    }
}

/// Reads the whole estate, whichever file of it the user named. `known` is the ledger: its answers
/// settle conflicts.
pub fn audit(estate: &Estate, known: &Ledger, progress: &dyn Progress) -> Audit {
    audited(estate, known, Purpose::Look, progress)
}

/// As `audit`, with a plan that can be carried out, towards a given schema where there is one: scripts whose
/// statements have names that only a run knows are run on the model.
pub fn audit_towards(
    estate: &Estate,
    known: &Ledger,
    target: Option<&TargetSchema>,
    progress: &dyn Progress,
) -> Audit {
    audited(estate, known, Purpose::Fold(target), progress)
}

/// What the plan is for.
#[derive(Clone, Copy)]
enum Purpose<'a> {
    Look,
    Fold(Option<&'a TargetSchema>),
}

fn audited(
    estate: &Estate,
    known: &Ledger,
    purpose: Purpose<'_>,
    progress: &dyn Progress,
) -> Audit {
    let answers = answers(known);
    let (mut survey, modules, of_chains) = surveyed_beside(estate, progress, |located, modules| {
        let mut troubles = Vec::new();
        let chains = chain::load(estate, located, &mut troubles);
        let founded = baseline::founded(estate, chains.first(), modules, &answers, &[]);
        (chains, founded, troubles)
    });
    let (chains, mut founded, troubles) = of_chains;
    if founded.is_guessed {
        let (chain, scripts) = (chains.first(), &survey.scripts);
        founded = baseline::founded(estate, chain, &modules, &answers, scripts);
    }
    survey.diagnostics.extend(troubles);
    survey
        .scripts
        .retain(|script| script.class != ScriptClass::Unrelated);
    survey
        .scripts
        .retain(|script| !founded.files.contains(&script.file));
    survey.diagnostics.extend(founded.diagnostics);
    let (history, failures) = (founded.walked.history, founded.walked.faults);
    let faults: Vec<ChainFault> = chains
        .iter()
        .flat_map(|chain| chain.faults.clone())
        .chain(failures)
        .collect();
    let graph = EstateGraph::build(actors(&history, &survey.scripts));
    let order = graph.safe_order();
    let conflicts = on_large_stacks(|| graph::conflicts(&history, &survey.scripts, sql::canonical));
    let rulings = rulings(known);
    let no_runs = BTreeMap::new();
    let mut plan_input = PlanInput {
        chain: &history,
        scripts: &survey.scripts,
        order: &order,
        conflicts: &conflicts,
        answers: &answers,
        rulings: &rulings,
        canonical: sql::canonical,
        runs: &no_runs,
        target: match purpose {
            Purpose::Look => None,
            Purpose::Fold(target) => target,
        },
    };
    let text = |file: &str| text_of(estate, &survey, file);
    let module = |file: &str| modules.module(file);
    let context = lint::Context {
        chain: &history,
        faults: &faults,
        scripts: &survey.scripts,
        conflicts: &conflicts,
        text: &text,
        levels: &estate.settings.rules,
        module: &module,
    };
    let (mut plan, findings) =
        on_large_stacks(|| rayon::join(|| plan::plan(&plan_input), || lint::check(&context)));
    let runs = match purpose {
        Purpose::Look => BTreeMap::new(),
        Purpose::Fold(_) => made_by_runs(&survey, chains.first(), &modules, &plan.target),
    };
    if !runs.is_empty() {
        plan_input.runs = &runs;
        plan = on_large_stacks(|| plan::plan(&plan_input));
    }
    plan.modules = modules_of_packages(&survey);
    plan.decisions.extend(founded.questions);
    leave_behind(modules);
    Audit {
        survey,
        chains,
        history,
        replay: founded.walked.replay,
        baseline: founded.baseline,
        graph,
        order,
        conflicts,
        plan,
        findings,
    }
}

fn actors<'a>(
    history: &'a ChainHistory,
    scripts: &'a [Script],
) -> impl Iterator<Item = (Actor, &'a [Effect])> {
    let revisions = history.steps.iter().map(|step| {
        let name = Arc::from(step.revision.id.as_str());
        let kind = ActorKind::Revision;
        (Actor { kind, name }, &*step.effects)
    });
    let scripts = scripts.iter().map(|script| {
        let name = Arc::clone(&script.file);
        let kind = ActorKind::Script;
        (Actor { kind, name }, &*script.effects)
    });
    revisions.chain(scripts)
}

/// Scripts in folders with an `__init__.py`.
fn modules_of_packages(survey: &Survey) -> BTreeSet<Arc<str>> {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let inits = survey.paths.iter();
    let inits = inits.filter(|path| path.ends_with("/__init__.py"));
    let packages: BTreeSet<String> = inits.filter_map(|path| folder(path)).collect();
    let files = survey.scripts.iter().map(|script| Arc::clone(&script.file));
    files
        .filter(|file| folder(file).is_some_and(|folder| packages.contains(&folder)))
        .collect()
}

/// What people have answered, by decision id.
fn answers(ledger: &Ledger) -> Answers {
    let decisions = ledger.decisions.iter();
    let answered = decisions
        .filter_map(|decision| Some((decision.id.clone(), decision.ruling.answer.clone()?)));
    answered.collect::<BTreeMap<_, _>>()
}

/// The scripts that people want left alone.
fn rulings(ledger: &Ledger) -> BTreeMap<String, ScriptRuling> {
    let ruled = ledger.scripts.iter().filter_map(|script| {
        let ruling = match script.human.decision? {
            ScriptDecision::Fold => return None,
            ScriptDecision::Skip => ScriptRuling::Skip,
            ScriptDecision::Archive => ScriptRuling::Archive,
        };
        Some((script.file.clone(), ruling))
    });
    ruled.collect()
}

fn text_of(estate: &Estate, survey: &Survey, file: &str) -> Option<Arc<str>> {
    let known = survey.texts.get(file).map(Arc::clone);
    known.or_else(|| estate.files.read(file).ok().map(|source| source.text))
}
