//! The binary: everything is in `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fixfold::cli::main()
}
