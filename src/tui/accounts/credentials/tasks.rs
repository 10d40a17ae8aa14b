//! Tasks: finding out what a provider asks of a person, and handing over what they typed.

use async_trait::async_trait;

use crate::domain::{Account, AuthorizationType, Credentials, Fault, Provider};
use crate::flow::credentials::{self, Asked, CredentialTarget};
use crate::tui::core::message::Message;
use crate::tui::core::state::account_store::CHANGING;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Finds out what a provider asks of a person whose account authorizes this way.
#[derive(Debug)]
pub struct AskProvider(pub Provider, pub AuthorizationType);

/// Report: what it asks for.
#[derive(Debug)]
pub struct ProviderAsked(pub Asked, pub AuthorizationType);

impl AskProvider {
    /// Place of the provider that is asked.
    pub const SLOT: Slot = Slot::new("credentials form").shown();
}

#[async_trait]
impl Task for AskProvider {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ProviderAsked(Asked::Unknown(fault.to_string()), self.1.clone()))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self(provider, authorization) = *self;
        let asked = match services.environment() {
            Ok(opened) => credentials::asked(opened.backend.as_ref(), &provider, &authorization).await,
            Err(fault) => Asked::Unknown(fault.to_string()),
        };
        reporter.send(ProviderAsked(asked, authorization));
    }
}

/// Hands over what somebody typed in.
#[derive(Debug)]
pub struct HandOver(pub CredentialTarget, pub Credentials);

/// Report: the account that has them now.
#[derive(Debug)]
pub struct HandedOver(pub Result<Account, Fault>);

#[async_trait]
impl Task for HandOver {
    fn slot(&self) -> Slot {
        CHANGING
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(HandedOver(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self(target, given) = *self;
        let change = async {
            let opened = services.environment()?;
            credentials::hand_over(opened.backend.as_ref(), &target, given).await
        };
        reporter.send(HandedOver(change.await));
    }
}
