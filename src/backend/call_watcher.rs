//! The course of a call of a server's tool, for whoever watches it.

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::{Arrival, Watch};
use crate::domain::{Elicitation, ElicitationAnswer, Untrusted};
use crate::mcp::client::CallListener;

/// Listener that passes progress and questions on. A question that nobody takes is cancelled.
pub struct CallWatcher(pub Watch);

#[async_trait]
impl CallListener for CallWatcher {
    fn progress(&self, done: f64, total: Option<f64>, message: Untrusted) {
        (self.0)(Arrival::Progress { done, total, message });
    }

    async fn ask(&self, elicitation: Elicitation) -> ElicitationAnswer {
        let (sender, answer) = oneshot::channel();
        (self.0)(Arrival::Asked(Box::new(elicitation), sender));
        answer.await.unwrap_or(ElicitationAnswer::Cancel)
    }
}
