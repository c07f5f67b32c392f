//! `cargo xtask`: the commands of this repository.
//!
//! Results go to stdout, progress and findings to stderr. The exit code says how it ended: 0 fine, 1 findings or output that is
//! not current, 2 wrong usage, 3 a file that cannot be read or written or a bug of the generator.

mod alone;
mod check;
mod completions;
mod diff;
mod elsewhere;
mod explain;
mod generate;
mod git;
mod list;
mod new;
mod repository;
mod show;
mod term;
mod verify;
mod watch;

use std::{panic::catch_unwind, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::term::{Stop, Talk};

/// Schemas in, crate out.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Cli {
    /// Says nothing but results, findings and errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Names every file, and says how long each step took
    #[arg(long, short, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generates the crate from the schemas
    Gen(generate::Args),
    /// Checks the schemas; any finding, warnings included, is exit code 1
    Check(check::Args),
    /// Explains a code
    Explain(explain::Args),
    /// Lists the events
    List(list::Args),
    /// Prints the page of an event as Markdown
    Show(show::Args),
    /// Begins the schema of an event
    New(Box<new::Args>),
    /// Runs a local gateway that bots connect to instead of the platforms
    #[command(disable_help_flag = true)]
    Gateway(elsewhere::Args),
    /// Sends an event, made of its sample, to a URL or through the gateway
    #[command(disable_help_flag = true)]
    Trigger(elsewhere::Args),
    /// Receives events, prints them as lines of JSON, and saves their payloads
    #[command(disable_help_flag = true)]
    Listen(elsewhere::Args),
    /// Speaks to editors over stdin and stdout: findings as you type, fixes, definitions, hover, completion
    #[command(disable_help_flag = true)]
    Lsp(elsewhere::Args),
    /// Compares captured payloads with the schemas; any finding is exit code 1
    Verify(verify::Args),
    /// Tells what changed since a revision, and what that means for payloads and for the Rust API
    Diff(diff::Args),
    /// Prints completions for a shell
    Completions(completions::Args),
    /// Prints the manual page
    Man,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    term::talk(match (cli.quiet, cli.verbose) {
        (true, _) => Talk::Quiet,
        (_, true) => Talk::Verbose,
        _ => Talk::Usual,
    });
    let run = || match &cli.command {
        Command::Gen(args) => generate::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::List(args) => list::run(args),
        Command::Show(args) => show::run(args),
        Command::New(args) => new::run(args),
        Command::Gateway(args) => elsewhere::local("gateway", args),
        Command::Trigger(args) => elsewhere::local("trigger", args),
        Command::Listen(args) => elsewhere::local("listen", args),
        Command::Lsp(args) => elsewhere::lsp(args),
        Command::Verify(args) => verify::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man => completions::man(),
    };
    let stop = match catch_unwind(run) {
        Ok(Ok(())) => return ExitCode::SUCCESS,
        Ok(Err(stop)) => stop,
        // The panic has printed itself.
        Err(_) => Stop::Internal("this is a bug of the generator, not of a schema".to_owned()),
    };
    stop.report()
}
