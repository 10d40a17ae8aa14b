//! Rehearsal of verification: whether an environment refuses what it must refuse, tried on a throw-away account.
//!
//! An authorization that succeeds shows only that the right person is accepted. Whoever relies on verification wants to
//! see the others turned away: a state that is not ours, an identifier that is not theirs, a request that was used.
//! The account is made for this and deleted at the end, whatever happens.

mod checks;
mod words;

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

pub use self::words::{document, markdown};
use super::account_changes::{self, admin};
use super::connections;
use super::record::Records;
use crate::backend::{AuthorizationLink, Backend};
use crate::domain::{AccountRef, ConnectionName, Fault, FaultKind, Identifier, SafeMessage};
use crate::loopback::random_state;

/// One thing that was tried, and whether it went as it must.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// A few words on it.
    pub name: &'static str,
    /// Whether it went as it must.
    pub passed: bool,
    /// Time it took; a person's time included where one was needed.
    pub took: Duration,
    /// Request, in short; safe to show.
    pub sent: SafeMessage,
    /// Answer, in short: status and words.
    pub came: SafeMessage,
}

/// Fate of the throw-away account.
#[derive(Clone, Debug, PartialEq)]
pub enum Remains {
    /// It was never made.
    NotMade,
    /// It is deleted.
    Deleted,
    /// It is still there, and why.
    Left(Fault),
}

/// Result of a rehearsal.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsal {
    /// Connection that it was made on.
    pub connection: ConnectionName,
    /// Name of the environment, safe to show.
    pub environment: String,
    /// Identifier of the throw-away account.
    pub identifier: Identifier,
    /// Beginning.
    pub began: Timestamp,
    /// Checks in their order.
    pub checks: Vec<Check>,
    /// Reason why it came to no end.
    pub fault: Option<Fault>,
    /// Fate of the account.
    pub remains: Remains,
}

impl Rehearsal {
    /// Whether everything was tried and went as it must.
    pub fn passed(&self) -> bool {
        self.fault.is_none() && self.checks.iter().all(|check| check.passed)
    }

    /// Sentence on its result.
    pub fn verdict(&self) -> String {
        let failed = self.checks.iter().filter(|check| !check.passed).count();
        match (&self.fault, failed) {
            (Some(fault), _) => format!("The rehearsal came to no end. {fault}"),
            (None, 0) => "The environment verifies who consents, and refuses everybody else.".to_owned(),
            (None, 1) => "One check failed: this verification does not hold.".to_owned(),
            (None, failed) => format!("{failed} checks failed: this verification does not hold."),
        }
    }

    /// Sentence on the account.
    pub fn remains(&self) -> String {
        match &self.remains {
            Remains::NotMade => "No account was made.".to_owned(),
            Remains::Deleted => format!("The account {} is deleted.", self.identifier),
            Remains::Left(fault) => format!(
                "The account {} on {} could not be deleted and is still there: {fault} Delete it by hand.",
                self.identifier, self.connection
            ),
        }
    }
}

/// Progress of a rehearsal.
#[derive(Clone, Debug)]
pub enum RehearsalStep {
    /// The throw-away account has this identifier; it is deleted at the end.
    Account(Identifier),
    /// Somebody must open this link and consent, as whoever they like; for the so-many-th time.
    Consent(AuthorizationLink, u32),
    /// Something was tried.
    Checked(Check),
    /// The account is being deleted.
    CleaningUp,
}

/// Rehearses verification on a connection. `stop` ends it early; so does dropping this. The account is deleted in either
/// case: `records` has the program wait for that at its end.
///
/// # Errors
/// [`FaultKind::NotOffered`]: the environment has no verification to rehearse, or makes no accounts; nothing was sent.
pub async fn rehearse(
    backend: Arc<dyn Backend>,
    connection: ConnectionName,
    records: Option<Arc<Records>>,
    stop: CancellationToken,
    on: impl FnMut(RehearsalStep) + Send + 'static,
) -> Result<Rehearsal, Fault> {
    admin(backend.as_ref())?;
    if backend.user_verification().is_none() {
        let message = "This environment does not verify users step by step, so there is nothing to rehearse.";
        return Err(Fault::new(FaultKind::NotOffered, message));
    }
    // Before an account is made for nothing; where the list says nothing, the account will.
    let listed = connections::load(backend.as_ref()).await.unwrap_or_default();
    if let Some(listed) = listed.iter().find(|listed| listed.name == connection) {
        checks::is_verified(&listed.authorization)?;
    }
    let stopped = stop.drop_guard_ref();
    let work = records.as_ref().map(|records| records.unfinished());
    let token = stop.clone();
    // Not a part of whoever waits: it goes on to its end when nobody does any more.
    let task = tokio::spawn(async move {
        let _work = work;
        carry_out(backend.as_ref(), connection, &token, on).await
    });
    let broke = |_| Fault::new(FaultKind::Local, "The rehearsal broke down. Look for its account and delete it.");
    let rehearsal = task.await.map_err(broke)?;
    let _ = stopped.disarm();
    rehearsal
}

async fn carry_out(
    backend: &dyn Backend,
    connection: ConnectionName,
    stop: &CancellationToken,
    mut on: impl FnMut(RehearsalStep) + Send,
) -> Result<Rehearsal, Fault> {
    let mut rehearsal = Rehearsal {
        identifier: throw_away()?,
        environment: backend.about().name.clone(),
        connection,
        began: Timestamp::now(),
        checks: Vec::new(),
        fault: None,
        remains: Remains::NotMade,
    };
    on(RehearsalStep::Account(rehearsal.identifier.clone()));
    let began = Instant::now();
    let created = account_changes::create(backend, &rehearsal.connection, &rehearsal.identifier, None).await;
    let sent = format!("create {}/{}", rehearsal.connection, rehearsal.identifier);
    let account = match created {
        Ok(account) => {
            let came = format!("{} · {}", account.id, account.status.word());
            let check = Check {
                name: "throw-away account created",
                passed: true,
                took: began.elapsed(),
                sent: sent.into(),
                came: came.into(),
            };
            on(RehearsalStep::Checked(check.clone()));
            rehearsal.checks.push(check);
            Some(account)
        }
        Err(fault) => {
            let is_nowhere = !fault.may_have_been_carried_out();
            rehearsal.fault = Some(fault);
            if is_nowhere {
                return Ok(rehearsal);
            }
            None
        }
    };
    if let Some(account) = account {
        let checks = &mut rehearsal.checks;
        let mut tell = |check: Check, on: &mut dyn FnMut(RehearsalStep)| {
            on(RehearsalStep::Checked(check.clone()));
            checks.push(check);
        };
        let tried = tokio::select! {
            biased;
            () = stop.cancelled() => Err(Fault::new(FaultKind::Cancelled, "It was stopped.")),
            tried = checks::run(backend, &account, &mut tell, &mut on) => tried,
        };
        rehearsal.fault = tried.err();
    }
    on(RehearsalStep::CleaningUp);
    rehearsal.remains = clean_up(backend, &rehearsal).await;
    Ok(rehearsal)
}

/// Attempts to delete the account, and the pause between two.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_secs(2);

async fn clean_up(backend: &dyn Backend, rehearsal: &Rehearsal) -> Remains {
    let account = AccountRef::Pair(rehearsal.connection.clone(), rehearsal.identifier.clone());
    let mut attempt = 1;
    loop {
        let deleted = match admin(backend) {
            Ok(admin) => admin.delete(&account).await,
            Err(fault) => Err(fault),
        };
        match deleted {
            Ok(()) => return Remains::Deleted,
            Err(fault) if fault.kind == FaultKind::NotFound => return Remains::Deleted,
            Err(fault) if fault.kind.is_passing() && attempt < ATTEMPTS => {
                attempt += 1;
                tokio::time::sleep(fault.retry_after.unwrap_or(PAUSE)).await;
            }
            Err(fault) => return Remains::Left(fault),
        }
    }
}

/// Identifier that belongs to nobody.
fn throw_away() -> Result<Identifier, Fault> {
    let random = random_state()?;
    let letters = random.expose().chars().filter(char::is_ascii_alphanumeric).take(10).collect::<String>();
    Ok(Identifier::new(format!("jackfield-rehearsal-{}", letters.to_lowercase())))
}
