//! Authorizing an account: a link, and following it until it is proven done.
//!
//! A status of ACTIVE alone proves nothing: it may have been there before. Finished means that the
//! verification succeeded, or that the account is ACTIVE *and* its `updated_at` or
//! `token_expires_at` moved after the link was made.

use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use url::Url;

use super::authorization::{AuthRequestId, LinkRequest, VerifyReturn};
use super::client::Client;
use crate::backend::{Ask, Authorization, AuthorizationLink, Authorizer, Links, Step, Verification};
use crate::domain::{Account, AccountRef, Fault, FaultKind, Status};
use crate::loopback::{Callback, CallbackArrival, PageVerdict, WaitingBrowser, random_state};

/// Between two looks at the account: quick at first, slower when it takes long.
const POLL: [(u32, Duration); 2] = [(60, Duration::from_secs(1)), (u32::MAX, Duration::from_secs(3))];

/// Time that somebody who opened the link before its end still has, and time to confirm a consent: to sign in with a
/// second factor, to ask an administrator. Longer than the ten minutes that a provider's own code is good for at most
/// (RFC 6749, 4.1.2), so that nobody who can still finish is turned away.
const GRACE: Duration = Duration::from_secs(15 * 60);

/// Life of a link that does not say when it ends.
const UNSAID: Duration = Duration::from_secs(60 * 60);

/// Time that a link is still good for, grace included; none where it is long over.
fn patience(expires_at: Option<Timestamp>, now: Timestamp) -> Duration {
    let life = expires_at.map_or(UNSAID.try_into().ok(), |end| Some(end.duration_since(now)));
    let whole = life.unwrap_or(SignedDuration::ZERO).saturating_add(SignedDuration::from_secs(GRACE.as_secs() as i64));
    Duration::try_from(whole).unwrap_or_default()
}

#[async_trait]
impl Authorizer for Client {
    async fn begin(&self, account: &Account, verification: Verification) -> Result<Box<dyn Authorization + '_>, Fault> {
        let callback = match verification {
            Verification::ThisMachine(port) => {
                Some(Callback::listen(port, &account.connection, &account.identifier).await?)
            }
            _ => None,
        };
        let verify = match (&callback, verification) {
            (Some(callback), _) => Some(VerifyReturn { url: callback.url().clone(), state: callback.state().clone() }),
            (None, Verification::Elsewhere(url)) => Some(VerifyReturn { url, state: random_state()? }),
            _ => None,
        };
        let mut link = self.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await?;
        link.callback_port = callback.as_ref().and_then(|callback| callback.url().port());
        // Making the link may itself touch the row, so what "moved" means is decided after it.
        let before = self.account(&AccountRef::Id(account.id.clone())).await?;
        let patience = patience(link.expires_at, self.broker_now());
        Ok(Box::new(Following {
            client: self,
            // A life of centuries is no moment that the timer knows; nobody waits as long.
            ends: Instant::now().checked_add(patience).unwrap_or_else(|| Instant::now() + UNSAID),
            account: account.clone(),
            before,
            ask: Ask::OpenUrl(link),
            callback,
            state: State::Waiting,
            consented: false,
            looks: 0,
        }))
    }
}

#[async_trait]
impl Links for Client {
    async fn link(&self, account: &Account, page: Option<Url>) -> Result<AuthorizationLink, Fault> {
        let verify = page.map(|url| Ok(VerifyReturn { url, state: random_state()? })).transpose()?;
        self.authorization_link(&LinkRequest { account: account.id.clone(), verify }).await
    }
}

/// An authorization whose link is made.
struct Following<'a> {
    client: &'a Client,
    /// Account that was asked for.
    account: Account,
    /// Account as it was right after the link was made.
    before: Account,
    ask: Ask,
    callback: Option<Callback>,
    /// Nobody can finish any more.
    ends: Instant,
    state: State,
    /// Consent was seen in the account.
    consented: bool,
    /// Looks at the account so far.
    looks: u32,
}

enum State {
    /// Waiting for the browser to come back, or for the account to change.
    Waiting,
    /// Somebody came back to our page, which waits for its answer.
    Verifying(AuthRequestId, WaitingBrowser),
    /// Consent of the right person is proven; the account is still to be read.
    Verified,
    /// The account showed the consent; what else it shows is still to be told.
    Seen(Box<Account>),
}

#[async_trait]
impl Authorization for Following<'_> {
    fn ask(&self) -> &Ask {
        &self.ask
    }

    async fn next(&mut self) -> Result<Step, Fault> {
        let step = self.advance().await;
        if matches!(step, Ok(Step::Consented)) {
            self.ends = self.ends.max(Instant::now() + GRACE);
        }
        // The last page is still to reach the browser.
        if matches!(step, Ok(Step::Done(_)) | Err(_))
            && let Some(callback) = self.callback.take()
        {
            callback.close().await;
        }
        step
    }
}

impl Following<'_> {
    async fn advance(&mut self) -> Result<Step, Fault> {
        match std::mem::replace(&mut self.state, State::Waiting) {
            State::Waiting => self.wait().await,
            State::Verifying(request, page) => {
                let verified = self.client.verify_user(&request, &self.account.identifier).await;
                page.show(match &verified {
                    Ok(_) => PageVerdict::Connected,
                    Err(fault) => PageVerdict::Failed(fault.to_string()),
                });
                verified?;
                self.state = State::Verified;
                Ok(Step::Verified)
            }
            State::Verified => self.read().await.map(Step::Done),
            State::Seen(now) => Ok(self.step(*now)),
        }
    }

    /// Waits for the browser to come back, and looks at the account meanwhile.
    async fn wait(&mut self) -> Result<Step, Fault> {
        loop {
            let pause =
                POLL.iter().find(|(until, _)| self.looks < *until).map_or(Duration::from_secs(3), |(_, pause)| *pause);
            let arrival = async {
                match &mut self.callback {
                    Some(callback) => callback.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                arrival = arrival => return match arrival {
                    CallbackArrival::Consented(request, page) => {
                        self.state = State::Verifying(AuthRequestId::new(request), page);
                        Ok(Step::Consented)
                    }
                    CallbackArrival::Refused(fault) => Err(fault),
                    CallbackArrival::Stray => Ok(Step::Stray),
                },
                () = tokio::time::sleep_until(self.ends) => return Err(self.too_late()),
                () = tokio::time::sleep(pause) => {}
            }
            self.looks += 1;
            let now = match self.read().await {
                Ok(now) => now,
                Err(fault) if fault.kind.is_passing() => continue,
                Err(fault) => return Err(fault),
            };
            let waited_before = self.before.status == Status::PendingVerification && !self.has_moved(&now);
            if now.status == Status::PendingVerification && !waited_before && !self.consented {
                self.consented = true;
                self.state = State::Seen(Box::new(now));
                return Ok(Step::Consented);
            }
            return Ok(self.step(now));
        }
    }

    fn too_late(&self) -> Fault {
        let message = match (self.consented, self.ask()) {
            (true, _) => "Consent was given, and nobody confirmed it in time.",
            (false, Ask::OpenUrl(AuthorizationLink { expires_at: None, .. })) => {
                "Nobody has finished with the link for more than an hour."
            }
            (false, _) => "The link expired a quarter of an hour ago, and nobody has finished with it.",
        };
        Fault::new(FaultKind::LinkExpired, message)
    }

    fn step(&self, now: Account) -> Step {
        if now.status == Status::Active && self.has_moved(&now) { Step::Done(now) } else { Step::Seen(now) }
    }

    fn has_moved(&self, now: &Account) -> bool {
        now.updated_at != self.before.updated_at || now.token_expires_at != self.before.token_expires_at
    }

    async fn read(&self) -> Result<Account, Fault> {
        self.client.account(&AccountRef::Id(self.before.id.clone())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_for_its_life_and_a_grace() {
        let now: Timestamp = "2026-03-04T12:00:00Z".parse().unwrap();
        let seconds =
            |ends_in: Option<i64>| patience(ends_in.map(|s| now + SignedDuration::from_secs(s)), now).as_secs();
        assert_eq!(seconds(Some(60)), 60 + GRACE.as_secs());
        assert_eq!(seconds(Some(-60)), GRACE.as_secs() - 60);
        assert_eq!(seconds(Some(-3_600)), 0);
        assert_eq!(seconds(None), UNSAID.as_secs() + GRACE.as_secs());
        assert!(patience(Some(Timestamp::MAX), now) > UNSAID);
    }
}
