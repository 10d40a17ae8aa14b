//! The side that has a call to be allowed.

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use super::socket::{Line, call};
use super::{ApprovalRequest, Decision, FromDesk, ToDesk};

/// Time that telling a screen something may take.
const TELLING: Duration = Duration::from_secs(1);

/// Reason why there is no decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unasked {
    /// No screen is open.
    Nobody,
    /// The arguments are too large to be shown.
    TooLarge,
    /// The screen was closed before the answer.
    Closed,
    /// Nobody answered in time.
    Late,
}

/// Asks the person at the screen that is open on this state folder.
///
/// # Errors
/// There is no decision, and why.
pub async fn ask(state: &Path, request: &ApprovalRequest, limit: Duration) -> Result<Decision, Unasked> {
    let asked = async {
        let mut line = call(state).await.map_err(|_| Unasked::Nobody)?;
        let sent = line.send(&ToDesk::Ask(Box::new(request.clone()))).await;
        sent.map_err(|error| match error.kind() {
            ErrorKind::FileTooLarge => Unasked::TooLarge,
            _ => Unasked::Closed,
        })?;
        decided(&mut line).await
    };
    tokio::time::timeout(limit, asked).await.unwrap_or(Err(Unasked::Late))
}

async fn decided(line: &mut Line) -> Result<Decision, Unasked> {
    loop {
        match line.next::<FromDesk>().await {
            Some(FromDesk::Decided(decision)) => return Ok(decision),
            Some(FromDesk::Calls) => {}
            None => return Err(Unasked::Closed),
        }
    }
}

/// Tells the screen that is open, if one is, that calls were written down.
pub async fn tell_of_calls(state: &Path) {
    let told = async {
        if let Ok(mut line) = call(state).await {
            let _ = line.send(&ToDesk::Calls).await;
        }
    };
    let _ = tokio::time::timeout(TELLING, told).await;
}
