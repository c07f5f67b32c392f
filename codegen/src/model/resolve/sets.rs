//! Known values and bits.

use super::{
    Resolver,
    declare::{Definition, Draft, Known, deprecated, empty_type},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{FieldType, Role, Scalar, ScalarKind, TypeId, TypeKind, TypeName, Value},
    source::Spanned,
    syntax::{OrderedMap, RawField, RawValue},
};

impl<'s> Resolver<'s> {
    /// Gives the innermost scalar of a field the field's own values or bits.
    pub(super) fn own_set(
        &mut self,
        owner: TypeId,
        key: &'s Spanned<String>,
        raw: &'s RawField,
        ty: &mut FieldType,
    ) {
        let known = match (&raw.values, &raw.flags) {
            (Some(values), _) => Known::Values(values),
            (None, Some(flags)) => Known::Flags(flags),
            (None, None) => return,
        };
        let written = self.written(raw.ty.span);
        let scalar = match ty.innermost_mut() {
            Some(Scalar { set: Some(named), .. }) => {
                let declared = self.model[*named].span;
                let code = known.code();
                self.report(
                    Diagnostic::new(code, raw.ty.span, format!("`{written}` has its own known values"))
                        .also(declared, "declared here")
                        .help("add the values there, or write `string` or `int` here"),
                );
                return;
            }
            Some(scalar) if known.fits(scalar.kind) => scalar,
            _ => {
                let (name, wanted) = match known {
                    Known::Values(_) => ("values", "a text or an integer"),
                    Known::Flags(_) => ("flags", "an integer"),
                };
                let message = format!("`{name}` belongs to {wanted}, but the type is `{written}`");
                let help = format!("change the type, or remove `{name}`");
                self.report(Diagnostic::new(known.code(), raw.ty.span, message).help(help));
                return;
            }
        };
        let kind = self.set_kind(scalar.kind, known, key);
        let of = self.model[owner].owner.clone();
        let name = TypeName::Field(owner, key.value.clone());
        let mut set = empty_type(&of, Role::Part, name, &raw.about, key.span);
        set.kind = kind;
        let scope = self.drafts[owner.0].scope;
        let draft = Draft::new(scope, Definition::Made, true);
        scalar.set = Some(self.add_type(set, draft));
    }

    /// The values or bits of a set. `place` is what it belongs to.
    pub(super) fn set_kind(
        &mut self,
        kind: ScalarKind,
        known: Known<'s>,
        place: &Spanned<String>,
    ) -> TypeKind {
        let (Known::Values(raw) | Known::Flags(raw)) = known;
        if raw.is_empty() {
            let message = format!("the set of `{}` has no values", place.value);
            let help = "list the known values, or leave the set out";
            self.report_missing(Diagnostic::new(Code::BadValue, place.span, message).help(help));
        }
        match known {
            Known::Flags(_) => TypeKind::Flags(self.integers(raw, true)),
            Known::Values(_) if kind == ScalarKind::Int => TypeKind::Ints(self.integers(raw, false)),
            Known::Values(_) => {
                TypeKind::Texts(raw.iter().map(|(key, raw)| value(key.value.clone(), key, raw)).collect())
            }
        }
    }

    fn integers(&mut self, raw: &'s OrderedMap<RawValue>, flags: bool) -> Vec<Value<i64>> {
        let mut values = Vec::new();
        for (key, raw) in raw {
            let what = if flags { "bit" } else { "value" };
            if raw.name.is_none() {
                let message = format!("the {what} `{}` has no name", key.value);
                self.report_missing(
                    Diagnostic::new(Code::ValueNeedsName, key.span, message)
                        .help(format!("name it for Rust: `{}: {{ name: ..., about: ... }}`", key.value)),
                );
            }
            match key.parse::<i64>() {
                // Only one spelling of each integer, so that none is listed twice.
                Ok(wire) if wire.to_string() == key.value && (wire > 0 || !flags) => {
                    values.extend(raw.name.is_some().then(|| value(wire, key, raw)));
                }
                _ => self.report(bad_integer(key, flags)),
            }
        }
        values
    }
}

impl Known<'_> {
    fn code(self) -> Code {
        match self {
            Known::Values(_) => Code::ValuesNotAllowed,
            Known::Flags(_) => Code::FlagsNotAllowed,
        }
    }

    fn fits(self, kind: ScalarKind) -> bool {
        match self {
            Known::Values(_) => matches!(kind, ScalarKind::Text | ScalarKind::Int),
            Known::Flags(_) => kind == ScalarKind::Int,
        }
    }
}

fn bad_integer(key: &Spanned<String>, flags: bool) -> Diagnostic {
    let report = |message: String| Diagnostic::new(Code::BadValue, key.span, message);
    if flags {
        report(format!("`{}` is no mask", key.value))
            .help("write the mask of the bit as a positive decimal integer")
    } else {
        report(format!("`{}` is no integer", key.value))
            .help("write a decimal integer, or make the type a `string`")
    }
}

fn value<T>(wire: T, key: &Spanned<String>, raw: &RawValue) -> Value<T> {
    Value {
        wire,
        name: raw.name.as_ref().map(|name| name.value.clone()),
        about: raw.about.value.clone(),
        deprecated: raw.deprecated.as_ref().map(deprecated),
        span: key.span,
    }
}
