//! The `pattern` constraints, compiled once.

use std::{cell::RefCell, collections::BTreeMap};

use regex_lite::Regex;

/// Compiled patterns; the model has refused those that cannot be compiled.
#[derive(Default)]
pub(crate) struct Patterns(RefCell<BTreeMap<String, Option<Regex>>>);

impl Patterns {
    /// Whether a whole text matches.
    pub(crate) fn matches(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.0.borrow_mut();
        let compiled =
            known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(&format!("^(?:{pattern})$")).ok());
        compiled.as_ref().is_none_or(|pattern| pattern.is_match(text))
    }
}
