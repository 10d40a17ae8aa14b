//! Lines of the audit as they are kept: documents, and the chain of their hashes.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::{CredentialPurpose, CredentialUse, TokenMark, Untrusted};
use crate::redact;

/// Characters of a text that are kept.
const LONGEST: usize = 1_000;

/// Scopes that are kept.
const MOST_SCOPES: usize = 200;

/// Hash of a line and of all before it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash([u8; 32]);

impl ChainHash {
    /// Hash before the first line.
    pub(super) const FIRST: Self = Self([0; 32]);

    /// Reads 64 hexadecimal digits.
    pub fn from_digits(digits: &str) -> Option<Self> {
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Hash of the line with this document behind this one.
    pub(super) fn then(&self, document: &[u8]) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(document).finalize().into())
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// Its number; they have no gaps.
    pub number: u64,
    /// Name of the environment, as the journal has it.
    pub environment: Untrusted,
    /// The use.
    pub used: CredentialUse,
    /// The document as it is kept.
    pub document: String,
    /// Its hash.
    pub hash: ChainHash,
}

impl AuditLine {
    /// The line as it is exported: its document, and its hash as the last member. Whoever takes that out again, with
    /// the comma before it, has the bytes that the hash is made of.
    pub fn exported(&self) -> String {
        let open = self.document.strip_suffix('}').unwrap_or(&self.document);
        format!("{open},\"hash\":\"{}\"}}", self.hash)
    }
}

/// Members of a document, in their order.
#[derive(Serialize, Deserialize)]
pub(super) struct Document {
    number: u64,
    at: String,
    event: String,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    application: Option<String>,
    person: String,
    environment: String,
    connection: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    resource: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    asked: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    given: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    tool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    call: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    run: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<String>,
}

/// A moment to the millisecond, in UTC: all are of one length, so that their order is that of their texts.
pub(super) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

impl Document {
    /// The document of a use, credentials replaced.
    pub fn new(number: u64, environment: &str, used: &CredentialUse) -> Self {
        let free = |text: &Untrusted| free_text(text.raw());
        let scopes = |scopes: &[Untrusted]| scopes.iter().take(MOST_SCOPES).map(free).collect();
        let asked = used.asked.iter().take(MOST_SCOPES).map(|scope| free_text(scope)).collect();
        let purpose = &used.purpose;
        Self {
            number,
            at: moment(used.at),
            event: used.event.word().to_owned(),
            outcome: used.outcome.word().to_owned(),
            application: used.application.as_ref().map(free),
            person: used.person.raw().to_owned(),
            environment: free_text(environment),
            connection: used.connection.raw().to_owned(),
            account: (!used.account.is_empty()).then(|| used.account.raw().to_owned()),
            issuer: used.issuer.as_ref().map(free),
            resource: used.resource.as_ref().map(free),
            asked,
            given: used.given.as_deref().map(scopes),
            tool: purpose.tool.as_ref().map(|tool| free_text(tool.raw())),
            call: purpose.call,
            run: purpose.run.as_ref().map(free),
            expires_at: used.expires_at.map(moment),
            token: used.token.as_ref().map(|mark| mark.digits().to_owned()),
            reason: used.reason.as_ref().map(free),
        }
    }

    /// Reads a document; none where it is not one.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub fn number(&self) -> u64 {
        self.number
    }

    /// What it says, with its place in the chain.
    pub fn line(self, number: u64, document: String, hash: ChainHash) -> Option<AuditLine> {
        let untrusted = |texts: Vec<String>| texts.into_iter().map(Untrusted::from).collect();
        let used = CredentialUse {
            at: self.at.parse().ok()?,
            event: self.event.parse().ok()?,
            application: self.application.map(Untrusted::from),
            person: self.person.as_str().into(),
            connection: self.connection.as_str().into(),
            account: self.account.unwrap_or_default().as_str().into(),
            issuer: self.issuer.map(Untrusted::from),
            resource: self.resource.map(Untrusted::from),
            asked: self.asked,
            given: self.given.map(untrusted),
            outcome: self.outcome.parse().ok()?,
            reason: self.reason.map(Untrusted::from),
            expires_at: self.expires_at.and_then(|at| at.parse().ok()),
            token: self.token.as_deref().and_then(TokenMark::from_digits),
            purpose: CredentialPurpose {
                tool: self.tool.as_deref().map(Into::into),
                call: self.call,
                run: self.run.map(Untrusted::from),
            },
        };
        Some(AuditLine { number, environment: self.environment.into(), used, document, hash })
    }
}

/// A text of bounded length, without credentials.
fn free_text(text: &str) -> String {
    // Cut first, and with more than is kept: half a credential is not known as one.
    let end = text.char_indices().nth(LONGEST * 2).map_or(text.len(), |(at, _)| at);
    let safe = redact::text(text.get(..end).unwrap_or(text));
    match safe.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", safe.get(..at).unwrap_or_default()),
        None => safe.into_owned(),
    }
}
