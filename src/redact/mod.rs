//! Floor 1: what looks like a credential is replaced before it is written anywhere. No terminal, no
//! network.
//!
//! The rules are data, in `assets/redaction`: the shapes of the credentials of providers, and the
//! words that make a name the name of one. They are compiled once into one set of anchors, and one
//! engine looks at all there is with them: values, texts, bytes, names, and texts within texts.
//!
//! Redaction errs towards replacing: an argument can be typed again, a token on disk cannot be
//! taken back.

mod anchors;
mod assignments;
mod blank_credentials;
mod document;
mod extent;
mod names;
mod nested;
mod rules;
mod shape;
#[cfg(test)]
mod tests;
mod text;

use std::borrow::Cow;

pub use self::blank_credentials::blank_credentials;
use self::names::Judgement;
use self::rules::RedactionRules;
use self::text::Scanner;
use crate::domain::{JsonText, Untrusted};
use crate::json::{Document, NodeId};

/// Mark in the place of a credential.
pub const MARK: &str = "[redacted]";

/// A value with its credentials replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Redacted {
    /// The value; the same bytes where nothing was replaced.
    pub json: JsonText,
    /// The values that were replaced, whole or in part, as JSON Pointers in document order. The
    /// whole document where a list of them would be far longer than the document.
    pub hidden: Vec<Untrusted>,
}

impl Redacted {
    /// The value to begin with: empty texts where credentials were.
    pub fn to_fill_in(&self) -> JsonText {
        blank_credentials(&self.json, &self.hidden)
    }
}

/// Replaces credentials in a JSON value, and in the names in it. Everything else keeps its bytes.
/// Costs the length of the value.
pub fn json(value: &JsonText) -> Redacted {
    match (RedactionRules::get(), Document::index(value.clone())) {
        (Some(rules), Ok(document)) => document::replaced(&mut Scanner::new(rules), &document, 0),
        (None, _) | (_, Err(_)) => Redacted { json: JsonText::empty_object(), hidden: vec!["".into()] },
    }
}

/// The values of a document that are or hold a credential, in document order.
pub fn find_credentials(document: &Document) -> Vec<NodeId> {
    RedactionRules::get().map(|rules| document::found(&mut Scanner::new(rules), document)).unwrap_or_default()
}

/// Replaces credentials in a text. The rest of the text stays.
pub fn text(text: &str) -> Cow<'_, str> {
    match RedactionRules::get().map(|rules| Scanner::new(rules).text(text.as_bytes(), 0)) {
        Some(None) => Cow::Borrowed(text),
        Some(Some(shown)) => Cow::Owned(String::from_utf8_lossy(&shown).into_owned()),
        None => Cow::Borrowed(MARK),
    }
}

/// True if a value under this name is a credential: `client_secret`, `X-Api-Key`, `accessToken`,
/// `Authorization`. A `next_page_token` is none.
pub fn names_a_credential(name: &str) -> bool {
    RedactionRules::get().is_none_or(|rules| rules.names.judge(name) >= Judgement::Plural)
}
