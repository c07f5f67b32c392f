//! What `platform.yaml` says.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;

use super::{Resolver, report};
use crate::{
    diagnostic::{Code, Diagnostic},
    load::PlatformSource,
    model::{Control, Domain, FormDef, Format, Permission, Platform, PlatformId, Protocol, When},
    source::{Span, Spanned},
    syntax::{OrderedMap, RawForm, RawHeader, RawPlatform, RawWhen},
};

/// An index of a form is a byte.
const MOST_FORMS: usize = 255;

impl<'s> Resolver<'s> {
    pub(super) fn resolve_platforms(&mut self) {
        for source in self.platforms.clone() {
            let platform = self.platform(source);
            self.model.platforms.push(platform);
            self.check_platform(PlatformId(self.model.platforms.len() - 1), &source.platform.raw);
        }
    }

    fn platform(&mut self, source: &'s PlatformSource) -> Platform {
        let raw = &source.platform.raw;
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        Platform {
            name: source.name.clone(),
            rust_name: text(&raw.rust_name).unwrap_or_else(|| source.name.to_upper_camel_case()),
            title: raw.title.value.clone(),
            about: raw.about.value.clone(),
            docs: text(&raw.docs),
            doc_hosts: texts(raw.doc_hosts.iter().flatten()),
            runtime: text(&raw.runtime),
            protocols: entries(&raw.protocols, |name, raw| Protocol {
                name: name.value.clone(),
                prefix: raw.prefix.value.clone(),
                default: raw.default.as_ref().is_some_and(|default| default.value),
            }),
            app_kinds: entries(&raw.app_kinds, |name, about| (name.value.clone(), about.value.clone())),
            deliveries: entries(&raw.deliveries, |name, about| (name.value.clone(), about.value.clone())),
            domains: domains(source),
            formats: entries(&raw.formats, |name, raw| Format {
                name: name.value.clone(),
                rust_name: text(&raw.rust_name),
                about: raw.about.value.clone(),
                span: name.span,
            }),
            permissions: raw.permissions.iter().flatten().map(|(id, raw)| permission(id, raw)).collect(),
            forms: entries(&raw.forms, form),
            control: entries(&raw.control, |name, raw| Control {
                name: name.value.clone(),
                about: raw.about.value.clone(),
                when: when(&raw.when),
            }),
            callbacks: Vec::new(),
            groups: Vec::new(),
            span: Span::of_file(source.platform.file),
        }
    }

    fn check_platform(&mut self, platform: PlatformId, raw: &RawPlatform) {
        for ids in raw.permission_sets.iter().flatten().map(|(_, ids)| ids) {
            self.check_permissions(platform, ids);
        }
        for (name, form) in raw.forms.iter().flatten() {
            self.protocol(platform, form.protocol.as_ref());
            if form.event.is_none() && form.event_by.is_none() && form.event_is.is_none() {
                let message = format!("the form `{}` does not say where the event's name is", name.value);
                let help = "add `event`, `event_by` where it follows from another value, or `event_is` where it is always the same";
                self.report_missing(Diagnostic::new(Code::MissingKey, name.span, message).help(help));
            }
        }
        self.check_defaults(raw);
        self.check_domains(platform, raw);
        if let Some((name, _)) = raw.forms.iter().flatten().nth(MOST_FORMS) {
            let message = format!("a platform has at most {MOST_FORMS} wire forms");
            let help = "join forms that differ in nothing but their name";
            self.report(Diagnostic::new(Code::TooManyForms, name.span, message).help(help));
        }
    }

    /// The index of a protocol by its name.
    pub(super) fn protocol(&mut self, platform: PlatformId, name: Option<&Spanned<String>>) -> Option<usize> {
        let name = name?;
        let protocols = &self.model[platform].protocols;
        let found = protocols.iter().position(|protocol| protocol.name == name.value);
        if found.is_none() && self.platforms[platform.0].platform.whole && !name.is_empty() {
            let known = protocols.iter().map(|protocol| protocol.name.as_str());
            let create = "declare it under `protocols` in `platform.yaml`";
            let report = report::unknown(Code::UnknownProtocol, "protocol", name, known, create);
            self.report(report);
        }
        found
    }

    fn check_defaults(&mut self, raw: &RawPlatform) {
        let protocols = raw.protocols.iter().flatten();
        let mut defaults =
            protocols.filter_map(|(_, raw)| raw.default.as_ref()).filter(|default| default.value);
        let Some(first) = defaults.next() else { return };
        for other in defaults {
            self.report(
                Diagnostic::new(Code::TwoDefaults, other.span, "a platform has one default protocol")
                    .also(first.span, "the first one")
                    .help("remove one of the two"),
            );
        }
    }

    fn check_domains(&mut self, platform: PlatformId, raw: &RawPlatform) {
        let source = self.platforms[platform.0];
        for name in raw.domains.iter().flat_map(OrderedMap::keys) {
            if source.domains.iter().any(|domain| domain.name == name.value) {
                continue;
            }
            let known = source.domains.iter().map(|domain| domain.name.as_str());
            let report =
                report::unknown(Code::UnknownDomain, "domain", name, known, "add a folder of that name");
            self.report(report);
        }
    }
}

/// The folders, with the titles that the file gives them.
fn domains(source: &PlatformSource) -> Vec<Domain> {
    let described = source.platform.raw.domains.as_ref();
    let mut domains: Vec<Domain> = source
        .domains
        .iter()
        .map(|domain| match described.and_then(|domains| domains.get(&domain.name)) {
            Some(raw) => Domain {
                name: domain.name.clone(),
                title: raw.title.value.clone(),
                about: raw.about.as_ref().map_or(String::new(), |about| about.value.clone()),
            },
            None => {
                Domain { name: domain.name.clone(), title: derived_title(&domain.name), about: String::new() }
            }
        })
        .collect();
    domains.sort_by(|a, b| a.name.cmp(&b.name));
    domains
}

/// `calendar_event` as `Calendar event`.
fn derived_title(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut chars = spaced.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn permission(id: &Spanned<String>, raw: &crate::syntax::RawPermission) -> (String, Permission) {
    let permission =
        Permission { about: raw.about.value.clone(), tokens: texts(raw.tokens.iter().flatten()) };
    (id.value.clone(), permission)
}

fn form(name: &Spanned<String>, raw: &RawForm) -> FormDef {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    FormDef {
        name: name.value.clone(),
        protocol: text(&raw.protocol),
        transport: text(&raw.transport),
        when: raw.when.as_ref().map(when).unwrap_or_default(),
        rows: text(&raw.rows),
        body: text(&raw.body),
        event: texts(raw.event.iter().flatten()),
        event_by: raw.event_by.as_ref().map(|by| {
            let events = by.events.iter().map(|(value, event)| (value.value.clone(), event.value.clone()));
            (by.path.value.clone(), events.collect())
        }),
        event_is: text(&raw.event_is),
        header: raw.header.as_ref().map(header).unwrap_or_default(),
        extra: raw.header.as_ref().and_then(|header| text(&header.extra)),
        envelope: texts(raw.envelope.iter().flatten()),
    }
}

fn header(raw: &RawHeader) -> BTreeMap<String, Vec<String>> {
    let RawHeader { id, key, time, tenant, app, token, extra: _ } = raw;
    [("id", id), ("key", key), ("time", time), ("tenant", tenant), ("app", app), ("token", token)]
        .into_iter()
        .filter_map(|(role, paths)| Some((role.to_owned(), texts(paths.as_ref()?.iter()))))
        .collect()
}

fn when(raw: &RawWhen) -> When {
    When {
        present: texts(raw.present.iter().flatten()),
        absent: texts(raw.absent.iter().flatten()),
        equals: entries(&raw.equals, |path, values| (path.value.clone(), texts(values.iter()))),
    }
}

/// The entries of a map that may be missing.
fn entries<V, T>(map: &Option<OrderedMap<V>>, entry: impl Fn(&Spanned<String>, &V) -> T) -> Vec<T> {
    map.iter().flatten().map(|(key, value)| entry(key, value)).collect()
}

pub(super) fn texts<'a>(texts: impl Iterator<Item = &'a Spanned<String>>) -> Vec<String> {
    texts.map(|text| text.value.clone()).collect()
}
