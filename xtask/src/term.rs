//! The terminal: what goes where, and how a command ends.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
    sync::OnceLock,
};

/// How a command ends.
pub(crate) type Done<T = ()> = Result<T, Stop>;

/// Why a command ends before its time.
#[derive(Debug)]
pub(crate) enum Stop {
    /// There are findings, or the output is not current; both were printed.
    Findings,
    /// What was asked for cannot be done.
    Usage(String),
    /// A file cannot be read or written, or the generator has a bug.
    Internal(String),
    /// Another program has said why, and ended with this code.
    Told(u8),
}

impl Stop {
    /// What cannot be done, and why.
    pub(crate) fn usage(reason: impl ToString) -> Self {
        Stop::Usage(reason.to_string())
    }

    /// What went wrong.
    pub(crate) fn internal(reason: impl ToString) -> Self {
        Stop::Internal(reason.to_string())
    }

    /// Says why, and gives the exit code.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Stop::Findings => ExitCode::from(1),
            Stop::Told(code) => ExitCode::from(code),
            Stop::Usage(reason) => {
                note(&format!("error: {reason}"));
                ExitCode::from(2)
            }
            Stop::Internal(reason) => {
                note(&format!("error: {reason}"));
                ExitCode::from(3)
            }
        }
    }
}

/// Prints a result. A reader that has seen enough (`| head`) is no error.
pub(crate) fn print(text: &str) -> Done {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Stop::Internal(format!("stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// How much is said beside results and findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Talk {
    /// Nothing.
    Quiet,
    /// What was done, and what comes next.
    #[default]
    Usual,
    /// Every file, and how long each step took.
    Verbose,
}

/// Decided once, before a command runs.
static TALK: OnceLock<Talk> = OnceLock::new();

/// Decides how much is said.
pub(crate) fn talk(much: Talk) {
    // It is called once.
    let _ = TALK.set(much);
}

fn says(at_least: Talk) -> bool {
    TALK.get().copied().unwrap_or_default() >= at_least
}

/// Prints a line that is never left out.
pub(crate) fn note(line: &str) {
    // Where nobody listens, nothing is to be said.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Prints what was done, or what comes next.
pub(crate) fn say(line: &str) {
    if says(Talk::Usual) {
        note(line);
    }
}

/// Prints what only some want to know.
pub(crate) fn detail(line: impl FnOnce() -> String) {
    if says(Talk::Verbose) {
        note(&line());
    }
}

/// Something that takes a while; a terminal shows it until it is over.
pub(crate) struct Doing(());

/// Shows what is being done.
pub(crate) fn doing(what: &str) -> Option<Doing> {
    if !io::stderr().is_terminal() || !says(Talk::Usual) {
        return None;
    }
    let _ = write!(io::stderr().lock(), "{what} ...");
    Some(Doing(()))
}

impl Drop for Doing {
    fn drop(&mut self) {
        // Back to the first column, and everything behind it away.
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
    }
}

/// Whether findings are printed in colour.
pub(crate) fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
