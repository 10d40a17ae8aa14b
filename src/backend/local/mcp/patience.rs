//! Time that a server has for a call: it is counted from the last sign of life, and stands still while a person is asked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::domain::{Elicitation, ElicitationAnswer, Fault, FaultKind, Untrusted};
use crate::mcp::client::{CallListener, McpFault};

/// Signs of life of a call.
#[derive(Clone, Copy, Debug, Default)]
struct Signs {
    /// Questions that a person has not answered yet.
    open_questions: usize,
}

/// Listener that passes everything on, and notes that something came.
struct Attentive {
    inner: Arc<dyn CallListener>,
    signs: watch::Sender<Signs>,
}

#[async_trait]
impl CallListener for Attentive {
    fn progress(&self, done: f64, total: Option<f64>, message: Untrusted) {
        self.signs.send_modify(|_| ());
        self.inner.progress(done, total, message);
    }

    async fn ask(&self, elicitation: Elicitation) -> ElicitationAnswer {
        let _open = OpenQuestion::new(&self.signs);
        self.inner.ask(elicitation).await
    }
}

/// A question as long as it is open, which it is no more when the call ends.
struct OpenQuestion<'a>(&'a watch::Sender<Signs>);

impl<'a> OpenQuestion<'a> {
    fn new(signs: &'a watch::Sender<Signs>) -> Self {
        signs.send_modify(|signs| signs.open_questions += 1);
        Self(signs)
    }
}

impl Drop for OpenQuestion<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|signs| signs.open_questions = signs.open_questions.saturating_sub(1));
    }
}

/// Makes a call with a listener that stands before `listener`, and gives it up where nothing is heard of it for `limit`.
///
/// # Errors
/// Those of the call; [`FaultKind::TimedOut`], of a call that may have been carried out.
pub(super) async fn call_within<T, F>(
    limit: Option<Duration>,
    server: &str,
    listener: Arc<dyn CallListener>,
    call: impl FnOnce(Arc<dyn CallListener>) -> F,
) -> Result<T, McpFault>
where
    F: Future<Output = Result<T, McpFault>>,
{
    let Some(limit) = limit else { return call(listener).await };
    let (signs, mut seen) = watch::channel(Signs::default());
    let call = call(Arc::new(Attentive { inner: listener, signs: signs.clone() }));
    tokio::pin!(call);
    loop {
        let waits_for_person = seen.borrow_and_update().open_questions > 0;
        tokio::select! {
            biased;
            answer = &mut call => return answer,
            _ = seen.changed() => {}
            () = tokio::time::sleep(limit), if !waits_for_person => {
                let seconds = limit.as_secs_f32();
                let message = format!("{server} did not answer within {seconds} seconds.");
                return Err(McpFault::Other(Fault::new(FaultKind::TimedOut, message).perhaps_carried_out()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ElicitationRequest;
    use crate::mcp::client::NoListener;

    const LIMIT: Option<Duration> = Some(Duration::from_millis(1));

    async fn silence(listener: Arc<dyn CallListener>) -> Result<(), McpFault> {
        let _kept = listener;
        std::future::pending().await
    }

    fn question() -> Elicitation {
        let request = ElicitationRequest::Url("https://a.dev".parse().unwrap());
        Elicitation { server: "acme".into(), message: "".into(), request }
    }

    /// A person who answers when other calls have long been given up.
    struct Slow;

    #[async_trait]
    impl CallListener for Slow {
        fn progress(&self, _: f64, _: Option<f64>, _: Untrusted) {}

        async fn ask(&self, _: Elicitation) -> ElicitationAnswer {
            for _ in 0..5 {
                call_within(LIMIT, "other", Arc::new(NoListener), silence).await.unwrap_err();
            }
            ElicitationAnswer::Decline
        }
    }

    #[tokio::test]
    async fn silence_ends_a_call_which_may_have_been_carried_out() {
        let ended = call_within(Some(Duration::from_millis(500)), "acme", Arc::new(NoListener), silence).await;
        let fault = Fault::from(ended.unwrap_err());
        assert!(fault.kind == FaultKind::TimedOut && fault.may_have_been_carried_out(), "{fault}");
        assert!(fault.message.contains("acme did not answer within 0.5 seconds."), "{fault}");
    }

    #[tokio::test]
    async fn a_person_who_is_asked_takes_no_time_of_the_servers() {
        let asks = |listener: Arc<dyn CallListener>| async move { Ok(listener.ask(question()).await) };
        let answer = call_within(LIMIT, "acme", Arc::new(Slow), asks).await;
        assert_eq!(answer.unwrap(), ElicitationAnswer::Decline);
        let falls_silent = |listener: Arc<dyn CallListener>| async move {
            listener.ask(question()).await;
            silence(listener).await
        };
        let ended = call_within(LIMIT, "acme", Arc::new(Slow), falls_silent).await;
        assert!(ended.is_err(), "from the answer on it is the server's time again");
    }
}
