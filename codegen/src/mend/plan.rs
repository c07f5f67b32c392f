//! From findings to edits: what belongs to one place of a schema is one edit of it.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use serde_json::{Map, Value};

use super::{
    Left,
    edit::{self, Edit, Entry},
    target::{Target, targets},
    widen::{self, Wider},
};
use crate::{
    compile::Compiled,
    diagnostic::Diagnostics,
    infer::{Inferred, Taken, infer},
    model::{Field, Owner, PlatformId, Role, TypeId, TypeKind, TypeName},
    scaffold::scalar,
    source::{FileId, Span},
    syntax::tree::{self, Node},
    verify::{Finding, Verified, place},
};

/// What is to be written where `check` asks for words. It is no empty text yet, so that all else can be checked first.
pub(super) const ASKED: &str = "\"written by verify --fix\"";

/// What some findings ask for.
pub(super) struct Plan<'c> {
    compiled: &'c Compiled,
    /// Objects with unknown keys alone, by the type that should have them.
    keys: BTreeMap<TypeId, Vec<Map<String, Value>>>,
    /// Unknown values, by set.
    values: BTreeMap<TypeId, BTreeSet<String>>,
    /// Fields by the place of their key, with their name.
    wider: BTreeMap<Span, (String, BTreeSet<Wider>)>,
    /// What is not mended.
    pub(super) left: Vec<Left>,
    trees: BTreeMap<FileId, Option<Node>>,
}

/// What is made of one finding.
type Planned = Result<(), String>;

impl<'c> Plan<'c> {
    pub(super) fn new(compiled: &'c Compiled) -> Self {
        let (keys, values, wider) = Default::default();
        Plan { compiled, keys, values, wider, left: Vec::new(), trees: BTreeMap::new() }
    }

    /// Takes a finding of a payload; whether an edit mends it.
    pub(super) fn take(&mut self, payload: usize, of: &Verified, finding: &Finding) -> bool {
        let planned = match finding.kind.as_str() {
            "unknown_key" => self.key(of, finding),
            "unknown_value" => self.value(of, finding),
            "wrong_type" => self.wrong_type(of, finding),
            other => Err(by_hand(other).to_owned()),
        };
        let Err(why) = planned else { return true };
        self.left.push(Left { payload, finding: finding.clone(), why });
        false
    }

    fn key(&mut self, of: &Verified, finding: &Finding) -> Planned {
        let targets = targets(&self.compiled.model, of, &finding.path);
        if of.body.is_none() {
            let known = targets.iter().any(|target| target.field.is_some());
            let why = "a drift log does not hold the value of a key; capture a payload with it";
            return if known { Ok(()) } else { Err(why.to_owned()) };
        }
        let [Target { owner, field: None, key, value: Some(value), .. }] = targets.as_slice() else {
            return Err("the schema leaves open where the key belongs".to_owned());
        };
        let owner = self.writes(*owner);
        if key.is_empty() || key.contains(['"', '\n']) {
            return Err("no field is called so; describe the object as a `map`".to_owned());
        }
        if let Some(field) = self.fields(owner).iter().find(|field| spelled_like(field, key)) {
            let why = format!(
                "`{}` may be the same field; then give it this key of the form under `keys`",
                field.key
            );
            return Err(why);
        }
        self.keys.entry(owner).or_default().push(Map::from_iter([(key.clone(), value.clone())]));
        Ok(())
    }

    fn value(&mut self, of: &Verified, finding: &Finding) -> Planned {
        let targets = targets(&self.compiled.model, of, &finding.path);
        let sets: BTreeSet<TypeId> =
            targets.iter().filter_map(|target| target.ty?.innermost()?.set).collect();
        let (Some(set), 1) = (sets.first(), sets.len()) else {
            return Err("without the payload it is open which shape is meant".to_owned());
        };
        let known = targets.iter().find_map(|target| target.value.as_ref());
        let value = match known {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => logged(&finding.found)?,
        };
        if value.chars().count() > 40 || value.contains(char::is_control) {
            return Err("a long text is no value of a set".to_owned());
        }
        if !self.knows(*set, &value)? {
            self.values.entry(*set).or_default().insert(value);
        }
        Ok(())
    }

    /// Whether a set lists a value, or every bit of it.
    fn knows(&self, set: TypeId, value: &str) -> Result<bool, String> {
        let int = || value.parse::<i64>().map_err(|_| "this is no integer".to_owned());
        Ok(match &self.compiled.model[set].kind {
            TypeKind::Texts(values) => values.iter().any(|known| known.wire == value),
            TypeKind::Ints(values) => {
                let int = int()?;
                values.iter().any(|known| known.wire == int)
            }
            TypeKind::Flags(values) => {
                missing_bits(values.iter().map(|known| known.wire), int()?)?.is_empty()
            }
            TypeKind::Object(_) | TypeKind::Choice(_) => true,
        })
    }

    fn wrong_type(&mut self, of: &Verified, finding: &Finding) -> Planned {
        let targets = targets(&self.compiled.model, of, &finding.path);
        let spans: BTreeSet<Span> =
            targets.iter().filter_map(|target| target.field.map(|field| field.span)).collect();
        let (Some(target), 1) = (targets.first(), spans.len()) else {
            return Err("without the payload it is open which shape is meant".to_owned());
        };
        let (wider, field) = (widen::wider(target, &finding.found)?, target.field);
        if let (Some(field), false) = (field, wider == Wider::Known) {
            let (_, all) =
                self.wider.entry(field.span).or_insert_with(|| (field.key.clone(), BTreeSet::new()));
            all.insert(wider);
        }
        Ok(())
    }

    fn fields(&self, id: TypeId) -> &'c [Field] {
        match &self.compiled.model[id].kind {
            TypeKind::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The edits, and a line on each.
    pub(super) fn edits(mut self) -> (Vec<Edit>, Vec<String>, Vec<Left>) {
        let (mut edits, mut lines) = (Vec::new(), Vec::new());
        self.leave_to_bases();
        let mut types: BTreeMap<FileId, Vec<(String, Vec<String>)>> = BTreeMap::new();
        for (owner, bodies) in std::mem::take(&mut self.keys) {
            let Some((edit, inferred)) = self.new_fields(owner, &bodies, &types) else { continue };
            let keys: BTreeSet<&String> = bodies.iter().flat_map(Map::keys).collect();
            lines
                .extend(keys.into_iter().map(|key| self.line(edit.span.file, &format!("new field `{key}`"))));
            types.entry(edit.span.file).or_default().extend(inferred.types);
            edits.push(edit);
        }
        for (set, values) in std::mem::take(&mut self.values) {
            let Some(edit) = self.new_values(set, &values) else { continue };
            lines.extend(
                values.iter().map(|value| self.line(edit.span.file, &format!("new value `{value}`"))),
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
        let inferred = infer(bodies, &formats, &taken);
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
        let (key, mut lines) = ("values", Vec::new());
        let (key, lines) = match &ty.kind {
            TypeKind::Texts(known) => {
                let mut names: BTreeSet<String> = known
                    .iter()
                    .map(|value| value.name.clone().unwrap_or_else(|| value.wire.to_upper_camel_case()))
                    .collect();
                lines.extend(values.iter().map(|value| text_value(value, &mut names)));
                (key, lines)
            }
            TypeKind::Ints(_) => {
                let int = |value: &String| {
                    let name = value.replace('-', "Minus");
                    Entry::Line(format!("{value}: {{ name: Value{name}, about: {ASKED} }}"))
                };
                lines.extend(values.iter().map(int));
                (key, lines)
            }
            TypeKind::Flags(known) => {
                let ints = values.iter().filter_map(|value| value.parse::<i64>().ok());
                let all = ints.fold(0, |all, int| all | int);
                let bits = missing_bits(known.iter().map(|value| value.wire), all).unwrap_or_default();
                let bit = |bit: &i64| Entry::Line(format!("{bit}: {{ name: Bit{bit}, about: {ASKED} }}"));
                ("flags", bits.iter().map(bit).collect())
            }
            TypeKind::Object(_) | TypeKind::Choice(_) => return None,
        };
        let text = self.text(ty.span.file);
        let node = edit::child(self.node(ty.span)?, key)?;
        edit::add(text, node, &lines)
    }

    /// The type in whose place the fields of another are written: an event that is the same as another one has none of its own.
    fn writes(&self, owner: TypeId) -> TypeId {
        let model = &self.compiled.model;
        let mut body = owner;
        while let (Owner::Event(event), Role::Body) = (&model[body].owner, model[body].role)
            && let Some(same) = model[*event].same_as
        {
            body = model[same].body;
        }
        body
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

/// What a person does about the findings that no edit is certain for.
fn by_hand(kind: &str) -> &'static str {
    match kind {
        "missing" => "if the platform may leave it out, remove `always`",
        "other_form" => "if the form has this key, say so under `keys`",
        "unknown_shape" => "describe the new shape, and list it under `shapes`",
        "not_json" => "if the text need not be JSON, make the field a `string`",
        "left_out" => "no type holds such an entry beside the others",
        "constraint" => "if the platform does send this, mend the constraint",
        "lost" => "give the field a type that keeps the value, such as `any`",
        _ => "no edit is certain",
    }
}

/// The value that a report names.
fn logged(found: &str) -> Result<String, String> {
    let quoted = found.strip_prefix("the text ").unwrap_or(found);
    match serde_json::from_str(quoted) {
        Ok(Value::String(text)) => Ok(text),
        Ok(value @ Value::Number(_)) => Ok(value.to_string()),
        _ => Err("a drift log does not hold so long a text; capture a payload with it".to_owned()),
    }
}

fn spelled_like(field: &Field, key: &str) -> bool {
    place::keys(field).any(|known| known.to_snake_case() == key.to_snake_case())
}

/// The bits of a number that a set does not list.
fn missing_bits(known: impl Iterator<Item = i64>, number: i64) -> Result<Vec<i64>, String> {
    if number < 0 {
        return Err("a negative number is no set of bits".to_owned());
    }
    let known = known.fold(0, |all, mask| all | mask);
    Ok((0..63).map(|bit| 1_i64 << bit).filter(|mask| number & !known & mask != 0).collect())
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
