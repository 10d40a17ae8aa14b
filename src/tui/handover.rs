//! Lending the terminal to the person's own editor or pager.

use std::io::Write as _;
use std::process::Command;

use crate::domain::{Fault, FaultKind};

/// What the terminal is lent for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Editing this text.
    Edit(String),
    /// Reading this text, which must be safe to show.
    Page(String),
}

/// What came back.
#[derive(Debug)]
pub enum HandedBack {
    /// The text as it was left.
    Edited(String),
    /// Somebody has read enough.
    Read,
}

impl Handover {
    /// Runs the program and waits for it. Blocks; the terminal must be free.
    ///
    /// The text lies in a file that only this user can read, in a folder of its own, for as long as
    /// the program runs.
    ///
    /// # Errors
    /// The program cannot be started or ends with an error; the text is then as it was.
    pub fn run(&self) -> Result<HandedBack, Fault> {
        let (variables, usual, text) = match self {
            Self::Edit(text) => (&["VISUAL", "EDITOR"][..], "vi", text),
            Self::Page(text) => (&["PAGER"][..], "less", text),
        };
        let set = variables.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.trim().is_empty()));
        let command = set.unwrap_or_else(|| usual.to_owned());
        let broken = |error: std::io::Error| {
            Fault::new(FaultKind::Local, format!("{} could not be used.", command.escape_debug()))
                .said(error.to_string())
        };
        let folder = tempfile::Builder::new().prefix("jackfield-").tempdir().map_err(broken)?;
        let path = folder.path().join("text.json");
        let mut file = tempfile::Builder::new().make_in(folder.path(), |_| private(&path)).map_err(broken)?;
        file.write_all(text.as_bytes()).map_err(broken)?;
        // Options may follow the program's name, as in "code --wait".
        let mut words = command.split_whitespace();
        let program = words.next().unwrap_or(usual);
        let status = Command::new(program).args(words).arg(&path).status().map_err(broken)?;
        if !status.success() {
            return Err(broken(std::io::Error::other(status.to_string())));
        }
        match self {
            Self::Edit(_) => std::fs::read_to_string(&path).map(HandedBack::Edited).map_err(broken),
            Self::Page(_) => Ok(HandedBack::Read),
        }
    }
}

fn private(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
