//! `README.md` of the generated crate, and the index of its pages.

use super::{
    page::Page,
    site::{INDEX, Site},
    text::{Table, block, code},
};
use crate::{
    emit::{prose, rust, sample},
    model::{EventId, PlatformId},
};

/// `docs/README.md`.
pub(super) fn index<'s, 'm>(site: &'s Site<'m>) -> Page<'s, 'm> {
    let mut page = Page::new(site, INDEX.to_owned());
    page.heading(1, "Events by platform");
    let table = platforms(&page);
    page.table(&table);
    page
}

fn platforms(page: &Page<'_, '_>) -> Table {
    let model = page.site.cx.model;
    let mut table = Table::new(["platform", "events", "domains", "about"]);
    for (index, of) in model.platforms.iter().enumerate() {
        let id = PlatformId(index);
        let events = model.events.iter().filter(|event| event.platform == id).count();
        let link = page.link(&prose::markdown(&of.title), &page.site.platform(id));
        table.row([link, events.to_string(), of.domains.len().to_string(), prose::sentence(&of.about)]);
    }
    table
}

/// `README.md`.
pub(super) fn readme<'s, 'm>(site: &'s Site<'m>) -> Page<'s, 'm> {
    let cx = site.cx;
    let mut page = Page::new(site, "README.md".to_owned());
    let titles: Vec<_> = cx.model.platforms.iter().map(|of| prose::markdown(&of.title)).collect();
    page.heading(1, "workplace-events");
    page.text(&format!(
        "Typed, documented events of {}, with dispatch to handlers, webhook security and a catalogue. An unknown field, \
         value or event never costs an event: it is kept, and can be looked at.",
        prose::list(&titles)
    ));
    let platforms = platforms(&page);
    page.table(&platforms);
    if let Some(event) = sample::shown(site.cx) {
        bot(&mut page, event);
    }
    features(&mut page);
    page.heading(2, "More to read");
    let index = page.link("`docs/`", INDEX);
    page.text(&format!(
        "{index} has a page per event: what it means, who can receive it, its fields, samples. In Rust the same is in the \
         documentation of each type, and `catalogue::events()` has it as data."
    ));
    page
}

fn bot(page: &mut Page<'_, '_>, id: EventId) {
    let (cx, event) = (page.site.cx, &page.site.cx.model[id]);
    let platform = cx.names.platform_module(event.platform).as_str();
    let path = cx.names.type_path(cx.model, event.body);
    let below = path.strip_prefix(platform).unwrap_or(&path).trim_start_matches("::");
    let ty = path.rsplit("::").next().unwrap_or_default();
    let method = cx.names.method(id).as_str();
    let feature = rust::feature(cx, event.platform, &event.domain);
    let version = &cx.settings.version;
    page.heading(2, "A first bot");
    let add = format!(
        "[dependencies]\nworkplace-events = {{ version = \"{version}\", features = [\"{feature}\"] }}"
    );
    page.text(&block("toml", &add));
    let code = format!(
        "use std::error::Error;\n\
         use workplace_events::{{Event, {platform}::{{Credential, EventDispatcher, Webhook, {below}}}}};\n\n\
         fn bot(credential: Credential) -> Result<Webhook, Box<dyn Error>> {{\n    \
         let dispatcher = EventDispatcher::builder()\n        \
         .{method}(async |event: Event<{ty}>| {{\n            \
         println!(\"{{event:?}}\");\n        }})\n        .build()?;\n    \
         Ok(Webhook::builder(dispatcher).credential(credential).build()?)\n}}"
    );
    page.text(&block("rust", &code));
    page.text(
        "Hand each request to `webhook.receive(request).await`, which gives the response: both are those of the crate \
         `http`, so that it fits every framework. The credential holds the secrets that the platform shows for the app.",
    );
}

fn features(page: &mut Page<'_, '_>) {
    let cx = page.site.cx;
    let mut table = Table::new(["feature", "what it adds"]);
    for (index, of) in cx.model.platforms.iter().enumerate() {
        let domains =
            of.domains.iter().map(|domain| code(&rust::feature(cx, PlatformId(index), &domain.name)));
        let domains = domains.collect::<Vec<_>>().join(", ");
        table.row([code(&of.name), format!("all events of {}: {domains}", prose::markdown(&of.title))]);
    }
    table.row([code("full"), "all events of all platforms".to_owned()]);
    table.row([
        code("any-event"),
        "an enum over all events of a platform, for `match`; it takes long to compile".to_owned(),
    ]);
    for passed in rust::PASSED {
        table.row([code(passed.name), passed.about.to_owned()]);
    }
    page.section("Cargo features", "No domain is on by default.", &table);
}
