//! Key that session tokens are signed with, and what others verify them by. Reference: sections 1.2 and 3.5.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rsa::pkcs1v15::{Signature, SigningKey as Pkcs1Key, VerifyingKey};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::{SignatureEncoding as _, Signer as _, Verifier as _};
use rsa::traits::PublicKeyParts as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Length of the key in bits: the least that RS256 allows.
const BITS: usize = 2048;

/// Characters of the longest token that is looked at.
const LONGEST: usize = 16 * 1024;

/// RSA key of one run. It never leaves the process.
pub struct SigningKey {
    private: Pkcs1Key<Sha256>,
    public: VerifyingKey<Sha256>,
    modulus: String,
    exponent: String,
    id: String,
}

#[derive(Serialize, Deserialize)]
struct TokenHeader {
    alg: String,
    #[serde(default)]
    kid: String,
    #[serde(default)]
    typ: String,
}

impl SigningKey {
    /// A new key. Takes some ten milliseconds of computing.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn generate() -> Result<Self, rsa::Error> {
        let mut rng = rsa::rand_core::UnwrapErr(getrandom::SysRng);
        let key = rsa::PrivateKey::new(&mut rng, BITS)?;
        let public = key.to_public_key();
        let modulus = BASE64_URL_SAFE_NO_PAD.encode(public.n_bytes());
        let exponent = BASE64_URL_SAFE_NO_PAD.encode(public.e_bytes());
        let id = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&modulus));
        Ok(Self { private: Pkcs1Key::new(key), public: VerifyingKey::new(public), modulus, exponent, id })
    }

    /// The public half, as `GET /keys` tells it.
    pub fn jwks(&self) -> Value {
        let Self { modulus, exponent, id, .. } = self;
        json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id, "n": modulus, "e": exponent}]})
    }

    /// A compact token with these claims, signed with RS256; none where they cannot be written.
    pub fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let header = TokenHeader { alg: "RS256".into(), kid: self.id.clone(), typ: "JWT".into() };
        let part = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let signed = format!("{}.{}", part(serde_json::to_vec(&header).ok()?), part(serde_json::to_vec(claims).ok()?));
        let signature = self.private.try_sign(signed.as_bytes()).ok()?.to_vec();
        Some(format!("{signed}.{}", part(signature)))
    }

    /// Claims of a token that this key signed; none of any other text.
    pub fn open<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        if token.len() > LONGEST {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let read = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).ok();
        let header: TokenHeader = serde_json::from_slice(&read(header)?).ok()?;
        if header.alg != "RS256" {
            return None;
        }
        let signature = Signature::try_from(read(signature)?.as_slice()).ok()?;
        self.public.verify(signed.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&read(claims)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_key_signed_is_opened() {
        let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let token = key.sign(&json!({"sub": "ada"})).unwrap();
        assert_eq!(key.open::<Value>(&token), Some(json!({"sub": "ada"})));
        assert_eq!(other.open::<Value>(&token), None);

        let parts: Vec<&str> = token.split('.').collect();
        let encoded = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let forged = encoded(r#"{"sub":"grace"}"#);
        let none = encoded(r#"{"alg":"none"}"#);
        let symmetric = encoded(r#"{"alg":"HS256"}"#);
        for bad in [
            format!("{}.{forged}.{}", parts[0], parts[2]),
            format!("{none}.{forged}."),
            format!("{none}.{}.{}", parts[1], parts[2]),
            format!("{symmetric}.{}.{}", parts[1], parts[2]),
            format!("{}.{}", parts[0], parts[1]),
            format!("{token}x"),
            "x".repeat(LONGEST + 1),
            "..".into(),
            String::new(),
        ] {
            assert_eq!(key.open::<Value>(&bad), None, "{bad:.60}");
        }
    }

    #[test]
    fn the_public_half_is_told_and_nothing_else() {
        let key = SigningKey::generate().unwrap();
        let jwk = key.jwks()["keys"][0].clone();
        assert_eq!((&jwk["kty"], &jwk["alg"], &jwk["e"]), (&json!("RSA"), &json!("RS256"), &json!("AQAB")));
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap().len(), BITS / 8);
        assert_eq!(jwk.as_object().unwrap().len(), 6, "{jwk}");
    }
}
