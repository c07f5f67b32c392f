//! Sample code that the Rust docs and the pages share.

use super::Context;
use crate::model::EventId;

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

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or_default()
}
