//! Titles have six words at most: they stand in lists and tables of contents.

use super::events;
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::Sources,
    source::Spanned,
};

const MOST_WORDS: usize = 6;

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for platform in &sources.platforms {
        let groups = platform.platform.raw.groups.iter().flatten().map(|(_, group)| &group.title);
        for title in events(platform).map(|event| &event.title).chain(groups) {
            diagnostics.extend(too_long(title));
        }
    }
}

fn too_long(title: &Spanned<String>) -> Option<Diagnostic> {
    let words = title.split_whitespace().count();
    let message = format!("a title of {words} words");
    (words > MOST_WORDS).then(|| {
        Diagnostic::new(Code::TitleTooLong, title.span, message)
            .help(format!("use {MOST_WORDS} words at most, and say the rest in `about`"))
    })
}
