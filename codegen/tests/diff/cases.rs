//! Small changes to the schemas beside this file.

mod events;
mod fields;
mod platforms;
mod types;

/// A change: what is said of it, and of the way back.
pub struct Case {
    pub what: &'static str,
    /// File, what stands in it, what takes its place. In a new file nothing stands; `*` is a whole file.
    pub edits: &'static [(&'static str, &'static str, &'static str)],
    pub forth: &'static str,
    pub back: &'static str,
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Case> {
    [events::CASES, fields::CASES, types::CASES, platforms::CASES].into_iter().flatten()
}
