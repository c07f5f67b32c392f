//! What the files of the schema folder are.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{DomainSource, EventSource, ExampleSource, File, Found, Parsed, PlatformSource, Sources};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    nearest::nearest,
    source::{FileId, SourceMap, Span},
    syntax::{
        RawEvent, RawPlatform, RawTypesFile,
        lower::{Lower, Lowerer},
        tree,
    },
};

/// What a file is by its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    platform: String,
    domain: Option<String>,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Platform,
    Types,
    /// An event, with its name.
    Event(String),
    /// An example, with the file name without `.json`.
    Example(String),
}

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    Platform(Arc<Parsed<RawPlatform>>),
    Types(Arc<Parsed<RawTypesFile>>),
    Event(Arc<Parsed<RawEvent>>),
    Example(FileId),
    Nothing,
}

/// What a file is. `None`: it is no schema and may stand here. The error says what may stand here instead.
pub fn place(path: &Path) -> Result<Option<Place>, &'static str> {
    let parts: Vec<_> = path.iter().skip(1).map(|part| part.to_string_lossy()).collect();
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    let Some(name) = parts.last() else { return Ok(None) };
    let place = |platform: &str, domain: Option<&str>, kind| {
        Ok(Some(Place { platform: platform.to_owned(), domain: domain.map(str::to_owned), kind }))
    };
    match parts.as_slice() {
        _ if name.ends_with(".md") || parts.iter().any(|part| part.starts_with('.')) => Ok(None),
        ["event.schema.json"] => Ok(None),
        [_] => Err("in this folder each platform has a folder with a `platform.yaml`"),
        [platform, "platform.yaml"] => place(platform, None, Kind::Platform),
        [platform, "_types.yaml"] => place(platform, None, Kind::Types),
        [_, _] => Err(
            "a platform has `platform.yaml`, `_types.yaml` and a folder per domain; events belong into a domain",
        ),
        [platform, domain, "_types.yaml"] => place(platform, Some(domain), Kind::Types),
        [platform, domain, name] => match name.strip_suffix(".yaml") {
            Some(event) => place(platform, Some(domain), Kind::Event(event.to_owned())),
            None if name.ends_with(".yml") => Err("the file of an event ends with `.yaml`; rename it"),
            None if name.ends_with(".json") => {
                Err("an example belongs into the folder `examples` beside the events")
            }
            None => {
                Err("a domain has a file `<event>.yaml` per event, `_types.yaml`, and a folder `examples`")
            }
        },
        [platform, domain, "examples", name] => match name.strip_suffix(".json") {
            Some(stem) => place(platform, Some(domain), Kind::Example(stem.to_owned())),
            None => Err("an example is a file `<event>.json` or `<event>.<scenario>.json`"),
        },
        _ => Err("the only folder inside a domain is `examples`, and it holds no folders"),
    }
}

/// Adds the `platform.yaml` of each platform that has none, as a file that is missing.
pub fn expect_platforms(files: &mut Vec<File>) {
    let mut missing: BTreeSet<PathBuf> = BTreeSet::new();
    for (path, _) in &*files {
        if let (Ok(Some(Place { platform, .. })), Some(root)) = (place(path), path.iter().next()) {
            missing.insert(Path::new(root).join(platform).join("platform.yaml"));
        }
    }
    for (path, _) in &*files {
        missing.remove(path);
    }
    files.extend(missing.into_iter().map(|path| (path, Found::Missing)));
}

/// Reads one file. One that cannot be read at all counts as an empty one that is not whole.
pub fn parse(place: &Place, file: FileId, readable: bool, sources: &SourceMap) -> (Content, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let text = sources.get(file).filter(|_| readable).map(|file| file.text.as_str());
    let content = match &place.kind {
        Kind::Platform => Content::Platform(Arc::new(lower(file, text, &mut diagnostics))),
        Kind::Types => Content::Types(Arc::new(lower(file, text, &mut diagnostics))),
        Kind::Event(name) => {
            let parsed = lower(file, text, &mut diagnostics);
            check_name(name, &parsed, &mut diagnostics);
            Content::Event(Arc::new(parsed))
        }
        Kind::Example(_) if readable => Content::Example(file),
        Kind::Example(_) => Content::Nothing,
    };
    (content, diagnostics)
}

fn lower<T: Lower>(file: FileId, text: Option<&str>, diagnostics: &mut Diagnostics) -> Parsed<T> {
    let mut whole = false;
    let raw = text.and_then(|text| {
        let node = tree::parse(text, file, diagnostics)?;
        let parsed = !diagnostics.has_errors();
        let mut lowerer = Lowerer::new(text, diagnostics);
        let raw = T::lower(&node, &mut lowerer)?;
        whole = parsed && !lowerer.lost_names();
        Some(raw)
    });
    Parsed { file, raw: raw.unwrap_or_else(|| T::placeholder(Span::of_file(file))), whole }
}

fn check_name(name: &str, parsed: &Parsed<RawEvent>, diagnostics: &mut Diagnostics) {
    let event = &parsed.raw.event;
    if event.is_empty() || event.value == name {
        return;
    }
    let message = format!("the file describes `{}` but is named `{name}.yaml`", event.value);
    let report = Diagnostic::new(Code::FileName, event.span, message);
    diagnostics.push(if event.contains('/') {
        report.help(format!("the platform's name goes into `wire`; write `event: {name}`"))
    } else {
        report.help(format!("rename the file to `{}.yaml`, or write `event: {name}`", event.value))
    });
}

/// Puts the files together.
pub fn assemble(
    contents: Vec<(Place, Content)>,
    sources: &SourceMap,
    diagnostics: &mut Diagnostics,
) -> Sources {
    let mut folders: BTreeMap<String, PlatformFolder> = BTreeMap::new();
    for (Place { platform, domain, kind }, content) in contents {
        folders.entry(platform).or_default().take(domain, kind, content);
    }
    let platforms = folders.into_iter().filter_map(|(name, folder)| {
        let platform = folder.platform?;
        let domains = folder.domains.into_iter();
        let domains = domains.map(|(name, folder)| folder.finish(name, sources, diagnostics)).collect();
        Some(PlatformSource { name, platform, types: folder.types, domains })
    });
    Sources { platforms: platforms.collect() }
}

#[derive(Default)]
struct PlatformFolder {
    platform: Option<Arc<Parsed<RawPlatform>>>,
    types: Option<Arc<Parsed<RawTypesFile>>>,
    domains: BTreeMap<String, DomainFolder>,
}

#[derive(Default)]
struct DomainFolder {
    types: Option<Arc<Parsed<RawTypesFile>>>,
    events: BTreeMap<String, Arc<Parsed<RawEvent>>>,
    examples: Vec<(String, FileId)>,
}

impl PlatformFolder {
    fn take(&mut self, domain: Option<String>, kind: Kind, content: Content) {
        let Some(domain) = domain else {
            match content {
                Content::Platform(platform) => self.platform = Some(platform),
                Content::Types(types) => self.types = Some(types),
                _ => {}
            }
            return;
        };
        let domain = self.domains.entry(domain).or_default();
        match (kind, content) {
            (_, Content::Types(types)) => domain.types = Some(types),
            (Kind::Event(name), Content::Event(event)) => {
                domain.events.insert(name, event);
            }
            (Kind::Example(stem), Content::Example(file)) => domain.examples.push((stem, file)),
            _ => {}
        }
    }
}

impl DomainFolder {
    fn finish(self, name: String, sources: &SourceMap, diagnostics: &mut Diagnostics) -> DomainSource {
        let mut examples = Vec::new();
        for (stem, file) in &self.examples {
            match example(stem, *file, self.events.keys()) {
                Some(example) => examples.push(example),
                None => diagnostics.push(no_event(stem, *file, self.events.keys(), sources)),
            }
        }
        examples.sort_by(|a, b| (&a.event, &a.scenario).cmp(&(&b.event, &b.scenario)));
        let events = self.events.into_iter().map(|(name, parsed)| EventSource { name, parsed }).collect();
        DomainSource { name, types: self.types, events, examples }
    }
}

/// An example by its file name. Events have dots in their names, so that the longest event that fits is meant.
fn example<'a>(stem: &str, file: FileId, events: impl Iterator<Item = &'a String>) -> Option<ExampleSource> {
    let rest = |event: &String| match stem.strip_prefix(event.as_str())? {
        "" => Some(""),
        rest => rest.strip_prefix('.'),
    };
    let (event, scenario) =
        events.filter_map(|event| Some((event, rest(event)?))).max_by_key(|(event, _)| event.len())?;
    let words: Vec<&str> = scenario.split('.').collect();
    let response = words.first() == Some(&"response");
    let drifts = words.get(usize::from(response)).is_some_and(|word| word.starts_with("drift-"));
    let made = words.last() == Some(&"made");
    Some(ExampleSource { file, event: event.clone(), scenario: scenario.to_owned(), response, made, drifts })
}

fn no_event<'a>(
    stem: &str,
    file: FileId,
    events: impl Iterator<Item = &'a String> + Clone,
    sources: &SourceMap,
) -> Diagnostic {
    let message = format!("`{stem}` begins with the name of no event of this domain");
    // The first line is enough: the file name is what is wrong.
    let end = sources.get(file).map_or(0, |file| file.text.find('\n').unwrap_or(file.text.len()));
    let report = Diagnostic::new(Code::ExampleOfNothing, Span { file, start: 0, end }, message);
    match nearest(stem, events.map(String::as_str)) {
        Some(near) => report.help(format!("did you mean `{near}`?")),
        None => report.help("name it `<event>.json` or `<event>.<scenario>.json`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(path: &str) -> Option<(String, Kind)> {
        let Place { platform, domain, kind } = place(Path::new(path)).ok()??;
        Some((domain.map_or(platform.clone(), |domain| format!("{platform}/{domain}")), kind))
    }

    #[test]
    fn a_file_is_what_its_path_says() {
        let is = |path, folder: &str, expected| {
            assert_eq!(kind(path), Some((folder.to_owned(), expected)), "{path}")
        };
        is("schemas/lark/platform.yaml", "lark", Kind::Platform);
        is("schemas/lark/_types.yaml", "lark", Kind::Types);
        is("schemas/lark/im/_types.yaml", "lark/im", Kind::Types);
        is(
            "schemas/lark/im/im.message.receive_v1.yaml",
            "lark/im",
            Kind::Event("im.message.receive_v1".to_owned()),
        );
        is("schemas/lark/im/examples/a.b.json", "lark/im", Kind::Example("a.b".to_owned()));
        is("elsewhere/lark/im/a.yaml", "lark/im", Kind::Event("a".to_owned()));
    }

    #[test]
    fn notes_hidden_files_and_the_schema_for_editors_are_no_schemas() {
        for path in
            ["schemas/README.md", "schemas/lark/im/NOTES.md", "schemas/.git/x", "schemas/event.schema.json"]
        {
            assert_eq!(place(Path::new(path)), Ok(None), "{path}");
        }
    }

    #[test]
    fn anything_else_is_a_mistake() {
        for path in
            ["schemas/a.yaml", "schemas/lark/a.yaml", "schemas/lark/im/a.yml", "schemas/lark/im/b/a.yaml"]
        {
            assert!(place(Path::new(path)).is_err(), "{path}");
        }
    }

    #[test]
    fn an_example_belongs_to_the_longest_event_that_its_name_begins_with() {
        let events = ["im.message".to_owned(), "im.message.receive_v1".to_owned()];
        let file = SourceMap::default().add(PathBuf::new(), String::new());
        let of = |stem| example(stem, file, events.iter()).map(|example| (example.event, example.scenario));
        let is = |event: &str, scenario: &str| Some((event.to_owned(), scenario.to_owned()));
        assert_eq!(of("im.message"), is("im.message", ""));
        assert_eq!(of("im.message.text"), is("im.message", "text"));
        assert_eq!(of("im.message.receive_v1"), is("im.message.receive_v1", ""));
        assert_eq!(of("im.message.receive_v1.text"), is("im.message.receive_v1", "text"));
        assert_eq!(of("im.message.receive_v12"), is("im.message", "receive_v12"));
        assert_eq!(of("im.messages"), None);
    }
}
