//! What stands at a byte of a file.

use crate::{
    source::{Span, Spanned},
    syntax::tree::{Node, NodeKind},
};

/// One step from a node into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'n> {
    /// To the value of a key.
    Key(&'n str),
    /// To an entry of a list.
    Item,
}

/// What stands at a byte, and the way to it.
#[derive(Debug)]
pub(super) struct Cursor<'n> {
    /// From the top of the file: to the value, or to the map that has the key.
    pub(super) steps: Vec<Step<'n>>,
    /// The keys among the steps.
    pub(super) keys: Vec<Span>,
    pub(super) at: At<'n>,
}

/// What stands at a byte.
#[derive(Debug)]
pub(super) enum At<'n> {
    /// A key, and all entries of its map.
    Key(&'n Spanned<String>, &'n [(Spanned<String>, Node)]),
    /// A scalar, with its text.
    Scalar(&'n Node, &'n str),
}

/// Finds what a byte belongs to; the end of a key or scalar belongs to it too.
pub(super) fn find(root: &Node, byte: usize) -> Option<Cursor<'_>> {
    let (mut steps, mut keys) = (Vec::new(), Vec::new());
    let at = descend(root, byte, &mut steps, &mut keys)?;
    Some(Cursor { steps, keys, at })
}

fn descend<'n>(
    node: &'n Node,
    byte: usize,
    steps: &mut Vec<Step<'n>>,
    keys: &mut Vec<Span>,
) -> Option<At<'n>> {
    let holds = |start: usize, end: usize| start <= byte && byte <= end;
    match &node.kind {
        NodeKind::Scalar { text, .. } => Some(At::Scalar(node, text)),
        NodeKind::Unreadable => None,
        NodeKind::List(items) => {
            let item = items.iter().find(|item| holds(item.span.start, item.span.end))?;
            steps.push(Step::Item);
            descend(item, byte, steps, keys)
        }
        NodeKind::Map { entries, .. } => {
            if let Some((key, _)) = entries.iter().find(|(key, _)| holds(key.span.start, key.span.end)) {
                return Some(At::Key(key, entries));
            }
            let inside = |value: &Node| !value.is_absent() && holds(value.span.start, value.span.end);
            let (key, value) = entries.iter().find(|(_, value)| inside(value))?;
            steps.push(Step::Key(key));
            keys.push(key.span);
            descend(value, byte, steps, keys)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diagnostic::Diagnostics, source::SourceMap, syntax::tree};

    /// What stands at the `|` of a text, after the way to it.
    fn found(marked: &str) -> String {
        let byte = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let file = SourceMap::default().add("a".into(), text.clone());
        let root = tree::parse(&text, file, &mut Diagnostics::new()).unwrap();
        let Some(Cursor { steps, at, .. }) = find(&root, byte) else { return "nothing".to_owned() };
        let name = |step: &Step<'_>| match step {
            Step::Key(key) => (*key).to_owned(),
            Step::Item => "-".to_owned(),
        };
        let mut way: Vec<_> = steps.iter().map(name).collect();
        way.push(match at {
            At::Key(key, _) => format!("key {}", key.value),
            At::Scalar(_, text) => format!("scalar {text}"),
        });
        way.join(" / ")
    }

    #[test]
    fn keys_and_scalars_are_found_with_the_way_to_them() {
        assert_eq!(found("a: { b: [x, y|] }"), "a / b / - / scalar y");
        assert_eq!(found("a:\n  b|c: d"), "a / key bc");
        assert_eq!(found("a:\n  |b: d"), "a / key b");
        assert_eq!(found("a: \"q|\""), "a / scalar q");
        assert_eq!(found("a: b\n|\nc: d"), "nothing");
    }
}
