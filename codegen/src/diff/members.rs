//! What is in sets and choices: values and shapes.

use std::fmt::Display;

use super::{Api, Both, Kind, Payload, changed, gone, new, pairs::items, types::Pair};
use crate::{
    emit,
    model::{Choice, Selector, Shape, Value},
};

/// Whether a set of now has all values of the base.
pub(super) fn kept<T: PartialEq>(base: &[Value<T>], now: &[Value<T>]) -> bool {
    base.iter().all(|value| now.iter().any(|other| other.wire == value.wire))
}

impl Both<'_> {
    /// Values: by what they are on the wire, then by a Rust name that stayed while that changed.
    pub(super) fn values<T: Display>(&mut self, pair: Pair<'_>, before: &[Value<T>], after: &[Value<T>]) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        let wire = |values: &[Value<T>], i: usize| Some(values[i].wire.to_string());
        let paired = items(
            before,
            after,
            &[
                (&|i| wire(before, i), &|i| wire(after, i)),
                (&|i| Some(base.names.member(from, i).to_string()), &|i| {
                    Some(now.names.member(to, i).to_string())
                }),
            ],
        );
        for (i, value) in before.iter().enumerate().filter(|(i, _)| paired.now(*i).is_none()) {
            let item = format!("{}.{}", base.label(from), value.wire);
            let texts = gone(base.member_path(from, i));
            self.push(subject, Kind::ValueRemoved, item, texts, (Payload::Lossy, Api::Major));
        }
        for (i, value) in after.iter().enumerate() {
            let item = format!("{}.{}", now.label(to), value.wire);
            let Some(old) = paired.base(i) else {
                let texts = new(now.member_path(to, i));
                self.push(subject, Kind::ValueAdded, item, texts, (Payload::Compatible, Api::Minor));
                continue;
            };
            let before = &before[old];
            if base.names.member(from, old) != now.names.member(to, i) {
                let texts = changed(base.member_path(from, old), now.member_path(to, i));
                let meaning = (Payload::Compatible, Api::Major);
                self.push(subject, Kind::ValueRenamed, item.as_str(), texts, meaning);
            }
            let (was, is) = (before.wire.to_string(), value.wire.to_string());
            if was != is {
                let meaning = (Payload::Breaking, Api::Patch);
                self.push(subject, Kind::ValueWire, item.as_str(), changed(was, is), meaning);
            }
            self.deprecated(subject, &item, &before.deprecated, &value.deprecated);
            self.described(subject, &item, &before.about, &value.about);
        }
    }

    /// Shapes: by key, then by a Rust name that stayed while the key changed.
    pub(super) fn choice(&mut self, pair: Pair<'_>, before: &Choice, after: &Choice) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        if before.by != after.by {
            let texts = changed(selector(&before.by), selector(&after.by));
            self.push(subject, Kind::ChoiceBy, now.label(to), texts, (Payload::Breaking, Api::Patch));
        }
        let paired = items(
            &before.shapes,
            &after.shapes,
            &[
                (&|i| Some(before.shapes[i].key.as_str()), &|i| Some(after.shapes[i].key.as_str())),
                (&|i| Some(base.names.member(from, i).as_str()), &|i| Some(now.names.member(to, i).as_str())),
            ],
        );
        for (i, shape) in before.shapes.iter().enumerate().filter(|(i, _)| paired.now(*i).is_none()) {
            let item = format!("{}.{}", base.label(from), shape.key);
            let texts = gone(base.member_path(from, i));
            self.push(subject, Kind::ShapeRemoved, item, texts, (Payload::Lossy, Api::Major));
        }
        let order: Vec<_> = (0..after.shapes.len()).filter_map(|i| paired.base(i)).collect();
        if after.by == Selector::Keys && !order.is_sorted() {
            let meaning = (Payload::Breaking, Api::Patch);
            self.push(subject, Kind::ShapeOrder, now.label(to), (None, None), meaning);
        }
        let last = (0..after.shapes.len()).rev().find(|i| paired.base(*i).is_some());
        for (i, shape) in after.shapes.iter().enumerate() {
            if let Some(old) = paired.base(i) {
                self.shape(pair, (old, before), (i, after));
                continue;
            }
            let item = format!("{}.{}", now.label(to), shape.key);
            let texts = new(format!("{}({})", now.member_path(to, i), now.names.ty(shape.ty)));
            // Tried earlier, it may take what another shape took.
            let first = after.by == Selector::Keys && last.is_some_and(|last| i < last);
            let payload = if first { Payload::Breaking } else { Payload::Compatible };
            self.push(subject, Kind::ShapeAdded, item, texts, (payload, Api::Minor));
        }
    }

    fn shape(&mut self, pair: Pair<'_>, (old, base): (usize, &Choice), (index, now): (usize, &Choice)) {
        let Pair { base: from, now: to, subject } = pair;
        let (before, after) = (&base.shapes[old], &now.shapes[index]);
        let item = format!("{}.{}", self.now.label(to), after.key);
        let paths = || changed(self.base.member_path(from, old), self.now.member_path(to, index));
        if self.base.names.member(from, old) != self.now.names.member(to, index) {
            let paths = paths();
            self.push(subject, Kind::ShapeRenamed, item.as_str(), paths, (Payload::Compatible, Api::Major));
        }
        if before.key != after.key {
            // Where keys decide, this one is a name.
            let payload = if now.by == Selector::Keys { Payload::Compatible } else { Payload::Breaking };
            let texts = changed(&*before.key, &*after.key);
            self.push(subject, Kind::ShapeKey, item.as_str(), texts, (payload, Api::Patch));
        }
        if self.pairs.types.now(before.ty) != Some(after.ty) {
            let payload = self.reads_type(before.ty, after.ty);
            let texts = changed(self.base.path(before.ty), self.now.path(after.ty));
            self.push(subject, Kind::ShapeType, item.as_str(), texts, (payload, Api::Major));
        }
        let (was, is) = (self.conditions(true, pair, before), self.conditions(false, pair, after));
        if was != is {
            let meaning = (Payload::Breaking, Api::Patch);
            self.push(subject, Kind::ShapeWhen, item.as_str(), changed(was, is), meaning);
        }
        let separable = |of: &Choice, wanted| emit::separable(of).any(|(i, _)| i == wanted);
        match (separable(base, old), separable(now, index)) {
            (false, true) => {
                let meaning = (Payload::Compatible, Api::Minor);
                self.push(subject, Kind::ConversionAdded, item.as_str(), (None, None), meaning);
            }
            (true, false) => {
                let meaning = (Payload::Compatible, Api::Major);
                self.push(subject, Kind::ConversionRemoved, item.as_str(), (None, None), meaning);
            }
            _ => {}
        }
        self.described(subject, &item, &before.about, &after.about);
    }

    /// When a body has a shape.
    fn conditions(&self, of_base: bool, pair: Pair<'_>, shape: &Shape) -> String {
        let (side, ty) = if of_base { (self.base, pair.base) } else { (self.now, pair.now) };
        let platform = &side.model[super::pairs::platform_of(side.model, &side.model[ty].owner)];
        let forms = shape.arrives.iter().filter_map(|form| platform.forms.get(usize::from(*form)));
        let forms: Vec<_> = forms.map(|form| form.name.as_str()).collect();
        let parts = [
            ("arrives in", forms.join(", ")),
            ("with", shape.present.join(", ")),
            ("without", shape.absent.join(", ")),
        ];
        let parts = parts.iter().filter(|(_, list)| !list.is_empty());
        let parts: Vec<_> = parts.map(|(word, list)| format!("{word} {list}")).collect();
        if parts.is_empty() { "always".to_owned() } else { parts.join(", ") }
    }
}

fn selector(of: &Selector) -> String {
    match of {
        Selector::Sibling(key) => format!("the field {key}"),
        Selector::Own(key) => format!("its key {key}"),
        Selector::Keys => "form and keys".to_owned(),
    }
}
