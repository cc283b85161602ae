//! `fixfold verify`: proof of the consolidated migration on a throwaway server.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::ledger::known_ledger;
use super::target_schema::TargetSchemaArguments;
use super::write::write_file;
use super::{Outcome, Terminal};
use crate::database::{AlembicProject, ClusterOptions};
use crate::pipeline::{self, Audit, Estate, Progress as _};
use crate::report;
use crate::verify::{self, Proof, Sampling, StartState, VerifyOptions, VerifyPlan, VerifyReport};

/// Prove on a throwaway PostgreSQL that every database arrives at one schema: head alone, head after
/// each script, head after all of them; with --points all, up to --max-states more.
#[derive(Args)]
#[command(after_help = "Examples:
  fixfold verify .
  fixfold verify . --points all --max-states 1000 --write-proof proof.json
  fixfold verify . --proof proof.json
  fixfold verify . --only emergency_db_fix --keep
  fixfold verify . --runner alembic --python .venv/bin/python

The server is fixfold's own, on a private socket, and is gone afterwards. Exit status 1 if any state
does not arrive, those among them in which the migration stops until people decide. A state whose
differences are all such as the plan leaves to environments (rights, owners) or keeps by a decision
does arrive: it is listed as explained, with each object and its reason.

With --runner alembic the repository's env.py and revisions are run, which fixfold never does otherwise.
DATABASE_URL, sqlalchemy.url, and what else env.py asks for, name the throwaway server; and whatever
address env.py comes to, its connections go to that server alone.")]
pub(super) struct VerifyArguments {
    /// A repository.
    path: PathBuf,
    #[command(flatten)]
    target_schema: TargetSchemaArguments,
    #[arg(long, value_enum, default_value_t = VerifyFormat::Text)]
    format: VerifyFormat,
    /// At which revisions the scripts may have run, and whether pairs of scripts, version tables that
    /// say something else and random subsets are tried.
    #[arg(long, value_enum, default_value_t = Points::Head)]
    points: Points,
    /// At most so many start states, those at head first.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_states: usize,
    /// Which sample of the many states is tried; the same number gives the same sample.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Leave the tables as they are: no synthetic rows.
    #[arg(long)]
    no_rows: bool,
    /// Kill the server process after so many statements of each file, in the fullest state.
    #[arg(long, value_name = "N", default_value_t = 12)]
    crash_points: usize,
    /// Run the downgrade of each state as well, and up again.
    #[arg(long)]
    back_and_forth: bool,
    /// Only the state of this name (`004 + fix_b.sql, fix_a.py (stamped 005)`), or those of the sample
    /// whose names hold this text; may be given several times.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// So many states at a time [default: the number of processors].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Who runs the migrations: fixfold, statement by statement as it renders them, or the real Alembic,
    /// online. Where Alembic cannot, fixfold does, and says why.
    #[arg(long, value_enum, default_value_t = Runner::Fixfold)]
    runner: Runner,
    /// The Python that has Alembic and what env.py imports [default: .venv/bin/python of the repository
    /// or of this folder, else python3].
    #[arg(long, value_name = "PATH", requires = "runner")]
    python: Option<PathBuf>,
    /// Write down what was proved, for --proof.
    #[arg(long, value_name = "FILE")]
    write_proof: Option<PathBuf>,
    /// Check that an earlier proof still holds: the same inputs, and the same end of each state.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["points", "seed", "no_rows"])]
    proof: Option<PathBuf>,
    /// Write a psql script for each state that does not arrive: it makes the state and runs what fails.
    #[arg(long, value_name = "DIR")]
    reproduce: Option<PathBuf>,
    /// Leave the server running for a look, with the databases of up to 20 states that do not arrive, as
    /// far as they got; how to connect to each is told.
    #[arg(long)]
    keep: bool,
    /// The folder of initdb and postgres.
    #[arg(long, value_name = "DIR")]
    pg_bin: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum VerifyFormat {
    Text,
    Json,
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Points {
    Head,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runner {
    Fixfold,
    Alembic,
}

impl Points {
    fn as_str(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::All => "all",
        }
    }
}

pub(super) fn run(arguments: &VerifyArguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let estate = Estate::open(&arguments.path)?;
    let (known, _) = known_ledger(&estate)?;
    let earlier = arguments.proof.as_deref().map(read_proof).transpose()?;
    let progress = terminal.progress("reading");
    let target = arguments.target_schema.read(&estate, terminal)?;
    let audit = pipeline::audit_towards(&estate, &known, target.as_ref(), &progress);
    drop(progress);
    let progress = terminal.progress("planning");
    let plan = pipeline::verify_plan(&estate, &audit)?;
    drop(progress);
    let inputs = pipeline::verify_inputs(&estate, &audit);
    let stale = earlier.as_ref().map(|proof| proof.stale(&plan, &inputs));
    if let Some(stale) = stale.filter(|stale| !stale.is_empty()) {
        return found(terminal, stale.iter().map(|line| format!("stale: {line}")));
    }
    let sampling = match &earlier {
        Some(proof) => proof.sampling.clone(),
        None => sampling(arguments),
    };
    let states = match &earlier {
        Some(proof) => states_of_proof(arguments, &plan, proof)?,
        None => states_to_prove(arguments, &plan, &sampling)?,
    };
    let progress = terminal.progress("following scripts");
    let plan = pipeline::with_script_runs(&estate, &audit, plan, &states, &progress);
    drop(progress);
    let alembic = alembic(arguments, &estate, &audit)?;
    let options = options(arguments, alembic, sampling.with_rows);
    let report = verified(terminal, &plan, &states, &options)?;
    match earlier {
        Some(proof) => compare_with_proof(terminal, &report, &proof),
        None => {
            if let Some(path) = &arguments.write_proof {
                let proof = Proof::of(&plan, &report, inputs, sampling);
                write_file(path, &(serde_json::to_string_pretty(&proof)? + "\n"))?;
            }
            answer_with_reproductions(arguments, terminal, &report)
        }
    }
}

fn sampling(arguments: &VerifyArguments) -> Sampling {
    Sampling {
        points: arguments.points.as_str().to_owned(),
        max_states: arguments.max_states,
        seed: arguments.seed,
        with_rows: !arguments.no_rows,
    }
}

/// Those of the sample, or of them those that are asked for.
fn states_to_prove(
    arguments: &VerifyArguments,
    plan: &VerifyPlan,
    sampling: &Sampling,
) -> anyhow::Result<Vec<StartState>> {
    let mut states = states(plan, sampling);
    if !arguments.only.is_empty() {
        states = only(plan, states, &arguments.only);
        let asked = |state: &StartState| {
            let name = state.describe(plan);
            let mut texts = arguments.only.iter();
            texts.any(|text| {
                name.contains(text.as_str())
                    || StartState::named(text, plan).as_ref() == Some(state)
            })
        };
        if !states.iter().any(asked) {
            anyhow::bail!("no start state is called `{}`", arguments.only.join("`, `"));
        }
    }
    if states.is_empty() {
        anyhow::bail!(
            "no start state: `--max-states {}` leaves none",
            arguments.max_states
        );
    }
    Ok(states)
}

/// Those of the proof that the estate still has.
fn states_of_proof(
    arguments: &VerifyArguments,
    plan: &VerifyPlan,
    proof: &Proof,
) -> anyhow::Result<Vec<StartState>> {
    let mut states = proof.known(plan, &states(plan, &proof.sampling));
    states.truncate(arguments.max_states);
    if states.is_empty() {
        anyhow::bail!(
            "none of the proof's states is one of the estate's: there is nothing to check"
        );
    }
    Ok(states)
}

fn compare_with_proof(
    terminal: &Terminal,
    report: &VerifyReport,
    proof: &Proof,
) -> anyhow::Result<Outcome> {
    let contradictions = proof.contradictions(report);
    if !contradictions.is_empty() {
        return found(terminal, contradictions.into_iter());
    }
    let text = format!(
        "the proof holds: {} of {} states run again\n",
        report.states.len(),
        proof.states.len()
    );
    terminal.answer(&text)?;
    Ok(Outcome::Clean)
}

fn found(terminal: &Terminal, lines: impl Iterator<Item = String>) -> anyhow::Result<Outcome> {
    let lines = lines.map(|line| line + "\n");
    terminal.answer(&lines.collect::<String>())?;
    Ok(Outcome::Findings)
}

fn answer_with_reproductions(
    arguments: &VerifyArguments,
    terminal: &Terminal,
    report: &VerifyReport,
) -> anyhow::Result<Outcome> {
    answer(arguments, terminal, report)?;
    if let Some(folder) = &arguments.reproduce {
        write_reproductions(folder, report)?;
    }
    Ok(if report.all_accounted_for() && report.stopping() == 0 {
        Outcome::Clean
    } else {
        Outcome::Findings
    })
}

/// `007_stuck.sql`, by the state's place in the report.
fn write_reproductions(folder: &Path, report: &VerifyReport) -> anyhow::Result<()> {
    let states = report.states.iter().enumerate();
    let failing = states.filter_map(|(index, state)| {
        let text = state.reproduction.as_ref()?;
        let word = state.verdict.word().replace(' ', "_");
        Some((format!("{index:03}_{word}.sql"), text))
    });
    let failing: Vec<_> = failing.collect();
    if !failing.is_empty() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    for (name, text) in failing {
        write_file(&folder.join(name), text)?;
    }
    Ok(())
}

fn read_proof(path: &Path) -> anyhow::Result<Proof> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the proof `{}`", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is no proof", path.display()))
}

fn states(plan: &VerifyPlan, sampling: &Sampling) -> Vec<StartState> {
    let mut states = match sampling.points.as_str() {
        "all" => verify::every_state(plan, sampling.max_states, sampling.seed),
        _ => verify::start_states(plan),
    };
    states.truncate(sampling.max_states);
    states
}

/// The first one, which says where all must arrive, and those that are asked for: as they are named,
/// whether the sample holds them or not, or all of the sample whose names hold the text.
fn only(plan: &VerifyPlan, states: Vec<StartState>, texts: &[String]) -> Vec<StartState> {
    let named = texts
        .iter()
        .filter_map(|text| StartState::named(text, plan));
    let named: Vec<StartState> = named.collect();
    let names: Vec<String> = states.iter().map(|state| state.describe(plan)).collect();
    let wanted = |name: &String, text: &String| match StartState::named(text, plan) {
        Some(state) => state.describe(plan) == *name,
        None => name.contains(text.as_str()),
    };
    let pairs = states.into_iter().zip(&names).enumerate();
    let mut found: Vec<StartState> = pairs
        .filter(|(index, (_, name))| *index == 0 || texts.iter().any(|text| wanted(name, text)))
        .map(|(_, (state, _))| state)
        .collect();
    for state in named {
        if !found.contains(&state) {
            found.push(state);
        }
    }
    found
}

fn alembic(
    arguments: &VerifyArguments,
    estate: &Estate,
    audit: &Audit,
) -> anyhow::Result<Option<AlembicProject>> {
    if arguments.runner == Runner::Fixfold {
        return Ok(None);
    }
    let pythons = match &arguments.python {
        Some(python) => vec![python.clone()],
        None => usual_pythons(estate.root()),
    };
    pipeline::alembic_project(estate, audit, pythons).map(Some)
}

/// Of the repository, of the folder in which fixfold was called, of the system.
fn usual_pythons(root: &Path) -> Vec<PathBuf> {
    let of_folder = [root, Path::new(".")].map(|folder| folder.join(".venv/bin/python"));
    let there = of_folder.into_iter().filter(|python| python.exists());
    let absolute = there.filter_map(|python| std::path::absolute(python).ok());
    absolute.chain([PathBuf::from("python3")]).collect()
}

fn options(
    arguments: &VerifyArguments,
    alembic: Option<AlembicProject>,
    with_rows: bool,
) -> VerifyOptions {
    VerifyOptions {
        cluster: ClusterOptions {
            pg_bin: arguments.pg_bin.clone(),
            scratch: None,
        },
        jobs: arguments.jobs,
        alembic,
        back_and_forth: arguments.back_and_forth,
        keep: arguments.keep,
        as_they_are: false,
        with_rows,
        crash_points: arguments.crash_points,
    }
}

fn verified(
    terminal: &Terminal,
    plan: &VerifyPlan,
    states: &[StartState],
    options: &VerifyOptions,
) -> anyhow::Result<VerifyReport> {
    let progress = terminal.progress("proving");
    progress.expect(states.len());
    let report = verify::verify(plan, states, options, &|_, _| progress.step())?;
    drop(progress);
    if let Some(reason) = &report.not_alembic {
        terminal.note(&format!(
            "fixfold ran the migrations as it renders them, not Alembic: {reason}\n"
        ));
    }
    if let Some(folder) = &report.kept {
        terminal.note(&format!(
            "the server is still there: psql -h {folder} -U postgres -l\n"
        ));
        for kept in &report.kept_databases {
            let (state, database) = (&kept.state, &kept.database);
            terminal.note(&format!(
                "    psql -h {folder} -U postgres -d {database}   # {state}\n"
            ));
        }
    }
    Ok(report)
}

fn answer(
    arguments: &VerifyArguments,
    terminal: &Terminal,
    report: &VerifyReport,
) -> anyhow::Result<()> {
    let text = match arguments.format {
        VerifyFormat::Text => report::verify_text(report),
        VerifyFormat::Json => report::verify_json(report)?,
        VerifyFormat::Markdown => report::verify_markdown(report),
    };
    terminal.answer(&text)?;
    Ok(())
}
