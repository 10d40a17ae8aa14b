//! Calls that requests to a provider's API are parts of.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use crate::domain::{Fault, Secret, ToolName, Untrusted};

/// Life that a token must still have to be used again within its call.
const LEAST: SignedDuration = SignedDuration::from_secs(10);

/// One call of a tool, which may take several requests. Whatever credential is got for it ends with it.
pub struct ProxyCall {
    /// Name of the tool.
    pub tool: ToolName,
    /// Scopes of which the call needs one, the least first; none where nobody says.
    pub scopes: Vec<Untrusted>,
    token: Mutex<Option<CallToken>>,
    was_exchanged: AtomicBool,
}

/// Token that was got for one call.
#[derive(Clone)]
pub struct CallToken {
    /// The token.
    pub token: Secret,
    /// Its end by this machine's clock, where one was told.
    pub expires_at: Option<Timestamp>,
}

impl ProxyCall {
    /// A call that has sent nothing yet.
    pub fn new(tool: ToolName, scopes: Vec<Untrusted>) -> Self {
        Self { tool, scopes, token: Mutex::default(), was_exchanged: AtomicBool::new(false) }
    }

    /// The call's token, which `get` brings where there is none that is still good.
    ///
    /// # Errors
    /// Those of `get`.
    pub async fn token(&self, get: impl Future<Output = Result<CallToken, Fault>>) -> Result<Secret, Fault> {
        let mut kept = self.token.lock().await;
        let soon = Timestamp::now().saturating_add(LEAST).unwrap_or(Timestamp::MAX);
        let is_good = |kept: &&CallToken| kept.expires_at.is_none_or(|end| end > soon);
        if let Some(good) = kept.as_ref().filter(is_good) {
            return Ok(good.token.clone());
        }
        let new = get.await?;
        self.was_exchanged.store(true, Ordering::Release);
        Ok(kept.insert(new).token.clone())
    }

    /// True if a token was got for this call alone. Where the provider refuses it, no other sign-in would help.
    pub fn was_exchanged(&self) -> bool {
        self.was_exchanged.load(Ordering::Acquire)
    }
}

/// Tells nothing of the token.
impl fmt::Debug for ProxyCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyCall").field("tool", &self.tool).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(text: &str, life: i64) -> CallToken {
        let end = Timestamp::now() + SignedDuration::from_secs(life);
        CallToken { token: Secret::new(text.to_owned()), expires_at: Some(end) }
    }

    #[tokio::test]
    async fn one_token_does_for_a_call_until_it_runs_out() {
        let call = ProxyCall::new("list".into(), Vec::new());
        assert!(!call.was_exchanged());
        let got = call.token(async { Ok(token("first", 3_600)) }).await.unwrap();
        assert_eq!((got.expose(), call.was_exchanged()), ("first", true));
        assert_eq!(call.token(async { panic!("it is there") }).await.unwrap().expose(), "first");
        assert!(!format!("{call:?}").contains("first"));
        let short = ProxyCall::new("list".into(), Vec::new());
        short.token(async { Ok(token("first", 1)) }).await.unwrap();
        assert_eq!(short.token(async { Ok(token("second", 3_600)) }).await.unwrap().expose(), "second");
    }
}
