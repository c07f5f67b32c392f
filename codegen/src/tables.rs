//! The model as the runtime's tables, the same that the generated crate holds.
//!
//! Tables borrow from each other, so they live in an arena for the time of [`Model::with_tables`].

use bumpalo::Bump;
use workplace_events_runtime::table;

use crate::{
    model::{
        Choice, Constraints, DedupBy, Event, EventId, Field, FieldType, FormDef, FormKey, Model, Platform,
        PlatformId, Presence, Scalar, Selector, Shape, TypeId, TypeKind, When,
    },
    names::Names,
};

/// The tables of a model, by the model's ids.
#[derive(Debug)]
pub struct Tables<'a> {
    types: Vec<Option<Built<'a>>>,
    events: Vec<table::EventTable<'a>>,
    platforms: Vec<table::PlatformTable<'a>>,
}

/// The table of a type that has one of its own; sets are part of the scalars that use them.
#[derive(Debug, Clone, Copy)]
enum Built<'a> {
    Object(&'a table::TypeTable<'a>),
    Choice(&'a table::ChoiceTable<'a>),
}

impl Model {
    /// Builds all tables and hands them out.
    pub fn with_tables<R>(&self, names: &Names, read: impl FnOnce(&Tables<'_>) -> R) -> R {
        let arena = Bump::new();
        read(&Builder { model: self, names, arena: &arena, types: vec![None; self.types.len()] }.build())
    }
}

impl<'a> Tables<'a> {
    /// A platform.
    #[must_use]
    pub fn platform(&self, id: PlatformId) -> &table::PlatformTable<'a> {
        &self.platforms[id.0]
    }

    /// An event.
    #[must_use]
    pub fn event(&self, id: EventId) -> &table::EventTable<'a> {
        &self.events[id.0]
    }

    /// How the body of an event is written.
    #[must_use]
    pub fn body(&self, id: EventId) -> table::Encoding<'a> {
        match self.events[id.0].body {
            table::Body::Object(table) => table::Encoding::Object(table),
            table::Body::Choice(table) => table::Encoding::Choice(table),
        }
    }

    /// How a type is written; `None` for a set, which is part of the scalars that use it.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> Option<table::Encoding<'a>> {
        self.types[id.0].map(Built::encoding)
    }
}

impl<'a> Built<'a> {
    fn encoding(self) -> table::Encoding<'a> {
        match self {
            Built::Object(table) => table::Encoding::Object(table),
            Built::Choice(table) => table::Encoding::Choice(table),
        }
    }
}

struct Builder<'a> {
    model: &'a Model,
    names: &'a Names,
    arena: &'a Bump,
    types: Vec<Option<Built<'a>>>,
}

impl<'a> Builder<'a> {
    fn build(mut self) -> Tables<'a> {
        let model = self.model;
        for (index, ty) in model.types.iter().enumerate() {
            if matches!(ty.kind, TypeKind::Object(_) | TypeKind::Choice(_)) {
                self.ty(TypeId(index));
            }
        }
        let platforms = model.platforms.iter().map(|platform| self.platform(platform)).collect();
        let events = (0..model.events.len()).map(|index| self.event(EventId(index))).collect();
        Tables { types: self.types, events, platforms }
    }

    /// The table of an object or choice, built after those it needs: types form no cycle.
    fn ty(&mut self, id: TypeId) -> Built<'a> {
        if let Some(built) = self.types[id.0] {
            return built;
        }
        let model = self.model;
        let name = self.names.ty(id).as_str();
        let built = match &model[id].kind {
            TypeKind::Object(fields) => {
                let rows: Vec<_> = fields.iter().map(|field| self.field(fields, field)).collect();
                Built::Object(self.arena.alloc(table::TypeTable { name, fields: self.list(rows) }))
            }
            TypeKind::Choice(choice) => Built::Choice(self.choice(name, choice, &[])),
            // Only scalars refer to sets.
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {
                Built::Object(self.arena.alloc(table::TypeTable { name, fields: &[] }))
            }
        };
        self.types[id.0] = Some(built);
        built
    }

    fn field(&mut self, siblings: &'a [Field], field: &'a Field) -> table::Field<'a> {
        let keys = field.keys.iter().map(|key| match key {
            FormKey::Own => table::FormKey::Own,
            FormKey::Key(key) => table::FormKey::Key(key),
            FormKey::Absent => table::FormKey::Absent,
        });
        table::Field {
            key: &field.key,
            keys: self.list(keys),
            escaped: field.has_escaped_key(),
            encoding: self.encoding(siblings, &field.ty),
            presence: match field.presence {
                Presence::Optional => table::Presence::Optional,
                Presence::Always => table::Presence::Always,
                Presence::Nullable => table::Presence::Nullable,
            },
            constraints: (field.constraints != Constraints::default())
                .then(|| &*self.arena.alloc(constraints(&field.constraints))),
            requires: self.texts(&field.requires),
        }
    }

    fn encoding(&mut self, siblings: &'a [Field], ty: &'a FieldType) -> table::Encoding<'a> {
        let model = self.model;
        let mut inside = |inner| -> &'a table::Encoding<'a> {
            let inner = self.encoding(siblings, inner);
            self.arena.alloc(inner)
        };
        match ty {
            FieldType::Any => table::Encoding::Any,
            FieldType::JsonText(inner) => table::Encoding::JsonText(inside(inner)),
            FieldType::List(inner) => table::Encoding::List(inside(inner)),
            FieldType::Map(inner) => table::Encoding::Map(inside(inner)),
            FieldType::Scalar(scalar) => table::Encoding::Scalar(self.scalar(scalar)),
            FieldType::Object(id) => self.ty(*id).encoding(),
            FieldType::Choice(id) => match &model[*id].kind {
                TypeKind::Choice(choice) if self.types[id.0].is_none() => {
                    let table = self.choice(self.names.ty(*id).as_str(), choice, siblings);
                    self.types[id.0] = Some(Built::Choice(table));
                    table::Encoding::Choice(table)
                }
                _ => self.ty(*id).encoding(),
            },
        }
    }

    fn scalar(&self, scalar: &'a Scalar) -> table::Scalar<'a> {
        let values = match scalar.set.map(|set| &self.model[set].kind) {
            Some(TypeKind::Texts(values)) => {
                table::Values::Texts(self.list(values.iter().map(|value| value.wire.as_str())))
            }
            Some(TypeKind::Ints(values)) => {
                table::Values::Ints(self.list(values.iter().map(|value| value.wire)))
            }
            Some(TypeKind::Flags(values)) => {
                table::Values::Flags(self.list(values.iter().map(|value| value.wire)))
            }
            Some(TypeKind::Object(_) | TypeKind::Choice(_)) | None => table::Values::Free,
        };
        table::Scalar { kind: scalar.kind, in_text: scalar.in_text, accepts: &scalar.accepts, values }
    }

    fn choice(
        &mut self,
        name: &'a str,
        choice: &'a Choice,
        siblings: &[Field],
    ) -> &'a table::ChoiceTable<'a> {
        let by = match &choice.by {
            // Fields that are inherited come first, so the index is the same in every type that has the field.
            Selector::Sibling(key) => table::Selector::Sibling(
                siblings.iter().position(|field| field.key == *key).unwrap_or_default(),
            ),
            Selector::Own(key) => table::Selector::Own(key),
            Selector::Keys => table::Selector::Keys,
        };
        let shapes: Vec<_> =
            choice.shapes.iter().filter_map(|shape| self.shape(shape, choice.by == Selector::Keys)).collect();
        self.arena.alloc(table::ChoiceTable { name, by, shapes: self.list(shapes) })
    }

    fn shape(&mut self, shape: &'a Shape, by_keys: bool) -> Option<table::ShapeTable<'a>> {
        // The model lets objects alone be shapes.
        let Built::Object(table) = self.ty(shape.ty) else { return None };
        Some(table::ShapeTable {
            value: if by_keys { "" } else { &shape.key },
            arrives: self.list(shape.arrives.iter().map(|form| table::Form(*form))),
            present: self.texts(&shape.present),
            absent: self.texts(&shape.absent),
            table,
        })
    }

    fn event(&mut self, id: EventId) -> table::EventTable<'a> {
        let model = self.model;
        let event: &'a Event = &model[id];
        let platform = &model[event.platform];
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        let ways = event.delivery.iter().map(|(app, ways)| (app.as_str(), self.texts(ways)));
        table::EventTable {
            platform: &platform.name,
            event: &event.wire,
            protocol: event.protocol.map_or("", |protocol| &platform.protocols[protocol].name),
            kind: event.kind,
            domain: &event.domain,
            title: &event.title,
            title_zh: text(&event.title_zh),
            docs: text(&event.docs),
            rust_type: self.names.rust_path(id),
            method: self.names.method(id).as_str(),
            permissions: self.texts(&event.permissions),
            apps: self.texts(&event.apps),
            delivery: self.list(ways),
            dedup_by: match &event.dedup_by {
                DedupBy::EventId => table::DedupBy::EventId,
                DedupBy::Nothing => table::DedupBy::Nothing,
                DedupBy::Paths(paths) => table::DedupBy::Paths(self.texts(paths)),
            },
            order_by: self.texts(&event.order_by),
            body: match self.ty(event.body) {
                Built::Object(table) => table::Body::Object(table),
                Built::Choice(table) => table::Body::Choice(table),
            },
            response: event.response.and_then(|response| match self.ty(response) {
                Built::Object(table) => Some(table),
                Built::Choice(_) => None,
            }),
        }
    }

    fn platform(&self, platform: &'a Platform) -> table::PlatformTable<'a> {
        let control = platform
            .control
            .iter()
            .map(|control| table::ControlTable { name: &control.name, when: self.when(&control.when) });
        table::PlatformTable {
            name: &platform.name,
            forms: self.list(platform.forms.iter().map(|form| self.form(form))),
            control: self.list(control),
            callbacks: self.texts(&platform.callbacks),
        }
    }

    fn form(&self, form: &'a FormDef) -> table::FormTable<'a> {
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        let role = |role: &str| form.header.get(role).map_or(&[][..], |paths| self.texts(paths));
        let event_by = form.event_by.as_ref().map(|(path, events)| table::EventBy {
            path,
            events: self.list(events.iter().map(|(value, event)| (value.as_str(), event.as_str()))),
        });
        table::FormTable {
            name: &form.name,
            protocol: text(&form.protocol),
            transport: text(&form.transport),
            when: self.when(&form.when),
            rows: text(&form.rows),
            body: text(&form.body),
            event: self.texts(&form.event),
            event_by,
            event_is: text(&form.event_is),
            header: table::HeaderTable {
                id: role("id"),
                key: role("key"),
                time: role("time"),
                tenant: role("tenant"),
                app: role("app"),
                token: role("token"),
                extra: text(&form.extra),
            },
            envelope: self.texts(&form.envelope),
        }
    }

    fn when(&self, when: &'a When) -> table::When<'a> {
        let equals = when.equals.iter().map(|(path, values)| (path.as_str(), self.texts(values)));
        table::When {
            present: self.texts(&when.present),
            absent: self.texts(&when.absent),
            equals: self.list(equals),
        }
    }

    fn texts(&self, texts: &'a [String]) -> &'a [&'a str] {
        self.list(texts.iter().map(String::as_str))
    }

    fn list<T: Copy>(&self, items: impl IntoIterator<Item = T>) -> &'a [T] {
        self.arena.alloc_slice_copy(&items.into_iter().collect::<Vec<T>>())
    }
}

fn constraints(of: &Constraints) -> table::Constraints<'_> {
    table::Constraints {
        min_len: of.min_len,
        max_len: of.max_len,
        min_items: of.min_items,
        max_items: of.max_items,
        min: of.min,
        max: of.max,
        pattern: of.pattern.as_deref(),
        constant: of.constant.as_deref(),
    }
}

#[cfg(test)]
mod tests {
    use workplace_events_runtime::table::{Encoding, Form, Presence, Selector, Values};

    use crate::{
        compile::compile_files,
        model::{EventId, PlatformId},
    };

    const PLATFORM: &str = "\
title: Acme
about: For tests.
forms:
  legacy: { when: { equals: { Type: [ping, pong] } }, event: [Type, type], header: { id: Id }, envelope: [Type] }
  push: { event: type, envelope: [type] }
control: { check: { about: A check., when: { absent: [type] } } }
";

    const PING: &str = "\
event: ping
title: Ping
about: Somebody pinged.
extends: Base
dedup_by: kind
delivery: [webhook]
fields:
  tags: { type: list<map<Tag>>, about: Tags., max_items: 3, keys: { legacy: Tags } }
  level: { type: text<int>, about: The level., values: { 1: { name: One, about: One. } }, accepts: [int] }
types:
  Base:
    fields:
      data: { type: json, about: The data., shape_by: kind, shapes: { a: A } }
      kind: { type: string, about: The kind., always: true, values: { a: A. } }
  A: { fields: {} }
  Tag: { fields: { name: { type: string, about: The name. } } }
";

    #[test]
    fn tables_say_what_the_schemas_say() {
        let platform = format!("{PLATFORM}deliveries: {{ webhook: HTTP. }}\n");
        let compiled = compile_files([
            ("schemas/acme/platform.yaml".into(), platform.into_bytes()),
            ("schemas/acme/chat/ping.yaml".into(), PING.as_bytes().to_vec()),
        ]);
        assert!(compiled.diagnostics.is_empty(), "{:#?}", compiled.diagnostics);
        compiled.model.with_tables(&compiled.names, |tables| {
            let platform = tables.platform(PlatformId(0));
            assert_eq!(platform.form("push"), Some(Form(1)));
            assert_eq!(platform.forms[0].when.equals, [("Type", &["ping", "pong"][..])]);
            assert_eq!(platform.forms[0].header.id, ["Id"]);
            assert_eq!(platform.control[0].when.absent, ["type"]);

            let event = tables.event(EventId(0));
            assert_eq!((event.event, event.method), ("ping", "on_ping"));
            assert_eq!(event.delivery, [("", &["webhook"][..])]);

            let Encoding::Object(body) = tables.body(EventId(0)) else { panic!() };
            assert_eq!(body.name, "Ping");
            let [data, kind, tags, level] = body.fields else { panic!() };
            let Encoding::JsonText(Encoding::Choice(choice)) = data.encoding else { panic!() };
            assert_eq!(choice.by, Selector::Sibling(1));
            assert_eq!(choice.shapes[0].table.name, "A");
            assert_eq!(kind.presence, Presence::Always);
            let Encoding::Scalar(scalar) = kind.encoding else { panic!() };
            assert_eq!(scalar.values, Values::Texts(&["a"]));
            assert_eq!(tags.key_in(Form(0)), Some("Tags"));
            assert_eq!(tags.constraints.and_then(|of| of.max_items), Some(3));
            let Encoding::List(Encoding::Map(Encoding::Object(tag))) = tags.encoding else { panic!() };
            assert_eq!(tag.fields[0].key, "name");
            let Encoding::Scalar(scalar) = level.encoding else { panic!() };
            assert!(scalar.in_text);
            assert_eq!(scalar.values, Values::Ints(&[1]));
        });
    }
}
