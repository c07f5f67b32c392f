//! Groups: several events with one registration.

use super::Resolver;
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{EventId, EventKind, Group, PlatformId, TypeId},
    source::Spanned,
    syntax::RawGroup,
};

impl<'s> Resolver<'s> {
    pub(super) fn resolve_groups(&mut self) {
        for (index, source) in self.platforms.clone().into_iter().enumerate() {
            for (name, raw) in source.platform.raw.groups.iter().flatten() {
                let group = self.group(PlatformId(index), name, raw);
                self.model.platforms[index].groups.push(group);
            }
        }
    }

    fn group(&mut self, platform: PlatformId, name: &Spanned<String>, raw: &RawGroup) -> Group {
        let members = self.members(platform, name, raw);
        Group {
            name: name.value.clone(),
            method: raw.method.value.clone(),
            rust_name: raw.rust_name.value.clone(),
            title: raw.title.value.clone(),
            about: raw.about.value.clone(),
            body: self.shared_body(&members),
            members,
            also_known_as: raw
                .also_known_as
                .iter()
                .flatten()
                .map(|(sdk, name)| (sdk.value.clone(), name.value.clone()))
                .collect(),
            span: name.span,
        }
    }

    fn members(&mut self, platform: PlatformId, name: &Spanned<String>, raw: &RawGroup) -> Vec<EventId> {
        let mut members: Vec<(EventId, &Spanned<String>)> = Vec::new();
        for member in &raw.members {
            let Some(event) = self.event_of_platform(platform, member) else { continue };
            let twice = members.iter().find(|(other, _)| *other == event).map(|(_, first)| first.span);
            let report = |message: String| Diagnostic::new(Code::UnclearGroup, member.span, message);
            if let Some(first) = twice {
                let message = format!("`{}` is a member twice", member.value);
                self.report(report(message).also(first, "first time").help("remove one of the two"));
                continue;
            }
            if self.model[event].kind == EventKind::Callback {
                let report = report(format!("`{}` is a callback", member.value));
                self.report(
                    report.help("remove it: a group takes events, each callback has an answer of its own"),
                );
                continue;
            }
            if let Some((first, place)) = members.first()
                && self.model[*first].domain != self.model[event].domain
            {
                let (one, other) = (&self.model[*first].domain, &self.model[event].domain);
                let message = format!(
                    "the members of a group are of one domain, but `{}` is of `{other}`",
                    member.value
                );
                let report = report(message).also(place.span, format!("this one is of `{one}`"));
                self.report(report.help("make a group per domain"));
                continue;
            }
            if let Some(other) =
                self.model[platform].groups.iter().find(|group| group.members.contains(&event))
            {
                let report = report(format!("`{}` is in the group `{}` already", member.value, other.name));
                let report = report.also(other.span, "this group").help("remove it from one of the two");
                self.report(report);
                continue;
            }
            members.push((event, member));
        }
        if raw.members.len() < 2 {
            let message = format!("the group `{}` has fewer than two members", name.value);
            let help = "add members, or remove the group: a single event has a method of its own";
            self.report_missing(Diagnostic::new(Code::UnclearGroup, name.span, message).help(help));
        }
        members.into_iter().map(|(event, _)| event).collect()
    }

    /// Where all members have one body by `same_as`, they share one type: that of the event they name if it is a member,
    /// else that of the first.
    fn shared_body(&mut self, members: &[EventId]) -> Option<TypeId> {
        let first = *members.first()?;
        let source = self.body_source(first);
        if members.len() < 2 || members.iter().any(|member| self.body_source(*member) != source) {
            return None;
        }
        let holder = if members.contains(&source) { source } else { first };
        let body = self.model[holder].body;
        for member in members {
            self.model.events[member.0].body = body;
        }
        Some(body)
    }

    /// The event whose body an event has.
    fn body_source(&self, event: EventId) -> EventId {
        let mut source = event;
        // A cycle of `same_as` was reported; it ends after as many steps as there are events.
        for _ in 0..self.model.events.len() {
            match self.model[source].same_as {
                Some(next) => source = next,
                None => break,
            }
        }
        source
    }
}
