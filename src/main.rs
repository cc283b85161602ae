//! The binary: everything is in `cli`.

use std::process::ExitCode;

/// Reading an estate is mostly making and dropping small values, on all cores at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fixfold::cli::main()
}
