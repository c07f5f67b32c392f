//! Platforms: domains, wire forms, control traffic, formats, groups.

use super::{Api, Both, Kind, Payload, Side, Subject, changed, gone, new, pairs::items};
use crate::model::{Control, FormDef, Format, Group, Platform, PlatformId};

/// What is new changes nothing for payloads.
const ADDED: (Payload, Api) = (Payload::Compatible, Api::Minor);

impl Both<'_> {
    pub(super) fn platforms(&mut self) {
        let (base, now) = (self.base, self.now);
        for id in (0..base.model.platforms.len()).map(PlatformId) {
            if self.pairs.platforms.now(id).is_none() {
                let texts = gone(base.names.platform_module(id).to_string());
                let meaning = (Payload::Breaking, Api::Major);
                self.push(&base.platform(id), Kind::PlatformRemoved, "", texts, meaning);
            }
        }
        for id in (0..now.model.platforms.len()).map(PlatformId) {
            let Some(from) = self.pairs.platforms.base(id) else {
                let texts = new(now.names.platform_module(id).to_string());
                self.push(&now.platform(id), Kind::PlatformAdded, "", texts, ADDED);
                continue;
            };
            let (before, after) = (&base.model[from], &now.model[id]);
            let subject = now.platform(id);
            self.platform(&subject, before, after);
            self.domains(from, id);
            self.forms(&subject, &before.forms, &after.forms);
            self.control(&subject, &before.control, &after.control);
            self.formats(&subject, from, id);
            self.groups(from, id);
        }
    }

    fn platform(&mut self, subject: &Subject, before: &Platform, after: &Platform) {
        if before.rust_name != after.rust_name {
            let texts = changed(&before.rust_name, &after.rust_name);
            self.push(subject, Kind::PlatformRenamed, "", texts, (Payload::Compatible, Api::Major));
        }
        let texts = (before.runtime.clone(), after.runtime.clone());
        let (kind, api) = match (&before.runtime, &after.runtime) {
            (None, Some(_)) => (Kind::ReceiverAdded, Api::Minor),
            (Some(_), None) => (Kind::ReceiverRemoved, Api::Major),
            _ => (Kind::ReceiverChanged, Api::Major),
        };
        if before.runtime != after.runtime {
            self.push(subject, kind, "", texts, (Payload::Compatible, api));
        }
        let words = |of: &Platform| {
            let texts = (of.title.clone(), of.about.clone(), of.docs.clone(), of.doc_hosts.clone());
            (texts, of.protocols.clone(), of.app_kinds.clone(), of.deliveries.clone(), of.permissions.clone())
        };
        self.described(subject, "", words(before), words(after));
    }

    fn domains(&mut self, from: PlatformId, to: PlatformId) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from].domains, &now.model[to].domains);
        for domain in before.iter().filter(|domain| after.iter().all(|other| other.name != domain.name)) {
            let texts = gone(base.context().feature(from, &domain.name));
            let meaning = (Payload::Compatible, Api::Major);
            self.push(&base.domain(from, &domain.name), Kind::DomainRemoved, "", texts, meaning);
        }
        for domain in after {
            let subject = now.domain(to, &domain.name);
            match before.iter().find(|other| other.name == domain.name) {
                Some(other) => self.described(&subject, "", other, domain),
                None => {
                    let texts = new(now.context().feature(to, &domain.name));
                    self.push(&subject, Kind::DomainAdded, "", texts, ADDED);
                }
            }
        }
    }

    /// Wire forms: the first that matches is taken.
    fn forms(&mut self, subject: &Subject, before: &[FormDef], after: &[FormDef]) {
        let paired =
            items(before, after, &[(&|i| Some(before[i].name.as_str()), &|i| Some(after[i].name.as_str()))]);
        for (i, form) in before.iter().enumerate() {
            if paired.now(i).is_none() {
                let meaning = (Payload::Breaking, Api::Patch);
                self.push(subject, Kind::FormRemoved, &form.name, (None, None), meaning);
            }
        }
        let order: Vec<_> = (0..after.len()).filter_map(|i| paired.base(i)).collect();
        if !order.is_sorted() {
            self.push(subject, Kind::FormOrder, "", (None, None), (Payload::Breaking, Api::Patch));
        }
        let last = (0..after.len()).rev().find(|i| paired.base(*i).is_some());
        for (i, form) in after.iter().enumerate() {
            match paired.base(i).map(|old| &before[old]) {
                Some(old) if old != form => {
                    let payload = if only_more(old, form) { Payload::Compatible } else { Payload::Breaking };
                    self.push(subject, Kind::FormChanged, &form.name, (None, None), (payload, Api::Patch));
                }
                Some(_) => {}
                None => {
                    // Tried earlier, it may take what another form took.
                    let first = last.is_some_and(|last| i < last);
                    let payload = if first { Payload::Breaking } else { Payload::Compatible };
                    self.push(subject, Kind::FormAdded, &form.name, (None, None), (payload, Api::Patch));
                }
            }
        }
    }

    fn control(&mut self, subject: &Subject, before: &[Control], after: &[Control]) {
        let named = |all: &'_ [Control], name: &str| all.iter().find(|control| control.name == name).cloned();
        for control in before.iter().filter(|control| named(after, &control.name).is_none()) {
            let meaning = (Payload::Breaking, Api::Patch);
            self.push(subject, Kind::ControlRemoved, &control.name, (None, None), meaning);
        }
        for control in after {
            match named(before, &control.name) {
                None => self.note(subject, Kind::ControlAdded, &control.name, (None, None)),
                Some(old) if old.when != control.when => {
                    let meaning = (Payload::Breaking, Api::Patch);
                    self.push(subject, Kind::ControlChanged, &control.name, (None, None), meaning);
                }
                Some(old) => self.described(subject, &control.name, &old.about, &control.about),
            }
        }
    }

    fn formats(&mut self, subject: &Subject, from: PlatformId, to: PlatformId) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from].formats, &now.model[to].formats);
        let path = |side: Side<'_>, platform: PlatformId, index: usize| {
            format!("{}::{}", side.names.platform_module(platform), side.names.format(platform, index))
        };
        let missing = |format: &Format, all: &[Format]| all.iter().all(|other| other.name != format.name);
        for (i, format) in before.iter().enumerate().filter(|(_, format)| missing(format, after)) {
            let meaning = (Payload::Compatible, Api::Major);
            self.push(subject, Kind::FormatRemoved, &format.name, gone(path(base, from, i)), meaning);
        }
        for (i, format) in after.iter().enumerate() {
            let Some(old) = before.iter().position(|other| other.name == format.name) else {
                self.push(subject, Kind::FormatAdded, &format.name, new(path(now, to, i)), ADDED);
                continue;
            };
            let (was, is) = (path(base, from, old), path(now, to, i));
            if was != is {
                let meaning = (Payload::Compatible, Api::Major);
                self.push(subject, Kind::FormatRenamed, &format.name, changed(was, is), meaning);
            }
            self.described(subject, &format.name, &before[old].about, &format.about);
        }
    }

    fn groups(&mut self, from: PlatformId, to: PlatformId) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from].groups, &now.model[to].groups);
        let method = |side: Side<'_>, platform: PlatformId, index: usize| {
            side.names.group_method(platform, index).to_string()
        };
        for (i, group) in before.iter().enumerate() {
            if after.iter().all(|other| other.name != group.name) {
                let meaning = (Payload::Compatible, Api::Major);
                let subject = base.platform(from);
                self.push(&subject, Kind::GroupRemoved, &group.name, gone(method(base, from, i)), meaning);
            }
        }
        for (i, group) in after.iter().enumerate() {
            match before.iter().position(|other| other.name == group.name) {
                Some(old) => self.group((from, old), (to, i)),
                None => {
                    let texts = new(method(now, to, i));
                    self.push(&now.platform(to), Kind::GroupAdded, &group.name, texts, ADDED);
                }
            }
        }
    }

    fn group(&mut self, (from, old): (PlatformId, usize), (to, index): (PlatformId, usize)) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from].groups[old], &now.model[to].groups[index]);
        let subject = &now.platform(to);
        let spelled = |side: Side<'_>, platform: PlatformId, index: usize| {
            let (method, ty) =
                (side.names.group_method(platform, index), side.names.group_type(platform, index));
            format!("{method}, {ty}")
        };
        let (was, is) = (spelled(base, from, old), spelled(now, to, index));
        if was != is {
            let meaning = (Payload::Compatible, Api::Major);
            self.push(subject, Kind::GroupRenamed, &after.name, changed(was, is), meaning);
        }
        if before.body.is_some() != after.body.is_some() {
            let words = |group: &Group| if group.body.is_some() { "one struct" } else { "an enum of bodies" };
            let texts = changed(words(before), words(after));
            self.push(subject, Kind::GroupBody, &after.name, texts, (Payload::Compatible, Api::Major));
        }
        self.group_members((from, old), (to, index));
        let words = |group: &Group| (group.title.clone(), group.about.clone(), group.also_known_as.clone());
        self.described(subject, &after.name, words(before), words(after));
    }

    fn group_members(&mut self, (from, old): (PlatformId, usize), (to, index): (PlatformId, usize)) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from].groups[old], &now.model[to].groups[index]);
        let subject = &now.platform(to);
        let item = |side: Side<'_>, group: &Group, member: usize| {
            format!("{}.{}", group.name, side.model[group.members[member]].name)
        };
        let variants = (base.names.group_variants(from, old), now.names.group_variants(to, index));
        for (i, member) in before.members.iter().enumerate() {
            // An event that is gone is told as that.
            let kept = self.pairs.events.now(*member).is_none_or(|event| after.members.contains(&event));
            if !kept {
                let api = if before.body.is_some() { Api::Patch } else { Api::Major };
                let item = item(base, before, i);
                self.push(subject, Kind::MemberRemoved, item, (None, None), (Payload::Breaking, api));
            }
        }
        for (i, member) in after.members.iter().enumerate() {
            let event = self.pairs.events.base(*member);
            let was = event.and_then(|event| before.members.iter().position(|other| *other == event));
            match was {
                None => self.push(subject, Kind::MemberAdded, item(now, after, i), (None, None), ADDED),
                Some(was) if variants.0[was] != variants.1[i] && after.body.is_none() => {
                    let texts = changed(variants.0[was].to_string(), variants.1[i].to_string());
                    let meaning = (Payload::Compatible, Api::Major);
                    self.push(subject, Kind::MemberRenamed, item(now, after, i), texts, meaning);
                }
                Some(_) => {}
            }
        }
    }
}

/// Whether a form reads all that it read, where it read it.
fn only_more(before: &FormDef, after: &FormDef) -> bool {
    let header = before
        .header
        .iter()
        .all(|(role, paths)| after.header.get(role).is_some_and(|more| more.starts_with(paths)));
    let same = FormDef { header: before.header.clone(), event: before.event.clone(), ..after.clone() };
    header && after.event.starts_with(&before.event) && same == *before
}
