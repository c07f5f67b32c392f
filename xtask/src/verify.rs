//! `verify`.

mod fix;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{json, value::RawValue};
use workplace_events_codegen::{compile::Compiled, find, model::EventId, source::Span, verify::Finding};

use crate::{
    repository::{Schemas, payload_text, unknown_event, without_errors_but_words},
    term::{Done, Stop, note, print, say},
};

/// What `verify` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files with payloads as they arrive after decryption, one or many after another, or with lines of a `DriftLog`; `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The event that all of them are, by its own name, its Rust type or its method; then bodies without an envelope are read too
    #[arg(long, value_name = "TYPE")]
    event: Option<String>,
    /// How findings are printed: `human` on stderr, the other on stdout
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Makes of findings what the schemas lack (new fields and values, wider types) and of payloads examples, masked; prints what is left
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    schemas: Schemas,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// A line each, with the place in the schema
    Human,
    /// A JSON object a line
    Json,
}

/// A file and what is in it.
struct Capture<'a> {
    file: &'a Path,
    text: String,
}

/// A payload, and where it begins.
struct Payload<'a> {
    file: &'a Path,
    line: usize,
    text: &'a str,
}

impl Payload<'_> {
    /// `file:line` where it begins.
    fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// A finding, and the payload that it is in.
struct Found {
    payload: usize,
    finding: Finding,
    /// Why it is not mended, where that was asked for.
    why: Option<String>,
}

/// Prints where captured payloads differ from the schemas.
pub(crate) fn run(args: &Args) -> Done {
    let captures: Vec<_> = args.files.iter().map(|file| read(file)).collect::<Done<_>>()?;
    let mut compiled = without_errors_but_words(args.schemas.compile()?)?;
    let wanted = match &args.event {
        Some(name) => events(&compiled, name)?,
        None => Vec::new(),
    };
    let mut refused = Vec::new();
    let payloads: Vec<_> = captures.iter().flat_map(|capture| capture.payloads(&mut refused)).collect();
    let mut found = verify(&compiled, &wanted, &payloads, &mut refused);
    if args.fix && refused.is_empty() && !found.is_empty() {
        found = fix::fix(&args.schemas, &mut compiled, &wanted, &payloads, found)?;
    }
    match args.format {
        Format::Human => found.iter().for_each(|found| note(&human(&compiled, &payloads, found))),
        Format::Json => {
            print(&found.iter().map(|found| object(&compiled, &payloads, found)).collect::<String>())?
        }
    }
    if !refused.is_empty() {
        return Err(Stop::Usage(refused.join("\nerror: ")));
    }
    say(&summary(payloads.len(), found.len()));
    if found.is_empty() { Ok(()) } else { Err(Stop::Findings) }
}

fn events(compiled: &Compiled, name: &str) -> Done<Vec<EventId>> {
    let found = find::events(&compiled.model, &compiled.names, name);
    if found.is_empty() { Err(unknown_event(compiled, name)) } else { Ok(found) }
}

fn read(file: &Path) -> Done<Capture<'_>> {
    Ok(Capture { file, text: payload_text(file)? })
}

impl Capture<'_> {
    /// Every payload, up to what is no JSON.
    fn payloads(&self, refused: &mut Vec<String>) -> Vec<Payload<'_>> {
        let text = self.text.trim_start_matches('\u{feff}');
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let (mut payloads, mut line, mut counted) = (Vec::new(), 1, 0);
        while let Some(value) = values.next() {
            match value {
                Ok(value) => {
                    let start = values.byte_offset() - value.get().len();
                    line += text[counted..start].matches('\n').count();
                    counted = start;
                    payloads.push(Payload { file: self.file, line, text: value.get() });
                }
                Err(error) => {
                    let reason = if error.is_eof() { "it ends early" } else { "something else stands" };
                    let (file, line, column) = (self.file.display(), error.line(), error.column());
                    refused.push(format!("{file}:{line}:{column}: this is no JSON: {reason} here"));
                    break;
                }
            }
        }
        payloads
    }
}

fn verify(
    compiled: &Compiled,
    wanted: &[EventId],
    payloads: &[Payload<'_>],
    refused: &mut Vec<String>,
) -> Vec<Found> {
    let mut found = Vec::new();
    compiled.with_verifier(|verifier| {
        for (payload, of) in payloads.iter().enumerate() {
            match verifier.payload(wanted, of.text) {
                Ok(findings) => {
                    found.extend(findings.into_iter().map(|finding| Found { payload, finding, why: None }))
                }
                Err(error) => refused.push(format!("{}: {error}", of.place())),
            }
        }
    });
    found
}

fn human(compiled: &Compiled, payloads: &[Payload<'_>], Found { payload, finding, why }: &Found) -> String {
    let Finding { event, path, kind, expected, found, schema } = finding;
    let at = if path.is_empty() { "the body" } else { path };
    let (event, schema) = (&compiled.model[*event].wire, place(compiled, *schema));
    let place = payloads.get(*payload).map_or(String::new(), Payload::place);
    let why = why.as_ref().map_or(String::new(), |why| format!("; {why}"));
    format!("{place}: {event}: {at}: {kind}: expected {expected}, found {found} ({schema}){why}")
}

fn object(compiled: &Compiled, payloads: &[Payload<'_>], Found { payload, finding, why }: &Found) -> String {
    let Finding { event, path, kind, expected, found, schema } = finding;
    let of = payloads.get(*payload);
    let mut object = json!({
        "file": of.map(|of| of.file.display().to_string()),
        "line": of.map(|of| of.line),
        "event": compiled.model[*event].wire,
        "path": path,
        "kind": kind,
        "expected": expected,
        "found": found,
        "schema": place(compiled, *schema),
    });
    if let Some(why) = why {
        object["why"] = json!(why);
    }
    format!("{object}\n")
}

/// `file:line` of a place in the schemas.
fn place(compiled: &Compiled, span: Span) -> String {
    compiled.sources.get(span.file).map_or(String::new(), |file| {
        let (line, _) = file.line_column(span.start);
        format!("{}:{line}", file.path.display())
    })
}

fn summary(payloads: usize, findings: usize) -> String {
    let counted = |count: usize, what: &str| match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    format!("{} in {}", counted(findings, "finding"), counted(payloads, "payload"))
}
