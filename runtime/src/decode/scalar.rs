//! Scalars: what is declared, what came, and whether one can be read as the other.

use std::borrow::Cow;

use super::{Place, Taken, Walk, range};
use crate::{
    drift::DriftKind,
    json::reader::number_value,
    table::{Constraints, Scalar, ScalarKind, TimeFormat, Values, WireType},
    value::Value,
};

/// A scalar as it came.
pub(super) enum Wire<'w> {
    Bool(bool),
    /// As it was written, so that no digit is lost.
    Number(&'w str),
    Text(Cow<'w, str>),
}

impl Wire<'_> {
    pub(super) fn wire_type(&self) -> WireType {
        match self {
            Wire::Bool(_) => WireType::Bool,
            Wire::Number(digits) if digits.bytes().all(|b| b.is_ascii_digit() || b == b'-') => WireType::Int,
            Wire::Number(_) => WireType::Float,
            Wire::Text(_) => WireType::Text,
        }
    }

    pub(super) fn into_json(self) -> serde_json::Value {
        match self {
            Wire::Bool(bool) => bool.into(),
            Wire::Number(digits) => number_value(digits),
            Wire::Text(text) => text.into_owned().into(),
        }
    }

    fn as_text(&self) -> &str {
        match self {
            Wire::Bool(true) => "true",
            Wire::Bool(false) => "false",
            Wire::Number(digits) => digits,
            Wire::Text(text) => text,
        }
    }

    fn to_int(&self) -> Option<i64> {
        match self {
            Wire::Number(digits) => digits.parse().ok().or_else(|| whole(digits.parse().ok()?)),
            Wire::Text(text) => text.trim().parse().ok(),
            Wire::Bool(_) => None,
        }
    }

    fn to_float(&self) -> Option<f64> {
        match self {
            // Whole numbers above 2^53 lose digits here, as they do in every JSON reader with floats.
            Wire::Number(digits) => digits.parse().ok(),
            Wire::Text(text) => text.trim().parse().ok(),
            Wire::Bool(_) => None,
        }
        .filter(|float: &f64| float.is_finite())
    }

    fn to_bool(&self) -> Option<bool> {
        match self {
            Wire::Bool(bool) => Some(*bool),
            Wire::Number("0") => Some(false),
            Wire::Number("1") => Some(true),
            Wire::Text(text) => match text.trim() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A float without a fraction, within the range in which floats count exactly.
fn whole(float: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
}

/// Reads a scalar into its slot.
pub(super) fn take(
    walk: &mut Walk<'_>,
    place: &Place<'_>,
    scalar: &Scalar<'_>,
    slot: &mut dyn Value,
    wire: Wire<'_>,
) -> Taken {
    let stored = match scalar.kind {
        ScalarKind::Text => slot.set_text(wire.as_text()),
        ScalarKind::Int => wire.to_int().is_some_and(|int| slot.open().set_int(int)),
        ScalarKind::Float => wire.to_float().is_some_and(|float| slot.open().set_float(float)),
        ScalarKind::Bool => wire.to_bool().is_some_and(|bool| slot.open().set_bool(bool)),
        ScalarKind::Time(TimeFormat::FractionalS) => {
            wire.to_float().is_some() && slot.set_text(wire.as_text().trim())
        }
        ScalarKind::Time(format) if format.wire_type() == WireType::Int => {
            wire.to_int().is_some_and(|int| slot.open().set_int(int))
        }
        ScalarKind::Time(_) => matches!(wire, Wire::Text(_)) && slot.set_text(wire.as_text()),
    };
    if !stored {
        walk.report(place.path, DriftKind::WrongType, || (describe(scalar), show(&wire)));
        return Taken::No;
    }
    let (declared, found) = (scalar.wire_type(), wire.wire_type());
    let float_as_int = declared == WireType::Float && found == WireType::Int;
    if found != declared && !float_as_int && !scalar.accepts.contains(&found) {
        walk.wrong_type(place, found);
    }
    if let ScalarKind::Time(format) = scalar.kind
        && format.wire_type() == WireType::Text
        && let Wire::Text(text) = &wire
        && !crate::time::fits(format, text)
    {
        walk.wrong_type(place, "a text in another form");
    }
    known(walk, place, scalar, &wire);
    if let (Some(matches), Some(of)) = (walk.matches, place.of) {
        constraints(walk, place, scalar, of, &wire, matches);
    }
    Taken::Yes
}

fn known(walk: &mut Walk<'_>, place: &Place<'_>, scalar: &Scalar<'_>, wire: &Wire<'_>) {
    let known = match scalar.values {
        Values::Free => true,
        Values::Texts(texts) => texts.contains(&wire.as_text()),
        Values::Ints(ints) => wire.to_int().is_none_or(|int| ints.contains(&int)),
        Values::Flags(masks) => {
            let all = masks.iter().fold(0, |all, mask| all | mask);
            wire.to_int().is_none_or(|int| int & !all == 0)
        }
    };
    if !known {
        walk.report(place.path, DriftKind::UnknownValue, || ("a known value".into(), show(wire)));
    }
}

fn constraints(
    walk: &mut Walk<'_>,
    place: &Place<'_>,
    scalar: &Scalar<'_>,
    of: &Constraints<'_>,
    wire: &Wire<'_>,
    matches: super::Matches<'_>,
) {
    let text = wire.as_text();
    let mut broken = |expected: String| {
        walk.report(place.path, DriftKind::Constraint, || (expected, show(wire)));
    };
    let length = text.chars().count() as u64;
    if of.min_len.is_some_and(|min| length < min) || of.max_len.is_some_and(|max| length > max) {
        broken(format!("{} (it has {length})", range("characters", of.min_len, of.max_len)));
    }
    if let Some(float) = wire.to_float() {
        if let Some(min) = of.min.filter(|min| float < *min) {
            broken(format!("at least {min}"));
        }
        if let Some(max) = of.max.filter(|max| float > *max) {
            broken(format!("at most {max}"));
        }
    }
    if let Some(pattern) = of.pattern.filter(|pattern| !matches(pattern, text)) {
        broken(format!("a text that matches `{pattern}`"));
    }
    if let Some(constant) = of.constant
        && let Ok(expected) = serde_json::from_str::<serde_json::Value>(constant)
        && !crate::equivalent::scalars(scalar, &expected, &text.into())
    {
        broken(format!("the value {constant}"));
    }
}

/// A scalar in the words of a message.
pub(super) fn describe(scalar: &Scalar<'_>) -> String {
    use TimeFormat as F;
    let what = match scalar.kind {
        ScalarKind::Text => return "a text".into(),
        ScalarKind::Int => "an integer",
        ScalarKind::Float => "a number",
        ScalarKind::Bool => "a boolean",
        ScalarKind::Time(F::UnixS) => "a time in seconds",
        ScalarKind::Time(F::UnixMs) => "a time in milliseconds",
        ScalarKind::Time(F::UnixUs) => "a time in microseconds",
        ScalarKind::Time(F::UnixAuto) => "a time in seconds, milliseconds or microseconds",
        ScalarKind::Time(F::FractionalS) => "a time in seconds with a fraction",
        ScalarKind::Time(F::Rfc3339) => "a time like 2024-05-01T08:00:00+08:00",
        ScalarKind::Time(F::Datetime) => "a time like 2024-05-01 08:00:00",
        ScalarKind::Time(F::DatetimeMinute) => "a time like 2024-05-01 08:00",
        ScalarKind::Time(F::Date) => "a date like 2024-05-01",
        ScalarKind::Time(F::CompactDate) => "a date like 20240501",
    };
    if scalar.in_text { format!("{what} in a text") } else { what.into() }
}

/// A value in the words of a message: short, and never a long text.
fn show(wire: &Wire<'_>) -> String {
    match wire {
        Wire::Text(text) if text.chars().count() > 40 => "a long text".into(),
        Wire::Text(text) => format!("the text {text:?}"),
        other => other.as_text().to_owned(),
    }
}
