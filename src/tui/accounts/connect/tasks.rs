//! Tasks: what can be connected, what a provider needs for it, and saving it.

use async_trait::async_trait;

use crate::domain::{Account, Connection, Fault};
use crate::flow::connect::{
    self, ConnectGuide, ConnectOffer, ConnectRequest, ConnectStep, ConnectTarget, UnlockedTools,
};
use crate::flow::receipt::Receipt;
use crate::flow::record::Recorder;
use crate::journal::Front;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Place of everything that the form waits for.
pub const SLOT: Slot = Slot::new("connect").shown();

/// Lists the providers that can be connected.
#[derive(Debug)]
pub struct ListOffers;

/// Report: the providers.
#[derive(Debug)]
pub struct OffersListed(pub Result<Vec<ConnectOffer>, Fault>);

#[async_trait]
impl Task for ListOffers {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(OffersListed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let offers = services.environment().and_then(|opened| connect::offers(opened.backend.as_ref()));
        reporter.send(OffersListed(offers));
    }
}

/// Finds out what a person needs to connect this.
#[derive(Debug)]
pub struct AskGuide(pub ConnectTarget);

/// Report: the guide.
#[derive(Debug)]
pub struct GuideAsked(pub Result<(ConnectGuide, UnlockedTools), Fault>);

#[async_trait]
impl Task for AskGuide {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(GuideAsked(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let guide = async {
            let opened = services.environment()?;
            let guide = connect::guide(opened.backend.as_ref(), &self.0, None).await?;
            let unlocked = connect::unlocked_tools(&opened, &guide);
            Ok((guide, unlocked))
        };
        reporter.send(GuideAsked(guide.await));
    }
}

/// Saves a connection; consent comes next.
#[derive(Debug)]
pub struct SaveConnection(pub ConnectRequest);

/// Report: the connection is saved.
#[derive(Debug)]
pub struct ConnectionSaved(pub Result<Connection, Fault>);

#[async_trait]
impl Task for SaveConnection {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ConnectionSaved(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let saved = async {
            let opened = services.environment()?;
            connect::save(opened.backend.as_ref(), self.0.draft).await
        };
        reporter.send(ConnectionSaved(saved.await));
    }
}

/// Connects an account by a key that was typed in, and asks the provider whose it is.
#[derive(Debug)]
pub struct ConnectByKey {
    /// Everything that was filled in.
    pub request: ConnectRequest,
    /// Whether calls are recorded.
    pub recording: bool,
}

/// Report: the account holds the key.
#[derive(Debug)]
pub struct KeyHeld(pub Account);

/// Report: the end.
#[derive(Debug)]
pub struct KeyConnected(pub Result<(Account, Receipt), Fault>);

#[async_trait]
impl Task for ConnectByKey {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(KeyConnected(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { request, recording } = *self;
        let connected = async {
            let opened = services.environment()?;
            let recorder = Recorder::of(&opened, Front::Screen, recording.then_some(services.records));
            let on = |step| {
                if let ConnectStep::Active(account, _) = step {
                    reporter.send(KeyHeld(account));
                }
            };
            connect::connect(&opened, &recorder, request, None, on).await
        };
        reporter.send(KeyConnected(connected.await));
    }
}
