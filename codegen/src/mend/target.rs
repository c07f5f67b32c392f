//! What a path of a payload means in the schema, decided by the payload where the schema leaves a choice.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    model::{Choice, Field, FieldType, Model, Selector, Shape, TypeId, TypeKind},
    verify::{
        Verified,
        place::{after_key, keys},
    },
};

/// What a path leads to.
#[derive(Debug, Clone)]
pub(super) struct Target<'m> {
    /// The object that has the field, or should have it.
    pub(super) owner: TypeId,
    /// The field; `None` for a key that the object does not know.
    pub(super) field: Option<&'m Field>,
    /// The part of the field's type that is meant.
    pub(super) ty: Option<&'m FieldType>,
    /// The unknown key, else empty.
    pub(super) key: String,
    /// What stands there; `None` without a payload.
    pub(super) value: Option<Value>,
}

/// Everything that a path may mean. Without a payload, as in a drift log, that is more than one thing where shapes differ.
pub(super) fn targets<'m>(model: &'m Model, of: &Verified, path: &str) -> Vec<Target<'m>> {
    let body: Option<Value> = of.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
    let mut walk = Walk { model, form: of.form.map(|form| form.0), known: body.is_some(), found: Vec::new() };
    walk.in_type(model[of.event].body, path, body.as_ref().map(Cow::Borrowed), None);
    walk.found
}

type Json<'v> = Option<Cow<'v, Value>>;

struct Walk<'m> {
    model: &'m Model,
    form: Option<u8>,
    /// Whether there is a payload to decide by.
    known: bool,
    found: Vec<Target<'m>>,
}

impl<'m> Walk<'m> {
    fn in_type(&mut self, id: TypeId, path: &str, json: Json<'_>, siblings: Option<&Value>) {
        match &self.model[id].kind {
            TypeKind::Object(fields) => self.in_object(id, fields, path, json.as_deref()),
            TypeKind::Choice(choice) => {
                let shapes = choice.shapes.iter();
                let fits = |shape: &&Shape| match &json {
                    Some(json) => self.is_shape(choice, shape, json, siblings),
                    None => !self.known,
                };
                // Of those that are told apart by their keys the first counts.
                let most = if self.known { 1 } else { usize::MAX };
                let ids: Vec<TypeId> = shapes.filter(fits).take(most).map(|shape| shape.ty).collect();
                ids.into_iter().for_each(|id| self.in_type(id, path, json.clone(), siblings));
            }
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
        }
    }

    fn in_object(&mut self, id: TypeId, fields: &'m [Field], path: &str, json: Option<&Value>) {
        let known = fields.iter().filter_map(|field| Some((field, after_key(field, path)?)));
        match known.min_by_key(|(_, rest)| rest.len()) {
            Some((field, rest)) => {
                let value = keys(field).find_map(|key| json?.get(key)).map(Cow::Borrowed);
                self.in_field((id, field), &field.ty, rest, value, json);
            }
            None => {
                let value = json.and_then(|json| json.get(path)).cloned();
                self.found.push(Target { owner: id, field: None, ty: None, key: path.to_owned(), value });
            }
        }
    }

    fn in_field(
        &mut self,
        of: (TypeId, &'m Field),
        ty: &'m FieldType,
        path: &str,
        json: Json<'_>,
        siblings: Option<&Value>,
    ) {
        match ty {
            _ if path.is_empty() => self.found.push(Target {
                owner: of.0,
                field: Some(of.1),
                ty: Some(ty),
                key: String::new(),
                value: json.map(Cow::into_owned),
            }),
            FieldType::Scalar(_) | FieldType::Any => {}
            FieldType::JsonText(inner) => {
                let json =
                    json.map(|json| match json.as_str().and_then(|text| serde_json::from_str(text).ok()) {
                        Some(inner) => Cow::Owned(inner),
                        None => json,
                    });
                self.in_field(of, inner, path, json, siblings);
            }
            FieldType::List(inner) => {
                let Some((index, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) else {
                    return;
                };
                let item = json.as_deref().and_then(|json| json.get(index.parse::<usize>().ok()?));
                let rest = rest.strip_prefix('.').unwrap_or(rest);
                self.in_field(of, inner, rest, item.map(Cow::Borrowed), siblings);
            }
            FieldType::Map(inner) => {
                let key = map_key(path, json.as_deref());
                let (key, rest) = path.split_at(key);
                let item = json.as_deref().and_then(|json| json.get(key));
                let rest = rest.strip_prefix('.').unwrap_or(rest);
                self.in_field(of, inner, rest, item.map(Cow::Borrowed), siblings);
            }
            FieldType::Object(id) | FieldType::Choice(id) => self.in_type(*id, path, json, siblings),
        }
    }

    fn is_shape(&self, choice: &Choice, shape: &Shape, json: &Value, siblings: Option<&Value>) -> bool {
        let decides = |object: Option<&Value>, key: &str| {
            object.and_then(|object| object.get(key)).and_then(Value::as_str) == Some(&shape.key)
        };
        match &choice.by {
            Selector::Sibling(key) => decides(siblings, key),
            Selector::Own(key) => decides(Some(json), key),
            Selector::Keys => {
                self.form.is_none_or(|form| shape.arrives.is_empty() || shape.arrives.contains(&form))
                    && shape.present.iter().all(|key| json.get(key).is_some())
                    && !shape.absent.iter().any(|key| json.get(key).is_some())
            }
        }
    }
}

/// How long the key of a map is at the beginning of a path. It may hold dots itself.
fn map_key(path: &str, json: Option<&Value>) -> usize {
    let ends = |key: &str| {
        path.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let keys = json.and_then(Value::as_object).into_iter().flat_map(|object| object.keys());
    let known = keys.filter(|key| ends(key)).map(String::len).max();
    known.unwrap_or_else(|| path.find(['.', '[']).unwrap_or(path.len()))
}
