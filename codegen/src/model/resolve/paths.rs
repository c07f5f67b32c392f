//! Paths into a body, such as `message.message_id`.

use std::collections::BTreeSet;

use super::Resolver;
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{Choice, FieldType, TypeId, TypeKind},
    nearest::nearest,
    source::{Span, Spanned},
    syntax::lower::list_of,
};

/// Where a path goes wrong.
struct Mistake {
    /// The index of the key that does.
    step: usize,
    /// What to say about it; nothing where a mistake in a type was reported.
    message: Option<String>,
    help: String,
    /// What to write instead of the key.
    replacement: Option<String>,
}

impl Mistake {
    fn new(step: usize, message: String, help: String) -> Self {
        Mistake { step, message: Some(message), help, replacement: None }
    }

    /// A place that nothing is known about.
    fn silent(step: usize) -> Self {
        Mistake { step, message: None, help: String::new(), replacement: None }
    }
}

impl Resolver<'_> {
    /// Whether a path leads from a body to a scalar; if not, that is reported.
    pub(super) fn check_path(&mut self, body: TypeId, path: &Spanned<String>) {
        if path.is_empty() {
            return;
        }
        let steps: Vec<&str> = path.split('.').collect();
        let Err(Mistake { step, message: Some(message), help, replacement }) = self.walk(body, &steps, 0)
        else {
            return;
        };
        let place = self.step_span(path, &steps, step);
        let mut report = Diagnostic::new(Code::UnknownPath, place, message).help(help);
        if let Some(replacement) = replacement {
            report = report.suggest(place, replacement);
        }
        self.report(report);
    }

    /// The place of one key; of the whole path where it is not written as it is.
    fn step_span(&self, path: &Spanned<String>, steps: &[&str], step: usize) -> Span {
        let start: usize = steps[..step].iter().map(|key| key.len() + 1).sum();
        let offset = self.written(path.span).find(path.as_str());
        offset.map_or(path.span, |offset| {
            let start = path.span.start + offset + start;
            Span { start, end: start + steps[step].len(), ..path.span }
        })
    }

    fn walk(&self, id: TypeId, steps: &[&str], step: usize) -> Result<(), Mistake> {
        match &self.model[id].kind {
            TypeKind::Object(_) => self.walk_object(id, steps, step),
            TypeKind::Choice(choice) => self.walk_choice(id, choice, steps, step),
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => Ok(()),
        }
    }

    /// One shape that has it is enough; else the one that comes farthest says why not.
    fn walk_choice(&self, id: TypeId, choice: &Choice, steps: &[&str], step: usize) -> Result<(), Mistake> {
        let mut farthest: Option<Mistake> = None;
        for shape in &choice.shapes {
            match self.walk(shape.ty, steps, step) {
                Ok(()) => return Ok(()),
                Err(mistake) if mistake.message.is_none() => return Err(mistake),
                Err(mistake) if farthest.as_ref().is_none_or(|other| mistake.step > other.step) => {
                    farthest = Some(mistake);
                }
                Err(_) => {}
            }
        }
        let fields = choice.shapes.iter().flat_map(|shape| self.object_fields(shape.ty));
        let known: BTreeSet<&str> = fields.map(|field| field.key.as_str()).collect();
        match farthest {
            Some(mistake) if self.drafts[id.0].whole => Err(if known.contains(steps[step]) {
                mistake
            } else {
                no_field(
                    step,
                    steps[step],
                    format!("no shape of `{}` has a field `{}`", self.label(id), steps[step]),
                    known,
                )
            }),
            _ => Err(Mistake::silent(step)),
        }
    }

    fn walk_object(&self, id: TypeId, steps: &[&str], step: usize) -> Result<(), Mistake> {
        let (key, fields, draft) = (steps[step], self.object_fields(id), &self.drafts[id.0]);
        if draft.broken.contains(key) {
            return Err(Mistake::silent(step));
        }
        if let Some(field) = fields.iter().find(|field| field.key == key) {
            return self.walk_type(&field.ty, steps, step);
        }
        if !draft.whole {
            return Err(Mistake::silent(step));
        }
        let message = format!("`{}` has no field `{key}`", self.label(id));
        Err(no_field(step, key, message, fields.iter().map(|field| field.key.as_str())))
    }

    fn walk_type(&self, ty: &FieldType, steps: &[&str], step: usize) -> Result<(), Mistake> {
        let (key, ends) = (steps[step], step + 1 == steps.len());
        let mistake =
            |what: &str, help: &str| Err(Mistake::new(step, format!("`{key}` is {what}"), help.to_owned()));
        match ty {
            // Nothing is known about the inside.
            FieldType::Any => Ok(()),
            FieldType::JsonText(inner) => self.walk_type(inner, steps, step),
            FieldType::List(_) => {
                mistake("a list, which has no single value", "name a field outside of the list")
            }
            FieldType::Scalar(_) if ends => Ok(()),
            FieldType::Scalar(_) => mistake("no object", "end the path here, or name an object"),
            _ if ends => mistake("no single value", "go on to a text, number or boolean inside of it"),
            FieldType::Map(inner) => self.walk_type(inner, steps, step + 1),
            FieldType::Object(id) | FieldType::Choice(id) => self.walk(*id, steps, step + 1),
        }
    }
}

fn no_field<'a>(
    step: usize,
    key: &str,
    message: String,
    known: impl IntoIterator<Item = &'a str>,
) -> Mistake {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(key, known.iter().copied()) {
        Some(near) => {
            let mistake = Mistake::new(step, message, format!("did you mean `{near}`?"));
            Mistake { replacement: Some(near.to_owned()), ..mistake }
        }
        None => Mistake::new(step, message, format!("it has {}", list_of(&known, "and"))),
    }
}
