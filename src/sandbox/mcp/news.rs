//! News for clients of MCP servers: what a server offers is another than before.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::watch;

use crate::sandbox::environment::SandboxEnvironment;
use crate::sandbox::world::World;

/// Counter of the changes of what servers offer.
pub struct OfferNews {
    digest: AtomicU64,
    changes: watch::Sender<u64>,
}

impl OfferNews {
    /// No news yet.
    pub fn new(world: &World) -> Self {
        Self { digest: AtomicU64::new(digest(world)), changes: watch::Sender::new(0) }
    }

    /// Counter that moves with every change from here on.
    pub fn changes(&self, world: &World) -> watch::Receiver<u64> {
        if self.changes.receiver_count() == 0 {
            self.digest.store(digest(world), Ordering::Relaxed);
        }
        self.changes.subscribe()
    }

    fn look(&self, world: &World) {
        // A large world is not looked at for nobody.
        if self.changes.receiver_count() == 0 {
            return;
        }
        let digest = digest(world);
        if self.digest.swap(digest, Ordering::Relaxed) != digest {
            self.changes.send_modify(|count| *count += 1);
        }
    }
}

/// All that decides on what any server offers: configurations, and whose accounts there are.
fn digest(world: &World) -> u64 {
    let mut hasher = DefaultHasher::new();
    for config in world.servers.configs() {
        config.number.hash(&mut hasher);
        for mapping in &config.mappings {
            (&mapping.connection, &mapping.tools).hash(&mut hasher);
        }
    }
    for account in world.accounts() {
        (account.number, &account.identifier, &account.connection.name).hash(&mut hasher);
    }
    hasher.finish()
}

/// Tells of what a request changed, once it is answered.
pub async fn tell(State(env): State<Arc<SandboxEnvironment>>, request: Request, next: Next) -> Response {
    let changes = request.method() != Method::GET;
    let response = next.run(request).await;
    if changes {
        env.offers.look(&env.world());
    }
    response
}
