//! Applying the changes that are certain.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Diagnostics, Suggestion};
use crate::{
    compile::compile_files,
    source::{FileId, SourceMap},
};

/// What the certain changes make of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fixes {
    /// The whole new text of each file that changes, by its path as messages show it.
    pub files: BTreeMap<PathBuf, String>,
    /// How many changes that are.
    pub changes: usize,
}

/// The changes were not made: with them there would be more findings than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing was changed: after the changes there would be {after} findings instead of {before}; mend them by hand"
)]
pub struct Refused {
    /// How many findings there are.
    pub before: usize,
    /// How many there would be.
    pub after: usize,
}

/// Applies every certain change that overlaps no earlier one. Everything else in a file, comments included, stays as it is.
///
/// # Errors
///
/// [`Refused`].
pub fn fixes(diagnostics: &Diagnostics, sources: &SourceMap) -> Result<Fixes, Refused> {
    let mut by_file: BTreeMap<FileId, Vec<&Suggestion>> = BTreeMap::new();
    for suggestion in diagnostics.iter().filter_map(|found| found.suggestion.as_ref()) {
        if suggestion.certain {
            by_file.entry(suggestion.span.file).or_default().push(suggestion);
        }
    }
    let mut fixes = Fixes::default();
    for (id, suggestions) in by_file {
        let Some(file) = sources.get(id) else { continue };
        let (text, changes) = applied(&file.text, suggestions);
        fixes.changes += changes;
        fixes.files.insert(file.path.clone(), text);
    }
    let (before, after) = (findings(sources, &Fixes::default()), findings(sources, &fixes));
    if after > before { Err(Refused { before, after }) } else { Ok(fixes) }
}

/// A text with changes made, and how many were made.
fn applied(text: &str, mut suggestions: Vec<&Suggestion>) -> (String, usize) {
    suggestions.sort_by_key(|suggestion| suggestion.span);
    let (mut out, mut end, mut changes) = (String::with_capacity(text.len()), 0, 0);
    for Suggestion { span, replacement, .. } in suggestions {
        if span.start >= end {
            out.push_str(&text[end..span.start]);
            out.push_str(replacement);
            end = span.end;
            changes += 1;
        }
    }
    out.push_str(&text[end..]);
    (out, changes)
}

/// How many findings all files have with some of them changed. Both counts read from memory, so that they can be compared.
fn findings(sources: &SourceMap, fixes: &Fixes) -> usize {
    let files = sources.iter().map(|(_, file)| {
        let text = fixes.files.get(&file.path).unwrap_or(&file.text);
        (file.path.clone(), text.clone().into_bytes())
    });
    compile_files(files).diagnostics.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diagnostic::{Code, Diagnostic},
        source::Span,
    };

    const PLATFORM: &str = "title: Acme\nabout: For tests.\n";

    fn compiled(event: &str) -> crate::compile::Compiled {
        compile_files([
            ("schemas/acme/platform.yaml".into(), PLATFORM.into()),
            ("schemas/acme/chat/ping.yaml".into(), event.into()),
        ])
    }

    #[test]
    fn certain_changes_are_made_and_comments_stay() {
        let event = "event: ping # its name\ntitel: Ping\nabout: Someone pinged.\n# what it carries\nfields:\n  \
                     text: { type: String, about: What was said., always: yes } # short\n";
        let compiled = compiled(event);
        let fixes = fixes(&compiled.diagnostics, &compiled.sources).unwrap();
        let expected = event.replace("titel", "title").replace("String", "string").replace("yes", "true");
        assert_eq!(fixes.changes, 3);
        assert_eq!(fixes.files[&PathBuf::from("schemas/acme/chat/ping.yaml")], expected);
    }

    #[test]
    fn what_may_be_meant_is_left_to_people() {
        let event = "event: ping\ntitle: Ping\nabout: Someone pinged.\nkind: evnt\n";
        let compiled = compiled(event);
        assert!(compiled.diagnostics.iter().any(|found| found.suggestion.is_some()));
        assert_eq!(fixes(&compiled.diagnostics, &compiled.sources), Ok(Fixes::default()));
    }

    #[test]
    fn changes_that_make_it_worse_are_refused() {
        let compiled = compiled("event: ping\ntitle: Ping\nabout: Someone pinged.\nfields: {}\n");
        assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
        let id = compiled.model.events[0].span.file;
        let mut found = Diagnostics::new();
        let span = Span { file: id, start: 12, end: 17 };
        found.push(Diagnostic::new(Code::UnknownKey, span, "a wrong rule").mend(span, "zzz"));
        assert_eq!(fixes(&found, &compiled.sources), Err(Refused { before: 0, after: 2 }));
    }

    #[test]
    fn of_two_changes_in_one_place_the_first_is_made() {
        let compiled = compiled("event: ping\n");
        let id = compiled.model.events[0].span.file;
        let change = |start, end, replacement: &str| Suggestion {
            span: Span { file: id, start, end },
            replacement: replacement.to_owned(),
            certain: true,
        };
        let (first, second, third) = (change(0, 3, "x"), change(2, 4, "y"), change(4, 4, "z"));
        assert_eq!(applied("abcdef", vec![&second, &third, &first]), ("xdzef".to_owned(), 2));
    }
}
