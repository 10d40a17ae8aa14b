//! Tasks: what servers offer beside tools, page by page; and hearing of changes of what they offer.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{ConnectionName, Fault, Identifier};
use crate::flow::server_content;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::tools::server_content::shelf::{Offer, Shelf};

/// Loads one list for a person.
#[derive(Debug)]
pub struct LoadOffers {
    /// The list.
    pub shelf: Shelf,
    /// The person.
    pub identifier: Identifier,
    /// Connections to ask; none for all that they have an account on.
    pub connections: Vec<ConnectionName>,
}

/// Report: some more rows.
#[derive(Debug)]
pub struct OffersPage(pub Shelf, pub Vec<Offer>);

/// Report: no more will come; with the reasons why servers are left out.
#[derive(Debug)]
pub struct OffersLoaded(pub Shelf, pub Result<Vec<Fault>, Fault>);

impl LoadOffers {
    /// Slot of the task: one list at a time.
    pub const SLOT: Slot = Slot::new("server offers").shown();
}

#[async_trait]
impl Task for LoadOffers {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(OffersLoaded(self.shelf, Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { shelf, identifier, connections } = *self;
        let loaded = async {
            let opened = services.environment()?;
            let backend = opened.backend.as_ref();
            match shelf {
                Shelf::Resources => {
                    let page = |rows: Vec<_>| {
                        reporter.send(OffersPage(shelf, rows.into_iter().map(Offer::Resource).collect()));
                    };
                    server_content::resources(backend, &identifier, &connections, page).await
                }
                Shelf::Prompts => {
                    let page = |rows: Vec<_>| {
                        reporter.send(OffersPage(shelf, rows.into_iter().map(Offer::Prompt).collect()));
                    };
                    server_content::prompts(backend, &identifier, &connections, page).await
                }
            }
        };
        let loaded = loaded.await;
        reporter.send(OffersLoaded(shelf, loaded));
    }
}

/// Tells of every change of what servers offer, for as long as the environment is open.
#[derive(Debug)]
pub struct WatchOffers;

/// Report: a server offers something else than before.
#[derive(Debug)]
pub struct OffersChanged;

/// Time between two reports: a server that changes all the time is not followed all the time.
const PAUSE: Duration = Duration::from_secs(5);

impl WatchOffers {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("server changes");
}

#[async_trait]
impl Task for WatchOffers {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(OffersChanged)
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Some(opened) = services.opened() else { return };
        let Some(mut changes) = server_content::changes(opened.backend.as_ref()) else { return };
        changes.mark_unchanged();
        while changes.changed().await.is_ok() {
            reporter.send(OffersChanged);
            tokio::time::sleep(PAUSE).await;
        }
    }
}
