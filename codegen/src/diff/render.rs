//! A comparison as text: for people, for programs, for a changelog.

use std::collections::BTreeMap;

use super::{Api, Change, Diff, Kind, Payload, Section};

impl Diff {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What changed, below the event, domain or platform that it belongs to, with both verdicts.
    #[must_use]
    pub fn human(&self) -> String {
        let mut text = String::new();
        for changes in self.changes.chunk_by(|a, b| a.subject == b.subject) {
            let subject = changes.iter().take(1).map(|change| format!("{}\n", change.subject));
            text.extend(subject);
            let (words, others): (Vec<_>, Vec<_>) =
                changes.iter().partition(|change| change.kind == Kind::Described);
            for change in others {
                text.push_str(&row(change.payload, change.api, &change.line()));
            }
            // Words alone are one row, however many there are.
            let items: Vec<_> = words.iter().map(|change| change.words(None)).collect();
            let items: Vec<_> = items.into_iter().filter(|item| !item.is_empty()).collect();
            if !words.is_empty() {
                let line = [items.join(", ").as_str(), Kind::Described.verb()].join(" ");
                text.push_str(&row(Payload::Compatible, Api::Patch, line.trim_start()));
            }
        }
        text
    }

    /// The verdict of the whole, in a line.
    #[must_use]
    pub fn summary(&self) -> String {
        let Diff { payload, api, changes } = self;
        match changes.len() {
            0 => "nothing changed".to_owned(),
            1 => format!("1 change: payloads {payload}, Rust API {api}"),
            count => format!("{count} changes: payloads {payload}, Rust API {api}"),
        }
    }

    /// One JSON object: both verdicts and the changes.
    #[must_use]
    pub fn json(&self) -> String {
        // Texts, lists and names of variants: nothing that JSON lacks.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// A part of a changelog, as [Keep a Changelog](https://keepachangelog.com/en/1.1.0/) has it. What only people read is
    /// left out.
    #[must_use]
    pub fn changelog(&self) -> String {
        let mut sections: BTreeMap<Section, Vec<&Change>> = BTreeMap::new();
        for change in &self.changes {
            sections.entry(change.kind.section()).or_default().push(change);
        }
        sections.remove(&Section::Nowhere);
        let sections = sections.iter().map(|(section, changes)| {
            let lines: String = changes.iter().map(|change| format!("- {}\n", change.entry())).collect();
            format!("### {section:?}\n\n{lines}")
        });
        sections.collect::<Vec<_>>().join("\n")
    }
}

/// A change below its subject.
fn row(payload: Payload, api: Api, line: &str) -> String {
    format!("  {payload:10}  {api:5}  {line}\n")
}

impl Change {
    /// What changed, without its subject and verdicts.
    #[must_use]
    pub fn line(&self) -> String {
        let shared = match self.events.as_slice() {
            [] => String::new(),
            [event] => format!(" (in {event})"),
            events => format!(" (in {} events)", events.len()),
        };
        format!("{}{}{shared}", self.words(Some(self.kind.verb())), self.details())
    }

    /// What changed as an entry of a changelog: the section says what happened.
    fn entry(&self) -> String {
        let verb = (self.kind.section() == Section::Changed).then(|| self.kind.verb());
        let breaking =
            if self.api == Api::Major || self.payload == Payload::Breaking { "**Breaking:** " } else { "" };
        let words = self.words(verb);
        let details = self.details();
        // An event that is new or gone is its Rust type.
        let details =
            if self.item.is_empty() && verb.is_none() { details.replacen(": ", " ", 1) } else { details };
        let words = if words.is_empty() { words } else { format!(": {words}") };
        format!("{breaking}`{}`{words}{details}", self.subject)
    }

    fn words(&self, verb: Option<&str>) -> String {
        let item = if self.item.is_empty() { String::new() } else { format!("`{}`", self.item) };
        let words = [self.kind.noun(), &item, verb.unwrap_or_default()];
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn details(&self) -> String {
        match (&self.before, &self.after) {
            (None, None) => String::new(),
            (Some(one), None) | (None, Some(one)) => format!(": `{one}`"),
            (Some(before), Some(after)) => format!(": `{before}` -> `{after}`"),
        }
    }
}
