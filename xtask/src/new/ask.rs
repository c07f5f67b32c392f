//! Questions for what `new` was not told.

use std::io::{self, BufRead, IsTerminal, Write};

use workplace_events_codegen::{
    model::{Model, Platform},
    scaffold::{Page, filled, open_places},
};

use super::{Args, field};
use crate::term::{Done, Stop, note};

/// Whether there is somebody to ask: a terminal, or answers that were announced. A payload on stdin leaves no room for answers.
pub(super) fn is_possible(args: &Args) -> bool {
    let taken = args.from.iter().chain(&args.from_doc).any(|file| file.as_os_str() == "-");
    !taken && (args.ask || io::stdin().is_terminal() && io::stderr().is_terminal())
}

/// Where answers come from; nothing once they have ended.
pub(super) struct Ask {
    ended: bool,
}

impl Ask {
    pub(super) fn new() -> Ask {
        note("Enter leaves a question open, Ctrl-D all that follow.");
        Ask { ended: false }
    }

    /// The answer, if there is one.
    fn line(&mut self, question: &str) -> Done<Option<String>> {
        if self.ended {
            return Ok(None);
        }
        let mut out = io::stderr().lock();
        let asked = write!(out, "{question}: ").and_then(|()| out.flush());
        let mut answer = String::new();
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut answer));
        self.ended = read.map_err(|error| Stop::Internal(format!("stdin: {error}")))? == 0;
        if self.ended {
            note("");
        }
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// An answer unless something is known already.
    fn unless(&mut self, known: &mut Option<String>, question: &str) -> Done {
        if known.is_none() {
            *known = self.line(question)?;
        }
        Ok(())
    }

    /// Some of a list unless they are known already.
    fn some(&mut self, known: &mut Vec<String>, question: &str, of: &[(String, String)]) -> Done {
        if known.is_empty() && !of.is_empty() {
            let names: Vec<&str> = of.iter().map(|(name, _)| name.as_str()).collect();
            let answer =
                self.line(&format!("{question} (some of {})", names.join(", ")))?.unwrap_or_default();
            known.extend(words(&answer));
        }
        Ok(())
    }

    /// Platform and event.
    pub(super) fn names(&mut self, args: &mut Args, model: &Model) -> Done {
        let names: Vec<&str> = model.platforms.iter().map(|platform| platform.name.as_str()).collect();
        self.unless(&mut args.platform, &format!("platform ({})", names.join(", ")))?;
        if args.from_doc.is_none() && args.from.is_empty() {
            self.unless(&mut args.event, "event, as the platform names it")?;
        }
        Ok(())
    }

    /// What belongs to the whole event.
    pub(super) fn event(&mut self, args: &mut Args, platform: &Platform, page: Option<&Page>) -> Done {
        if !args.event.as_deref().is_some_and(|event| event.contains('.')) {
            let domains: Vec<&str> = platform.domains.iter().map(|domain| domain.name.as_str()).collect();
            self.unless(&mut args.domain, &format!("domain ({}, or a new one)", domains.join(", ")))?;
        }
        self.unless(&mut args.title, "title, six words at most")?;
        self.unless(&mut args.about, "what happened, for whom, and when it is not sent")?;
        if page.is_none_or(|page| page.docs.is_none()) {
            self.unless(&mut args.docs, "page of the platform's documentation")?;
        }
        if page.is_none() {
            self.some(&mut args.apps, "kinds of app", &platform.app_kinds)?;
        }
        self.some(&mut args.delivery, "ways of delivery", &platform.deliveries)?;
        if page.is_none() && args.permissions.is_empty() && !platform.permissions.is_empty() {
            let answer = self.line("permissions of which any one is enough")?.unwrap_or_default();
            args.permissions.extend(words(&answer));
        }
        if page.is_none() && args.from.is_empty() && args.fields.is_empty() {
            self.fields(args)?;
        }
        Ok(())
    }

    /// Fields, one by one.
    fn fields(&mut self, args: &mut Args) -> Done {
        while let Some(answer) = self.line("a field, as in `chat_id=string: The chat.`")? {
            match field(&answer) {
                Ok(field) => args.fields.push(field),
                Err(reason) => note(&reason),
            }
        }
        Ok(())
    }

    /// The schema with words for what it leaves open.
    pub(super) fn open_places(&mut self, mut text: String) -> Done<String> {
        let mut left = 0;
        while let Some(place) = open_places(&text).into_iter().nth(left) {
            // These were asked for; the last stands where there is no field.
            let asked = ["title", "about", "docs", "TODO (string)"].contains(&place.of.as_str());
            match if asked { None } else { self.line(&place.of)? } {
                Some(answer) => text = filled(&text, &place, &answer),
                None => left += 1,
            }
        }
        Ok(text)
    }
}

fn words(answer: &str) -> impl Iterator<Item = String> {
    answer.split([',', ' ']).filter(|word| !word.is_empty()).map(str::to_owned)
}
