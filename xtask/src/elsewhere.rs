//! Commands of the program `xtask-local`, which is built when one of them is wanted.

use std::{ffi::OsString, process::Command};

use crate::term::{Done, Stop};

/// Whatever the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    args: Vec<OsString>,
}

/// Runs a command of the other program.
pub(crate) fn run(command: &str, args: &Args) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut local = Command::new(cargo);
    local.args([
        "run",
        "--quiet",
        "--package",
        "xtask",
        "--bin",
        "xtask-local",
        "--features",
        "local",
        "--",
        command,
    ]);
    let ended = local.args(&args.args).status().map_err(Stop::internal)?;
    match ended.code().map(u8::try_from) {
        Some(Ok(0)) => Ok(()),
        Some(Ok(code)) => Err(Stop::Told(code)),
        _ => Err(Stop::Findings),
    }
}
