//! What the platform promises about a value.

use serde_json::Value;

use super::Resolver;
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{Constraints, FieldType, Scalar, ScalarKind, TimeFormat, WireType},
    source::{Span, Spanned},
    syntax::RawField,
};

impl Resolver<'_> {
    pub(super) fn constraints(&mut self, raw: &RawField, ty: &FieldType) -> Constraints {
        self.check_fit(raw, ty);
        self.check_bounds(raw, ty);
        self.check_pattern(raw);
        self.check_constant(raw, ty);
        let value = |bound: &Option<Spanned<u64>>| bound.as_ref().map(|bound| bound.value);
        let number = |bound: &Option<Spanned<f64>>| bound.as_ref().map(|bound| bound.value);
        Constraints {
            min_len: value(&raw.min_len),
            max_len: value(&raw.max_len),
            min_items: value(&raw.min_items),
            max_items: value(&raw.max_items),
            min: number(&raw.min),
            max: number(&raw.max),
            pattern: raw.pattern.as_ref().map(|pattern| pattern.value.clone()),
            constant: raw.constant.as_ref().map(|constant| constant.value.0.to_string()),
        }
    }

    /// Whether each constraint says something about the type.
    fn check_fit(&mut self, raw: &RawField, ty: &FieldType) {
        let kind = ty.innermost().map(|scalar| scalar.kind);
        let text = kind == Some(ScalarKind::Text);
        let number = match kind {
            Some(ScalarKind::Int | ScalarKind::Float) => true,
            Some(ScalarKind::Time(format)) => format.wire_type() != WireType::Text,
            _ => false,
        };
        let entries = ty.has_entries();
        let given = [
            ("min_len", place(&raw.min_len), text, "texts"),
            ("max_len", place(&raw.max_len), text, "texts"),
            ("pattern", place(&raw.pattern), text, "texts"),
            ("min_items", place(&raw.min_items), entries, "lists and maps"),
            ("max_items", place(&raw.max_items), entries, "lists and maps"),
            ("min", place(&raw.min), number, "numbers and numeric times"),
            ("max", place(&raw.max), number, "numbers and numeric times"),
            ("const", place(&raw.constant), kind.is_some(), "texts, numbers and booleans"),
        ];
        for (name, place, fits, of) in given {
            let Some(place) = place.filter(|_| !fits) else { continue };
            let message =
                format!("`{name}` belongs to {of}, but the type is `{}`", self.written(raw.ty.span));
            self.report(
                Diagnostic::new(Code::ConstraintNotAllowed, place, message)
                    .also(raw.ty.span, "")
                    .help(format!("remove `{name}`, or change the type")),
            );
        }
    }

    fn check_bounds(&mut self, raw: &RawField, ty: &FieldType) {
        self.check_order(&raw.min_len, &raw.max_len, ["min_len", "max_len"]);
        self.check_order(&raw.min_items, &raw.max_items, ["min_items", "max_items"]);
        self.check_order(&raw.min, &raw.max, ["min", "max"]);
        if !matches!(ty.innermost(), Some(Scalar { kind: ScalarKind::Int, .. })) {
            return;
        }
        for bound in [&raw.min, &raw.max].into_iter().flatten() {
            if bound.value.fract() != 0.0 {
                let message = format!("the bound `{}` of an integer is no integer", bound.value);
                self.report(
                    Diagnostic::new(Code::BadBounds, bound.span, message).help("write a whole number"),
                );
            }
        }
    }

    fn check_order<T: PartialOrd + std::fmt::Display>(
        &mut self,
        min: &Option<Spanned<T>>,
        max: &Option<Spanned<T>>,
        names: [&str; 2],
    ) {
        let (Some(min), Some(max)) = (min, max) else { return };
        if min.value > max.value {
            let message = format!("`{}` is above `{}`, so that no value fits", names[0], names[1]);
            self.report(
                Diagnostic::new(Code::BadBounds, min.span, message)
                    .also(max.span, format!("`{}`", names[1]))
                    .help("swap them, or mend one of them"),
            );
        }
    }

    fn check_pattern(&mut self, raw: &RawField) {
        let Some(pattern) = raw.pattern.as_ref() else { return };
        if let Err(error) = regex_lite::Regex::new(pattern) {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim();
            self.report(
                Diagnostic::new(Code::BadPattern, pattern.span, "the pattern is no regular expression")
                    .label(reason)
                    .help("mend it; a backslash before a special character takes it literally"),
            );
        }
    }

    fn check_constant(&mut self, raw: &RawField, ty: &FieldType) {
        let (Some(constant), Some(scalar)) = (&raw.constant, ty.innermost()) else { return };
        let value = &constant.value.0;
        let (fits, wanted) = match scalar.kind {
            ScalarKind::Int => (value.is_i64(), "an integer"),
            ScalarKind::Time(format) if is_integer(format) => (value.is_i64(), "an integer"),
            ScalarKind::Float | ScalarKind::Time(TimeFormat::FractionalS) => (value.is_number(), "a number"),
            ScalarKind::Bool => (value.is_boolean(), "`true` or `false`"),
            ScalarKind::Text | ScalarKind::Time(_) => (value.is_string(), "a text"),
        };
        // Null is the placeholder of a value that could not be read.
        if fits || *value == Value::Null {
            return;
        }
        let message = format!("`const` should be {wanted}, as the type is `{}`", self.written(raw.ty.span));
        let report = Diagnostic::new(Code::BadValue, constant.span, message).also(raw.ty.span, "");
        self.report(match value {
            Value::String(text) if text.parse::<f64>().is_ok() => {
                report.help(format!("write {wanted}, without quotes"))
            }
            other if wanted == "a text" => report.help(format!("quote it: \"{other}\"")),
            _ => report.help(format!("write {wanted}")),
        });
    }
}

fn place<T>(value: &Option<Spanned<T>>) -> Option<Span> {
    value.as_ref().map(|value| value.span)
}

fn is_integer(format: TimeFormat) -> bool {
    format.wire_type() == WireType::Int
}

impl FieldType {
    /// The scalar inside of lists, maps and JSON texts.
    pub(crate) fn innermost(&self) -> Option<&Scalar> {
        match self {
            FieldType::Scalar(scalar) => Some(scalar),
            FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => inner.innermost(),
            FieldType::Any | FieldType::Object(_) | FieldType::Choice(_) => None,
        }
    }

    /// Whether it has entries to count.
    fn has_entries(&self) -> bool {
        match self {
            FieldType::JsonText(inner) => inner.has_entries(),
            FieldType::List(_) | FieldType::Map(_) => true,
            _ => false,
        }
    }
}
