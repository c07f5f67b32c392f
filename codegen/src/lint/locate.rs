//! Where a path of a body stands in the text of an example.

use std::ops::Range;

/// A longer value is shown by its key.
const SHOWN: usize = 60;

/// The bytes of a key and of its value; an element of a list has its opening sign as key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub key: Range<usize>,
    /// Of an object, a list or a long text the key, too.
    pub value: Range<usize>,
}

/// What stands at a path such as `event.message.mentions[0].key`, or at the part of it that can be followed.
pub(super) fn locate(json: &str, path: &str) -> Place {
    let place = nearest(json, path);
    // Only a text that is no JSON leads anywhere else.
    let is_text = |bytes: &Range<usize>| json.get(bytes.clone()).is_some();
    if is_text(&place.key) && is_text(&place.value) { place } else { Place { key: 0..0, value: 0..0 } }
}

fn nearest(json: &str, path: &str) -> Place {
    let mut scanner = Scanner { json, at: 0 };
    scanner.skip_space();
    let opening = scanner.at..(scanner.at + 1).min(json.len());
    let mut place = Place { key: opening.clone(), value: opening };
    let mut rest = path;
    while !rest.is_empty() {
        let Some(step) = scanner.step(rest) else { return place };
        place = step.place;
        rest = &rest[step.taken..];
        scanner.at = step.value;
    }
    place
}

/// One step of a path.
struct Step {
    /// How many bytes of the path it took.
    taken: usize,
    place: Place,
    /// Where the value begins.
    value: usize,
}

struct Scanner<'a> {
    json: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn step(&mut self, path: &str) -> Option<Step> {
        self.skip_space();
        match self.peek()? {
            b'{' => self.key(path),
            b'[' => self.element(path),
            _ => None,
        }
    }

    /// The longest key that the path begins with; keys may hold dots themselves.
    fn key(&mut self, path: &str) -> Option<Step> {
        let mut best: Option<Step> = None;
        self.at += 1;
        loop {
            self.skip_space();
            if self.peek()? != b'"' {
                return best;
            }
            let quoted = self.value()?;
            let key: String = serde_json::from_str(self.json.get(quoted.clone())?).ok()?;
            self.skip_past(b':');
            let value = self.value()?;
            if let Some(rest) = path.strip_prefix(key.as_str())
                && (rest.is_empty() || rest.starts_with(['.', '[']))
                && best.as_ref().is_none_or(|best| key.len() + 1 >= best.taken)
            {
                let taken = key.len() + usize::from(rest.starts_with('.'));
                best = Some(Step { taken, place: self.shown(&quoted, &value), value: value.start });
            }
            self.skip_past(b',');
        }
    }

    fn element(&mut self, path: &str) -> Option<Step> {
        let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
        let wanted: usize = index.parse().ok()?;
        let taken = path.len() - rest.len() + usize::from(rest.starts_with('.'));
        self.at += 1;
        for _ in 0..wanted {
            self.value()?;
            self.skip_past(b',');
        }
        let value = self.value()?;
        let opening = value.start..value.start + 1;
        Some(Step { taken, place: self.shown(&opening, &value), value: value.start })
    }

    fn shown(&self, key: &Range<usize>, value: &Range<usize>) -> Place {
        let scalar = !matches!(self.json.as_bytes().get(value.start), Some(b'{' | b'['));
        let value = if scalar && value.len() <= SHOWN { value } else { key };
        Place { key: key.clone(), value: value.clone() }
    }

    /// Skips a value, and says where it is.
    fn value(&mut self) -> Option<Range<usize>> {
        self.skip_space();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_text(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => self.at += 1,
                _ => self.skip_word(),
            }
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    fn skip_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    fn skip_word(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| !matches!(byte, b',' | b':' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
        {
            self.at += 1;
        }
    }

    fn skip_past(&mut self, sign: u8) {
        self.skip_space();
        if self.peek() == Some(sign) {
            self.at += 1;
        }
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::locate;

    const JSON: &str = r#"{ "event": { "a.b": [1, {"c": "é"}], "a": {"b": true}, "text": "{\"x\": 1}" } }"#;

    fn found(path: &str) -> &str {
        &JSON[locate(JSON, path).value]
    }

    #[test]
    fn finds_values() {
        assert_eq!(found("event.a.b[0]"), "1");
        assert_eq!(found("event.a.b[1].c"), "\"é\"");
    }

    #[test]
    fn shows_the_key_of_an_object_or_list() {
        assert_eq!(found("event"), "\"event\"");
        assert_eq!(found("event.a.b[1]"), "{");
        assert_eq!(&JSON[locate(JSON, "event.a.b[1].c").key], "\"c\"");
    }

    #[test]
    fn stops_where_the_path_leads_out_of_the_text() {
        assert_eq!(found(""), "{");
        assert_eq!(found("event.nothing"), "\"event\"");
        assert_eq!(found("event.text.x"), r#""{\"x\": 1}""#);
        assert_eq!(found("event.a.b[7]"), "\"a.b\"");
    }

    #[test]
    fn survives_any_text() {
        for text in ["", "{", "[", "{\"a\"", "{\"a\":", "]", "\"", "{\"a\\", "é"] {
            let place = locate(text, "a[0].b");
            assert!(text.get(place.value).is_some(), "{text}");
        }
    }
}
