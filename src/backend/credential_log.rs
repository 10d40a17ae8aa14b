//! Uses of credentials on their way to whoever writes them down.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::domain::{CredentialPurpose, CredentialUse};

/// Uses that are kept for a listener that has not come yet, at most.
const MOST: usize = 1_000;

tokio::task_local! {
    static PURPOSE: CredentialPurpose;
}

/// Uses of credentials of one environment: told to a listener, or kept until there is one.
#[derive(Default)]
pub struct CredentialLog(Mutex<State>);

#[derive(Default)]
struct State {
    listener: Option<Listener>,
    waiting: Vec<CredentialUse>,
}

type Listener = std::sync::Arc<dyn Fn(CredentialUse) + Send + Sync>;

impl CredentialLog {
    /// Tells of one use. Never waits.
    pub fn record(&self, used: CredentialUse) {
        let listener = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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
        let listener: Listener = std::sync::Arc::new(listener);
        let waiting = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.listener = Some(std::sync::Arc::clone(&listener));
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

/// Does `work` as part of a call. Whoever uses a credential in the same task learns by [`purpose`] what it is for.
pub async fn for_purpose<T>(purpose: CredentialPurpose, work: impl Future<Output = T>) -> T {
    PURPOSE.scope(purpose, work).await
}

/// Call that this task is part of; nothing outside of one. A task that is spawned does not inherit it: ask before.
pub fn purpose() -> CredentialPurpose {
    PURPOSE.try_with(Clone::clone).unwrap_or_default()
}
