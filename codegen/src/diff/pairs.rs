//! What of the base is what of now: by its name in the schemas, then by what a schema says it was called.

use std::collections::BTreeMap;

use super::Side;
use crate::model::{
    EventId, Field, FieldType, Model, Owner, PlatformId, Role, Scalar, TypeId, TypeKind, TypeName,
};

/// Things that belong together, in both directions.
#[derive(Debug)]
pub(super) struct Paired<Id> {
    by_base: BTreeMap<Id, Id>,
    by_now: BTreeMap<Id, Id>,
}

/// Everything that has an id.
#[derive(Debug)]
pub(super) struct Pairs {
    pub(super) platforms: Paired<PlatformId>,
    pub(super) events: Paired<EventId>,
    pub(super) types: Paired<TypeId>,
    /// Formats by platform of the base: their indices.
    pub(super) formats: BTreeMap<PlatformId, Paired<usize>>,
}

impl<Id: Copy + Ord> Paired<Id> {
    fn new() -> Self {
        Paired { by_base: BTreeMap::new(), by_now: BTreeMap::new() }
    }

    /// Pairs two that are still alone.
    fn join(&mut self, base: Id, now: Id) {
        if !self.by_base.contains_key(&base) && !self.by_now.contains_key(&now) {
            self.by_base.insert(base, now);
            self.by_now.insert(now, base);
        }
    }

    /// Pairs by what says that two belong together, those that are still alone and of whom nobody else claims it.
    fn rule<K: Ord>(
        &mut self,
        base: &[Id],
        now: &[Id],
        base_key: impl Fn(Id) -> Option<K>,
        now_key: impl Fn(Id) -> Option<K>,
    ) {
        let mut keyed: BTreeMap<K, [Vec<Id>; 2]> = BTreeMap::new();
        for (side, ids, key) in [(0, base, &base_key as &dyn Fn(Id) -> Option<K>), (1, now, &now_key)] {
            let taken = if side == 0 { &self.by_base } else { &self.by_now };
            for id in ids.iter().filter(|id| !taken.contains_key(id)) {
                if let Some(key) = key(*id) {
                    keyed.entry(key).or_default()[side].push(*id);
                }
            }
        }
        for [base, now] in keyed.into_values() {
            if let ([base], [now]) = (base.as_slice(), now.as_slice()) {
                self.join(*base, *now);
            }
        }
    }

    pub(super) fn now(&self, base: Id) -> Option<Id> {
        self.by_base.get(&base).copied()
    }

    pub(super) fn base(&self, now: Id) -> Option<Id> {
        self.by_now.get(&now).copied()
    }

    /// All pairs, base first, in the order of the base.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Id, Id)> + '_ {
        self.by_base.iter().map(|(base, now)| (*base, *now))
    }
}

/// What an item of the base and one of now have in common, by index.
type Rule<'r, K> = (&'r dyn Fn(usize) -> Option<K>, &'r dyn Fn(usize) -> Option<K>);

/// Pairs the items of two lists by rules, the surest first; indices.
pub(super) fn items<T, K: Ord>(base: &[T], now: &[T], rules: &[Rule<'_, K>]) -> Paired<usize> {
    let mut paired = Paired::new();
    let (base, now): (Vec<_>, Vec<_>) = ((0..base.len()).collect(), (0..now.len()).collect());
    for (base_key, now_key) in rules {
        paired.rule(&base, &now, base_key, now_key);
    }
    paired
}

impl Pairs {
    pub(super) fn of(base: Side<'_>, now: Side<'_>) -> Self {
        let mut pairs = Pairs {
            platforms: Paired::new(),
            events: Paired::new(),
            types: Paired::new(),
            formats: BTreeMap::new(),
        };
        let ids = |model: &Model| (0..model.platforms.len()).map(PlatformId).collect::<Vec<_>>();
        let name = |side: Side<'_>, id: PlatformId| Some(side.model[id].name.clone());
        pairs.platforms.rule(&ids(base.model), &ids(now.model), |id| name(base, id), |id| name(now, id));
        for (from, to) in pairs.platforms.iter() {
            let (before, after) = (&base.model[from].formats, &now.model[to].formats);
            let paired = items(
                before,
                after,
                &[(&|i| Some(before[i].name.as_str()), &|i| Some(after[i].name.as_str()))],
            );
            pairs.formats.insert(from, paired);
        }
        pairs.pair_events(base, now);
        pairs.pair_types(base, now);
        pairs
    }

    /// Events: by file, by the name on the wire (a file that moved), by the Rust type they say they had.
    fn pair_events(&mut self, base: Side<'_>, now: Side<'_>) {
        let ids = |side: Side<'_>| (0..side.model.events.len()).map(EventId).collect::<Vec<_>>();
        let (from, to) = (ids(base), ids(now));
        let file = |side: Side<'_>, id: EventId| {
            let event = &side.model[id];
            Some((side.model[event.platform].name.clone(), event.domain.clone(), event.name.clone()))
        };
        self.events.rule(&from, &to, |id| file(base, id), |id| file(now, id));
        let wire = |side: Side<'_>, id: EventId| {
            let event = &side.model[id];
            let platform = &side.model[event.platform];
            let protocol = event.protocol.map(|index| platform.protocols[index].name.clone());
            Some((platform.name.clone(), protocol, event.wire.clone()))
        };
        self.events.rule(&from, &to, |id| wire(base, id), |id| wire(now, id));
        let platform = |side: Side<'_>, id: EventId| side.model[side.model[id].platform].name.clone();
        let old = |id: EventId| Some((platform(base, id), base.names.variant(id).as_str().to_owned()));
        let said = |id: EventId| Some((platform(now, id), now.model[id].renamed_from.clone()?));
        self.events.rule(&from, &to, old, said);
    }

    /// Types: bodies and answers with their events; named ones by owner and name, by the Rust type they say they had, by a
    /// name that only they have (a type that moved); those of a field with their field.
    fn pair_types(&mut self, base: Side<'_>, now: Side<'_>) {
        for (from, to) in self.events.iter().collect::<Vec<_>>() {
            let (from, to) = (&base.model[from], &now.model[to]);
            self.types.join(from.body, to.body);
            if let (Some(from), Some(to)) = (from.response, to.response) {
                self.types.join(from, to);
            }
        }
        let ids = |side: Side<'_>, made: bool| {
            let all = (0..side.model.types.len()).map(TypeId);
            let wanted = |id: &TypeId| {
                let ty = &side.model[*id];
                ty.role == Role::Part && matches!(ty.name, TypeName::Field(..)) == made
            };
            all.filter(wanted).collect::<Vec<_>>()
        };
        let name = |side: Side<'_>, id: TypeId| match &side.model[id].name {
            TypeName::Named(name) => Some(name.clone()),
            TypeName::Event | TypeName::Field(..) => None,
        };
        let (from, to) = (ids(base, false), ids(now, false));
        let (mut types, pairs) = (std::mem::replace(&mut self.types, Paired::new()), &*self);
        let owner = |id: TypeId| pairs.owner(now, &base.model[id].owner);
        let own = |id: TypeId| Some(now.model[id].owner.clone());
        types.rule(
            &from,
            &to,
            |id| Some((owner(id)?, name(base, id)?)),
            |id| Some((own(id)?, name(now, id)?)),
        );
        let spelled = |id: TypeId| Some((owner(id)?, base.names.ty(id).as_str().to_owned()));
        let said = |id: TypeId| Some((own(id)?, now.model[id].renamed_from.clone()?));
        types.rule(&from, &to, spelled, said);
        let platform = |side: Side<'_>, id: TypeId| {
            side.model[platform_of(side.model, &side.model[id].owner)].name.clone()
        };
        let place = |side: Side<'_>, id: TypeId| Some((platform(side, id), name(side, id)?));
        // Between two events it would be another type of the same name.
        let shared = |side: Side<'_>, id: &TypeId| !matches!(side.model[*id].owner, Owner::Event(_));
        let (from_shared, from_own): (Vec<_>, Vec<_>) = from.iter().partition(|id| shared(base, id));
        let to_shared: Vec<_> = to.iter().copied().filter(|id| shared(now, id)).collect();
        types.rule(&from_own, &to_shared, |id| place(base, id), |id| place(now, id));
        types.rule(&from_shared, &to, |id| place(base, id), |id| place(now, id));
        self.types = types;
        self.pair_made(base, now, &ids(base, true), &ids(now, true));
    }

    fn pair_made(&mut self, base: Side<'_>, now: Side<'_>, from: &[TypeId], to: &[TypeId]) {
        let by_name: BTreeMap<(TypeId, &str), TypeId> = to
            .iter()
            .filter_map(|id| match &now.model[*id].name {
                TypeName::Field(owner, key) => Some(((*owner, key.as_str()), *id)),
                TypeName::Event | TypeName::Named(_) => None,
            })
            .collect();
        for id in from {
            let TypeName::Field(owner, key) = &base.model[*id].name else { continue };
            let Some(holder) = self.types.now(*owner) else { continue };
            let (TypeKind::Object(before), TypeKind::Object(after)) =
                (&base.model[*owner].kind, &now.model[holder].kind)
            else {
                continue;
            };
            let fields = fields((base, *owner, before), (now, holder, after));
            let Some(index) = before.iter().position(|field| field.key == *key) else { continue };
            let Some(field) = fields.now(index).map(|index| &after[index]) else { continue };
            if let Some(other) = by_name.get(&(holder, field.key.as_str())) {
                self.types.join(*id, *other);
            }
        }
    }

    /// An owner of the base as it is now.
    pub(super) fn owner(&self, now: Side<'_>, owner: &Owner) -> Option<Owner> {
        match owner {
            Owner::Platform(id) => self.platforms.now(*id).map(Owner::Platform),
            Owner::Domain(id, domain) => {
                let platform = self.platforms.now(*id)?;
                let known = now.model[platform].domains.iter().any(|other| other.name == *domain);
                known.then(|| Owner::Domain(platform, domain.clone()))
            }
            Owner::Event(id) => self.events.now(*id).map(Owner::Event),
        }
    }

    /// A type of the base as it would be written now; `None` where a part of it is gone.
    pub(super) fn translated(&self, platform: PlatformId, ty: &FieldType) -> Option<FieldType> {
        let inner = |ty: &FieldType| self.translated(platform, ty).map(Box::new);
        Some(match ty {
            FieldType::Scalar(of) => {
                let set = match of.set {
                    Some(set) => Some(self.types.now(set)?),
                    None => None,
                };
                let format = match of.format {
                    Some(format) => Some(self.formats.get(&platform)?.now(format)?),
                    None => None,
                };
                FieldType::Scalar(Scalar { set, format, ..of.clone() })
            }
            FieldType::Any => FieldType::Any,
            FieldType::JsonText(of) => FieldType::JsonText(inner(of)?),
            FieldType::List(of) => FieldType::List(inner(of)?),
            FieldType::Map(of) => FieldType::Map(inner(of)?),
            FieldType::Object(id) => FieldType::Object(self.types.now(*id)?),
            FieldType::Choice(id) => FieldType::Choice(self.types.now(*id)?),
        })
    }
}

/// The fields of a type.
pub(super) type Fields<'m> = (Side<'m>, TypeId, &'m [Field]);

/// Fields: by key, by the name they say they had, by a Rust name that stayed while the key changed.
pub(super) fn fields((base, from, before): Fields<'_>, (now, to, after): Fields<'_>) -> Paired<usize> {
    let old = |i: usize| Some(base.names.member(from, i).as_str());
    items(
        before,
        after,
        &[
            (&|i| Some(before[i].key.as_str()), &|i| Some(after[i].key.as_str())),
            (&old, &|i| after[i].renamed_from.as_deref()),
            (&old, &|i| Some(now.names.member(to, i).as_str())),
        ],
    )
}

/// The platform that a module belongs to.
pub(super) fn platform_of(model: &Model, owner: &Owner) -> PlatformId {
    match owner {
        Owner::Platform(platform) | Owner::Domain(platform, _) => *platform,
        Owner::Event(event) => model[*event].platform,
    }
}
