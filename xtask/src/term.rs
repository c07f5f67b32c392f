//! The terminal: what goes where, and how a command ends.

use std::{
    io::{self, IsTerminal, Write},
    process::ExitCode,
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

/// Prints a line of progress.
pub(crate) fn note(line: &str) {
    // Where nobody listens, nothing is to be said.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether findings are printed in colour.
pub(crate) fn colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
