//! `explain`.

use workplace_events_codegen::diagnostic::{Code, explain};

use crate::term::{Done, Stop, print};

/// What `explain` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The code of a finding, such as WE0201; without it all codes are listed
    code: Option<String>,
}

/// Prints what a code means.
pub(crate) fn run(args: &Args) -> Done {
    let Some(code) = &args.code else { return print(&explain::list()) };
    match Code::parse(code) {
        Some(code) => print(&explain::explain(code)),
        None => Err(Stop::Usage(format!(
            "there is no code `{code}`; `cargo xtask explain` lists all, such as `WE0201`"
        ))),
    }
}
