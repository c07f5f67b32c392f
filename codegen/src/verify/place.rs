//! Where the schema speaks about a path of a body.

use super::Verifier;
use crate::{
    model::{EventId, Field, FieldType, FormKey, Model, TypeId, TypeKind},
    source::Span,
};

/// The part of the schema that is nearest to a path.
#[derive(Clone, Copy)]
pub(super) struct Place<'m> {
    pub span: Span,
    /// How many bytes of the path the schema does not know.
    pub left: usize,
    ty: Option<&'m FieldType>,
}

impl Verifier<'_, '_> {
    pub(super) fn place(&self, event: EventId, kind: &str, path: &str) -> Place<'_> {
        let model = &self.compiled.model;
        let place = in_type(model, model[event].body, path);
        // A value is missing in its set, which may be declared far from the field.
        match place.ty {
            Some(FieldType::Scalar(scalar)) if kind == "unknown_value" => {
                Place { span: scalar.set.map_or(place.span, |set| model[set].span), ..place }
            }
            _ => place,
        }
    }
}

/// Where the schema speaks about a path of a body.
pub(crate) fn field_at(model: &Model, body: TypeId, path: &str) -> Span {
    in_type(model, body, path).span
}

fn in_type<'m>(model: &'m Model, id: TypeId, path: &str) -> Place<'m> {
    let ty = &model[id];
    let here = Place { span: ty.span, left: path.len(), ty: None };
    match &ty.kind {
        TypeKind::Object(fields) => fields
            .iter()
            .filter_map(|field| Some((field, after_key(field, path)?)))
            .min_by_key(|(_, rest)| rest.len())
            .map_or(here, |(field, rest)| in_field(model, field.span, &field.ty, rest)),
        TypeKind::Choice(choice) => choice
            .shapes
            .iter()
            .map(|shape| in_type(model, shape.ty, path))
            .filter(|place| place.left < path.len())
            .min_by_key(|place| place.left)
            .unwrap_or(here),
        TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => here,
    }
}

fn in_field<'m>(model: &'m Model, span: Span, ty: &'m FieldType, path: &str) -> Place<'m> {
    let here = Place { span, left: path.len(), ty: Some(ty) };
    match ty {
        _ if path.is_empty() => here,
        FieldType::Scalar(_) | FieldType::Any => here,
        FieldType::JsonText(inner) => in_field(model, span, inner, path),
        FieldType::List(inner) => match path.strip_prefix('[').and_then(|path| path.split_once(']')) {
            Some((_, rest)) => in_field(model, span, inner, rest.strip_prefix('.').unwrap_or(rest)),
            None => here,
        },
        FieldType::Map(inner) => {
            let end = path.find(['.', '[']).unwrap_or(path.len());
            let rest = &path[end..];
            in_field(model, span, inner, rest.strip_prefix('.').unwrap_or(rest))
        }
        FieldType::Object(id) | FieldType::Choice(id) => in_type(model, *id, path),
    }
}

/// Every key that a field has in some form.
pub(crate) fn keys(field: &Field) -> impl Iterator<Item = &str> {
    let others = field.keys.iter().filter_map(|key| match key {
        FormKey::Key(key) => Some(key.as_str()),
        FormKey::Own | FormKey::Absent => None,
    });
    std::iter::once(field.key.as_str()).chain(others)
}

/// What follows one of a field's keys.
pub(crate) fn after_key<'p>(field: &Field, path: &'p str) -> Option<&'p str> {
    let mut rests = keys(field).filter_map(|key| path.strip_prefix(key));
    let rest = rests.find(|rest| rest.is_empty() || rest.starts_with(['.', '[']))?;
    Some(rest.strip_prefix('.').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use crate::{compile::compile_files, model::EventId};

    const PLATFORM: &str = "title: Acme\nrust_name: Acme\nabout: A platform.\napp_kinds: { own: An app. }\n\
                            deliveries: { push: A request. }\ndomains: { chat: { title: Chat, about: Talking. } }\n\
                            forms: { plain: { event: kind, envelope: [kind] } }\n";

    const EVENT: &str = "\
event: said
title: Said
about: Somebody spoke.
apps: [own]
delivery: [push]
fields:
  a: { type: Part, about: An object. }
  a.b: { type: string, about: A key with a dot. }
  list: { type: list<Part>, about: A list. }
  map: { type: map<Part>, about: A map. }
types:
  Part:
    about: A part.
    fields:
      text: { type: string, about: A text. }
";

    /// The line that a path of the body leads to, and what is left of the path.
    #[track_caller]
    fn leads_to(path: &str, line: usize, rest: &str) {
        let files = [("platform.yaml", PLATFORM), ("chat/said.yaml", EVENT)];
        let files = files.map(|(name, text)| (format!("schemas/acme/{name}").into(), text.into()));
        let compiled = compile_files(files);
        assert!(!compiled.diagnostics.has_errors(), "{:#?}", compiled.diagnostics);
        compiled.with_verifier(|verifier| {
            let place = verifier.place(EventId(0), "unknown_key", path);
            let file = compiled.sources.get(place.span.file).unwrap();
            let found = (file.line_column(place.span.start).0, &path[path.len() - place.left..]);
            assert_eq!(found, (line, rest), "{path}");
        });
    }

    #[test]
    fn paths_lead_through_objects_lists_and_maps() {
        leads_to("a", 7, "");
        leads_to("a.text", 15, "");
        leads_to("list[3].text", 15, "");
        leads_to("map.key.text", 15, "");
        leads_to("list[3]", 9, "");
    }

    #[test]
    fn keys_may_hold_dots() {
        leads_to("a.b", 8, "");
    }

    #[test]
    fn an_unknown_key_is_missing_in_the_type_that_should_have_it() {
        leads_to("other", 1, "other");
        leads_to("list[0].other", 12, "other");
        leads_to("ab", 1, "ab");
    }
}
