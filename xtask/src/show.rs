//! `show`.

use workplace_events_codegen::{emit, find};

use crate::{
    repository::{Schemas, unknown_event, without_errors},
    term::{Done, print},
};

/// What `show` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The event, by its own name, its Rust type or its method
    event: String,
    #[command(flatten)]
    schemas: Schemas,
}

/// Prints the pages of the events with a name.
pub(crate) fn run(args: &Args) -> Done {
    let compiled = without_errors(args.schemas.compile()?)?;
    let (model, names) = (&compiled.model, &compiled.names);
    let found = find::events(model, names, &args.event);
    if found.is_empty() {
        return Err(unknown_event(&compiled, &args.event));
    }
    let pages: Vec<_> = found.into_iter().map(|id| emit::event_page(model, names, id)).collect();
    print(&pages.join("\n"))
}
