//! What `new` writes: the beginning of an event's schema.
//!
//! The text is a schema that can be read. What only its author knows is an empty text, which is a finding, so that the
//! checker asks for it.

mod made;
mod open;
mod payloads;

use std::path::Path;

use serde_json::Value;
use workplace_events_runtime::envelope;

use self::payloads::Payloads;
pub use self::{
    made::made_payload,
    open::{OpenPlace, filled, open_places},
};
pub use crate::infer::page::{Page, PageError};
use crate::{
    compile::{Compiled, compile_files},
    infer::{self, Inferred, Shared, Taken},
    mend,
    model::{Event, Field, FieldType, Model, Owner, Platform, PlatformId, TypeKind, TypeName},
    nearest::nearest,
    syntax::tree::is_invisible,
};

/// What a schema is to be about, and what is known of it. Everything but platform and event may be left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// The platform's folder.
    pub platform: &'a str,
    /// The event as the platform names it.
    pub event: &'a str,
    /// The domain; without one it is the first segment of a dotted name.
    pub domain: Option<&'a str>,
    /// The title, in our words.
    pub title: Option<&'a str>,
    /// What happened, in our words.
    pub about: Option<&'a str>,
    /// The page of the platform's documentation.
    pub docs: Option<&'a str>,
    /// Kinds of app.
    pub apps: &'a [String],
    /// Ways of delivery.
    pub delivery: &'a [String],
    /// Permissions of which any one is enough.
    pub permissions: &'a [String],
    /// Payloads of the event: whole ones after decryption, or bodies alone. Fields and types are inferred from them.
    pub payloads: &'a [&'a str],
    /// The platform's page of the event, which wins over payloads.
    pub page: Option<&'a Page>,
    /// Fields, where neither payloads nor a page show them.
    pub fields: &'a [WantedField],
}

/// A field that somebody asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WantedField {
    /// The key on the wire.
    pub key: String,
    /// Its type, as a schema writes it.
    pub ty: String,
    /// What it is; empty where that is still open.
    pub about: String,
}

/// The beginning of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// Below the schema folder, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
    /// Payloads of the event, which become its examples.
    pub examples: Vec<String>,
    /// What its author should know.
    pub notes: Vec<String>,
}

/// Why no schema can be begun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScaffoldError {
    /// The platform has no folder.
    #[error("there is no platform `{name}`; {hint}")]
    UnknownPlatform {
        /// What was asked for.
        name: String,
        /// What there is.
        hint: String,
    },
    /// The name says no domain, and none was given.
    #[error("the name `{event}` does not begin with a domain; give one with `--domain`{known}")]
    NoDomain {
        /// The event.
        event: String,
        /// The domains of the platform.
        known: String,
    },
    /// The domain can be no folder, module and feature.
    #[error("`{0}` cannot be a domain; a domain is lower case letters, digits and `_`, with a letter first")]
    BadDomain(String),
    /// The event can be no file.
    #[error("`{0}` cannot be an event; the name needs letters or digits, and `_types` is taken")]
    BadEvent(String),
    /// A payload is no JSON object.
    #[error("the payload is no JSON object: {0}")]
    BadPayload(String),
    /// There is a schema.
    #[error("`{event}` is described already, in `{path}`; change that file")]
    Exists {
        /// The event.
        event: String,
        /// Its file below the schema folder.
        path: String,
    },
}

/// Where there is nothing to learn from.
const TODO: [&str; 2] = [
    "# An entry per key of the body, spelled as on the wire. `schemas/README.md` lists the types.",
    "TODO: { type: string, about: \"\" }",
];

/// Begins the schema of an event.
///
/// # Errors
///
/// A platform that is not there, a name that does not fit, an event that is described already, a payload that is no JSON object.
pub fn begin(compiled: &Compiled, wanted: &Wanted<'_>) -> Result<Scaffold, ScaffoldError> {
    let model = &compiled.model;
    let id = find(model, wanted.platform)?;
    let (name, domain) = place(model, id, wanted)?;
    let payloads = Payloads::open(compiled, id, wanted)?;
    let inferred = body(model, id, domain, wanted, &payloads);
    let mut text = "# yaml-language-server: $schema=../../event.schema.json\n".to_owned();
    text.push_str(&format!("event: {}\n", scalar(&name)));
    if name != wanted.event {
        text.push_str(&format!("wire: {}\n", scalar(wanted.event)));
    }
    let usual = |name: &str| model[id].protocols.iter().any(|known| known.default && known.name == name);
    if let Some(protocol) = payloads.protocol.as_ref().filter(|name| !usual(name)) {
        text.push_str(&format!("protocol: {protocol}\n"));
    }
    text.push_str(&words(&model[id], wanted));
    text.push_str(&choices(&model[id], wanted));
    text.push_str(&written(&inferred));
    let notes = wanted.page.map(|page| page.notes.clone()).unwrap_or_default();
    let notes = notes.into_iter().chain(payloads.notes).collect();
    Ok(Scaffold { path: path(&model[id], domain, &name), text, examples: payloads.examples, notes })
}

/// Fields and types.
fn written(inferred: &Inferred) -> String {
    let lines = |lines: &[String], indent: &str| {
        lines.iter().map(|line| format!("{indent}{line}\n")).collect::<String>()
    };
    let fields = if inferred.fields.is_empty() { "  {}\n".to_owned() } else { lines(&inferred.fields, "  ") };
    let mut text = format!("fields:\n{fields}");
    if !inferred.types.is_empty() {
        text.push_str("types:\n");
    }
    for (name, fields) in &inferred.types {
        text.push_str(&format!("  {name}:\n    about: \"\"\n    fields:\n{}", lines(fields, "      ")));
    }
    text
}

/// Masks the last examples of a schema, as many as somebody captured: what may be a secret or says who somebody is becomes
/// something else of the same shape. One that cannot be masked stays, and a note says so. Whether all of them were masked.
pub fn mask(compiled: &Compiled, scaffold: &mut Scaffold, captured: usize) -> bool {
    // Files are shown from the schema folder's parent.
    let root = compiled.sources.iter().find_map(|(_, file)| file.path.iter().next().map(Path::new));
    let path = root.unwrap_or(Path::new("schemas")).join(&scaffold.path);
    let known = compiled.sources.iter().map(|(_, file)| (file.path.clone(), file.text.clone().into_bytes()));
    let now = compile_files(known.chain([(path, scaffold.text.clone().into_bytes())]).collect::<Vec<_>>());
    let from = scaffold.examples.len().saturating_sub(captured);
    let masked = mend::masked(&now, &scaffold.examples[from..]);
    let notes = scaffold.notes.len();
    for (number, (example, masked)) in scaffold.examples[from..].iter_mut().zip(masked).enumerate() {
        match masked {
            Ok(text) => *example = text,
            Err(why) => scaffold.notes.push(format!(
                "payload {} is stored as it is: {why}; see that it holds nothing secret or personal",
                number + 1
            )),
        }
    }
    scaffold.notes.len() == notes
}

/// The event that a payload is one of, where its envelope says so.
#[must_use]
pub fn event_of(compiled: &Compiled, platform: &str, payload: &str) -> Option<String> {
    let id = find(&compiled.model, platform).ok()?;
    compiled.model.with_tables(&compiled.names, |tables| {
        let opened = envelope::events(tables.platform(id), None, payload.as_bytes()).ok()?;
        opened.first().map(|of| of.header.event().to_owned())
    })
}

/// The file's name and the domain.
fn place<'a>(model: &Model, id: PlatformId, wanted: &Wanted<'a>) -> Result<(String, &'a str), ScaffoldError> {
    let event = wanted.event;
    let name = file_name(event);
    if name.is_empty() || name == "_types" {
        return Err(ScaffoldError::BadEvent(event.to_owned()));
    }
    let described = |of: &&Event| of.platform == id && (of.name == name || of.wire == event);
    if let Some(of) = model.events.iter().find(described) {
        let path = path(&model[id], &of.domain, &of.name);
        return Err(ScaffoldError::Exists { event: event.to_owned(), path });
    }
    let domain = match wanted.domain {
        Some(domain) => domain,
        None => first_segment(event).ok_or_else(|| no_domain(&model[id], event))?,
    };
    if is_domain(domain) { Ok((name, domain)) } else { Err(ScaffoldError::BadDomain(domain.to_owned())) }
}

/// Fields and types: after the page, else after the payloads, else as they were asked for.
fn body(model: &Model, id: PlatformId, domain: &str, wanted: &Wanted<'_>, payloads: &Payloads) -> Inferred {
    let formats: Vec<&str> = model[id].formats.iter().map(|format| format.name.as_str()).collect();
    let shared = shared(model, id, domain);
    if let Some(page) = wanted.page {
        return infer::declared(page, &payloads.bodies, &payloads.envelope, &formats, &shared);
    }
    if !payloads.bodies.is_empty() {
        return infer::infer(&payloads.bodies, &formats, &shared, &Taken::default());
    }
    let field = |field: &WantedField| {
        let (key, ty, about) = (scalar(&field.key), Value::from(field.ty.as_str()), prose(&field.about));
        let ty = if field.ty.contains(',') { ty.to_string() } else { field.ty.clone() };
        format!("{key}: {{ type: {ty}, about: {about} }}")
    };
    let fields: Vec<String> = wanted.fields.iter().map(field).collect();
    let fields = if fields.is_empty() { TODO.map(str::to_owned).into() } else { fields };
    Inferred { fields, types: Vec::new() }
}

/// The object types that the events of a domain share.
fn shared(model: &Model, id: PlatformId, domain: &str) -> Vec<Shared> {
    let near = |owner: &Owner| match owner {
        Owner::Platform(of) => *of == id,
        Owner::Domain(of, name) => *of == id && name == domain,
        Owner::Event(_) => false,
    };
    let types = model.types.iter().filter(|ty| near(&ty.owner));
    let objects = types.filter_map(|ty| match (&ty.name, &ty.kind) {
        (TypeName::Named(name), TypeKind::Object(fields)) => {
            let format = |field: &Field| match &field.ty {
                FieldType::Scalar(scalar) => Some(model[id].formats[scalar.format?].name.clone()),
                _ => None,
            };
            let keys = fields.iter().map(|field| (field.key.clone(), format(field))).collect();
            Some(Shared { name: name.clone(), keys })
        }
        _ => None,
    });
    objects.collect()
}

/// Title, description and link: what is not known is an empty text.
fn words(platform: &Platform, wanted: &Wanted<'_>) -> String {
    let line = |key: &str, text: Option<&str>, hint: &str| match text {
        Some(text) => format!("{key}: {}\n", prose(text)),
        None => format!("{:<12} # {hint}\n", format!("{key}: \"\"")),
    };
    let mut text = line("title", wanted.title, "six words at most");
    let is_chinese = |title: &&String| title.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    if let Some(title) = wanted.page.and_then(|page| page.title.as_ref()).filter(is_chinese) {
        text.push_str(&format!("title_zh: {}\n", prose(title)));
    }
    text.push_str(&line("about", wanted.about, "what happened, for whom, and when it is not sent"));
    let docs = wanted.docs.map(str::to_owned).or_else(|| {
        let docs = wanted.page?.docs.as_deref()?;
        let root = || Some(format!("https://{}/document{docs}", platform.doc_hosts.first()?));
        if docs.starts_with('/') { root() } else { Some(docs.to_owned()).filter(|_| is_own(platform, docs)) }
    });
    text + &line(
        "docs",
        docs.as_deref(),
        "the page of the platform's documentation; without one remove this line",
    )
}

/// Whether a link leads to the platform's own documentation.
fn is_own(platform: &Platform, docs: &str) -> bool {
    let host = docs.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    host.is_some_and(|host| platform.doc_hosts.iter().any(|own| own == host))
}

fn find(model: &Model, name: &str) -> Result<PlatformId, ScaffoldError> {
    let names = || model.platforms.iter().map(|platform| platform.name.as_str());
    if let Some(index) = names().position(|known| known == name) {
        return Ok(PlatformId(index));
    }
    let hint = match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if model.platforms.is_empty() => "a platform begins with its `platform.yaml`".to_owned(),
        None => format!("there are {}; a new one begins with its `platform.yaml`", quoted(names())),
    };
    Err(ScaffoldError::UnknownPlatform { name: name.to_owned(), hint })
}

fn no_domain(platform: &Platform, event: &str) -> ScaffoldError {
    let domains = quoted(platform.domains.iter().map(|domain| domain.name.as_str()));
    let known = if domains.is_empty() { domains } else { format!(": {domains} or a new one") };
    ScaffoldError::NoDomain { event: event.to_owned(), known }
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn path(platform: &Platform, domain: &str, event: &str) -> String {
    format!("{}/{domain}/{event}.yaml", platform.name)
}

/// The name of a file for an event: what no file name may have separates segments.
fn file_name(event: &str) -> String {
    let parts = event.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-'));
    let parts: Vec<&str> = parts.map(|part| part.trim_matches('.')).filter(|part| !part.is_empty()).collect();
    parts.join(".")
}

fn first_segment(event: &str) -> Option<&str> {
    event.split_once('.').map(|(first, _)| first).filter(|first| is_domain(first))
}

fn is_domain(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// What was chosen; of the rest what the platform leaves to choose from, as comments: a choice that nobody made would be a
/// false statement.
fn choices(platform: &Platform, wanted: &Wanted<'_>) -> String {
    let line = |key: &str, chosen: &[String], known: &[(String, String)]| {
        let list = |names: Vec<String>| format!("{key}: [{}]\n", names.join(", "));
        match (chosen, known) {
            ([], []) => String::new(),
            ([], known) => format!("# {}", list(known.iter().map(|(name, _)| scalar(name)).collect())),
            (chosen, _) => list(chosen.iter().map(|name| scalar(name)).collect()),
        }
    };
    let stated: Vec<String> = wanted.page.map(|page| page.apps(&platform.app_kinds)).unwrap_or_default();
    let apps = if wanted.apps.is_empty() { &stated } else { wanted.apps };
    let mut text = line("apps", apps, &platform.app_kinds);
    text.push_str(&line("delivery", wanted.delivery, &platform.deliveries));
    let stated = wanted.page.map(|page| &page.scopes[..]).unwrap_or_default();
    match if wanted.permissions.is_empty() { stated } else { wanted.permissions } {
        [] if platform.permissions.is_empty() => {}
        [] => text.push_str("# permissions: { any_of: [] }\n"),
        any => text.push_str(&format!("permissions: {}\n", infer::any_of(any))),
    }
    text
}

/// Words as a YAML scalar: plain where that cannot be misread, also inside `{ }`.
pub fn prose(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_alphabetic())
        && text.ends_with(|c: char| c.is_alphanumeric() || c == '.')
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_' | '/'))
        && (text.contains(' ') || !text.is_ascii());
    let link = text.starts_with("https://") && !text.contains([' ', '#', ',']);
    if plain || link { text.to_owned() } else { scalar(text) }
}

/// A text as a YAML scalar: plain where that cannot be misread.
pub(crate) fn scalar(text: &str) -> String {
    let word =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if plain && !word {
        return text.to_owned();
    }
    // JSON leaves some characters as they are that a schema may not have.
    let escaped = |c: char| if is_invisible(c) { format!("\\U{:08x}", u32::from(c)) } else { c.to_string() };
    Value::from(text).to_string().chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Scaffold, ScaffoldError, Wanted, begin};
    use crate::{
        compile::{Compiled, compile_files},
        diagnostic::Code,
    };

    const PLATFORM: &str = "title: Acme\nrust_name: Acme\nabout: A platform.\napp_kinds: { own: An app. }\n\
                            forms: { plain: { event: kind } }\n";

    fn compiled(more: Option<&Scaffold>) -> Compiled {
        let ping = "event: ping\ntitle: Ping\nabout: A ping.\nfields: {}\n".to_owned();
        let mut files = vec![
            (PathBuf::from("schemas/acme/platform.yaml"), PLATFORM.as_bytes().to_vec()),
            (PathBuf::from("schemas/acme/chat/ping.yaml"), ping.into_bytes()),
        ];
        let more =
            more.map(|of| (PathBuf::from(format!("schemas/{}", of.path)), of.text.clone().into_bytes()));
        files.extend(more);
        compile_files(files)
    }

    fn scaffold(name: &str, domain: Option<&str>) -> Result<Scaffold, ScaffoldError> {
        begin(&compiled(None), &Wanted { platform: "acme", event: name, domain, ..Wanted::default() })
    }

    #[test]
    fn the_checker_asks_for_what_is_missing_and_nothing_else() {
        for (name, domain) in
            [("im.message.sent_v1", None), ("/v1.0/bots/get", Some("im")), ("true", Some("im"))]
        {
            let found = compiled(Some(&scaffold(name, domain).unwrap())).diagnostics;
            let codes: Vec<Code> = found.iter().map(|found| found.code).collect();
            assert_eq!(codes, [Code::EmptyText; 4], "{name}: {found:?}");
        }
    }

    #[test]
    fn the_file_follows_from_the_name() {
        let path = |name, domain| scaffold(name, domain).map(|of| of.path);
        assert_eq!(path("im.message.sent_v1", None).unwrap(), "acme/im/im.message.sent_v1.yaml");
        assert_eq!(path("im.message.sent_v1", Some("chat")).unwrap(), "acme/chat/im.message.sent_v1.yaml");
        assert_eq!(path("/v1.0/bots/get", Some("im")).unwrap(), "acme/im/v1.0.bots.get.yaml");
        assert!(
            scaffold("/v1.0/bots/get", Some("im")).unwrap().text.contains("\nwire: \"/v1.0/bots/get\"\n")
        );
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_way_on() {
        let message = |platform, event, domain| {
            let wanted = Wanted { platform, event, domain, ..Wanted::default() };
            begin(&compiled(None), &wanted).unwrap_err().to_string()
        };
        assert_eq!(message("acne", "a.b", None), "there is no platform `acne`; did you mean `acme`?");
        assert_eq!(
            message("slack", "a.b", None),
            "there is no platform `slack`; there are `acme`; a new one begins with its `platform.yaml`"
        );
        assert_eq!(
            message("acme", "pong", None),
            "the name `pong` does not begin with a domain; give one with `--domain`: `chat` or a new one"
        );
        assert_eq!(
            message("acme", "ping", Some("im")),
            "`ping` is described already, in `acme/chat/ping.yaml`; change that file"
        );
        assert!(message("acme", "a.b", Some("../x")).contains("cannot be a domain"));
        assert!(message("acme", "..", Some("im")).contains("cannot be an event"));
    }
}
