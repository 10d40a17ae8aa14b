//! Failures to give out a token, and their words.

use jiff::Timestamp;

use super::grant::EndedGrant;
use crate::domain::{Fault, FaultKind, Untrusted};

/// Failure to give out a token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenFault {
    /// For good: there is no grant, or the provider ended it. The account must be authorized again.
    Dead(Fault),
    /// The network, a failing server, a limit: nothing is known of the grant, and nothing changes.
    Passing(Fault),
    /// The provider refuses the application or the request, not the grant; asking again is no use until that is mended.
    Refused(Fault),
    /// Something on this machine: the store of secrets, a lock.
    Local(Fault),
}

impl TokenFault {
    /// The fault, for a person.
    pub fn fault(&self) -> &Fault {
        let (Self::Dead(fault) | Self::Passing(fault) | Self::Refused(fault) | Self::Local(fault)) = self;
        fault
    }

    /// The same by value.
    pub fn into_fault(self) -> Fault {
        let (Self::Dead(fault) | Self::Passing(fault) | Self::Refused(fault) | Self::Local(fault)) = self;
        fault
    }
}

impl EndedGrant {
    pub(super) fn new(fault: &Fault) -> Self {
        let text = |text: &Option<Untrusted>| text.as_ref().map(|t| t.raw().to_owned()).unwrap_or_default();
        Self { message: fault.message.to_string(), said: text(&fault.said), code: text(&fault.code) }
    }

    pub(super) fn fault(&self) -> Fault {
        let mut fault = Fault::new(FaultKind::NeedsAuthorization, self.message.as_str()).said(self.said.as_str());
        fault.code = (!self.code.is_empty()).then(|| self.code.as_str().into());
        fault
    }
}

pub(super) const NO_GRANT: &str = "Nothing is kept for this account. Authorize it again.";
pub(super) const OVER: &str =
    "The access ran out, and the provider gave nothing to renew it with. Authorize the account again.";
pub(super) const REFUSED_FOR_GOOD: &str =
    "The provider refuses the access, and gave nothing to renew it with. Authorize the account again.";
pub(super) const REFUSED_FRESH: &str = "The provider refuses a token that it gave a moment ago.";
pub(super) const NO_CLIENT_SECRET: &str =
    "The application's client secret is missing, and without it no token can be renewed.";

pub(super) fn dead(message: &str) -> TokenFault {
    TokenFault::Dead(Fault::new(FaultKind::NeedsAuthorization, message))
}

pub(super) fn cut_off(begun: Timestamp) -> String {
    format!(
        "A renewal that began at {} was cut off before its answer could be kept, and the provider does not give it again. \
         Authorize the account again.",
        begun.strftime("%Y-%m-%d %H:%M:%S UTC")
    )
}
