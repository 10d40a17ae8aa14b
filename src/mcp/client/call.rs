//! Calls of tools: their course and their results.

use std::time::Duration;

use async_trait::async_trait;

use crate::domain::{Elicitation, ElicitationAnswer, JsonText, Untrusted};

/// Listener to the course of a call.
#[async_trait]
pub trait CallListener: Send + Sync {
    /// News of how far it is: in units of the server's, which need not make sense.
    fn progress(&self, done: f64, total: Option<f64>, message: Untrusted);

    /// The person's answer to a question of the server. Dropped when the call ends.
    async fn ask(&self, elicitation: Elicitation) -> ElicitationAnswer;
}

/// Listener that hears nothing and declines every question.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoListener;

#[async_trait]
impl CallListener for NoListener {
    fn progress(&self, _: f64, _: Option<f64>, _: Untrusted) {}

    async fn ask(&self, _: Elicitation) -> ElicitationAnswer {
        ElicitationAnswer::Decline
    }
}

/// Result of a tool.
#[derive(Clone, Debug, PartialEq)]
pub struct CallAnswer {
    /// The whole result as it came: `content`, `structuredContent`, `isError` and whatever else is in it.
    pub result: JsonText,
    /// True if the tool says that it failed. It ran all the same.
    pub is_error: bool,
    /// Time from the first request to the answer, questions included.
    pub took: Duration,
    /// Bytes of the answer.
    pub bytes: u64,
}
