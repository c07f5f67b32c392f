//! The edits that a plan asks for: every part in the file that declares it, in the way that is written.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::{Map, Value};

use super::{
    Left,
    edit::{self, Edit, Entry},
    plan::{ASKED, Plan},
    widen,
};
use crate::{
    diagnostic::Diagnostics,
    infer::{Inferred, Taken, infer},
    model::{self, Field, Owner, PlatformId, TypeId, TypeKind, TypeName},
    scaffold::scalar,
    source::{FileId, Span},
    syntax::tree::{self, Node},
};

impl<'c> Plan<'c> {
    /// The edits, and a line on each.
    pub(super) fn edits(mut self) -> (Vec<Edit>, Vec<String>, Vec<Left>) {
        let (mut edits, mut lines) = (Vec::new(), Vec::new());
        self.leave_to_bases();
        let mut types: BTreeMap<FileId, Vec<(String, Vec<String>)>> = BTreeMap::new();
        for (owner, bodies) in std::mem::take(&mut self.keys) {
            let Some((edit, inferred)) = self.new_fields(owner, &bodies, &types) else { continue };
            let keys: BTreeSet<&String> = bodies.iter().flat_map(Map::keys).collect();
            lines.extend(
                keys.into_iter()
                    .map(|key| self.line(edit.span.file, &format!("new field `{}`", key.escape_debug()))),
            );
            types.entry(edit.span.file).or_default().extend(inferred.types);
            edits.push(edit);
        }
        for (set, values) in std::mem::take(&mut self.values) {
            let Some(edit) = self.new_values(set, &values) else { continue };
            lines.extend(
                values
                    .iter()
                    .map(|value| self.line(edit.span.file, &format!("new value `{}`", value.escape_debug()))),
            );
            edits.push(edit);
        }
        for (span, (key, all)) in std::mem::take(&mut self.wider) {
            // A second change of the same field would stand in the same place; the next round makes it.
            let Some(wider) = all.first() else { continue };
            let text = self.text(span.file);
            let Some(edit) = self.node(span).and_then(|node| widen::edit(text, node, wider)) else {
                continue;
            };
            lines.push(self.line(span.file, &wider.told(&key)));
            edits.push(edit);
        }
        for (file, types) in types.into_iter().filter(|(_, types)| !types.is_empty()) {
            edits.extend(self.new_types(file, types));
        }
        (edits, lines, self.left)
    }

    /// A key that is new in a type and in one that `extends` it is written in the first.
    fn leave_to_bases(&mut self) {
        let all: Vec<(TypeId, BTreeSet<String>)> = self
            .keys
            .iter()
            .map(|(id, bodies)| (*id, bodies.iter().flat_map(Map::keys).cloned().collect()))
            .collect();
        for (id, bodies) in std::mem::take(&mut self.keys) {
            let bases = all.iter().filter(|(base, _)| self.extends(id, *base));
            let theirs: BTreeSet<&String> = bases.flat_map(|(_, keys)| keys).collect();
            let own = bodies.into_iter().filter(|body| !body.keys().any(|key| theirs.contains(key)));
            let own: Vec<_> = own.collect();
            if !own.is_empty() {
                self.keys.insert(id, own);
            }
        }
    }

    /// Whether a type has every field of another one, which declares them.
    fn extends(&self, id: TypeId, base: TypeId) -> bool {
        let spans = |id| self.fields(id).iter().map(|field| field.span).collect::<BTreeSet<Span>>();
        let (own, theirs) = (spans(id), spans(base));
        let Some(first) = theirs.first().filter(|_| id != base && theirs.is_subset(&own)) else {
            return false;
        };
        // Of two with the same fields the one that stands before them declares them.
        let nearness = |id: TypeId| {
            let at = self.compiled.model[id].span;
            (at.file == first.file && at.start < first.start, at.start)
        };
        own != theirs || nearness(base) > nearness(id)
    }

    fn line(&self, file: FileId, what: &str) -> String {
        let path = self.compiled.sources.get(file).map(|file| file.path.display().to_string());
        format!("{}: {what}", path.unwrap_or_default())
    }

    fn new_fields(
        &mut self,
        owner: TypeId,
        bodies: &[Map<String, Value>],
        types: &BTreeMap<FileId, Vec<(String, Vec<String>)>>,
    ) -> Option<(Edit, Inferred)> {
        let model = &self.compiled.model;
        let place = self.home(owner);
        let platform = self.platform(owner);
        let formats: Vec<&str> = model[platform].formats.iter().map(|format| format.name.as_str()).collect();
        let named = model.types.iter().filter_map(|ty| match (&ty.name, &ty.owner) {
            // Those of other events are not seen from here.
            (TypeName::Named(_), Owner::Event(_)) if ty.span.file != place.file => None,
            (TypeName::Named(name), _) => Some(name.clone()),
            (TypeName::Event | TypeName::Field(..), _) => None,
        });
        let planned = types.values().flatten().map(|(name, _)| name.clone());
        let name = |field: &Field| field.rust_name.clone().unwrap_or_else(|| field.key.to_snake_case());
        let taken = Taken {
            fields: self.fields(owner).iter().map(name).collect(),
            types: named.chain(planned).collect(),
        };
        let inferred = infer(bodies, &formats, &[], &taken);
        let text = self.text(place.file);
        let node = self.node(place)?;
        let lines = entries(&inferred.fields);
        let edit = match edit::child(node, "fields") {
            Some(fields) => edit::add(text, fields, &lines),
            None => edit::add(text, node, &[Entry::Below("fields".to_owned(), lines)]),
        };
        Some((edit?, inferred))
    }

    fn new_types(&mut self, file: FileId, types: Vec<(String, Vec<String>)>) -> Option<Edit> {
        let text = self.text(file);
        let root = self.root(file)?;
        let types = types.into_iter().map(|(name, fields)| {
            let fields = Entry::Below("fields".to_owned(), entries(&fields));
            Entry::Below(name, vec![Entry::Line(format!("about: {ASKED}")), fields])
        });
        let types: Vec<Entry> = types.collect();
        match edit::child(root, "types") {
            Some(map) => edit::add(text, map, &types),
            None => edit::add(text, root, &[Entry::Below("types".to_owned(), types)]),
        }
    }

    fn new_values(&mut self, set: TypeId, values: &BTreeSet<String>) -> Option<Edit> {
        let ty = &self.compiled.model[set];
        let number = |value: &String, name: &str| {
            let name = format!("{name}{}", value.replace('-', "Minus"));
            Entry::Line(format!("{value}: {{ name: {name}, about: {ASKED} }}"))
        };
        let (key, lines): (_, Vec<Entry>) = match &ty.kind {
            TypeKind::Texts(known) => {
                let name = |value: &model::Value<String>| {
                    value.name.clone().unwrap_or_else(|| value.wire.to_upper_camel_case())
                };
                let mut names = known.iter().map(name).collect();
                ("values", values.iter().map(|value| text_value(value, &mut names)).collect())
            }
            TypeKind::Ints(_) => ("values", values.iter().map(|value| number(value, "Value")).collect()),
            TypeKind::Flags(_) => ("flags", values.iter().map(|value| number(value, "Bit")).collect()),
            TypeKind::Object(_) | TypeKind::Choice(_) => return None,
        };
        let text = self.text(ty.span.file);
        let node = edit::child(self.node(ty.span)?, key)?;
        edit::add(text, node, &lines)
    }

    /// Where the fields of a type are written: the place of its key, or the start of an event's file.
    fn home(&self, owner: TypeId) -> Span {
        let ty = &self.compiled.model[owner];
        if ty.name == TypeName::Event { Span::of_file(ty.span.file) } else { ty.span }
    }

    fn platform(&self, owner: TypeId) -> PlatformId {
        match &self.compiled.model[owner].owner {
            Owner::Platform(platform) | Owner::Domain(platform, _) => *platform,
            Owner::Event(event) => self.compiled.model[*event].platform,
        }
    }

    fn text(&self, file: FileId) -> &'c str {
        self.compiled.sources.get(file).map_or("", |file| &file.text)
    }

    fn root(&mut self, file: FileId) -> Option<&Node> {
        let text = self.text(file);
        let parse = || tree::parse(text, file, &mut Diagnostics::new());
        self.trees.entry(file).or_insert_with(parse).as_ref()
    }

    /// What stands behind a key; for the start of a file the whole of it.
    fn node(&mut self, key: Span) -> Option<&Node> {
        let root = self.root(key.file)?;
        if key == Span::of_file(key.file) { Some(root) } else { edit::value_at(root, key) }
    }
}

fn text_value(value: &str, names: &mut BTreeSet<String>) -> Entry {
    let camel = value.to_upper_camel_case();
    let is_name = camel.starts_with(|c: char| c.is_ascii_uppercase())
        && camel.is_ascii()
        && !["Unknown", "Self"].contains(&camel.as_str());
    if is_name && names.insert(camel.clone()) {
        return Entry::Line(format!("{}: {ASKED}", scalar(value)));
    }
    let stem: String = camel.chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = if value.is_empty() { "Empty".to_owned() } else { stem };
    let candidates =
        std::iter::once(format!("Value{stem}")).chain((2_u32..).map(|n| format!("Value{stem}N{n}")));
    let name = candidates.into_iter().find(|name| names.insert(name.clone())).unwrap_or_default();
    Entry::Line(format!("{}: {{ name: {name}, about: {ASKED} }}", scalar(value)))
}

fn entries(lines: &[String]) -> Vec<Entry> {
    lines.iter().map(|line| Entry::Line(line.replace("\"\"", ASKED))).collect()
}
