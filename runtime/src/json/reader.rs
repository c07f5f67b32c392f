//! A reader of JSON text that is asked for what comes next.
//!
//! Tables know which keys and types to expect, so the walk over them asks for those directly; a reader for types of any
//! kind takes half as long again. It takes exactly the texts that RFC 8259 calls JSON, and one thing more kindly than
//! `serde_json`: an escape of half a surrogate pair, which is what platforms send for an emoji that was cut in two,
//! becomes U+FFFD instead of costing the event.

mod members;

use std::borrow::Cow;

use serde_json::{Map, Value};

pub(crate) use self::members::{Members, Raw};

/// The text is no JSON. What is wrong with it, and where, is for [`broken`] to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// The deepest value that is built in memory; what is only skipped may be deeper.
const DEEPEST: usize = 128;

/// What a value is, by its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

/// Stands at a place in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
}

/// What is left of a list or an object: whether an entry came already, which is followed by a comma.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entries {
    close: u8,
    first: bool,
}

/// Says what is wrong with a text that is [`Broken`].
pub(crate) fn broken(text: &str) -> serde_json::Error {
    let well_formed = || serde::de::Error::custom("it is nested too deeply");
    serde_json::from_str::<serde::de::IgnoredAny>(text).err().unwrap_or_else(well_formed)
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Reader { text, at: 0 }
    }

    /// What comes next, which is then the next thing to read.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<Kind, Broken> {
        match self.next_byte() {
            Some(b'"') => Ok(Kind::Text),
            Some(b'{') => Ok(Kind::Object),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'[') => Ok(Kind::List),
            Some(b't' | b'f') => Ok(Kind::Bool),
            Some(b'n') => Ok(Kind::Null),
            _ => Err(Broken),
        }
    }

    pub(crate) fn null(&mut self) -> Result<(), Broken> {
        self.word("null")
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Broken> {
        if self.next_byte() == Some(b't') {
            self.word("true").map(|()| true)
        } else {
            self.word("false").map(|()| false)
        }
    }

    /// A number as it is written.
    pub(crate) fn number(&mut self) -> Result<&'a str, Broken> {
        self.next_byte();
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'-') || self.take(b'+');
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    /// A text, borrowed unless it has escapes.
    #[inline]
    pub(crate) fn text(&mut self) -> Result<Cow<'a, str>, Broken> {
        match self.plain_text() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.unescape().map(Cow::Owned),
        }
    }

    /// A text, if it has no escapes; otherwise nothing is read.
    #[inline]
    pub(crate) fn plain_text(&mut self) -> Option<&'a str> {
        if self.next_byte() != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        let end = plain(self.text.as_bytes(), start);
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(start..end)
    }

    /// Enters a list or an object.
    #[inline]
    pub(crate) fn enter(&mut self, open: Kind) -> Result<Entries, Broken> {
        let (open, close) = if open == Kind::Object { (b'{', b'}') } else { (b'[', b']') };
        self.expect(open)?;
        Ok(Entries { close, first: true })
    }

    /// Goes to the next element of a list; false behind the last one, where the list is left.
    #[inline]
    pub(crate) fn element(&mut self, entries: &mut Entries) -> Result<bool, Broken> {
        match self.next_byte() {
            Some(byte) if byte == entries.close => {
                self.at += 1;
                return Ok(false);
            }
            // What follows a comma is read as a value, which a closing bracket is not.
            Some(b',') if !entries.first => self.at += 1,
            Some(_) if entries.first => entries.first = false,
            _ => return Err(Broken),
        }
        Ok(true)
    }

    /// Goes to the next value of an object and gives its key; nothing behind the last one, where the object is left.
    #[inline]
    pub(crate) fn key(&mut self, entries: &mut Entries) -> Result<Option<Cow<'a, str>>, Broken> {
        if self.element(entries)? { self.any_key().map(Some) } else { Ok(None) }
    }

    /// The second half of [`key`](Self::key), behind [`element`](Self::element).
    pub(crate) fn any_key(&mut self) -> Result<Cow<'a, str>, Broken> {
        let key = self.text()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// The same where the key is this one, in its usual spelling: without escapes, and without white space around it.
    /// Otherwise nothing is read. The key must be one that can stand in a text as it is.
    #[inline]
    pub(crate) fn is_key(&mut self, key: &str) -> bool {
        let rest = self.text.as_bytes()[self.at..].strip_prefix(b"\"");
        let there = rest
            .and_then(|rest| rest.strip_prefix(key.as_bytes()))
            .is_some_and(|rest| rest.starts_with(b"\":"));
        if there {
            self.at += key.len() + 3;
        }
        there
    }

    /// Passes over a value and gives its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Broken> {
        self.next_byte();
        let start = self.at;
        let mut open = Open::default();
        loop {
            match self.peek()? {
                Kind::Null => self.null()?,
                Kind::Bool => drop(self.bool()?),
                Kind::Number => drop(self.number()?),
                Kind::Text => drop(self.skip_text()?),
                kind @ (Kind::List | Kind::Object) => {
                    self.at += 1;
                    open.push(kind == Kind::Object);
                    if self.next_byte() != Some(open.close()) {
                        self.skip_key(&open)?;
                        continue;
                    }
                }
            }
            // Behind a value: a comma, or the end of what is open.
            loop {
                if open.depth == 0 {
                    return Ok(&self.text[start..self.at]);
                }
                match self.next_byte() {
                    Some(b',') => {
                        self.at += 1;
                        self.skip_key(&open)?;
                        break;
                    }
                    Some(byte) if byte == open.close() => {
                        self.at += 1;
                        open.pop();
                    }
                    _ => return Err(Broken),
                }
            }
        }
    }

    /// What is read next, and its text.
    #[cfg(feature = "dispatch")]
    pub(crate) fn spanned<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Broken>,
    ) -> Result<(T, &'a str), Broken> {
        self.next_byte();
        let start = self.at;
        Ok((read(self)?, &self.text[start..self.at]))
    }

    /// Any value, in memory.
    pub(crate) fn value(&mut self) -> Result<Value, Broken> {
        self.value_within(DEEPEST)
    }

    /// What was not read yet.
    #[cfg(feature = "dispatch")]
    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Nothing but white space is left.
    pub(crate) fn end(&mut self) -> Result<(), Broken> {
        if self.next_byte().is_none() { Ok(()) } else { Err(Broken) }
    }

    fn value_within(&mut self, depth: usize) -> Result<Value, Broken> {
        Ok(match self.peek()? {
            Kind::Null => {
                self.null()?;
                Value::Null
            }
            Kind::Bool => self.bool()?.into(),
            Kind::Number => number_value(self.number()?),
            Kind::Text => self.text()?.into_owned().into(),
            Kind::List => {
                let (depth, mut entries) = (depth.checked_sub(1).ok_or(Broken)?, self.enter(Kind::List)?);
                let mut list = Vec::new();
                while self.element(&mut entries)? {
                    list.push(self.value_within(depth)?);
                }
                list.into()
            }
            Kind::Object => {
                let (depth, mut entries) = (depth.checked_sub(1).ok_or(Broken)?, self.enter(Kind::Object)?);
                let mut map = Map::new();
                while let Some(key) = self.key(&mut entries)? {
                    map.insert(key.into_owned(), self.value_within(depth)?);
                }
                map.into()
            }
        })
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it is still to be read.
    #[inline]
    fn next_byte(&mut self) -> Option<u8> {
        match self.byte() {
            Some(..=b' ') => self.byte_behind_space(),
            byte => byte,
        }
    }

    /// Platforms send none.
    #[cold]
    fn byte_behind_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.byte() == Some(byte);
        self.at += usize::from(there);
        there
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.next_byte() != Some(byte) {
            return Err(Broken);
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), Broken> {
        self.next_byte();
        if !self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            return Err(Broken);
        }
        self.at += word.len();
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Broken> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Broken) }
    }

    /// The key of the next value, where what is open has keys.
    fn skip_key(&mut self, open: &Open) -> Result<(), Broken> {
        if open.is_object() {
            self.skip_text()?;
            self.expect(b':')?;
        }
        Ok(())
    }

    /// Whether it had no escape.
    fn skip_text(&mut self) -> Result<bool, Broken> {
        self.expect(b'"')?;
        let mut is_plain = true;
        loop {
            self.at = plain(self.text.as_bytes(), self.at);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(is_plain);
                }
                Some(b'\\') => {
                    is_plain = false;
                    self.escape()?;
                }
                _ => return Err(Broken),
            }
        }
    }

    /// A text that has an escape, or is none.
    #[cold]
    #[inline(never)]
    fn unescape(&mut self) -> Result<String, Broken> {
        let mut end = *self;
        end.skip_text()?;
        self.expect(b'"')?;
        // No escape is shorter than what it stands for.
        let mut text = String::with_capacity(end.at - self.at);
        loop {
            let start = self.at;
            self.at = plain(self.text.as_bytes(), start);
            text.push_str(&self.text[start..self.at]);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(Broken),
            }
        }
    }

    /// The character that an escape stands for.
    fn escape(&mut self) -> Result<char, Broken> {
        self.at += 1;
        let byte = self.byte().ok_or(Broken)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.hex()?;
                let mut rest = *self;
                // The second half of a pair belongs to the first; a half that is alone is no character.
                match (0xd800..0xdc00).contains(&unit).then(|| rest.low_half()).flatten() {
                    Some(low) => {
                        self.at = rest.at;
                        let pair = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                        char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER)
                    }
                    None => char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER),
                }
            }
            _ => return Err(Broken),
        })
    }

    fn low_half(&mut self) -> Option<u32> {
        (self.take(b'\\') && self.take(b'u'))
            .then(|| self.hex().ok())?
            .filter(|low| (0xdc00..0xe000).contains(low))
    }

    fn hex(&mut self) -> Result<u32, Broken> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).ok_or(Broken)?;
        self.at += 4;
        digits.iter().try_fold(0, |sum, digit| Ok(sum * 16 + char::from(*digit).to_digit(16).ok_or(Broken)?))
    }
}

/// A number as a value. One that no value holds is none.
pub(crate) fn number_value(digits: &str) -> Value {
    digits.parse().map(Value::Number).unwrap_or_default()
}

/// The first byte from `at` on that does not simply stand for itself in a text: its end, an escape, or a control
/// character. Eight bytes are looked at together.
#[inline]
fn plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    while let Some(chunk) = bytes[at..].first_chunk() {
        let word = u64::from_le_bytes(*chunk);
        // A byte that is less than what is subtracted from it gets its high bit; so may those above it, for a borrow,
        // but it is the lowest that counts. Bytes that had the bit before are none of those looked for.
        let below = |word: u64, bound: u8| word.wrapping_sub(ONES * u64::from(bound));
        let (quote, escape) = (word ^ (ONES * u64::from(b'"')), word ^ (ONES * u64::from(b'\\')));
        let found = (below(word, 0x20) | below(quote, 1) | below(escape, 1)) & !word & (ONES << 7);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
    at + bytes[at..].iter().position(special).unwrap_or(bytes.len() - at)
}

/// Which of lists and objects are open, as a bit each: the innermost 64 in a word, others behind them.
#[derive(Default)]
struct Open {
    depth: usize,
    innermost: u64,
    others: Vec<u64>,
}

impl Open {
    fn push(&mut self, object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.others.push(self.innermost);
        }
        self.depth += 1;
        self.innermost = self.innermost << 1 | u64::from(object);
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.innermost >>= 1;
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.innermost = self.others.pop().unwrap_or_default();
        }
    }

    fn is_object(&self) -> bool {
        self.innermost & 1 == 1
    }

    fn close(&self) -> u8 {
        if self.is_object() { b'}' } else { b']' }
    }
}

#[cfg(test)]
mod tests;
