//! Sentences of our own that may quote what others wrote.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::Serialize;

use super::untrusted::scrub;

/// A sentence that is safe to show. Whatever it is made of is scrubbed on its way in, as [`Untrusted`] is on its
/// way out; what was scrubbed before stays as it is.
///
/// [`Untrusted`]: super::Untrusted
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct SafeMessage(Box<str>);

impl SafeMessage {
    /// Appends text, which is scrubbed like the rest.
    pub fn push_str(&mut self, more: &str) {
        let mut text = std::mem::take(&mut self.0).into_string();
        text.push_str(&scrub(more, usize::MAX));
        self.0 = text.into();
    }
}

impl Deref for SafeMessage {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for SafeMessage {
    fn from(text: String) -> Self {
        Self(match scrub(&text, usize::MAX) {
            Cow::Borrowed(_) => text.into(),
            Cow::Owned(scrubbed) => scrubbed.into(),
        })
    }
}

impl From<&str> for SafeMessage {
    fn from(text: &str) -> Self {
        Self(scrub(text, usize::MAX).into())
    }
}

impl From<SafeMessage> for String {
    fn from(message: SafeMessage) -> Self {
        message.0.into()
    }
}

impl PartialEq<str> for SafeMessage {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl PartialEq<&str> for SafeMessage {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<String> for SafeMessage {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl fmt::Display for SafeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for SafeMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_does_not_come_in_by_any_way() {
        let hostile = "a\x1b[2J\u{202e}b";
        let mut message = SafeMessage::from(hostile);
        assert_eq!(message, "a␛[2J‹202E›b");
        assert_eq!(message, SafeMessage::from(hostile.to_owned()));
        message.push_str("\r\n");
        assert_eq!(message, "a␛[2J‹202E›b␍␊");
        assert_eq!(SafeMessage::from(&*message), message, "what was scrubbed stays as it is");
    }
}
