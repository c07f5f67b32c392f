//! `list`.

use serde_json::{Value, json};
use workplace_events_codegen::{
    compile::Compiled,
    model::{EventId, EventKind},
};

use crate::{
    repository::{Schemas, without_errors},
    term::{Done, print},
};

/// What `list` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A JSON object a line, with everything that is known about an event but its body
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    schemas: Schemas,
}

/// Prints all events.
pub(crate) fn run(args: &Args) -> Done {
    let compiled = without_errors(args.schemas.compile()?)?;
    let events = (0..compiled.model.events.len()).map(EventId);
    if args.json {
        print(&events.map(|id| format!("{}\n", object(&compiled, id))).collect::<String>())
    } else {
        print(&columns(&events.map(|id| row(&compiled, id)).collect::<Vec<_>>()))
    }
}

fn row(compiled: &Compiled, id: EventId) -> [String; 4] {
    let event = &compiled.model[id];
    let platform = &compiled.model[event.platform].name;
    let title = match event.kind {
        EventKind::Event => event.title.clone(),
        EventKind::Callback => format!("{} (callback)", event.title),
    };
    [
        format!("{platform}/{}", event.domain),
        event.wire.clone(),
        compiled.names.method(id).as_str().to_owned(),
        title,
    ]
}

/// Rows with every column but the last as wide as its widest cell.
fn columns(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [a, b, c] = [width(0), width(1), width(2)];
    let line = |[one, two, three, four]: &[String; 4]| format!("{one:a$}  {two:b$}  {three:c$}  {four}\n");
    rows.iter().map(line).collect()
}

fn object(compiled: &Compiled, id: EventId) -> Value {
    let event = &compiled.model[id];
    let platform = &compiled.model[event.platform];
    let delivery = event.delivery.iter().map(|(app, ways)| {
        // No kind of app: the same for all of them.
        json!({ "app": Some(app).filter(|app| !app.is_empty()), "ways": ways })
    });
    json!({
        "platform": platform.name,
        "event": event.wire,
        "domain": event.domain,
        "kind": match event.kind {
            EventKind::Event => "event",
            EventKind::Callback => "callback",
        },
        "protocol": event.protocol.and_then(|index| platform.protocols.get(index)).map(|protocol| &protocol.name),
        "title": event.title,
        "rust_type": compiled.names.rust_path(id),
        "method": compiled.names.method(id).as_str(),
        "docs": event.docs,
        "permissions": event.permissions,
        "apps": event.apps,
        "delivery": delivery.collect::<Vec<_>>(),
        "response": event.response.is_some(),
    })
}
