//! Ours as the protocol has it.

use std::{collections::HashMap, path::Path};

use lsp_types::{
    Code, CodeAction, CodeActionKind, CompletionItem, CompletionItemKind, CompletionItemTextEdit, Contents,
    Diagnostic as LspDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, MarkupContent,
    MarkupKind, Position as LspPosition, Range, TextEdit, Uri, WorkspaceEdit,
};
use workplace_events_codegen::{
    diagnostic::{Diagnostic, Severity, Suggestion},
    language::{Completion, CompletionKind, Lines, Position},
    source::{FileId, SourceMap, Span},
};

use crate::pages;

/// Finds the URI of a file by the path that messages show.
pub(crate) type UriOf<'a> = dyn Fn(&Path) -> Option<Uri> + 'a;

/// What conversions need to know.
pub(crate) struct Converter<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) uri: &'a UriOf<'a>,
    /// The generated crate, whose pages explain codes.
    pub(crate) generated: &'a Path,
}

impl Converter<'_> {
    pub(crate) fn range(&self, span: Span) -> Range {
        let text = self.sources.get(span.file).map_or("", |file| &file.text);
        let lines = Lines::of(text);
        Range { start: position(lines.position(span.start)), end: position(lines.position(span.end)) }
    }

    /// The byte at a place.
    pub(crate) fn byte(&self, file: FileId, place: LspPosition) -> usize {
        let text = self.sources.get(file).map_or("", |file| &file.text);
        let number = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        Lines::of(text).byte(Position { line: number(place.line), character: number(place.character) })
    }

    pub(crate) fn location(&self, span: Span) -> Option<Location> {
        let uri = (self.uri)(&self.sources.get(span.file)?.path)?;
        Some(Location { uri, range: self.range(span) })
    }

    pub(crate) fn finding(&self, found: &Diagnostic) -> LspDiagnostic {
        let mut message = found.message.clone();
        for (what, text) in
            found.help.iter().map(|help| ("help", help)).chain(found.notes.iter().map(|note| ("note", note)))
        {
            message.push_str(&format!("\n{what}: {text}"));
        }
        let related = found.secondary.iter().filter_map(|label| {
            let location = self.location(label.span)?;
            let message =
                if label.text.is_empty() { "this belongs to it".to_owned() } else { label.text.clone() };
            Some(DiagnosticRelatedInformation { location, message })
        });
        LspDiagnostic {
            range: self.range(found.primary.span),
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
            }),
            code: Some(Code::String(found.code.to_string())),
            code_description: pages::explains(self.generated, found.code),
            source: Some("workplace-events".to_owned()),
            message: message.into(),
            related_information: Some(related.collect::<Vec<_>>()).filter(|related| !related.is_empty()),
            ..LspDiagnostic::default()
        }
    }

    /// The change that a finding suggests.
    pub(crate) fn fix(&self, found: &Diagnostic) -> Option<CodeAction> {
        let Suggestion { span, replacement, certain } = found.suggestion.as_ref()?;
        let file = self.sources.get(span.file)?;
        let old = file.text.get(span.start..span.end)?;
        let title = match (old, replacement.as_str()) {
            ("", new) => format!("Insert `{}`", shown(new)),
            (old, "") => format!("Remove `{}`", shown(old)),
            (_, new) => format!("Write `{}`", shown(new)),
        };
        let edit = TextEdit { range: self.range(*span), new_text: replacement.clone() };
        Some(CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![self.finding(found)]),
            is_preferred: Some(*certain),
            edit: Some(changes((self.uri)(&file.path)?, edit)),
            ..CodeAction::default()
        })
    }

    /// Something that could be written in a file; `rank` is its place among the others.
    pub(crate) fn completion(&self, file: FileId, rank: usize, item: Completion) -> CompletionItem {
        let span = Span { file, start: item.replace.start, end: item.replace.end };
        let kind = match item.kind {
            CompletionKind::Key => CompletionItemKind::Property,
            CompletionKind::Word => CompletionItemKind::Keyword,
            CompletionKind::Type => CompletionItemKind::Struct,
            CompletionKind::Event => CompletionItemKind::Event,
            CompletionKind::Entry => CompletionItemKind::Value,
        };
        CompletionItem {
            label: item.label,
            kind: Some(kind),
            documentation: Some(item.about)
                .filter(|about| !about.is_empty())
                .map(|about| markdown(about).into()),
            sort_text: Some(format!("{rank:04}")),
            // Editors compare what is written already with it, quotes included.
            filter_text: Some(item.insert.clone()),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
                range: self.range(span),
                new_text: item.insert,
            })),
            ..CompletionItem::default()
        }
    }
}

/// Changes to one file.
pub(crate) fn changes(uri: Uri, edit: TextEdit) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(HashMap::from([(uri, vec![edit])])), ..WorkspaceEdit::default() }
}

/// Markdown, to show.
pub(crate) fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

/// Markdown, as a hover has it.
pub(crate) fn contents(value: String) -> Contents {
    Contents::MarkupContent(markdown(value))
}

fn position(of: Position) -> LspPosition {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    LspPosition { line: number(of.line), character: number(of.character) }
}

/// A text as part of a title.
fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let line = text.trim().lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}
