//! Commands of other programs, which are built when one of them is wanted.

use std::{ffi::OsString, process::Command};

use crate::term::{Done, Stop};

/// Whatever the command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    args: Vec<OsString>,
}

/// Runs a command of the program that opens sockets.
pub(crate) fn local(command: &str, args: &Args) -> Done {
    run(&["--bin", "xtask-local", "--features", "local", "--", command], args)
}

/// Runs the language server. It is built with optimisations: people wait for it at every key.
pub(crate) fn lsp(args: &Args) -> Done {
    run(&["--release", "--bin", "xtask-lsp", "--features", "lsp", "--"], args)
}

fn run(program: &[&str], args: &Args) -> Done {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut other = Command::new(cargo);
    other.args(["run", "--quiet", "--package", "xtask"]).args(program);
    let ended = other.args(&args.args).status().map_err(Stop::internal)?;
    match ended.code().map(u8::try_from) {
        Some(Ok(0)) => Ok(()),
        Some(Ok(code)) => Err(Stop::Told(code)),
        _ => Err(Stop::Findings),
    }
}
