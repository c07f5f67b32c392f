//! `verify`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::{json, value::RawValue};
use workplace_events_codegen::{
    compile::Compiled,
    find,
    model::EventId,
    source::Span,
    verify::{Finding, Verifier},
};

use crate::{
    repository::{Schemas, payload_text, unknown_event, without_errors},
    term::{Done, Stop, note, print},
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

/// A finding, and the payload that it is in.
struct Found<'a> {
    file: &'a Path,
    line: usize,
    finding: Finding,
}

/// Prints where captured payloads differ from the schemas.
pub(crate) fn run(args: &Args) -> Done {
    let captures: Vec<_> = args.files.iter().map(|file| read(file)).collect::<Done<_>>()?;
    let compiled = without_errors(args.schemas.compile()?)?;
    let wanted = match &args.event {
        Some(name) => events(&compiled, name)?,
        None => Vec::new(),
    };
    let mut count = 0;
    let mut found = Vec::new();
    let mut refused = Vec::new();
    compiled.with_verifier(|verifier| {
        for capture in &captures {
            count += capture.verify(verifier, &wanted, &mut found, &mut refused);
        }
    });
    match args.format {
        Format::Human => found.iter().for_each(|found| note(&human(&compiled, found))),
        Format::Json => print(&found.iter().map(|found| object(&compiled, found)).collect::<String>())?,
    }
    if !refused.is_empty() {
        return Err(Stop::Usage(refused.join("\nerror: ")));
    }
    note(&summary(count, found.len()));
    if found.is_empty() { Ok(()) } else { Err(Stop::Findings) }
}

fn events(compiled: &Compiled, name: &str) -> Done<Vec<EventId>> {
    let found = find::events(&compiled.model, &compiled.names, name);
    if found.is_empty() { Err(unknown_event(compiled, name)) } else { Ok(found) }
}

fn read(file: &Path) -> Done<Capture<'_>> {
    Ok(Capture { file, text: payload_text(file)? })
}

impl<'a> Capture<'a> {
    /// Verifies every payload, and says how many there are.
    fn verify(
        &self,
        verifier: &Verifier<'_, '_>,
        wanted: &[EventId],
        found: &mut Vec<Found<'a>>,
        refused: &mut Vec<String>,
    ) -> usize {
        let text = self.text.trim_start_matches('\u{feff}');
        let mut payloads = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let (mut count, mut line, mut counted) = (0, 1, 0);
        while let Some(payload) = payloads.next() {
            let payload = match payload {
                Ok(payload) => payload.get(),
                Err(error) => {
                    let reason = if error.is_eof() { "it ends early" } else { "something else stands" };
                    let (line, column) = (error.line(), error.column());
                    refused.push(format!(
                        "{}:{line}:{column}: this is no JSON: {reason} here",
                        self.file.display()
                    ));
                    return count;
                }
            };
            count += 1;
            let start = payloads.byte_offset() - payload.len();
            line += text[counted..start].matches('\n').count();
            counted = start;
            match verifier.payload(wanted, payload) {
                Ok(findings) => {
                    found.extend(findings.into_iter().map(|finding| Found { file: self.file, line, finding }))
                }
                Err(error) => refused.push(format!("{}:{line}: {error}", self.file.display())),
            }
        }
        count
    }
}

fn human(compiled: &Compiled, Found { file, line, finding }: &Found<'_>) -> String {
    let Finding { event, path, kind, expected, found, schema } = finding;
    let at = if path.is_empty() { "the body" } else { path };
    let (event, schema) = (&compiled.model[*event].wire, place(compiled, *schema));
    format!("{}:{line}: {event}: {at}: {kind}: expected {expected}, found {found} ({schema})", file.display())
}

fn object(compiled: &Compiled, Found { file, line, finding }: &Found<'_>) -> String {
    let Finding { event, path, kind, expected, found, schema } = finding;
    let object = json!({
        "file": file.display().to_string(),
        "line": line,
        "event": compiled.model[*event].wire,
        "path": path,
        "kind": kind,
        "expected": expected,
        "found": found,
        "schema": place(compiled, *schema),
    });
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
