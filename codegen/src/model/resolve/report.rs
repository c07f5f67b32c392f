//! Messages that many steps share.

use crate::{
    diagnostic::{Code, Diagnostic},
    nearest::nearest,
    source::{Span, Spanned},
    syntax::lower::list_of,
};

/// So many names are listed; more would hide the message.
const LISTED: usize = 10;

/// A name that nothing has. `what` is its kind, `create` says how to make it exist.
pub(super) fn unknown<'a>(
    code: Code,
    what: &str,
    name: &Spanned<String>,
    known: impl IntoIterator<Item = &'a str>,
    create: &str,
) -> Diagnostic {
    let known: Vec<&str> = known.into_iter().collect();
    let report = Diagnostic::new(code, name.span, format!("unknown {what} `{}`", name.value));
    match nearest(&name.value, known.iter().copied()) {
        Some(near) => report.help(format!("did you mean `{near}`?")).suggest(unquoted(name), near),
        None if known.is_empty() || known.len() > LISTED => report.help(create),
        None => report.help(format!("write {}, or {create}", list_of(&known, "or"))),
    }
}

/// The place of a text without its quotes.
fn unquoted(text: &Spanned<String>) -> Span {
    let Span { start, end, file } = text.span;
    let quotes = usize::from(end.saturating_sub(start) == text.len() + 2);
    Span { start: start + quotes, end: end - quotes, file }
}
