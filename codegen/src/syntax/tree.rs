//! YAML text to a tree of nodes that know their place. Only this module and its child know the parser.

mod mistake;

use std::borrow::Cow;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, options};

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    source::{FileId, Span, Spanned, char_start},
};

/// No schema nests deeper; what does was written by mistake.
const MAX_DEPTH: usize = 32;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it stands.
    pub span: Span,
    /// The key it belongs to; for an entry of a list the list's key.
    pub key: Option<Span>,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// A scalar.
    Scalar {
        /// Its text, quotes and escapes resolved.
        text: String,
        /// Whether it is written without quotes and may be a number, boolean or null.
        plain: bool,
    },
    /// A list.
    List(Vec<Node>),
    /// A map, duplicate keys included.
    Map {
        /// Keys and values.
        entries: Vec<(Spanned<String>, Node)>,
        /// Whether it is written in braces.
        flow: bool,
        /// Whether it was read to its end.
        whole: bool,
    },
    /// It could not be used, which was reported.
    Unreadable,
}

impl Node {
    /// Whether it is a scalar.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, NodeKind::Scalar { .. })
    }

    /// Whether nothing at all is written.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, plain: true } if text.is_empty())
    }
}

/// Reads a file without byte order mark; its diagnostics hold nothing yet. Where YAML cannot be read further, the tree ends;
/// `None` if there is nothing.
pub fn parse(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut builder = Builder {
        text,
        file,
        diagnostics,
        frames: Vec::new(),
        root: None,
        last_end: 0,
        alias_end: 0,
        documents: 0,
    };
    builder.invisible();
    let options = options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let go_on = match event {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => {
                builder.mistake(&error);
                false
            }
        };
        if !go_on {
            builder.cut_off();
            break;
        }
    }
    if builder.root.is_none() && builder.diagnostics.is_empty() {
        builder.report(Code::EmptyFile, builder.span(0, 0), "the file is empty", "fill it or delete it");
    }
    builder.root
}

/// Builds the tree from events.
struct Builder<'a> {
    text: &'a str,
    file: FileId,
    diagnostics: &'a mut Diagnostics,
    frames: Vec<Frame>,
    root: Option<Node>,
    /// Where the last event ended.
    last_end: usize,
    /// Where the last alias ended; 0 if there was none.
    alias_end: usize,
    documents: usize,
}

/// A list or map that is not yet at its end.
struct Frame {
    start: usize,
    flow: bool,
    key: Option<Span>,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Map { entries: Vec<(Spanned<String>, Node)>, key: PendingKey },
}

/// The key whose value comes next.
enum PendingKey {
    /// The next node is a key.
    None,
    /// The next node belongs to this key.
    Some(Spanned<String>),
    /// The next node belongs to a key that cannot be used.
    Unusable,
}

impl Builder<'_> {
    /// Takes an event; false if nothing more is to be read.
    fn event(&mut self, event: Event<'_>, at: granit_parser::Span) -> bool {
        let span = self.place(at);
        if let Some(tag) = at.tag_span() {
            let help = "remove it; a text that begins with `!` is quoted";
            self.report(Code::Tag, self.place(tag), "tags are not allowed", help);
        }
        match event {
            Event::DocumentStart(..) => return self.document(span),
            Event::Anchor(_, name) => self.anchor(span, &format!("&{name}")),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.anchor(span, self.text.get(span.start..span.end).unwrap_or("*"));
                self.add(NodeKind::Unreadable, span);
                self.alias_end = span.end;
            }
            Event::Scalar(text, style, ..) => self.scalar(text, style, span),
            Event::SequenceStart(style, ..) => return self.open(style, span, Inside::List(Vec::new())),
            Event::MappingStart(style, ..) => {
                return self.open(style, span, Inside::Map { entries: Vec::new(), key: PendingKey::None });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span, true),
            _ => {}
        }
        self.last_end = self.last_end.max(span.end);
        true
    }

    /// Reports the first invisible character.
    fn invisible(&mut self) {
        let Some((at, found)) = self.text.char_indices().find(|(_, c)| is_invisible(*c)) else { return };
        let message = format!("an invisible character (U+{:04X})", u32::from(found));
        let help = "remove it, or write it as an escape inside double quotes";
        self.report(Code::Invisible, self.span(at, at + found.len_utf8()), message, help);
    }

    fn document(&mut self, span: Span) -> bool {
        self.documents += 1;
        if self.documents > 1 {
            let help = "give it a file of its own, or remove the line";
            self.report(Code::SecondDocument, span, "a second document begins here", help);
        }
        self.documents == 1
    }

    fn anchor(&mut self, span: Span, written: &str) {
        let help =
            "write the value out, or give a type a name under `types`; a text that begins so is quoted";
        self.report(Code::Anchor, span, format!("anchors and aliases (`{written}`) are not allowed"), help);
    }

    fn scalar(&mut self, text: Cow<'_, str>, style: ScalarStyle, span: Span) {
        let written = self.text.get(span.start..span.end).unwrap_or_default();
        let plain = style == ScalarStyle::Plain;
        // The parser gives `~` for what is not written at all.
        let text = if plain && written.is_empty() { String::new() } else { text.into_owned() };
        let end = span.start + written.trim_end().len();
        self.add(NodeKind::Scalar { text, plain }, Span { end, ..span });
    }

    fn open(&mut self, style: StructureStyle, span: Span, inside: Inside) -> bool {
        if self.frames.len() == MAX_DEPTH {
            self.too_deep(span);
            return false;
        }
        let flow = style == StructureStyle::Flow;
        self.frames.push(Frame { start: span.start, flow, key: self.key(), inside });
        self.last_end = self.last_end.max(span.end);
        true
    }

    fn close(&mut self, span: Span, whole: bool) {
        let Some(Frame { start, flow, inside, .. }) = self.frames.pop() else { return };
        let (last, kind) = match inside {
            Inside::List(items) => (items.last().map(|item| item.span.end), NodeKind::List(items)),
            Inside::Map { entries, .. } => {
                let last = entries.last().map(|(key, value)| key.span.end.max(value.span.end));
                (last, NodeKind::Map { entries, flow, whole })
            }
        };
        let end = if flow { span.end } else { last.unwrap_or(start) };
        self.add(kind, self.span(start, end.max(start)));
    }

    /// Ends the tree where it is.
    fn cut_off(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            if let Inside::Map { key, .. } = &mut frame.inside
                && let PendingKey::Some(name) = std::mem::replace(key, PendingKey::None)
            {
                let span = Span { start: name.span.end, ..name.span };
                *key = PendingKey::Some(name);
                self.add(NodeKind::Unreadable, span);
            }
            self.close(self.span(self.last_end, self.last_end), false);
        }
        if let Some(root) = &mut self.root {
            doubt_last(root);
        }
    }

    /// The key that the next node belongs to.
    fn key(&self) -> Option<Span> {
        match self.frames.last()? {
            Frame { inside: Inside::Map { key: PendingKey::Some(key), .. }, .. } => Some(key.span),
            Frame { inside: Inside::List(_), key, .. } => *key,
            _ => None,
        }
    }

    fn add(&mut self, kind: NodeKind, span: Span) {
        let node = Node { kind, span, key: self.key() };
        let Some(frame) = self.frames.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        match &mut frame.inside {
            Inside::List(items) => items.push(node),
            Inside::Map { entries, key } => match std::mem::replace(key, PendingKey::None) {
                PendingKey::Some(name) => entries.push((name, node)),
                PendingKey::Unusable => {}
                PendingKey::None => *key = usable_key(node, self.diagnostics),
            },
        }
    }

    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(code, span, message).help(help));
    }

    fn too_deep(&mut self, span: Span) {
        let message = format!("nested more than {MAX_DEPTH} levels deep");
        self.report(Code::TooDeep, span, message, "look for a bracket that is repeated by mistake");
    }

    fn place(&self, span: granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(self.last_end);
        self.span(start, span.end.byte_offset().unwrap_or(start))
    }

    /// A span that is sure to lie in the text and on character boundaries.
    fn span(&self, start: usize, end: usize) -> Span {
        let start = char_start(self.text, start);
        let end = char_start(self.text, end).max(start);
        Span { file: self.file, start, end }
    }
}

/// Whether a character is not seen but changes a text: controls, separators, zero-width spaces, directions of writing.
pub(crate) fn is_invisible(c: char) -> bool {
    let is_line_end = matches!(c, '\n' | '\r' | '\t');
    c.is_control() && !is_line_end
        || matches!(c, '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Marks the maps at the end of a tree that was cut off: a wrong indentation may have ended them too early.
fn doubt_last(node: &mut Node) {
    match &mut node.kind {
        NodeKind::List(items) => items.iter_mut().next_back().into_iter().for_each(doubt_last),
        NodeKind::Map { entries, whole, .. } => {
            *whole = false;
            entries.iter_mut().next_back().into_iter().for_each(|(_, value)| doubt_last(value));
        }
        NodeKind::Scalar { .. } | NodeKind::Unreadable => {}
    }
}

/// A node as a key.
fn usable_key(node: Node, diagnostics: &mut Diagnostics) -> PendingKey {
    let report = |code, message: &str| Diagnostic::new(code, node.span, message);
    match node.kind {
        NodeKind::Scalar { ref text, plain: true } if text == "<<" => {
            let help = "use `extends` to take over the fields of another type";
            diagnostics.push(report(Code::MergeKey, "merge keys are not allowed").help(help));
            PendingKey::Unusable
        }
        NodeKind::Scalar { ref text, plain: true } if text.is_empty() => {
            diagnostics
                .push(report(Code::ComplexKey, "a key is missing here").help("write the key before the `:`"));
            PendingKey::Unusable
        }
        NodeKind::Scalar { text, .. } => PendingKey::Some(Spanned::new(text, node.span)),
        NodeKind::Unreadable => PendingKey::Unusable,
        NodeKind::List(_) | NodeKind::Map { .. } => {
            let help = "write a text; a key that begins with `[` or `{` is quoted";
            diagnostics.push(report(Code::ComplexKey, "a key must be a text").help(help));
            PendingKey::Unusable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceMap;

    /// The tree as text: every scalar as it is written, `~` for what is not there.
    fn written(node: &Node, text: &str) -> String {
        let slice = |span: Span| text[span.start..span.end].to_owned();
        match &node.kind {
            NodeKind::Scalar { .. } if node.is_absent() => "~".to_owned(),
            NodeKind::Scalar { .. } => slice(node.span),
            NodeKind::List(items) => {
                format!("[{}]", items.iter().map(|item| written(item, text)).collect::<Vec<_>>().join(" "))
            }
            NodeKind::Map { entries, .. } => {
                let entry = |(key, value): &(Spanned<String>, Node)| {
                    assert_eq!(value.key, Some(key.span));
                    format!("{}={}", slice(key.span), written(value, text))
                };
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
            }
            NodeKind::Unreadable => "!".to_owned(),
        }
    }

    fn read(text: &str) -> (String, Vec<Code>) {
        let file = SourceMap::default().add("a".into(), text.to_owned());
        let mut diagnostics = Diagnostics::new();
        let node = parse(text, file, &mut diagnostics);
        (
            node.map_or(String::new(), |node| written(&node, text)),
            diagnostics.iter().map(|d| d.code).collect(),
        )
    }

    #[test]
    fn spans_are_exactly_what_is_written() {
        let is = |text: &str, tree: &str| assert_eq!(read(text), (tree.to_owned(), vec![]), "{text:?}");
        is("a: b\nc: 'd e' # f\n", "{a=b c='d e'}");
        is("消息: 用户 列表\n", "{消息=用户 列表}");
        is("a: [b, \"c\\n\", [d]]\n", "{a=[b \"c\\n\" [d]]}");
        is("a: { b: c, d, e: }\n", "{a={b=c d=~ e=~}}");
        is("a:\n  - b\n  -\nc:\n", "{a=[b ~] c=~}");
        is("a: |\n  b\n  c\n\nd: >-\n  e\n", "{a=b\n  c d=e}");
        is("a: b\r\nc:\r\n  d: e\r\n", "{a=b c={d=e}}");
        is("a: b\n  c\n", "{a=b\n  c}");
        is("1: 2\ntrue: ~\n", "{1=2 true=~}");
        is("--- \na: b\n...\n", "{a=b}");
    }

    #[test]
    fn what_stands_before_a_mistake_is_read() {
        let is =
            |text: &str, tree: &str, code| assert_eq!(read(text), (tree.to_owned(), vec![code]), "{text:?}");
        is("a: b\nc: [d, e\nf: g\n", "{a=b c=[d]}", Code::Unclosed);
        is("a: b\nc: @\n", "{a=b c=!}", Code::InvalidYaml);
        is("a:\n\tb: c\n", "{a=!}", Code::Tab);
        is("a: b\n---\nc: d\n", "{a=b}", Code::SecondDocument);
        is("a: *b\nc: d\n", "{a=! c=d}", Code::Anchor);
        is("a: &b c\n", "{a=c}", Code::Anchor);
        is("a: !b c\n", "{a=c}", Code::Tag);
        is("<<: { a: b }\nc: d\n", "{c=d}", Code::MergeKey);
        is("[a]: b\nc: d\n", "{c=d}", Code::ComplexKey);
        is("", "", Code::EmptyFile);
        is("a: b\u{200b}c\n", "{a=b\u{200b}c}", Code::Invisible);
        is("a: b\u{7}c\n", "{a=!}", Code::Invisible);
        is("a: b\n\u{feff}c: d\n", "{a=b}", Code::Invisible);
    }

    #[test]
    fn depth_is_limited_in_every_notation() {
        let block: String = (0..40).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        for text in [
            "[".repeat(40),
            "{ a: ".repeat(40),
            "- ".repeat(40),
            block,
            "- ".repeat(20) + &"[".repeat(20) + &"]".repeat(20),
        ] {
            assert_eq!(read(&text).1, [Code::TooDeep], "{text}");
        }
        let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        assert_eq!(read(&fits).1, []);
    }

    #[test]
    fn maps_before_a_mistake_are_whole_and_those_around_it_are_not() {
        let text = "a: { b: c }\nd:\n  e: f\n g: h\n";
        let file = SourceMap::default().add("a".into(), text.to_owned());
        let node = parse(text, file, &mut Diagnostics::new()).unwrap();
        let NodeKind::Map { entries, whole: false, .. } = node.kind else { panic!("the root was cut off") };
        let whole: Vec<bool> =
            entries.iter().map(|(_, v)| matches!(v.kind, NodeKind::Map { whole: true, .. })).collect();
        assert_eq!(whole, [true, false]);
    }
}
