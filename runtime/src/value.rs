//! How the decoder and the encoder reach the fields of a Rust type.
//!
//! A generated struct implements [`Object`]: its fields by index, in the order of its
//! [`TypeTable`]. Every field type implements [`Value`]: it makes room for a value
//! ([`Target`]) and shows the one it has ([`View`]). That is all there is between tables and structs.

use crate::{
    Json, Map,
    dynamic::{Dynamic, DynamicChoice, DynamicObject},
    table::{ChoiceTable, Encoding, TypeTable},
};

/// A value that can be decoded into and encoded from.
pub trait Value {
    /// Makes room for a value: an `Option` becomes `Some`, a list and a map become empty.
    fn open(&mut self) -> Target<'_>;
    /// Stores a text, as most values are; false where the place is for something else.
    #[inline]
    fn set_text(&mut self, text: &str) -> bool {
        self.open().set_text(text)
    }
    /// Takes the value away again.
    fn clear(&mut self);
    /// Takes note of a null; the same as [`clear`](Value::clear) except for [`Nullable`].
    fn set_null(&mut self) {
        self.clear();
    }
    /// The value there is.
    fn view(&self) -> View<'_>;
}

/// A place for a field's value; empty for an index that the type does not have.
pub type Slot<'s> = Option<&'s mut dyn Value>;

/// An object type: fields by index.
pub trait Object {
    /// The field's place.
    fn at(&mut self, index: usize) -> Slot<'_>;
    /// The field's value.
    fn get(&self, index: usize) -> View<'_>;
}

/// A choice between object types.
pub trait Shaped {
    /// Switches to a shape and gives its object; `None` for an index that the choice does not have.
    fn select(&mut self, index: usize) -> Option<&mut dyn Object>;
    /// Switches to raw JSON.
    fn set_unknown(&mut self, json: Json);
    /// The shape it has.
    fn shape(&self) -> Shape<'_>;
}

/// The shape that a choice has.
#[derive(Clone, Copy)]
pub enum Shape<'s> {
    /// One of the table's, by index.
    Known(usize, &'s dyn Object),
    /// None of them.
    Unknown(&'s Json),
}

/// A type with a table.
pub trait Typed: Object + Value + Default {
    /// Its table.
    const TABLE: &'static TypeTable<'static>;
}

/// A choice with a table.
pub trait Chosen: Shaped + Value + Default {
    /// Its table.
    const TABLE: &'static ChoiceTable<'static>;
}

/// A type that knows its own encoding: every generated object and choice.
pub trait Coded: Value + Default {
    /// The encoding.
    const ENCODING: Encoding<'static>;
}

/// A shape of a choice, taken out of it.
pub trait ShapeOf<C>: Sized {
    /// This shape, or the choice again where it has another one.
    ///
    /// # Errors
    ///
    /// The choice itself, where it has another shape.
    fn take(choice: C) -> Result<Self, C>;
}

/// A place for a value, by what it holds.
pub enum Target<'s> {
    /// Text.
    Text(&'s mut dyn SetText),
    /// An integer.
    Int(&'s mut dyn SetInt),
    /// A float.
    Float(&'s mut f64),
    /// A boolean.
    Bool(&'s mut bool),
    /// Any JSON.
    Json(&'s mut Json),
    /// A list.
    List(&'s mut dyn ListTarget),
    /// A map.
    Map(&'s mut dyn MapTarget),
    /// An object.
    Object(&'s mut dyn Object),
    /// A choice.
    Choice(&'s mut dyn Shaped),
    /// Whatever the table says.
    Dynamic(&'s mut Dynamic),
}

/// A value, by what it is.
#[derive(Clone, Copy)]
pub enum View<'s> {
    /// Not there.
    Absent,
    /// Null, where that differs from not there.
    Null,
    /// Text.
    Text(&'s str),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Any JSON.
    Json(&'s serde_json::Value),
    /// A list.
    List(&'s dyn ListView),
    /// A map.
    Map(&'s dyn MapView),
    /// An object.
    Object(&'s dyn Object),
    /// A choice.
    Choice(&'s dyn Shaped),
}

/// Takes a text.
pub trait SetText {
    /// Stores it.
    fn set(&mut self, text: &str);
}

/// Takes an integer.
pub trait SetInt {
    /// Stores it.
    fn set(&mut self, int: i64);
}

/// A list that is being filled.
pub trait ListTarget {
    /// Room for one more element.
    fn push(&mut self) -> &mut dyn Value;
    /// Takes the last element away again.
    fn pop(&mut self);
}

/// A map that is being filled.
pub trait MapTarget {
    /// Room for the value of a key; what the key held before is gone.
    fn insert(&mut self, key: String) -> &mut dyn Value;
    /// Takes a key away again.
    fn remove(&mut self, key: &str);
}

/// A list that is read.
pub trait ListView {
    /// Number of elements.
    fn len(&self) -> usize;
    /// Whether it has none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// One element.
    fn item(&self, index: usize) -> View<'_>;
}

/// A map that is read.
pub trait MapView {
    /// All entries, by key.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_>;
}

/// A field for which null means something else than absent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub enum Nullable<T> {
    /// The key was not there.
    #[default]
    Absent,
    /// The key was there with `null`.
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    pub fn as_option(&self) -> Option<&T> {
        match self {
            Nullable::Value(value) => Some(value),
            Nullable::Absent | Nullable::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_option(self) -> Option<T> {
        match self {
            Nullable::Value(value) => Some(value),
            Nullable::Absent | Nullable::Null => None,
        }
    }
}

impl<'s> Target<'s> {
    /// Stores a text; `false` where the place is for something else.
    #[inline]
    pub(crate) fn set_text(self, text: &str) -> bool {
        match self {
            Target::Text(place) => place.set(text),
            Target::Dynamic(place) => *place = Dynamic::Text(text.to_owned()),
            _ => return false,
        }
        true
    }

    pub(crate) fn set_int(self, int: i64) -> bool {
        match self {
            Target::Int(place) => place.set(int),
            Target::Dynamic(place) => *place = Dynamic::Int(int),
            _ => return false,
        }
        true
    }

    pub(crate) fn set_float(self, float: f64) -> bool {
        match self {
            Target::Float(place) => *place = float,
            Target::Dynamic(place) => *place = Dynamic::Float(float),
            _ => return false,
        }
        true
    }

    pub(crate) fn set_bool(self, bool: bool) -> bool {
        match self {
            Target::Bool(place) => *place = bool,
            Target::Dynamic(place) => *place = Dynamic::Bool(bool),
            _ => return false,
        }
        true
    }

    pub(crate) fn set_json(self, json: serde_json::Value) -> bool {
        match self {
            Target::Json(place) => place.0 = json,
            Target::Choice(place) => place.set_unknown(Json(json)),
            Target::Dynamic(place) => *place = Dynamic::Json(Json(json)),
            _ => return false,
        }
        true
    }

    pub(crate) fn list(self) -> Option<&'s mut dyn ListTarget> {
        match self {
            Target::List(list) => Some(list),
            Target::Dynamic(place) => Some(place.become_list()),
            _ => None,
        }
    }

    pub(crate) fn map(self) -> Option<&'s mut dyn MapTarget> {
        match self {
            Target::Map(map) => Some(map),
            Target::Dynamic(place) => Some(place.become_map()),
            _ => None,
        }
    }

    pub(crate) fn object(self) -> Option<&'s mut dyn Object> {
        match self {
            Target::Object(object) => Some(object),
            Target::Dynamic(place) => Some(place.become_object() as &mut DynamicObject),
            _ => None,
        }
    }

    pub(crate) fn choice(self) -> Option<&'s mut dyn Shaped> {
        match self {
            Target::Choice(choice) => Some(choice),
            Target::Dynamic(place) => Some(place.become_choice() as &mut DynamicChoice),
            _ => None,
        }
    }
}

macro_rules! plain {
    ($type:ty, $target:ident, $view:expr) => {
        impl Value for $type {
            #[inline]
            fn open(&mut self) -> Target<'_> {
                Target::$target(self)
            }

            #[inline]
            fn clear(&mut self) {
                *self = Default::default();
            }

            #[inline]
            fn view(&self) -> View<'_> {
                let view: fn(&$type) -> View<'_> = $view;
                view(self)
            }
        }
    };
}

plain!(String, Text, |text| View::Text(text));
plain!(i64, Int, |int| View::Int(*int));
plain!(f64, Float, |float| View::Float(*float));
plain!(bool, Bool, |bool| View::Bool(*bool));
plain!(Json, Json, |json| View::Json(&json.0));

impl SetText for String {
    fn set(&mut self, text: &str) {
        *self = text.to_owned();
    }
}

impl SetInt for i64 {
    fn set(&mut self, int: i64) {
        *self = int;
    }
}

impl<T: Value + Default> Value for Option<T> {
    #[inline]
    fn open(&mut self) -> Target<'_> {
        self.get_or_insert_default().open()
    }

    #[inline]
    fn clear(&mut self) {
        *self = None;
    }

    #[inline]
    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, Value::view)
    }
}

impl<T: Value + Default> Value for Nullable<T> {
    fn open(&mut self) -> Target<'_> {
        *self = Nullable::Value(T::default());
        match self {
            Nullable::Value(value) => value.open(),
            // Set to a value one line above.
            Nullable::Absent | Nullable::Null => unreachable!(),
        }
    }

    fn clear(&mut self) {
        *self = Nullable::Absent;
    }

    fn set_null(&mut self) {
        *self = Nullable::Null;
    }

    fn view(&self) -> View<'_> {
        match self {
            Nullable::Absent => View::Absent,
            Nullable::Null => View::Null,
            Nullable::Value(value) => value.view(),
        }
    }
}

impl<T: Value + Default> Value for Vec<T> {
    fn open(&mut self) -> Target<'_> {
        Vec::clear(self);
        Target::List(self)
    }

    fn clear(&mut self) {
        Vec::clear(self);
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Value + Default> ListTarget for Vec<T> {
    fn push(&mut self) -> &mut dyn Value {
        let last = self.len();
        Vec::push(self, T::default());
        &mut self[last]
    }

    fn pop(&mut self) {
        Vec::pop(self);
    }
}

impl<T: Value> ListView for Vec<T> {
    fn len(&self) -> usize {
        Vec::len(self)
    }

    fn item(&self, index: usize) -> View<'_> {
        self.get(index).map_or(View::Absent, Value::view)
    }
}

impl<T: Value + Default> Value for Map<T> {
    fn open(&mut self) -> Target<'_> {
        Map::clear(self);
        Target::Map(self)
    }

    fn clear(&mut self) {
        Map::clear(self);
    }

    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<T: Value + Default> MapTarget for Map<T> {
    fn insert(&mut self, key: String) -> &mut dyn Value {
        let value = self.entry(key).or_default();
        *value = T::default();
        value
    }

    fn remove(&mut self, key: &str) {
        Map::remove(self, key);
    }
}

impl<T: Value> MapView for Map<T> {
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, View<'_>)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.as_str(), value.view())))
    }
}
