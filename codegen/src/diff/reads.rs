//! Whether what a type of the base read is read by a type of now.

use workplace_events_runtime::table;

use super::{Both, Payload, members::kept};
use crate::model::{
    Choice, Constraints, Field, FieldType, Presence, Scalar, ScalarKind, TimeFormat, TypeId, TypeKind,
    WireType,
};

impl Both<'_> {
    /// A type of the base beside one of now. What changed in types that belong together is told with them.
    pub(super) fn reads(&self, base: &FieldType, now: &FieldType) -> Payload {
        match (base, now) {
            (FieldType::Scalar(base), FieldType::Scalar(now)) => self.reads_scalar(base, now),
            (FieldType::JsonText(base), FieldType::JsonText(now))
            | (FieldType::List(base), FieldType::List(now))
            | (FieldType::Map(base), FieldType::Map(now)) => self.reads(base, now),
            (FieldType::Object(base), FieldType::Object(now))
            | (FieldType::Choice(base), FieldType::Choice(now)) => self.reads_type(*base, *now),
            // The text itself instead of what is in it.
            (FieldType::JsonText(_), FieldType::Scalar(now)) if is_text(now) => Payload::Compatible,
            (FieldType::JsonText(_), _) => Payload::Breaking,
            (FieldType::Any, FieldType::Any) => Payload::Compatible,
            // What is no listed shape is kept as it is.
            (FieldType::Any, FieldType::Choice(_)) => Payload::Lossy,
            (FieldType::Any, _) => Payload::Breaking,
            (_, FieldType::Any) => Payload::Compatible,
            // A bare value is tolerated, but a text would be taken apart.
            (FieldType::Scalar(_), FieldType::JsonText(_)) => Payload::Breaking,
            (base, FieldType::JsonText(now)) => self.reads(base, now),
            _ => Payload::Breaking,
        }
    }

    /// The same for types: objects field by field, choices shape by shape.
    pub(super) fn reads_type(&self, base: TypeId, now: TypeId) -> Payload {
        if self.pairs.types.now(base) == Some(now) {
            return Payload::Compatible;
        }
        match (&self.base.model[base].kind, &self.now.model[now].kind) {
            (TypeKind::Object(base), TypeKind::Object(now)) => self.reads_fields(base, now),
            (TypeKind::Choice(base), TypeKind::Choice(now)) => self.reads_choice(base, now),
            _ => Payload::Breaking,
        }
    }

    fn reads_fields(&self, base: &[Field], now: &[Field]) -> Payload {
        let missing = now.iter().filter(|field| field.presence == Presence::Always).any(|field| {
            !base.iter().any(|other| other.key == field.key && other.presence == Presence::Always)
        });
        let fields = base.iter().map(|field| match now.iter().find(|other| other.key == field.key) {
            None => Payload::Lossy,
            Some(other) => self.reads(&field.ty, &other.ty),
        });
        fields.max().unwrap_or(Payload::Compatible).max(if missing {
            Payload::Lossy
        } else {
            Payload::Compatible
        })
    }

    fn reads_choice(&self, base: &Choice, now: &Choice) -> Payload {
        if base.by != now.by {
            return Payload::Breaking;
        }
        let shapes =
            base.shapes.iter().map(|shape| match now.shapes.iter().find(|other| other.key == shape.key) {
                None => Payload::Lossy,
                Some(other) => self.reads_type(shape.ty, other.ty),
            });
        shapes.max().unwrap_or(Payload::Compatible)
    }

    fn reads_scalar(&self, base: &Scalar, now: &Scalar) -> Payload {
        let values = match (base.set, now.set) {
            // Values that are not listed are drift.
            (None, Some(_)) => Payload::Lossy,
            (Some(base), Some(now)) if self.pairs.types.now(base) != Some(now) => self.reads_set(base, now),
            _ => Payload::Compatible,
        };
        let fits = if wires(base).iter().all(|wire| wires(now).contains(wire)) {
            Payload::Compatible
        } else {
            Payload::Lossy
        };
        reads_kind(base.kind, now.kind).max(values).max(fits)
    }

    fn reads_set(&self, base: TypeId, now: TypeId) -> Payload {
        let all = match (&self.base.model[base].kind, &self.now.model[now].kind) {
            (TypeKind::Texts(base), TypeKind::Texts(now)) => kept(base, now),
            (TypeKind::Ints(base), TypeKind::Ints(now)) | (TypeKind::Flags(base), TypeKind::Flags(now)) => {
                kept(base, now)
            }
            _ => false,
        };
        if all { Payload::Compatible } else { Payload::Lossy }
    }
}

fn is_text(of: &Scalar) -> bool {
    of.kind == ScalarKind::Text && of.set.is_none()
}

/// The wire types that are no drift.
fn wires(of: &Scalar) -> Vec<WireType> {
    let declared = table::Scalar { kind: of.kind, in_text: of.in_text, ..table::Scalar::TEXT }.wire_type();
    let mut wires = vec![declared];
    // A number without a fraction is a number.
    wires.extend((declared == WireType::Float).then_some(WireType::Int));
    wires.extend(&of.accepts);
    wires
}

/// What becomes of the value, whatever its wire type.
fn reads_kind(base: ScalarKind, now: ScalarKind) -> Payload {
    use ScalarKind::{Float, Int, Text, Time};
    match (base, now) {
        (base, now) if base == now => Payload::Compatible,
        (_, Text) | (Int, Float) => Payload::Compatible,
        (Int | Float, Time(TimeFormat::FractionalS)) | (Time(TimeFormat::FractionalS), Float) => {
            Payload::Compatible
        }
        (Int, Time(now)) if now.wire_type() == WireType::Int => Payload::Compatible,
        (Time(base), Int | Float) if base.wire_type() == WireType::Int => Payload::Compatible,
        (Time(base), Time(TimeFormat::UnixAuto)) if base.wire_type() == WireType::Int => Payload::Compatible,
        (Time(TimeFormat::UnixS), Time(TimeFormat::FractionalS)) => Payload::Compatible,
        // The text is kept, but may be in another form.
        (Text, Time(now)) if now.wire_type() == WireType::Text => Payload::Lossy,
        (Time(base), Time(now))
            if (base.wire_type(), now.wire_type()) == (WireType::Text, WireType::Text) =>
        {
            Payload::Lossy
        }
        _ => Payload::Breaking,
    }
}

/// Constraints of the base beside those of now: what was allowed may be refused.
pub(super) fn constraints(base: &Constraints, now: &Constraints) -> Payload {
    fn at_least<T: PartialOrd>(base: Option<T>, now: Option<T>) -> bool {
        now.is_none_or(|now| base.is_some_and(|base| base >= now))
    }
    fn at_most<T: PartialOrd>(base: Option<T>, now: Option<T>) -> bool {
        now.is_none_or(|now| base.is_some_and(|base| base <= now))
    }
    let wider = at_least(base.min_len, now.min_len)
        && at_most(base.max_len, now.max_len)
        && at_least(base.min_items, now.min_items)
        && at_most(base.max_items, now.max_items)
        && at_least(base.min, now.min)
        && at_most(base.max, now.max)
        && (now.pattern.is_none() || now.pattern == base.pattern)
        && (now.constant.is_none() || now.constant == base.constant);
    if wider { Payload::Compatible } else { Payload::Lossy }
}
