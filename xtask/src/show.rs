//! `show`.

use workplace_events_codegen::{emit, find};

use crate::{
    repository::{Schemas, without_errors},
    term::{Done, Stop, print},
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
        let alike: Vec<_> = find::alike(model, &args.event).iter().map(|name| format!("`{name}`")).collect();
        let hint = match alike.as_slice() {
            [] => "`cargo xtask list` lists all".to_owned(),
            names => format!("did you mean {}?", names.join(", ")),
        };
        return Err(Stop::Usage(format!("there is no event `{}`; {hint}", args.event)));
    }
    let pages: Vec<_> = found.into_iter().map(|id| emit::event_page(model, names, id)).collect();
    print(&pages.join("\n"))
}
