//! Finding events by what people call them.

use crate::{
    model::{EventId, Model},
    names::Names,
    nearest,
};

/// The events with a name: that of the schema, of the platform, of the Rust type or of the method. Several where platforms or
/// protocols share it.
#[must_use]
pub fn events(model: &Model, names: &Names, wanted: &str) -> Vec<EventId> {
    let is_meant = |id: &EventId| {
        let event = &model[*id];
        let ty = names.rust_path(*id).rsplit("::").next();
        event.name == wanted
            || event.wire == wanted
            || ty == Some(wanted)
            || names.method(*id).as_str() == wanted
    };
    (0..model.events.len()).map(EventId).filter(is_meant).collect()
}

/// What is said of a name that no event has.
#[must_use]
pub fn none(model: &Model, wanted: &str) -> String {
    let alike: Vec<_> = alike(model, wanted).iter().map(|name| format!("`{name}`")).collect();
    let hint = match alike.as_slice() {
        [] => "`cargo xtask list` lists all".to_owned(),
        names => format!("did you mean {}?", names.join(", ")),
    };
    format!("there is no event `{wanted}`; {hint}")
}

/// Names of events that may be meant, the likeliest first.
#[must_use]
pub fn alike<'m>(model: &'m Model, wanted: &str) -> Vec<&'m str> {
    const MOST: usize = 5;
    nearest::alike(wanted, model.events.iter().map(|event| event.wire.as_str()), MOST)
}
