//! Messages over stdin and stdout.

use std::{
    io::{self, BufWriter, ErrorKind, Write as _},
    sync::mpsc::{self, Sender},
    thread,
};

use lsp_server::Message;

use crate::server::{Server, Step};

/// What was read.
pub(crate) enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, and what is wrong with it.
    Broken(String),
}

/// Serves until the editor leaves; whether it did so in the way that the protocol asks for.
pub(crate) fn serve(mut server: Server) -> io::Result<bool> {
    let (sender, inbox) = mpsc::channel();
    // It ends with stdin, or with the process.
    thread::spawn(move || read(&sender));
    let mut out = BufWriter::new(io::stdout().lock());
    let mut send = |messages: Vec<Message>| {
        messages.iter().try_for_each(|message| message.write(&mut out)).and_then(|()| out.flush())
    };
    while let Ok(mut incoming) = inbox.recv() {
        // Everything that has come meanwhile is taken before anything is checked: who types fast waits once.
        loop {
            match server.take(incoming) {
                Step::Answer(messages) => send(messages)?,
                Step::Exit { clean } => return Ok(clean),
            }
            match inbox.try_recv() {
                Ok(next) => incoming = next,
                Err(_) => break,
            }
        }
        send(server.findings())?;
    }
    Ok(false)
}

/// Reads messages to the end of stdin. What is broken is told and skipped: the next message begins behind it.
fn read(sender: &Sender<Incoming>) {
    let mut stdin = io::stdin().lock();
    loop {
        let incoming = match Message::read(&mut stdin) {
            Ok(Some(message)) => Incoming::Message(message),
            Err(error) if error.kind() == ErrorKind::InvalidData => Incoming::Broken(error.to_string()),
            Ok(None) | Err(_) => return,
        };
        if sender.send(incoming).is_err() {
            return;
        }
    }
}
