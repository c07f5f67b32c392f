//! `new`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use workplace_events_codegen::scaffold::{self, Page, Wanted};

use crate::{
    repository::{Schemas, page_text, payload_text},
    term::{Done, Stop, note, print},
};

/// What `new` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The platform, such as `lark`
    platform: String,
    /// The event as the platform names it, such as `im.message.receive_v1` [default: that of the page]
    event: Option<String>,
    /// The domain [default: the first segment of a dotted name]
    #[arg(long)]
    domain: Option<String>,
    /// The page of the event in the documentation of Feishu or Lark, as Markdown: fields, types, values, limits and permissions
    /// are taken from it, and its sample becomes an example
    #[arg(long, value_name = "PAGE")]
    from_doc: Option<PathBuf>,
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
    let page = args.from_doc.as_deref().map(|file| page(file, args.event.as_deref())).transpose()?;
    let named = args.event.as_deref().or_else(|| page.as_ref()?.event.as_deref());
    let event = named.ok_or_else(|| Stop::usage("no event; give its name after the platform"))?;
    let payloads = args.from.iter().map(|file| payload(file)).collect::<Done<Vec<String>>>()?;
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let scaffold = scaffold::begin(
        &compiled,
        &Wanted {
            platform: &args.platform,
            event,
            domain: args.domain.as_deref(),
            payloads: &payloads,
            page: page.as_ref(),
            ..Wanted::default()
        },
    );
    let scaffold = scaffold.map_err(Stop::usage)?;
    let path = args.schemas.folder().join(&scaffold.path);
    write(&path, &scaffold.text)?;
    print(&format!("{}\n", shown(&path).display()))?;
    for (number, payload) in scaffold.examples.iter().enumerate() {
        let file = example(&path, number);
        write(&file, payload)?;
        print(&format!("{}\n", shown(&file).display()))?;
    }
    for line in &scaffold.notes {
        note(&format!("note: {line}"));
    }
    let schemas = args.schemas.option();
    note(&format!("next: 1. fill in what `cargo xtask check{schemas}` asks for"));
    note(&format!("      2. run `cargo xtask gen{schemas}`"));
    Ok(())
}

/// The page of an event.
fn page(file: &Path, event: Option<&str>) -> Done<Page> {
    let text = page_text(file)?;
    Page::read(&text, event).map_err(|error| Stop::Usage(format!("{}: {error}", file.display())))
}

/// Where a payload stands beside its schema: the first is the plain one, the others are numbered.
fn example(schema: &Path, number: usize) -> PathBuf {
    let event = schema.file_stem().unwrap_or_default().to_string_lossy();
    let name = if number == 0 { format!("{event}.json") } else { format!("{event}.{}.json", number + 1) };
    schema.with_file_name("examples").join(name)
}

/// A payload, which is an object.
fn payload(file: &Path) -> Done<String> {
    let text = payload_text(file)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Err(error) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
        return Err(Stop::Usage(format!("{}: it is no JSON object: {error}", file.display())));
    }
    Ok(text.to_owned())
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
