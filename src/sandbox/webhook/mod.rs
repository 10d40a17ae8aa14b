//! Webhooks: changes of accounts are told to the application under test. Reference: section 10.
//!
//! One task sends them one after the other, so that they come in the order of the events; it runs only where a webhook is
//! set. What is told has happened: it is kept first, where the world is kept at all.

mod log;
mod send;
mod signature;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::value::to_raw_value;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;
use url::Url;

use self::log::DeliveryLog;
pub use self::log::DeliveryView;
use self::send::WebhookSender;
use self::signature::SigningSecret;
use super::environment::SandboxEnvironment;
use super::options::WebhookTarget;
use super::world::{AccountEvent, World};
use crate::background::blocking;
use crate::domain::{Fault, FaultKind, Secret};

/// Time that a receiver has to answer, as the vendor gives it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Pauses before a message is sent again. The vendor's last for minutes, which no test would wait.
const PAUSES: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(4)];

/// Failures that nobody has read yet; the oldest are forgotten.
const MOST_FAILURES: usize = 16;

/// Whom changes are told to, and what was told.
pub struct Webhook {
    url: Url,
    secret: SigningSecret,
    environment_id: String,
    news: Arc<Notify>,
    log: Mutex<DeliveryLog>,
    failures: broadcast::Sender<String>,
}

/// Body of a message.
#[derive(Serialize)]
struct Envelope<'a, D> {
    spec_version: &'static str,
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    occurred_at: jiff::Timestamp,
    environment_id: &'a str,
    object: &'static str,
    data: D,
}

impl Webhook {
    /// # Errors
    /// [`FaultKind::Usage`]: its address or its secret cannot be used. [`FaultKind::Local`]: no secret can be made.
    pub fn new(target: &WebhookTarget, environment_id: String) -> Result<Self, Fault> {
        let WebhookTarget { url, secret } = target;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            let message = "The webhook's address cannot be used: it must begin with http:// or https://.";
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let secret = match secret {
            Some(text) => SigningSecret::read(text)?,
            None => SigningSecret::generate().map_err(|error| {
                Fault::new(FaultKind::Local, "The sandbox cannot start: no webhook secret can be made.").because(error)
            })?,
        };
        Ok(Self {
            url: url.clone(),
            secret,
            environment_id,
            news: Arc::new(Notify::new()),
            log: Mutex::default(),
            failures: broadcast::Sender::new(MOST_FAILURES),
        })
    }

    /// What messages are signed with.
    pub fn secret(&self) -> &Secret {
        self.secret.text()
    }

    /// What is notified of events that wait in the world.
    pub fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.news)
    }

    /// A sentence for each message that could not be delivered, from here on.
    pub fn failures(&self) -> broadcast::Receiver<String> {
        self.failures.subscribe()
    }

    /// Takes the events that wait in the world.
    pub fn collect(&self, world: &mut World) {
        let (events, lost) = world.events.take();
        let mut log = self.log();
        log.lost += lost;
        for AccountEvent { id, kind, occurred_at, data } in events {
            let envelope = Envelope {
                spec_version: "1",
                id: &id,
                kind,
                occurred_at,
                environment_id: &self.environment_id,
                object: "ConnectedAccount",
                data: &data,
            };
            match to_raw_value(&envelope) {
                Ok(body) => log.add(DeliveryView::new(id, kind, data.id, body)),
                Err(_) => log.lost += 1,
            }
        }
    }

    /// Deliveries in their order.
    pub fn deliveries(&self) -> Vec<DeliveryView> {
        self.log().iter().cloned().collect()
    }

    /// Events that were never sent, because too many waited.
    pub fn lost(&self) -> u64 {
        self.log().lost
    }

    /// Sends the message of this id again; none where there is none.
    pub fn resend(&self, id: &str) -> Option<DeliveryView> {
        let again = self.log().resend(id);
        self.news.notify_one();
        again
    }

    /// Forgets deliveries that are over.
    pub fn forget(&self) {
        self.log().forget();
    }

    fn log(&self) -> MutexGuard<'_, DeliveryLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begins to tell of changes, where anybody is to be told; ends with the sandbox.
pub fn start(env: &Arc<SandboxEnvironment>, stop: &CancellationToken) {
    if env.webhook.is_none() {
        return;
    }
    let (env, stopped) = (Arc::clone(env), stop.clone().cancelled_owned());
    tokio::spawn(async move {
        tokio::select! {
            () = tell(&env) => {}
            () = stopped => {}
        }
    });
}

async fn tell(env: &Arc<SandboxEnvironment>) {
    let Some(webhook) = &env.webhook else { return };
    let sender = WebhookSender::new(&webhook.url, PATIENCE);
    loop {
        webhook.collect(&mut env.world());
        let next = webhook.log().next().cloned();
        let Some(delivery) = next else {
            webhook.news.notified().await;
            continue;
        };
        if env.state.is_some() {
            let env = Arc::clone(env);
            // A world that cannot be kept is told to whoever changed it.
            let _ = blocking(move || env.save()).await;
        }
        deliver(webhook, &sender, &delivery, &PAUSES).await;
    }
}

/// Sends one message, as often as it needs and may.
async fn deliver(webhook: &Webhook, sender: &WebhookSender, delivery: &DeliveryView, pauses: &[Duration]) {
    let mut pauses = pauses.iter();
    loop {
        let attempt = sender.send(&webhook.secret, &delivery.id, delivery.text()).await;
        let pause = pauses.next().filter(|_| attempt.again);
        if let (Some(error), None) = (&attempt.error, pause) {
            let receiver = webhook.url.origin().ascii_serialization();
            let sentence = format!("{} {} was not delivered to {receiver}. {error}", delivery.kind, delivery.id);
            // Nobody has to listen.
            let _ = webhook.failures.send(sentence);
        }
        webhook.log().attempted(&delivery.id, attempt, pause.is_none());
        match pause {
            Some(pause) => tokio::time::sleep(*pause).await,
            None => return,
        }
    }
}

#[cfg(test)]
mod tests;
