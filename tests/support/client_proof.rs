//! Proofs of clients, as an authorization server checks them.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

use super::oauth_messages::Received;

/// Proof that an application must bring.
#[derive(Clone, Debug)]
pub enum Expected {
    Public,
    Basic(&'static str),
    Post(&'static str),
    /// Signed by the private key of this PEM.
    Signed(&'static str),
    /// This very assertion, which a platform gave.
    Assertion(&'static str),
}

/// Applications by id, and what they used up.
#[derive(Default)]
pub struct Clients {
    pub known: HashMap<String, Expected>,
    seen: HashSet<String>,
    /// Claims of assertions that were accepted.
    pub claims: Vec<Value>,
    /// Headers of the same.
    pub headers: Vec<Value>,
}

/// Names that an assertion may be for.
pub type Audiences<'a> = &'a [String];

impl Clients {
    /// Id of the client that asks.
    pub fn check(
        &mut self,
        received: &Received,
        form: &HashMap<String, String>,
        aud: Audiences<'_>,
    ) -> Result<String, String> {
        let field = |name: &str| form.get(name).map(String::as_str);
        let basic = received.authorization.as_deref().map(read_basic).transpose()?;
        let proofs = [basic.is_some(), field("client_secret").is_some(), field("client_assertion").is_some()];
        if proofs.iter().filter(|given| **given).count() > 1 {
            return Err("more than one proof".to_owned());
        }
        if field("client_assertion").is_some() != field("client_assertion_type").is_some()
            || field("client_assertion_type")
                .is_some_and(|kind| kind != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
        {
            return Err("client_assertion_type does not fit".to_owned());
        }
        let subject =
            field("client_assertion").and_then(|assertion| part(assertion, 1)?["sub"].as_str().map(str::to_owned));
        let told = basic.as_ref().map(|(id, _)| id.clone()).or(field("client_id").map(str::to_owned)).or(subject);
        let id = told.ok_or("no client is named")?;
        let expected = self.known.get(&id).cloned().ok_or("unknown client")?;
        let is_proven = match &expected {
            Expected::Public => proofs == [false; 3],
            Expected::Basic(secret) => basic.is_some_and(|(_, given)| given == *secret) && field("client_id").is_none(),
            Expected::Post(secret) => field("client_secret") == Some(secret),
            Expected::Assertion(token) => field("client_assertion") == Some(token),
            Expected::Signed(pem) => {
                let assertion = field("client_assertion").ok_or("no assertion")?;
                self.verify(assertion, pem, &id, aud)?;
                true
            }
        };
        if is_proven { Ok(id) } else { Err("client authentication failed".to_owned()) }
    }

    fn verify(&mut self, assertion: &str, pem: &str, id: &str, audiences: Audiences<'_>) -> Result<(), String> {
        let (signed, signature) = assertion.rsplit_once('.').ok_or("no signature")?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| "signature is not base64url")?;
        let (header, claims) = (part(assertion, 0).ok_or("no header")?, part(assertion, 1).ok_or("no claims")?);
        let (scheme, signature) = match header["alg"].as_str() {
            Some("RS256") => (SignatureScheme::RSA_PKCS1_SHA256, signature),
            Some("ES256") if signature.len() == 64 => (SignatureScheme::ECDSA_NISTP256_SHA256, sequence(&signature)),
            _ => return Err("alg is not one that is taken".to_owned()),
        };
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        let public = rcgen::KeyPair::try_from(&der).unwrap();
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        let (_, algorithms) = algorithms.mapping.iter().find(|(known, _)| *known == scheme).unwrap();
        let is_signed = |algorithm: &&dyn rustls::pki_types::SignatureVerificationAlgorithm| {
            algorithm.verify_signature(public.public_key_raw(), signed.as_bytes(), &signature).is_ok()
        };
        if !algorithms.iter().any(is_signed) {
            return Err("signature does not fit".to_owned());
        }
        let now = Timestamp::now().as_second();
        let time = |name: &str| claims[name].as_i64().ok_or(format!("{name} is no number"));
        let is_timely = (now - 60..=now + 5).contains(&time("iat")?) && (now + 1..=now + 300).contains(&time("exp")?);
        let is_for_us = claims["aud"].as_str().is_some_and(|aud| audiences.iter().any(|known| known == aud));
        if claims["iss"] != id || claims["sub"] != id || !is_timely || !is_for_us {
            return Err(format!("claims do not fit: {claims}"));
        }
        let jti = claims["jti"].as_str().filter(|jti| jti.len() >= 16).ok_or("no jti")?;
        if !self.seen.insert(jti.to_owned()) {
            return Err("the assertion was used before".to_owned());
        }
        self.claims.push(claims);
        self.headers.push(header);
        Ok(())
    }
}

fn part(token: &str, at: usize) -> Option<Value> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(at)?).ok()?).ok()
}

/// Id and secret, each decoded as RFC 6749, 2.3.1, has it.
fn read_basic(header: &str) -> Result<(String, String), String> {
    let text = header.strip_prefix("Basic ").and_then(|text| BASE64_STANDARD.decode(text).ok()).ok_or("no Basic")?;
    let text = String::from_utf8(text).map_err(|_| "not UTF-8")?;
    let (id, secret) = text.split_once(':').ok_or("no colon")?;
    let decoded = |text: &str| {
        let pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        pairs.into_iter().next().map(|(name, _)| name).unwrap_or_default()
    };
    Ok((decoded(id), decoded(secret)))
}

/// The sequence of both numbers of a signature that stand side by side in a token.
fn sequence(both: &[u8]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let first = half.iter().position(|byte| *byte != 0).unwrap_or(half.len() - 1);
        let mut digits = half[first..].to_vec();
        if digits[0] >= 0x80 {
            digits.insert(0, 0);
        }
        [&[2, u8::try_from(digits.len()).unwrap()], &*digits].concat()
    };
    let body = [number(&both[..32]), number(&both[32..])].concat();
    [&[0x30, u8::try_from(body.len()).unwrap()], &*body].concat()
}
