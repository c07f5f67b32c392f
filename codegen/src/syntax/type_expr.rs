//! Type expressions: `list<map<json<Label>>>`.

use std::ops::Range;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use workplace_events_runtime::table::TimeFormat;

use super::{
    lower::{Expected, Lower, Lowerer, list_of},
    tree::Node,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    nearest::nearest,
    source::{Span, Spanned},
};

/// A type expression. Equality ignores the place.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct TypeExpr {
    /// What it says.
    pub kind: TypeKind,
    /// Where it stands; inside a longer expression only this part.
    pub span: Span,
}

/// What a [`TypeExpr`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `string`.
    String,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `any`.
    Any,
    /// `json`, or `json<T>`.
    Json(Option<Box<TypeExpr>>),
    /// `list<T>`.
    List(Box<TypeExpr>),
    /// `map<T>`.
    Map(Box<TypeExpr>),
    /// `text<T>`: an integer, float, boolean or numeric time inside a text.
    Text(Box<TypeExpr>),
    /// `time<format>`.
    Time(TimeFormat),
    /// The name of a type.
    Name(String),
    /// It could not be read, which was reported.
    Invalid,
}

/// The arguments of `time<...>`.
const TIMES: &[(&str, TimeFormat)] = &[
    ("unix_s", TimeFormat::UnixS),
    ("unix_ms", TimeFormat::UnixMs),
    ("unix_us", TimeFormat::UnixUs),
    ("unix_auto", TimeFormat::UnixAuto),
    ("fractional_s", TimeFormat::FractionalS),
    ("rfc3339", TimeFormat::Rfc3339),
    ("datetime", TimeFormat::Datetime),
    ("datetime_minute", TimeFormat::DatetimeMinute),
    ("date", TimeFormat::Date),
    ("compact_date", TimeFormat::CompactDate),
];

impl PartialEq for TypeExpr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// Types that take no argument.
const SCALARS: &[(&str, TypeKind)] = &[
    ("string", TypeKind::String),
    ("int", TypeKind::Int),
    ("float", TypeKind::Float),
    ("bool", TypeKind::Bool),
    ("any", TypeKind::Any),
    ("json", TypeKind::Json(None)),
];

/// Types that take an argument, with it written out.
const GENERICS: &[(&str, &str)] = &[
    ("list", "list<T>"),
    ("map", "map<T>"),
    ("json", "json<T>"),
    ("text", "text<int>"),
    ("time", "time<unix_ms>"),
];

/// The names of the types that take no argument.
pub fn scalars() -> impl Iterator<Item = &'static str> {
    SCALARS.iter().map(|(name, _)| *name)
}

/// The types that take an argument: name, and the type written out.
pub fn generics() -> impl Iterator<Item = (&'static str, &'static str)> {
    GENERICS.iter().copied()
}

/// The arguments of `time<...>`.
pub fn times() -> impl Iterator<Item = &'static str> {
    TIMES.iter().map(|(name, _)| *name)
}

/// What other languages call these types.
const ALIASES: &[(&str, &str)] = &[
    ("str", "string"),
    ("integer", "int"),
    ("long", "int"),
    ("i64", "int"),
    ("number", "float"),
    ("double", "float"),
    ("boolean", "bool"),
    ("object", "any"),
    ("array", "list"),
    ("vec", "list"),
    ("dict", "map"),
];

/// No schema nests deeper.
const MAX_DEPTH: usize = 16;

/// A mistake in a type expression.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mistake {
    code: Code,
    /// Bytes of the expression.
    range: Range<usize>,
    message: String,
    help: String,
    /// What to write there instead.
    replacement: Option<String>,
}

impl Mistake {
    fn new(range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Mistake {
            code: Code::TypeSyntax,
            range,
            message: message.into(),
            help: help.into(),
            replacement: None,
        }
    }

    fn replace(mut self, replacement: impl Into<String>) -> Self {
        self.replacement = Some(replacement.into());
        self
    }
}

/// Parses one expression. Ranges of bytes become spans by `place`.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    place: &'a dyn Fn(Range<usize>) -> Span,
}

impl<'a> Parser<'a> {
    fn whole(mut self) -> Result<TypeExpr, Mistake> {
        let expr = self.expr(0)?;
        let rest = self.at..self.text.len();
        match self.peek() {
            None => Ok(expr),
            Some('>') => Err(Mistake::new(rest, "a `>` too many", "remove it").replace("")),
            Some('[') => {
                let inner = self.text[..self.at].trim();
                Err(Mistake::new(
                    0..rest.end,
                    "a list is not written with `[]`",
                    format!("write `list<{inner}>`"),
                )
                .replace(format!("list<{inner}>")))
            }
            Some('?') => Err(Mistake::new(
                rest,
                "`?` means nothing here",
                "fields are optional unless they say `always: true`",
            )
            .replace("")),
            Some(found) => Err(Mistake::new(
                rest,
                format!("the type should end before `{found}`"),
                "a field has one type",
            )),
        }
    }

    fn expr(&mut self, depth: usize) -> Result<TypeExpr, Mistake> {
        let (name, range) = self.name()?;
        if depth > MAX_DEPTH {
            let message = format!("types nest at most {MAX_DEPTH} levels deep");
            return Err(Mistake::new(range, message, "give the inner type a name under `types`"));
        }
        let kind = match self.peek() {
            Some('<') => self.generic(name, range.clone(), depth)?,
            _ => named(name, range.clone())?,
        };
        Ok(TypeExpr { kind, span: (self.place)(range.start..self.at) })
    }

    fn generic(&mut self, name: &str, range: Range<usize>, depth: usize) -> Result<TypeKind, Mistake> {
        let open = self.at;
        self.at += 1;
        check_generic(name, range)?;
        if name == "time" {
            let (format, range) = self.name()?;
            self.close(name, open)?;
            return time(format, range).map(TypeKind::Time);
        }
        let inside = Box::new(self.expr(depth + 1)?);
        let end = self.at;
        self.close(name, open)?;
        match name {
            "list" => Ok(TypeKind::List(inside)),
            "map" => Ok(TypeKind::Map(inside)),
            "json" => Ok(TypeKind::Json(Some(inside))),
            _ => text(inside, self.text[open + 1..end].trim(), open + 1..end),
        }
    }

    fn close(&mut self, name: &str, open: usize) -> Result<(), Mistake> {
        let at = self.at;
        match self.peek() {
            Some('>') => {
                self.at += 1;
                Ok(())
            }
            Some(',') if name == "map" => {
                let help = "write only the type of the values: `map<T>`";
                Err(Mistake::new(at..self.text.len(), "`map` takes one type, its keys are texts", help))
            }
            Some(',') => Err(Mistake::new(
                at..self.text.len(),
                format!("`{name}` takes one type"),
                "remove what follows the comma",
            )),
            Some('[') => {
                let inner = self.text[open + 1..at].trim();
                let help = format!("write `list<{inner}>`");
                Err(Mistake::new(open + 1..at + 1, "a list is not written with `[]`", help))
            }
            Some(found) => Err(Mistake::new(
                at..at + found.len_utf8(),
                format!("here is `{found}`, but a `>` is wanted"),
                "close it",
            )),
            None => Err(Mistake::new(open..open + 1, "this `<` is not closed", "add a `>`")),
        }
    }

    /// The next name and where it stands.
    fn name(&mut self) -> Result<(&'a str, Range<usize>), Mistake> {
        let found = self.peek();
        let start = self.at;
        let rest = &self.text[start..];
        let name = &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())];
        self.at += name.len();
        match found {
            _ if !name.is_empty() => Ok((name, start..self.at)),
            Some(found) => {
                let message = format!("here is `{found}`, but a type is wanted");
                Err(Mistake::new(start..start + found.len_utf8(), message, "write a type, such as `string`"))
            }
            None => {
                let last = self.text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
                Err(Mistake::new(
                    last..self.text.len(),
                    "the type is not finished",
                    "write the type that is missing",
                ))
            }
        }
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.text[self.at..].chars().next()
    }
}

/// A type without argument.
fn named(name: &str, range: Range<usize>) -> Result<TypeKind, Mistake> {
    if let Some((_, kind)) = SCALARS.iter().find(|(scalar, _)| *scalar == name) {
        return Ok(kind.clone());
    }
    if let Some((_, form)) = GENERICS.iter().find(|(generic, _)| *generic == name) {
        return Err(Mistake::new(range, format!("`{name}` needs a type"), format!("write it as `{form}`")));
    }
    if name.starts_with(char::is_uppercase) {
        return Ok(TypeKind::Name(name.to_owned()));
    }
    let builtin = SCALARS.iter().map(|(name, _)| *name).chain(GENERICS.iter().map(|(name, _)| *name));
    match alias(name).or_else(|| nearest(name, builtin)) {
        Some(near) => Err(unknown(name, range, near)),
        None => Ok(TypeKind::Name(name.to_owned())),
    }
}

/// Whether a name takes an argument.
fn check_generic(name: &str, range: Range<usize>) -> Result<(), Mistake> {
    let mut generics = GENERICS.iter().map(|(generic, _)| *generic);
    if generics.clone().any(|generic| generic == name) {
        return Ok(());
    }
    match alias(name).or_else(|| nearest(name, generics.by_ref())) {
        Some(near) if near != name => Err(unknown(name, range, near)),
        _ => {
            let help = "only `list`, `map`, `json`, `text` and `time` take one";
            Err(Mistake::new(range, format!("`{name}` takes no type in `<>`"), help))
        }
    }
}

fn unknown(name: &str, range: Range<usize>, near: &str) -> Mistake {
    let mut mistake =
        Mistake::new(range, format!("unknown type `{name}`"), format!("did you mean `{near}`?"));
    mistake.code = Code::UnknownType;
    mistake.replace(near)
}

fn alias(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, name)| *name)
}

/// The argument of `time<...>`.
fn time(format: &str, range: Range<usize>) -> Result<TimeFormat, Mistake> {
    if let Some((_, known)) = TIMES.iter().find(|(name, _)| *name == format) {
        return Ok(*known);
    }
    let names: Vec<&str> = TIMES.iter().map(|(name, _)| *name).collect();
    let message = format!("unknown time format `{format}`");
    Err(match nearest(format, names.iter().copied()) {
        Some(near) => Mistake::new(range, message, format!("did you mean `{near}`?")).replace(near),
        None => Mistake::new(range, message, format!("the formats are {}", list_of(&names, "and"))),
    })
}

/// `text<inside>`.
fn text(inside: Box<TypeExpr>, written: &str, range: Range<usize>) -> Result<TypeKind, Mistake> {
    match inside.kind {
        TypeKind::Int | TypeKind::Float | TypeKind::Bool => Ok(TypeKind::Text(inside)),
        TypeKind::Time(format) if !is_text(format) => Ok(TypeKind::Text(inside)),
        TypeKind::String | TypeKind::Time(_) => Err(Mistake::new(
            range,
            format!("`{written}` is a text already"),
            format!("write `{written}` without `text<>`"),
        )),
        _ => {
            let help = format!("for JSON inside a text write `json<{written}>`");
            Err(Mistake::new(range, "`text` takes `int`, `float`, `bool` or a numeric `time`", help))
        }
    }
}

/// Whether such a time is a text already.
fn is_text(format: TimeFormat) -> bool {
    use TimeFormat::{CompactDate, Date, Datetime, DatetimeMinute, Rfc3339};
    matches!(format, Rfc3339 | Datetime | DatetimeMinute | Date | CompactDate)
}

impl TryFrom<String> for TypeExpr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let place = |_| Span::NOWHERE;
        Parser { text: &text, at: 0, place: &place }.whole().map_err(|mistake| mistake.message)
    }
}

impl JsonSchema for TypeExpr {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Type".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

impl Lower for TypeExpr {
    const EXPECTED: Expected = Expected::Text;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let text = Spanned::<String>::lower(node, cx)?;
        let verbatim = cx.verbatim(node);
        let place = |range: Range<usize>| match verbatim {
            Some(start) => Span { start: start + range.start, end: start + range.end, ..node.span },
            None => node.span,
        };
        let mistake = match (Parser { text: &text.value, at: 0, place: &place }).whole() {
            Ok(expr) => return Some(expr),
            Err(mistake) => mistake,
        };
        let span = place(mistake.range);
        let report = Diagnostic::new(mistake.code, span, mistake.message).help(mistake.help);
        cx.report(match mistake.replacement {
            Some(replacement) if verbatim.is_some() => report.suggest(span, replacement),
            _ => report,
        });
        Some(Self::placeholder(node.span))
    }

    fn placeholder(span: Span) -> Self {
        TypeExpr { kind: TypeKind::Invalid, span }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TypeExpr, String> {
        TypeExpr::try_from(text.to_owned())
    }

    /// The expression with every part in parentheses, so that the nesting is seen.
    fn shape(kind: &TypeKind) -> String {
        match kind {
            TypeKind::Json(Some(inside)) => format!("(json {})", shape(&inside.kind)),
            TypeKind::List(inside) => format!("(list {})", shape(&inside.kind)),
            TypeKind::Map(inside) => format!("(map {})", shape(&inside.kind)),
            TypeKind::Text(inside) => format!("(text {})", shape(&inside.kind)),
            TypeKind::Time(format) => format!("(time {format:?})"),
            TypeKind::Name(name) => name.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn every_form_is_read() {
        let is =
            |text: &str, expected: &str| assert_eq!(shape(&read(text).unwrap().kind), expected, "{text}");
        is("string", "String");
        is("int", "Int");
        is("float", "Float");
        is("bool", "Bool");
        is("any", "Any");
        is("json", "Json(None)");
        is("UserId", "UserId");
        is("list<UserId>", "(list UserId)");
        is("list<map<json<Label>>>", "(list (map (json Label)))");
        is(" list < map< int > > ", "(list (map Int))");
        is("text<int>", "(text Int)");
        is("text<time<unix_ms>>", "(text (time UnixMs))");
        is("text<time<fractional_s>>", "(text (time FractionalS))");
        for (name, format) in TIMES {
            is(&format!("time<{name}>"), &format!("(time {format:?})"));
        }
    }

    #[test]
    fn each_part_knows_its_place() {
        let place =
            |range: Range<usize>| Span { start: 100 + range.start, end: 100 + range.end, ..Span::NOWHERE };
        let mut expr = Parser { text: "list<map<json<Label>>>", at: 0, place: &place }.whole().unwrap();
        let mut places = vec![(expr.span.start, expr.span.end)];
        while let TypeKind::List(inside) | TypeKind::Map(inside) | TypeKind::Json(Some(inside)) = expr.kind {
            expr = *inside;
            places.push((expr.span.start, expr.span.end));
        }
        assert_eq!(places, [(100, 122), (105, 121), (109, 120), (114, 119)]);
    }

    #[test]
    fn mistakes_say_what_is_wrong() {
        let is = |text: &str, message: &str| assert_eq!(read(text).unwrap_err(), message, "{text}");
        is("", "the type is not finished");
        is("list<string", "this `<` is not closed");
        is("map<string, int>", "`map` takes one type, its keys are texts");
        is("text<string>", "`string` is a text already");
        is("text<text<int>>", "`text` takes `int`, `float`, `bool` or a numeric `time`");
        is("string[]", "a list is not written with `[]`");
        is("integer", "unknown type `integer`");
        is("lsit<int>", "unknown type `lsit`");
        is("time", "`time` needs a type");
        is("消息<int>", "`消息` takes no type in `<>`");
        is(&format!("{}int", "list<".repeat(1000)), "types nest at most 16 levels deep");
    }
}
