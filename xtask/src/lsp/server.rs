//! What the editor asks, and what it is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use lsp_server::{ErrorCode, Message, Notification, Request, Response, ResponseError};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest, CodeActionResponse, CompletionParams,
    CompletionRequest, CompletionResponse, Definition, DefinitionParams, DefinitionRequest,
    DefinitionResponse, Diagnostic, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification,
    DidOpenTextDocumentNotification, Hover, HoverParams, HoverRequest, LogMessageNotification,
    LogMessageParams, MessageType, PublishDiagnosticsNotification, PublishDiagnosticsParams,
    TextDocumentContentChangeEvent, TextDocumentIdentifier, TextDocumentPositionParams, TextEdit, Uri,
};
use serde_json::Value;
use workplace_events_codegen::{
    compile::Compiled,
    diagnostic::fix,
    language, published,
    source::{FileId, Span},
    workspace::Workspace,
};

use crate::{
    abilities::{abilities, watch},
    convert::{Converter, changes, contents},
    transport::Incoming,
};

/// What follows from a message.
pub(crate) enum Step {
    /// These are sent.
    Answer(Vec<Message>),
    /// The process ends.
    Exit {
        /// Whether it was asked to shut down before.
        clean: bool,
    },
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Starting,
    Running,
    ShutDown,
}

/// A file that an editor has open.
#[derive(Debug)]
struct Open {
    /// As the editor writes it.
    uri: Uri,
    version: i32,
}

/// One editor and one schema folder.
pub(crate) struct Server {
    workspace: Workspace,
    /// The generated crate of the repository, whose pages explain codes.
    generated: PathBuf,
    /// Whether it was generated from these schemas, so that its names must not change.
    own: bool,
    stage: Stage,
    /// Whether the editor can be asked to tell of files that others change.
    watches: bool,
    open: BTreeMap<PathBuf, Open>,
    /// What everything means; `None` after a change.
    compiled: Option<Compiled>,
    /// What the editor was told of each file.
    told: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

/// An answer, or why there is none.
type Answer<T = Value> = Result<T, ResponseError>;

impl Server {
    pub(crate) fn new(folder: &Path, generated: PathBuf, own: bool) -> Self {
        Server {
            workspace: Workspace::new(folder),
            generated,
            own,
            stage: Stage::Starting,
            watches: false,
            open: BTreeMap::new(),
            compiled: None,
            told: BTreeMap::new(),
        }
    }

    /// Takes a message.
    pub(crate) fn take(&mut self, incoming: Incoming) -> Step {
        match incoming {
            Incoming::Message(Message::Request(request)) => {
                let id = request.id.clone();
                let response_result = self.request(request);
                Step::Answer(vec![Response { id, response_result }.into()])
            }
            Incoming::Message(Message::Notification(of)) if of.method == "exit" => {
                Step::Exit { clean: self.stage == Stage::ShutDown }
            }
            Incoming::Message(Message::Notification(of)) => Step::Answer(self.notification(of)),
            // Nothing was asked of the editor.
            Incoming::Message(Message::Response(_)) => Step::Answer(Vec::new()),
            Incoming::Broken(reason) => Step::Answer(vec![log(&reason)]),
        }
    }

    fn request(&mut self, request: Request) -> Answer {
        let Request { method, params, .. } = request;
        match (self.stage, method.as_str()) {
            (Stage::Starting, "initialize") => {
                self.stage = Stage::Running;
                let watches = "/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration";
                self.watches = params.pointer(watches) == Some(&Value::Bool(true));
                json(abilities())
            }
            (Stage::Starting, _) => {
                refuse(ErrorCode::ServerNotInitialized, "the first request is `initialize`")
            }
            (Stage::ShutDown, _) => refuse(ErrorCode::InvalidRequest, "the server has shut down"),
            (Stage::Running, "initialize") => refuse(ErrorCode::InvalidRequest, "this was said before"),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running, "textDocument/definition") => {
                answer::<DefinitionRequest>(params, |params| self.definition(params))
            }
            (Stage::Running, "textDocument/hover") => {
                answer::<HoverRequest>(params, |params| self.hover(params))
            }
            (Stage::Running, "textDocument/completion") => {
                answer::<CompletionRequest>(params, |params| self.completion(params))
            }
            (Stage::Running, "textDocument/codeAction") => {
                answer::<CodeActionRequest>(params, |params| self.actions(params))
            }
            (Stage::Running, _) => refuse(ErrorCode::MethodNotFound, &format!("no such request: {method}")),
        }
    }

    fn notification(&mut self, of: Notification) -> Vec<Message> {
        let Notification { method, params } = of;
        if self.stage != Stage::Running {
            return Vec::new();
        }
        let done = match method.as_str() {
            "initialized" => return self.watches.then(watch).into_iter().collect(),
            "textDocument/didOpen" => told::<DidOpenTextDocumentNotification>(params, |params| {
                let document = params.text_document;
                self.edit(document.uri, document.version, document.text);
            }),
            "textDocument/didChange" => told::<DidChangeTextDocumentNotification>(params, |mut params| {
                // Texts come whole, as was asked for; the last one counts.
                if let Some(TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole)) =
                    params.content_changes.pop()
                {
                    let document = params.text_document;
                    self.edit(document.text_document_identifier.uri, document.version, whole.text);
                }
            }),
            "textDocument/didClose" => told::<DidCloseTextDocumentNotification>(params, |params| {
                self.close(&params.text_document.uri);
            }),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.reload();
                Ok(())
            }
            _ => Ok(()),
        };
        match done {
            Ok(()) => Vec::new(),
            Err(error) => vec![log(&format!("{method}: {}", error.message))],
        }
    }

    fn edit(&mut self, uri: Uri, version: i32, text: String) {
        let Some(shown) = self.shown(&uri) else { return };
        // Editors that keep the mark do not count it.
        let text = match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        };
        self.open.insert(shown.clone(), Open { uri, version });
        self.workspace.edit(shown, text);
        self.compiled = None;
    }

    fn close(&mut self, uri: &Uri) {
        let Some(shown) = self.shown(uri) else { return };
        self.open.remove(&shown);
        self.workspace.close(&shown);
        self.reload();
    }

    fn reload(&mut self) {
        self.workspace.reload();
        self.compiled = None;
    }

    /// The path by which messages show a file; `None` for a file that is no part of the schemas.
    fn shown(&self, uri: &Uri) -> Option<PathBuf> {
        self.workspace.shown(&uri.to_file_path().ok()?)
    }

    /// Checks everything, if anything has changed.
    fn compile(&mut self) {
        if self.compiled.is_none() {
            let mut compiled = self.workspace.compile();
            if self.own
                && let Ok(lock) = fs::read_to_string(self.generated.join(published::PATH))
            {
                compiled.check_published(&lock);
            }
            self.compiled = Some(compiled);
        }
    }

    /// Everything that is wrong in files of which the editor was told something else.
    pub(crate) fn findings(&mut self) -> Vec<Message> {
        if self.stage != Stage::Running || self.compiled.is_some() {
            return Vec::new();
        }
        self.compile();
        let Some(compiled) = &self.compiled else { return Vec::new() };
        let mut now: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
        self.convert(compiled, |convert| {
            for found in &compiled.diagnostics {
                if let Some(file) = compiled.sources.get(found.primary.span.file) {
                    now.entry(file.path.clone()).or_default().push(convert.finding(found));
                }
            }
        });
        let paths: BTreeSet<_> = self.told.keys().chain(now.keys()).collect();
        let changed = paths.into_iter().filter(|path| self.told.get(*path) != now.get(*path));
        let messages = changed.filter_map(|path| {
            let diagnostics = now.get(path).cloned().unwrap_or_default();
            let version = self.open.get(path).map(|open| open.version);
            let params = PublishDiagnosticsParams { uri: self.uri(path)?, version, diagnostics };
            Some(notify::<PublishDiagnosticsNotification>(params))
        });
        let messages = messages.collect();
        self.told = now;
        messages
    }

    fn definition(&mut self, params: DefinitionParams) -> Option<DefinitionResponse> {
        let place = params.text_document_position_params;
        let span = self.ask(&place, |compiled, file, byte, convert| {
            convert.location(language::definition(compiled, file, byte)?)
        })?;
        Some(DefinitionResponse::Definition(Definition::Location(span)))
    }

    fn hover(&mut self, params: HoverParams) -> Option<Hover> {
        self.ask(&params.text_document_position_params, |compiled, file, byte, convert| {
            let language::Hover { span, markdown } = language::hover(compiled, file, byte)?;
            Some(Hover { contents: contents(markdown), range: Some(convert.range(span)) })
        })
    }

    fn completion(&mut self, params: CompletionParams) -> Option<CompletionResponse> {
        self.ask(&params.text_document_position_params, |compiled, file, byte, convert| {
            let items = language::complete(compiled, file, byte).into_iter().enumerate();
            let items = items.map(|(rank, item)| convert.completion(file, rank, item));
            Some(CompletionResponse::CompletionItemList(items.collect()))
        })
    }

    fn actions(&mut self, params: CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let uri = params.text_document.uri;
        let start = TextDocumentPositionParams {
            text_document: TextDocumentIdentifier { uri: uri.clone() },
            position: params.range.start,
        };
        let only = params.context.only;
        let wants =
            |kind: &CodeActionKind| only.as_ref().is_none_or(|only| only.iter().any(|of| covers(of, kind)));
        self.ask(&start, |compiled, file, start, convert| {
            let end = convert.byte(file, params.range.end);
            let touches = |span: Span| span.file == file && span.start <= end && start <= span.end;
            let mut actions = Vec::new();
            if wants(&CodeActionKind::QuickFix) {
                let there = compiled.diagnostics.iter().filter(|found| touches(found.primary.span));
                actions.extend(there.filter_map(|found| convert.fix(found)));
            }
            // It checks everything twice, so that it has to be asked for.
            if only.is_some() && wants(&CodeActionKind::SourceFixAll) {
                actions.extend(fix_all(compiled, file, uri, convert));
            }
            Some(actions.into_iter().map(CodeActionResponse::CodeAction).collect())
        })
    }

    /// Asks about a place in a file of the schemas.
    fn ask<A>(
        &mut self,
        place: &TextDocumentPositionParams,
        question: impl FnOnce(&Compiled, FileId, usize, &Converter<'_>) -> Option<A>,
    ) -> Option<A> {
        let shown = self.shown(&place.text_document.uri)?;
        self.compile();
        let compiled = self.compiled.as_ref()?;
        let (file, _) = compiled.sources.iter().find(|(_, file)| file.path == shown)?;
        self.convert(compiled, |convert| {
            let byte = convert.byte(file, place.position);
            question(compiled, file, byte, convert)
        })
    }

    fn convert<A>(&self, compiled: &Compiled, work: impl FnOnce(&Converter<'_>) -> A) -> A {
        let uri = |shown: &Path| self.uri(shown);
        work(&Converter { sources: &compiled.sources, uri: &uri, generated: &self.generated })
    }

    /// The URI of a file, as the editor writes it if it has the file open.
    fn uri(&self, shown: &Path) -> Option<Uri> {
        match self.open.get(shown) {
            Some(open) => Some(open.uri.clone()),
            None => Uri::from_file_path(self.workspace.path(shown)).ok(),
        }
    }
}

/// Every certain change to one file, if what `check --fix` would do is to be had.
fn fix_all(compiled: &Compiled, file: FileId, uri: Uri, convert: &Converter<'_>) -> Option<CodeAction> {
    let source = compiled.sources.get(file)?;
    let mut fixes = fix::fixes(&compiled.diagnostics, &compiled.sources).ok()?;
    let new_text = fixes.files.remove(&source.path)?;
    let range = convert.range(Span { file, start: 0, end: source.text.len() });
    Some(CodeAction {
        title: "Make all certain changes in this file".to_owned(),
        kind: Some(CodeActionKind::SourceFixAll),
        edit: Some(changes(uri, TextEdit { range, new_text })),
        ..CodeAction::default()
    })
}

/// Whether who wants one kind of action wants another: `source` is `source.fixAll` too.
fn covers(wanted: &CodeActionKind, kind: &CodeActionKind) -> bool {
    let (wanted, kind) = (wanted.to_string(), kind.to_string());
    kind.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn answer<R: lsp_types::Request>(params: Value, question: impl FnOnce(R::Params) -> R::Result) -> Answer {
    json(question(parameters(params)?))
}

fn told<N: lsp_types::Notification>(params: Value, work: impl FnOnce(N::Params)) -> Answer<()> {
    work(parameters(params)?);
    Ok(())
}

fn parameters<T: serde::de::DeserializeOwned>(params: Value) -> Answer<T> {
    serde_json::from_value(params).or_else(|error| refuse(ErrorCode::InvalidParams, &error.to_string()))
}

fn json(answer: impl serde::Serialize) -> Answer {
    serde_json::to_value(answer).or_else(|error| refuse(ErrorCode::InternalError, &error.to_string()))
}

fn refuse<T>(code: ErrorCode, reason: &str) -> Answer<T> {
    Err(ResponseError { code: code as i32, message: reason.to_owned(), data: None })
}

fn notify<N: lsp_types::Notification>(params: N::Params) -> Message {
    let params = serde_json::to_value(params).unwrap_or_default();
    Notification { method: N::METHOD.to_string(), params }.into()
}

/// Tells the editor what could not be understood.
fn log(reason: &str) -> Message {
    const MOST: usize = 300;
    let message = reason.chars().take(MOST).collect();
    notify::<LogMessageNotification>(LogMessageParams { kind: MessageType::Warning, message })
}
