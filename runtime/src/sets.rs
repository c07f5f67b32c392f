//! Values that a schema does not list: what an open enum keeps.

use std::fmt;

/// A text that is not one of the known values. Only decoding and `From` make one, so that a value that becomes known
/// in a later version is never found here by surprise: compare with `as_str()` or the enum itself.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownText(String);

/// An integer that is not one of the known values; see [`UnknownText`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownInt(i64);

impl UnknownText {
    #[doc(hidden)]
    #[must_use]
    pub fn __new(text: String) -> Self {
        UnknownText(text)
    }

    /// The text as it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UnknownInt {
    #[doc(hidden)]
    #[must_use]
    pub const fn __new(int: i64) -> Self {
        UnknownInt(int)
    }

    /// The integer as it came.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Debug for UnknownText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Debug for UnknownInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
