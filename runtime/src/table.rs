//! Tables: what a schema means, as plain data.
//!
//! The generated crate holds one [`TypeTable`] per type as a constant; the code generator builds the same structure
//! while it checks schemas. Decoding, encoding, checking, drift and equality read nothing else, so the meaning of a
//! schema is written once. Prose, links and samples are not in here.
//!
//! Every struct has a `DEFAULT`, so that a table names only what it sets.

use std::fmt;

/// One of the wire forms of a platform, as an index into [`PlatformTable::forms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Form(pub u8);

/// An object type: its fields in the order of the schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TypeTable<'a> {
    /// The Rust name of the type, for messages.
    pub name: &'a str,
    /// The fields; their position is the index that [`Object::at`](crate::value::Object::at) takes.
    pub fields: &'a [Field<'a>],
}

/// One field of an object type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field<'a> {
    /// The key on the wire, in every form that `keys` does not name.
    pub key: &'a str,
    /// The key per form, by index; empty where all forms use `key`.
    pub keys: &'a [FormKey<'a>],
    /// Whether one of them has a quotation mark, a backslash or a control character. All others are compared where they
    /// stand in a payload.
    pub escaped: bool,
    /// How the value is written.
    pub encoding: Encoding<'a>,
    /// Whether it may be missing.
    pub presence: Presence,
    /// What the platform promises about the value, if anything; checked on examples and by `verify`, never while receiving.
    pub constraints: Option<&'a Constraints<'a>>,
    /// Permissions of which any one makes the platform fill the field; empty where none is needed.
    pub requires: &'a [&'a str],
}

/// The key of a field in one wire form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormKey<'a> {
    /// The field's own key.
    Own,
    /// Another key.
    Key(&'a str),
    /// The field does not occur in this form.
    Absent,
}

/// Whether a field may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// May be missing; null is the same as missing.
    Optional,
    /// Always there; missing is drift and decodes to the default.
    Always,
    /// May be missing, and null means something else than missing.
    Nullable,
}

/// How a value is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Encoding<'a> {
    /// A text, number or boolean.
    Scalar(Scalar<'a>),
    /// Any JSON, kept as it is.
    Any,
    /// JSON inside a text; a bare value is tolerated.
    JsonText(&'a Encoding<'a>),
    /// A list.
    List(&'a Encoding<'a>),
    /// An object with free keys.
    Map(&'a Encoding<'a>),
    /// An object of a known type.
    Object(&'a TypeTable<'a>),
    /// One of several object types.
    Choice(&'a ChoiceTable<'a>),
}

/// A text, number or boolean, and how it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scalar<'a> {
    /// What it is.
    pub kind: ScalarKind,
    /// Whether a number, boolean or numeric time is written inside a text (`"5"`).
    pub in_text: bool,
    /// Other wire types that are known to occur and are no drift.
    pub accepts: &'a [WireType],
    /// The known values; every set is open.
    pub values: Values<'a>,
}

/// What a scalar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// Text.
    Text,
    /// A 64-bit signed integer.
    Int,
    /// A 64-bit float.
    Float,
    /// A boolean.
    Bool,
    /// A point in time or a calendar date.
    Time(TimeFormat),
}

/// How a time is written. The numeric ones are integers (except `FractionalS`), the others texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// Seconds since 1970.
    UnixS,
    /// Milliseconds since 1970.
    UnixMs,
    /// Microseconds since 1970.
    UnixUs,
    /// Seconds, milliseconds or microseconds since 1970, told apart by the number of digits.
    UnixAuto,
    /// Seconds since 1970 with a fraction (`1502199207.7171419`).
    FractionalS,
    /// RFC 3339 (`2024-05-01T08:00:00+08:00`).
    Rfc3339,
    /// `2024-05-01 08:00:00`, local.
    Datetime,
    /// `2024-05-01 08:00`, local.
    DatetimeMinute,
    /// `2024-05-01`.
    Date,
    /// `20240501`.
    CompactDate,
}

/// The type of a JSON value on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WireType {
    /// `null`.
    Null,
    /// A boolean.
    Bool,
    /// A number without a fraction.
    Int,
    /// A number with a fraction or exponent.
    Float,
    /// A text.
    Text,
    /// A list.
    List,
    /// An object.
    Object,
}

/// The known values of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values<'a> {
    /// Anything goes.
    Free,
    /// Known texts.
    Texts(&'a [&'a str]),
    /// Known integers.
    Ints(&'a [i64]),
    /// Known bits, each as its mask; an integer may hold several.
    Flags(&'a [i64]),
}

/// What the platform promises about a value. Lengths count characters, `*_items` count entries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constraints<'a> {
    /// Shortest text.
    pub min_len: Option<u64>,
    /// Longest text.
    pub max_len: Option<u64>,
    /// Fewest entries of a list or map.
    pub min_items: Option<u64>,
    /// Most entries of a list or map.
    pub max_items: Option<u64>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// A regular expression that the whole text matches.
    pub pattern: Option<&'a str>,
    /// The one value it has, as JSON text.
    pub constant: Option<&'a str>,
}

/// A choice between object types.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChoiceTable<'a> {
    /// The Rust name of the enum, for messages.
    pub name: &'a str,
    /// What decides.
    pub by: Selector<'a>,
    /// The shapes, tried in order.
    pub shapes: &'a [ShapeTable<'a>],
}

/// What decides between the shapes of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector<'a> {
    /// The value of another field of the object that holds the choice, by index.
    Sibling(usize),
    /// The value under a key of the object itself.
    Own(&'a str),
    /// The wire form and the keys that are there.
    Keys,
}

/// One shape of a choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShapeTable<'a> {
    /// The value of the deciding field; empty for [`Selector::Keys`].
    pub value: &'a str,
    /// The forms it occurs in; empty means every form.
    pub arrives: &'a [Form],
    /// Keys that must be there.
    pub present: &'a [&'a str],
    /// Keys that must not be there.
    pub absent: &'a [&'a str],
    /// The type of this shape.
    pub table: &'a TypeTable<'a>,
}

/// A platform: its name, protocols, forms and control traffic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlatformTable<'a> {
    /// The name of its schema folder, such as `lark`.
    pub name: &'a str,
    /// Its wire forms, in the order in which they are tried.
    pub forms: &'a [FormTable<'a>],
    /// Events that the runtime answers by itself.
    pub control: &'a [ControlTable<'a>],
    /// The names of the callbacks, those of all domains: without a handler they are answered with `{}`.
    pub callbacks: &'a [&'a str],
}

/// One wire form: how its envelope is recognised and read. Paths are keys joined by dots, from the top of the
/// envelope; a path steps into JSON text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FormTable<'a> {
    /// Its name, such as `p2`.
    pub name: &'a str,
    /// The protocol whose events it carries; empty where the platform has no protocols.
    pub protocol: &'a str,
    /// The transport it is bound to; empty means any.
    pub transport: &'a str,
    /// What an envelope of this form looks like; nothing means the rest.
    pub when: When<'a>,
    /// A list of rows, each an envelope of its own; empty where one request is one event.
    pub rows: &'a str,
    /// Where the body is (an object, or JSON text that holds one); empty means flat, beside the envelope's keys.
    pub body: &'a str,
    /// Where the name of the event is; the first that is there wins.
    pub event: &'a [&'a str],
    /// Names of events by another value, for envelopes that do not carry the name, or another one under its key.
    pub event_by: Option<EventBy<'a>>,
    /// The event, where the envelope does not name it; empty where it does.
    pub event_is: &'a str,
    /// Where the header's values are.
    pub header: HeaderTable<'a>,
    /// Keys of the envelope that stand inside the body, and are no part of it unless a schema declares them.
    pub envelope: &'a [&'a str],
}

/// Conditions on an envelope; all of them must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When<'a> {
    /// Paths that must be there.
    pub present: &'a [&'a str],
    /// Paths that must not be there.
    pub absent: &'a [&'a str],
    /// Paths that must hold one of some texts.
    pub equals: &'a [(&'a str, &'a [&'a str])],
}

/// The name of an event by another value of its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventBy<'a> {
    /// Where that value is.
    pub path: &'a str,
    /// Value (numbers as text) and event.
    pub events: &'a [(&'a str, &'a str)],
}

/// Where the header's values are; of several paths the first that is there wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderTable<'a> {
    /// The id of the event.
    pub id: &'a [&'a str],
    /// What identifies a delivery where there is no id: all of these together.
    pub key: &'a [&'a str],
    /// When it happened.
    pub time: &'a [&'a str],
    /// The organisation it happened in.
    pub tenant: &'a [&'a str],
    /// The app it was sent to.
    pub app: &'a [&'a str],
    /// The verification token; never shown.
    pub token: &'a [&'a str],
    /// An object whose undeclared keys are kept in `header().extra()`.
    pub extra: &'a str,
}

/// Traffic that the runtime answers by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlTable<'a> {
    /// Its name, such as `url_verification`.
    pub name: &'a str,
    /// What it looks like after it was opened.
    pub when: When<'a>,
}

/// Everything the catalogue says about one event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EventTable<'a> {
    /// The platform, such as `lark`.
    pub platform: &'a str,
    /// The platform's own name of the event, such as `im.message.receive_v1`.
    pub event: &'a str,
    /// The protocol, such as `p2`; empty where the platform has no protocols.
    pub protocol: &'a str,
    /// Event or callback.
    pub kind: EventKind,
    /// The domain, such as `im`.
    pub domain: &'a str,
    /// A title of a few words.
    pub title: &'a str,
    /// The platform's own title, where it has one.
    pub title_zh: &'a str,
    /// The page of the platform's documentation; empty where there is none.
    pub docs: &'a str,
    /// The Rust type of the body, with its path in the generated crate (`lark::im::P2ImMessageReceiveV1`).
    pub rust_type: &'a str,
    /// The method that registers a handler, such as `on_p2_im_message_receive_v1`.
    pub method: &'a str,
    /// Permissions of which any one is enough; empty where none is needed or known.
    pub permissions: &'a [&'a str],
    /// The kinds of app that can receive it; empty where that is not documented.
    pub apps: &'a [&'a str],
    /// How it is delivered, per kind of app; the empty kind stands for all.
    pub delivery: &'a [(&'a str, &'a [&'a str])],
    /// Paths in the body whose values identify the event; empty means the id in the header.
    pub dedup_by: DedupBy<'a>,
    /// Paths in the body whose values say which events must stay in order.
    pub order_by: &'a [&'a str],
    /// The body.
    pub body: Body<'a>,
    /// The answer of a callback.
    pub response: Option<&'a TypeTable<'a>>,
}

/// Event or callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Acknowledged, and repeated until it is.
    Event,
    /// Answered, and never repeated.
    Callback,
}

/// What identifies an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DedupBy<'a> {
    /// The platform's event id.
    EventId,
    /// Nothing: each delivery is an event of its own.
    Nothing,
    /// The values under these paths of the body; the platform's event id where one of them is missing.
    Paths(&'a [&'a str]),
}

/// The body of an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Body<'a> {
    /// One type.
    Object(&'a TypeTable<'a>),
    /// One of several.
    Choice(&'a ChoiceTable<'a>),
}

impl<'a> Field<'a> {
    /// An optional field of any JSON without a name.
    pub const DEFAULT: Self = Field {
        key: "",
        keys: &[],
        escaped: false,
        encoding: Encoding::Any,
        presence: Presence::Optional,
        constraints: None,
        requires: &[],
    };

    /// The key in one form, or `None` where the field does not occur in it.
    #[must_use]
    pub fn key_in(&self, form: Form) -> Option<&'a str> {
        match self.keys.get(usize::from(form.0)) {
            None | Some(FormKey::Own) => Some(self.key),
            Some(FormKey::Key(key)) => Some(key),
            Some(FormKey::Absent) => None,
        }
    }

    /// The key that `Serialize` and [`encode`](crate::encode::encode) write: that of the form, else the field's own.
    #[must_use]
    pub fn key_out(&self, form: Option<Form>) -> Option<&'a str> {
        form.map_or(Some(self.key), |form| self.key_in(form))
    }

    /// Whether `key` names this field in any form.
    #[must_use]
    pub fn is_called(&self, key: &str) -> bool {
        self.key == key || self.keys.iter().any(|k| matches!(k, FormKey::Key(other) if *other == key))
    }
}

impl<'a> Scalar<'a> {
    /// Free text.
    pub const TEXT: Self =
        Scalar { kind: ScalarKind::Text, in_text: false, accepts: &[], values: Values::Free };
    /// An integer.
    pub const INT: Self = Scalar { kind: ScalarKind::Int, ..Scalar::TEXT };
    /// A float.
    pub const FLOAT: Self = Scalar { kind: ScalarKind::Float, ..Scalar::TEXT };
    /// A boolean.
    pub const BOOL: Self = Scalar { kind: ScalarKind::Bool, ..Scalar::TEXT };

    /// A time.
    #[must_use]
    pub const fn time(format: TimeFormat) -> Self {
        Scalar { kind: ScalarKind::Time(format), ..Scalar::TEXT }
    }

    /// The JSON type that it is written as.
    #[must_use]
    pub fn wire_type(&self) -> WireType {
        if self.in_text {
            return WireType::Text;
        }
        match self.kind {
            ScalarKind::Text => WireType::Text,
            ScalarKind::Int => WireType::Int,
            ScalarKind::Float => WireType::Float,
            ScalarKind::Bool => WireType::Bool,
            ScalarKind::Time(format) => format.wire_type(),
        }
    }
}

impl TimeFormat {
    /// The JSON type of the bare form.
    #[must_use]
    pub fn wire_type(self) -> WireType {
        use TimeFormat as F;
        match self {
            F::UnixS | F::UnixMs | F::UnixUs | F::UnixAuto => WireType::Int,
            F::FractionalS => WireType::Float,
            F::Rfc3339 | F::Datetime | F::DatetimeMinute | F::Date | F::CompactDate => WireType::Text,
        }
    }
}

impl<'a> Constraints<'a> {
    /// No promise.
    pub const DEFAULT: Self = Constraints {
        min_len: None,
        max_len: None,
        min_items: None,
        max_items: None,
        min: None,
        max: None,
        pattern: None,
        constant: None,
    };
}

impl<'a> ShapeTable<'a> {
    /// A shape of an empty type for every form.
    pub const DEFAULT: Self = ShapeTable {
        value: "",
        arrives: &[],
        present: &[],
        absent: &[],
        table: &TypeTable { name: "", fields: &[] },
    };
}

impl<'a> When<'a> {
    /// No condition.
    pub const DEFAULT: Self = When { present: &[], absent: &[], equals: &[] };
}

impl<'a> HeaderTable<'a> {
    /// No header.
    pub const DEFAULT: Self =
        HeaderTable { id: &[], key: &[], time: &[], tenant: &[], app: &[], token: &[], extra: "" };
}

impl<'a> FormTable<'a> {
    /// A flat form without conditions.
    pub const DEFAULT: Self = FormTable {
        name: "",
        protocol: "",
        transport: "",
        when: When::DEFAULT,
        rows: "",
        body: "",
        event: &[],
        event_by: None,
        event_is: "",
        header: HeaderTable::DEFAULT,
        envelope: &[],
    };
}

impl<'a> PlatformTable<'a> {
    /// A platform without anything.
    pub const DEFAULT: Self = PlatformTable { name: "", forms: &[], control: &[], callbacks: &[] };

    /// A form by its name.
    #[must_use]
    pub fn form(&self, name: &str) -> Option<Form> {
        // A platform has a handful of forms, and codegen refuses more than 255.
        self.forms.iter().position(|form| form.name == name).and_then(|i| u8::try_from(i).ok()).map(Form)
    }
}

impl<'a> EventTable<'a> {
    /// An event without a name.
    pub const DEFAULT: Self = EventTable {
        platform: "",
        event: "",
        protocol: "",
        kind: EventKind::Event,
        domain: "",
        title: "",
        title_zh: "",
        docs: "",
        rust_type: "",
        method: "",
        permissions: &[],
        apps: &[],
        delivery: &[],
        dedup_by: DedupBy::EventId,
        order_by: &[],
        body: Body::Object(&TypeTable { name: "", fields: &[] }),
        response: None,
    };
}

impl fmt::Display for WireType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WireType::Null => "null",
            WireType::Bool => "a boolean",
            WireType::Int => "an integer",
            WireType::Float => "a number",
            WireType::Text => "a text",
            WireType::List => "a list",
            WireType::Object => "an object",
        })
    }
}
