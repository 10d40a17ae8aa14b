//! Waiting for something to come true: as long as any machine needs, and no longer than it takes.

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up; a slow machine must not fail it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The same for what can be awaited.
pub async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{what} did not come about"))
}
