//! Every event has a payload.

use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics},
    load::Sources,
};

pub(super) fn check(sources: &Sources, diagnostics: &mut Diagnostics) {
    for domain in sources.platforms.iter().flat_map(|platform| &platform.domains) {
        for event in &domain.events {
            let shown =
                domain.examples.iter().any(|example| example.event == event.name && !example.response);
            if !shown {
                let help = format!("put one into `examples/{}.json`", event.name);
                let place = event.parsed.raw.event.span;
                let report = Diagnostic::new(Code::MissingExample, place, "an event without a payload");
                diagnostics.push(report.help(help));
            }
        }
    }
}
