//! `new`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use workplace_events_codegen::scaffold;

use crate::{
    repository::{Schemas, payload_text},
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
    /// Payloads of the event, after decryption, or bodies: fields and types are inferred from them, and they become examples
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
    #[command(flatten)]
    schemas: Schemas,
}

/// Writes the beginning of a schema.
pub(crate) fn run(args: &Args) -> Done {
    // Mistakes in other schemas are no reason not to begin this one.
    let compiled = args.schemas.compile()?;
    let payloads = args.from.iter().map(|file| read(file)).collect::<Done<Vec<String>>>()?;
    let domain = args.domain.as_deref();
    let scaffold = if payloads.is_empty() {
        scaffold::event(&compiled.model, &args.platform, &args.event, domain)
    } else {
        let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
        scaffold::from_payloads(&compiled, &args.platform, &args.event, domain, &payloads)
    };
    let scaffold = scaffold.map_err(Stop::usage)?;
    let path = args.schemas.folder().join(&scaffold.path);
    write(&path, &scaffold.text)?;
    print(&format!("{}\n", shown(&path).display()))?;
    for (number, payload) in payloads.iter().enumerate() {
        let file = example(&path, number);
        write(&file, payload)?;
        print(&format!("{}\n", shown(&file).display()))?;
    }
    let schemas = args.schemas.option();
    note(&format!("next: 1. fill in what `cargo xtask check{schemas}` asks for"));
    note(&format!("      2. run `cargo xtask gen{schemas}`"));
    Ok(())
}

/// Where a payload stands beside its schema: the first is the plain one, the others are numbered.
fn example(schema: &Path, number: usize) -> PathBuf {
    let event = schema.file_stem().unwrap_or_default().to_string_lossy();
    let name = if number == 0 { format!("{event}.json") } else { format!("{event}.{}.json", number + 1) };
    schema.with_file_name("examples").join(name)
}

/// A payload, with a line's end.
fn read(file: &Path) -> Done<String> {
    let text = payload_text(file)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Err(error) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        return Err(Stop::Usage(format!("{}: it is no JSON object: {error}", file.display())));
    }
    Ok(format!("{text}\n"))
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
