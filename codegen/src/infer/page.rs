//! The page of an event in the documentation of Feishu and Lark, as Markdown: which facts it states.
//!
//! Keys, types, values, limits, permissions, links and the sample are facts. The words on them are the platform's, and none of
//! them leave this module, except for the platform's own name of the event.

mod cell;
mod markdown;
mod rows;
mod sample;

pub(super) use self::{
    cell::{Facts, Unit},
    rows::Row,
};
use self::{markdown::Block, sample::Sample};

/// What a page says about an event.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The event as the platform names it.
    pub event: Option<String>,
    /// The platform's own title.
    pub title: Option<String>,
    /// Where the page is: a URL, or a path below the documentation's root.
    pub docs: Option<String>,
    /// The sample payload, without the comments that some pages write into it.
    pub sample: Option<String>,
    /// What its author should know: what of the page could not be read.
    pub notes: Vec<String>,
    /// Kinds of app.
    pub(super) apps: Vec<&'static str>,
    /// Permissions of which any one is enough.
    pub(crate) scopes: Vec<String>,
    /// The body with its envelope, as a tree.
    pub(super) rows: Vec<Row>,
}

/// Why a page says nothing about an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// No table is there.
    #[error("there are no tables in it; save the page of the event as Markdown")]
    NoTables,
    /// The page is about something else.
    #[error("this is the page of {of}, not of `{wanted}`")]
    OtherEvent {
        /// What it is about.
        of: String,
        /// What was asked for.
        wanted: String,
    },
    /// Neither table nor sample shows the body.
    #[error("it shows no body of an event: no table with the columns name and type, and no sample in JSON")]
    NoBody,
    /// The table shows no nesting, and nothing else does.
    #[error("the table of the body is flat (no `└`), and there is no sample in JSON that shows how it nests")]
    Flat,
}

/// The rows of the table of properties, in Chinese and English.
const EVENT: &[&str] = &["事件类型", "Event type"];
const APPS: &[&str] = &["支持的应用类型", "Supported app types"];
const SCOPES: &[&str] = &["权限要求", "Required scopes"];

impl Page {
    /// Reads a page. Where it is about several events, `wanted` says which one is meant.
    ///
    /// # Errors
    ///
    /// [`PageError`].
    pub fn read(text: &str, wanted: Option<&str>) -> Result<Page, PageError> {
        let blocks = markdown::blocks(text);
        if !blocks.iter().any(|block| matches!(block, Block::Table(_))) {
            return Err(PageError::NoTables);
        }
        let start = properties(&blocks, wanted)?;
        let mut page = Page { event: wanted.map(str::to_owned), ..Page::default() };
        (page.title, page.docs) = origin(&blocks);
        if let Some(Block::Table(rows)) = start.and_then(|start| blocks.get(start)) {
            let named = cell(rows, EVENT).map(|cell| cell.trim_matches(['`', ' ']).to_owned());
            page.event = page.event.or(named.filter(|name| !name.is_empty()));
            page.apps = cell(rows, APPS).map(cell::apps).unwrap_or_default();
            page.scopes = cell(rows, SCOPES).map(cell::scopes).unwrap_or_default();
        }
        // What comes before the next table of properties belongs to this one.
        let after = start.map_or(&blocks[..], |start| &blocks[start + 1..]);
        let end = after.iter().position(is_properties).unwrap_or(after.len());
        page.fill(&after[..end])?;
        Ok(page)
    }

    /// The kinds of app that the platform knows.
    pub(crate) fn apps(&self, known: &[(String, String)]) -> Vec<String> {
        let known = self.apps.iter().filter(|kind| known.iter().any(|(name, _)| name == *kind));
        known.map(|kind| (*kind).to_owned()).collect()
    }

    /// Takes the body and its sample.
    fn fill(&mut self, blocks: &[Block]) -> Result<(), PageError> {
        let sample = Sample::find(blocks, self.event.as_deref());
        let table = blocks.iter().find_map(|block| match block {
            Block::Table(rows) if rows::is_body(rows) => Some(rows),
            _ => None,
        });
        match (&sample, table) {
            (Sample::None | Sample::Broken(_), None) => return Err(PageError::NoBody),
            (Sample::Json(..), None) => {
                self.notes.push("the page has no table of the body; its sample alone was read".to_owned());
            }
            (Sample::Json(..), Some(_)) => {}
            (Sample::None, Some(_)) => self.notes.push("the page has no sample in JSON".to_owned()),
            (Sample::Broken(error), Some(_)) => {
                self.notes.push(format!("the sample of the page is no JSON, and was left out: {error}"));
            }
        }
        let value = match &sample {
            Sample::Json(_, value) => Some(value),
            _ => None,
        };
        if let Some(table) = table {
            self.rows = rows::tree(table, value)?;
        }
        if let Sample::Json(text, _) = sample {
            self.sample = Some(text);
        }
        Ok(())
    }
}

/// Where the table of properties is; `None` where the page has none.
fn properties(blocks: &[Block], wanted: Option<&str>) -> Result<Option<usize>, PageError> {
    let tables = || blocks.iter().enumerate().filter(|(_, block)| is_properties(block));
    let names = |block: &Block| match block {
        Block::Table(rows) => cell(rows, EVENT).map(|cell| cell.trim_matches(['`', ' ']).to_owned()),
        _ => None,
    };
    let Some(wanted) = wanted else { return Ok(tables().next().map(|(at, _)| at)) };
    let says = |(_, block): &(usize, &Block)| {
        let words = names(block).unwrap_or_default();
        words.split(|c: char| c.is_whitespace() || matches!(c, ',' | '、' | '`')).any(|word| word == wanted)
    };
    match tables().find(says) {
        Some((at, _)) => Ok(Some(at)),
        None if tables().next().is_none() => Ok(None),
        None => {
            let of: Vec<String> =
                tables().filter_map(|(_, block)| names(block)).map(|name| format!("`{name}`")).collect();
            Err(PageError::OtherEvent { of: of.join(", "), wanted: wanted.to_owned() })
        }
    }
}

fn is_properties(block: &Block) -> bool {
    matches!(block, Block::Table(rows) if cell(rows, EVENT).is_some())
}

/// What stands beside a label.
fn cell<'t>(rows: &'t [Vec<String>], labels: &[&str]) -> Option<&'t str> {
    let labelled = |row: &&Vec<String>| {
        row.first().is_some_and(|first| labels.iter().any(|label| first.trim().starts_with(label)))
    };
    rows.iter().find(labelled).and_then(|row| row.get(1)).map(String::as_str)
}

/// The platform's title, and where the page is.
fn origin(blocks: &[Block]) -> (Option<String>, Option<String>) {
    let title = blocks.iter().find_map(|block| match block {
        Block::Heading(text) => {
            text.trim().lines().next().map(|line| line.trim_start_matches("【事件】").trim().to_owned())
        }
        _ => None,
    });
    let front = blocks.iter().find_map(|block| match block {
        Block::FrontMatter(text) => Some(text),
        _ => None,
    });
    let key = |key: &str| {
        front?.lines().find_map(|line| {
            let value = line.strip_prefix(key)?.trim_start().strip_prefix(':')?.trim();
            Some(value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
        })
    };
    (title, ["url", "source_url", "fullPath"].into_iter().find_map(key))
}
