//! Waiting without a screen: a word after a second, and an end.

use std::cell::Cell;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use tokio_util::task::AbortOnDropHandle;

use super::output::CliOutput;
use super::prompt;
use crate::backend::scalekit::Limits;
use crate::domain::{Fault, FaultKind, Mode};
use crate::flow::environment::{self, IfNone, Opened};
use crate::journal;
use crate::profile::OpenTarget;

/// A wait beyond this time is told of.
const UNTOLD: Duration = Duration::from_secs(1);

/// Time that a keychain has for its answer, somebody who types a password into it included.
pub(super) const KEYCHAIN: Duration = Duration::from_secs(60);

/// Waits for what asks the keychain.
///
/// # Errors
/// [`FaultKind::Local`] where it does not answer within `limit`, and whatever it says.
pub(super) async fn for_keychain<T>(
    output: &CliOutput,
    limit: Duration,
    answer: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    tokio::pin!(answer);
    match tokio::time::timeout(UNTOLD, &mut answer).await {
        Ok(answer) => answer,
        Err(_) => tell_of_keychain(output, limit, answer).await,
    }
}

async fn tell_of_keychain<T>(
    output: &CliOutput,
    limit: Duration,
    answer: impl Future<Output = Result<T, Fault>>,
) -> Result<T, Fault> {
    output.remark("Waiting for the keychain, which may be asking for its password. Ctrl-C ends the wait.");
    let late = |_| {
        let message = format!(
            "The keychain did not answer within {} seconds. Nothing was changed. Without it, the key can come from \
             environment variables.",
            limit.as_secs()
        );
        Err(Fault::new(FaultKind::Local, message))
    };
    tokio::time::timeout(limit.saturating_sub(UNTOLD), answer).await.unwrap_or_else(late)
}

/// Opens the environment of a command, with a word where the keychain is waited for.
///
/// # Errors
/// As of [`environment::open`] and [`for_keychain`].
pub(super) async fn open(
    request: OpenTarget,
    mode: Option<Mode>,
    limits: Limits,
    output: &CliOutput,
) -> Result<Opened, Fault> {
    let at_keychain = Cell::new(false);
    let ask = prompt::passphrase();
    let opening = environment::open(request, mode, IfNone::Refuse, limits, ask, |_| at_keychain.set(true));
    tokio::pin!(opening);
    match tokio::time::timeout(UNTOLD, &mut opening).await {
        Ok(opened) => opened,
        Err(_) if at_keychain.get() => tell_of_keychain(output, KEYCHAIN, opening).await,
        Err(_) => opening.await,
    }
}

/// Says so, once, where an answer of the network is waited for and a person reads it. For as long as the
/// handle lives.
pub(super) fn tell_of_network(opened: &Opened, output: &CliOutput) -> Option<AbortOnDropHandle<()>> {
    if !io::stderr().is_terminal() {
        return None;
    }
    let (mut under_way, host, output) = (opened.http_log.under_way(), opened.about().name.clone(), output.clone());
    Some(AbortOnDropHandle::new(tokio::spawn(async move {
        while under_way.wait_for(|count| *count > 0).await.is_ok() {
            if tokio::time::timeout(UNTOLD, under_way.wait_for(|count| *count == 0)).await.is_err() {
                return output.remark(&format!("Waiting for {host} … Ctrl-C ends the wait."));
            }
        }
    })))
}

/// Says so, once, where another program keeps the journal busy. For as long as the handle lives.
pub(super) fn tell_of_journal(output: &CliOutput) -> AbortOnDropHandle<()> {
    let (mut long_wait, output) = (journal::long_wait(), output.clone());
    AbortOnDropHandle::new(tokio::spawn(async move {
        if long_wait.wait_for(|is_long| *is_long).await.is_ok() {
            output.remark("Waiting for the journal, which another program keeps busy.");
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_keychain_that_never_answers_is_given_up() {
        let never = std::future::pending::<Result<(), Fault>>();
        let fault = for_keychain(&CliOutput::new(false), UNTOLD * 2, never).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Local);
        assert!(fault.message.contains("did not answer within 2 seconds"), "{fault}");
        assert_eq!(for_keychain(&CliOutput::new(false), UNTOLD, async { Ok(7) }).await.unwrap(), 7);
    }
}
