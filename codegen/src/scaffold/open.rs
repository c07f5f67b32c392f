//! What a schema leaves open: its empty texts.

use std::ops::Range;

use crate::{
    diagnostic::Diagnostics,
    source::SourceMap,
    syntax::tree::{self, Node, NodeKind},
};

/// An empty text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPlace {
    /// What it is about, such as `UserData.name (string)`, or `status.1, name` for what is no description.
    pub of: String,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
}

/// Every empty text of a schema, in order; nothing where it is no YAML.
#[must_use]
pub fn open_places(text: &str) -> Vec<OpenPlace> {
    let file = SourceMap::default().add("schema.yaml".into(), text.to_owned());
    let node = tree::parse(text, file, &mut Diagnostics::new());
    let mut found = Vec::new();
    if let Some(node) = node {
        walk(&node, None, &mut Vec::new(), text, &mut found);
    }
    found
}

/// The schema with words in the place of an empty text.
#[must_use]
pub fn filled(text: &str, place: &OpenPlace, words: &str) -> String {
    let mut filled = text.to_owned();
    filled.replace_range(place.range.clone(), &super::prose(words));
    filled
}

/// `ty` is the type that stands beside the text.
fn walk<'n>(
    node: &'n Node,
    ty: Option<&str>,
    path: &mut Vec<&'n str>,
    text: &str,
    found: &mut Vec<OpenPlace>,
) {
    match &node.kind {
        NodeKind::Map { entries, .. } => {
            let ty = entries.iter().find_map(|(key, value)| match &value.kind {
                NodeKind::Scalar { text, .. } if key.value == "type" => Some(text.as_str()),
                _ => None,
            });
            for (key, value) in entries {
                path.push(&key.value);
                walk(value, ty, path, text, found);
                path.pop();
            }
        }
        NodeKind::List(items) => items.iter().for_each(|item| walk(item, None, path, text, found)),
        _ if text.get(node.span.start..node.span.end) == Some("\"\"") => {
            let ty = ty.filter(|_| path.last() == Some(&"about")).map(|ty| format!(" ({ty})"));
            let of = name(path) + &ty.unwrap_or_default();
            found.push(OpenPlace { of, range: node.span.start..node.span.end });
        }
        _ => {}
    }
}

/// The path without the words of the schema language.
fn name(path: &[&str]) -> String {
    let (what, above) = match path {
        [above @ .., what @ ("about" | "name")] if !above.is_empty() => (*what, above),
        all => ("about", all),
    };
    let words = above.iter().filter(|word| !matches!(**word, "fields" | "types" | "values"));
    let of = words.copied().collect::<Vec<_>>().join(".");
    if what == "about" { of } else { format!("{of}, {what}") }
}

#[cfg(test)]
mod tests {
    use super::{filled, open_places};

    #[test]
    fn every_empty_text_is_an_open_place_with_what_it_is_about() {
        let text = "title: \"\"\nabout: \"\"    # \"\"\nfields:\n  a: { type: string, about: \"\", values: { b: \"\" } }\ntypes:\n  \
                    Data:\n    about: \"\"\n    fields:\n      n: { type: int, about: Said., values: { 1: { name: \"\", about: x } } }\n";
        let of: Vec<String> = open_places(text).into_iter().map(|place| place.of).collect();
        assert_eq!(of, ["title", "about", "a (string)", "a.b", "Data", "Data.n.1, name"]);
    }

    #[test]
    fn words_are_quoted_where_they_need_it() {
        let text = "about: \"\"\n";
        let with = |words: &str| filled(text, &open_places(text)[0], words);
        assert_eq!(with("Somebody left."), "about: Somebody left.\n");
        assert_eq!(with("Either: a, b"), "about: \"Either: a, b\"\n");
    }
}
