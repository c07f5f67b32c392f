//! Choices between shapes.

use std::collections::BTreeSet;

use super::{
    Resolver,
    cycles::Edge,
    declare::{Definition, Draft, empty_type},
    report,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{Choice, FieldType, FormKey, PlatformId, Role, Selector, Shape, TypeId, TypeKind, TypeName},
    source::Spanned,
    syntax::{OrderedMap, RawField, RawShape},
};

impl<'s> Resolver<'s> {
    /// A choice that is a type, or the body of an event.
    pub(super) fn define_choice(
        &mut self,
        id: TypeId,
        by: Option<&Spanned<String>>,
        shapes: &OrderedMap<RawShape>,
        event: bool,
    ) {
        let by = by.map_or(Selector::Keys, |key| Selector::Own(key.value.clone()));
        self.fill_choice(id, by, shapes, event);
    }

    /// The choice of a field by its sibling, in place of its type.
    pub(super) fn field_choice(
        &mut self,
        owner: TypeId,
        key: &Spanned<String>,
        raw: &RawField,
        ty: FieldType,
    ) -> Option<FieldType> {
        let (by, shapes) = match (&raw.shape_by, &raw.shapes) {
            (None, None) => return Some(ty),
            (Some(by), Some(shapes)) => (by, shapes),
            (by, _) => {
                let (there, missing, help) = match by {
                    Some(_) => ("shape_by", "shapes", "add `shapes`: a type for each value of the sibling"),
                    None => ("shapes", "shape_by", "add `shape_by`: the sibling that decides"),
                };
                let place = by.as_ref().map_or(key.span, |by| by.span);
                let message = format!("`{}` has `{there}` but no `{missing}`", key.value);
                self.report_missing(Diagnostic::new(Code::UnclearShapes, place, message).help(help));
                return None;
            }
        };
        let in_text = match &ty {
            FieldType::Any => false,
            FieldType::JsonText(inner) if **inner == FieldType::Any => true,
            _ => {
                let message = format!(
                    "shapes belong to `json` or `any`, but the type is `{}`",
                    self.written(raw.ty.span)
                );
                let help = "write `json` if the value is JSON inside a text, `any` if it is a plain object";
                self.report(Diagnostic::new(Code::UnclearShapes, raw.ty.span, message).help(help));
                return None;
            }
        };
        let of = self.model[owner].owner.clone();
        let name = TypeName::Field(owner, key.value.clone());
        let choice = empty_type(&of, Role::Part, name, &raw.about, key.span);
        let scope = self.drafts[owner.0].scope;
        let draft = Draft::new(scope, Definition::Made, true);
        let id = self.add_type(choice, draft);
        self.edges.push(Edge { from: owner.0, to: id.0, span: key.span });
        self.fill_choice(id, Selector::Sibling(by.value.clone()), shapes, false);
        let choice = FieldType::Choice(id);
        Some(if in_text { FieldType::JsonText(Box::new(choice)) } else { choice })
    }

    fn fill_choice(&mut self, id: TypeId, by: Selector, raw: &OrderedMap<RawShape>, event: bool) {
        if raw.is_empty() {
            let (message, place) = ("a choice without shapes", self.model[id].span);
            let help = "add the shapes: a value and its type each";
            self.report_missing(Diagnostic::new(Code::UnclearShapes, place, message).help(help));
        }
        let mut shapes = Vec::new();
        for (key, raw) in raw {
            self.check_conditions(key, raw, &by, event);
            shapes.extend(self.shape(id, key, raw));
        }
        let bound = |(raw, shape): (&RawShape, &Shape)| {
            raw.arrives.as_ref().map_or(0, Vec::len) == shape.arrives.len()
        };
        let all_bound = shapes.len() == raw.len() && raw.iter().map(|(_, raw)| raw).zip(&shapes).all(bound);
        if by == Selector::Keys && all_bound {
            self.check_reachable(&shapes);
        }
        self.model.types[id.0].kind = TypeKind::Choice(Choice { by, shapes });
    }

    fn shape(&mut self, choice: TypeId, key: &Spanned<String>, raw: &RawShape) -> Option<Shape> {
        let arrives = self.forms(self.platform_of(choice), raw.arrives.iter().flatten());
        let ty = self.object_type(choice, &raw.ty);
        let texts = |list: Option<&Vec<Spanned<String>>>| {
            list.into_iter().flatten().map(|text| text.value.clone()).collect()
        };
        if ty.is_none() {
            self.drafts[choice.0].whole = false;
        }
        Some(Shape {
            key: key.value.clone(),
            name: raw.name.as_ref().map(|name| name.value.clone()),
            about: raw.about.as_ref().map_or(String::new(), |about| about.value.clone()),
            arrives,
            present: texts(raw.when.as_ref().and_then(|when| when.present.as_ref())),
            absent: texts(raw.when.as_ref().and_then(|when| when.absent.as_ref())),
            ty: ty?,
            span: key.span,
        })
    }

    /// Conditions decide only where no key does.
    fn check_conditions(&mut self, key: &Spanned<String>, raw: &RawShape, by: &Selector, event: bool) {
        let condition = match (&raw.arrives, &raw.when) {
            (Some(_), _) => "arrives",
            (None, Some(_)) => "when",
            (None, None) => return,
        };
        if *by == Selector::Keys {
            return;
        }
        let message = format!("the shape `{}` has `{condition}` although `shape_by` decides", key.value);
        let help = if event {
            format!("remove `{condition}`, or remove `shape_by` so that conditions decide")
        } else {
            format!("remove `{condition}`; conditions belong to the shapes of a whole event")
        };
        self.report(Diagnostic::new(Code::UnclearShapes, key.span, message).help(help));
    }

    /// The first shape that matches wins, so an earlier one must not match whatever a later one does.
    fn check_reachable(&mut self, shapes: &[Shape]) {
        for (index, shape) in shapes.iter().enumerate() {
            let covers = |earlier: &&Shape| {
                let all = |few: &[String], many: &[String]| few.iter().all(|key| many.contains(key));
                let forms = earlier.arrives.is_empty()
                    || (!shape.arrives.is_empty()
                        && shape.arrives.iter().all(|form| earlier.arrives.contains(form)));
                forms && all(&earlier.present, &shape.present) && all(&earlier.absent, &shape.absent)
            };
            if let Some(earlier) = shapes[..index].iter().find(covers) {
                let message = format!("the shape `{}` is never reached", shape.key);
                self.report(
                    Diagnostic::new(Code::UnclearShapes, shape.span, message)
                        .also(earlier.span, "this one matches first")
                        .help("put the one with more conditions first, or add conditions"),
                );
            }
        }
    }

    /// Every key in a condition belongs to a shape or to the envelope beside it.
    pub(super) fn check_shape_keys(&mut self) {
        for index in 0..self.files.len() {
            let file = &self.files[index];
            let Definition::Choice { by: None, shapes, .. } = self.drafts[file.body.0].definition else {
                continue;
            };
            let TypeKind::Choice(choice) = &self.model[file.body].kind else { continue };
            let whole = |id: TypeId| self.drafts[id.0].whole;
            if !whole(file.body) || !choice.shapes.iter().all(|shape| whole(shape.ty)) {
                continue;
            }
            let fields = choice.shapes.iter().flat_map(|shape| self.object_fields(shape.ty));
            let in_forms = |key: &FormKey| match key {
                FormKey::Key(key) => Some(key.clone()),
                FormKey::Own | FormKey::Absent => None,
            };
            let mut known: BTreeSet<String> = fields
                .flat_map(|field| {
                    std::iter::once(field.key.clone()).chain(field.keys.iter().filter_map(in_forms))
                })
                .collect();
            known.extend(self.model[file.platform].forms.iter().flat_map(|form| form.envelope.clone()));
            let conditions = shapes.iter().filter_map(|(_, raw)| raw.when.as_ref());
            let keys = conditions.flat_map(|when| when.present.iter().chain(&when.absent).flatten());
            for key in keys.filter(|key| !key.is_empty() && !known.contains(&key.value)) {
                let report = report::unknown(
                    Code::UnknownPath,
                    "key",
                    key,
                    known.iter().map(String::as_str),
                    "describe it as a field of one of the shapes",
                );
                self.diagnostics.push(report);
            }
        }
    }

    /// Wire forms by their names.
    pub(super) fn forms<'n>(
        &mut self,
        platform: PlatformId,
        names: impl Iterator<Item = &'n Spanned<String>>,
    ) -> Vec<u8> {
        names.filter_map(|name| self.form(platform, name)).collect()
    }

    /// A wire form by its name.
    pub(super) fn form(&mut self, platform: PlatformId, name: &Spanned<String>) -> Option<u8> {
        let forms = &self.model[platform].forms;
        if let Some(index) = forms.iter().position(|form| form.name == name.value) {
            return u8::try_from(index).ok();
        }
        if self.platforms[platform.0].platform.whole && !name.is_empty() {
            let known = forms.iter().map(|form| form.name.as_str());
            let report = report::unknown(
                Code::UnknownForm,
                "wire form",
                name,
                known,
                "declare it under `forms` in `platform.yaml`",
            );
            self.report(report);
        }
        None
    }
}
