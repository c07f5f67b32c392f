//! The pages of a domain: its events, and types that several of them use.

use super::{
    event::members,
    page::Page,
    site::Site,
    text::{Table, code, codes},
    types,
};
use crate::{
    emit::{prose, rust},
    model::{EventId, EventKind, Owner, PlatformId, TypeName},
};

/// `docs/<platform>/<domain>/README.md`.
pub(super) fn page<'s, 'm>(site: &'s Site<'m>, platform: PlatformId, domain: &str) -> Page<'s, 'm> {
    let cx = site.cx;
    let of = cx.model[platform].domains.iter().find(|of| of.name == domain);
    let mut page = Page::new(site, site.domain(platform, domain));
    page.way_up(&site.above(platform, None));
    page.heading(1, &prose::markdown(of.map_or(domain, |of| of.title.as_str())));
    page.text(&of.map(|of| prose::sentence(&of.about)).unwrap_or_default());
    page.text(&format!("Cargo feature: {}.", code(&rust::feature(cx, platform, domain))));
    let mut table = Table::new(["event", "title", "Rust type", "permissions"]);
    for id in site.events(platform, domain) {
        let event = &cx.model[id];
        let link = page.link(&code(&event.wire), &site.event(id));
        let path = cx.names.type_path(cx.model, event.body);
        let ty = path.rsplit("::").next().unwrap_or_default();
        table.row([link, title(site, id), code(ty), codes(&event.permissions)]);
    }
    page.table(&table);
    groups(&mut page, platform, domain);
    let home = Owner::Domain(platform, domain.to_owned());
    if !site.sections(&home).body.is_empty() {
        let types = page.link("Types", &site.types(&home));
        page.text(&format!("{types} that several of these events use."));
    }
    page
}

pub(super) fn title(site: &Site<'_>, id: EventId) -> String {
    let event = &site.cx.model[id];
    let mut text = prose::markdown(&event.title);
    if let Some(zh) = &event.title_zh {
        text.push_str(&format!(" ({})", prose::markdown(zh)));
    }
    if event.kind == EventKind::Callback {
        text.push_str(", callback");
    }
    if event.deprecated.is_some() {
        text.push_str(", deprecated");
    }
    text
}

fn groups(page: &mut Page<'_, '_>, platform: PlatformId, domain: &str) {
    let cx = page.site.cx;
    let mut table = Table::new(["method", "handler takes", "events", "about"]);
    for (index, group) in cx.model[platform].groups.iter().enumerate() {
        if group.members.first().is_some_and(|member| cx.model[*member].domain == domain) {
            let method = code(cx.names.group_method(platform, index).as_str());
            let ty = code(cx.names.group_type(platform, index).as_str());
            table.row([method, ty, members(page, group, None), prose::sentence(&group.about)]);
        }
    }
    page.section("One handler for several events", "", &table);
}

/// `docs/<platform>/types.md` or `docs/<platform>/<domain>/types.md`, where there are such types.
pub(super) fn types<'s, 'm>(site: &'s Site<'m>, home: &Owner) -> Option<Page<'s, 'm>> {
    let (platform, domain) = match home {
        Owner::Platform(platform) => (*platform, None),
        Owner::Domain(platform, domain) => (*platform, Some(domain.as_str())),
        Owner::Event(_) => return None,
    };
    let ids = site.sections(home).body;
    if ids.is_empty() {
        return None;
    }
    let mut page = Page::new(site, site.types(home));
    page.way_up(&site.above(platform, domain));
    page.heading(1, "Types");
    let named = ids.iter().filter(|id| matches!(site.cx.model[**id].name, TypeName::Named(_)));
    let links = named.map(|id| page.type_link(site.cx.names.ty(*id).as_str(), *id));
    let links = prose::list(&links.collect::<Vec<_>>());
    page.text(&format!(
        "Types that several {} use: {links}.",
        if domain.is_some() { "events" } else { "domains" }
    ));
    types::sections(&mut page, 2, &ids);
    Some(page)
}
