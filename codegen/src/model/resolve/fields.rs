//! Fields.

use super::{Resolver, declare::deprecated, report};
use crate::{
    diagnostic::{Code, Diagnostic},
    model::{
        Constraints, Evidence, Field, FieldType, FormKey, PlatformId, Presence, ScalarKind, TypeId, WireType,
    },
    source::{Span, Spanned},
    syntax::{OrderedMap, RawEvidence, RawField, RawPermissions, RawWireType},
};

impl<'s> Resolver<'s> {
    pub(super) fn field(&mut self, owner: TypeId, key: &'s Spanned<String>, raw: &'s RawField) -> Field {
        let platform = self.platform_of(owner);
        let ty = self.field_type(owner, key, raw);
        if ty.is_none() {
            self.drafts[owner.0].broken.insert(key.value.clone());
        }
        let requires =
            raw.requires.as_ref().map(|raw| self.permissions(platform, raw, key.span)).unwrap_or_default();
        let (presence, constraints) = match &ty {
            Some(ty) => (self.presence(raw, ty), self.constraints(raw, ty)),
            None => (Presence::Optional, Constraints::default()),
        };
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        Field {
            key: key.value.clone(),
            about: raw.about.value.clone(),
            // After a mistake anything goes, so that nothing else is wrong because of it.
            ty: ty.unwrap_or(FieldType::Any),
            presence,
            keys: raw.keys.as_ref().map(|keys| self.form_keys(platform, key, keys)).unwrap_or_default(),
            requires,
            constraints,
            secret: raw.secret.as_ref().is_some_and(|secret| secret.value),
            evidence: evidence(raw.evidence.as_ref()),
            since: text(&raw.since),
            deprecated: raw.deprecated.as_ref().map(deprecated),
            rust_name: text(&raw.rust_name),
            renamed_from: text(&raw.renamed_from),
            span: key.span,
        }
    }

    fn field_type(
        &mut self,
        owner: TypeId,
        key: &'s Spanned<String>,
        raw: &'s RawField,
    ) -> Option<FieldType> {
        let mut ty = self.resolve_type(owner, &raw.ty)?;
        self.check_one_meaning(raw);
        self.own_set(owner, key, raw, &mut ty);
        self.own_format(self.platform_of(owner), raw, &mut ty);
        self.accepts(raw, &mut ty);
        self.field_choice(owner, key, raw, ty)
    }

    /// Values, bits and a format are each a Rust type of their own.
    fn check_one_meaning(&mut self, raw: &RawField) {
        let first =
            |set: &Option<OrderedMap<_>>| set.as_ref().and_then(|set| set.keys().next()).map(|key| key.span);
        let format = raw.format.as_ref().map(|format| format.span);
        let given: Vec<(&str, Option<Span>)> = [
            ("values", raw.values.is_some(), first(&raw.values)),
            ("flags", raw.flags.is_some(), first(&raw.flags)),
            ("format", raw.format.is_some(), format),
        ]
        .into_iter()
        .filter_map(|(name, there, span)| there.then_some((name, span)))
        .collect();
        if let [(one, _), .., (other, place)] = given.as_slice() {
            let message = format!("a field has `{one}` or `{other}`, not both");
            let help = format!("remove `{one}` or `{other}`");
            self.report(
                Diagnostic::new(Code::ValuesAndFormat, place.unwrap_or(raw.ty.span), message).help(help),
            );
        }
    }

    fn own_format(&mut self, platform: PlatformId, raw: &RawField, ty: &mut FieldType) {
        let Some(name) = raw.format.as_ref().filter(|name| !name.is_empty()) else { return };
        let formats = &self.model[platform].formats;
        let Some(format) = formats.iter().position(|format| format.name == name.value) else {
            if self.platforms[platform.0].platform.whole {
                let known = formats.iter().map(|format| format.name.as_str());
                let create = "declare it under `formats` in `platform.yaml`";
                let report = report::unknown(Code::UnknownFormat, "format", name, known, create);
                self.report(report);
            }
            return;
        };
        match ty.innermost_mut() {
            Some(scalar) if scalar.kind == ScalarKind::Text && scalar.set.is_none() => {
                scalar.format = Some(format)
            }
            // Both were written, which is reported.
            Some(_) if raw.values.is_some() || raw.flags.is_some() => {}
            _ => {
                let message =
                    format!("a format belongs to `string`, but the type is `{}`", self.written(raw.ty.span));
                let help = "make the type a `string`, or remove `format`";
                self.report(
                    Diagnostic::new(Code::FormatNotAllowed, name.span, message)
                        .also(raw.ty.span, "")
                        .help(help),
                );
            }
        }
    }

    fn accepts(&mut self, raw: &RawField, ty: &mut FieldType) {
        let Some(accepts) = &raw.accepts else { return };
        let Some(scalar) = ty.innermost_mut() else {
            let message =
                format!("`accepts` belongs to a scalar, but the type is `{}`", self.written(raw.ty.span));
            self.report(
                Diagnostic::new(Code::AcceptsNotAllowed, raw.ty.span, message).help("remove `accepts`"),
            );
            return;
        };
        let own = table_scalar(scalar).wire_type();
        for accepted in accepts {
            let wire = wire_type(accepted.value);
            let word = self.written(accepted.span);
            let report = |message: String| {
                Diagnostic::new(Code::AcceptsNotAllowed, accepted.span, message)
                    .help(format!("remove `{word}`"))
            };
            if wire == own {
                let message = format!("`{word}` is the field's own type on the wire");
                self.report(report(message));
            } else if scalar.accepts.contains(&wire) {
                self.report(report(format!("`{word}` is accepted already")));
            } else {
                scalar.accepts.push(wire);
            }
        }
    }

    fn presence(&mut self, raw: &RawField, ty: &FieldType) -> Presence {
        let nullable = raw.nullable.as_ref().is_some_and(|nullable| nullable.value);
        let Some(always) = raw.always.as_ref().filter(|always| always.value) else {
            return if nullable { Presence::Nullable } else { Presence::Optional };
        };
        let problem = if raw.requires.is_some() {
            Some((
                "a field that `requires` permissions is not always there",
                "remove `always`, or `requires`",
            ))
        } else if nullable {
            Some(("a field is `always` there or `nullable`, not both", "remove one of the two"))
        } else if !self.has_stand_in(ty) {
            Some((
                "`always` is for texts, lists, maps and objects only",
                "remove `always`: there is no value to stand in when the platform leaves it out",
            ))
        } else {
            None
        };
        match problem {
            None => Presence::Always,
            Some((message, help)) => {
                let report = Diagnostic::new(Code::AlwaysNotAllowed, always.span, message).help(help);
                let is = format!("this is `{}`", self.written(raw.ty.span));
                let place = raw.ty.span;
                let shown = raw.requires.is_none() && !nullable;
                self.report(if shown { report.also(place, is) } else { report });
                Presence::Optional
            }
        }
    }

    /// Whether a default can stand in for a missing value without being mistaken for a real one.
    fn has_stand_in(&self, ty: &FieldType) -> bool {
        match ty {
            FieldType::Scalar(scalar) => scalar.kind == ScalarKind::Text,
            FieldType::JsonText(inner) => self.has_stand_in(inner),
            FieldType::List(_) | FieldType::Map(_) | FieldType::Object(_) => true,
            FieldType::Any | FieldType::Choice(_) => false,
        }
    }

    fn form_keys(
        &mut self,
        platform: PlatformId,
        own: &Spanned<String>,
        raw: &OrderedMap<Spanned<String>>,
    ) -> Vec<FormKey> {
        let mut keys = vec![FormKey::Own; self.model[platform].forms.len()];
        for (form, key) in raw {
            let Some(slot) = self.form(platform, form).and_then(|form| keys.get_mut(usize::from(form)))
            else {
                continue;
            };
            *slot = match key.as_str() {
                "none" => FormKey::Absent,
                key if key == own.value => FormKey::Own,
                key => FormKey::Key(key.to_owned()),
            };
        }
        if keys.iter().all(|key| *key == FormKey::Own) { Vec::new() } else { keys }
    }

    /// The ids that permissions stand for. `place` is whatever needs them.
    pub(super) fn permissions(
        &mut self,
        platform: PlatformId,
        raw: &RawPermissions,
        place: Span,
    ) -> Vec<String> {
        let source = &self.platforms[platform.0].platform;
        match (&raw.any_of, &raw.set) {
            (Some(ids), None) if !ids.is_empty() => {
                self.check_permissions(platform, ids);
                ids.iter().map(|id| id.value.clone()).collect()
            }
            (None, Some(name)) => {
                let sets = source.raw.permission_sets.as_ref();
                if let Some(ids) = sets.and_then(|sets| sets.get(name)) {
                    return ids.iter().map(|id| id.value.clone()).collect();
                }
                if source.whole && !name.is_empty() {
                    let known = sets.into_iter().flatten().map(|(name, _)| name.as_str());
                    let create = "declare it under `permission_sets` in `platform.yaml`";
                    let report =
                        report::unknown(Code::UnknownPermissionSet, "permission set", name, known, create);
                    self.report(report);
                }
                Vec::new()
            }
            (Some(_), Some(set)) => {
                let message = "permissions have `any_of` or `set`, not both";
                let help = "remove one of the two, or add a set with all of them";
                self.report(Diagnostic::new(Code::UnclearPermissions, set.span, message).help(help));
                Vec::new()
            }
            (_, None) => {
                let help = "name them in `any_of`, or leave the key out if none is needed";
                self.report_missing(
                    Diagnostic::new(Code::UnclearPermissions, place, "permissions without a permission")
                        .help(help),
                );
                Vec::new()
            }
        }
    }

    pub(super) fn check_permissions(&mut self, platform: PlatformId, ids: &[Spanned<String>]) {
        if !self.platforms[platform.0].platform.whole {
            return;
        }
        for id in ids.iter().filter(|id| !id.is_empty()) {
            let known = &self.model[platform].permissions;
            if !known.contains_key(&id.value) {
                let known = known.keys().map(String::as_str);
                let create = "declare it under `permissions` in `platform.yaml`";
                let report = report::unknown(Code::UnknownPermission, "permission", id, known, create);
                self.report(report);
            }
        }
    }
}

pub(super) fn evidence(raw: Option<&Spanned<RawEvidence>>) -> Evidence {
    match raw.map(|raw| raw.value) {
        None | Some(RawEvidence::Documented) => Evidence::Documented,
        Some(RawEvidence::Sample) => Evidence::Sample,
        Some(RawEvidence::None) => Evidence::None,
    }
}

fn wire_type(raw: RawWireType) -> WireType {
    match raw {
        RawWireType::String => WireType::Text,
        RawWireType::Int => WireType::Int,
        RawWireType::Float => WireType::Float,
        RawWireType::Bool => WireType::Bool,
    }
}

/// The part of a scalar's table that decides how it is written.
fn table_scalar(scalar: &crate::model::Scalar) -> workplace_events_runtime::table::Scalar<'static> {
    use workplace_events_runtime::table::Scalar;
    Scalar { kind: scalar.kind, in_text: scalar.in_text, ..Scalar::TEXT }
}
