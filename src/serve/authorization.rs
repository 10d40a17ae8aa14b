//! An account that has to be authorized, or a grant that is missing: its page, for the person at the client.

use url::Url;

use crate::domain::{Account, ElicitationAnswer, ElicitationRequest, Fault, FaultKind};
use crate::flow::authorize::make_link;
use crate::flow::environment::Opened;
use crate::mcp::server::{HostRefusal, Peer, Question};

/// Refusal of a call whose account has to be authorized. The link is made anew, for this account; where the client can
/// show it, the person is asked to open it.
pub(super) async fn refusal(
    opened: &Opened,
    account: &Account,
    fault: Fault,
    options: &str,
    peer: &Peer,
) -> HostRefusal {
    let command = format!("jackfield{options} accounts authorize {}", word(&account.label()));
    let link = match make_link(opened.backend.as_ref(), &account.pair(), opened.user_verify_url.clone()).await {
        Ok((_, link)) => link,
        // Its own way of authorizing, or a mode that changes nothing.
        Err(_) => {
            let next = format!("The person has to authorize it first, with: {command}");
            return HostRefusal::Failed { fault: needs(fault), next };
        }
    };
    let message = format!("{} has to be authorized before {} can act as it.", account.label(), peer.name);
    let next = visit(peer, message, &link.url, "authorize it").await;
    HostRefusal::Failed { fault: needs(fault), next: next.unwrap_or_else(|| in_words(link.url.as_str(), &command)) }
}

/// Refusal of a call whose person has not granted something at a page that is known. Where the client can show it, the
/// person is asked to open it.
pub(super) async fn not_granted(fault: Box<Fault>, page: &Url, next: String, peer: &Peer) -> HostRefusal {
    let next = visit(peer, fault.message.to_string(), page, "grant it").await.unwrap_or(next);
    HostRefusal::Failed { fault, next }
}

/// Asks the person at the client to open a page: the next step for the model. None where the client shows no pages, or
/// does not answer.
async fn visit(peer: &Peer, message: String, page: &Url, to_do: &str) -> Option<String> {
    if !peer.visits_pages() {
        return None;
    }
    let question = Question { message, request: ElicitationRequest::Url(page.clone()) };
    match peer.ask(question).await.ok()? {
        ElicitationAnswer::Accept(_) => {
            Some(format!("The person was given the page to {to_do}. Call again when they say that they did."))
        }
        ElicitationAnswer::Decline | ElicitationAnswer::Cancel => {
            Some(format!("The person does not want to {to_do} now. Do not try again unless they ask for it."))
        }
    }
}

fn in_words(link: &str, command: &str) -> String {
    format!(
        "Give this link to the person, who authorizes the account there, then call again: {link}\nOr they run: {command}"
    )
}

fn needs(fault: Fault) -> Box<Fault> {
    Box::new(Fault { kind: FaultKind::NeedsAuthorization, ..fault })
}

/// A word of a shell's command line.
fn word(text: &str) -> String {
    shell_words::quote(text).into_owned()
}
