//! What findings ask for, by the place of the schema: findings in one place ask for one edit.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase as _;
use serde_json::{Map, Value};

use super::{
    Left,
    target::{Target, targets},
    widen::{self, Wider},
};
use crate::{
    compile::Compiled,
    model::{Field, Owner, Role, TypeId, TypeKind},
    source::{FileId, Span},
    syntax::tree::Node,
    verify::{Finding, Verified, place},
};

/// What is to be written where `check` asks for words. It is no empty text yet, so that all else can be checked first.
pub(super) const ASKED: &str = "\"written by verify --fix\"";

/// What some findings ask for.
pub(super) struct Plan<'c> {
    pub(super) compiled: &'c Compiled,
    /// Objects with unknown keys alone, by the type that should have them.
    pub(super) keys: BTreeMap<TypeId, Vec<Map<String, Value>>>,
    /// Unknown values and bits, by set.
    pub(super) values: BTreeMap<TypeId, BTreeSet<String>>,
    /// Fields by the place of their key, with their name.
    pub(super) wider: BTreeMap<Span, (String, BTreeSet<Wider>)>,
    /// What is not mended.
    pub(super) left: Vec<Left>,
    pub(super) trees: BTreeMap<FileId, Option<Node>>,
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
        let new = self.unknown(*set, &value)?;
        if !new.is_empty() {
            self.values.entry(*set).or_default().extend(new);
        }
        Ok(())
    }

    /// What a set does not list: the value as it is written there, or bits of it.
    fn unknown(&self, set: TypeId, value: &str) -> Result<Vec<String>, String> {
        let int = || value.trim().parse::<i64>().map_err(|_| "this is no integer".to_owned());
        let is_new = match &self.compiled.model[set].kind {
            TypeKind::Texts(known) => known.iter().all(|known| known.wire != value),
            TypeKind::Ints(known) => {
                let int = int()?;
                let new = known.iter().all(|known| known.wire != int).then(|| int.to_string());
                return Ok(new.into_iter().collect());
            }
            TypeKind::Flags(known) => {
                let known = known.iter().fold(0, |all, bit| all | bit.wire);
                return missing_bits(known, int()?);
            }
            TypeKind::Object(_) | TypeKind::Choice(_) => false,
        };
        Ok(is_new.then(|| value.to_owned()).into_iter().collect())
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

    pub(super) fn fields(&self, id: TypeId) -> &'c [Field] {
        match &self.compiled.model[id].kind {
            TypeKind::Object(fields) => fields,
            _ => &[],
        }
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

/// The bits of a number that others do not have.
fn missing_bits(known: i64, number: i64) -> Result<Vec<String>, String> {
    if number < 0 {
        return Err("a negative number is no set of bits".to_owned());
    }
    let bits = (0..63).map(|bit| 1_i64 << bit).filter(|bit| number & !known & bit != 0);
    Ok(bits.map(|bit| bit.to_string()).collect())
}
