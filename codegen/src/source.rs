//! Source files, and places in them.

use std::{fmt, path::PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

/// A file of a [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A value, and where it was written. Equality and serde see the value only.
#[derive(Clone, Copy)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// Every file that was read, in the order of their paths.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

/// One file.
#[derive(Debug)]
pub struct SourceFile {
    /// Path as messages show it: relative to the schema folder's parent, with `/`.
    pub path: PathBuf,
    /// Its text, without a byte order mark.
    pub text: String,
}

impl Span {
    /// Where values are that serde read without a place.
    pub const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// Where findings are that are about a file as a whole.
    #[must_use]
    pub fn of_file(file: FileId) -> Self {
        Span { file, start: 0, end: 0 }
    }

    /// Whether a place lies within this one.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

impl<T> Spanned<T> {
    /// A value and its place.
    pub fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

impl<T> From<T> for Spanned<T> {
    fn from(value: T) -> Self {
        Spanned { value, span: Span::NOWHERE }
    }
}

impl<T> std::ops::Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: fmt::Debug> fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self::from)
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl SourceMap {
    /// Adds a file.
    pub fn add(&mut self, path: PathBuf, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { path, text });
        id
    }

    /// A file by its id; `None` for [`Span::NOWHERE`].
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }
}

impl SourceFile {
    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..char_start(&self.text, byte)];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// The start of the character that a byte belongs to; the end of the text for bytes behind it.
pub fn char_start(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let file = SourceFile { path: "a".into(), text: "a: 消息\r\nb: é".to_owned() };
        let of = |what: &str| file.line_column(file.text.find(what).unwrap());
        assert_eq!(of("消"), (1, 4));
        assert_eq!(of("息"), (1, 5));
        assert_eq!(of("\r"), (1, 6));
        assert_eq!(of("b"), (2, 1));
        assert_eq!(of("é"), (2, 4));
    }

    #[test]
    fn places_inside_characters_and_behind_the_end_are_understood() {
        let file = SourceFile { path: "a".into(), text: "消息\n".to_owned() };
        assert_eq!(file.line_column(1), (1, 1));
        assert_eq!(file.line_column(99), (2, 1));
        assert_eq!((char_start("消息", 4), char_start("消息", 9), char_start("", 3)), (3, 6, 0));
    }

    #[test]
    fn equality_ignores_the_place() {
        let mut sources = SourceMap::default();
        let file = sources.add("a".into(), String::new());
        assert_eq!(Spanned::new(1, Span::of_file(file)), Spanned::from(1));
        assert!(sources.get(Span::NOWHERE.file).is_none());
    }
}
