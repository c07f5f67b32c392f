//! An event file.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::{
    OneOrMore, OrderedMap, RawDeprecated, RawEvidence, RawField, RawPermissions, RawShape, RawTypeDef,
    RawWaivers,
    lower::{Expected, Lower, Lowerer},
    tree::{Node, NodeKind},
};
use crate::source::{Span, Spanned};

mapping! {
    /// One event: what it means, who can receive it, and its body.
    pub struct RawEvent: "an event" {
        /// The event as the platform names it; equals the file name without `.yaml`.
        required event: Spanned<String> = "event",
        /// The platform's own name, where it cannot be a file name.
        optional wire: Spanned<String> = "wire",
        /// One of the platform's protocols; without it the platform's default one.
        optional protocol: Spanned<String> = "protocol",
        /// `event`, or `callback` if the platform waits for an answer.
        optional kind: Spanned<RawEventKind> = "kind",
        /// A title of six words at most.
        required title: Spanned<String> = "title",
        /// The platform's own title, in its language.
        optional title_zh: Spanned<String> = "title_zh",
        /// What happened, for whom, and when it is not sent.
        required about: Spanned<String> = "about",
        /// The page of the platform's documentation.
        optional docs: Spanned<String> = "docs",
        /// More pages.
        optional see_also: Vec<Spanned<String>> = "see_also",
        /// Kinds of app that can receive it, from the platform's `app_kinds`.
        optional apps: Vec<Spanned<String>> = "apps",
        /// Ways of delivery from the platform's `deliveries`: a list, or a list per kind of app.
        optional delivery: RawDelivery = "delivery",
        /// What an app must be allowed to do to receive it.
        optional permissions: RawPermissions = "permissions",
        /// A path or a list of paths in the body that identify the event, or `none`; without it the platform's event id.
        optional dedup_by: OneOrMore = "dedup_by",
        /// A path or a list of paths in the body: events with equal values are handled in order.
        optional order_by: OneOrMore = "order_by",
        /// Its name in official SDKs, by SDK; these become search aliases.
        optional also_known_as: OrderedMap<Spanned<String>> = "also_known_as",
        /// The body: fields by their key on the wire.
        optional fields: OrderedMap<RawField> = "fields",
        /// Types that this file uses, by name.
        optional types: OrderedMap<RawTypeDef> = "types",
        /// A type whose fields are copied before the event's own.
        optional extends: Spanned<String> = "extends",
        /// Another event of the domain that has the same body.
        optional same_as: Spanned<String> = "same_as",
        /// A key of the body that decides which of `shapes` it is.
        optional shape_by: Spanned<String> = "shape_by",
        /// The shapes that the body can take.
        optional shapes: OrderedMap<RawShape> = "shapes",
        /// What a callback answers.
        optional response: RawResponse = "response",
        /// How long the platform waits for the answer, such as `3s`.
        optional answer_within: Spanned<String> = "answer_within",
        /// A date or version of the platform since which it exists.
        optional since: Spanned<String> = "since",
        /// Why and since when it should not be used any more.
        optional deprecated: RawDeprecated = "deprecated",
        /// `stable`, or `beta` if the platform may still change it.
        optional stability: Spanned<RawStability> = "stability",
        /// Events that fire together with this one or instead of it, each with a word on how.
        optional related: OrderedMap<Spanned<String>> = "related",
        /// What is known about it.
        optional evidence: Spanned<RawEvidence> = "evidence",
        /// Lints whose findings in this file are let pass, by code or name, each with the reason.
        optional allow: RawWaivers = "allow",
        /// The Rust type, where the derived name is poor.
        optional rust_name: Spanned<String> = "rust_name",
        /// The Rust type that it had in a published version.
        optional renamed_from: Spanned<String> = "renamed_from",
    }
}

mapping! {
    /// What a callback answers.
    pub struct RawResponse: "a response" {
        /// What the platform does with the answer.
        optional about: Spanned<String> = "about",
        /// The answer: fields by their key on the wire.
        optional fields: OrderedMap<RawField> = "fields",
        /// A type whose fields are copied before the answer's own.
        optional extends: Spanned<String> = "extends",
    }
}

keywords! {
    /// Whether the platform waits for an answer.
    pub enum RawEventKind {
        /// It does not.
        Event = "event",
        /// It does.
        Callback = "callback",
    }
}

keywords! {
    /// Whether the platform may still change something.
    pub enum RawStability {
        /// It will not.
        Stable = "stable",
        /// It may.
        Beta = "beta",
    }
}

/// Ways of delivery.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum RawDelivery {
    /// The same for every kind of app.
    All(Vec<Spanned<String>>),
    /// Per kind of app.
    ByApp(OrderedMap<Vec<Spanned<String>>>),
}

impl JsonSchema for RawDelivery {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Delivery".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let list = generator.subschema_for::<Vec<Spanned<String>>>();
        let by_app = generator.subschema_for::<OrderedMap<Vec<Spanned<String>>>>();
        json_schema!({ "anyOf": [list, by_app] })
    }
}

impl Lower for RawDelivery {
    const EXPECTED: Expected = Expected::Other("a list, or a list per kind of app");

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        match node.kind {
            NodeKind::List(_) => Lower::lower(node, cx).map(RawDelivery::All),
            NodeKind::Map { .. } => Lower::lower(node, cx).map(RawDelivery::ByApp),
            _ => cx.wrong_type::<Self>(node),
        }
    }

    fn placeholder(_: Span) -> Self {
        RawDelivery::All(Vec::new())
    }
}
