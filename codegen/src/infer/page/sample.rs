//! The sample payload of a page.

use serde_json::Value;

use super::markdown::Block;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sample {
    /// Nothing that looks like JSON.
    None,
    /// What looks like JSON but is none, with what is wrong.
    Broken(String),
    /// The text and what it means: an object.
    Json(String, Value),
}

impl Sample {
    /// The first object among the code blocks; one that names the event goes first.
    pub(super) fn find(blocks: &[Block], event: Option<&str>) -> Sample {
        let mut found = Sample::None;
        for block in blocks {
            let Block::Code(text) = block else { continue };
            if !text.trim_start().starts_with('{') {
                continue;
            }
            let text = plain(text);
            match serde_json::from_str::<Value>(&text) {
                Ok(value) => {
                    if event.is_none_or(|event| text.contains(&format!("\"{event}\""))) {
                        return Sample::Json(text, value);
                    }
                    if !matches!(found, Sample::Json(..)) {
                        found = Sample::Json(text, value);
                    }
                }
                Err(error) if found == Sample::None => found = Sample::Broken(error.to_string()),
                Err(_) => {}
            }
        }
        found
    }
}

/// JSON without what people add to it: comments to the end of a line, and commas before a closing bracket.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.trim().chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '/' if !quoted && chars.peek() == Some(&'/') => {
                while chars.next_if(|c| *c != '\n').is_some() {}
                out.truncate(out.trim_end_matches([' ', '\t']).len());
                continue;
            }
            '}' | ']' if !quoted => {
                let before = out.trim_end();
                if let Some(value) = before.strip_suffix(',') {
                    let (kept, removed) = (value.len(), before.len());
                    out.replace_range(kept..removed, "");
                }
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Block, Sample, plain};

    #[test]
    fn what_people_add_is_removed_and_texts_are_kept() {
        let text = "{ \"a\": \"http://x, }\", // said once\n  \"b\": [1, 2,],\n  \"c\": \"\\\"//\",\n}";
        assert_eq!(plain(text), "{ \"a\": \"http://x, }\",\n  \"b\": [1, 2],\n  \"c\": \"\\\"//\"\n}");
    }

    #[test]
    fn the_sample_that_names_the_event_goes_first() {
        let code = |text: &str| Block::Code(text.to_owned());
        let blocks = [code("go run"), code("{ \"type\": \"one\" }"), code("{ \"type\": \"two\" }")];
        let found = |event| match Sample::find(&blocks, event) {
            Sample::Json(text, _) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(found(None), "{ \"type\": \"one\" }");
        assert_eq!(found(Some("two")), "{ \"type\": \"two\" }");
        assert_eq!(found(Some("three")), "{ \"type\": \"one\" }");
        assert!(matches!(Sample::find(&[code("{ \"type\": ")], None), Sample::Broken(_)));
    }
}
