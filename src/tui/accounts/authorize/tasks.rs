//! Task: making an authorization link and following it until it is done.

use async_trait::async_trait;

use crate::domain::{Account, AccountRef, Fault};
use crate::flow::authorize::{self, Progress, Verification};
use crate::tui::core::message::Message;
use crate::tui::core::state::authorization::AuthorizationId;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Makes a link for an account and follows it.
#[derive(Debug)]
pub struct FollowAuthorization {
    /// Number of the authorization.
    pub id: AuthorizationId,
    /// Account to authorize.
    pub account: AccountRef,
    /// Way back of a custom verification.
    pub verification: Verification,
}

/// Report: the authorization came a step further.
#[derive(Debug)]
pub struct AuthorizeStep(pub AuthorizationId, pub Progress);

/// Report: the authorization ended.
#[derive(Debug)]
pub struct AuthorizeEnd(pub AuthorizationId, pub Result<Account, Fault>);

impl FollowAuthorization {
    /// Place of the authorization of this number.
    pub fn slot_of(id: AuthorizationId) -> Slot {
        Slot::new("authorization").numbered(id.0)
    }
}

#[async_trait]
impl Task for FollowAuthorization {
    fn slot(&self) -> Slot {
        Self::slot_of(self.id)
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(AuthorizeEnd(self.id, Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { id, account, verification } = *self;
        let follow = async {
            let opened = services.environment()?;
            let step = |progress| reporter.send(AuthorizeStep(id, progress));
            authorize::authorize(opened.backend.as_ref(), &account, verification, step).await
        };
        reporter.send(AuthorizeEnd(id, follow.await));
    }
}
