//! Tasks: making an authorization link and following it until it is done; and the receipt of that.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::{Account, AccountRef, Fault, Proof};
use crate::flow::authorize::{self, Pasted, Progress, Verification};
use crate::flow::receipt::{self, Authorized, Receipt};
use crate::flow::record::Recorder;
use crate::journal::Front;
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
    /// URLs that a browser elsewhere ended at, as they are pasted.
    pub pasted: Pasted,
    /// Whether anything is written down.
    pub is_recorded: bool,
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
        let Self { id, account, verification, pasted, is_recorded } = *self;
        let follow = async {
            let opened = services.environment()?;
            let step = |progress| reporter.send(AuthorizeStep(id, progress));
            let records = is_recorded.then(|| Arc::clone(&services.records));
            let recorder = Recorder::of(&opened, Front::Screen, records);
            let follow =
                authorize::authorize_or_paste(opened.backend.as_ref(), &account, verification, Some(pasted), step);
            recorder.beside_calls(follow).await
        };
        reporter.send(AuthorizeEnd(id, follow.await));
    }
}

/// Finds out what an authorization changed, and keeps that.
#[derive(Debug)]
pub struct MakeReceipt {
    /// Number of the authorization.
    pub id: AuthorizationId,
    /// The account before and after.
    pub ended: Authorized,
    /// Whether anything is written down.
    pub is_recorded: bool,
}

/// Report: the receipt of an authorization; none where it could not be made.
#[derive(Debug)]
pub struct ReceiptMade(pub AuthorizationId, pub Option<Box<Receipt>>);

/// Report: the provider was asked who an account is, for its receipt.
#[derive(Debug)]
pub struct AccountProven(pub Box<Proof>);

impl MakeReceipt {
    /// Place of the receipt of the authorization of this number.
    pub fn slot_of(id: AuthorizationId) -> Slot {
        Slot::new("receipt").numbered(id.0)
    }
}

#[async_trait]
impl Task for MakeReceipt {
    fn slot(&self) -> Slot {
        Self::slot_of(self.id)
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(ReceiptMade(self.id, None))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { id, ended, is_recorded } = *self;
        let Some(opened) = services.opened() else { return reporter.send(ReceiptMade(id, None)) };
        let records = is_recorded.then_some(services.records);
        let recorder = Recorder::of(&opened, Front::Screen, records);
        let (made, proof) = receipt::make(&opened, &recorder, ended).await;
        proof.into_iter().for_each(|proof| reporter.send(AccountProven(Box::new(proof))));
        reporter.send(ReceiptMade(id, Some(Box::new(made))));
    }
}
