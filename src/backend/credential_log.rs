//! Uses of credentials on their way to whoever writes them down.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::{CredentialOutcome, CredentialPurpose, CredentialUse, Fault, TokenMark, Untrusted};

/// Uses that are kept for a listener that has not come yet, at most.
const MOST: usize = 1_000;

/// Reason of a use whose outcome nobody waited for.
const GIVEN_UP: &str = "Nobody waited for the answer.";

tokio::task_local! {
    static CONTEXT: CallContext;
}

/// Call that a task is part of, as far as an audit wants to know.
#[derive(Clone, Debug)]
enum CallContext {
    Call(CredentialPurpose),
    /// A person switched records off.
    Unrecorded,
}

/// Uses of credentials of one environment: told to a listener, or kept until there is one.
#[derive(Default)]
pub struct CredentialLog(Mutex<State>);

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    waiting: Vec<CredentialUse>,
    /// Whether a person switched records off for what belongs to no call.
    is_silent: bool,
}

type Listener = Arc<dyn Fn(CredentialUse) + Send + Sync>;

impl CredentialLog {
    /// Tells of one use, as part of the call that this task is part of. Never waits.
    pub fn record(self: &Arc<Self>, used: CredentialUse) {
        self.in_this_call().record(used);
    }

    /// A use that begins now, as part of the call that this task is part of. Its outcome is unknown where nobody tells it.
    pub fn begin(self: &Arc<Self>, used: CredentialUse) -> OpenUse {
        self.in_this_call().begin(used)
    }

    /// The log as it is for this task, for another that works for it: a task that is spawned does not know its call.
    pub fn in_this_call(self: &Arc<Self>) -> CallUses {
        match CONTEXT.try_with(Clone::clone) {
            Ok(context) => CallUses { log: Arc::clone(self), context },
            Err(_) => self.outside_of_calls(),
        }
    }

    /// The log for a use that belongs to no one call.
    pub fn outside_of_calls(self: &Arc<Self>) -> CallUses {
        let context = match self.state().is_silent {
            true => CallContext::Unrecorded,
            false => CallContext::Call(CredentialPurpose::default()),
        };
        CallUses { log: Arc::clone(self), context }
    }

    /// Says whether uses that belong to no call are told from now on, such as the renewal of a token for a list. They are
    /// unless this says otherwise.
    pub fn record_outside_of_calls(&self, is_recording: bool) {
        self.state().is_silent = !is_recording;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, used: CredentialUse) {
        let listener = {
            let mut state = self.state();
            match state.listener.clone() {
                Some(listener) => listener,
                None => {
                    if state.waiting.len() < MOST {
                        state.waiting.push(used);
                    }
                    return;
                }
            }
        };
        listener(used);
    }

    /// Has `listener` hear of every use, those that were kept first. It must not wait. It takes the place of an earlier
    /// one.
    pub fn listen(&self, listener: impl Fn(CredentialUse) + Send + Sync + 'static) {
        let listener: Listener = Arc::new(listener);
        let waiting = {
            let mut state = self.state();
            state.listener = Some(Arc::clone(&listener));
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(|used| listener(used));
    }
}

impl fmt::Debug for CredentialLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialLog")
    }
}

/// The log for the uses of one call.
#[derive(Clone, Debug)]
pub struct CallUses {
    log: Arc<CredentialLog>,
    context: CallContext,
}

impl CallUses {
    /// Tells of one use. Its purpose is this call, unless it has one.
    pub fn record(&self, mut used: CredentialUse) {
        match &self.context {
            CallContext::Unrecorded => return,
            CallContext::Call(purpose) if used.purpose == CredentialPurpose::default() => {
                used.purpose.clone_from(purpose);
            }
            CallContext::Call(_) => {}
        }
        self.log.tell(used);
    }

    /// A use that begins now. Its outcome is unknown where nobody tells it.
    pub fn begin(&self, used: CredentialUse) -> OpenUse {
        OpenUse { uses: self.clone(), used: Some(used) }
    }
}

/// A use that is under way. Whoever drops it leaves its outcome unknown, which is told as well.
#[derive(Debug)]
pub struct OpenUse {
    uses: CallUses,
    used: Option<CredentialUse>,
}

impl OpenUse {
    /// The use, to be completed.
    pub fn change(&mut self, change: impl FnOnce(&mut CredentialUse)) {
        if let Some(used) = &mut self.used {
            change(used);
        }
    }

    /// Mark of the token as it is known so far.
    pub fn token(&self) -> Option<TokenMark> {
        self.used.as_ref()?.token.clone()
    }

    /// Ends it without a word: somebody else has told of it.
    pub fn told_elsewhere(mut self) {
        self.used = None;
    }

    /// Tells the outcome, and the reason for any but success.
    pub fn end(mut self, outcome: CredentialOutcome, reason: Option<Untrusted>) {
        self.tell(outcome, reason);
    }

    /// Tells that it was accepted.
    pub fn succeeded(self) {
        self.end(CredentialOutcome::Success, None);
    }

    /// Tells what a fault means for it, without the words of the other side: they may quote arguments.
    pub fn failed(self, fault: &Fault) {
        self.end(CredentialOutcome::of_fault(fault), reason(fault));
    }

    /// Tells what the HTTP status of a provider's own answer means for it. What a provider does not find or like in a
    /// request says nothing against the credential.
    pub fn answered(self, status: u16) {
        match status {
            401 | 403 | 407 | 500.. => {
                self.end(CredentialOutcome::Failure, Some(format!("The provider answered with HTTP {status}.").into()))
            }
            _ => self.succeeded(),
        }
    }

    fn tell(&mut self, outcome: CredentialOutcome, reason: Option<Untrusted>) {
        if let Some(used) = self.used.take() {
            let reason = reason.filter(|_| outcome != CredentialOutcome::Success);
            self.uses.record(CredentialUse { at: Timestamp::now(), outcome, reason, ..used });
        }
    }
}

impl Drop for OpenUse {
    fn drop(&mut self) {
        self.tell(CredentialOutcome::Unknown, Some(GIVEN_UP.into()));
    }
}

/// Our own words for a fault, and the other side's code.
pub fn reason(fault: &Fault) -> Option<Untrusted> {
    let message = fault.message.to_string();
    Some(match &fault.code {
        Some(code) => format!("{message} ({})", code.raw()).into(),
        None => message.into(),
    })
}

/// The same with the other side's words: only where they come from an authorization server, which knows no arguments.
pub fn whole_reason(fault: &Fault) -> Option<Untrusted> {
    match &fault.said {
        Some(said) => Some(format!("{} It said: {}", fault.message, said.raw()).into()),
        None => reason(fault),
    }
}

/// Does `work` as part of a call. Whoever uses a credential in the same task hears what it is for by [`CredentialLog::begin`].
pub async fn for_purpose<T>(purpose: CredentialPurpose, work: impl Future<Output = T>) -> T {
    CONTEXT.scope(CallContext::Call(purpose), work).await
}

/// Does `work` without a word of the credentials that it uses: records are switched off.
pub async fn unrecorded<T>(work: impl Future<Output = T>) -> T {
    CONTEXT.scope(CallContext::Unrecorded, work).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CredentialEvent, FaultKind};

    fn used() -> CredentialUse {
        CredentialUse::new(CredentialEvent::Key, &"ada".into(), &"c".into(), &"a".into(), Timestamp::now())
    }

    fn listened(log: &CredentialLog) -> Arc<Mutex<Vec<CredentialUse>>> {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        log.listen(move |used| into.lock().unwrap().push(used));
        heard
    }

    #[tokio::test]
    async fn a_use_knows_its_call_and_is_told_once_whatever_becomes_of_it() {
        let log = Arc::new(CredentialLog::default());
        let purpose = CredentialPurpose { call: Some(7), ..CredentialPurpose::default() };
        for_purpose(purpose, async {
            log.begin(used()).succeeded();
            log.begin(used()).answered(403);
            log.begin(used()).failed(&Fault::new(FaultKind::Denied, "No.").said("title=secret plan"));
            drop(log.begin(used()));
        })
        .await;
        unrecorded(async { log.begin(used()).succeeded() }).await;
        let heard = listened(&log);
        let heard = heard.lock().unwrap();
        let outcomes: Vec<_> = heard.iter().map(|used| used.outcome).collect();
        use CredentialOutcome::{Denied, Failure, Success, Unknown};
        assert_eq!(outcomes, [Success, Failure, Denied, Unknown]);
        assert!(heard.iter().all(|used| used.purpose.call == Some(7)));
        assert_eq!(heard[2].reason, Some("No.".into()), "the other side may quote arguments");
    }

    #[tokio::test]
    async fn a_spawned_task_tells_for_the_call_that_it_works_for() {
        let log = Arc::new(CredentialLog::default());
        let heard = listened(&log);
        let purpose = CredentialPurpose { call: Some(3), ..CredentialPurpose::default() };
        let uses = for_purpose(purpose, async { log.in_this_call() }).await;
        tokio::spawn(async move { uses.record(used()) }).await.unwrap();
        assert_eq!(heard.lock().unwrap()[0].purpose.call, Some(3));
        log.record(used());
        assert_eq!(heard.lock().unwrap()[1].purpose, CredentialPurpose::default());
    }
}
