//! The pages of the generated crate, for reading on a code host: an index, a page per platform, domain and event.

mod catalogue;
mod domain;
mod event;
mod page;
mod platform;
mod readme;
mod site;
mod text;
mod types;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

use self::site::Site;
use super::{Context, OutFile};
use crate::model::{EventId, Owner, PlatformId};

/// All pages.
pub(super) fn files(cx: Context<'_>) -> Vec<OutFile> {
    let site = &Site::new(cx);
    let mut files = vec![readme::readme(site).into_file(), readme::index(site).into_file()];
    for (index, of) in cx.model.platforms.iter().enumerate() {
        let id = PlatformId(index);
        files.push(platform::page(site, id).into_file());
        files.push(catalogue::index(site, id).into_file());
        files.extend(catalogue::sdks(site, id).map(page::Page::into_file));
        files.extend(domain::types(site, &Owner::Platform(id)).map(page::Page::into_file));
        for of in &of.domains {
            files.push(domain::page(site, id, &of.name).into_file());
            let home = Owner::Domain(id, of.name.clone());
            files.extend(domain::types(site, &home).map(page::Page::into_file));
        }
    }
    let events = (0..cx.model.events.len()).into_par_iter();
    files.par_extend(events.map(|index| event::page(site, EventId(index)).into_file()));
    files
}

/// The page of one event, without the line that generated files begin with.
pub(super) fn event_page(cx: Context<'_>, event: EventId) -> String {
    event::page(&Site::new(cx), event).into_text()
}
