//! What `new` writes: the beginning of an event's schema.
//!
//! The text is a schema that can be read. What only its author knows is an empty text, which is a finding, so that the
//! checker asks for it.

use serde_json::{Map, Value};
use workplace_events_runtime::envelope;

use crate::{
    compile::Compiled,
    infer::infer,
    model::{Event, Model, Platform, PlatformId},
    nearest::nearest,
};

/// The beginning of a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scaffold {
    /// Below the schema folder, with `/`.
    pub path: String,
    /// The whole text.
    pub text: String,
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

const TEMPLATE: &str = r#"# yaml-language-server: $schema=../../event.schema.json
event: {event}
{wire}{protocol}title: ""    # six words at most
about: ""    # what happened, for whom, and when it is not sent
docs: ""     # the page of the platform's documentation; without one remove this line
{choices}fields:
{fields}"#;

/// Where there are no payloads to learn from.
const TODO: &str =
    "  # An entry per key of the body, spelled as on the wire. `schemas/README.md` lists the types.
  TODO: { type: string, about: \"\" }
";

/// The beginning of the schema of an event. Without a domain it is the first segment of a dotted name.
///
/// # Errors
///
/// A platform that is not there, a name that does not fit, an event that is described already.
pub fn event(
    model: &Model,
    platform: &str,
    event: &str,
    domain: Option<&str>,
) -> Result<Scaffold, ScaffoldError> {
    begin(model, platform, event, domain, "", TODO)
}

/// The same with fields and types inferred from payloads: whole ones after decryption, or bodies alone.
///
/// # Errors
///
/// As [`event`], and a payload that is no JSON object.
pub fn from_payloads(
    compiled: &Compiled,
    platform: &str,
    event: &str,
    domain: Option<&str>,
    payloads: &[&str],
) -> Result<Scaffold, ScaffoldError> {
    let model = &compiled.model;
    let id = find(model, platform)?;
    let mut protocol = None;
    let mut bodies = Vec::new();
    model.with_tables(&compiled.names, |tables| {
        let table = tables.platform(id);
        for payload in payloads {
            let opened = envelope::events(table, None, payload.as_bytes()).ok();
            let opened = opened
                .filter(|events| events.iter().any(|of| of.header.event() == event))
                .unwrap_or_default();
            let mut read = |json: &str, envelope: &[&str]| -> Result<(), ScaffoldError> {
                let body = serde_json::from_str::<Map<String, Value>>(json);
                let mut body = body.map_err(|error| ScaffoldError::BadPayload(error.to_string()))?;
                body.retain(|key, _| !envelope.contains(&key.as_str()));
                bodies.push(body);
                Ok(())
            };
            if opened.is_empty() {
                read(payload, &[])?;
            }
            for of in opened.iter().filter(|of| of.header.event() == event) {
                let envelope = table.forms.get(usize::from(of.form.0)).map_or(&[][..], |form| form.envelope);
                protocol = Some(of.protocol(table))
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .or(protocol.take());
                read(of.body(), envelope)?;
            }
        }
        Ok(())
    })?;
    let formats: Vec<&str> = model[id].formats.iter().map(|format| format.name.as_str()).collect();
    let inferred = infer(&bodies, &formats);
    let protocol = protocol.map_or(String::new(), |name| format!("protocol: {name}\n"));
    let types = if inferred.types.is_empty() { String::new() } else { format!("types:\n{}", inferred.types) };
    begin(model, platform, event, domain, &protocol, &format!("{}{types}", inferred.fields))
}

fn begin(
    model: &Model,
    platform: &str,
    event: &str,
    domain: Option<&str>,
    protocol: &str,
    fields: &str,
) -> Result<Scaffold, ScaffoldError> {
    let id = find(model, platform)?;
    let name = file_name(event);
    if name.is_empty() || name == "_types" {
        return Err(ScaffoldError::BadEvent(event.to_owned()));
    }
    let described = |of: &&Event| of.platform == id && (of.name == name || of.wire == event);
    if let Some(of) = model.events.iter().find(described) {
        let path = path(&model[id], &of.domain, &of.name);
        return Err(ScaffoldError::Exists { event: event.to_owned(), path });
    }
    let domain = match domain {
        Some(domain) => domain,
        None => first_segment(event).ok_or_else(|| no_domain(&model[id], event))?,
    };
    if !is_domain(domain) {
        return Err(ScaffoldError::BadDomain(domain.to_owned()));
    }
    let wire = if name == event { String::new() } else { format!("wire: {}\n", scalar(event)) };
    let text = TEMPLATE
        .replace("{event}", &scalar(&name))
        .replace("{wire}", &wire)
        .replace("{protocol}", protocol)
        .replace("{choices}", &choices(&model[id]))
        .replace("{fields}", fields);
    Ok(Scaffold { path: path(&model[id], domain, &name), text })
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

/// What the platform leaves to choose from, as comments: a choice that nobody made would be a false statement.
fn choices(platform: &Platform) -> String {
    let line = |key: &str, names: Vec<String>| {
        if names.is_empty() { String::new() } else { format!("# {key}: [{}]\n", names.join(", ")) }
    };
    let names = |of: &[(String, String)]| of.iter().map(|(name, _)| scalar(name)).collect();
    let mut text = line("apps", names(&platform.app_kinds));
    text.push_str(&line("delivery", names(&platform.deliveries)));
    if !platform.permissions.is_empty() {
        text.push_str("# permissions: { any_of: [] }\n");
    }
    text
}

/// A text as a YAML scalar: plain where that cannot be misread.
pub(crate) fn scalar(text: &str) -> String {
    let word =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if plain && !word { text.to_owned() } else { Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Scaffold, ScaffoldError, event};
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
        event(&compiled(None).model, "acme", name, domain)
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
        let message = |platform, name, domain| {
            event(&compiled(None).model, platform, name, domain).unwrap_err().to_string()
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
