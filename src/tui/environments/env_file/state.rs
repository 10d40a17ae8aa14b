//! Whether a `.env` that was found may be used.

use crate::profile::TrustQuestion;

/// The question.
pub struct EnvFile {
    /// What is asked.
    pub question: TrustQuestion,
    /// Whether something else is open meanwhile, and stays so after a no.
    pub something_is_open: bool,
}
