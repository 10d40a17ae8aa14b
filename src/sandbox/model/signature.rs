//! Signatures of thinking, so that a client which changes it is found out.

use crate::sandbox::ids::Ids;

/// Signs by the sandbox's seed. It keeps nothing secret: it only tells whether a text came back as it was.
#[derive(Clone, Copy)]
pub struct Signer<'a>(pub &'a Ids);

impl Signer<'_> {
    /// Signature of a text.
    pub fn sign(self, thinking: &str) -> String {
        let half = |half: &str| self.0.number(&format!("model/thinking/{half}/{thinking}"));
        format!("script-{:016x}{:016x}", half("one"), half("two"))
    }
}
