//! A question that is asked once.

use url::Url;

use crate::domain::AccountId;

/// What is asked, and what a yes does.
pub struct Confirm {
    /// What the question is about.
    pub title: String,
    /// The question, line by line, safe to show.
    pub lines: Vec<String>,
    /// What the yes is called: "run it anyway".
    pub yes: String,
    /// What a yes does.
    pub then: Then,
}

/// What a yes can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Drop an account's credentials.
    Disconnect(AccountId),
    /// Try a browser although the person sits elsewhere.
    OpenBrowser(Url),
    /// Delete an account.
    Delete(AccountId),
}
