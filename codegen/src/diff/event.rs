//! Events, without their types.

use super::{Api, Both, Kind, Payload, Side, changed, gone, new, types::list};
use crate::{
    emit::prose,
    model::{DedupBy, Event, EventId, EventKind},
};

impl Both<'_> {
    pub(super) fn events(&mut self) {
        for id in (0..self.base.model.events.len()).map(EventId) {
            if self.pairs.events.now(id).is_none() {
                let meaning = (Payload::Breaking, Api::Major);
                let texts = gone(self.base.names.rust_path(id));
                self.push(&self.base.event(id), Kind::EventRemoved, "", texts, meaning);
            }
        }
        for id in (0..self.now.model.events.len()).map(EventId) {
            match self.pairs.events.base(id) {
                Some(base) => self.event(base, id),
                None => {
                    let meaning = (Payload::Compatible, Api::Minor);
                    let texts = new(self.now.names.rust_path(id));
                    self.push(&self.now.event(id), Kind::EventAdded, "", texts, meaning);
                }
            }
        }
    }

    fn event(&mut self, from: EventId, to: EventId) {
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from], &now.model[to]);
        let subject = &now.event(to);
        let names: Vec<_> =
            rust(base, from).into_iter().zip(rust(now, to)).filter(|(was, is)| was != is).collect();
        // A body that several events share belongs to one of them.
        let payload = self.reads_type(before.body, after.body);
        if !names.is_empty() || payload != Payload::Compatible {
            let (was, is): (Vec<_>, Vec<_>) = names.into_iter().unzip();
            let texts = changed(was.join(", "), is.join(", "));
            self.push(subject, Kind::EventRenamed, "", texts, (payload, Api::Major));
        }
        let (was, is) = (wire(base, before), wire(now, after));
        if was != is {
            self.push(subject, Kind::EventWire, "", changed(was, is), (Payload::Breaking, Api::Patch));
        }
        if before.kind != after.kind {
            let texts = changed(kind(before.kind), kind(after.kind));
            self.push(subject, Kind::EventKind, "", texts, (Payload::Compatible, Api::Major));
        }
        let facts = [
            (Kind::EventPermissions, list(&before.permissions), list(&after.permissions)),
            (Kind::EventDelivery, delivery(before), delivery(after)),
            (Kind::EventIdentity, identity(&before.dedup_by), identity(&after.dedup_by)),
            (Kind::EventOrder, list(&before.order_by), list(&after.order_by)),
            (Kind::EventDeadline, deadline(before), deadline(after)),
            (Kind::EventStability, stability(before), stability(after)),
        ];
        for (kind, was, is) in facts {
            if was != is {
                self.note(subject, kind, "", changed(was, is));
            }
        }
        self.samples(from, to);
        self.deprecated(subject, "", &before.deprecated, &after.deprecated);
        self.described(subject, "", words(before), words(after));
    }

    /// Payloads for tests: the trait that gives them, and they themselves.
    fn samples(&mut self, from: EventId, to: EventId) {
        let (was, is) = (sampled(self.base, from), sampled(self.now, to));
        if was == is {
            return;
        }
        let (kind, api) =
            if is { (Kind::SampleAdded, Api::Minor) } else { (Kind::SampleRemoved, Api::Major) };
        let subject = self.now.event(to);
        self.push(&subject, kind, "", (None, None), (Payload::Compatible, api));
    }
}

/// What people write; the variant of `AnyEvent` and the module go with the method.
fn rust(side: Side<'_>, id: EventId) -> [String; 2] {
    [side.names.rust_path(id).to_owned(), side.names.method(id).to_string()]
}

/// Whether the testing kit has payloads of an event's body.
fn sampled(side: Side<'_>, id: EventId) -> bool {
    let body = side.model[id].body;
    let events = side.model.events.iter().filter(|event| event.body == body);
    events.flat_map(|event| &event.examples).any(|example| !example.response)
}

fn wire(side: Side<'_>, event: &Event) -> String {
    let platform = &side.model[event.platform];
    match event.protocol.and_then(|index| platform.protocols.get(index)) {
        Some(protocol) => format!("{} of {}", event.wire, protocol.name),
        None => event.wire.clone(),
    }
}

fn kind(of: EventKind) -> &'static str {
    match of {
        EventKind::Event => "event",
        EventKind::Callback => "callback",
    }
}

fn delivery(of: &Event) -> String {
    let apps = (!of.apps.is_empty()).then(|| of.apps.join(", "));
    let ways = (!of.delivery.is_empty()).then(|| prose::delivery(of));
    let both: Vec<_> = apps.into_iter().chain(ways).collect();
    if both.is_empty() { "not said".to_owned() } else { both.join(" by ") }
}

fn identity(of: &DedupBy) -> String {
    match of {
        DedupBy::EventId => "the event id".to_owned(),
        DedupBy::Nothing => "none".to_owned(),
        DedupBy::Paths(paths) => paths.join(", "),
    }
}

fn deadline(of: &Event) -> String {
    of.answer_within.map_or_else(|| "not said".to_owned(), |seconds| format!("{seconds} s"))
}

fn stability(of: &Event) -> String {
    if of.beta { "beta" } else { "stable" }.to_owned()
}

/// What only people read.
fn words(of: &Event) -> impl PartialEq + use<> {
    let texts =
        (of.title.clone(), of.title_zh.clone(), of.about.clone(), of.docs.clone(), of.see_also.clone());
    let examples: Vec<_> = of.examples.iter().map(|of| (of.file.clone(), of.text.clone())).collect();
    (texts, of.also_known_as.clone(), of.related.clone(), of.since.clone(), of.evidence, examples)
}
