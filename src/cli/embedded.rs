//! What is particular about the embedded sandbox: it begins anew with every command.

use super::output::CliOutput;
use crate::backend::scalekit::EMBEDDED;
use crate::flow::environment::Opened;

/// Says, after a change, that the next command will not find it.
pub(super) fn tell_of_loss(opened: &Opened, output: &CliOutput) {
    tell_of_loss_of("this change", opened, output);
}

/// The same of whatever was changed.
pub(super) fn tell_of_loss_of(what: &str, opened: &Opened, output: &CliOutput) {
    if opened.about().recorded_as == EMBEDDED && !opened.is_kept && !output.is_json() {
        output.remark(&format!(
            "The sandbox starts afresh with every command, so {what} is gone now. “--sandbox-state FILE” keeps it."
        ));
    }
}
