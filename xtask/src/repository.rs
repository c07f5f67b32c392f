//! This repository, and the schemas that a command works on.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use workplace_events_codegen::{
    compile::{Compiled, compile},
    diagnostic::{Code, Severity, render},
    find, load, published,
};

use crate::term::{Done, Stop, colour, doing, note, say};

/// A folder of the repository.
pub(crate) fn folder(name: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).join(name)
}

/// Where the schemas are.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Schemas {
    /// The schema folder [default: schemas/ of the repository]
    #[arg(long, value_name = "DIR")]
    schemas: Option<PathBuf>,
}

impl Schemas {
    /// The option as it was given, for the commands that messages name.
    pub(crate) fn option(&self) -> String {
        self.schemas.as_deref().map_or(String::new(), |folder| format!(" --schemas {}", quoted(folder)))
    }

    /// The folder.
    pub(crate) fn folder(&self) -> PathBuf {
        self.schemas.clone().unwrap_or_else(|| folder("schemas"))
    }

    /// Whether they are those of the repository.
    pub(crate) fn are_own(&self) -> bool {
        match (self.folder().canonicalize(), folder("schemas").canonicalize()) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
    }

    /// Reads and checks the schemas.
    pub(crate) fn compile(&self) -> Done<Compiled> {
        let folder = self.folder();
        if !folder.is_dir() {
            return Err(Stop::usage(format!(
                "{}: no such folder; give the schemas with `--schemas DIR`",
                folder.display()
            )));
        }
        let _doing = doing("reading the schemas");
        Ok(compile(&folder))
    }

    /// Where a file is that messages show from the schema folder's parent.
    pub(crate) fn path(&self, shown: &Path) -> PathBuf {
        load::place(&self.folder(), shown)
    }

    /// Writes new texts of schemas, and new files; nothing if a schema is not what was checked any more, or a new file is
    /// there already.
    pub(crate) fn replace(
        &self,
        compiled: &Compiled,
        changed: &BTreeMap<PathBuf, String>,
        new: &BTreeMap<PathBuf, String>,
    ) -> Done {
        let internal = |path: &Path, reason: &dyn std::fmt::Display| {
            Stop::Internal(format!("nothing was changed: {}: {reason}", path.display()))
        };
        let texts: BTreeMap<&Path, &str> =
            compiled.sources.iter().map(|(_, file)| (file.path.as_path(), file.text.as_str())).collect();
        for shown in changed.keys() {
            let written = fs::read(self.path(shown)).map_err(|error| internal(shown, &error))?;
            // A byte order mark is not written back.
            let written = written.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&written);
            if texts.get(shown.as_path()).is_none_or(|text| text.as_bytes() != written) {
                return Err(internal(shown, &"it is not what was checked any more; run the command again"));
            }
        }
        if let Some(there) = new.keys().find(|shown| self.path(shown).exists()) {
            return Err(internal(there, &"there is such a file already; move it away"));
        }
        let texts = new.iter().chain(changed).map(|(shown, text)| (self.path(shown), text.as_str()));
        write_all(&texts.collect::<Vec<_>>())
    }
}

/// Writes files, all of them or none: first beside their places, so that a full disk leaves everything as it was.
fn write_all(files: &[(PathBuf, &str)]) -> Done {
    let staged: Vec<PathBuf> = files.iter().map(|(path, _)| beside(path)).collect();
    for ((path, text), staged_at) in files.iter().zip(&staged) {
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(error) = folder.and_then(|()| fs::write(staged_at, text)) {
            // What was never written cannot be removed.
            staged.iter().for_each(|path| drop(fs::remove_file(path)));
            return Err(Stop::Internal(format!("nothing was changed: {}: {error}", path.display())));
        }
    }
    for ((path, _), staged_at) in files.iter().zip(&staged) {
        fs::rename(staged_at, path)
            .map_err(|error| Stop::Internal(format!("{}: {error}", path.display())))?;
    }
    Ok(())
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// Compares the names with those that a generated crate has, if it is there.
pub(crate) fn check_published(compiled: &mut Compiled, generated: &Path) -> Done {
    let path = generated.join(published::PATH);
    match fs::read_to_string(&path) {
        Ok(lock) => compiled.check_published(&lock),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(Stop::Internal(format!("{}: {error}", path.display()))),
    }
    Ok(())
}

/// Schemas with errors are a dead end for everything but `check`.
pub(crate) fn without_errors(compiled: Compiled) -> Done<Compiled> {
    if compiled.diagnostics.has_errors() {
        report(&compiled);
        return Err(Stop::Findings);
    }
    Ok(compiled)
}

/// The same, but for words that `check` still asks for: without them everything means what it means.
pub(crate) fn without_errors_but_words(compiled: Compiled) -> Done<Compiled> {
    let mut errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    if errors.all(|found| found.code == Code::EmptyText) { Ok(compiled) } else { without_errors(compiled) }
}

/// Says that nothing is called so, and what may be meant.
pub(crate) fn unknown_event(compiled: &Compiled, name: &str) -> Stop {
    Stop::Usage(find::none(&compiled.model, name))
}

/// Prints all findings and how many they are.
pub(crate) fn report(compiled: &Compiled) {
    let findings = render::human(&compiled.diagnostics, &compiled.sources, colour());
    if !findings.is_empty() {
        note(findings.trim_end_matches('\n'));
        say("");
    }
    say(&render::summary(&compiled.diagnostics));
}

/// The text of a file with payloads; `-` is standard input.
pub(crate) fn payload_text(file: &Path) -> Done<String> {
    text(file, "payloads are JSON", "a file with a payload")
}

/// The text of a page of documentation; `-` is standard input.
pub(crate) fn page_text(file: &Path) -> Done<String> {
    text(file, "pages are Markdown", "the page of an event")
}

/// The text of a file that somebody names: what such files are, and what to give instead of an empty one.
fn text(file: &Path, form: &str, wanted: &str) -> Done<String> {
    let refuse = |reason: &str| Stop::Usage(format!("{}: {reason}", file.display()));
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else if file.is_dir() {
        return Err(refuse("this is a folder; give the files in it"));
    } else {
        fs::read(file)
    };
    let bytes = bytes.map_err(|error| refuse(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| refuse(&format!("this is not UTF-8; {form}")))?;
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(refuse(&format!("this is empty; give {wanted}")));
    }
    Ok(text)
}

/// A path as it is typed.
pub(crate) fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.contains(' ') { format!("'{path}'") } else { path }
}
