//! `check`.

use clap::ValueEnum;
use workplace_events_codegen::diagnostic::render;

use crate::{
    repository::{Schemas, check_published, folder, report},
    term::{Done, Stop, note, print},
};

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How findings are printed: `human` on stderr, the others on stdout
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    schemas: Schemas,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// With the lines of the schema
    Human,
    /// A line each: `file:line:column: severity[code]: message`
    Short,
    /// A JSON object a line
    Json,
}

/// Prints what is wrong with the schemas.
pub(crate) fn run(args: &Args) -> Done {
    let mut compiled = args.schemas.compile()?;
    if args.schemas.are_own() {
        check_published(&mut compiled, &folder("generated"))?;
    }
    let (diagnostics, sources) = (&compiled.diagnostics, &compiled.sources);
    match args.format {
        Format::Human => report(&compiled),
        Format::Short => print(&render::short(diagnostics, sources))?,
        Format::Json => print(&render::json(diagnostics, sources))?,
    }
    if !matches!(args.format, Format::Human) {
        note(&render::summary(diagnostics));
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(Stop::Findings) }
}
