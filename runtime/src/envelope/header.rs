//! What an envelope says.

use std::{borrow::Cow, fmt, ops::Range};

use bytestring::ByteString;

use crate::{Json, Map, time::UnixAuto};

/// What the envelope of an event says about it.
#[derive(Clone, Default)]
pub struct Header {
    /// The payload, of which nearly everything here is a piece.
    pub(super) raw: ByteString,
    pub(super) event: Piece,
    pub(super) id: Option<Piece>,
    pub(super) key: Option<String>,
    pub(super) time: Option<Piece>,
    pub(super) tenant: Option<Piece>,
    pub(super) app: Option<Piece>,
    pub(super) extra: Map<Json>,
}

impl Header {
    /// The platform's name of the event.
    #[must_use]
    pub fn event(&self) -> &str {
        self.event.within(&self.raw)
    }

    /// The id that the platform gave the event; a repeated delivery has the same.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.piece(&self.id)
    }

    /// What identifies it: the [id](Self::id), or where the platform gives none, what the schema of the platform says.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref().or(self.id())
    }

    /// When it happened, as written. [`time`](Header::time) reads it.
    #[must_use]
    pub fn time_text(&self) -> Option<&str> {
        self.piece(&self.time)
    }

    /// When it happened; seconds, milliseconds and microseconds are told apart by their digits.
    #[must_use]
    pub fn time(&self) -> Option<UnixAuto> {
        let text = self.piece(&self.time)?;
        text.split('.').next().unwrap_or(text).parse().ok().map(UnixAuto)
    }

    /// The organisation it happened in: tenant key or corp id.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.piece(&self.tenant)
    }

    /// The app it was sent to.
    #[must_use]
    pub fn app(&self) -> Option<&str> {
        self.piece(&self.app)
    }

    /// What the header holds beyond that.
    #[must_use]
    pub fn extra(&self) -> &Map<Json> {
        &self.extra
    }

    fn piece<'h>(&'h self, piece: &'h Option<Piece>) -> Option<&'h str> {
        piece.as_ref().map(|piece| piece.within(&self.raw))
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Header")
            .field("event", &self.event())
            .field("id", &self.id())
            .field("key", &self.key)
            .field("time", &self.time_text())
            .field("tenant", &self.tenant())
            .field("app", &self.app())
            .field("extra", &self.extra)
            .finish()
    }
}

/// A text of a payload: where it stands in it, or what is written there in another way.
#[derive(Clone)]
pub(super) enum Piece {
    At(Range<usize>),
    Own(Box<str>),
}

impl Piece {
    pub(super) fn of(raw: &str, text: Cow<'_, str>) -> Self {
        match text {
            Cow::Borrowed(text) => {
                let at =
                    (text.as_ptr() as usize).checked_sub(raw.as_ptr() as usize).map(|at| at..at + text.len());
                at.filter(|at| at.end <= raw.len()).map_or_else(|| Piece::Own(text.into()), Piece::At)
            }
            Cow::Owned(text) => Piece::Own(text.into()),
        }
    }

    pub(super) fn within<'p>(&'p self, raw: &'p str) -> &'p str {
        match self {
            Piece::At(range) => raw.get(range.clone()).unwrap_or_default(),
            Piece::Own(text) => text,
        }
    }
}

impl Default for Piece {
    fn default() -> Self {
        Piece::At(0..0)
    }
}
