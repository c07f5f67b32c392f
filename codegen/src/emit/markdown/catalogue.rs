//! The pages on which every event of a platform stands: an index, and the names that other SDKs have.

use std::collections::BTreeSet;

use super::{
    domain::title,
    page::Page,
    site::Site,
    text::{Table, code, codes},
};
use crate::{
    emit::prose,
    model::{Event, EventId, PlatformId},
};

/// `docs/<platform>/events.md`: all events by domain, and how each is delivered to which kind of app.
pub(super) fn index<'s, 'm>(site: &'s Site<'m>, id: PlatformId) -> Page<'s, 'm> {
    let of = &site.cx.model[id];
    let mut page = Page::new(site, site.all_events(id));
    page.way_up(&site.above(id, None));
    page.heading(1, "All events");
    page.text(&format!(
        "The events and callbacks of {}, by domain, with the method that registers a handler.",
        prose::markdown(&of.title)
    ));
    if !of.app_kinds.is_empty() {
        page.text(
            "The last columns say how an event reaches which kind of app. Where nothing stands, such an app does not get it, or \
             how is not documented.",
        );
    }
    for domain in &of.domains {
        let apps = of.app_kinds.iter().map(|(app, _)| format!("{} app", prose::markdown(app)));
        let head = ["event", "title", "method"].map(str::to_owned).into_iter().chain(apps);
        let mut table = Table::new(head);
        for event in site.events(id, &domain.name) {
            let of_event = &site.cx.model[event];
            let cells = [
                page.link(&code(&of_event.wire), &site.event(event)),
                title(site, event),
                code(site.cx.names.method(event).as_str()),
            ];
            table.row(cells.into_iter().chain(of.app_kinds.iter().map(|(app, _)| delivered(of_event, app))));
        }
        let heading = page.link(&prose::markdown(&domain.title), &site.domain(id, &domain.name));
        page.section(&heading, "", &table);
    }
    page
}

/// How an event reaches one kind of app.
fn delivered(event: &Event, app: &str) -> String {
    if !event.apps.is_empty() && !event.apps.iter().any(|kind| kind == app) {
        return String::new();
    }
    let ways = event.delivery.iter().filter(|(kind, _)| kind.is_empty() || kind == app);
    codes(&ways.flat_map(|(_, ways)| ways.iter().cloned()).collect::<Vec<_>>())
}

/// `docs/<platform>/sdks.md`, where schemas say what other SDKs call their events.
pub(super) fn sdks<'s, 'm>(site: &'s Site<'m>, id: PlatformId) -> Option<Page<'s, 'm>> {
    let of = &site.cx.model[id];
    let events: Vec<_> =
        of.domains.iter().flat_map(|domain| site.events(id, &domain.name).collect::<Vec<_>>()).collect();
    let sdks: BTreeSet<&str> = events
        .iter()
        .flat_map(|event| site.cx.model[*event].also_known_as.iter().map(|(sdk, _)| sdk.as_str()))
        .collect();
    if sdks.is_empty() {
        return None;
    }
    let called = |event: EventId, sdk: &str| {
        let names = site.cx.model[event].also_known_as.iter();
        names.filter(|(of, _)| of == sdk).map(|(_, name)| code(name)).collect::<Vec<_>>().join(", ")
    };
    let mut page = Page::new(site, site.sdks(id));
    page.way_up(&site.above(id, None));
    page.heading(1, "Names in other SDKs");
    page.text(
        "What the official SDKs call each event. Search the documentation of the crate for any of these names, and it finds the \
         method here.",
    );
    let mut counts = Table::new(["SDK", "events"]);
    for sdk in &sdks {
        let known = events.iter().filter(|event| !called(**event, sdk).is_empty()).count().to_string();
        counts.row([capitalised(sdk), known]);
    }
    counts.row(["This crate".to_owned(), events.len().to_string()]);
    page.table(&counts);
    let head =
        ["event".to_owned(), "here".to_owned()].into_iter().chain(sdks.iter().map(|sdk| capitalised(sdk)));
    let mut table = Table::new(head);
    for event in events {
        let cells = [
            page.link(&code(&site.cx.model[event].wire), &site.event(event)),
            code(site.cx.names.method(event).as_str()),
        ];
        table.row(cells.into_iter().chain(sdks.iter().map(|sdk| called(event, sdk))));
    }
    page.table(&table);
    Some(page)
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
