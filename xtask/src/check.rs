//! `check`.

use std::collections::BTreeMap;

use clap::ValueEnum;
use workplace_events_codegen::{
    compile::Compiled,
    diagnostic::{fix, render},
};

use crate::{
    repository::{Schemas, check_published, folder, report},
    term::{Done, Stop, note, print, say},
};

/// What `check` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How findings are printed: `human` on stderr, the others on stdout
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Makes the changes that are certain, before it prints what is left
    #[arg(long)]
    fix: bool,
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
    /// SARIF 2.1.0, for code hosts and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

/// Prints what is wrong with the schemas.
pub(crate) fn run(args: &Args) -> Done {
    let mut compiled = args.schemas.compile()?;
    if args.fix && mend(args, &compiled)? {
        compiled = args.schemas.compile()?;
    }
    if args.schemas.are_own() {
        check_published(&mut compiled, &folder("generated"))?;
    }
    let (diagnostics, sources) = (&compiled.diagnostics, &compiled.sources);
    match args.format {
        Format::Human => report(&compiled),
        Format::Short => print(&render::short(diagnostics, sources))?,
        Format::Json => print(&render::json(diagnostics, sources))?,
        Format::Sarif => print(&render::sarif(diagnostics, sources))?,
        Format::Github => print(&render::github(diagnostics, sources))?,
    }
    if !matches!(args.format, Format::Human) {
        say(&render::summary(diagnostics));
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(Stop::Findings) }
}

/// Makes the certain changes, all or none of them; whether there were any.
fn mend(args: &Args, compiled: &Compiled) -> Done<bool> {
    let fixes = match fix::fixes(&compiled.diagnostics, &compiled.sources) {
        Ok(fixes) => fixes,
        Err(refused) => {
            note(&refused.to_string());
            return Ok(false);
        }
    };
    if fixes.changes == 0 {
        note("no change is certain");
        return Ok(false);
    }
    args.schemas.replace(compiled, &fixes.files, &BTreeMap::new())?;
    say(&format!("changes made: {}, in files: {}", fixes.changes, fixes.files.len()));
    Ok(true)
}
