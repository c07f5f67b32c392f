//! Findings that are right as they are.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer};

use super::{
    OrderedMap,
    lower::{Expected, Lower, Lowerer},
    tree::Node,
};
use crate::source::{Span, Spanned};

/// Lints whose findings in one thing are let pass, by code or name, each with the reason. Equality and serde see no places.
#[derive(Debug, Clone)]
pub struct RawWaivers {
    /// The lints and the reasons.
    pub lints: OrderedMap<Spanned<String>>,
    /// What they hold for: the thing with its key; of the top of a file all of it.
    pub item: Span,
}

impl PartialEq for RawWaivers {
    fn eq(&self, other: &Self) -> bool {
        self.lints == other.lints
    }
}

impl<'de> Deserialize<'de> for RawWaivers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OrderedMap::deserialize(deserializer).map(|lints| RawWaivers { lints, item: Span::NOWHERE })
    }
}

impl JsonSchema for RawWaivers {
    fn schema_name() -> Cow<'static, str> {
        "Waivers".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        OrderedMap::<Spanned<String>>::json_schema(generator)
    }
}

impl Lower for RawWaivers {
    const EXPECTED: Expected = Expected::Map;

    fn lower(node: &Node, cx: &mut Lowerer<'_>) -> Option<Self> {
        let item = cx.item();
        OrderedMap::lower(node, cx).map(|lints| RawWaivers { lints, item })
    }

    fn placeholder(span: Span) -> Self {
        RawWaivers { lints: OrderedMap::default(), item: span }
    }
}
