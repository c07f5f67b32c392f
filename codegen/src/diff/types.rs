//! Types, and their fields.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Api, Both, Kind, Payload, Subject, changed, gone, new,
    pairs::{fields, platform_of},
    reads,
};
use crate::{
    emit::prose,
    model::{Field, Owner, Presence, Role, TypeId, TypeKind, TypeName},
};

/// A type of the base, what it is now, and where that is told.
#[derive(Clone, Copy)]
pub(super) struct Pair<'s> {
    pub(super) base: TypeId,
    pub(super) now: TypeId,
    pub(super) subject: &'s Subject,
}

impl Both<'_> {
    pub(super) fn types(&mut self) {
        let (base, now) = (self.base, self.now);
        for id in (0..base.model.types.len()).map(TypeId) {
            let ty = &base.model[id];
            let named = matches!(ty.name, TypeName::Named(_));
            if named && self.pairs.types.now(id).is_none() && self.pairs.owner(now, &ty.owner).is_some() {
                let meaning = (Payload::Compatible, Api::Major);
                self.push(
                    &base.owner(&ty.owner),
                    Kind::TypeRemoved,
                    base.label(id),
                    gone(base.path(id)),
                    meaning,
                );
            }
        }
        let events = self.events_by_type();
        for id in (0..now.model.types.len()).map(TypeId) {
            let ty = &now.model[id];
            let (subject, first) = (now.owner(&ty.owner), self.changes.len());
            match self.pairs.types.base(id) {
                Some(base) => self.ty(Pair { base, now: id, subject: &subject }),
                None if matches!(ty.name, TypeName::Named(_)) && self.was_there(&ty.owner) => {
                    let meaning = (Payload::Compatible, Api::Minor);
                    self.push(&subject, Kind::TypeAdded, now.label(id), new(now.path(id)), meaning);
                }
                None => {}
            }
            if !matches!(ty.owner, Owner::Event(_)) {
                let shared = events.get(&id).into_iter().flatten();
                let shared: Vec<_> = shared.map(ToString::to_string).collect();
                self.changes[first..].iter_mut().for_each(|change| change.events.clone_from(&shared));
            }
        }
    }

    /// The events that each type is in.
    fn events_by_type(&self) -> BTreeMap<TypeId, BTreeSet<Subject>> {
        let mut events: BTreeMap<TypeId, BTreeSet<Subject>> = BTreeMap::new();
        for (index, event) in self.now.model.events.iter().enumerate() {
            let mut reached = BTreeSet::new();
            let roots = [Some(event.body), event.response];
            roots.into_iter().flatten().for_each(|root| self.now.model.reach(root, &mut reached));
            for ty in reached {
                events.entry(ty).or_default().insert(self.now.event(crate::model::EventId(index)));
            }
        }
        events
    }

    /// Whether the base has an owner of now.
    fn was_there(&self, owner: &Owner) -> bool {
        match owner {
            Owner::Platform(id) => self.pairs.platforms.base(*id).is_some(),
            Owner::Domain(id, domain) => {
                let base = self.pairs.platforms.base(*id).map(|id| &self.base.model[id].domains);
                base.is_some_and(|domains| domains.iter().any(|other| other.name == *domain))
            }
            Owner::Event(id) => self.pairs.events.base(*id).is_some(),
        }
    }

    fn ty(&mut self, pair: Pair<'_>) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        let (before, after) = (&base.model[from], &now.model[to]);
        let label = now.label(to);
        let moved = self.pairs.owner(now, &before.owner).as_ref() != Some(&after.owner);
        // The names of bodies and answers, and of modules, are told with the event.
        if after.role == Role::Part && (moved || base.names.ty(from) != now.names.ty(to)) {
            let paths = changed(base.path(from), now.path(to));
            self.push(subject, Kind::TypeRenamed, label.as_str(), paths, (Payload::Compatible, Api::Major));
        }
        self.deprecated(subject, &label, &before.deprecated, &after.deprecated);
        // What a body is, its event says.
        if after.role != Role::Body {
            self.described(subject, &label, &before.about, &after.about);
        }
        match (&before.kind, &after.kind) {
            (TypeKind::Object(before), TypeKind::Object(after)) => self.object(pair, before, after),
            (TypeKind::Texts(before), TypeKind::Texts(after)) => self.values(pair, before, after),
            (TypeKind::Ints(before), TypeKind::Ints(after))
            | (TypeKind::Flags(before), TypeKind::Flags(after)) => self.values(pair, before, after),
            (TypeKind::Choice(before), TypeKind::Choice(after)) => self.choice(pair, before, after),
            (before, after) => {
                let texts = changed(kind(before), kind(after));
                self.push(subject, Kind::TypeKind, label, texts, (Payload::Breaking, Api::Major));
            }
        }
    }

    fn object(&mut self, pair: Pair<'_>, before: &[Field], after: &[Field]) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        let paired = fields((base, from, before), (now, to, after));
        for (i, field) in before.iter().enumerate().filter(|(i, _)| paired.now(*i).is_none()) {
            let texts = gone(format!("{}: {}", base.names.member(from, i), base.field_type(from, field)));
            let meaning = (Payload::Lossy, Api::Major);
            self.push(subject, Kind::FieldRemoved, base.member(from, &field.key), texts, meaning);
        }
        let [was_built, is_built] = [self.built[0].contains(&from), self.built[1].contains(&to)];
        if was_built != is_built {
            let (kind, api) =
                if is_built { (Kind::BuilderAdded, Api::Minor) } else { (Kind::BuilderRemoved, Api::Major) };
            self.push(subject, kind, now.label(to), (None, None), (Payload::Compatible, api));
        }
        for (i, field) in after.iter().enumerate() {
            match paired.base(i) {
                Some(old) => self.field(pair, (old, &before[old]), (i, field)),
                None => {
                    let texts = new(format!("{}: {}", now.names.member(to, i), now.field_type(to, field)));
                    let payload = self.required(pair, field);
                    let item = now.member(to, &field.key);
                    self.push(subject, Kind::FieldAdded, item, texts, (payload, Api::Minor));
                }
            }
        }
    }

    /// What it means that a field is there that was not, or not always.
    fn required(&self, pair: Pair<'_>, field: &Field) -> Payload {
        match field.presence {
            // An answer without it is refused.
            Presence::Always if self.built[1].contains(&pair.now) => Payload::Breaking,
            Presence::Always => Payload::Lossy,
            Presence::Optional | Presence::Nullable => Payload::Compatible,
        }
    }

    fn field(&mut self, pair: Pair<'_>, (old, before): (usize, &Field), (index, after): (usize, &Field)) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        let item = now.member(to, &after.key);
        if base.names.member(from, old) != now.names.member(to, index) {
            let texts = changed(base.member_path(from, old), now.member_path(to, index));
            self.push(subject, Kind::FieldRenamed, item.as_str(), texts, (Payload::Compatible, Api::Major));
        }
        self.key(pair, &item, before, after);
        self.field_type(pair, &item, before, after);
        if before.presence != after.presence {
            let payload = match (before.presence, after.presence) {
                (_, Presence::Always) => self.required(pair, after),
                // Null and absent are one.
                (Presence::Nullable, Presence::Optional) => Payload::Lossy,
                _ => Payload::Compatible,
            };
            let texts = changed(base.field_type(from, before), now.field_type(to, after));
            self.push(subject, Kind::FieldPresence, item.as_str(), texts, (payload, Api::Major));
        }
        if before.constraints != after.constraints {
            let words = |field: &Field| list(&prose::constraints(&field.constraints));
            let texts = changed(words(before), words(after));
            let payload = reads::constraints(&before.constraints, &after.constraints);
            self.push(subject, Kind::FieldConstraints, item.as_str(), texts, (payload, Api::Patch));
        }
        if before.requires != after.requires {
            let texts = changed(list(&before.requires), list(&after.requires));
            self.note(subject, Kind::FieldPermissions, &item, texts);
        }
        if before.secret != after.secret {
            let words = |secret| if secret { "secret" } else { "shown" };
            self.note(subject, Kind::FieldSecret, &item, changed(words(before.secret), words(after.secret)));
        }
        self.deprecated(subject, &item, &before.deprecated, &after.deprecated);
        let words = |field: &Field| (field.about.clone(), field.evidence, field.since.clone());
        self.described(subject, &item, words(before), words(after));
    }

    fn field_type(&mut self, pair: Pair<'_>, item: &str, before: &Field, after: &Field) {
        let Pair { base: from, now: to, subject } = pair;
        let (base, now) = (self.base, self.now);
        let platform = platform_of(base.model, &base.model[from].owner);
        let translated = self.pairs.translated(platform, &before.ty);
        if translated.as_ref() == Some(&after.ty) {
            return;
        }
        let payload = self.reads(&before.ty, &after.ty);
        let rust = now.value_type(to, &after.ty);
        // The same for code, told apart on the wire only.
        let same = translated.is_some_and(|translated| now.value_type(to, &translated) == rust);
        let (api, was, is) = if same {
            (Api::Patch, base.schema_type(&before.ty), now.schema_type(&after.ty))
        } else {
            (Api::Major, base.value_type(from, &before.ty), rust)
        };
        // A type of this name became another kind of type, which is told with it.
        if !same || was != is {
            self.push(subject, Kind::FieldType, item, changed(was, is), (payload, api));
        }
    }

    /// The key, in each wire form that both have.
    fn key(&mut self, pair: Pair<'_>, item: &str, before: &Field, after: &Field) {
        let platforms = [(&self.base, pair.base), (&self.now, pair.now)]
            .map(|(side, ty)| &side.model[platform_of(side.model, &side.model[ty].owner)]);
        let key = |field: &Field, form: usize| field.key_in(form).map(str::to_owned);
        let forms = platforms[0].forms.iter().enumerate().filter_map(|(i, form)| {
            let other = platforms[1].forms.iter().position(|other| other.name == form.name)?;
            Some((form.name.as_str(), key(before, i), key(after, other)))
        });
        let mut changes: Vec<_> = forms.filter(|(_, before, after)| before != after).collect();
        let all = changes.len() == platforms[0].forms.len();
        let own = ("", Some(before.key.clone()), Some(after.key.clone()));
        if before.key != after.key && (all || platforms[0].forms.is_empty()) {
            changes = vec![own];
        }
        for (form, before, after) in changes {
            let payload = match (&before, &after) {
                (None, _) => Payload::Compatible,
                (Some(_), None) => Payload::Lossy,
                (Some(_), Some(_)) => Payload::Breaking,
            };
            let spelled = |key: Option<String>| {
                let key = key.unwrap_or_else(|| "none".to_owned());
                if form.is_empty() { key } else { format!("{key} in {form}") }
            };
            let texts = changed(spelled(before), spelled(after));
            self.push(pair.subject, Kind::FieldKey, item, texts, (payload, Api::Patch));
        }
    }
}

fn kind(of: &TypeKind) -> &'static str {
    match of {
        TypeKind::Object(_) => "struct",
        TypeKind::Texts(_) => "enum of texts",
        TypeKind::Ints(_) => "enum of integers",
        TypeKind::Flags(_) => "bit set",
        TypeKind::Choice(_) => "enum of shapes",
    }
}

/// Items of a list in one text.
pub(super) fn list(items: &[String]) -> String {
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}
