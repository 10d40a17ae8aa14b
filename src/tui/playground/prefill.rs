//! First text of the input, before anybody has typed: a sample, or the arguments that were sent last.

use jiff::Timestamp;

/// Source of the text in the input, for as long as it is that text.
#[derive(Debug, Default)]
pub struct Prefill {
    /// The sample that waits to be replaced by what was sent last.
    sample: Option<String>,
    /// Time and text of the arguments that were sent last, once they stand in the input.
    sent: Option<(Timestamp, String)>,
}

impl Prefill {
    /// A sample stands there, and what was sent last may take its place.
    pub fn new(sample: String) -> Self {
        Self { sample: Some(sample), sent: None }
    }

    /// Whether what was sent last is waited for.
    pub fn waits(&self) -> bool {
        self.sample.is_some()
    }

    /// Takes the arguments that were sent last. Whether they may take the place of `input`: nobody has changed
    /// that.
    pub fn accept(&mut self, input: &str, began: Timestamp, sent: &str) -> bool {
        let may = self.sample.take().is_some_and(|sample| sample == input);
        if may {
            self.sent = Some((began, sent.to_owned()));
        }
        may
    }

    /// Time at which `input` was sent, if it is what was recalled.
    pub fn sent(&self, input: &str) -> Option<Timestamp> {
        self.sent.as_ref().filter(|(_, sent)| sent == input).map(|(began, _)| *began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_typed_is_replaced() {
        let mut typed = Prefill::new("{}".into());
        assert!(typed.waits() && !typed.accept("{ }", Timestamp::UNIX_EPOCH, "[]"));
        assert!(!typed.accept("{}", Timestamp::UNIX_EPOCH, "[]"), "only once");
        assert_eq!(typed.sent("[]"), None);
        let mut untouched = Prefill::new("{}".into());
        assert!(untouched.accept("{}", Timestamp::UNIX_EPOCH, "[]") && !untouched.waits());
        assert_eq!((untouched.sent("[]"), untouched.sent("[1]")), (Some(Timestamp::UNIX_EPOCH), None));
    }
}
