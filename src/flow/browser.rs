//! Starting the browser on this machine.

use std::time::Duration;

use url::Url;

use crate::domain::{Fault, FaultKind};

/// Whether a browser started from here would open where the person sits: not over SSH, where it
/// would open on the far machine or not at all.
pub fn is_local(var: impl Fn(&str) -> Option<String>) -> bool {
    !["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].iter().any(|name| var(name).is_some_and(|value| !value.is_empty()))
}

/// Starts the browser with `url`: the program that `BROWSER` names, else the system's own. Success
/// means that it was started, not that the page was seen.
///
/// # Errors
/// Nothing on this machine opens web pages.
pub async fn open(url: &Url) -> Result<(), Fault> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Fault::new(FaultKind::BadAnswer, "Only http and https pages are opened."));
    }
    let url = url.to_string();
    let wanted = std::env::var("BROWSER").ok().filter(|value| !value.is_empty());
    let started = tokio::task::spawn_blocking(move || match wanted.as_deref().and_then(first_program) {
        Some(program) => open::with_detached(url, program),
        None => open::that_detached(url),
    });
    let started = match tokio::time::timeout(Duration::from_secs(10), started).await {
        Ok(Ok(started)) => started,
        Ok(Err(_)) => return Err(no_browser("it ended unexpectedly")),
        Err(_) => return Err(no_browser("it did not start in time")),
    };
    started.map_err(|error| no_browser(&error.to_string()))
}

/// `BROWSER` may be a list; the first entry counts. An entry with `%s` cannot be told the page.
fn first_program(list: &str) -> Option<String> {
    list.split(':').find(|entry| !entry.is_empty() && !entry.contains("%s")).map(str::to_owned)
}

fn no_browser(why: &str) -> Fault {
    Fault::new(FaultKind::Local, "No browser could be started on this machine.").said(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_over_ssh_is_not_local() {
        assert!(is_local(|_| None));
        assert!(!is_local(|name| (name == "SSH_TTY").then(|| "/dev/pts/1".into())));
        assert!(is_local(|name| (name == "SSH_TTY").then(String::new)));
    }

    #[test]
    fn the_first_usable_browser_counts() {
        assert_eq!(first_program("/opt/mine:firefox").as_deref(), Some("/opt/mine"));
        assert_eq!(first_program(":w3m %s:firefox").as_deref(), Some("firefox"));
        assert_eq!(first_program(""), None);
    }
}
