//! Bytes to text.

use std::{io, sync::Arc};

use super::Found;
use crate::{
    diagnostic::{Code, Diagnostic},
    source::{FileId, Span},
};

/// What is wrong with a file as a whole.
#[derive(Debug)]
pub enum Problem {
    Missing,
    Unreadable(Arc<io::Error>),
    NotUtf8 { offset: usize, byte: u8 },
    ByteOrderMark,
    CarriageReturn { offset: usize },
}

/// The text of a file without byte order mark; what is not UTF-8 is replaced.
pub fn decode(found: Found) -> (String, Option<Problem>) {
    let bytes = match found {
        Found::Bytes(bytes) => bytes,
        Found::Missing => return (String::new(), Some(Problem::Missing)),
        Found::Unreadable(error) => return (String::new(), Some(Problem::Unreadable(error))),
    };
    let mut text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let byte = error.as_bytes().get(offset).copied().unwrap_or_default();
            return (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                Some(Problem::NotUtf8 { offset, byte }),
            );
        }
    };
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = rest.to_owned();
        return (text, Some(Problem::ByteOrderMark));
    }
    let problem = text.find('\r').map(|offset| Problem::CarriageReturn { offset });
    (text, problem)
}

impl Problem {
    /// Whether the rest of the file can be checked.
    pub fn is_readable(&self) -> bool {
        matches!(self, Problem::ByteOrderMark | Problem::CarriageReturn { .. })
    }

    /// As a finding.
    pub fn report(&self, file: FileId) -> Diagnostic {
        let at = |offset, length| Span { file, start: offset, end: offset + length };
        match self {
            Problem::Missing => Diagnostic::new(Code::MissingPlatform, at(0, 0), "this file is missing")
                .help("each folder of schemas is a platform; add the file that says how its events arrive"),
            Problem::Unreadable(error) => {
                Diagnostic::new(Code::Unreadable, at(0, 0), format!("cannot be read: {error}"))
                    .help("check that it is there and that you may read it")
            }
            Problem::NotUtf8 { offset, byte } => {
                let message = format!("not UTF-8: byte 0x{byte:02X} at offset {offset}");
                Diagnostic::new(Code::NotUtf8, at(*offset, char::REPLACEMENT_CHARACTER.len_utf8()), message)
                    .label("here")
                    .help("save the file as UTF-8")
            }
            Problem::ByteOrderMark => {
                Diagnostic::new(Code::ByteOrderMark, at(0, 0), "the file begins with a byte order mark")
                    .label("three invisible bytes stand before this")
                    .help("save the file as \"UTF-8\", not as \"UTF-8 with BOM\"")
            }
            Problem::CarriageReturn { offset } => Diagnostic::new(
                Code::CarriageReturn,
                at(*offset, 1),
                "the lines end with a carriage return (CRLF)",
            )
            .label("the first one")
            .help("save the file with LF line ends"),
        }
    }
}
