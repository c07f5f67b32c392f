//! A folder with schemas, and the commands run in it.

// Each test binary uses a part of it.
#![allow(dead_code, clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::SystemTime,
};

use serde_json::Value;

pub const PLATFORM: &str = "title: Acme\nrust_name: Acme\nabout: A platform that nobody knows.\n\
                        app_kinds: { own: An app of its own. }\ndeliveries: { push: A request. }\n\
                        domains: { chat: { title: Chat, about: Talking. } }\n\
                        permissions: { \"chat:read\": { about: Read. } }\n\
                        forms: { plain: { event: kind, header: { id: id }, envelope: [kind, id] } }\n";

pub const PING: &str = "event: ping\ntitle: Pinged\nabout: Somebody pinged.\napps: [own]\ndelivery: [push]\n\
                    permissions: { any_of: [\"chat:read\"] }\n\
                    fields:\n  text: { type: string, about: What was said. }\n";

pub const ASK: &str = "event: ask\nkind: callback\ntitle: Asked\nabout: Somebody asked.\ndelivery: { own: [push] }\n\
                   fields: {}\nresponse: { fields: { yes: { type: bool, about: The answer. } } }\n";

/// A folder that is gone after the test, with schemas in it.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("xtask-cli-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(name));
        folder.write("schemas/acme/platform.yaml", PLATFORM);
        folder.write("schemas/acme/chat/ping.yaml", PING);
        folder.write("schemas/acme/chat/ask.yaml", ASK);
        folder.write(
            "schemas/acme/chat/examples/ping.json",
            "{ \"kind\": \"ping\", \"id\": \"1\", \"text\": \"hi\" }\n",
        );
        folder
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.join(path)).unwrap()
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    /// Runs a command in the folder, on its schemas.
    pub fn run(&self, args: &[&str]) -> Ended {
        Ended::of(self.command(args).args(["--schemas", "schemas"]).output().unwrap())
    }

    /// Runs a command in the folder, with answers on stdin.
    pub fn answer(&self, args: &[&str], answers: &str) -> Ended {
        let mut command = self.command(args);
        let command = command.args(["--schemas", "schemas"]).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        Ended::of(child.wait_with_output().unwrap())
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(args).current_dir(&self.0);
        command
    }

    /// Every file below a folder, with the time when it was written.
    pub fn files(&self, below: &str) -> BTreeMap<PathBuf, SystemTime> {
        fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, SystemTime>) {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() {
                    walk(&entry.path(), found);
                } else {
                    found.insert(entry.path(), entry.metadata().unwrap().modified().unwrap());
                }
            }
        }
        let mut found = BTreeMap::new();
        walk(&self.0.join(below), &mut found);
        found
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn of(output: Output) -> Ended {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub fn with(self, code: i32) -> Ended {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

pub fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
