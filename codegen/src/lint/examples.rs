//! Examples fit their schemas: each payload is opened and decoded by the tables of its platform.

use std::{collections::BTreeSet, ops::Range};

use workplace_events_runtime::{
    check::{self, Findings},
    drift::{Drift, DriftKind},
    envelope::{self, Opened, Opening},
    table::{Encoding, Form, PlatformTable},
};

use super::{
    locate::locate,
    seen::{Checked, Seen},
};
use crate::{
    diagnostic::{Code, Diagnostic, Diagnostics, Severity},
    model::{Event, EventId, Example, FieldType, Model, TypeId, TypeKind},
    names::Names,
    patterns::Patterns,
    source::{FileId, Span},
    tables::Tables,
    verify::field_at,
};

/// Checks the examples of all events that have no error themselves, again only where a file has changed.
///
/// Returns the places of the fields of which an example breaks a constraint.
pub(super) fn check(
    model: &Model,
    names: &Names,
    changed: &BTreeSet<FileId>,
    seen: &mut Seen,
    diagnostics: &mut Diagnostics,
) -> BTreeSet<Span> {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let doubtful: BTreeSet<FileId> = errors.map(|found| found.primary.span.file).collect();
    let patterns = Patterns::default();
    let matches = |pattern: &str, text: &str| patterns.matches(pattern, text);
    let mut all_broken = BTreeSet::new();
    model.with_tables(names, |tables| {
        for (index, event) in model.events.iter().enumerate() {
            let mut files = files(model, event);
            if !files.is_disjoint(&doubtful) {
                seen.forget(event.span.file);
                continue;
            }
            let examples = event.examples.iter().filter(|example| !doubtful.contains(&example.span.file));
            files.extend(examples.clone().map(|example| example.span.file));
            if let Some(known) = seen.get(event.span.file, &files, changed) {
                diagnostics.extend(known.findings.iter().cloned());
                all_broken.extend(&known.broken);
                continue;
            }
            let mut broken = BTreeSet::new();
            let id = EventId(index);
            let mut checker = Checker { model, event, id, tables, matches: &matches, broken: &mut broken };
            let findings: Vec<_> = examples.flat_map(|example| checker.example(example)).collect();
            diagnostics.extend(findings.iter().cloned());
            all_broken.extend(&broken);
            seen.put(event.span.file, Checked { files, findings, broken });
        }
    });
    all_broken
}

/// The files that say what the payload of an event looks like.
fn files(model: &Model, event: &Event) -> BTreeSet<FileId> {
    let mut files = BTreeSet::from([event.span.file, model[event.platform].span.file]);
    let mut seen = BTreeSet::new();
    let mut ahead: Vec<TypeId> = event.response.into_iter().chain([event.body]).collect();
    while let Some(id) = ahead.pop() {
        if !seen.insert(id) {
            continue;
        }
        files.insert(model[id].span.file);
        match &model[id].kind {
            TypeKind::Object(fields) => {
                // Fields that are inherited stand in another file.
                files.extend(fields.iter().map(|field| field.span.file));
                ahead.extend(fields.iter().filter_map(|field| named(&field.ty)));
            }
            TypeKind::Choice(choice) => ahead.extend(choice.shapes.iter().map(|shape| shape.ty)),
            TypeKind::Texts(_) | TypeKind::Ints(_) | TypeKind::Flags(_) => {}
        }
    }
    files
}

fn named(ty: &FieldType) -> Option<TypeId> {
    match ty {
        FieldType::Scalar(scalar) => scalar.set,
        FieldType::Any => None,
        FieldType::JsonText(inner) | FieldType::List(inner) | FieldType::Map(inner) => named(inner),
        FieldType::Object(id) | FieldType::Choice(id) => Some(*id),
    }
}

struct Checker<'c, 'a> {
    model: &'c Model,
    event: &'c Event,
    id: EventId,
    tables: &'c Tables<'a>,
    matches: &'c dyn Fn(&str, &str) -> bool,
    /// The fields of which an example breaks a constraint.
    broken: &'c mut BTreeSet<Span>,
}

impl Checker<'_, '_> {
    fn example(&mut self, example: &Example) -> Vec<Diagnostic> {
        if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(&example.text) {
            return vec![no_json(example, &error)];
        }
        if example.response { self.response(example) } else { self.payload(example) }
    }

    fn response(&mut self, example: &Example) -> Vec<Diagnostic> {
        let Some(table) = self.tables.event(self.id).response else {
            let message = format!("`{}` has no answer", self.event.name);
            let help = "remove the file, or describe the `response` of the callback";
            return vec![Diagnostic::new(Code::ExampleOfNothing, first_line(example), message).help(help)];
        };
        let read = check::check(&Encoding::Object(table), Some(Form(0)), &[], &example.text, self.matches);
        match read {
            Ok(findings) => {
                self.note(self.event.response, &findings);
                self.judge(example, "", &findings)
            }
            Err(error) => vec![no_json(example, &error)],
        }
    }

    fn payload(&mut self, example: &Example) -> Vec<Diagnostic> {
        let platform = self.tables.platform(self.event.platform);
        match envelope::open(platform, None, example.text.clone().into()) {
            Ok(Opening::Control(control)) => {
                vec![not_opened(example, &format!("the payload is control traffic (`{}`)", control.name))]
            }
            Ok(Opening::Events(events)) if events.is_empty() => {
                vec![not_opened(example, "the payload holds no event")]
            }
            Ok(Opening::Events(events)) => {
                let mut drifts = false;
                let mut found = Vec::new();
                for (index, opened) in events.iter().enumerate() {
                    match opened {
                        Ok(opened) => {
                            found.extend(self.opened(platform, example, index, opened, &mut drifts))
                        }
                        Err(error) => found.push(not_opened(example, &error.to_string())),
                    }
                }
                found.extend((example.drifts && !drifts && found.is_empty()).then(|| no_drift(example)));
                found
            }
            Err(error) => vec![not_opened(example, &error.to_string())],
        }
    }

    fn opened(
        &mut self,
        platform: &PlatformTable<'_>,
        example: &Example,
        index: usize,
        opened: &Opened,
        drifts: &mut bool,
    ) -> Vec<Diagnostic> {
        let table = self.tables.event(self.id);
        if opened.header.event() != table.event {
            let message = format!("the payload is of the event `{}`", opened.header.event());
            let help = format!("mend it, or name the file after that event instead of `{}`", self.event.name);
            return vec![not_opened(example, &message).help(help)];
        }
        let Some(form) = platform.forms.get(usize::from(opened.form.0)) else { return Vec::new() };
        if !form.protocol.is_empty() && form.protocol != table.protocol {
            let message = format!(
                "the payload has the form `{}` of the protocol `{}`, but the event is of `{}`",
                form.name, form.protocol, table.protocol
            );
            let help = format!("mend the example, or `protocol` in `{}.yaml`", self.event.name);
            return vec![not_opened(example, &message).help(help)];
        }
        let body = self.tables.body(self.id);
        match check::check(&body, Some(opened.form), form.envelope, opened.body(), self.matches) {
            Ok(findings) => {
                self.note(Some(self.event.body), &findings);
                *drifts |= findings.drift.iter().any(|drift| drift.kind != DriftKind::Constraint);
                let row =
                    if form.rows.is_empty() { String::new() } else { format!("{}[{index}]", form.rows) };
                self.judge(example, &join(&row, form.body), &findings)
            }
            Err(error) => vec![not_opened(example, &format!("the body is no JSON: {error}"))],
        }
    }

    /// Remembers where a body breaks constraints.
    fn note(&mut self, body: Option<TypeId>, findings: &Findings) {
        let broken = findings.drift.iter().filter(|drift| drift.kind == DriftKind::Constraint);
        for drift in broken {
            self.broken.extend(body.map(|body| field_at(self.model, body, &drift.path)));
        }
    }

    /// What was found in a body that stands at `home` in the example.
    fn judge(&self, example: &Example, home: &str, findings: &Findings) -> Vec<Diagnostic> {
        if example.drifts {
            return Vec::new();
        }
        let mut found: Vec<_> = findings.drift.iter().map(|drift| self.drift(example, home, drift)).collect();
        if let Some(lost) = findings.lost.as_ref().filter(|_| found.is_empty()) {
            let message = format!("after decoding and encoding, `{}` is not the same", lost.path);
            let place = locate(&example.text, &join(home, &lost.path)).value;
            let span = Span { start: place.start, end: place.end, ..example.span };
            let help = "give the field a type that keeps the value, such as `any`";
            found.push(Diagnostic::new(Code::ExampleDrifts, span, message).help(help));
        }
        found
    }

    fn drift(&self, example: &Example, home: &str, drift: &Drift) -> Diagnostic {
        let found = locate(&example.text, &join(home, &drift.path));
        let at = |bytes: Range<usize>| Span { start: bytes.start, end: bytes.end, ..example.span };
        let Drift { path, expected, found: there, .. } = drift;
        let home = if path.is_empty() { "the body".to_owned() } else { format!("`{path}`") };
        let differs = format!("{home}: expected {expected}, found {there}");
        match drift.kind {
            DriftKind::Constraint => Diagnostic::new(Code::ExampleConstraint, at(found.value), differs)
                .help("mend the constraint; if the example is wrong, mend that"),
            DriftKind::UnknownKey => {
                Diagnostic::new(Code::ExampleDrifts, at(found.key), format!("the schema has no key `{path}`"))
                    .help("describe it, with the name that the platform gives it; keep `any` for what nobody knows")
            }
            DriftKind::Missing => {
                let message = format!("`{path}` is `always` there by the schema, but here is {there}");
                Diagnostic::new(Code::ExampleDrifts, at(found.value), message)
                    .help("remove `always`; if the example is not as the platform sends it, mend that")
            }
            _ => Diagnostic::new(Code::ExampleDrifts, at(found.value), differs).help(
                "mend the schema or the example; a payload that shows drift has a scenario that begins with `drift-`",
            ),
        }
    }
}

fn join(home: &str, path: &str) -> String {
    match (home, path) {
        ("", path) => path.to_owned(),
        (home, "") => home.to_owned(),
        (home, path) => format!("{home}.{path}"),
    }
}

fn first_line(example: &Example) -> Span {
    Span { end: example.text.lines().next().unwrap_or_default().len(), ..example.span }
}

fn no_json(example: &Example, error: &serde_json::Error) -> Diagnostic {
    let lines = example.text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    // What is wrong is one character, and the column may lie within it.
    let found = example.text.char_indices().find(|(at, c)| at + c.len_utf8() > start);
    let (start, end) =
        found.map_or((example.text.len(), example.text.len()), |(at, c)| (at, at + c.len_utf8()));
    let text = error.to_string();
    let reason =
        if error.is_eof() { "it ends early" } else { text.split(" at line ").next().unwrap_or_default() };
    Diagnostic::new(
        Code::ExampleNotJson,
        Span { start, end, ..example.span },
        format!("this is no JSON: {reason}"),
    )
    .help("an example is one JSON document, as it arrives after decryption")
}

fn not_opened(example: &Example, message: &str) -> Diagnostic {
    Diagnostic::new(Code::ExampleNotOpened, first_line(example), message)
        .help("mend the example, or `forms` and `control` in `platform.yaml`")
}

fn no_drift(example: &Example) -> Diagnostic {
    let message = format!("`{}` fits its schema, so it shows no drift", example.file);
    Diagnostic::new(Code::ExampleWithoutDrift, first_line(example), message)
        .help("mend the example, or rename it so that its scenario does not begin with `drift-`")
}
