//! Only until what really makes these is there.

use super::Sandbox;
use crate::domain::{Fault, Secret};

impl Sandbox {
    /// Certificates.
    ///
    /// # Errors
    /// None.
    #[cfg(feature = "sdk")]
    pub fn roots(&self) -> Result<String, Fault> {
        let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
        key.map(|key| key.cert.pem()).map_err(|_| Fault::new(crate::domain::FaultKind::Local, "No certificate."))
    }

    /// What could not be delivered.
    pub fn webhook_failures(&self) -> Option<tokio::sync::broadcast::Receiver<String>> {
        None
    }

    /// Secret of webhooks.
    pub fn webhook_secret(&self) -> Option<&Secret> {
        None
    }
}
