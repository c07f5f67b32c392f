//! A schema folder while it is edited.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    compile::{Before, Compiled, compile_again},
    load::{self, Found},
};

/// A schema folder and what an editor has open of it. What is open stands before what is on disk, and what did not change since
/// it was compiled last is not looked at again.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
    disk: BTreeMap<PathBuf, Found>,
    open: BTreeMap<PathBuf, String>,
    before: Before,
}

impl Workspace {
    /// Reads a schema folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let mut workspace = Workspace {
            folder: folder.to_owned(),
            disk: BTreeMap::new(),
            open: BTreeMap::new(),
            before: Before::default(),
        };
        workspace.reload();
        workspace
    }

    /// Reads the folder again, as files of it were changed, added or deleted.
    pub fn reload(&mut self) {
        self.disk = load::files(&self.folder).into_iter().collect();
    }

    /// The path by which a file of the folder is known, which begins with the folder's name. `None`: it is no file of the folder, or
    /// one that is hidden.
    #[must_use]
    pub fn shown(&self, path: &Path) -> Option<PathBuf> {
        let below = match path.strip_prefix(&self.folder) {
            Ok(below) => below.to_owned(),
            // One of the two may lead over a link.
            Err(_) => {
                let parent = path.parent()?.canonicalize().ok()?;
                parent.join(path.file_name()?).strip_prefix(self.folder.canonicalize().ok()?).ok()?.to_owned()
            }
        };
        let hidden = below.iter().any(|part| part.to_string_lossy().starts_with('.'));
        (!hidden).then(|| Path::new(&load::name(&self.folder)).join(below))
    }

    /// Where a file stands on disk.
    #[must_use]
    pub fn path(&self, shown: &Path) -> PathBuf {
        load::place(&self.folder, shown)
    }

    /// Takes the text of a file from an editor, until [`close`](Self::close).
    pub fn edit(&mut self, shown: PathBuf, text: String) {
        self.open.insert(shown, text);
    }

    /// Takes a file from disk again.
    pub fn close(&mut self, shown: &Path) {
        self.open.remove(shown);
    }

    /// Checks everything.
    pub fn compile(&mut self) -> Compiled {
        let mut files = self.disk.clone();
        let open =
            self.open.iter().map(|(path, text)| (path.clone(), Found::Bytes(text.clone().into_bytes())));
        files.extend(open);
        compile_again(files.into_iter().collect(), &mut self.before)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, process};

    use super::*;
    use crate::{
        compile::{compile, compile_files},
        diagnostic::render,
    };

    const PLATFORM: &str = "title: Acme\nabout: For tests.\n";
    const PING: &str = "event: ping\ntitle: Pinged\nabout: Somebody pinged.\nfields: {}\n";

    /// A schema folder that is gone after the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = Folder(std::env::temp_dir().join(format!("workspace-{name}-{}", process::id())));
            folder.write("acme/platform.yaml", PLATFORM);
            folder.write("acme/chat/ping.yaml", PING);
            folder
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn path(&self) -> PathBuf {
            self.0.join("schemas")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn findings(compiled: &Compiled) -> String {
        render::short(&compiled.diagnostics, &compiled.sources)
    }

    fn event(name: &str) -> PathBuf {
        format!("schemas/acme/chat/{name}.yaml").into()
    }

    #[test]
    fn what_is_open_stands_before_what_is_on_disk() {
        let folder = Folder::new("open");
        let mut workspace = Workspace::new(&folder.path());
        assert_eq!(findings(&workspace.compile()), "");
        workspace.edit(event("ping"), PING.replace("title", "titel"));
        let found = findings(&workspace.compile());
        assert!(found.contains("ping.yaml:2:1: error[WE0201]") && found.lines().count() == 1, "{found}");
        workspace.close(&event("ping"));
        assert_eq!(findings(&workspace.compile()), "");
    }

    #[test]
    fn a_file_that_is_only_open_counts() {
        let folder = Folder::new("new");
        let mut workspace = Workspace::new(&folder.path());
        // It comes before all others, so that none of them keeps its id.
        workspace.edit("schemas/acme/a/pong.yaml".into(), PING.replace("event: ping", "event: pong"));
        let compiled = workspace.compile();
        assert_eq!(findings(&compiled), "");
        assert_eq!(compiled.model.events.len(), 2);
        assert!(compiled.model.events.iter().all(|event| {
            let file = compiled.sources.get(event.span.file).unwrap();
            file.text[event.span.start..event.span.end] == event.name
        }));
    }

    #[test]
    fn what_was_parsed_before_means_the_same() {
        let folder = Folder::new("same");
        let mut workspace = Workspace::new(&folder.path());
        let texts =
            ["fields: { a: { type: strng, about: A. } }\n", "fields: {}\nfields: {}\n", "same_as: pong\n"];
        for text in texts {
            folder.write("acme/chat/ping.yaml", &format!("{}{text}", PING.replace("fields: {}\n", "")));
            folder.write("acme/chat/pong.yaml", &PING.replace("event: ping", "event: pong"));
            workspace.reload();
            for _ in 0..2 {
                let (kept, fresh) = (workspace.compile(), compile(&folder.path()));
                assert_eq!(kept.model, fresh.model);
                assert_eq!(findings(&kept), findings(&fresh));
            }
        }
    }

    /// Each file in every state; the first is right, an empty one is not there.
    const STATES: &[(&str, &[&str])] = &[
        (
            "acme/platform.yaml",
            &[
                "title: Acme\nabout: For tests.\nforms: { f: { body: body, event: kind } }\n",
                "title: Acme\nabout: For tests.\nforms: { f: { body: body, event: name } }\n",
                "title: Acme\nabout: For tests.\nforms: { f: { body: body, event: kind } }\nlints: { example-drifts: warn }\n",
                "title: Acme\n",
            ],
        ),
        (
            "acme/_types.yaml",
            &[
                "types:\n  User: { about: A user., fields: { id: { type: string, about: The id. } } }\n",
                "types:\n  User: { about: A user., fields: { id: { type: int, about: The id. } } }\n",
                "types:\n  User: { about: A user., fields: { id: { type: string, about: The id., min_len: 3 } } }\n",
                "types:\n  User: { about: A user., fields: { id: { type: Nothing, about: The id. } } }\n",
                "",
            ],
        ),
        (
            "acme/chat/_types.yaml",
            &[
                "",
                "types:\n  User: { about: Another., fields: { name: { type: string, about: The name. } } }\n",
                "types:\n  Other: { about: Another., fields: {} }\n",
                "types:\n",
            ],
        ),
        (
            "acme/chat/ping.yaml",
            &[
                "event: ping\ntitle: Pinged\nabout: Somebody pinged.\nfields: { by: { type: User, about: Who. } }\n",
                "event: ping\ntitle: Pinged\nabout: Somebody pinged.\nfields: { by: { type: string, about: Who. } }\n",
                "event: ping\ntitle: Pinged\nabout: Somebody pinged.\nfields: { by: { type: Usr, about: Who. } }\n",
                "",
            ],
        ),
        (
            "acme/chat/pong.yaml",
            &["event: pong\ntitle: Ponged\nabout: Somebody ponged.\nsame_as: ping\n", ""],
        ),
        (
            "acme/chat/examples/ping.json",
            &[
                "{ \"kind\": \"ping\", \"body\": { \"by\": { \"id\": \"1\" } } }",
                "{ \"kind\": \"ping\", \"body\": { \"by\": { \"id\": 1 } } }",
                "{ \"kind\": \"pong\", \"body\": { \"by\": {",
                "",
            ],
        ),
        (
            "acme/chat/examples/ping.drift-short.json",
            &["{ \"kind\": \"ping\", \"body\": { \"by\": { \"id\": \"1\" } } }", ""],
        ),
        (
            "acme/chat/examples/pong.json",
            &["{ \"kind\": \"pong\", \"body\": { \"by\": { \"id\": \"1\", \"more\": 1 } } }", ""],
        ),
    ];

    #[test]
    fn whatever_has_changed_the_findings_are_those_of_a_fresh_start() {
        let mut workspace = Workspace::new(&std::env::temp_dir().join("no-such-schemas"));
        workspace.disk.clear();
        let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut random = 7_u64;
        let mut next = |below: usize| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap() % below
        };
        let mut kinds = BTreeSet::new();
        for _ in 0..1500 {
            // Sometimes several files change at once.
            for _ in 0..=next(3) {
                let (path, states) = STATES[next(STATES.len())];
                let path = Path::new("schemas").join(path);
                // Mostly the right one, so that more than the first mistake counts.
                let state = states[if next(2) == 0 { 0 } else { next(states.len()) }];
                if state.is_empty() {
                    workspace.close(&path);
                    texts.remove(&path);
                } else {
                    workspace.edit(path.clone(), state.to_owned());
                    texts.insert(path, state.to_owned());
                }
            }
            let fresh =
                compile_files(texts.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())));
            let again = workspace.compile();
            assert_eq!(findings(&again), findings(&fresh), "{texts:#?}");
            assert_eq!(again.model, fresh.model);
            kinds.extend(fresh.diagnostics.iter().map(|found| found.code.as_str()));
        }
        let examples = kinds.iter().filter(|code| code.starts_with("WE07")).count();
        assert!(examples >= 3 && kinds.len() > examples + 3, "these are too few to tell: {kinds:?}");
    }

    #[test]
    fn paths_of_the_folder_are_known_by_its_name() {
        let folder = Folder::new("paths");
        let workspace = Workspace::new(&folder.path());
        let path = folder.path().join("acme/chat/ping.yaml");
        assert_eq!(workspace.shown(&path), Some(event("ping")));
        assert_eq!(workspace.path(&event("ping")), path);
        assert_eq!(workspace.shown(&folder.path().join("acme/.ping.yaml.swp")), None);
        assert_eq!(workspace.shown(&folder.0.join("README.md")), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path(), folder.0.join("link")).unwrap();
            assert_eq!(workspace.shown(&folder.0.join("link/acme/chat/ping.yaml")), Some(event("ping")));
        }
    }
}
