//! A page while it is written.

use super::{
    site::{Site, relative},
    text::{Table, link, slug},
};
use crate::{emit::OutFile, model::TypeId, output::HEADER};

pub(super) struct Page<'s, 'm> {
    pub(super) site: &'s Site<'m>,
    /// Below the output folder.
    path: String,
    body: String,
}

impl<'s, 'm> Page<'s, 'm> {
    pub(super) fn new(site: &'s Site<'m>, path: String) -> Self {
        Page { site, path, body: String::new() }
    }

    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text(&format!("{} {text}", "#".repeat(level)));
    }

    /// A paragraph, list or block; nothing where it is empty.
    pub(super) fn text(&mut self, markdown: &str) {
        if !markdown.is_empty() {
            self.body.push_str(markdown);
            self.body.push_str("\n\n");
        }
    }

    pub(super) fn table(&mut self, table: &Table) {
        self.text(&table.markdown());
    }

    /// A table under a heading; neither where the table is empty.
    pub(super) fn section(&mut self, heading: &str, intro: &str, table: &Table) {
        let table = table.markdown();
        if !table.is_empty() {
            self.heading(2, heading);
            self.text(intro);
            self.text(&table);
        }
    }

    /// The way up: links from the index down to the folder of this page.
    pub(super) fn way_up(&mut self, pages: &[(String, String)]) {
        let links: Vec<_> = pages.iter().map(|(text, page)| self.link(text, page)).collect();
        self.text(&links.join(" / "));
    }

    /// A link to another file.
    pub(super) fn link(&self, text: &str, to: &str) -> String {
        link(text, &relative(&self.path, to))
    }

    /// A link to a section of another page, by its heading.
    pub(super) fn section_link(&self, text: &str, to: &str, heading: &str) -> String {
        link(text, &format!("{}#{}", relative(&self.path, to), slug(heading)))
    }

    /// A link to the section of a type.
    pub(super) fn type_link(&self, text: &str, ty: TypeId) -> String {
        link(text, &self.site.to_type(&self.path, ty))
    }

    /// The text without the line that generated files begin with.
    pub(super) fn into_text(mut self) -> String {
        self.body.truncate(self.body.trim_end().len());
        self.body.push('\n');
        self.body
    }

    pub(super) fn into_file(self) -> OutFile {
        let path = self.path.clone();
        OutFile { path, body: format!("<!-- {HEADER} -->\n\n{}", self.into_text()) }
    }
}
