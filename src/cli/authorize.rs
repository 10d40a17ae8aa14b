//! `jackfield accounts authorize`.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use tokio::sync::mpsc;

use super::output::CliOutput;
use super::target::AccountArg;
use super::{completions, embedded, receipts};
use crate::backend::{AuthorizationLink, Backend};
use crate::domain::{Account, AccountRef, AuthorizationType, AuthorizedBy, Fault, FaultKind, Untrusted, pluralize};
use crate::flow::authorize::{Progress, Verification, authorize, make_link};
use crate::flow::browser;
use crate::flow::environment::Opened;
use crate::flow::receipt::{self, Authorized};
use crate::flow::record::Recorder;
use crate::settings::TimeLimit;

#[derive(Debug, Args)]
pub(super) struct AuthorizeCommand {
    /// Account id (ca_…) or CONNECTION/IDENTIFIER, created if missing
    #[arg(value_name = "ACCOUNT", value_parser = AccountArg::parse, add = completions::accounts(),
          required_unless_present_any = ["connection", "identifier"])]
    account: Option<AccountArg>,
    /// Connection, instead of ACCOUNT
    #[arg(long, value_name = "CONNECTION", add = completions::connections(), requires = "identifier", conflicts_with = "account")]
    connection: Option<String>,
    /// Identifier, instead of ACCOUNT
    #[arg(long, value_name = "IDENTIFIER", add = completions::identifiers(), requires = "connection", conflicts_with = "account")]
    identifier: Option<String>,
    /// Print the link instead of opening a browser
    #[arg(long)]
    no_browser: bool,
    /// Print the link and exit without waiting
    #[arg(long)]
    no_wait: bool,
    /// Make a link for somebody else: your application confirms who signed in
    #[arg(long, conflicts_with = "callback_port")]
    for_somebody_else: bool,
    /// Local port that the browser returns to (default: any free port)
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    callback_port: Option<u16>,
    /// Time to wait: 90s, 5m, or none
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = super::time_limit)]
    timeout: TimeLimit,
}

impl AuthorizeCommand {
    pub(super) async fn perform(&self, opened: &Opened, recorder: &Recorder, output: &CliOutput) -> Result<u8, Fault> {
        let backend = opened.backend.as_ref();
        backend.mode().require_writes()?;
        let account = match (&self.account, &self.connection, &self.identifier) {
            (Some(account), ..) => account.resolve(backend)?,
            (None, Some(connection), Some(identifier)) => {
                AccountRef::Pair(connection.as_str().into(), identifier.as_str().into())
            }
            _ => {
                return Err(Fault::new(
                    FaultKind::Usage,
                    "Name the account: its id, or --connection and --identifier.",
                ));
            }
        };
        if self.no_wait {
            let page = opened.user_verify_url.clone();
            let (account, link) = make_link(backend, &account, page.clone()).await?;
            if let Some(doubt) = doubt(&account.authorization, page.is_some()) {
                output.remark(&doubt);
            }
            let expiry = link.expires_at.map(|moment| moment.to_string());
            if output.is_json() {
                output.document(&json!({ "link": link.url.as_str(), "expiry": expiry }))?;
            } else {
                output.print(link.url.as_str())?;
            }
            return Ok(0);
        }
        let local = !self.no_browser && !self.for_somebody_else && browser::is_local(|name| std::env::var(name).ok());
        let verification = match self.for_somebody_else {
            true => opened.user_verify_url.clone().map_or(Verification::None, Verification::Elsewhere),
            false => Verification::ThisMachine(self.callback_port),
        };
        let verifies = !matches!(verification, Verification::None);
        let began = Instant::now();
        let limit = self.timeout.0;
        let (before, result) =
            follow(backend, &account, verification, Watching { local, verifies, limit }, output).await;
        let Some(before) = before else { return result.map(|_| 0) };
        let ended = Authorized { before, result: result.clone(), took: began.elapsed() };
        if result.is_ok() {
            output.remark("Asking who it is, and for its tools …");
        }
        let (receipt, _) = receipt::make(opened, recorder, ended).await;
        let code = receipts::print(&result?, &receipt, output)?;
        embedded::tell_of_loss(opened, output);
        Ok(code)
    }
}

/// How an authorization is followed.
pub(super) struct Watching {
    /// Whether a browser is started on this machine.
    pub(super) local: bool,
    /// Whether it is confirmed who consented.
    pub(super) verifies: bool,
    /// Time to wait; none for no limit.
    pub(super) limit: Option<Duration>,
}

/// Follows an authorization to its end, and tells of each step. Gives the account as it was found, where it was, and what
/// it came to.
pub(super) async fn follow(
    backend: &dyn Backend,
    account: &AccountRef,
    verification: Verification,
    watching: Watching,
    output: &CliOutput,
) -> (Option<Account>, Result<Account, Fault>) {
    let Watching { local, verifies, limit } = watching;
    let (steps, mut progress) = mpsc::unbounded_channel();
    let before = RefCell::new(None);
    let report = |step| {
        if let Progress::Found(account) = &step {
            *before.borrow_mut() = Some(account.clone());
        }
        let _ = steps.send(step);
    };
    let follow = authorize(backend, account, verification, report);
    let follow = async {
        match limit {
            Some(limit) => tokio::time::timeout(limit, follow).await,
            None => Ok(follow.await),
        }
    };
    tokio::pin!(follow);
    let mut strays = 0;
    let result = loop {
        tokio::select! {
            biased;
            Some(step) = progress.recv() => say(step, local, verifies, &mut strays, output).await,
            result = &mut follow => break result,
        }
    };
    // The last steps may have come together with the end.
    while let Ok(step) = progress.try_recv() {
        say(step, local, verifies, &mut strays, output).await;
    }
    if strays > 1 {
        output.remark(&format!("{strays} callbacks in all did not match this link."));
    }
    let late = |_| Err(Fault::new(FaultKind::Unfinished, format!("{account} was not authorized in time.")));
    let result = result.unwrap_or_else(late).map_err(|fault| fault.about(account.clone()));
    (before.take(), result)
}

/// What to do where a page does not know this program, which nobody but the person at the page can see.
const REGISTERED_BEFORE: &str =
    "If the page says that it does not know this program: jackfield connect … --register-again";

/// Reason why a link to an account of this type may not be enough. Nobody asks the environment whether it
/// confirms who consented: there is no route for that. `verifies` tells whether we could.
fn doubt(authorization: &AuthorizationType, verifies: bool) -> Option<String> {
    if matches!(authorization.by(), AuthorizedBy::Consent | AuthorizedBy::Unknown) {
        let doubt = "This only works if the environment does not verify users. Otherwise use a browser on this machine, \
             or set a verify URL in the profile (--verify-url).";
        return (!verifies).then(|| doubt.to_owned());
    }
    (!authorization.is_typed_in())
        .then(|| format!("Accounts of type {authorization} are not authorized by a user: the link may not work."))
}

pub(super) async fn say(step: Progress, local: bool, verifies: bool, strays: &mut u64, output: &CliOutput) {
    match step {
        Progress::Found(account) => {
            output.remark(&format!("{} is {}.", account.label(), account.status.word()));
            if let Some(doubt) = doubt(&account.authorization, verifies) {
                output.remark(&doubt);
            }
        }
        Progress::Link(link) => show(&link, None, local, output).await,
        Progress::Code(link, code) => show(&link, Some(&code), local, output).await,
        Progress::Consented => output.remark("Consent given. Confirming who gave it …"),
        Progress::Verified => output.remark("Identity confirmed."),
        // One line for all of them: whoever sends many must not fill the screen.
        Progress::Stray(so_far) => {
            if *strays == 0 {
                output.remark("A callback did not match this link and was rejected. Still waiting …");
            }
            *strays = so_far;
        }
        Progress::Limited(wait) => {
            let seconds = pluralize(wait.as_secs(), "second");
            output.remark(&format!("The environment's limit is reached. Asking again in {seconds} …"));
        }
        Progress::Renewed(link) => {
            output.remark("Nobody used the link before it ran out. This is a new one:");
            output.remark(link.url.as_str());
        }
        Progress::Noted(note) => output.remark(&note.to_string()),
        Progress::RegisteredBefore => output.remark(REGISTERED_BEFORE),
        Progress::NotTaken(fault) => output.remark(&fault.to_string()),
        Progress::Seen(_) | Progress::TakesPaste => {}
    }
}

async fn show(link: &AuthorizationLink, code: Option<&Untrusted>, local: bool, output: &CliOutput) {
    output.remark("Open this link as the user it is for:");
    output.remark(link.url.as_str());
    if let Some(code) = code {
        output.remark(&format!("Enter this code there: {code}"));
    }
    if local {
        match browser::open(&link.url).await {
            Ok(()) => output.remark("Opened in your browser."),
            Err(fault) => output.remark(&fault.to_string()),
        }
    } else if let Some(port) = link.callback_port {
        match browser::ssh_host(|name| std::env::var(name).ok()) {
            Some(host) => {
                output.remark("For the browser to return here, first run this where you sit:");
                output.remark(&browser::tunnel(port, &host));
            }
            None => output.remark("Open it on this machine: the browser returns here to confirm who signed in."),
        }
    }
    output.remark("Waiting for consent …");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::scalekit::words;

    #[test]
    fn consent_may_have_to_be_confirmed_and_what_is_typed_in_never() {
        let doubts = |word, verifies| doubt(&words::authorization(word), verifies).unwrap_or_default();
        for word in ["OAUTH", ""] {
            assert!(doubts(word, false).contains("in the profile (--verify-url)"), "{word}");
        }
        for (word, verifies) in [("OAUTH", true), ("API_KEY", false), ("BASIC_AUTH", true)] {
            assert_eq!(doubts(word, verifies), "", "{word}");
        }
        assert!(doubts("NO_AUTH", true).contains("of type none are not authorized by a user"));
    }
}
