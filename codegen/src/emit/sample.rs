//! Sample code that the Rust docs and the pages share.

use super::Context;
use crate::model::{Event, EventId, EventKind};

/// The event that examples are about: of a platform that can receive, the best known one by its payloads.
pub(crate) fn shown(cx: Context<'_>) -> Option<EventId> {
    let model = cx.model;
    let fits = |event: &Event| {
        model[event.platform].runtime.is_some()
            && event.kind == EventKind::Event
            && event.deprecated.is_none()
    };
    let events = model.events.iter().enumerate().filter(|(_, event)| fits(event));
    // Of equally many payloads the first wins.
    events.rev().max_by_key(|(_, event)| event.examples.len()).map(|(index, _)| EventId(index))
}

/// How a handler for an event is registered.
pub(crate) fn registration(cx: Context<'_>, id: EventId) -> String {
    let event = &cx.model[id];
    let platform = cx.names.platform_module(event.platform);
    let path = cx.names.type_path(cx.model, event.body);
    let ty = last(&path);
    let method = cx.names.method(id).as_str();
    let (import, answer) = match event.response {
        Some(response) => {
            let path = cx.names.type_path(cx.model, response);
            (format!("use workplace_events::{path};\n"), format!("        {}::new()\n", last(&path)))
        }
        None => (String::new(), String::new()),
    };
    format!(
        "use workplace_events::{{Event, {platform}::EventDispatcher}};\nuse workplace_events::{path};\n{import}\n\
         let dispatcher = EventDispatcher::builder()\n    .{method}(async |event: Event<{ty}>| {{\n        \
         println!(\"{{:?}}\", event.header().id());\n{answer}    }})\n    .build()?;\n"
    )
}

/// How a handler for an event is tested.
pub(crate) fn test(cx: Context<'_>, id: EventId) -> String {
    let event = &cx.model[id];
    let platform = cx.names.platform_module(event.platform);
    let path = cx.names.type_path(cx.model, event.body);
    let (ty, method) = (last(&path), cx.names.method(id).as_str());
    format!(
        "use workplace_events::{{Event, dispatch::Answer, {platform}::EventDispatcher, testing::Payload}};\n\
         use workplace_events::{path};\n\n\
         async fn handle(event: Event<{ty}>) {{\n    println!(\"{{:?}}\", event.header().id());\n}}\n\n\
         # async fn test() -> Result<(), Box<dyn std::error::Error>> {{\n\
         let payload = Payload::<{ty}>::sample();\n\
         handle(payload.event()?).await;\n\n\
         let dispatcher = EventDispatcher::builder().{method}(handle).build()?;\n\
         assert_eq!(payload.deliver(&dispatcher).await, Answer::Acknowledged);\n# Ok(())\n# }}\n"
    )
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}
