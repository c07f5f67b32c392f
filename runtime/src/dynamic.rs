//! Values without a Rust type, decoded by a table alone: what the checker and the tools use.

use crate::{
    Json, Map,
    value::{ListTarget, MapTarget, Object, Shape, Shaped, Slot, Target, Value, View},
};

/// A value of whatever a table describes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Dynamic {
    /// Not there.
    #[default]
    Absent,
    /// Null.
    Null,
    /// Text.
    Text(String),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// Any JSON.
    Json(Json),
    /// A list.
    List(Vec<Dynamic>),
    /// A map.
    Map(Map<Dynamic>),
    /// An object.
    Object(DynamicObject),
    /// A choice.
    Choice(DynamicChoice),
}

/// An object: its fields by index.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DynamicObject(Vec<Dynamic>);

/// A choice: the index of its shape with the object, or raw JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum DynamicChoice {
    /// A known shape.
    Known(usize, DynamicObject),
    /// Raw.
    Unknown(Json),
}

impl Dynamic {
    pub(crate) fn become_list(&mut self) -> &mut dyn ListTarget {
        *self = Dynamic::List(Vec::new());
        match self {
            Dynamic::List(list) => list,
            // Set one line above.
            _ => unreachable!(),
        }
    }

    pub(crate) fn become_map(&mut self) -> &mut dyn MapTarget {
        *self = Dynamic::Map(Map::new());
        match self {
            Dynamic::Map(map) => map,
            // Set one line above.
            _ => unreachable!(),
        }
    }

    pub(crate) fn become_object(&mut self) -> &mut DynamicObject {
        *self = Dynamic::Object(DynamicObject::default());
        match self {
            Dynamic::Object(object) => object,
            // Set one line above.
            _ => unreachable!(),
        }
    }

    pub(crate) fn become_choice(&mut self) -> &mut DynamicChoice {
        *self = Dynamic::Choice(DynamicChoice::Unknown(Json::NULL));
        match self {
            Dynamic::Choice(choice) => choice,
            // Set one line above.
            _ => unreachable!(),
        }
    }
}

impl Value for Dynamic {
    fn open(&mut self) -> Target<'_> {
        Target::Dynamic(self)
    }

    fn clear(&mut self) {
        *self = Dynamic::Absent;
    }

    fn set_null(&mut self) {
        *self = Dynamic::Null;
    }

    fn view(&self) -> View<'_> {
        match self {
            Dynamic::Absent => View::Absent,
            Dynamic::Null => View::Null,
            Dynamic::Text(text) => View::Text(text),
            Dynamic::Int(int) => View::Int(*int),
            Dynamic::Float(float) => View::Float(*float),
            Dynamic::Bool(bool) => View::Bool(*bool),
            Dynamic::Json(json) => View::Json(&json.0),
            Dynamic::List(list) => View::List(list),
            Dynamic::Map(map) => View::Map(map),
            Dynamic::Object(object) => View::Object(object),
            Dynamic::Choice(choice) => View::Choice(choice),
        }
    }
}

impl Object for DynamicObject {
    fn at(&mut self, index: usize) -> Slot<'_> {
        if self.0.len() <= index {
            self.0.resize(index + 1, Dynamic::Absent);
        }
        self.0.get_mut(index).map(|value| value as &mut dyn Value)
    }

    fn get(&self, index: usize) -> View<'_> {
        self.0.get(index).map_or(View::Absent, Value::view)
    }
}

impl Shaped for DynamicChoice {
    fn select(&mut self, index: usize) -> Option<&mut dyn Object> {
        *self = DynamicChoice::Known(index, DynamicObject::default());
        match self {
            DynamicChoice::Known(_, object) => Some(object),
            DynamicChoice::Unknown(_) => None,
        }
    }

    fn set_unknown(&mut self, json: Json) {
        *self = DynamicChoice::Unknown(json);
    }

    fn shape(&self) -> Shape<'_> {
        match self {
            DynamicChoice::Known(index, object) => Shape::Known(*index, object),
            DynamicChoice::Unknown(json) => Shape::Unknown(json),
        }
    }
}
