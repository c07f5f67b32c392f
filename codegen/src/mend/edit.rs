//! Edits of a schema's text: everything else in the file, comments included, stays as it is.

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    source::{FileId, SourceMap, Span},
    syntax::tree::{Node, NodeKind},
};

/// What is to be written into a map.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// A key and its value.
    Line(String),
    /// A key, and the entries below it.
    Below(String, Vec<Entry>),
}

/// One change of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    pub(super) span: Span,
    pub(super) text: String,
}

impl Entry {
    fn in_braces(&self) -> String {
        match self {
            Entry::Line(line) => line.clone(),
            Entry::Below(key, entries) => {
                let entries: Vec<String> = entries.iter().map(Entry::in_braces).collect();
                format!("{key}: {{ {} }}", entries.join(", "))
            }
        }
    }

    fn in_lines(&self, indent: &str, lines: &mut String) {
        match self {
            Entry::Line(line) => lines.push_str(&format!("\n{indent}{line}")),
            Entry::Below(key, entries) => {
                lines.push_str(&format!("\n{indent}{key}:"));
                let below = format!("{indent}  ");
                entries.iter().for_each(|entry| entry.in_lines(&below, lines));
            }
        }
    }
}

/// Adds entries behind the last one of a map, in the way the map is written; `None` where the node is no map.
pub(super) fn add(text: &str, map: &Node, entries: &[Entry]) -> Option<Edit> {
    let NodeKind::Map { entries: there, flow, .. } = &map.kind else { return None };
    let written = entries.iter().map(Entry::in_braces).collect::<Vec<_>>().join(", ");
    let Some((key, value)) = there.last() else {
        return flow.then(|| Edit { span: map.span, text: format!("{{ {written} }}") });
    };
    let end = key.span.end.max(value.span.end);
    if *flow {
        return Some(Edit { span: at(map.span, end), text: format!(", {written}") });
    }
    let first = there.first().map_or(0, |(key, _)| key.span.start);
    let line = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = " ".repeat(text[line..first].chars().count());
    let mut lines = String::new();
    entries.iter().for_each(|entry| entry.in_lines(&indent, &mut lines));
    // A comment behind the last entry belongs to that.
    let end = text[end..].find('\n').map_or(text.len(), |newline| end + newline);
    Some(Edit { span: at(map.span, end), text: lines })
}

/// Adds an item to a list of words.
pub(super) fn push(text: &str, list: &Node, word: &str) -> Option<Edit> {
    let NodeKind::List(items) = &list.kind else { return None };
    let Some(last) = items.last() else {
        return Some(Edit { span: list.span, text: format!("[{word}]") });
    };
    let line = text[..last.span.start].rfind('\n').map_or(0, |newline| newline + 1);
    let before = &text[line..last.span.start];
    if text[list.span.start..].starts_with('[') {
        return Some(Edit { span: at(list.span, last.span.end), text: format!(", {word}") });
    }
    let end = text[last.span.end..].find('\n').map_or(text.len(), |newline| last.span.end + newline);
    Some(Edit { span: at(list.span, end), text: format!("\n{before}{word}") })
}

/// The value of a key of a map.
pub(super) fn child<'n>(map: &'n Node, key: &str) -> Option<&'n Node> {
    let NodeKind::Map { entries, .. } = &map.kind else { return None };
    entries.iter().find(|(name, _)| name.value == key).map(|(_, value)| value)
}

/// The value of the key that stands somewhere.
pub(super) fn value_at(node: &Node, key: Span) -> Option<&Node> {
    match &node.kind {
        NodeKind::Map { entries, .. } => entries
            .iter()
            .find_map(|(name, value)| if name.span == key { Some(value) } else { value_at(value, key) }),
        NodeKind::List(items) => items.iter().find_map(|item| value_at(item, key)),
        NodeKind::Scalar { .. } | NodeKind::Unreadable => None,
    }
}

/// Files with changes made. Of two that overlap the first is made; of two in one place both, the deeper one first, for it belongs
/// to what ends there.
pub(super) fn apply(sources: &SourceMap, mut edits: Vec<Edit>) -> BTreeMap<FileId, String> {
    let depth = |text: &str| text.chars().take_while(|c| c.is_whitespace()).count();
    edits.sort_by_key(|edit| (edit.span.file, edit.span.start, Reverse(depth(&edit.text))));
    let mut files: BTreeMap<FileId, (String, usize)> = BTreeMap::new();
    for Edit { span, text } in edits {
        let Some(file) = sources.get(span.file) else { continue };
        let (out, end) = files.entry(span.file).or_default();
        if span.start >= *end {
            out.push_str(&file.text[*end..span.start]);
            out.push_str(&text);
            *end = span.end;
        }
    }
    let finished = files.into_iter().filter_map(|(id, (out, end))| {
        let rest = sources.get(id)?.text.get(end..)?;
        Some((id, out + rest))
    });
    finished.collect()
}

fn at(near: Span, byte: usize) -> Span {
    Span { start: byte, end: byte, ..near }
}

#[cfg(test)]
mod tests {
    use super::{Edit, Entry, add, apply, child, push};
    use crate::{diagnostic::Diagnostics, source::SourceMap, syntax::tree};

    /// A file after a change to what stands under `m`.
    #[track_caller]
    fn changed(text: &str, edit: impl Fn(&str, &tree::Node) -> Option<Edit>) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add("a.yaml".into(), text.to_owned());
        let root = tree::parse(text, file, &mut Diagnostics::new()).unwrap();
        let edit = edit(text, child(&root, "m").unwrap()).unwrap();
        apply(&sources, vec![edit]).remove(&file).unwrap()
    }

    fn with_entries(text: &str) -> String {
        let below = Entry::Below("new".into(), vec![Entry::Line("c: 3".into()), Entry::Line("d: 4".into())]);
        changed(text, |text, map| add(text, map, &[Entry::Line("b: 2".into()), below.clone()]))
    }

    #[test]
    fn entries_are_written_as_the_map_is() {
        assert_eq!(
            with_entries("m:\n    a: 1 # one\n    # more\nz: 0\n"),
            "m:\n    a: 1 # one\n    b: 2\n    new:\n      c: 3\n      d: 4\n    # more\nz: 0\n"
        );
        assert_eq!(with_entries("m: { a: 1 } # x\n"), "m: { a: 1, b: 2, new: { c: 3, d: 4 } } # x\n");
        assert_eq!(with_entries("m: {}\n"), "m: { b: 2, new: { c: 3, d: 4 } }\n");
        assert_eq!(with_entries("m: { a: 1, }\n"), "m: { a: 1, b: 2, new: { c: 3, d: 4 }, }\n");
    }

    #[test]
    fn what_the_last_entry_holds_stays_whole() {
        let lines = "    b: 2\n    new:\n      c: 3\n      d: 4";
        assert_eq!(
            with_entries("m:\n    a: >-\n      long\n      text\n\nz: 0\n"),
            format!("m:\n    a: >-\n      long\n      text\n{lines}\n\nz: 0\n")
        );
        assert_eq!(
            with_entries("m:\n    a:\n      x: [1,\n        2]"),
            format!("m:\n    a:\n      x: [1,\n        2]\n{lines}")
        );
    }

    #[test]
    fn words_are_added_to_lists_as_they_are_written() {
        let with = |text| changed(text, |text, list| push(text, list, "int"));
        assert_eq!(with("m: [bool] # x\n"), "m: [bool, int] # x\n");
        assert_eq!(with("m: []\n"), "m: [int]\n");
        assert_eq!(with("m:\n  - bool # x\nz: 0\n"), "m:\n  - bool # x\n  - int\nz: 0\n");
    }
}
