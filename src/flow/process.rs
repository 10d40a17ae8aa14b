//! Other programs of this person: browser, editor, pager. Every one of them is started from here.

use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rlimit::Resource;

use super::model_access::{API_KEY, AUTH_TOKEN};
use crate::profile::CLIENT_SECRET;

/// Variable with the token of a server of tools; no other program inherits it.
pub const SERVE_TOKEN: &str = "JACKFIELD_SERVE_TOKEN";

/// Variable with the secret of a sandbox's client; no other program inherits it.
pub const SANDBOX_CLIENT_SECRET: &str = "JACKFIELD_SANDBOX_CLIENT_SECRET";

/// Variable with the secret that a sandbox signs webhooks with; no other program inherits it.
pub const SANDBOX_WEBHOOK_SECRET: &str = "JACKFIELD_SANDBOX_WEBHOOK_SECRET";

/// Size of the core that this process was allowed to leave when it began, in bytes.
static CORE: Mutex<Option<u64>> = Mutex::new(None);

/// Has this process leave no core behind: it would hold the environment's secret and tokens.
pub fn forbid_core() {
    let mut before = CORE.lock().unwrap_or_else(PoisonError::into_inner);
    // Where that cannot be set, the system has its reasons.
    if let (None, Ok((soft, hard))) = (*before, Resource::CORE.get())
        && Resource::CORE.set(0, hard).is_ok()
    {
        *before = Some(soft);
    }
}

/// Variables with secrets, which no other program inherits.
const SECRETS: [&str; 6] =
    [CLIENT_SECRET, SERVE_TOKEN, API_KEY, AUTH_TOKEN, SANDBOX_CLIENT_SECRET, SANDBOX_WEBHOOK_SECRET];

/// Starts a program without the secrets of this one, and with the limits that this one was given.
///
/// # Errors
/// It cannot be started.
pub fn spawn(command: &mut Command) -> io::Result<Child> {
    for name in SECRETS {
        command.env_remove(name);
    }
    with_our_limits(|| command.spawn())
}

/// Starts a program with whatever the command hands to it, secrets included, and with the limits that this one was given:
/// one that a person has us run in their place.
///
/// # Errors
/// It cannot be started.
pub fn spawn_entrusted(command: &mut tokio::process::Command) -> io::Result<tokio::process::Child> {
    with_our_limits(|| command.spawn())
}

/// Starts a program that takes over the limits that this one was given.
fn with_our_limits<T>(start: impl FnOnce() -> T) -> T {
    let core = CORE.lock().unwrap_or_else(PoisonError::into_inner);
    let limit = |soft| Resource::CORE.get_hard().and_then(|hard| Resource::CORE.set(soft, hard));
    // The child takes the limit over while it is started, and that is over when this returns.
    if let Some(before) = *core {
        let _ = limit(before);
    }
    let child = start();
    if core.is_some() {
        let _ = limit(0);
    }
    child
}

/// Time that [`detach`] looks for a program that fails at once.
const AT_ONCE: Duration = Duration::from_millis(250);

/// Starts a program that goes on by itself, without a terminal. Blocks for a moment.
///
/// # Errors
/// It cannot be started, or fails at once.
pub fn detach(command: &mut Command) -> io::Result<()> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Keys that stop or end this program are not meant for that one.
    command.process_group(0);
    let mut child = spawn(command)?;
    let deadline = Instant::now() + AT_ONCE;
    while Instant::now() < deadline {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(ending(status))),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
    // Somebody has to take note of its end.
    std::thread::Builder::new().name("browser".into()).spawn(move || child.wait())?;
    Ok(())
}

/// End of a program in words, to go behind its name.
pub fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit code {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// Words of a command line as a shell reads them, `~/` at the beginning of the first one included; none
/// where a quote is left open or nothing is there.
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words = shell_words::split(line).ok()?;
    let program = words.first_mut()?;
    if let (Some(rest), Ok(home)) = (program.strip_prefix("~/"), std::env::var("HOME")) {
        *program = format!("{home}/{rest}");
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_read_as_a_shell_reads_it() {
        let read = |line: &str| words(line).unwrap_or_default().join("|");
        assert_eq!(read("\"/opt/my ed/vim\" -f"), "/opt/my ed/vim|-f");
        assert_eq!(read("/opt/my\\ ed/vim '-c set wrap' "), "/opt/my ed/vim|-c set wrap");
        assert_eq!(read("code --wait"), "code|--wait");
        assert!(words("vim \"-f").is_none() && words("  ").is_none());
    }

    #[test]
    fn an_end_is_said_in_words() {
        assert_eq!(ending(ExitStatus::from_raw(3 << 8)), "ended with exit code 3");
        assert_eq!(ending(ExitStatus::from_raw(9)), "was ended by signal 9");
    }

    #[test]
    fn no_child_knows_the_secret() {
        let mut command = Command::new("/bin/sh");
        command.args([
            "-c",
            "test -z \"$SCALEKIT_CLIENT_SECRET$ANTHROPIC_API_KEY\" && test \"$SCALEKIT_CLIENT_ID\" = skc_1",
        ]);
        command.env("SCALEKIT_CLIENT_SECRET", "sks_hunter2").env("SCALEKIT_CLIENT_ID", "skc_1");
        command.env("ANTHROPIC_API_KEY", "sk-ant-hunter2");
        assert!(spawn(&mut command).unwrap().wait().unwrap().success());
    }
}
