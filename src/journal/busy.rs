//! Waits for other programs that write to the journal: they end, and somebody can be told of a long one.

use std::sync::LazyLock;
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

/// Longest wait for another program.
const PATIENCE: Duration = Duration::from_secs(5);

/// A wait beyond this time is told of.
const UNTOLD: Duration = Duration::from_secs(1);

/// Longest pause between two tries, in milliseconds. The first pauses are shorter: most writes take no time.
const LONGEST_PAUSE: u64 = 20;

/// SQLite calls a plain function, so there is one of these for the whole program.
static LONG_WAIT: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::Sender::new(false));

/// Turns true once anything in this program has waited for the journal for a second.
pub fn long_wait() -> watch::Receiver<bool> {
    LONG_WAIT.subscribe()
}

/// SQLite's busy handler: pauses before the next try, or gives up.
pub(super) fn pause(tries: i32) -> bool {
    let tries = u64::try_from(tries).unwrap_or_default();
    let waited = waited(tries);
    if waited >= PATIENCE {
        return false;
    }
    if waited >= UNTOLD {
        LONG_WAIT.send_if_modified(|is_long| !std::mem::replace(is_long, true));
    }
    thread::sleep(waited_between(tries));
    true
}

fn waited_between(tries: u64) -> Duration {
    Duration::from_millis((tries + 1).min(LONGEST_PAUSE))
}

/// Sum of the pauses before this try.
fn waited(tries: u64) -> Duration {
    let growing = tries.min(LONGEST_PAUSE);
    Duration::from_millis(growing * (growing + 1) / 2 + (tries - growing) * LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_add_up_and_end() {
        for tries in 0..300 {
            assert_eq!(waited(tries + 1), waited(tries) + waited_between(tries), "{tries}");
        }
        assert!(waited(5) < Duration::from_millis(20), "short waits are tried for often");
        assert!(!pause(260) && waited(260) >= PATIENCE);
    }
}
