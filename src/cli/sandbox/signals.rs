//! Signals that end the sandbox, or are meant for its command.

use std::fs;
use std::task::Poll;

use rustix::process::Signal;
use tokio::signal::unix::{self, SignalKind};

use crate::domain::{Fault, FaultKind};

/// Signals that end a sandbox.
pub(super) const ENDING: [Signal; 4] = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];

/// Signals that the command decides about: each would end us, and leave it behind.
pub(super) const PASSED_ON: [Signal; 6] =
    [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT, Signal::USR1, Signal::USR2];

/// What exit codes after signals begin behind, as shells count.
pub(super) const OF_SIGNALS: i32 = 128;

/// Exit code after a signal.
pub(super) fn code(signal: Signal) -> u8 {
    u8::try_from(OF_SIGNALS + signal.as_raw()).unwrap_or(u8::MAX)
}

/// Signals of this process that do not end it any more.
pub(super) struct Signals(Vec<(Signal, unix::Signal)>);

impl Signals {
    /// Begins to listen. One that whoever started us had ignored stays ignored, as `nohup` wants it; interrupts and
    /// terminations are always heard: a shell without job control has whatever it starts with `&` ignore the former.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the system does not let us.
    pub fn listen(wanted: &[Signal]) -> Result<Self, Fault> {
        let ignored = ignored();
        let is_heard = |signal: &Signal| [Signal::INT, Signal::TERM].contains(signal) || ignored & bit(*signal) == 0;
        let listen = |signal: Signal| Ok((signal, unix::signal(SignalKind::from_raw(signal.as_raw()))?));
        let heard = wanted.iter().copied().filter(is_heard).map(listen).collect::<std::io::Result<_>>();
        heard.map(Self).map_err(|error| Fault::new(FaultKind::Local, "Signals cannot be listened to.").because(error))
    }

    /// The next one.
    pub async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let mut each = self.0.iter_mut();
            let come = each.find_map(|(signal, stream)| stream.poll_recv(context).is_ready().then_some(*signal));
            come.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

fn bit(signal: Signal) -> u64 {
    u32::try_from(signal.as_raw() - 1).ok().and_then(|place| 1_u64.checked_shl(place)).unwrap_or_default()
}

/// Signals that are ignored, a bit each. Where the system does not tell, hang-ups count as ignored: they end us then as
/// they always did, unless they are.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_in(&status).unwrap_or_else(|| bit(Signal::HUP))
}

fn ignored_in(status: &str) -> Option<u64> {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(mask.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_what_is_ignored() {
        let ignored = ignored_in("Name:\tjackfield\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n").unwrap();
        assert_ne!(ignored & bit(Signal::HUP), 0);
        assert_ne!(ignored & bit(Signal::PIPE), 0);
        assert_eq!(ignored & bit(Signal::TERM), 0);
        assert_eq!(ignored_in("Name:\tjackfield\n"), None);
    }

    #[test]
    fn codes_are_those_of_shells() {
        assert_eq!([Signal::HUP, Signal::INT, Signal::TERM].map(code), [129, 130, 143]);
    }
}
