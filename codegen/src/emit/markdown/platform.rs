//! The page of a platform.

use super::{
    page::Page,
    site::{FORMATS, FORMS, INDEX, Site},
    text::{Table, code, codes},
};
use crate::{
    emit::prose,
    model::{FormDef, Owner, Platform, PlatformId, When},
};

/// `docs/<platform>/README.md`.
pub(super) fn page<'s, 'm>(site: &'s Site<'m>, id: PlatformId) -> Page<'s, 'm> {
    let of = &site.cx.model[id];
    let mut page = Page::new(site, site.platform(id));
    page.way_up(&[("Platforms".to_owned(), INDEX.to_owned())]);
    page.heading(1, &prose::markdown(&of.title));
    page.text(&prose::sentence(&of.about));
    page.text(
        &of.docs.as_ref().map(|link| format!("Documentation: {}", prose::autolink(link))).unwrap_or_default(),
    );
    domains(&mut page, id, of);
    let apps = meanings("app", &of.app_kinds);
    page.section("Kinds of app", "", &apps);
    let deliveries = meanings("delivery", &of.deliveries);
    page.section("Ways of delivery", "", &deliveries);
    forms(&mut page, of);
    control(&mut page, of);
    formats(&mut page, id, of);
    permissions(&mut page, id, of);
    page
}

fn domains(page: &mut Page<'_, '_>, id: PlatformId, of: &Platform) {
    let mut table = Table::new(["domain", "events", "about"]);
    for domain in &of.domains {
        let link = page.link(&prose::markdown(&domain.title), &page.site.domain(id, &domain.name));
        let count = page.site.events(id, &domain.name).count();
        table.row([link, count.to_string(), prose::sentence(&domain.about)]);
    }
    page.section("Domains of events", "", &table);
    let mut lists = vec![page.link("All events", &page.site.all_events(id))];
    let mut named = page.site.cx.model.events.iter().filter(|event| event.platform == id);
    if named.any(|event| !event.also_known_as.is_empty()) {
        lists.push(page.link("names in other SDKs", &page.site.sdks(id)));
    }
    page.text(&format!("{}.", lists.join("; ")));
    if !page.site.sections(&Owner::Platform(id)).body.is_empty() {
        let types = page.link("Types", &page.site.types(&Owner::Platform(id)));
        page.text(&format!("{types} that all domains use."));
    }
}

fn meanings(what: &str, of: &[(String, String)]) -> Table {
    let mut table = Table::new([what, "meaning"]);
    for (name, about) in of {
        table.row([code(name), prose::sentence(about)]);
    }
    table
}

fn forms(page: &mut Page<'_, '_>, of: &Platform) {
    if of.forms.is_empty() {
        return;
    }
    page.heading(2, FORMS);
    page.text(
        "How an event stands in what arrives, after decryption. The forms are tried in this order, and the first that \
         matches wins. Paths are keys joined by dots; they step into JSON text.",
    );
    for form in &of.forms {
        page.heading(3, &code(&form.name));
        page.table(&Table::facts(form_facts(form)));
    }
}

fn form_facts(of: &FormDef) -> Vec<(&'static str, String)> {
    let mut rows = vec![("Recognised by", recognised(of))];
    let mut row = |name, value: Option<String>| rows.extend(value.map(|value| (name, value)));
    row("Protocol", of.protocol.as_deref().map(code));
    row("Transport", of.transport.as_ref().map(|transport| format!("{} only", code(transport))));
    let rows_of = |list| format!("each entry of {} is an event; the other paths begin there", code(list));
    row("Several events", of.rows.as_deref().map(rows_of));
    row("Body", Some(of.body.as_deref().map_or("flat, beside the keys of the envelope".to_owned(), code)));
    row("Event", Some(first_of(&of.event)).filter(|text| !text.is_empty()));
    row("Event by value", of.event_by.as_ref().map(|(path, events)| by_value(path, events)));
    row("Event by form", of.event_is.as_deref().map(code));
    row("Id where there is none", of.header.get("key").map(|paths| format!("{} together", codes(paths))));
    for (role, name) in
        [("id", "Id"), ("time", "Time"), ("tenant", "Tenant"), ("app", "App"), ("token", "Token")]
    {
        row(name, of.header.get(role).map(|paths| first_of(paths)));
    }
    let extra = |object| format!("other keys of {} are in `header().extra()`", code(object));
    row("More", of.extra.as_deref().map(extra));
    row("Not in the body", (!of.envelope.is_empty()).then(|| codes(&of.envelope)));
    rows
}

fn recognised(of: &FormDef) -> String {
    match (when(&of.when), &of.transport) {
        (text, _) if !text.is_empty() => text,
        (_, Some(_)) => "its transport".to_owned(),
        (_, None) => "no other form matches".to_owned(),
    }
}

fn first_of(paths: &[String]) -> String {
    paths.iter().map(|path| code(path)).collect::<Vec<_>>().join(", else ")
}

fn by_value(path: &str, events: &[(String, String)]) -> String {
    let events: Vec<_> =
        events.iter().map(|(value, event)| format!("{} is {}", code(value), code(event))).collect();
    format!("of {}: {}", code(path), events.join(", "))
}

/// Conditions in words.
fn when(of: &When) -> String {
    let present = of.present.iter().map(|path| format!("{} is there", code(path)));
    let absent = of.absent.iter().map(|path| format!("{} is not there", code(path)));
    let equals = of.equals.iter().map(|(path, texts)| format!("{} is {}", code(path), prose::any_of(texts)));
    present.chain(absent).chain(equals).collect::<Vec<_>>().join(" and ")
}

fn control(page: &mut Page<'_, '_>, of: &Platform) {
    let mut table = Table::new(["request", "about", "recognised by"]);
    for control in &of.control {
        table.row([code(&control.name), prose::sentence(&control.about), when(&control.when)]);
    }
    page.section(
        "Control traffic",
        "Requests that are no events. They are answered before any handler.",
        &table,
    );
}

fn formats(page: &mut Page<'_, '_>, id: PlatformId, of: &Platform) {
    let cx = page.site.cx;
    let mut table = Table::new(["format", "in Rust", "meaning"]);
    for (index, format) in of.formats.iter().enumerate() {
        let path =
            format!("{}::{}", cx.names.platform_module(id).as_str(), cx.names.format(id, index).as_str());
        table.row([code(&format.name), code(&path), prose::sentence(&format.about)]);
    }
    page.section(
        FORMATS,
        "Texts with a meaning of their own. Each is a type, so that none is taken for another.",
        &table,
    );
}

fn permissions(page: &mut Page<'_, '_>, id: PlatformId, of: &Platform) {
    let mut table = Table::new(["permission", "allows", "tokens", "events"]);
    for (name, permission) in &of.permissions {
        let events = page.site.cx.model.events.iter().enumerate();
        let events = events.filter(|(_, event)| event.platform == id && event.permissions.contains(name));
        let links = events.map(|(index, event)| {
            page.link(&code(&event.wire), &page.site.event(crate::model::EventId(index)))
        });
        let links = links.collect::<Vec<_>>().join(", ");
        table.row([code(name), prose::sentence(&permission.about), codes(&permission.tokens), links]);
    }
    let intro = "The events are those that the permission, alone, makes the platform send. Others fill single fields.";
    page.section("Permissions of apps", intro, &table);
}
