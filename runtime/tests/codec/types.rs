//! Types as the generator writes them.

use workplace_events_runtime::{
    self as rt,
    table::{
        ChoiceTable, Encoding, Field, Form, FormKey, Presence, Scalar, Selector, ShapeTable, TimeFormat,
        TypeTable, Values, WireType,
    },
    time::{FractionalSeconds, UnixMillis, UnixSeconds},
    value::{Chosen, Nullable, Object, Slot, Typed as _, Value as _, View},
};

pub const TEXT_FORM: Form = Form(0);
pub const STREAM: Form = Form(1);

macro_rules! object {
    ($name:ident { $($field:ident: $type:ty = $row:expr),* $(,)? }) => {
        #[derive(Debug, Clone, Default)]
        pub struct $name { $(pub $field: $type),* }
        impl Object for $name {
            fn at(&mut self, index: usize) -> Slot<'_> {
                let places: Vec<Slot<'_>> = vec![$(Some(&mut self.$field)),*];
                places.into_iter().nth(index).flatten()
            }
            fn get(&self, index: usize) -> View<'_> {
                [$(self.$field.view()),*].into_iter().nth(index).unwrap_or(View::Absent)
            }
        }
        impl rt::value::Typed for $name {
            const TABLE: &'static TypeTable<'static> = &TypeTable { name: stringify!($name), fields: &[$($row),*] };
        }
        rt::object!($name);
    };
}

const fn field(key: &'static str, encoding: Encoding<'static>) -> Field<'static> {
    Field { key, encoding, ..Field::DEFAULT }
}

const fn in_text(scalar: Scalar<'static>) -> Encoding<'static> {
    Encoding::Scalar(Scalar { in_text: true, ..scalar })
}

const TEXT: Encoding<'static> = Encoding::Scalar(Scalar::TEXT);
const INT: Encoding<'static> = Encoding::Scalar(Scalar::INT);

object!(Everything {
    id: String = Field { presence: Presence::Always, ..field("id", TEXT) },
    count: Option<i64> = field("count", INT),
    ratio: Option<f64> = field("ratio", Encoding::Scalar(Scalar::FLOAT)),
    flag: Option<bool> = field("flag", Encoding::Scalar(Scalar::BOOL)),
    any: Option<rt::Json> = field("any", Encoding::Any),
    count_text: Option<i64> = field("count_text", in_text(Scalar::INT)),
    ratio_text: Option<f64> = field("ratio_text", in_text(Scalar::FLOAT)),
    flag_text: Option<bool> = field("flag_text", in_text(Scalar::BOOL)),
    sent: Option<UnixMillis> = field("sent", in_text(Scalar::time(TimeFormat::UnixMs))),
    at: Option<UnixSeconds> = field("at", Encoding::Scalar(Scalar::time(TimeFormat::UnixS))),
    exact: Option<FractionalSeconds> = field("exact", in_text(Scalar::time(TimeFormat::FractionalS))),
    lenient: Option<i64> = field("lenient", Encoding::Scalar(Scalar { accepts: &[WireType::Text], ..Scalar::INT })),
    maybe: Nullable<String> = Field { presence: Presence::Nullable, ..field("maybe", TEXT) },
    names: Option<Vec<String>> = field("names", Encoding::List(&TEXT)),
    grid: Option<Vec<Vec<i64>>> = field("grid", Encoding::List(&Encoding::List(&INT))),
    kinds: Option<rt::Map<Kind>> = field("kinds", Encoding::Map(&KIND)),
    label: Option<Label> = field("label", Encoding::JsonText(&Encoding::Object(Label::TABLE))),
    labels: Option<Vec<Label>> =
        field("labels", Encoding::List(&Encoding::JsonText(&Encoding::Object(Label::TABLE)))),
    free: Option<rt::Json> = field("free", Encoding::JsonText(&Encoding::Any)),
    modes: Option<Modes> = field("modes", Encoding::Scalar(Scalar { values: Values::Flags(Modes::VALUES), ..Scalar::INT })),
    level: Option<Level> = field("level", Encoding::Scalar(Scalar { values: Values::Ints(Level::VALUES), ..Scalar::INT })),
    kind: Option<Kind> = field("kind", KIND),
    nested: Option<Label> = field("nested", Encoding::Object(Label::TABLE)),
    content_type: Option<String> = field("content_type", TEXT),
    content: Option<Content> = field("content", Encoding::JsonText(&Encoding::Choice(Content::TABLE))),
    blocks: Option<Vec<Block>> = field("blocks", Encoding::List(&Encoding::Choice(Block::TABLE))),
});

object!(Label {
    id: Option<i64> = field("id", INT),
    name: Option<String> = field("name", TEXT),
});

object!(Text { text: Option<String> = field("text", TEXT) });
object!(Image { image_key: Option<String> = field("image_key", TEXT) });
object!(Link { href: Option<String> = field("href", TEXT) });

object!(Keyed {
    id: Option<String> = Field { keys: &[FormKey::Key("ID"), FormKey::Own], ..field("id", TEXT) },
    user_ids: Option<Vec<String>> =
        Field { keys: &[FormKey::Key("UserId"), FormKey::Own], ..field("users", Encoding::List(&TEXT)) },
    user_id: Option<String> = Field { keys: &[FormKey::Own, FormKey::Absent], ..field("userId", TEXT) },
});

object!(Escaped {
    backslash: Option<String> = Field { escaped: true, ..field(r"a\nb", TEXT) },
    quote: Option<String> = Field { escaped: true, ..field("a\"b", TEXT) },
});

const KIND: Encoding<'static> =
    Encoding::Scalar(Scalar { values: Values::Texts(Kind::VALUES), ..Scalar::TEXT });

/// Where a message was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    P2p,
    Group,
    Unknown(rt::sets::UnknownText),
}
rt::text_set!(Kind { P2p = "p2p", Group = "group" });

/// A level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Low,
    High,
    Unknown(rt::sets::UnknownInt),
}
rt::int_set!(Level { Low = 1, High = 2 });

/// Where somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Modes(i64);
rt::flag_set!(Modes {
    /// On a computer.
    PC = 1,
    /// On a phone.
    PHONE = 2,
    /// In a browser.
    WEB = 4
});

/// Content by its sibling.
#[derive(Debug, Clone)]
pub enum Content {
    Text(Text),
    Image(Image),
    Unknown(rt::Json),
}
impl Chosen for Content {
    const TABLE: &'static ChoiceTable<'static> = &ChoiceTable {
        name: "Content",
        by: Selector::Sibling(23),
        shapes: &[
            ShapeTable { value: "text", table: Text::TABLE, ..ShapeTable::DEFAULT },
            ShapeTable { value: "image", table: Image::TABLE, ..ShapeTable::DEFAULT },
        ],
    };
}
rt::choice!(Content { 0 => Text, 1 => Image });

/// A block by its tag.
#[derive(Debug, Clone)]
pub enum Block {
    Text(Text),
    Link(Link),
    Unknown(rt::Json),
}
impl Chosen for Block {
    const TABLE: &'static ChoiceTable<'static> = &ChoiceTable {
        name: "Block",
        by: Selector::Own("tag"),
        shapes: &[
            ShapeTable { value: "text", table: Text::TABLE, ..ShapeTable::DEFAULT },
            ShapeTable { value: "a", table: Link::TABLE, ..ShapeTable::DEFAULT },
        ],
    };
}
rt::choice!(Block { 0 => Text, 1 => Link });
