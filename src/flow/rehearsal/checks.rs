//! The checks of a rehearsal, one after the other.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Check, RehearsalStep};
use crate::backend::{Backend, UserVerification};
use crate::domain::{
    Account, AccountRef, AuthorizationType, AuthorizedBy, Fault, FaultKind, Identifier, Status, Untrusted,
};
use crate::flow::accounts;
use crate::loopback::{Callback, CallbackArrival, PageVerdict, WaitingBrowser};

/// Between two looks at the account while somebody consents.
const POLL: Duration = Duration::from_secs(1);

/// Time after a consent within which the browser is here, if it comes here at all.
const ON_ITS_WAY: Duration = Duration::from_secs(10);

/// Longest time that somebody takes to consent.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Consents that are asked for at the most: the second where a wrong answer used the first one up.
const CONSENTS: u32 = 2;

type Tell<'a> = &'a mut (dyn FnMut(Check, &mut dyn FnMut(RehearsalStep)) + Send);
type On<'a> = &'a mut (dyn FnMut(RehearsalStep) + Send);

/// Runs all of them.
///
/// # Errors
/// The first that keeps the next from being tried. What fails otherwise is a failed check.
pub(super) async fn run(backend: &dyn Backend, account: &Account, tell: Tell<'_>, on: On<'_>) -> Result<(), Fault> {
    is_verified(&account.authorization)?;
    let verification = backend
        .user_verification()
        .ok_or_else(|| Fault::new(FaultKind::NotOffered, "This environment does not verify users step by step."))?;
    let mut refused_wrong = false;
    for round in 1..=CONSENTS {
        let mut callback = Callback::listen(None, &account.connection, &account.identifier).await?;
        if round == 1 {
            tell(foreign_state(&mut callback).await, on);
        }
        let began = Instant::now();
        let link = verification.link(account, callback.url(), callback.state()).await?;
        on(RehearsalStep::Consent(link, round));
        let (request, page) = consent(backend, account, &mut callback).await?;
        let came = "the browser came back with our state and a request to verify";
        tell(passed("consent comes back to be verified", began, "authorization link, opened by a person", came), on);
        let ended = answer(backend, verification, account, &request, &mut refused_wrong, tell, on).await;
        page.show(match &ended {
            Ok(true) => PageVerdict::Connected,
            Ok(false) => PageVerdict::Failed("The wrong answer used this consent up. Open the second link.".to_owned()),
            Err(fault) => PageVerdict::Failed(fault.to_string()),
        });
        callback.close().await;
        if ended? {
            return Ok(());
        }
    }
    let message = "Each wrong answer uses the consent up, so that nobody can be accepted after one.";
    Err(Fault::new(FaultKind::Unfinished, message))
}

/// Makes sure that accounts of this type can be verified at all. Reference: docs/scalekit-api.md, 5.
///
/// # Errors
/// [`FaultKind::NotOffered`]: nobody consents for them on a provider's page.
pub(super) fn is_verified(authorization: &AuthorizationType) -> Result<(), Fault> {
    if matches!(authorization.by(), AuthorizedBy::Consent | AuthorizedBy::Unknown) {
        return Ok(());
    }
    let message = format!(
        "Accounts of type {authorization} are never verified: nobody consents on a provider's page. Rehearse on an OAuth \
         connection."
    );
    Err(Fault::new(FaultKind::NotOffered, message))
}

/// Answers a consent: wrongly where nobody has yet, then rightly, then again. False where the wrong answer has used the
/// consent up.
async fn answer(
    backend: &dyn Backend,
    verification: &dyn UserVerification,
    account: &Account,
    request: &Untrusted,
    refused_wrong: &mut bool,
    tell: Tell<'_>,
    on: On<'_>,
) -> Result<bool, Fault> {
    let reference = AccountRef::Id(account.id.clone());
    if !*refused_wrong {
        let began = Instant::now();
        let status = accounts::get(backend, &reference).await?.status;
        let came = format!("{} ({})", status.word(), status.name());
        let check = Check {
            name: "not active before it is verified",
            passed: status != Status::Active,
            took: began.elapsed(),
            sent: "read the account".into(),
            came: came.into(),
        };
        tell(check, on);
        let wrong = Identifier::new(format!("{}-somebody-else", account.identifier.raw()));
        let check = refusal("wrong identifier refused", FaultKind::Denied, verification, request, &wrong).await?;
        *refused_wrong = true;
        tell(check, on);
    }
    let began = Instant::now();
    let sent = format!("verify as {}", account.identifier);
    match verification.confirm(request, &account.identifier).await {
        Ok(()) => tell(passed("right person accepted", began, &sent, "accepted"), on),
        Err(fault) if fault.kind == FaultKind::NotFound => return Ok(false),
        Err(fault) => {
            tell(failed("right person accepted", began, &sent, &told(&fault)), on);
            return Err(fault);
        }
    }
    let began = Instant::now();
    let status = accounts::get(backend, &reference).await?.status;
    let came = format!("{} ({})", status.word(), status.name());
    tell(
        Check {
            name: "active once it is verified",
            passed: status == Status::Active,
            took: began.elapsed(),
            sent: "read the account".into(),
            came: came.into(),
        },
        on,
    );
    let check =
        refusal("used request refused", FaultKind::NotFound, verification, request, &account.identifier).await?;
    tell(check, on);
    Ok(true)
}

/// Confirms a request that must be refused, with a fault of this kind.
///
/// # Errors
/// A failure on the way, which says nothing of the environment.
async fn refusal(
    name: &'static str,
    expected: FaultKind,
    verification: &dyn UserVerification,
    request: &Untrusted,
    identifier: &Identifier,
) -> Result<Check, Fault> {
    let began = Instant::now();
    let sent = format!("verify as {identifier}");
    match verification.confirm(request, identifier).await {
        Ok(()) => Ok(failed(name, began, &sent, "accepted")),
        Err(fault) if fault.kind.is_passing() => Err(fault),
        // Another refusal than the documented one is a refusal all the same, and its words stand there.
        Err(fault)
            if fault.kind == expected || fault.http_status.is_some_and(|status| (400..500).contains(&status)) =>
        {
            Ok(passed(name, began, &sent, &told(&fault)))
        }
        Err(fault) => Err(fault),
    }
}

/// Waits until somebody has consented, and their browser is back.
async fn consent(
    backend: &dyn Backend,
    account: &Account,
    callback: &mut Callback,
) -> Result<(Untrusted, WaitingBrowser), Fault> {
    let (began, mut consented) = (Instant::now(), None);
    let reference = AccountRef::Id(account.id.clone());
    loop {
        tokio::select! {
            biased;
            arrival = callback.next() => match arrival {
                CallbackArrival::Consented(request, page) => return Ok((request, page)),
                CallbackArrival::Refused(fault) => return Err(fault),
                CallbackArrival::Stray => continue,
            },
            () = tokio::time::sleep(POLL) => {}
        }
        if began.elapsed() >= PATIENCE {
            return Err(Fault::new(FaultKind::Unfinished, "Nobody consented within a quarter of an hour."));
        }
        match accounts::get(backend, &reference).await {
            Ok(now) if now.status == Status::Active => {
                let message = "This environment does not verify users: consent alone made the account active. There is \
                               nothing to rehearse.";
                return Err(Fault::new(FaultKind::NotOffered, message));
            }
            Ok(now) if now.status == Status::PendingVerification => {
                if consented.get_or_insert_with(Instant::now).elapsed() >= ON_ITS_WAY {
                    let message = "Somebody consented, and their browser did not come back here. Either its page was \
                                   closed, or the environment verifies on its own dashboard and leaves nothing to \
                                   rehearse.";
                    return Err(Fault::new(FaultKind::Unfinished, message));
                }
            }
            Ok(_) => {}
            Err(fault) if fault.kind.is_passing() => {}
            Err(fault) => return Err(fault),
        }
    }
}

/// Comes back to our own page with a state that is not ours.
async fn foreign_state(callback: &mut Callback) -> Check {
    let name = "wrong state refused";
    let (began, sent) = (Instant::now(), "GET /verified with a state that is not ours");
    let visit = visit(callback.url().port().unwrap_or_default()).await;
    // It counts as a visit; nobody waits for it.
    let seen = tokio::time::timeout(ON_ITS_WAY, callback.next()).await;
    match (visit, seen) {
        (Ok(status), Ok(CallbackArrival::Stray)) if status == "403" => {
            passed(name, began, sent, "403 · nothing was changed")
        }
        (Ok(status), _) => failed(name, began, sent, &status),
        (Err(error), _) => failed(name, began, sent, &error.to_string()),
    }
}

/// A browser with a state that somebody has guessed. Returns the status of the answer.
async fn visit(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let request = format!(
        "GET /verified?state=guessed&auth_request_id=guessed HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(1 << 16).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(Untrusted::from(answer.split_whitespace().nth(1).unwrap_or("no answer")).to_string())
}

fn told(fault: &Fault) -> String {
    match fault.http_status {
        Some(status) => format!("{status} · {fault}"),
        None => fault.to_string(),
    }
}

fn passed(name: &'static str, began: Instant, sent: &str, came: &str) -> Check {
    Check { name, passed: true, took: began.elapsed(), sent: sent.into(), came: came.into() }
}

fn failed(name: &'static str, began: Instant, sent: &str, came: &str) -> Check {
    Check { passed: false, ..passed(name, began, sent, came) }
}
