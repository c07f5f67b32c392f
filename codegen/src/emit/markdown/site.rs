//! Where everything stands: the paths of pages, the anchors of types, the links between them.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{encoded, slug};
use crate::{
    emit::{Context, prose},
    model::{EventId, FieldType, Owner, PlatformId, Role, TypeId, TypeKind, TypeName},
};

/// The index of all pages.
pub(super) const INDEX: &str = "docs/README.md";
/// The heading above the body of an event. Headings that are no type have two words, so that their anchors are no type's.
pub(super) const BODY: &str = "The body";
/// The heading above the answer of a callback.
pub(super) const ANSWER: &str = "The answer";
/// The heading above a platform's wire forms.
pub(super) const FORMS: &str = "Wire forms";
/// The heading above a platform's formats.
pub(super) const FORMATS: &str = "Kinds of text";

/// All pages.
pub(super) struct Site<'m> {
    pub(super) cx: Context<'m>,
    /// By type.
    anchors: Vec<String>,
}

/// The types that a page describes, in the order in which a reader meets them.
pub(super) struct Sections {
    /// Those of the body, or of a page that has types alone.
    pub(super) body: Vec<TypeId>,
    /// Those that only the answer has.
    pub(super) answer: Vec<TypeId>,
}

impl<'m> Site<'m> {
    pub(super) fn new(cx: Context<'m>) -> Self {
        let mut site = Site { cx, anchors: vec![String::new(); cx.model.types.len()] };
        let owners: BTreeSet<&Owner> = cx.model.types.iter().map(|ty| &ty.owner).collect();
        for owner in owners {
            let Sections { body, answer } = site.sections(owner);
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for id in body.into_iter().chain(answer) {
                let anchor = slug(cx.names.ty(id).as_str());
                let count = seen.entry(anchor.clone()).or_default();
                site.anchors[id.0] = if *count == 0 { anchor } else { format!("{anchor}-{count}") };
                *count += 1;
            }
        }
        for event in &cx.model.events {
            site.anchors[event.body.0] = slug(BODY);
            if let Some(response) = event.response {
                site.anchors[response.0] = slug(ANSWER);
            }
        }
        site
    }

    /// The page of a platform.
    pub(super) fn platform(&self, platform: PlatformId) -> String {
        format!("docs/{}/README.md", self.cx.model[platform].name)
    }

    /// The page of all events of a platform.
    pub(super) fn all_events(&self, platform: PlatformId) -> String {
        format!("docs/{}/events.md", self.cx.model[platform].name)
    }

    /// The page of what other SDKs call the events of a platform.
    pub(super) fn sdks(&self, platform: PlatformId) -> String {
        format!("docs/{}/sdks.md", self.cx.model[platform].name)
    }

    /// The page of a domain.
    pub(super) fn domain(&self, platform: PlatformId, domain: &str) -> String {
        format!("docs/{}/{domain}/README.md", self.cx.model[platform].name)
    }

    /// The page of an event.
    pub(super) fn event(&self, event: EventId) -> String {
        let of = &self.cx.model[event];
        // Two names are taken by other pages of the folder, also on a disk that does not tell cases apart.
        let taken = ["readme", "types"].contains(&of.name.to_lowercase().as_str());
        let ending = if taken { ".event.md" } else { ".md" };
        format!("docs/{}/{}/{}{ending}", self.cx.model[of.platform].name, of.domain, of.name)
    }

    /// The pages above a page of a platform or domain, with the texts of their links.
    pub(super) fn above(&self, platform: PlatformId, domain: Option<&str>) -> Vec<(String, String)> {
        let of = &self.cx.model[platform];
        let mut pages = vec![
            ("Platforms".to_owned(), INDEX.to_owned()),
            (prose::markdown(&of.title), self.platform(platform)),
        ];
        if let Some(domain) = domain {
            let title = of.domains.iter().find(|of| of.name == domain).map_or(domain, |of| of.title.as_str());
            pages.push((prose::markdown(title), self.domain(platform, domain)));
        }
        pages
    }

    /// The page that describes the types of an owner.
    pub(super) fn types(&self, owner: &Owner) -> String {
        match owner {
            Owner::Platform(platform) => format!("docs/{}/types.md", self.cx.model[*platform].name),
            Owner::Domain(platform, domain) => {
                format!("docs/{}/{domain}/types.md", self.cx.model[*platform].name)
            }
            Owner::Event(event) => self.event(*event),
        }
    }

    /// The link from a page to the section of a type.
    pub(super) fn to_type(&self, from: &str, ty: TypeId) -> String {
        let page = self.types(&self.cx.model[ty].owner);
        let path = if page == from { String::new() } else { relative(from, &page) };
        format!("{path}#{}", self.anchors[ty.0])
    }

    /// The event of a platform with a name of the schemas.
    pub(super) fn named(&self, platform: PlatformId, name: &str) -> Option<EventId> {
        let events = &self.cx.model.events;
        events.iter().position(|event| event.platform == platform && event.name == name).map(EventId)
    }

    /// The events of a domain.
    pub(super) fn events<'a>(
        &'a self,
        platform: PlatformId,
        domain: &'a str,
    ) -> impl Iterator<Item = EventId> + 'a {
        let events = self.cx.model.events.iter().enumerate();
        let here = events.filter(move |(_, event)| event.platform == platform && event.domain == domain);
        here.map(|(index, _)| EventId(index))
    }

    /// The types whose sections stand on the page of an owner.
    pub(super) fn sections(&self, owner: &Owner) -> Sections {
        let mut walk = Walk { site: self, owner, seen: BTreeSet::new(), order: Vec::new() };
        let mut answer = Vec::new();
        if let Owner::Event(event) = owner {
            let event = &self.cx.model[*event];
            walk.visit(event.body);
            if let Some(response) = event.response {
                let body = std::mem::take(&mut walk.order);
                walk.visit(response);
                answer = std::mem::replace(&mut walk.order, body);
            }
        }
        for id in (0..self.cx.model.types.len()).map(TypeId) {
            // The set or choice of a field is met where its field is.
            let ty = &self.cx.model[id];
            if ty.owner == *owner && !matches!(ty.name, TypeName::Field(..)) {
                walk.visit(id);
            }
        }
        let part = |id: &TypeId| self.cx.model[*id].role == Role::Part;
        Sections {
            body: walk.order.into_iter().filter(part).collect(),
            answer: answer.into_iter().filter(part).collect(),
        }
    }
}

/// Follows types from the fields that have them, without leaving their owner.
struct Walk<'a, 'm> {
    site: &'a Site<'m>,
    owner: &'a Owner,
    seen: BTreeSet<TypeId>,
    order: Vec<TypeId>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, id: TypeId) {
        let ty = &self.site.cx.model[id];
        if ty.owner != *self.owner || !self.seen.insert(id) {
            return;
        }
        self.order.push(id);
        match &ty.kind {
            TypeKind::Object(fields) => {
                fields.iter().filter_map(|field| innermost(&field.ty)).for_each(|id| self.visit(id));
            }
            TypeKind::Choice(choice) => choice.shapes.iter().for_each(|shape| self.visit(shape.ty)),
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
        }
    }
}

/// The type that a field refers to.
fn innermost(ty: &FieldType) -> Option<TypeId> {
    match ty {
        FieldType::Scalar(scalar) => scalar.set,
        FieldType::Any => None,
        FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => innermost(inner),
        FieldType::Object(id) | FieldType::Choice(id) => Some(*id),
    }
}

/// The link from one page to another file, both below the output folder.
pub(super) fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (from.split('/').collect(), to.split('/').collect());
    let folders = from.len() - 1;
    let common = from[..folders].iter().zip(&to[..to.len() - 1]).take_while(|(a, b)| a == b).count();
    let up = "../".repeat(folders - common);
    encoded(&format!("{up}{}", to[common..].join("/")))
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn links_go_up_and_down() {
        assert_eq!(relative("docs/lark/im/a.md", "docs/lark/im/b.md"), "b.md");
        assert_eq!(relative("docs/lark/im/a.md", "docs/lark/types.md"), "../types.md");
        assert_eq!(relative("docs/README.md", "docs/lark/README.md"), "lark/README.md");
        assert_eq!(relative("README.md", "docs/README.md"), "docs/README.md");
        assert_eq!(
            relative("docs/lark/im/a.md", "payloads/lark/im/a b.json"),
            "../../../payloads/lark/im/a%20b.json"
        );
    }
}
