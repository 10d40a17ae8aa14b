//! Authorizing an account again with more scopes than it has: its connection asks for them first.

use async_trait::async_trait;

use crate::domain::{Account, Fault, Untrusted};
use crate::flow::connect;
use crate::tui::accounts::authorize::links::authorize;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::AuthorizeWithScopes;
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Has the connection of an account ask for more scopes.
#[derive(Debug)]
pub struct AddScopes {
    /// The account.
    pub account: Box<Account>,
    /// Every scope that it is to have.
    pub scopes: Vec<Untrusted>,
}

/// Report: the connection of this account asks for them, or cannot.
#[derive(Debug)]
pub struct ScopesAdded(pub Box<Account>, pub Result<(), Fault>);

impl AddScopes {
    /// Place of the connection that is changed.
    pub const SLOT: Slot = Slot::new("scopes");
}

#[async_trait]
impl Task for AddScopes {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ScopesAdded(self.account.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { account, scopes } = *self;
        let added = async {
            let opened = services.environment()?;
            connect::add_scopes(opened.backend.as_ref(), &account, &scopes).await
        };
        let added = added.await;
        reporter.send(ScopesAdded(account, added));
    }
}

/// Takes the order, and its report.
pub(in crate::tui::accounts) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|AuthorizeWithScopes { account, scopes }| cx.start(AddScopes { account, scopes }))
        .or_else(|message| message.take().map(|added| added_scopes(added, cx)))
}

fn added_scopes(ScopesAdded(account, result): ScopesAdded, cx: &mut Cx) {
    cx.jobs.finish(AddScopes::SLOT);
    match result {
        Ok(()) => authorize(&account, cx),
        Err(fault) => cx.say(Level::Problem, fault.to_string()),
    }
}
