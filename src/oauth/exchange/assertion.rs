//! Assertions by which an application proves who it is (RFC 7523, 2.2): short-lived tokens, signed with its private key.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::SigningKey;
use serde_json::json;

use crate::domain::{Fault, FaultKind, Secret};

/// Life of an assertion. It is used at once; the rest is for clocks that differ.
const LIFE: SignedDuration = SignedDuration::from_secs(60);

/// Bytes of each of both numbers of a signature on the curve P-256 (RFC 7518, 3.4).
const HALF: usize = 32;

/// Private key that an application signs its assertions with.
#[derive(Clone)]
pub struct AssertionKey {
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
    /// Name of the key at the server; none where it has only one.
    id: Option<String>,
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionKey").field("algorithm", &self.algorithm()).field("id", &self.id).finish()
    }
}

impl AssertionKey {
    /// Reads a key as PEM: RSA of 2048 bits or more (PKCS #8 or #1) signs RS256, and one on the curve P-256 (PKCS #8 or
    /// SEC 1) signs ES256. `id` is the key's name at the server (`kid`).
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for anything else, such as a key that is locked by a passphrase.
    pub fn from_pem(pem: &Secret, id: Option<String>) -> Result<Self, Fault> {
        let refuse = |why: &str| Fault::new(FaultKind::InvalidInput, format!("The application's private key {why}"));
        let pem = pem.expose();
        if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(refuse("is locked by a passphrase. Give it without one, from a command that unlocks it."));
        }
        // What they say of a failure is not passed on: it may quote the key.
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| refuse("is not PEM. It begins with -----BEGIN PRIVATE KEY-----."))?;
        let unusable = "is of a kind that is not used: RSA of 2048 bits or more, or EC on the curve P-256.";
        let key = any_supported_type(&der).map_err(|_| refuse(unusable))?;
        let schemes = [SignatureScheme::RSA_PKCS1_SHA256, SignatureScheme::ECDSA_NISTP256_SHA256];
        let signer = schemes.into_iter().find_map(|scheme| key.choose_scheme(&[scheme]));
        let scheme = signer.ok_or_else(|| refuse(unusable))?.scheme();
        Ok(Self { key, scheme, id: id.filter(|id| !id.is_empty()) })
    }

    /// Name of the algorithm (RFC 7518, 3.1).
    pub fn algorithm(&self) -> &'static str {
        if self.scheme == SignatureScheme::RSA_PKCS1_SHA256 { "RS256" } else { "ES256" }
    }

    /// A new assertion that the application of this id is itself, towards `audience`.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: there is no randomness, or nothing could be signed.
    pub(in crate::oauth) fn assertion(&self, client_id: &str, audience: &str, now: Timestamp) -> Result<Secret, Fault> {
        let failed = || Fault::new(FaultKind::Local, "The application's assertion cannot be signed.");
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|error| failed().caused_by(error))?;
        let mut header = json!({ "alg": self.algorithm(), "typ": "JWT" });
        if let (Some(id), Some(header)) = (&self.id, header.as_object_mut()) {
            header.insert("kid".to_owned(), id.as_str().into());
        }
        let end = now.checked_add(LIFE).map_err(|error| failed().caused_by(error))?;
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": audience, "jti": BASE64_URL_SAFE_NO_PAD.encode(id),
            "iat": now.as_second(), "exp": end.as_second(),
        });
        let encoded = |part: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encoded(&header), encoded(&claims));
        let signer = self.key.choose_scheme(&[self.scheme]).ok_or_else(failed)?;
        let signature = signer.sign(signed.as_bytes()).map_err(|error| failed().caused_by(error))?;
        let signature = if self.scheme == SignatureScheme::ECDSA_NISTP256_SHA256 {
            fixed(&signature).ok_or_else(failed)?
        } else {
            signature
        };
        Ok(Secret::new(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))))
    }
}

/// Both numbers of a signature side by side, as tokens have them (RFC 7518, 3.4), from the sequence of both that TLS has
/// (RFC 3279, 2.2.3).
fn fixed(der: &[u8]) -> Option<Vec<u8>> {
    let (body, after) = element(der, 0x30)?;
    let (r, rest) = element(body, 0x02)?;
    let (s, more) = element(rest, 0x02)?;
    let mut both = Vec::with_capacity(2 * HALF);
    for number in [r, s] {
        // A zero stands before a number that would read as negative.
        let first = number.iter().position(|byte| *byte != 0)?;
        let digits = number.get(first..)?;
        both.extend(std::iter::repeat_n(0, HALF.checked_sub(digits.len())?));
        both.extend_from_slice(digits);
    }
    (after.is_empty() && more.is_empty()).then_some(both)
}

/// Content of the element at the head, and what is behind it. A signature on this curve has no length beyond a byte.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = der else { return None };
    (*found == tag && *length < 0x80).then(|| rest.split_at_checked(usize::from(*length)))?
}
