//! Objects whose values are only passed over.

use std::borrow::Cow;

use super::{Broken, Kind, Reader};
use crate::json::unquote;

/// The keys of an object with their values, in order.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

/// A value that was only passed over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'a> {
    pub(crate) json: &'a str,
    /// Whether it is a text without escapes.
    plain: bool,
}

impl<'a> Raw<'a> {
    pub(crate) fn new(json: &'a str) -> Self {
        Raw { json, plain: false }
    }

    /// The text that it is, if it is one.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        if self.plain {
            return self.json.get(1..self.json.len() - 1).map(Cow::Borrowed);
        }
        unquote(self.json)
    }
}

impl<'a> Members<'a> {
    /// Those of a text that is an object and nothing else.
    pub(crate) fn of(text: &'a str) -> Result<Self, Broken> {
        let mut reader = Reader::new(text);
        let members = reader.members()?;
        reader.end()?;
        Ok(members)
    }

    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Members(Vec::with_capacity(capacity))
    }

    pub(crate) fn push(&mut self, key: Cow<'a, str>, value: Raw<'a>) {
        self.0.push((key, value));
    }

    /// The value of a key: of equal ones the last, as JSON readers have it.
    pub(crate) fn get(&self, key: &str) -> Option<Raw<'a>> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(key, value)| (&**key, value.json))
    }
}

impl<'a> Reader<'a> {
    /// Passes over a value of which the text may be wanted.
    #[inline]
    pub(crate) fn raw(&mut self) -> Result<Raw<'a>, Broken> {
        if self.peek()? != Kind::Text {
            return self.skip().map(Raw::new);
        }
        let start = self.at;
        let plain = self.skip_text()?;
        Ok(Raw { json: &self.text[start..self.at], plain })
    }

    /// An object, of which the values are only passed over.
    pub(crate) fn members(&mut self) -> Result<Members<'a>, Broken> {
        let (mut entries, mut members) = (self.enter(Kind::Object)?, Members::with_capacity(8));
        while let Some(key) = self.key(&mut entries)? {
            members.push(key, self.raw()?);
        }
        Ok(members)
    }
}
