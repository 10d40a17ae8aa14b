//! Lending the terminal to the person's own editor or pager.

use std::io;
use std::time::{Duration, Instant};

use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::lent_text::{LentText, NamedProgram};
use crate::flow::{process, sources};
use crate::tui::core::effect::ExternalProgram;
use crate::tui::core::event::Returned;
use crate::tui::runtime::signals::Borrower;

/// Time of an editor that did not wait for anybody, if the text is as it was by then.
const AT_ONCE: Duration = Duration::from_secs(1);

impl ExternalProgram {
    /// Runs the program and waits for it. Blocks; the terminal must be free.
    ///
    /// The text lies in a file that only this user can read, in a folder of its own, for as long as
    /// the program runs.
    ///
    /// # Errors
    /// The program cannot be started, ends with an error, or comes back before anybody can have done
    /// anything; the text is then as it was.
    pub fn run(&self, borrower: &Borrower) -> Result<Returned, Fault> {
        let (named, text) = match self {
            Self::Edit(text) => (NamedProgram::editor(), text),
            Self::Page(text) => (NamedProgram::from(&["PAGER"], "less"), text),
        };
        let unusable =
            |error: io::Error| Fault::new(FaultKind::Local, "The text cannot be put into a file.").because(error);
        let lent = LentText::write(text, sources::home().ok().as_ref()).map_err(unusable)?;
        let begun = Instant::now();
        self.wait(&named, &lent, borrower)?;
        if matches!(self, Self::Page(_)) {
            return Ok(Returned::Read);
        }
        let edited = lent
            .read()
            .map_err(|error| Fault::new(FaultKind::Local, "What the editor left cannot be read.").because(error))?;
        if edited == *text && begun.elapsed() < AT_ONCE {
            let path = Untrusted::from(lent.keep().to_string_lossy().as_ref());
            let message = format!(
                "{} came back at once, and the text is as it was. An editor with a window of its own may need an \
                 option to wait, as in \"code --wait\". What is saved now is not seen here; until the next start it \
                 lies in {path}.",
                named.shown()
            );
            return Err(Fault::new(FaultKind::Local, message));
        }
        Ok(Returned::Edited(edited))
    }

    fn wait(&self, named: &NamedProgram, text: &LentText, borrower: &Borrower) -> Result<(), Fault> {
        let fault = |message: String| Fault::new(FaultKind::Local, message);
        let mut command = named.command(text)?;
        let lent = borrower.lend();
        let ended = process::spawn(&mut command).and_then(|mut child| {
            borrower.is(child.id());
            child.wait()
        });
        drop(lent);
        let hint = match (self, named.variable) {
            (_, Some(_)) => "",
            (Self::Edit(_), None) => " VISUAL or EDITOR can name another editor.",
            (Self::Page(_), None) => " PAGER can name another pager.",
        };
        match ended {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(fault(format!("{} {}.{hint}", named.shown(), process::ending(status)))),
            Err(error) => Err(fault(format!("{} could not be started.{hint}", named.source())).because(error)),
        }
    }
}
