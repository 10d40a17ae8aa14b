//! What is particular about the embedded sandbox: it begins anew with every command.

use super::output::CliOutput;
use crate::backend::Backend;
use crate::backend::scalekit::EMBEDDED;

/// Says, after a change, that the next command will not find it.
pub(super) fn tell_of_loss(backend: &dyn Backend, output: &CliOutput) {
    if backend.about().recorded_as == EMBEDDED && !output.is_json() {
        output.remark(
            "The sandbox starts afresh with every command, so this change is gone now. \
             “jackfield sandbox” runs one that lasts.",
        );
    }
}
