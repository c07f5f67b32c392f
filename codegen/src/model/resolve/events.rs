//! Events.

use std::collections::BTreeMap;

use super::{Resolver, declare::deprecated, duration::seconds, fields::evidence, platforms::texts, report};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{DedupBy, Event, EventId, EventKind, Example, PlatformId, TypeId},
    source::{Span, Spanned},
    syntax::{OneOrMore, OrderedMap, RawDelivery, RawEvent, RawEventKind, RawStability},
};

impl<'s> Resolver<'s> {
    pub(super) fn resolve_events(&mut self) {
        for index in 0..self.files.len() {
            let event = self.event(EventId(index));
            self.model.events.push(event);
            self.check_event(EventId(index));
        }
        self.check_duplicates();
        self.check_shape_keys();
    }

    /// Tells each platform its callbacks, which the runtime answers even where nobody handles them.
    pub(super) fn list_callbacks(&mut self) {
        for event in self.model.events.iter().filter(|event| event.kind == EventKind::Callback) {
            let callbacks = &mut self.model.platforms[event.platform.0].callbacks;
            callbacks.push(event.wire.clone());
            callbacks.sort();
        }
    }

    fn event(&mut self, id: EventId) -> Event {
        let file = &self.files[id.0];
        let (platform, domain, source, body, response) =
            (file.platform, file.domain, file.source, file.body, file.response);
        let raw = file.raw();
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        let same_as = raw.same_as.as_ref().and_then(|name| self.find_in_domain(id, name));
        Event {
            platform,
            domain: domain.name.clone(),
            name: source.name.clone(),
            wire: text(&raw.wire).unwrap_or_else(|| source.name.clone()),
            protocol: self.event_protocol(platform, raw),
            kind: kind(raw),
            title: raw.title.value.clone(),
            title_zh: text(&raw.title_zh),
            about: raw.about.value.clone(),
            docs: text(&raw.docs),
            see_also: texts(raw.see_also.iter().flatten()),
            apps: self.app_kinds(platform, raw.apps.as_deref().unwrap_or_default()),
            delivery: self.delivery(platform, raw),
            permissions: match &raw.permissions {
                Some(permissions) => self.permissions(platform, permissions, raw.event.span),
                None => Vec::new(),
            },
            dedup_by: self.dedup_by(body, raw.dedup_by.as_ref()),
            order_by: self.paths(body, raw.order_by.as_ref()),
            also_known_as: pairs(raw.also_known_as.as_ref()),
            body,
            response,
            answer_within: self.answer_within(raw),
            since: text(&raw.since),
            deprecated: raw.deprecated.as_ref().map(deprecated),
            beta: raw.stability.as_ref().is_some_and(|stability| stability.value == RawStability::Beta),
            related: pairs(raw.related.as_ref()),
            evidence: evidence(raw.evidence.as_ref()),
            rust_name: text(&raw.rust_name),
            renamed_from: text(&raw.renamed_from),
            same_as,
            examples: self.examples(id),
            span: raw.event.span,
        }
    }

    /// What refers to other events, and what callbacks alone have.
    fn check_event(&mut self, id: EventId) {
        let file = &self.files[id.0];
        let (raw, platform) = (file.raw(), file.platform);
        let instead = raw.deprecated.as_ref().and_then(|deprecated| deprecated.instead.as_ref());
        for name in instead.into_iter().chain(raw.related.iter().flat_map(OrderedMap::keys)) {
            self.event_of_platform(platform, name);
        }
        self.check_control(platform, id);
        if kind(raw) == EventKind::Callback {
            if raw.response.is_none() {
                let message = format!("the callback `{}` has no `response`", raw.event.value);
                let help = "describe the answer; if it is empty, `response: { fields: {} }`";
                self.report_missing(Diagnostic::new(Code::MissingKey, raw.event.span, message).help(help));
            }
            return;
        }
        let help = "remove it, or say `kind: callback` if the platform waits for an answer";
        if raw.response.is_some() {
            let message = format!("`{}` is no callback, but it has a `response`", raw.event.value);
            self.report(Diagnostic::new(Code::ResponseOfEvent, raw.event.span, message).help(help));
        }
        if let Some(within) = &raw.answer_within {
            let message = "`answer_within` on an event that is no callback";
            self.report(Diagnostic::new(Code::ResponseOfEvent, within.span, message).help(help));
        }
    }

    fn check_control(&mut self, platform: PlatformId, id: EventId) {
        let raw = self.files[id.0].raw();
        let name = raw.wire.as_ref().unwrap_or(&raw.event);
        let control = self.platforms[platform.0].platform.raw.control.as_ref();
        let Some(declared) = control.and_then(|control| control.keys().find(|key| key.value == name.value))
        else {
            return;
        };
        let message = format!("the runtime answers `{}` by itself", name.value);
        self.report(
            Diagnostic::new(Code::ControlEvent, name.span, message)
                .also(declared.span, "control traffic of the platform")
                .help("remove the file, or the entry under `control`"),
        );
    }

    fn event_protocol(&mut self, platform: PlatformId, raw: &RawEvent) -> Option<usize> {
        if raw.protocol.is_some() {
            return self.protocol(platform, raw.protocol.as_ref());
        }
        let protocols = &self.model[platform].protocols;
        let default = protocols.iter().position(|protocol| protocol.default);
        if default.is_none() && !protocols.is_empty() && self.platforms[platform.0].platform.whole {
            let message =
                format!("`{}` names no protocol, and the platform has no default one", raw.event.value);
            let names: Vec<&str> = protocols.iter().map(|protocol| protocol.name.as_str()).collect();
            let names = crate::syntax::lower::list_of(&names, "or");
            let help = format!("add `protocol` with {names}, or make one of them the `default`");
            self.report_missing(Diagnostic::new(Code::UnknownProtocol, raw.event.span, message).help(help));
        }
        default
    }

    fn app_kinds(&mut self, platform: PlatformId, names: &[Spanned<String>]) -> Vec<String> {
        names.iter().for_each(|name| {
            self.check_app_kind(platform, name);
        });
        texts(names.iter())
    }

    /// Whether the platform has such a kind of app.
    fn check_app_kind(&mut self, platform: PlatformId, name: &Spanned<String>) -> bool {
        let known = &self.model[platform].app_kinds;
        let declared = known.iter().any(|(kind, _)| *kind == name.value);
        if !declared && self.platforms[platform.0].platform.whole && !name.is_empty() {
            let known = known.iter().map(|(kind, _)| kind.as_str());
            let create = "declare it under `app_kinds` in `platform.yaml`";
            let report = report::unknown(Code::UnknownAppKind, "kind of app", name, known, create);
            self.report(report);
        }
        declared
    }

    fn delivery(&mut self, platform: PlatformId, raw: &RawEvent) -> Vec<(String, Vec<String>)> {
        let known = |resolver: &mut Self, names: &[Spanned<String>]| {
            names.iter().for_each(|name| resolver.check_delivery(platform, name));
            texts(names.iter())
        };
        match &raw.delivery {
            None => Vec::new(),
            Some(RawDelivery::All(ways)) => vec![(String::new(), known(self, ways))],
            Some(RawDelivery::ByApp(ways)) => {
                let mut delivery = Vec::new();
                for (app, ways) in ways {
                    if self.check_app_kind(platform, app) {
                        self.check_listed(platform, raw, app);
                    }
                    delivery.push((app.value.clone(), known(self, ways)));
                }
                delivery
            }
        }
    }

    fn check_delivery(&mut self, platform: PlatformId, name: &Spanned<String>) {
        let known = &self.model[platform].deliveries;
        let doubtful = !self.platforms[platform.0].platform.whole || name.is_empty();
        if !doubtful && known.iter().all(|(way, _)| *way != name.value) {
            let known = known.iter().map(|(way, _)| way.as_str());
            let create = "declare it under `deliveries` in `platform.yaml`";
            let report = report::unknown(Code::UnknownDelivery, "way of delivery", name, known, create);
            self.report(report);
        }
    }

    /// What is delivered to a kind of app can be received by it.
    fn check_listed(&mut self, platform: PlatformId, raw: &RawEvent, app: &Spanned<String>) {
        let kinds = &self.model[platform].app_kinds;
        let declared = |app: &Spanned<String>| kinds.iter().any(|(kind, _)| *kind == app.value);
        if !raw.apps.iter().flatten().all(declared) {
            return;
        }
        let Some(apps) = raw.apps.as_ref().filter(|apps| apps.iter().all(|other| other.value != app.value))
        else {
            return;
        };
        let message = format!("`delivery` is for `{}`, which `apps` does not list", app.value);
        let report = Diagnostic::new(Code::UnknownAppKind, app.span, message);
        let report = match apps.first() {
            Some(first) => report.also(first.span, "the kinds of app that receive it"),
            None => report,
        };
        self.report(report.help(format!("add `{}` to `apps`, or remove it here", app.value)));
    }

    fn dedup_by(&mut self, body: TypeId, raw: Option<&OneOrMore>) -> DedupBy {
        let Some(paths) = raw else { return DedupBy::EventId };
        match paths.0.as_slice() {
            [none] if none.value == "none" => DedupBy::Nothing,
            _ => DedupBy::Paths(self.paths(body, raw)),
        }
    }

    fn paths(&mut self, body: TypeId, raw: Option<&OneOrMore>) -> Vec<String> {
        let Some(paths) = raw else { return Vec::new() };
        paths.iter().for_each(|path| self.check_path(body, path));
        texts(paths.iter())
    }

    fn answer_within(&mut self, raw: &RawEvent) -> Option<u64> {
        let within = raw.answer_within.as_ref().filter(|within| !within.is_empty())?;
        match seconds(within) {
            Ok(seconds) => Some(seconds),
            Err((message, help)) => {
                self.report(Diagnostic::new(Code::BadDuration, within.span, message).help(help));
                None
            }
        }
    }

    fn examples(&self, id: EventId) -> Vec<Example> {
        let file = &self.files[id.0];
        let mut examples: Vec<_> =
            file.domain.examples.iter().filter(|example| example.event == file.source.name).collect();
        examples.sort_by_key(|example| example.file);
        examples
            .into_iter()
            .filter_map(|example| {
                let source = self.map.get(example.file)?;
                Some(Example {
                    scenario: example.scenario.clone(),
                    file: source.path.file_name()?.to_string_lossy().into_owned(),
                    response: example.response,
                    made: example.made,
                    drifts: example.drifts,
                    text: source.text.clone(),
                    span: Span { file: example.file, start: 0, end: source.text.len() },
                })
            })
            .collect()
    }

    /// No two events of a protocol have one name, neither in the schemas nor on the wire.
    fn check_duplicates(&mut self) {
        let mut seen: BTreeMap<(PlatformId, Option<usize>, &str), &Event> = BTreeMap::new();
        let mut reports = Vec::new();
        for event in &self.model.events {
            let mut names = vec![(event.name.as_str(), "described twice")];
            if event.wire != event.name {
                names.push((event.wire.as_str(), "the wire name of two events"));
            }
            for (name, problem) in names {
                if let Some(first) = seen.insert((event.platform, event.protocol, name), event) {
                    reports.push(
                        Diagnostic::new(Code::DuplicateEvent, event.span, format!("`{name}` is {problem}"))
                            .also(first.span, "the other one")
                            .help(
                                "keep one of the two files, or give one of them another `wire` or `protocol`",
                            ),
                    );
                }
            }
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// The event of the same domain that a name means.
    pub(super) fn event_of_domain(&mut self, of: EventId, name: &Spanned<String>) -> Option<EventId> {
        let found = self.find_in_domain(of, name);
        if found.is_none() && !name.is_empty() {
            let report = self.not_in_domain(of, name);
            self.report(report);
        }
        found
    }

    fn not_in_domain(&self, of: EventId, name: &Spanned<String>) -> Diagnostic {
        let (platform, domain) = (self.files[of.0].platform, self.files[of.0].domain);
        let elsewhere =
            self.files.iter().find(|file| file.platform == platform && file.source.name == name.value);
        if let Some(file) = elsewhere {
            let message = format!("`{}` is no event of the domain `{}`", name.value, domain.name);
            return Diagnostic::new(Code::UnknownEvent, name.span, message)
                .also(file.raw().event.span, format!("it is of `{}`", file.domain.name))
                .help(
                    "put the fields into a type in the platform's `_types.yaml`, and `extends` it in both",
                );
        }
        let own = &self.files[of.0].source.name;
        let known = domain.events.iter().map(|event| event.name.as_str()).filter(|known| known != own);
        let create = format!("add its file to `{}`", domain.name);
        report::unknown(Code::UnknownEvent, "event", name, known, &create)
    }

    fn find_in_domain(&self, of: EventId, name: &str) -> Option<EventId> {
        let home = &self.files[of.0];
        let same = |file: &&super::EventFile<'_>| {
            file.platform == home.platform
                && file.domain.name == home.domain.name
                && file.source.name == *name
        };
        self.files.iter().position(|file| same(&file)).map(EventId)
    }

    /// The event of the platform that a name means.
    pub(super) fn event_of_platform(
        &mut self,
        platform: PlatformId,
        name: &Spanned<String>,
    ) -> Option<EventId> {
        let of_platform = || self.files.iter().enumerate().filter(|(_, file)| file.platform == platform);
        let found = of_platform().find(|(_, file)| file.source.name == name.value);
        if found.is_none() && !name.is_empty() {
            let known = of_platform().map(|(_, file)| file.source.name.as_str());
            let report =
                report::unknown(Code::UnknownEvent, "event", name, known, "add its file to a domain");
            self.report(report);
            return None;
        }
        found.map(|(index, _)| EventId(index))
    }
}

fn kind(raw: &RawEvent) -> EventKind {
    match raw.kind.as_ref().map(|kind| kind.value) {
        Some(RawEventKind::Callback) => EventKind::Callback,
        None | Some(RawEventKind::Event) => EventKind::Event,
    }
}

fn pairs(map: Option<&OrderedMap<Spanned<String>>>) -> Vec<(String, String)> {
    map.into_iter().flatten().map(|(key, value)| (key.value.clone(), value.value.clone())).collect()
}
