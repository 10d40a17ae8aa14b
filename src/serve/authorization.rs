//! An account that has to be authorized: its link, for the person at the client.

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
    if peer.visits_pages() {
        let message = format!("{} has to be authorized before {} can act as it.", account.label(), peer.name);
        let question = Question { message, request: ElicitationRequest::Url(link.url.clone()) };
        let next = match peer.ask(question).await {
            Ok(ElicitationAnswer::Accept(_)) => {
                "The person was given the page to authorize it. Call again when they say that they did."
            }
            Ok(ElicitationAnswer::Decline | ElicitationAnswer::Cancel) => {
                "The person does not want to authorize it now. Do not try again unless they ask for it."
            }
            Err(_) => {
                return HostRefusal::Failed { fault: needs(fault), next: in_words(link.url.as_str(), &command) };
            }
        };
        return HostRefusal::Failed { fault: needs(fault), next: next.to_owned() };
    }
    HostRefusal::Failed { fault: needs(fault), next: in_words(link.url.as_str(), &command) }
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
