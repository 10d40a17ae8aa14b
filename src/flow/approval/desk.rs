//! The side where a person sits.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, broadcast, oneshot};
use tokio::task::JoinSet;

use super::socket::{Held, Line, call, hold};
use super::{ApprovalRequest, Decision, FromDesk, ToDesk};
use crate::domain::{Fault, FaultKind};

/// Conversations at the same time.
const LINES: usize = 64;

/// Time that a process has for saying what it wants.
const PATIENCE: Duration = Duration::from_secs(5);

/// Wait before the socket is tried again, where the screen that had it is ending.
const AGAIN: Duration = Duration::from_millis(200);

/// What happens at the desk.
#[derive(Debug)]
pub enum DeskEvent {
    /// A call is to be allowed.
    Asked(Box<PendingApproval>),
    /// Whoever asked does not wait for the answer any more.
    Withdrawn(u64),
    /// Calls were written down by another process.
    Calls,
}

/// A call that waits for a decision.
#[derive(Debug)]
pub struct PendingApproval {
    /// Number of the question, to tell it from others.
    pub number: u64,
    /// The call.
    pub request: ApprovalRequest,
    reply: oneshot::Sender<Decision>,
}

impl PendingApproval {
    /// A question, and the place where the decision comes out.
    pub fn new(number: u64, request: ApprovalRequest) -> (Self, oneshot::Receiver<Decision>) {
        let (reply, decision) = oneshot::channel();
        (Self { number, request, reply }, decision)
    }

    /// Gives the decision. False where nobody waits for it any more.
    pub fn decide(self, decision: Decision) -> bool {
        self.reply.send(decision).is_ok()
    }
}

/// Sits at the desk of this state folder, or beside it until it is free. Never ends by itself.
///
/// # Errors
/// [`FaultKind::Local`]: there can be no desk.
pub async fn listen(state: &Path, on: impl Fn(DeskEvent) + Send + Sync + 'static) -> Result<(), Fault> {
    let on: Arc<dyn Fn(DeskEvent) + Send + Sync> = Arc::new(on);
    loop {
        let held = hold(state).map_err(|error| {
            let message = "Calls of agents cannot be allowed here: the socket in the state folder cannot be used.";
            Fault::new(FaultKind::Local, message).caused_by(error)
        })?;
        match held {
            Some(held) => sit(held, &on).await,
            None => stand_by(state, &on).await,
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Waits at the desk of another screen until that one ends.
async fn stand_by(state: &Path, on: &Arc<dyn Fn(DeskEvent) + Send + Sync>) {
    let Ok(mut line) = call(state).await else { return };
    if line.send(&ToDesk::Wait).await.is_err() {
        return;
    }
    while let Some(FromDesk::Calls) = line.next().await {
        on(DeskEvent::Calls);
    }
}

/// Takes whoever comes. Dropping it hangs up on everybody.
async fn sit(held: Held, on: &Arc<dyn Fn(DeskEvent) + Send + Sync>) {
    let (places, numbers) = (Arc::new(Semaphore::new(LINES)), Arc::new(AtomicU64::new(1)));
    let (calls, _) = broadcast::channel(4);
    let mut lines = JoinSet::new();
    loop {
        // Those that are over are let go of.
        while lines.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = held.listener.accept().await else { return };
        let Ok(line) = Line::new(stream) else { continue };
        let (on, numbers, calls) = (Arc::clone(on), Arc::clone(&numbers), calls.clone());
        lines.spawn(async move {
            let _place = place;
            converse(line, on, numbers, calls).await;
        });
    }
}

async fn converse(
    mut line: Line,
    on: Arc<dyn Fn(DeskEvent) + Send + Sync>,
    numbers: Arc<AtomicU64>,
    calls: broadcast::Sender<()>,
) {
    match tokio::time::timeout(PATIENCE, line.next()).await {
        Ok(Some(ToDesk::Ask(request))) => {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            let (pending, decision) = PendingApproval::new(number, *request);
            on(DeskEvent::Asked(Box::new(pending)));
            tokio::select! {
                // Nothing more is said by whoever asks: what comes is the end.
                _ = line.next::<ToDesk>() => on(DeskEvent::Withdrawn(number)),
                decision = decision => {
                    if let Ok(decision) = decision {
                        let _ = line.send(&FromDesk::Decided(decision)).await;
                    }
                }
            }
        }
        Ok(Some(ToDesk::Calls)) => {
            let _ = calls.send(());
            on(DeskEvent::Calls);
        }
        Ok(Some(ToDesk::Wait)) => {
            let mut news = calls.subscribe();
            loop {
                tokio::select! {
                    _ = line.next::<ToDesk>() => return,
                    told = news.recv() => if matches!(told, Err(broadcast::error::RecvError::Closed)) { return },
                }
                if line.send(&FromDesk::Calls).await.is_err() {
                    return;
                }
            }
        }
        Ok(None) | Err(_) => {}
    }
}
