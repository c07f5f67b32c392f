//! Copies fields: `extends` between types, `same_as` between events. Then keys and siblings are checked on what came out.

use std::collections::BTreeMap;

use super::{Resolver, cycles::Edge, declare::Definition, report};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{EventId, Field, FieldType, Scalar, ScalarKind, Selector, TypeId, TypeKind},
    source::{Span, Spanned},
    syntax::{OrderedMap, RawField},
};

impl<'s> Resolver<'s> {
    pub(super) fn expand(&mut self) {
        let mut done = vec![false; self.model.types.len()];
        for id in (0..done.len()).map(TypeId) {
            self.extend(id, &mut done);
        }
        self.check_own_selectors();
        self.copy_bodies();
    }

    /// Puts the fields of its base before a type's own.
    fn extend(&mut self, id: TypeId, done: &mut [bool]) {
        if std::mem::replace(&mut done[id.0], true) {
            return;
        }
        let mut inherited = Vec::new();
        if let Some(base) = self.drafts[id.0].extends {
            self.extend(base, done);
            self.inherit_doubts(id, base);
            inherited = self.object_fields(base).to_vec();
            self.check_inherited(id, base, &inherited);
        }
        let TypeKind::Object(own) = &mut self.model.types[id.0].kind else { return };
        let first_own = inherited.len();
        own.retain(|field| inherited.iter().all(|other| other.key != field.key));
        own.splice(..0, inherited);
        self.check_form_keys(id, first_own);
        self.check_siblings(id, first_own);
    }

    /// The fields of an object; of anything else none.
    pub(super) fn object_fields(&self, id: TypeId) -> &[Field] {
        match &self.model[id].kind {
            TypeKind::Object(fields) => fields,
            _ => &[],
        }
    }

    fn check_inherited(&mut self, id: TypeId, base: TypeId, inherited: &[Field]) {
        for own in self.object_fields(id).to_vec() {
            if let Some(field) = inherited.iter().find(|field| field.key == own.key) {
                let message = format!("`{}` has the field `{}` already", self.label(base), own.key);
                self.report(
                    Diagnostic::new(Code::KeyTwice, own.span, message)
                        .also(field.span, format!("{} takes this one over by `extends`", self.label(id)))
                        .help("remove one of the two"),
                );
            }
        }
    }

    /// No two fields have the same key in one form.
    fn check_form_keys(&mut self, id: TypeId, first_own: usize) {
        let fields = self.object_fields(id);
        if fields.iter().all(|field| field.keys.is_empty()) {
            return;
        }
        let platform = self.platform_of(id);
        let mut clashes: BTreeMap<(usize, usize), (usize, String)> = BTreeMap::new();
        for form in 0..self.model[platform].forms.len() {
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for (index, field) in fields.iter().enumerate() {
                let Some(key) = field.key_in(form) else { continue };
                if let Some(first) = seen.insert(key, index)
                    && index >= first_own
                {
                    clashes.entry((first, index)).or_insert((form, key.to_owned()));
                }
            }
        }
        let reports = clashes.into_iter().map(|((first, second), (form, key))| {
            let (first, second) = (&fields[first], &fields[second]);
            let (one, other) = (self.key_span(id, first, form), self.key_span(id, second, form));
            let form = &self.model[platform].forms[form].name;
            let message = format!(
                "`{}` and `{}` have the same key `{key}` in the form `{form}`",
                first.key, second.key
            );
            Diagnostic::new(Code::KeyTwice, other, message)
                .also(one, "the other one")
                .help(format!("give one of them another key in `{form}`, or `none`"))
        });
        let reports: Vec<_> = reports.collect();
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// Where the key of a field in a form is written.
    fn key_span(&self, id: TypeId, field: &Field, form: usize) -> Span {
        let form = &self.model[self.platform_of(id)].forms[form].name;
        let raw = self.raw_fields(id).and_then(|fields| fields.get(&field.key));
        let key = raw.and_then(|raw| raw.keys.as_ref()?.get(form));
        key.map_or(field.span, |key| key.span)
    }

    /// A type's own fields as they were written.
    fn raw_fields(&self, id: TypeId) -> Option<&'s OrderedMap<RawField>> {
        match self.drafts[id.0].definition {
            Definition::Object { fields, .. } => fields,
            _ => None,
        }
    }

    /// What decides about a choice is a text of the same object.
    fn check_siblings(&mut self, id: TypeId, first_own: usize) {
        for index in first_own..self.object_fields(id).len() {
            let field = &self.object_fields(id)[index];
            let Some(key) = self.sibling(&field.ty) else { continue };
            let Some(raw) = self.raw_fields(id).and_then(|fields| fields.get(&field.key)) else { continue };
            let Some(by) = &raw.shape_by else { continue };
            self.check_listed_shapes(id, &key, raw);
            if let Some(report) = self.sibling_mistake(id, by, &key) {
                let draft = &self.drafts[id.0];
                if draft.whole && !draft.broken.contains(&key) {
                    self.report(report);
                }
                if let TypeKind::Object(fields) = &mut self.model.types[id.0].kind {
                    fields[index].ty = FieldType::Any;
                }
            }
        }
    }

    /// The sibling that decides about a field.
    fn sibling(&self, ty: &FieldType) -> Option<String> {
        match ty {
            FieldType::JsonText(inner) => self.sibling(inner),
            FieldType::Choice(id) => match &self.model[*id].kind {
                TypeKind::Choice(choice) => match &choice.by {
                    Selector::Sibling(key) => Some(key.clone()),
                    Selector::Own(_) | Selector::Keys => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn sibling_mistake(&self, id: TypeId, by: &Spanned<String>, key: &str) -> Option<Diagnostic> {
        let fields = self.object_fields(id);
        let Some(sibling) = fields.iter().find(|field| field.key == *key) else {
            let known = fields.iter().filter(|field| is_text(&field.ty)).map(|field| field.key.as_str());
            let create = "add a field of that name";
            return Some(report::unknown(Code::NoSibling, "sibling", by, known, create));
        };
        if is_text(&sibling.ty) {
            return None;
        }
        let message = format!("`{key}` decides about the shape, but it is no text");
        Some(
            Diagnostic::new(Code::SiblingNotText, by.span, message)
                .also(sibling.span, "this field")
                .help("name a field of type `string`"),
        )
    }

    /// Where the sibling lists its values, each shape belongs to one.
    fn check_listed_shapes(&mut self, id: TypeId, key: &str, raw: &RawField) {
        let Some(sibling) = self.object_fields(id).iter().find(|field| field.key == key) else { return };
        let FieldType::Scalar(Scalar { set: Some(set), .. }) = &sibling.ty else { return };
        let TypeKind::Texts(values) = &self.model[*set].kind else { return };
        let listed = |shape: &str| values.iter().any(|value| value.wire == shape);
        let create = format!("add it to the `values` of `{key}`");
        let shapes = raw.shapes.iter().flat_map(OrderedMap::keys).filter(|shape| !listed(shape));
        let reports = shapes.map(|shape| {
            let known = values.iter().map(|value| value.wire.as_str());
            report::unknown(Code::UnlistedShape, "value", shape, known, &create)
                .also(sibling.span, "the field that decides")
        });
        let reports: Vec<_> = reports.collect();
        self.diagnostics.extend(reports);
    }

    /// Where a shape declares the key that decides, it is a text too.
    fn check_own_selectors(&mut self) {
        let mut reports = Vec::new();
        for ty in &self.model.types {
            let TypeKind::Choice(choice) = &ty.kind else { continue };
            let Selector::Own(key) = &choice.by else { continue };
            for shape in &choice.shapes {
                let declared = self.object_fields(shape.ty).iter().find(|field| field.key == *key);
                let Some(field) = declared.filter(|field| !is_text(&field.ty)) else { continue };
                if self.drafts[shape.ty.0].broken.contains(key) {
                    continue;
                }
                let message =
                    format!("`{key}` decides about the shape, but it is no text in `{}`", shape.key);
                reports.push(
                    Diagnostic::new(Code::SiblingNotText, shape.span, message)
                        .also(field.span, "this field")
                        .help("make it a `string`, or leave it out: it is written back from the shape"),
                );
            }
        }
        reports.into_iter().for_each(|report| self.report(report));
    }

    /// Gives events that say `same_as` the body of the event they name.
    fn copy_bodies(&mut self) {
        let mut sources: BTreeMap<usize, usize> = BTreeMap::new();
        let mut edges = Vec::new();
        for index in 0..self.files.len() {
            let file = &self.files[index];
            let Definition::SameAs(name) = self.drafts[file.body.0].definition else { continue };
            match self.event_of_domain(EventId(index), name) {
                Some(target) => {
                    sources.insert(index, target.0);
                    edges.push(Edge { from: index, to: target.0, span: name.span });
                }
                None => self.drafts[self.files[index].body.0].whole = false,
            }
        }
        self.find_same_as_cycles(&edges);
        for index in 0..self.files.len() {
            self.copy_body(index, &mut sources);
        }
    }

    fn copy_body(&mut self, index: usize, sources: &mut BTreeMap<usize, usize>) {
        let body = self.files[index].body;
        let Some(source) = sources.remove(&index) else { return };
        if !matches!(self.drafts[body.0].definition, Definition::SameAs(_)) {
            return;
        }
        self.copy_body(source, sources);
        let source = self.files[source].body;
        self.model.types[body.0].kind = self.model[source].kind.clone();
        self.inherit_doubts(body, source);
    }

    /// What is not known about a type is not known about its copy either.
    fn inherit_doubts(&mut self, copy: TypeId, from: TypeId) {
        let broken = self.drafts[from.0].broken.clone();
        let whole = self.drafts[from.0].whole;
        let draft = &mut self.drafts[copy.0];
        draft.whole &= whole;
        draft.broken.extend(broken);
    }
}

fn is_text(ty: &FieldType) -> bool {
    matches!(ty, FieldType::Scalar(scalar) if scalar.kind == ScalarKind::Text)
}
