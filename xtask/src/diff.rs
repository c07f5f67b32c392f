//! `diff`.

use std::path::Path;

use clap::ValueEnum;
use workplace_events_codegen::{
    compile::{Compiled, compile, compile_files},
    diagnostic::{Diagnostics, Severity, render},
    diff::{Api, Diff, Payload, diff},
};

use crate::{
    git,
    repository::{Schemas, without_errors},
    term::{Done, Stop, print, say},
};

/// What `diff` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What the schemas are compared with: a folder with schemas, or a git revision
    #[arg(value_name = "BASE")]
    base: String,
    /// How changes are printed
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Prints a part of a changelog instead
    #[arg(long, conflicts_with = "format")]
    changelog: bool,
    /// Makes the exit code 1 where the verdict of the whole is this one or a worse one; more than one may be given
    #[arg(long, value_enum, value_name = "VERDICT")]
    deny: Vec<Verdict>,
    #[command(flatten)]
    schemas: Schemas,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Below the event that it belongs to, with both verdicts
    Human,
    /// One JSON object
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Verdict {
    /// Rust API: something new
    Minor,
    /// Rust API: something that code may name is gone or is another
    Major,
    /// Payloads: something is drift, or is left to the raw bytes
    Lossy,
    /// Payloads: an event or a value is not read, or is read as something else
    Breaking,
}

/// Prints what changed since the base.
pub(crate) fn run(args: &Args) -> Done {
    let now = without_errors(args.schemas.compile()?)?;
    let base = base(args)?;
    let diff = diff((&base).into(), (&now).into());
    if args.changelog {
        print(&diff.changelog())?;
    } else {
        match args.format {
            Format::Human => print(&diff.human())?,
            Format::Json => print(&diff.json())?,
        }
    }
    say(&diff.summary());
    if args.deny.iter().any(|verdict| verdict.is_reached(&diff)) { Err(Stop::Findings) } else { Ok(()) }
}

impl Verdict {
    fn is_reached(self, diff: &Diff) -> bool {
        match self {
            Verdict::Minor => diff.api >= Api::Minor,
            Verdict::Major => diff.api >= Api::Major,
            Verdict::Lossy => diff.payload >= Payload::Lossy,
            Verdict::Breaking => diff.payload >= Payload::Breaking,
        }
    }
}

/// The schemas as they were.
fn base(args: &Args) -> Done<Compiled> {
    let folder = Path::new(&args.base);
    let compiled = if folder.is_dir() {
        compile(folder)
    } else {
        compile_files(git::files(&args.schemas.folder(), &args.base)?)
    };
    // Findings about examples and style (families 07 and 08) leave what the schemas mean untouched.
    let mut errors = Diagnostics::new();
    let found = compiled.diagnostics.iter();
    errors.extend(
        found.filter(|found| found.severity == Severity::Error && found.code.as_str() < "WE07").cloned(),
    );
    if errors.is_empty() {
        return Ok(compiled);
    }
    let first = render::short(&errors, &compiled.sources);
    let first = first.lines().next().unwrap_or_default();
    let summary = render::summary(&errors);
    Err(Stop::Usage(format!("`{}` cannot be compared with, its schemas have {summary}: {first}", args.base)))
}
