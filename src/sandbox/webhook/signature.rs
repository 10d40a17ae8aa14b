//! Signatures of webhooks. Reference: section 10; the SDKs verify them so.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::domain::{Fault, FaultKind, Secret};

const PREFIX: &str = "whsec_";

/// Bytes of a key that is made.
const LENGTH: usize = 24;

/// Secret that an application knows as well, and the key in it.
pub struct SigningSecret {
    text: Secret,
    key: Zeroizing<Vec<u8>>,
}

impl SigningSecret {
    /// Another one each time.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut key = Zeroizing::new(vec![0; LENGTH]);
        getrandom::fill(&mut key)?;
        let text = Secret::new(format!("{PREFIX}{}", BASE64_STANDARD.encode(&*key)));
        Ok(Self { text, key })
    }

    /// # Errors
    /// [`FaultKind::Usage`]: it is not `whsec_` and a key in base64 behind it.
    pub fn read(text: &Secret) -> Result<Self, Fault> {
        let encoded = text.expose().strip_prefix(PREFIX).filter(|encoded| !encoded.is_empty());
        match encoded.map(|encoded| BASE64_STANDARD.decode(encoded)) {
            Some(Ok(key)) => Ok(Self { text: text.clone(), key: Zeroizing::new(key) }),
            // The secret itself is not repeated.
            None | Some(Err(_)) => {
                let message = "The webhook secret cannot be used: it must be whsec_ and the key in base64 behind it.";
                Err(Fault::new(FaultKind::Usage, message))
            }
        }
    }

    pub fn text(&self) -> &Secret {
        &self.text
    }

    /// Header `webhook-signature` of a message. `timestamp` is that of the message, in seconds since 1970.
    pub fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        // A key may have any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with Python's `hmac` and `hashlib`.
    #[test]
    fn a_message_is_signed_as_others_sign_it() {
        let secret = SigningSecret::read(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into())).unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_a_key_in_base64_is_a_secret() {
        for bad in ["", "whsec_", "whsec_a*b", "c2VjcmV0", "whsec_c2VjcmV0X"] {
            let fault = SigningSecret::read(&Secret::new(bad.into())).unwrap_err();
            assert_eq!(fault.kind, FaultKind::Usage, "{bad}");
            assert!(bad.len() < 7 || !fault.to_string().contains(bad), "{fault}");
        }
        let made = SigningSecret::generate().unwrap();
        let read = SigningSecret::read(made.text()).unwrap();
        assert_eq!(made.sign("a", 1, "{}"), read.sign("a", 1, "{}"));
        assert_ne!(made.sign("a", 1, "{}"), SigningSecret::generate().unwrap().sign("a", 1, "{}"));
    }
}
