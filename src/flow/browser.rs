//! Starting the browser on this machine.

use std::process::Command;
use std::time::Duration;

use url::Url;

use super::process;
use crate::background;
use crate::domain::{Fault, FaultKind, Untrusted};

/// True if this program is used from another machine.
pub fn is_over_ssh(var: impl Fn(&str) -> Option<String>) -> bool {
    ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].iter().any(|name| is_set(&var, name))
}

/// Host, as the client of an SSH connection reached it, with the port where that is not the usual one: the arguments
/// of `ssh` for one more connection. None where this is no SSH connection.
pub fn ssh_host(var: impl Fn(&str) -> Option<String>) -> Option<String> {
    let connection = var("SSH_CONNECTION")?;
    let mut parts = connection.split_whitespace().skip(2);
    let (host, port) = (parts.next()?, parts.next().unwrap_or("22"));
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || ".:-_%".contains(c));
    if !is_plain(host) || !is_plain(port) {
        return None;
    }
    Some(if port == "22" { host.to_owned() } else { format!("-p {port} {host}") })
}

/// Command that lets a browser at the other end of an SSH connection reach a port here.
pub fn tunnel(port: u16, host: &str) -> String {
    format!("ssh -N -L {port}:127.0.0.1:{port} {host}")
}

/// True if a browser started from here would open where the person sits: not over SSH, where it would open
/// on the far machine or not at all, but for an editor that brings a way back along.
pub fn is_local(var: impl Fn(&str) -> Option<String>) -> bool {
    let brought = is_set(&var, "BROWSER")
        && (is_set(&var, "VSCODE_IPC_HOOK_CLI") || var("TERM_PROGRAM").is_some_and(|program| program == "vscode"));
    brought || !is_over_ssh(var)
}

fn is_set(var: &impl Fn(&str) -> Option<String>, name: &str) -> bool {
    var(name).is_some_and(|value| !value.is_empty())
}

/// Starts the browser with `url`: the first of those that `BROWSER` names which can be started, else
/// the system's own. Success means that it was started, not that the page was seen.
///
/// # Errors
/// Nothing on this machine opens web pages.
pub async fn open(url: &Url) -> Result<(), Fault> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Fault::new(FaultKind::BadAnswer, "Only http and https pages are opened."));
    }
    let wanted = std::env::var("BROWSER").ok().filter(|list| !list.trim().is_empty());
    let commands = match &wanted {
        Some(list) => named(list, url.as_str()),
        None => open::commands(url.as_str()),
    };
    let message = match &wanted {
        Some(list) => format!("BROWSER names “{}”, and no browser could be started.", Untrusted::from(list.as_str())),
        None => "No browser could be started on this machine.".to_owned(),
    };
    let failed = |why: String| Fault::new(FaultKind::Local, message).said(why);
    let started = background::blocking(move || start_first(commands));
    match tokio::time::timeout(Duration::from_secs(10), started).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(why))) => Err(failed(why)),
        Ok(Err(_)) => Err(failed("it ended unexpectedly".into())),
        Err(_) => Err(failed("it did not start in time".into())),
    }
}

/// The command lines of a list with colons between them. `%s` stands for the page, which else comes last.
fn named(list: &str, url: &str) -> Vec<Command> {
    let command = |line: &str| {
        let words = process::words(line)?;
        let (program, rest) = words.split_first()?;
        let mut command = Command::new(program);
        command.args(rest.iter().map(|word| word.replace("%s", url)));
        if !rest.iter().any(|word| word.contains("%s")) {
            command.arg(url);
        }
        Some(command)
    };
    list.split(':').filter_map(command).collect()
}

/// Starts the first that can be started; else says of the first that there was why it could not.
fn start_first(commands: Vec<Command>) -> Result<(), String> {
    let mut why = None;
    for mut command in commands {
        match process::detach(&mut command) {
            Ok(()) => return Ok(()),
            // One that is not there is of interest only where nothing else is.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && why.is_some() => {}
            Err(error) => {
                let program = command.get_program().to_string_lossy().into_owned();
                let said = if error.raw_os_error().is_some() { format!(": {error}") } else { format!(" {error}") };
                why = why.or(Some(program + &said));
            }
        }
    }
    Err(why.unwrap_or_else(|| "it is no command line".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_over_ssh_is_not_local_unless_an_editor_brings_it_along() {
        let over = |set: &'static [(&str, &str)]| {
            move |name: &str| set.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        assert!(is_local(|_| None));
        assert!(!is_local(over(&[("SSH_TTY", "/dev/pts/1")])));
        assert!(is_local(over(&[("SSH_TTY", "")])));
        assert!(!is_local(over(&[("SSH_TTY", "/dev/pts/1"), ("BROWSER", "firefox")])));
        let code = over(&[("SSH_TTY", "/dev/pts/1"), ("BROWSER", "/x/helpers/browser.sh"), ("TERM_PROGRAM", "vscode")]);
        assert!(is_local(code) && is_over_ssh(code));
        assert!(!is_local(over(&[("SSH_TTY", "/dev/pts/1"), ("TERM_PROGRAM", "vscode")])));
    }

    #[test]
    fn a_list_of_browsers_is_read_one_by_one() {
        let lines = |list: &str| -> Vec<String> {
            let line = |command: &Command| {
                let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
                let program = command.get_program().to_string_lossy().into_owned();
                std::iter::once(program).chain(args).collect::<Vec<_>>().join("|")
            };
            named(list, "https://a.dev/?x=1&y='").iter().map(line).collect()
        };
        assert_eq!(lines("/opt/mine:firefox"), ["/opt/mine|https://a.dev/?x=1&y='", "firefox|https://a.dev/?x=1&y='"]);
        assert_eq!(lines(":w3m -T '%s'"), ["w3m|-T|https://a.dev/?x=1&y='"]);
        assert_eq!(lines("'/opt/my browser' --new=%s"), ["/opt/my browser|--new=https://a.dev/?x=1&y='"]);
        assert!(lines("'open").is_empty());
    }

    #[test]
    fn the_first_that_starts_counts_and_else_the_reason_is_said() {
        let commands = |list: &str| named(list, "https://a.dev");
        assert_eq!(start_first(commands("/nonexistent:true")), Ok(()));
        assert_eq!(start_first(commands("false:/nonexistent")), Err("false ended with exit code 1".into()));
        let why = start_first(commands("/nonexistent")).unwrap_err();
        assert!(why.starts_with("/nonexistent: "), "{why}");
    }
}
