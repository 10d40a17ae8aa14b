//! The list of tools, read again when somebody asks and it is no longer fresh.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, watch};

use crate::domain::{EffectSource, Fault, Tool, ToolEffect};
use crate::flow::environment::Opened;
use crate::flow::offer::{self, Offer, OfferScope, Offers};
use crate::mcp::server::{OfferedTool, ToolHints};

/// Time that a list is as good as a new one.
const FRESH: Duration = Duration::from_secs(10);

/// The same while somebody is perhaps authorizing an account.
const FRESH_AWAITED: Duration = Duration::from_secs(1);

/// Time that is left for authorizing an account, once its link was handed out.
const AWAITED: Duration = Duration::from_secs(300);

/// Time that an old list is better than none, where a new one cannot be had.
const STALE: Duration = Duration::from_secs(600);

/// The tools as they were listed last.
#[derive(Debug)]
pub(super) struct Listed {
    /// What clients are told of them.
    pub tools: Vec<Arc<OfferedTool>>,
    offers: Vec<Offer>,
    remarks: Vec<String>,
    read: Instant,
    digest: u64,
}

impl Listed {
    /// The offer behind a tool.
    pub fn offer(&self, tool: &OfferedTool) -> Option<&Offer> {
        self.offers
            .iter()
            .find(|offer| offer.tool.name.raw() == tool.name.raw() && offer.connection.raw() == tool.group.raw())
    }
}

/// Reads and remembers the list.
pub(super) struct Catalogue {
    scope: OfferScope,
    /// Held while the list is read: whoever comes meanwhile waits for the same one.
    listed: Mutex<Option<Arc<Listed>>>,
    remarks: StdMutex<Vec<String>>,
    /// End of the time in which another list is awaited.
    awaited: StdMutex<Option<Instant>>,
    changes: watch::Sender<u64>,
}

impl Catalogue {
    pub fn new(scope: OfferScope) -> Self {
        Self {
            scope,
            listed: Mutex::default(),
            remarks: StdMutex::default(),
            awaited: StdMutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// Counter that moves when the list is another than before.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// What keeps tools away, by the list that was read last.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The list, fresh, or an old one where the environment cannot be reached for the moment.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn list(&self, opened: &Opened) -> Result<Arc<Listed>, Fault> {
        let mut known = self.listed.lock().await;
        if let Some(listed) = known.as_ref().filter(|listed| listed.read.elapsed() < self.fresh()) {
            return Ok(Arc::clone(listed));
        }
        let loaded = match offer::load(opened.backend.as_ref(), &self.scope).await {
            Ok(loaded) => loaded,
            Err(fault) => {
                let old = known.as_ref().filter(|old| fault.kind.is_passing() && old.read.elapsed() < STALE);
                return old.map(Arc::clone).ok_or(fault);
            }
        };
        let listed = Arc::new(listed(loaded));
        *self.remarks.lock().unwrap_or_else(PoisonError::into_inner) = listed.remarks.clone();
        if known.as_ref().is_some_and(|old| old.digest != listed.digest) {
            self.changes.send_modify(|count| *count = count.wrapping_add(1));
        }
        *known = Some(Arc::clone(&listed));
        Ok(listed)
    }

    /// Has the list read anew by whoever asks next: something has happened that may have changed it.
    pub async fn forget(&self) {
        let mut known = self.listed.lock().await;
        if let Some(old) = known.as_ref() {
            let read = Instant::now().checked_sub(FRESH).unwrap_or(old.read);
            let (tools, offers, remarks) = (old.tools.clone(), old.offers.clone(), old.remarks.clone());
            *known = Some(Arc::new(Listed { tools, offers, remarks, read, digest: old.digest }));
        }
    }

    /// The same, and often in the next minutes: a person was given the link of an account.
    pub async fn await_change(&self) {
        *self.awaited.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + AWAITED);
        self.forget().await;
    }

    fn fresh(&self) -> Duration {
        let awaited = *self.awaited.lock().unwrap_or_else(PoisonError::into_inner);
        if awaited.is_some_and(|end| Instant::now() < end) { FRESH_AWAITED } else { FRESH }
    }
}

/// Reads the list again whenever a server behind it says that it offers something else, so that clients who ask for
/// nothing hear of it too.
pub(super) async fn follow(catalogue: Arc<Catalogue>, opened: Arc<Opened>, mut changes: watch::Receiver<u64>) {
    while changes.changed().await.is_ok() {
        catalogue.forget().await;
        let _ = catalogue.list(&opened).await;
    }
}

fn listed(Offers { offers, remarks }: Offers) -> Listed {
    let mut hasher = DefaultHasher::new();
    for offer in &offers {
        let schema = offer.tool.input_schema.as_ref().map(|schema| schema.raw());
        (offer.tool.name.raw(), offer.connection.raw(), offer.tool.description.raw(), schema).hash(&mut hasher);
    }
    let tools = offers.iter().map(|offer| Arc::new(offered(offer))).collect();
    Listed { tools, offers, remarks, read: Instant::now(), digest: hasher.finish() }
}

fn offered(Offer { tool, connection }: &Offer) -> OfferedTool {
    OfferedTool {
        name: tool.name.raw().into(),
        group: connection.raw().into(),
        title: tool.title.clone(),
        description: tool.description.clone(),
        input_schema: tool.input_schema.clone(),
        output_schema: None,
        hints: hints(tool),
    }
}

/// What is known of the effect. A guess is not told: a client may act on it.
fn hints(tool: &Tool) -> ToolHints {
    let known = tool.effect_source != EffectSource::Name;
    let (read_only, destructive) = match tool.effect {
        ToolEffect::Reads if known => (Some(true), Some(false)),
        ToolEffect::Writes if known => (Some(false), Some(false)),
        ToolEffect::Destroys => (Some(false), Some(true)),
        ToolEffect::Reads | ToolEffect::Writes | ToolEffect::Unknown => (None, None),
    };
    ToolHints { read_only, destructive, idempotent: None, open_world: Some(true) }
}
