//! `platform.yaml`: what is true for a whole platform.

use super::{OneOrMore, OrderedMap, RawWaivers};
use crate::source::Spanned;

mapping! {
    /// What is true for a whole platform.
    pub struct RawPlatform: "a platform" {
        /// Its title.
        required title: Spanned<String> = "title",
        /// The Rust type that stands for it; without it derived from the folder.
        optional rust_name: Spanned<String> = "rust_name",
        /// What it is.
        required about: Spanned<String> = "about",
        /// Where its documentation begins.
        optional docs: Spanned<String> = "docs",
        /// Hosts that links in `docs` and `see_also` may use.
        optional doc_hosts: Vec<Spanned<String>> = "doc_hosts",
        /// The runtime module that receives its events; without it there are types, tables, docs and a dispatcher only.
        optional runtime: Spanned<String> = "runtime",
        /// Its protocols, by name.
        optional protocols: OrderedMap<RawProtocol> = "protocols",
        /// Kinds of app, each with its meaning.
        optional app_kinds: OrderedMap<Spanned<String>> = "app_kinds",
        /// Ways in which events arrive, each with its meaning.
        optional deliveries: OrderedMap<Spanned<String>> = "deliveries",
        /// Titles and descriptions of its domains, by folder.
        optional domains: OrderedMap<RawDomain> = "domains",
        /// Kinds of text that are a type of their own in Rust, by name.
        optional formats: OrderedMap<RawFormat> = "formats",
        /// What an app can be allowed to do, by the platform's id.
        optional permissions: OrderedMap<RawPermission> = "permissions",
        /// Lists of permissions that occur together, by a name of ours.
        optional permission_sets: OrderedMap<Vec<Spanned<String>>> = "permission_sets",
        /// How bad the findings of lints are, by code or name.
        optional lints: OrderedMap<Spanned<RawLevel>> = "lints",
        /// Lints whose findings in this file are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
        /// The envelopes in which events arrive, tried in this order; the first that matches wins.
        optional forms: OrderedMap<RawForm> = "forms",
        /// Traffic that the runtime answers and no handler sees.
        optional control: OrderedMap<RawControl> = "control",
        /// Several events with one registration, by name.
        optional groups: OrderedMap<RawGroup> = "groups",
    }
}

keywords! {
    /// How bad the findings of a lint are.
    pub enum RawLevel {
        /// Nothing is generated.
        Error = "error",
        /// Worth a look.
        Warn = "warn",
        /// Not shown.
        Allow = "allow",
    }
}

mapping! {
    /// A protocol.
    pub struct RawProtocol: "a protocol" {
        /// What the names of its events begin with in Rust.
        required prefix: Spanned<String> = "prefix",
        /// Whether events that name no protocol belong to it.
        optional default: Spanned<bool> = "default",
    }
}

mapping! {
    /// A domain: a folder of events.
    pub struct RawDomain: "a domain" {
        /// Its title.
        required title: Spanned<String> = "title",
        /// What it covers.
        optional about: Spanned<String> = "about",
    }
}

mapping! {
    /// A kind of text that is a type of its own in Rust.
    pub struct RawFormat: "a format" {
        /// What such a text is.
        required about: Spanned<String> = "about",
        /// The Rust type, where the derived name is poor.
        optional rust_name: Spanned<String> = "rust_name",
    }
}

mapping! {
    /// Something that an app can be allowed to do.
    pub struct RawPermission: "a permission" {
        /// What it allows.
        required about: Spanned<String> = "about",
        /// Kinds of access token that it is for, such as `tenant` and `user`.
        optional tokens: Vec<Spanned<String>> = "tokens",
    }
}

mapping! {
    /// An envelope in which events arrive.
    pub struct RawForm: "a form" {
        /// The protocol of its events.
        optional protocol: Spanned<String> = "protocol",
        /// The only transport it comes over.
        optional transport: Spanned<String> = "transport",
        /// How it is recognised.
        optional when: RawWhen = "when",
        /// Path of a list of envelopes in one request; the other paths start at one of them.
        optional rows: Spanned<String> = "rows",
        /// Path of the body: an object, or a text that holds one; without it the body stands beside the envelope's keys.
        optional body: Spanned<String> = "body",
        /// Path of the event's name, or a list of paths of which the first that is there wins.
        optional event: OneOrMore = "event",
        /// The event by the value of another key.
        optional event_by: RawEventBy = "event_by",
        /// The event, where the form is that of one event and does not name it.
        optional event_is: Spanned<String> = "event_is",
        /// Where the header is.
        optional header: RawHeader = "header",
        /// Keys that stand in the body but belong to the envelope.
        optional envelope: Vec<Spanned<String>> = "envelope",
    }
}

mapping! {
    /// Conditions on an envelope; all must hold.
    pub struct RawWhen: "conditions" {
        /// Paths that must be there.
        optional present: Vec<Spanned<String>> = "present",
        /// Paths that must not be there.
        optional absent: Vec<Spanned<String>> = "absent",
        /// Paths that must hold one of some texts.
        optional equals: OrderedMap<Vec<Spanned<String>>> = "equals",
    }
}

mapping! {
    /// The event by the value of a key.
    pub struct RawEventBy: "an event by value" {
        /// Path of the key.
        required path: Spanned<String> = "path",
        /// The event for each value.
        required events: OrderedMap<Spanned<String>> = "events",
    }
}

mapping! {
    /// Where the header is: a path each, or a list of paths of which the first that is there wins.
    pub struct RawHeader: "a header" {
        /// What identifies the event.
        optional id: OneOrMore = "id",
        /// Paths whose values together identify an event that has no id.
        optional key: OneOrMore = "key",
        /// When it happened.
        optional time: OneOrMore = "time",
        /// Whose event it is.
        optional tenant: OneOrMore = "tenant",
        /// The app that receives it.
        optional app: OneOrMore = "app",
        /// What proves that the platform sent it.
        optional token: OneOrMore = "token",
        /// Path of an object whose undeclared keys are kept.
        optional extra: Spanned<String> = "extra",
    }
}

mapping! {
    /// Traffic that the runtime answers and no handler sees.
    pub struct RawControl: "control traffic" {
        /// What it is.
        required about: Spanned<String> = "about",
        /// How it is recognised.
        required when: RawWhen = "when",
    }
}

mapping! {
    /// Several events with one registration.
    pub struct RawGroup: "a group" {
        /// The method that registers a handler.
        required method: Spanned<String> = "method",
        /// The Rust type that the handler takes.
        required rust_name: Spanned<String> = "rust_name",
        /// Its events.
        required members: Vec<Spanned<String>> = "members",
        /// A title of six words at most.
        required title: Spanned<String> = "title",
        /// What its events have in common.
        required about: Spanned<String> = "about",
        /// Its name in official SDKs, by SDK; these become search aliases.
        optional also_known_as: OrderedMap<Spanned<String>> = "also_known_as",
    }
}
