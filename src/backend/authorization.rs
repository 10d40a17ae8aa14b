//! Connecting an account: a small state machine that each back-end brings, and that whoever wants to see
//! the end of it drives.

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use crate::domain::{Account, Fault, Identifier, SafeMessage, Secret, Untrusted};

/// The way in which a person connects an account.
#[async_trait]
pub trait Authorizer: Send + Sync {
    /// Begins to authorize an account that exists.
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault>;

    /// Authorizes an account that exists and needs no person for it, such as one of a server that asks for nothing. None
    /// where a person is needed, and nothing is changed then.
    async fn unattended(&self, account: &Account) -> Result<Option<Account>, Fault> {
        let _ = account;
        Ok(None)
    }

    /// Gets a credential as a call would, and drops it: nothing is sent to the provider. None where accounts are used as
    /// they are, and there is nothing to try; else a sentence on what came.
    ///
    /// # Errors
    /// Why a call would get none.
    async fn rehearse(&self, account: &Account) -> Result<Option<SafeMessage>, Fault> {
        let _ = account;
        Ok(None)
    }
}

/// Links that are good for as long as they live, whether anybody here waits or not.
#[async_trait]
pub trait Links: Send + Sync {
    /// A link for an account that exists. `page` is the application's own page, to which the browser comes back.
    async fn link(&self, account: &Account, page: Option<Url>) -> Result<AuthorizationLink, Fault>;
}

/// The parts of an authorization that prove who consented, one by one: for whoever wants to see them refuse.
#[async_trait]
pub trait UserVerification: Send + Sync {
    /// A link for an account that exists, which sends the browser back to `page` with this state.
    async fn link(&self, account: &Account, page: &Url, state: &Secret) -> Result<AuthorizationLink, Fault>;

    /// Says that the person who consented is this one. `request` is as it came with the browser.
    async fn confirm(&self, request: &Untrusted, identifier: &Identifier) -> Result<(), Fault>;
}

/// One authorization under way. Dropping it stops waiting.
#[async_trait]
pub trait Authorization: Send {
    /// Request to the person, such as a URL to open.
    fn ask(&self) -> &Ask;

    /// Sentences for the person, on what is allowed and unusual about the way.
    fn notes(&self) -> &[SafeMessage] {
        &[]
    }

    /// True where this program registered itself with the other side some time ago, which may have forgotten it: only its
    /// page would say so.
    fn registered_before(&self) -> bool {
        false
    }

    /// Waits for the next step. Nothing comes after [`Step::Done`] or a fault. Dropped while it waits for a person, it can
    /// be called again.
    async fn next(&mut self) -> Result<Step, Fault>;

    /// True if it takes the URL that a browser on another machine ended at: [`Authorization::paste`].
    fn takes_paste(&self) -> bool {
        false
    }

    /// Takes the URL that a browser on another machine ended at, in the place of its visit here.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::domain::FaultKind::InvalidInput) for text that is not that URL: it can be tried again. Any
    /// other: the attempt is over.
    async fn paste(&mut self, text: &str) -> Result<Step, Fault> {
        let _ = text;
        Err(Fault::new(crate::domain::FaultKind::InvalidInput, "Nothing is pasted here: open the link."))
    }
}

/// Request to a person, by which an account gets authorized. Credentials that are typed in are no part of
/// this: they go by [`CredentialForms`](super::CredentialForms) and [`AccountAdmin`](super::AccountAdmin).
#[derive(Clone, Debug)]
pub enum Ask {
    /// Open a page, on whatever machine.
    OpenUrl(AuthorizationLink),
    /// Open a page and type a code there.
    DeviceCode(AuthorizationLink, Untrusted),
}

/// Progress of an authorization.
#[derive(Clone, Debug)]
pub enum Step {
    /// The person has consented; who they are is being checked.
    Consented,
    /// They are who they should be.
    Verified,
    /// Somebody came back with a state that is not ours, and was sent away.
    Stray,
    /// The link ran out, or soon would have, and nobody had used it: this is the new one. Whoever is on the page of the
    /// old one can still finish.
    Renewed(AuthorizationLink),
    /// The account, read again while waiting.
    Seen(Account),
    /// The account is proven to be authorized.
    Done(Account),
}

/// Page to which the browser comes back for the proof of who consented. Environments that do not verify that have no
/// use for it.
#[derive(Clone, Debug)]
pub enum Verification {
    /// A page of this program on loopback, at this port or at any: for a browser on this machine, or at the other end of
    /// a tunnel to it.
    ThisMachine(Option<u16>),
    /// The application's own page.
    Elsewhere(Url),
    /// Nowhere: an environment that verifies will refuse to finish.
    None,
}

/// A link that lets one person authorize one account. Whoever holds it can use it.
#[derive(Clone, Debug)]
pub struct AuthorizationLink {
    /// The page to open; `http` or `https`, checked.
    pub url: Url,
    /// End of its validity, where that is said.
    pub expires_at: Option<Timestamp>,
    /// Port of the page on this machine that the browser comes back to, while somebody waits here.
    pub callback_port: Option<u16>,
    /// Time at which another takes its place, if nobody has used it by then.
    pub renews_at: Option<Timestamp>,
}
