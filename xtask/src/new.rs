//! `new`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use workplace_events_codegen::scaffold;

use crate::{
    repository::Schemas,
    term::{Done, Stop, note, print},
};

/// What `new` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The platform, such as `lark`
    platform: String,
    /// The event as the platform names it, such as `im.message.receive_v1`
    event: String,
    /// The domain [default: the first segment of a dotted name]
    #[arg(long)]
    domain: Option<String>,
    #[command(flatten)]
    schemas: Schemas,
}

/// Writes the beginning of a schema.
pub(crate) fn run(args: &Args) -> Done {
    // Mistakes in other schemas are no reason not to begin this one.
    let compiled = args.schemas.compile()?;
    let scaffold = scaffold::event(&compiled.model, &args.platform, &args.event, args.domain.as_deref());
    let scaffold = scaffold.map_err(Stop::usage)?;
    let path = args.schemas.folder().join(&scaffold.path);
    write(&path, &scaffold.text)?;
    print(&format!("{}\n", shown(&path).display()))?;
    let schemas = args.schemas.option();
    note(&format!("next: 1. fill in what `cargo xtask check{schemas}` asks for"));
    note(&format!("      2. run `cargo xtask gen{schemas}`"));
    Ok(())
}

fn write(path: &Path, text: &str) -> Done {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Stop::Usage(format!("{}: there is such a file; change that one", path.display()))
        }
        _ => Stop::Internal(format!("{}: {error}", path.display())),
    };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    let mut file = fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

/// A path as it is typed where the command runs.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}
