//! What the server can do, and what it wants to be told.

use lsp_server::{Message, Request};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, DidChangeWatchedFilesNotification,
    DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher, InitializeResult, Notification as _,
    Registration, RegistrationParams, RegistrationRequest, Request as _, Save, ServerCapabilities,
    ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions,
};

/// What the server can do.
pub(crate) fn abilities() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Full),
        save: Some(Save::Bool(true)),
        ..TextDocumentSyncOptions::default()
    };
    let triggers = ["\"", "<", "{", "[", " "];
    let completion = CompletionOptions {
        trigger_characters: Some(triggers.map(str::to_owned).to_vec()),
        ..CompletionOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
        ..CodeActionOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(sync.into()),
            completion_provider: Some(completion),
            hover_provider: Some(true.into()),
            definition_provider: Some(true.into()),
            code_action_provider: Some(actions.into()),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "workplace-events schemas".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

/// Asks the editor to tell of files that others change.
pub(crate) fn watch() -> Message {
    let glob_pattern = "**/*.{yaml,json}".to_owned().into();
    let options = DidChangeWatchedFilesRegistrationOptions {
        watchers: vec![FileSystemWatcher { glob_pattern, kind: None }],
    };
    let registration = Registration {
        id: "files".to_owned(),
        method: DidChangeWatchedFilesNotification::METHOD.to_string(),
        register_options: serde_json::to_value(options).ok(),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    let params = serde_json::to_value(params).unwrap_or_default();
    let method = RegistrationRequest::METHOD.to_string();
    Request { id: "files".to_owned().into(), method, params }.into()
}
