//! The command line: one file a command. Only this room knows that there are arguments, a terminal
//! and exit codes.

mod check;
mod consolidate;
mod effects;
mod explain;
mod graph;
mod init;
mod ledger;
mod replay;
mod scan;
mod show;
mod target_schema;
mod terminal;
mod trial;
mod trouble;
mod verify;
mod write;

use std::process::ExitCode;

use clap::{ArgAction, ColorChoice, Parser, Subcommand};

use terminal::Terminal;

/// Audits the emergency database fixes lying about a repository, and folds them back into its
/// migration chain. It reads Python and SQL; it never runs a script.
#[derive(Parser)]
#[command(name = "fixfold", version, max_term_width = 100, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// Print the answer and errors only: no progress, no notes.
    #[arg(long, short, global = true, action = ArgAction::SetTrue)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  fixfold scan .                           find all scripts, keep the ledger inventory.yaml
  fixfold check .                          what is wrong with them
  fixfold show scripts/fix.py              one of them, effect by effect
  fixfold consolidate . --out folded       one migration of what the chain lacks
  fixfold effects . --format jsonl         every effect, for other programs

Exit status: 0 clean, 1 findings, 2 the work could not be done.";

#[derive(Subcommand)]
enum Command {
    Scan(scan::ScanArguments),
    Effects(effects::EffectsArguments),
    Show(show::ShowArguments),
    Graph(graph::GraphArguments),
    Check(check::CheckArguments),
    Replay(replay::ReplayArguments),
    Verify(verify::VerifyArguments),
    Consolidate(consolidate::ConsolidateArguments),
    Explain(explain::ExplainArguments),
    Init(init::InitArguments),
}

/// What a command comes to, and the process with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Clean,
    Findings,
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::from(0),
            Outcome::Findings => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

/// Reads the arguments, runs the command and says how it went.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color, arguments.quiet);
    let result = match &arguments.command {
        Command::Scan(of_command) => scan::run(of_command, &terminal),
        Command::Effects(of_command) => effects::run(of_command, &terminal),
        Command::Show(of_command) => show::run(of_command, &terminal),
        Command::Graph(of_command) => graph::run(of_command, &terminal),
        Command::Check(of_command) => check::run(of_command, &terminal),
        Command::Replay(of_command) => replay::run(of_command, &terminal),
        Command::Verify(of_command) => verify::run(of_command, &terminal),
        Command::Consolidate(of_command) => consolidate::run(of_command, &terminal),
        Command::Explain(of_command) => explain::run(of_command, &terminal),
        Command::Init(of_command) => init::run(of_command, &terminal),
    };
    match result {
        Ok(outcome) => outcome.into(),
        Err(error) if is_closed_pipe(&error) => Outcome::Clean.into(),
        Err(error) => {
            terminal.error(&error);
            Outcome::Failed.into()
        }
    }
}

/// `fixfold effects . | head` is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
