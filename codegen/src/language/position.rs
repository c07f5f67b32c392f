//! Places as editors count them.

use crate::source::char_start;

/// A place in a text: line and column from 0. Columns count UTF-16 units, as the protocol of language servers does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// Units before the place in its line.
    pub character: usize,
}

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    /// The place of a byte; of one behind the text, the end.
    #[must_use]
    pub fn position(&self, byte: usize) -> Position {
        let byte = char_start(self.text, byte);
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let character = self.text[self.start(line)..byte].chars().map(char::len_utf16).sum();
        Position { line, character }
    }

    /// The byte at a place. A column behind the end of its line is the end of the line, one inside a character its start, and a
    /// line behind the text the end of the text.
    #[must_use]
    pub fn byte(&self, position: Position) -> usize {
        if position.line >= self.starts.len() {
            return self.text.len();
        }
        let start = self.start(position.line);
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut units = 0;
        for (at, c) in line.char_indices() {
            units += c.len_utf16();
            if units > position.character {
                return start + at;
            }
        }
        start + line.len()
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, character: usize) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_utf16_units() {
        let text = "a: 消息\r\nb: 😀é\n";
        let lines = Lines::of(text);
        for (what, place) in [
            ("a", at(0, 0)),
            ("息", at(0, 4)),
            ("\r", at(0, 5)),
            ("b", at(1, 0)),
            ("😀", at(1, 3)),
            ("é", at(1, 5)),
        ] {
            let byte = text.find(what).unwrap();
            assert_eq!((lines.position(byte), lines.byte(place)), (place, byte), "{what}");
        }
        assert_eq!(lines.position(text.len()), at(2, 0));
    }

    #[test]
    fn places_that_are_none_are_the_nearest_ones() {
        let lines = Lines::of("a: 😀\r\nb");
        assert_eq!(lines.byte(at(0, 4)), 3, "inside a character: its start");
        assert_eq!(lines.byte(at(0, 99)), 7, "behind a line: its end, before the line end");
        assert_eq!(lines.byte(at(9, 0)), 10, "behind the text: its end");
        assert_eq!(lines.position(5), at(0, 3));
        assert_eq!(lines.position(99), at(1, 1));
        assert_eq!(Lines::of("").byte(at(0, 1)), 0);
    }
}
