//! `new`.

mod ask;

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use workplace_events_codegen::{
    compile::Compiled,
    diagnostic::{Code, Severity, render},
    find,
    model::Model,
    scaffold::{self, Page, Scaffold, Wanted, WantedField},
};

use self::ask::Ask;
use crate::{
    generate,
    repository::{Schemas, page_text, payload_text, quoted},
    term::{Done, Stop, note, print, say},
};

/// What `new` takes.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Args {
    /// The platform, such as `lark`
    platform: Option<String>,
    /// The event as the platform names it, such as `im.message.receive_v1` [default: that of the page or the payload]
    event: Option<String>,
    /// The domain [default: the first segment of a dotted name]
    #[arg(long)]
    domain: Option<String>,
    /// The title, six words at most
    #[arg(long)]
    title: Option<String>,
    /// What happened, for whom, and when it is not sent
    #[arg(long)]
    about: Option<String>,
    /// The page of the platform's documentation
    #[arg(long, value_name = "URL", alias = "doc")]
    docs: Option<String>,
    /// Kinds of app that can receive it
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    apps: Vec<String>,
    /// Ways of delivery
    #[arg(long, value_name = "WAY", value_delimiter = ',')]
    delivery: Vec<String>,
    /// Permissions of which any one is enough
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    permissions: Vec<String>,
    /// A field of the body with its type and what it is, as in `chat_id=string: The chat.`; for each field once
    #[arg(long = "field", value_name = "KEY=TYPE: ABOUT", value_parser = field, conflicts_with_all = ["from", "from_doc"])]
    fields: Vec<WantedField>,
    /// Payloads of the event, after decryption, or bodies: fields and types are inferred from them, and they become examples
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
    /// The page of the event in the documentation of Feishu or Lark, as Markdown: fields, types, values, limits and permissions
    /// are taken from it, and its sample becomes an example
    #[arg(long, value_name = "PAGE")]
    from_doc: Option<PathBuf>,
    /// Stores the payloads of `--from` as they are, instead of masking what may be secret or personal
    #[arg(long)]
    as_is: bool,
    /// Asks for what is missing, also where stdin is no terminal
    #[arg(long)]
    ask: bool,
    /// Generates nothing
    #[arg(long)]
    no_gen: bool,
    #[command(flatten)]
    schemas: Schemas,
    /// The folder of a crate of its own to generate [default: generated/ of the repository, for its own schemas]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the beginning of a schema with its examples, and generates once nothing is left open.
pub(crate) fn run(args: &Args) -> Done {
    let mut args = args.clone();
    // Mistakes in other schemas are no reason not to begin this one.
    let compiled = args.schemas.compile()?;
    let mut ask = ask::is_possible(&args).then(Ask::new);
    if let Some(ask) = &mut ask {
        ask.names(&mut args, &compiled.model)?;
    }
    let page = args.from_doc.as_deref().map(|file| page(file, args.event.as_deref())).transpose()?;
    args.event = args.event.or_else(|| page.as_ref()?.event.clone());
    let payloads = payloads(&mut args, &compiled)?;
    let platform = compiled.model.platforms.iter().find(|of| Some(&of.name) == args.platform.as_ref());
    if let (Some(ask), Some(platform)) = (&mut ask, platform) {
        ask.event(&mut args, platform, page.as_ref())?;
    }
    let mut scaffold = begin(&args, &compiled, page.as_ref(), &payloads)?;
    if let Some(ask) = &mut ask {
        scaffold.text = ask.open_places(scaffold.text)?;
    }
    let masked =
        !args.as_is && !payloads.is_empty() && scaffold::mask(&compiled, &mut scaffold, payloads.len());
    let path = args.schemas.folder().join(&scaffold.path);
    write_all(&path, &scaffold)?;
    if !payloads.is_empty() && (masked || args.as_is) {
        let how = if masked { "masked; `--as-is` leaves them as they are" } else { "stored as they are" };
        note(&format!("note: the payloads are {how}; see that they hold nothing secret or personal"));
    }
    scaffold.notes.iter().for_each(|line| note(&format!("note: {line}")));
    finish(&args, &path)
}

/// The schema, from everything that is known.
fn begin(args: &Args, compiled: &Compiled, page: Option<&Page>, payloads: &[String]) -> Done<Scaffold> {
    let payloads: Vec<&str> = payloads.iter().map(String::as_str).collect();
    let wanted = Wanted {
        platform: args.platform.as_deref().ok_or_else(|| nameless("platform", &compiled.model))?,
        event: args.event.as_deref().ok_or_else(|| nameless("event", &compiled.model))?,
        domain: args.domain.as_deref(),
        title: args.title.as_deref(),
        about: args.about.as_deref(),
        docs: args.docs.as_deref(),
        apps: &args.apps,
        delivery: &args.delivery,
        permissions: &args.permissions,
        payloads: &payloads,
        page,
        fields: &args.fields,
    };
    scaffold::begin(compiled, &wanted).map_err(Stop::usage)
}

/// The payloads; the first one says which event it is about, if nothing else did.
fn payloads(args: &mut Args, compiled: &Compiled) -> Done<Vec<String>> {
    let mut texts = Vec::new();
    for file in &args.from {
        let text = payload(file)?;
        let of = args.platform.as_deref().and_then(|name| scaffold::event_of(compiled, name, &text));
        match (&args.event, of) {
            (Some(event), Some(of)) if *event != of => {
                let file = file.display();
                return Err(Stop::Usage(format!("{file}: this is a payload of `{of}`, not of `{event}`")));
            }
            (None, of) => args.event = of,
            _ => {}
        }
        texts.push(text);
    }
    Ok(texts)
}

/// Says which name is missing.
fn nameless(what: &str, model: &Model) -> Stop {
    let names: Vec<String> = model.platforms.iter().map(|platform| format!("`{}`", platform.name)).collect();
    Stop::Usage(format!(
        "there is no {what}; the command is `cargo xtask new PLATFORM EVENT`, and the platforms are {}",
        names.join(", ")
    ))
}

/// Makes an example where none is there, and generates; or says what is left to be done.
fn finish(args: &Args, path: &Path) -> Done {
    let mut compiled = args.schemas.compile()?;
    if let Some(made) = made(args, &compiled, path) {
        write(&path.with_file_name("examples").join(format!("{}.made.json", stem(path))), &made)?;
        compiled = args.schemas.compile()?;
    }
    let schemas = args.schemas.option();
    let out = args.out.as_deref().map_or(String::new(), |out| format!(" --out {}", quoted(out)));
    let can_generate = !args.no_gen && (args.out.is_some() || args.schemas.are_own());
    if can_generate && !compiled.diagnostics.has_errors() {
        let (schemas, out) = (args.schemas.clone(), args.out.clone());
        generate::run(&generate::Args { schemas, out, ..generate::Args::default() })?;
        let event = stem(path);
        say(&format!("next: look at it, `cargo xtask show {event}{}`", args.schemas.option()));
        return Ok(());
    }
    let summary = render::summary(&compiled.diagnostics);
    let missing: Vec<&str> = [
        ("`--title`", args.title.is_none()),
        ("`--about`", args.about.is_none()),
        ("`--docs`", args.docs.is_none() && args.from_doc.is_none()),
        ("`--field`", args.fields.is_empty() && args.from_doc.is_none() && args.from.is_empty()),
    ]
    .into_iter()
    .filter_map(|(flag, missing)| missing.then_some(flag))
    .collect();
    let by_flag =
        if missing.is_empty() { String::new() } else { format!("; not given: {}", missing.join(", ")) };
    say(&format!("next: 1. fill in what `cargo xtask check{schemas}` asks for ({summary}{by_flag})"));
    say(&format!("      2. run `cargo xtask gen{schemas}{out}`"));
    Ok(())
}

/// A payload made of the schema, where nothing but a payload is missing.
fn made(args: &Args, compiled: &Compiled, path: &Path) -> Option<String> {
    let event = args.event.as_deref()?;
    let found = find::events(&compiled.model, &compiled.names, event);
    let of = |id: &&workplace_events_codegen::model::EventId| {
        let event = &compiled.model[**id];
        Some(&compiled.model[event.platform].name) == args.platform.as_ref() && event.name == stem(path)
    };
    let id = found.iter().find(of).filter(|id| compiled.model[**id].examples.is_empty())?;
    let file = compiled.model[*id].span.file;
    let mut errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let left_open = errors.any(|found| found.primary.span.file == file && found.code != Code::MissingExample);
    if left_open { None } else { scaffold::made_payload(&compiled.model, *id) }
}

/// The page of an event.
fn page(file: &Path, event: Option<&str>) -> Done<Page> {
    let text = page_text(file)?;
    Page::read(&text, event).map_err(|error| Stop::Usage(format!("{}: {error}", file.display())))
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

/// A field, as it is typed.
fn field(text: &str) -> Result<WantedField, String> {
    let (key, rest) = text.split_once('=').unwrap_or_default();
    let (ty, about) = rest.split_once(':').unwrap_or((rest, ""));
    let (key, ty, about) = (key.trim(), ty.trim(), about.trim());
    let is_type =
        !ty.is_empty() && ty.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '<' | '>' | '_'));
    if key.is_empty() || !is_type {
        return Err(format!(
            "`{text}` is no field; a field is `KEY=TYPE: ABOUT`, as in `chat_id=string: The chat.`"
        ));
    }
    Ok(WantedField { key: key.to_owned(), ty: ty.to_owned(), about: about.to_owned() })
}

/// Where a payload stands beside its schema: the first is the plain one, the others are numbered.
fn example(schema: &Path, number: usize) -> PathBuf {
    let event = stem(schema);
    let name = if number == 0 { format!("{event}.json") } else { format!("{event}.{}.json", number + 1) };
    schema.with_file_name("examples").join(name)
}

/// The event that a file is named after.
fn stem(schema: &Path) -> String {
    schema.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The schema and its examples: all of them or, where one is in the way, none.
fn write_all(path: &Path, scaffold: &Scaffold) -> Done {
    let examples = scaffold.examples.iter().enumerate().map(|(number, text)| (example(path, number), text));
    let files: Vec<(PathBuf, &String)> =
        std::iter::once((path.to_owned(), &scaffold.text)).chain(examples).collect();
    if let Some((taken, _)) = files.iter().find(|(file, _)| file.exists()) {
        return Err(exists(taken));
    }
    files.iter().try_for_each(|(file, text)| write(file, text))
}

fn exists(path: &Path) -> Stop {
    Stop::Usage(format!("{}: there is such a file; change that one", path.display()))
}

/// Writes a new file, and says so.
fn write(path: &Path, text: &str) -> Done {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Stop::Internal(format!("{}: {error}", path.display())),
    };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    let mut file = fs::File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    print(&format!("{}\n", shown(path).display()))
}

/// A path as it is typed where the command runs.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).to_owned()
}
