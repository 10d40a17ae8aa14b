//! The certificate that is shown over TLS: signed by itself, another one at each start, made when it is first needed.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;

use crate::domain::{Fault, FaultKind};

/// Names of this machine that a client may have called us by.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Protocols in TLS, the one that is preferred first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Time by which it is valid before it was made: a clock of a container may be behind.
const BEFORE: Duration = Duration::from_secs(24 * 3600);

/// Time for which it is valid: longer than any sandbox runs, and within what verifiers accept at all (398 days).
const AFTER: Duration = Duration::from_secs(365 * 24 * 3600);

/// A certificate, and the key to it, which never leaves the memory of this process.
pub struct Certificate {
    pem: String,
    config: Arc<ServerConfig>,
}

/// A certificate that is made when it is first asked for.
#[derive(Default)]
pub struct LazyCertificate(Mutex<Option<Arc<Certificate>>>);

impl LazyCertificate {
    /// The certificate. Makes it the first time, which takes about a millisecond.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: this machine has no randomness for a key.
    pub fn get(&self) -> Result<Arc<Certificate>, Fault> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(certificate) = made.as_ref() {
            return Ok(Arc::clone(certificate));
        }
        let certificate = Arc::new(Certificate::make().map_err(|error| {
            Fault::new(FaultKind::Local, "The sandbox has no certificate for TLS: none could be made.")
                .because(io::Error::other(error))
        })?);
        *made = Some(Arc::clone(&certificate));
        Ok(certificate)
    }

    #[cfg(test)]
    pub fn is_made(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

impl Certificate {
    /// It alone in PEM, to be trusted as a root.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS with it.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    fn make() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
        params.distinguished_name.push(DnType::CommonName, "jackfield sandbox");
        let now = SystemTime::now();
        (params.not_before, params.not_after) = ((now - BEFORE).into(), (now + AFTER).into());
        // A leaf and no authority: whoever trusts it trusts no other certificate by that. Usages of the key are left out:
        // with signatures alone BoringSSL (gRPC's) does not take it for its own issuer, and with certificates as well
        // OpenSSL's strict rules want an authority.
        params.is_ca = IsCa::ExplicitNoCa;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.self_signed(&key)?;
        let secret = PrivateKeyDer::try_from(key.serialize_der())?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth();
        let mut config = config.with_single_cert(vec![certificate.der().clone()], secret)?;
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(Self { pem: certificate.pem(), config: Arc::new(config) })
    }
}
