//! Where something is declared.

use super::{
    cursor,
    grammar::Spot,
    home::Home,
    reference::{self, Named, Reference},
};
use crate::{
    compile::Compiled,
    model::Event,
    source::{FileId, Span},
};

/// Where what is named at a byte is declared: the key or value that does it.
#[must_use]
pub fn definition(compiled: &Compiled, file: FileId, byte: usize) -> Option<Span> {
    let home = Home::of(&compiled.sources, file)?;
    let tree = home.tree()?;
    let cursor = cursor::find(&tree, byte)?;
    let spot = Spot::top(home.kind).below(&cursor.steps);
    let reference = reference::at(&home, &cursor, &spot, byte)?;
    target(compiled, &home, &reference)
}

/// Where a name is declared.
pub(super) fn target(compiled: &Compiled, home: &Home<'_>, reference: &Reference) -> Option<Span> {
    let declared = match reference.named {
        Named::Event | Named::Sibling => {
            return event(compiled, home, &reference.name).map(|event| event.span);
        }
        Named::Entry(map) => home.of_platform(map),
        Named::Lint => return None,
        Named::Type | Named::TypeExpression => home.types(),
    };
    declared.into_iter().find(|(key, _)| key.value == reference.name).map(|(key, _)| key.span)
}

/// The event of the platform with a name.
pub(super) fn event<'c>(compiled: &'c Compiled, home: &Home<'_>, name: &str) -> Option<&'c Event> {
    events(compiled, home).find(|event| event.name == name)
}

/// The events of the platform.
pub(super) fn events<'c>(compiled: &'c Compiled, home: &Home<'_>) -> impl Iterator<Item = &'c Event> {
    let model = &compiled.model;
    let platform = model.platforms.iter().position(|platform| platform.name == home.platform_name());
    model.events.iter().filter(move |event| Some(event.platform.0) == platform)
}
