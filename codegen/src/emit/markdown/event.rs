//! The page of one event.

use super::{
    page::Page,
    site::{ANSWER, BODY, Sections, Site},
    text::{Table, block, code, codes},
    types,
};
use crate::{
    emit::{prose, rust, sample},
    model::{DedupBy, Event, EventId, EventKind, Evidence, Example, Group, Owner, TypeKind},
};

/// Examples with more lines than this are folded.
const LONG: usize = 80;

/// `docs/<platform>/<domain>/<event>.md`.
pub(super) fn page<'s, 'm>(site: &'s Site<'m>, id: EventId) -> Page<'s, 'm> {
    let event = &site.cx.model[id];
    let mut page = Page::new(site, site.event(id));
    page.way_up(&site.above(event.platform, Some(&event.domain)));
    page.heading(1, &prose::markdown(&event.title));
    page.text(&deprecation(&page, event));
    page.text(&prose::sentence(&event.about));
    let facts = facts(&page, id);
    page.table(&facts);
    page.heading(2, "Register a handler");
    page.text(&block("rust", &sample::registration(site.cx, id)));
    other_methods(&mut page, id);
    body(&mut page, id);
    examples(&mut page, event);
    page
}

fn facts(page: &Page<'_, '_>, id: EventId) -> Table {
    let (cx, event) = (page.site.cx, &page.site.cx.model[id]);
    let mut rows = vec![("Event", kind(page, event))];
    let mut row = |name, value: String| {
        if !value.is_empty() {
            rows.push((name, value));
        }
    };
    row("Title of the platform", event.title_zh.as_deref().map(prose::markdown).unwrap_or_default());
    row("Stability", if event.beta { "Beta: the platform may change it.".to_owned() } else { String::new() });
    row("Since", event.since.as_deref().map(prose::markdown).unwrap_or_default());
    row("Evidence", evidence(event.evidence).to_owned());
    row("Rust type", code(&format!("workplace_events::{}", cx.names.type_path(cx.model, event.body))));
    row("Method", code(cx.names.method(id).as_str()));
    row("Cargo feature", code(&rust::feature(cx, event.platform, &event.domain)));
    let any = if event.permissions.len() > 1 { "any one of " } else { "" };
    row("Permissions", format!("{any}{}", codes(&event.permissions)));
    row("Kinds of app", codes(&event.apps));
    row("Delivery", delivery(event));
    if event.kind == EventKind::Event {
        row("Repeated deliveries", repeated(&event.dedup_by));
    }
    if !event.order_by.is_empty() {
        row("Order", format!("events with the same {} stay in order", codes(&event.order_by)));
    }
    row(
        "Deadline",
        event.answer_within.map(|seconds| format!("{seconds} s for the answer")).unwrap_or_default(),
    );
    row("Related", related(page, event));
    let names =
        event.also_known_as.iter().map(|(sdk, name)| format!("{} ({})", code(name), prose::markdown(sdk)));
    row("In other SDKs", names.collect::<Vec<_>>().join(", "));
    row("Documentation", event.docs.as_deref().map(prose::autolink).unwrap_or_default());
    row("See also", event.see_also.iter().map(|link| prose::autolink(link)).collect::<Vec<_>>().join(", "));
    Table::facts(rows)
}

fn kind(page: &Page<'_, '_>, event: &Event) -> String {
    let platform = &page.site.cx.model[event.platform];
    let callback = (event.kind == EventKind::Callback).then(|| "a callback".to_owned());
    let protocol = event.protocol.and_then(|protocol| platform.protocols.get(protocol));
    let protocol = protocol.map(|protocol| format!("protocol {}", code(&protocol.name)));
    [code(&event.wire)].into_iter().chain(callback).chain(protocol).collect::<Vec<_>>().join(", ")
}

/// What is to be read before anything else.
fn deprecation(page: &Page<'_, '_>, event: &Event) -> String {
    let link = |name: &str| named(page, event, name);
    let text = event.deprecated.as_ref().map(|of| prose::deprecation_with(of, link));
    text.map(|text| format!("> {}", text.replace('\n', " "))).unwrap_or_default()
}

/// The name of another event of the platform, with a link where there is such an event.
fn named(page: &Page<'_, '_>, event: &Event, name: &str) -> String {
    match page.site.named(event.platform, name) {
        Some(other) => page.link(&code(name), &page.site.event(other)),
        None => code(name),
    }
}

fn evidence(of: Evidence) -> &'static str {
    match of {
        Evidence::Documented => "",
        Evidence::Sample => "Inferred from samples, not from a table of the platform.",
        Evidence::None => "Neither documented nor seen in a sample.",
    }
}

fn delivery(event: &Event) -> String {
    let of = |(kind, ways): &(String, Vec<String>)| {
        if kind.is_empty() { codes(ways) } else { format!("{}: {}", prose::markdown(kind), codes(ways)) }
    };
    event.delivery.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn repeated(by: &DedupBy) -> String {
    match by {
        DedupBy::EventId => "have the same event id".to_owned(),
        DedupBy::Nothing => "cannot be told apart".to_owned(),
        DedupBy::Paths(paths) => format!("have the same {}", codes(paths)),
    }
}

fn related(page: &Page<'_, '_>, event: &Event) -> String {
    let related = event
        .related
        .iter()
        .map(|(name, how)| format!("{}: {}", named(page, event, name), prose::sentence(how)));
    related.collect::<Vec<_>>().join(" ")
}

/// Methods that take the event beside its own one.
fn other_methods(page: &mut Page<'_, '_>, id: EventId) {
    let (cx, event) = (page.site.cx, &page.site.cx.model[id]);
    if let (TypeKind::Choice(choice), EventKind::Event) = (&cx.model[event.body].kind, event.kind)
        && let Some(shape) = choice.shapes.first()
    {
        let (method, path) = (cx.names.method(id).as_str(), cx.names.type_path(cx.model, shape.ty));
        let name = path.rsplit("::").next().unwrap_or_default();
        page.text(&format!(
            "`{method}_as` takes one shape alone, such as `{name}`; the others go to `on_unhandled`."
        ));
    }
    let groups = cx.model[event.platform].groups.iter().enumerate();
    for (index, group) in groups.filter(|(_, group)| group.members.contains(&id)) {
        let method = cx.names.group_method(event.platform, index).as_str();
        let others = members(page, group, Some(id));
        page.text(&format!("`{method}` takes it together with {others}."));
    }
}

/// Links to the members of a group, but for one.
pub(super) fn members(page: &Page<'_, '_>, group: &Group, without: Option<EventId>) -> String {
    let members = group.members.iter().filter(|member| Some(**member) != without);
    let link =
        |member: &EventId| page.link(&code(&page.site.cx.model[*member].wire), &page.site.event(*member));
    prose::list(&members.map(link).collect::<Vec<_>>())
}

fn body(page: &mut Page<'_, '_>, id: EventId) {
    let (cx, event) = (page.site.cx, &page.site.cx.model[id]);
    let Sections { body, answer } = page.site.sections(&Owner::Event(id));
    page.heading(2, BODY);
    if let Some(source) = event.same_as {
        let source = page.link(&code(&cx.model[source].wire), &page.site.event(source));
        page.text(&format!("The same as that of {source}."));
    }
    types::content(page, event.body);
    types::sections(page, 3, &body);
    if let Some(response) = event.response {
        page.heading(2, ANSWER);
        page.text(&prose::sentence(&cx.model[response].about));
        page.text(&format!("In Rust `{}`.", cx.names.type_path(cx.model, response)));
        types::content(page, response);
        types::sections(page, 3, &answer);
    }
}

fn examples(page: &mut Page<'_, '_>, event: &Event) {
    if event.examples.is_empty() {
        return;
    }
    page.heading(2, "Example payloads");
    let mut examples: Vec<_> =
        event.examples.iter().map(|example| (example.response, words(example), example)).collect();
    examples.sort_by(|(a, b, _), (c, d, _)| (a, b).cmp(&(c, d)));
    for (response, words, example) in examples {
        let what = if response { "Answer" } else { "Payload" };
        page.heading(3, &if words.is_empty() { what.to_owned() } else { format!("{what} {}", code(&words)) });
        let platform = &page.site.cx.model[event.platform].name;
        let file = format!("payloads/{platform}/{}/{}", event.domain, example.file);
        let mut intro = page.link(&code(&example.file), &file);
        if example.made {
            let from = if event.docs.is_some() { "documentation" } else { "schema" };
            intro.push_str(&format!(", built from the {from}"));
        }
        if example.drifts {
            intro.push_str(", which differs from the schema");
        }
        page.text(&format!("{intro}:"));
        let lines = example.text.trim_end().lines().count();
        let json = block("json", &example.text);
        if lines > LONG {
            page.text(&format!("<details>\n<summary>{lines} lines</summary>\n\n{json}\n\n</details>"));
        } else {
            page.text(&json);
        }
    }
}

/// What an example shows: its scenario without what marks it as made, or as an answer.
fn words(example: &Example) -> String {
    let words = example.scenario.strip_suffix("made").filter(|_| example.made).unwrap_or(&example.scenario);
    let words = words.strip_prefix("response").filter(|_| example.response).unwrap_or(words);
    words.trim_matches('.').to_owned()
}
