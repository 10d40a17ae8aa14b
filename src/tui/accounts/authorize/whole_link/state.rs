//! One link alone on the screen, unwrapped by us, so that it survives a copy from any terminal.

use url::Url;

/// The link that is shown.
pub struct WholeLink {
    /// Percent-encoded, so plain ASCII.
    pub url: Url,
}
