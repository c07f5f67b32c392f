//! Which file of the schemas a path is, and the files it sees.

use std::path::{Path, PathBuf};

use crate::{
    diagnostic::Diagnostics,
    source::{FileId, SourceFile, SourceMap, Spanned},
    syntax::tree::{self, Node, NodeKind},
};

/// What a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Platform,
    Types,
    Event,
}

/// A schema file, by its path.
#[derive(Debug)]
pub(super) struct Home<'s> {
    sources: &'s SourceMap,
    pub(super) file: FileId,
    pub(super) source: &'s SourceFile,
    pub(super) kind: FileKind,
    /// The folder of its platform.
    pub(super) platform: PathBuf,
    /// The folder of its domain.
    pub(super) domain: Option<PathBuf>,
}

/// The entries of a map.
pub(super) type Entries = Vec<(Spanned<String>, Node)>;

impl<'s> Home<'s> {
    /// `None`: the file is no schema.
    pub(super) fn of(sources: &'s SourceMap, file: FileId) -> Option<Self> {
        let source = sources.get(file)?;
        let folder = source.path.parent()?.to_owned();
        let kind = match source.path.file_name()?.to_str()? {
            "platform.yaml" => FileKind::Platform,
            "_types.yaml" => FileKind::Types,
            name if name.ends_with(".yaml") => FileKind::Event,
            _ => return None,
        };
        // schemas / platform / domain / file
        let (platform, domain) = match source.path.iter().count() {
            3 => (folder, None),
            4 => (folder.parent()?.to_owned(), Some(folder)),
            _ => return None,
        };
        Some(Home { sources, file, source, kind, platform, domain })
    }

    /// The name of the platform.
    pub(super) fn platform_name(&self) -> &str {
        name(&self.platform)
    }

    /// The name of the domain.
    pub(super) fn domain_name(&self) -> Option<&str> {
        self.domain.as_deref().map(name)
    }

    /// The file as a tree.
    pub(super) fn tree(&self) -> Option<Node> {
        tree::parse(&self.source.text, self.file, &mut Diagnostics::new())
    }

    /// The entries of a top-level map of `platform.yaml`.
    pub(super) fn of_platform(&self, map: &str) -> Entries {
        self.entries(&self.platform.join("platform.yaml"), map)
    }

    /// All types that can be named here, the nearest first.
    pub(super) fn types(&self) -> Entries {
        let own = (self.kind == FileKind::Event).then(|| self.source.path.clone());
        let domain = self.domain.as_ref().map(|domain| domain.join("_types.yaml"));
        let files = own.into_iter().chain(domain).chain([self.platform.join("_types.yaml")]);
        files.flat_map(|file| self.entries(&file, "types")).collect()
    }

    /// The entries of a top-level map of a file.
    fn entries(&self, path: &Path, map: &str) -> Entries {
        let Some((file, source)) = self.sources.iter().find(|(_, file)| file.path == path) else {
            return Vec::new();
        };
        let root = tree::parse(&source.text, file, &mut Diagnostics::new());
        let entries = root.and_then(into_entries).into_iter().flatten();
        let found = entries.filter(|(key, _)| key.value == map).find_map(|(_, value)| into_entries(value));
        found.unwrap_or_default()
    }
}

fn name(folder: &Path) -> &str {
    folder.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn into_entries(node: Node) -> Option<Entries> {
    match node.kind {
        NodeKind::Map { entries, .. } => Some(entries),
        _ => None,
    }
}

/// What the `about` of an entry says, or the entry where it is a text.
pub(super) fn about(node: &Node) -> &str {
    match &node.kind {
        NodeKind::Scalar { text, .. } => text,
        NodeKind::Map { entries, .. } => {
            entries.iter().find(|(key, _)| key.value == "about").map_or("", |(_, value)| match &value.kind {
                NodeKind::Scalar { text, .. } => text,
                _ => "",
            })
        }
        _ => "",
    }
}
