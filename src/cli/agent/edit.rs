//! Changing the input of a call in the person's own editor.

use crate::domain::{Fault, FaultKind, JsonText};
use crate::flow::lent_text::{LentText, NamedProgram};
use crate::flow::{process, sources};
use crate::json::pretty;

/// Has a person change this input. Blocks.
///
/// # Errors
/// The editor could not be used, or what it left is no JSON object.
pub(super) fn edited(input: &JsonText) -> Result<JsonText, Fault> {
    let local = |message: String| Fault::new(FaultKind::Local, message);
    let lent = LentText::write(&format!("{}\n", pretty(input)), sources::home().ok().as_ref())
        .map_err(|error| local("The input cannot be put into a file.".into()).because(error))?;
    let editor = NamedProgram::editor();
    let ended = process::spawn(&mut editor.command(&lent)?).and_then(|mut child| child.wait());
    match ended {
        Ok(status) if status.success() => {}
        Ok(status) => return Err(local(format!("{} {}.", editor.shown(), process::ending(status)))),
        Err(error) => return Err(local(format!("{} could not be started.", editor.source())).because(error)),
    }
    let text = lent.read().map_err(|error| local("What the editor left cannot be read.".into()).because(error))?;
    let wrong = |message: &str| Fault::new(FaultKind::InvalidInput, message);
    let json = JsonText::parse(text).map_err(|error| wrong("What the editor left is not JSON.").because(error))?;
    match json.is_object() {
        true => Ok(json),
        false => Err(wrong("What the editor left is no JSON object.")),
    }
}
