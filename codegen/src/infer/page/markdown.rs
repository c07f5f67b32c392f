//! Markdown as the few things that a page consists of.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A part of a page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    /// Metadata before everything else.
    FrontMatter(String),
    /// A heading.
    Heading(String),
    /// Rows of cells, the head first. Code keeps its backticks; a line break is a line feed.
    Table(Vec<Vec<String>>),
    /// A code block.
    Code(String),
}

/// The parts of a page, in order.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut blocks = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut line = String::new();
    for event in Parser::new_ext(text.trim_start_matches('\u{feff}'), options) {
        match event {
            Event::Start(Tag::Table(_)) => rows.clear(),
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell | Tag::Heading { .. } | Tag::MetadataBlock(_)) => line.clear(),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => line.clear(),
            Event::Text(text) | Event::InlineMath(text) | Event::DisplayMath(text) => line.push_str(&text),
            Event::Code(code) => {
                line.push('`');
                line.push_str(&code);
                line.push('`');
            }
            Event::SoftBreak | Event::HardBreak => line.push('\n'),
            Event::InlineHtml(html) if html.to_lowercase().starts_with("<br") => line.push('\n'),
            Event::End(TagEnd::TableCell) => {
                if let Some(row) = rows.last_mut() {
                    row.push(std::mem::take(&mut line));
                }
            }
            Event::End(TagEnd::Table) => blocks.push(Block::Table(std::mem::take(&mut rows))),
            Event::End(TagEnd::Heading(_)) => blocks.push(Block::Heading(std::mem::take(&mut line))),
            Event::End(TagEnd::CodeBlock) => blocks.push(Block::Code(std::mem::take(&mut line))),
            Event::End(TagEnd::MetadataBlock(_)) => {
                blocks.push(Block::FrontMatter(std::mem::take(&mut line)))
            }
            _ => {}
        }
    }
    blocks
}
