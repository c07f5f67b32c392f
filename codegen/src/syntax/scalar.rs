//! Texts, numbers, booleans and words of a fixed set.

use serde_json::{Number, Value};

use super::{
    ScalarValue,
    lower::{Expected, Lower, Lowerer, list_of},
    tree::{Node, NodeKind},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    nearest::nearest,
    source::{Span, Spanned},
};

/// A text of which only some values are allowed.
pub trait Keyword: Copy + 'static {
    /// The allowed texts.
    const ALL: &'static [(&'static str, Self)];
    /// The first of them.
    const FIRST: Self = Self::ALL[0].1;
}

/// What YAML 1.2 takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resolved {
    Null,
    Bool(bool),
    Integer,
    Float,
    Text,
}

fn resolve(text: &str, plain: bool) -> Resolved {
    match text {
        _ if !plain => Resolved::Text,
        "" | "~" | "null" | "Null" | "NULL" => Resolved::Null,
        "true" | "True" | "TRUE" => Resolved::Bool(true),
        "false" | "False" | "FALSE" => Resolved::Bool(false),
        _ if is_integer(text) => Resolved::Integer,
        _ if is_float(text) => Resolved::Float,
        _ => Resolved::Text,
    }
}

fn is_integer(text: &str) -> bool {
    let all = |digits: &str, is: fn(&char) -> bool| !digits.is_empty() && digits.chars().all(|c| is(&c));
    match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(octal), _) => all(octal, |c| c.is_digit(8)),
        (_, Some(hex)) => all(hex, char::is_ascii_hexdigit),
        _ => all(text.strip_prefix(['-', '+']).unwrap_or(text), char::is_ascii_digit),
    }
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    unsigned.contains(|c: char| c.is_ascii_digit())
        && unsigned.chars().all(numeric)
        && text.parse::<f64>().is_ok()
}

/// Whether a number is written as in JSON, so that every reader takes it for the same.
fn is_decimal(text: &str) -> bool {
    serde_json::from_str::<Number>(text).is_ok()
}

/// Whether it is null, written or left out.
pub fn is_null(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { text, plain } if resolve(text, *plain) == Resolved::Null)
}

/// Whether it is a text without quotes.
pub fn is_plain_text(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Scalar { plain: true, text } if !text.is_empty())
}

/// What a node is, in words.
pub fn describe(node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::List(_) => "a list",
        NodeKind::Map { .. } => "a map",
        NodeKind::Unreadable => "nothing",
        NodeKind::Scalar { text, plain } => match resolve(text, *plain) {
            Resolved::Null => "null",
            Resolved::Bool(_) => "a boolean",
            Resolved::Integer | Resolved::Float => "a number",
            Resolved::Text => "a text",
        },
    }
}

/// A text in double quotes.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Adds what to do about a value of the wrong kind.
pub fn advise(report: Diagnostic, expected: Expected, node: &Node, written: &str) -> Diagnostic {
    match (expected, &node.kind) {
        (Expected::List, NodeKind::Scalar { .. }) => {
            report.help("a list of one is written with brackets").mend(node.span, format!("[{written}]"))
        }
        (Expected::Mapping { required: [] } | Expected::Map, _) => report
            .help("write it as `key: value`, one per line below it and indented, or as `{ key: value }`"),
        (Expected::Mapping { required }, _) => {
            let keys: Vec<String> = required.iter().map(|key| format!("{key}: ...")).collect();
            report.help(format!("write it as a map: `{{ {} }}`", keys.join(", ")))
        }
        (Expected::Text, NodeKind::Map { flow: true, .. } | NodeKind::List(_)) => {
            report.help("write one text; a text that begins with `{` or `[` is quoted")
        }
        (Expected::Bool, NodeKind::Scalar { text, .. }) => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => report.help("write `true`").mend(node.span, "true"),
            "no" | "off" | "n" | "false" => report.help("write `false`").mend(node.span, "false"),
            _ => report.help("write `true` or `false`"),
        },
        (Expected::Integer | Expected::Number, NodeKind::Scalar { text, plain: false })
            if is_decimal(text) =>
        {
            report.help("a number has no quotes").mend(node.span, text.clone())
        }
        _ => report.help(format!("write {expected}")),
    }
}

impl Lower for Spanned<String> {
    const EXPECTED: Expected = Expected::Text;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let NodeKind::Scalar { text, plain } = &node.kind else { return cx.wrong_type(node) };
        match resolve(text, *plain) {
            Resolved::Text if text.trim().is_empty() => {
                let report = Diagnostic::new(Code::EmptyText, node.span, "an empty text");
                cx.report(report.help("write the text, or leave the key out"));
                return None;
            }
            Resolved::Text => check_hash(node, *plain, cx),
            _ => {
                let message = format!("here is {}, but a text is wanted", describe(node));
                let report = Diagnostic::new(Code::NotQuoted, node.span, message);
                cx.report(report.help(format!("quote it: {}", quoted(text))).mend(node.span, quoted(text)));
            }
        }
        Some(Spanned::new(text.clone(), node.span))
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(String::new(), span)
    }
}

/// Reports a text that goes on after what YAML takes for the begin of a comment: a `#` without a space behind it.
fn check_hash(node: &Node, plain: bool, cx: &mut Lowerer<'_>) {
    let rest = cx.rest_of_line(node.span.end);
    let comment = rest.trim_start();
    let is_cut = comment.strip_prefix('#').is_some_and(|c| c.starts_with(|c: char| c.is_alphanumeric()));
    if !plain || !is_cut {
        return;
    }
    let end = node.span.end + rest.trim_end().len();
    let start = node.span.end + rest.len() - comment.len();
    let whole = Span { end, ..node.span };
    let text = quoted(cx.slice(whole));
    let report = Diagnostic::new(Code::CutAtHash, Span { start, ..whole }, "the text is cut at the `#`");
    let report = report.label("YAML takes this for a comment").also(node.span, "the text ends here");
    cx.report(
        report
            .help(format!("quote the text: {text}; if a comment is meant, put a space after the `#`"))
            .suggest(whole, text),
    );
}

impl<K: Keyword> Lower for Spanned<K> {
    const EXPECTED: Expected = Expected::Text;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let NodeKind::Scalar { text: word, .. } = &node.kind else { return cx.wrong_type(node) };
        if let Some((_, value)) = K::ALL.iter().find(|(text, _)| text == word) {
            return Some(Spanned::new(*value, node.span));
        }
        let words: Vec<&str> = K::ALL.iter().map(|(text, _)| *text).collect();
        let message = format!("`{word}` is not one of {}", list_of(&words, "and"));
        let report = Diagnostic::new(Code::UnknownWord, node.span, message);
        cx.report(match nearest(word, words.iter().copied()) {
            Some(near) => report.help(format!("did you mean `{near}`?")).suggest(node.span, near),
            None => report.help(format!("write {}", list_of(&words, "or"))),
        });
        None
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(K::FIRST, span)
    }
}

impl Lower for Spanned<bool> {
    const EXPECTED: Expected = Expected::Bool;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        match &node.kind {
            NodeKind::Scalar { text, plain: true } if text == "true" => Some(Spanned::new(true, node.span)),
            NodeKind::Scalar { text, plain: true } if text == "false" => Some(Spanned::new(false, node.span)),
            _ => cx.wrong_type(node),
        }
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(false, span)
    }
}

impl Lower for Spanned<u64> {
    const EXPECTED: Expected = Expected::Integer;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        match number(node, cx, Expected::Integer)?.as_u64() {
            Some(value) => Some(Spanned::new(value, node.span)),
            None => bad_number(node, cx, "a whole number that is not negative"),
        }
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(0, span)
    }
}

impl Lower for Spanned<f64> {
    const EXPECTED: Expected = Expected::Number;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let value = number(node, cx, Expected::Number)?.as_f64()?;
        Some(Spanned::new(value, node.span))
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(0.0, span)
    }
}

impl Lower for Spanned<ScalarValue> {
    const EXPECTED: Expected = Expected::Other("a text, a number or a boolean");

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let NodeKind::Scalar { text, plain } = &node.kind else { return cx.wrong_type(node) };
        let value = match resolve(text, *plain) {
            Resolved::Null => return cx.wrong_type(node),
            Resolved::Bool(value) => Value::Bool(value),
            Resolved::Integer | Resolved::Float => Value::Number(number(node, cx, Expected::Number)?),
            Resolved::Text => Value::String(text.clone()),
        };
        Some(Spanned::new(ScalarValue(value), node.span))
    }

    fn placeholder(span: Span) -> Self {
        Spanned::new(ScalarValue(Value::Null), span)
    }
}

/// A number, written as in JSON.
fn number(node: &Node, cx: &mut Lowerer<'_>, expected: Expected) -> Option<Number> {
    let NodeKind::Scalar { text, plain: true } = &node.kind else { return wrong_number(node, cx, expected) };
    match resolve(text, true) {
        Resolved::Integer | Resolved::Float => match serde_json::from_str(text) {
            Ok(number) => Some(number),
            Err(_) => bad_number(node, cx, "decimal digits, without `+`, leading zeros or a prefix"),
        },
        _ => wrong_number(node, cx, expected),
    }
}

fn wrong_number(node: &Node, cx: &mut Lowerer<'_>, expected: Expected) -> Option<Number> {
    match expected {
        Expected::Integer => cx.wrong_type::<Spanned<u64>>(node).map(|_| Number::from(0)),
        _ => cx.wrong_type::<Spanned<f64>>(node).map(|_| Number::from(0)),
    }
}

fn bad_number<T>(node: &Node, cx: &mut Lowerer<'_>, wanted: &str) -> Option<T> {
    let message = format!("`{}` cannot be used as a number here", cx.slice(node.span));
    cx.report(Diagnostic::new(Code::BadNumber, node.span, message).help(format!("write {wanted}")));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_what_yaml_1_2_says() {
        let is = |texts: &[&str], expected| {
            for text in texts {
                assert_eq!(resolve(text, true), expected, "{text}");
                assert_eq!(resolve(text, false), Resolved::Text, "{text} with quotes");
            }
        };
        is(&["", "~", "null", "Null", "NULL"], Resolved::Null);
        is(&["true", "True", "TRUE"], Resolved::Bool(true));
        is(&["false", "False", "FALSE"], Resolved::Bool(false));
        is(&["0", "-1", "+5", "007", "0x1F", "0o17"], Resolved::Integer);
        is(&["1.10", "1e3", ".5", "5.", "-1.5e-3", ".inf", "-.INF", ".nan"], Resolved::Float);
        is(
            &[
                "yes",
                "no",
                "on",
                "off",
                "y",
                "nULL",
                "1_000",
                "0b11",
                "12:30",
                "2024-05-01",
                "1.2.3",
                "-",
                "e5",
                "0x",
                "inf",
            ],
            Resolved::Text,
        );
    }

    #[test]
    fn numbers_are_written_as_in_json() {
        for text in ["0", "-1", "15", "1.10", "1e3", "-1.5e-3"] {
            assert!(is_decimal(text), "{text}");
        }
        for text in ["+5", "007", "0x1F", "0o17", ".5", "5.", ".inf", "1e999"] {
            assert!(!is_decimal(text), "{text}");
        }
    }

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(quoted("say \"消息\""), r#""say \"消息\"""#);
    }
}
