//! An answer that a browser brings back.

use url::Url;
use zeroize::Zeroize as _;

use crate::domain::{Fault, FaultKind};

/// Refuses an answer that carries our state: because it reports an error, or comes from somebody else.
pub type Judge = Box<dyn Fn(&BrowserAnswer) -> Result<(), Fault> + Send + Sync>;

/// Parameters of the URL that a browser ended at. They are wiped when dropped, and `Debug` tells nothing.
pub struct BrowserAnswer(Vec<(String, String)>);

/// Parameters that mean something; others are passed over.
const KNOWN: [&str; 6] = ["auth_request_id", "code", "state", "error", "error_description", "iss"];

impl BrowserAnswer {
    /// The parameters; none where one that means something is there twice (RFC 6749, 3.1).
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Option<Self> {
        let once = |known: &&str| pairs.iter().filter(|(name, _)| name == known).count() <= 1;
        let clear = KNOWN.iter().all(once);
        let answer = Self(pairs);
        clear.then_some(answer)
    }

    /// The answer in a URL, or in the part of it after the question mark.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for text that is no such URL. It is not repeated.
    pub fn from_pasted(text: &str) -> Result<Self, Fault> {
        let text = text.trim().trim_matches(['"', '\'', '<', '>']);
        let refuse = |why: &str| Fault::new(FaultKind::InvalidInput, why);
        let query = match Url::parse(text) {
            Ok(url) => url.query().map(str::to_owned),
            Err(_) => Some(text.split_once('?').map_or(text, |(_, query)| query).to_owned()),
        };
        let query = query.filter(|query| query.contains("state="));
        let query = query.ok_or_else(|| {
            refuse("This is not the URL that the browser ended at. It holds a question mark, and “state=” after it.")
        })?;
        let query = query.split('#').next().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self::from_pairs(pairs).ok_or_else(|| refuse("The URL says the same thing twice."))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// Value of the parameter that was waited for.
    pub(super) fn brought(&self, name: &str) -> Option<&str> {
        self.get(name)
    }

    pub(super) fn state(&self) -> &str {
        self.get("state").unwrap_or_default()
    }

    /// Code of the error that it reports.
    pub fn error(&self) -> Option<&str> {
        self.get("error")
    }

    /// The other side's words for the error.
    pub fn description(&self) -> Option<&str> {
        self.get("error_description")
    }

    /// Issuer that it names (RFC 9207).
    pub fn issuer(&self) -> Option<&str> {
        self.get("iss")
    }
}

impl Drop for BrowserAnswer {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| value.zeroize());
    }
}

/// Refuses what the broker reports as an error.
pub(super) fn refusals(whom: String) -> Judge {
    Box::new(move |answer| {
        let Some(error) = answer.error() else { return Ok(()) };
        let denied = error == "access_denied";
        let message = if denied {
            format!("Access to {whom} was denied on the provider's page.")
        } else {
            format!("The provider did not finish connecting {whom}.")
        };
        let kind = if denied { FaultKind::Denied } else { FaultKind::ProviderFailed };
        let mut fault = Fault::new(kind, message).said(answer.description().unwrap_or_default());
        fault.code = Some(error.into());
        Err(fault)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_url_is_read_in_whatever_it_is_wrapped() {
        for text in [
            "http://127.0.0.1:4000/callback?code=c%201&state=s&iss=https%3A%2F%2Fa.example",
            " \"http://localhost:4000/callback?code=c+1&state=s&iss=https://a.example#_=_\"\n",
            "code=c+1&state=s&iss=https://a.example",
            "127.0.0.1:4000/callback?code=c+1&state=s&iss=https://a.example",
        ] {
            let answer = BrowserAnswer::from_pasted(text).unwrap_or_else(|_| panic!("{text}"));
            assert_eq!((answer.brought("code"), answer.state()), (Some("c 1"), "s"), "{text}");
            assert_eq!(answer.issuer(), Some("https://a.example"), "{text}");
        }
    }

    #[test]
    fn what_is_no_answer_is_not_taken_for_one_and_not_repeated() {
        for text in ["", "hunter2", "https://a.example/login", "code=hunter2", "state=a&state=b&code=hunter2"] {
            let fault = BrowserAnswer::from_pasted(text).err().expect(text);
            assert!(fault.kind == FaultKind::InvalidInput && !format!("{fault:?}").contains("hunter2"), "{fault:?}");
        }
    }
}
