//! Having a person allow a call: in the client where it can ask, else at the screen that is open.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::domain::{ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText, Untrusted};
use crate::flow::approval::{self, ApprovalRequest, Decision, Unasked};
use crate::mcp::server::{Peer, Question};

/// Characters of arguments that a client is shown; it may have no room to scroll.
const LONGEST_SHOWN: usize = 8_000;

/// Answers of the form, with what they mean.
const ANSWERS: [(&str, Decision); 3] =
    [("deny", Decision::Deny), ("allow once", Decision::Once), ("allow for this run", Decision::Run)];

/// Decision of a person on a call.
///
/// # Errors
/// [`FaultKind::Denied`]: it was denied, or nobody answered, and how to allow it.
pub(super) async fn decide(
    peer: &Peer,
    state: Option<&Path>,
    request: &ApprovalRequest,
    limit: Duration,
) -> Result<Decision, Fault> {
    if peer.fills_forms() {
        match tokio::time::timeout(limit, peer.ask(question(request, limit))).await {
            Ok(Ok(answer)) => return allowed(decision(&answer)),
            Err(_) => return Err(late(limit)),
            // It said that it can ask, and cannot: the screen is left.
            Ok(Err(fault)) => tracing::info!(fault = fault.kind.slug(), "the client did not ask its person"),
        }
    }
    let asked = match state {
        Some(state) => approval::ask(state, request, limit).await,
        None => Err(Unasked::Nobody),
    };
    match asked {
        Ok(decision) => allowed(decision),
        Err(Unasked::Late) => Err(late(limit)),
        Err(Unasked::Nobody) => Err(denied(
            "This call has to be allowed by a person, and nobody is there: the client cannot ask, and no full-screen \
             jackfield is open. Nothing was sent.",
        )),
        Err(Unasked::Closed) => {
            Err(denied("The full-screen jackfield was closed before anybody allowed this call. Nothing was sent."))
        }
        Err(Unasked::TooLarge) => {
            Err(denied("The arguments are too large to be shown to a person whole. Nothing was sent."))
        }
    }
}

fn allowed(decision: Decision) -> Result<Decision, Fault> {
    match decision {
        Decision::Once | Decision::Run => Ok(decision),
        Decision::Deny => Err(denied("The person denied this call. Nothing was sent.")),
    }
}

fn denied(words: &str) -> Fault {
    Fault::new(FaultKind::Denied, words)
}

fn late(limit: Duration) -> Fault {
    let message = format!("Nobody allowed this call within {}. Nothing was sent.", words(limit));
    Fault::new(FaultKind::Denied, message)
}

/// Next step for the model where a call was not allowed.
pub(super) fn next(fault: &Fault) -> &'static str {
    match fault.message.contains("denied this call") {
        true => "Do not try it again unless the person asks for it.",
        false => {
            "Ask the person to open the full-screen program (jackfield) on this machine, and to answer there; then call again."
        }
    }
}

fn words(limit: Duration) -> String {
    match limit.as_secs() {
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

/// The question as a client asks it.
fn question(request: &ApprovalRequest, limit: Duration) -> Question {
    let ApprovalRequest { tool, identifier, connection, environment, client, arguments, reasons, .. } = request;
    let shown = |text: &str| Untrusted::from(text).to_string();
    let mut shown_arguments: String = arguments.chars().take(LONGEST_SHOWN).collect();
    let left_out = arguments.chars().count().saturating_sub(LONGEST_SHOWN);
    if left_out > 0 {
        shown_arguments.push_str(&format!("… (and {left_out} characters more)"));
    }
    let message = format!(
        "Let {} run {} as {} on {} ({})?\n{}\nArguments: {shown_arguments}\nWithout an answer within {} it is denied.",
        shown(client),
        shown(tool),
        shown(identifier),
        shown(connection),
        shown(environment),
        reasons.join(" "),
        words(limit),
    );
    let answers: Vec<_> = ANSWERS.iter().map(|(answer, _)| *answer).collect();
    let schema = serde_json::json!({
        "type": "object",
        "properties": {
            "decision": {
                "type": "string",
                "title": "Decision",
                "description": "“allow for this run” allows this tool with this account until the session ends.",
                "enum": answers,
            }
        },
        "required": ["decision"],
    });
    let schema = JsonText::parse(schema.to_string()).unwrap_or_else(|_| JsonText::empty_object());
    Question { message, request: ElicitationRequest::Form(schema) }
}

/// What an answer means. Whatever is not one of the ways to allow it denies it.
fn decision(answer: &ElicitationAnswer) -> Decision {
    let ElicitationAnswer::Accept(Some(values)) = answer else { return Decision::Deny };
    let values: Value = serde_json::from_str(values.raw()).unwrap_or_default();
    let said = values.get("decision").and_then(Value::as_str).unwrap_or_default();
    ANSWERS.iter().find(|(answer, _)| *answer == said).map_or(Decision::Deny, |(_, decision)| *decision)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_the_form_allow_a_call() {
        let accepted = |text: &str| ElicitationAnswer::Accept(Some(JsonText::parse(text.to_owned()).unwrap()));
        assert_eq!(decision(&accepted(r#"{"decision":"allow once"}"#)), Decision::Once);
        assert_eq!(decision(&accepted(r#"{"decision":"allow for this run"}"#)), Decision::Run);
        for answer in [
            accepted(r#"{"decision":"deny"}"#),
            accepted(r#"{"decision":true}"#),
            accepted("{}"),
            accepted("[]"),
            ElicitationAnswer::Accept(None),
            ElicitationAnswer::Decline,
            ElicitationAnswer::Cancel,
        ] {
            assert_eq!(decision(&answer), Decision::Deny, "{answer:?}");
        }
    }

    #[test]
    fn the_question_says_all_that_there_is_to_know_and_its_end() {
        let request = ApprovalRequest {
            tool: "linear_issue_create".into(),
            identifier: "ada@acme.dev".into(),
            connection: "linear".into(),
            environment: "Sandbox".into(),
            client: "evil\u{1b}[2J".into(),
            arguments: "x".repeat(LONGEST_SHOWN + 5),
            reasons: vec!["It writes.".into()],
            ..ApprovalRequest::default()
        };
        let Question { message, .. } = question(&request, Duration::from_secs(120));
        assert!(
            message.contains("run linear_issue_create as ada@acme.dev on linear (Sandbox)?\nIt writes."),
            "{message}"
        );
        assert!(message.contains("… (and 5 characters more)") && !message.contains('\u{1b}'), "{message}");
        assert!(message.ends_with("within 2 min it is denied."), "{message}");
    }

    #[tokio::test]
    async fn a_question_that_the_end_of_the_screen_cuts_off_is_denied_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().to_owned();
        let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
        let listening = {
            let state = state.clone();
            tokio::spawn(async move { approval::listen(&state, move |event| drop(sender.send(event))).await })
        };
        while !state.join("approval.sock").exists() {
            tokio::task::yield_now().await;
        }
        let peer = Peer::new("a", "1", crate::mcp::server::Era::Session);
        let request = ApprovalRequest::default();
        let (decided, ()) = tokio::join!(decide(&peer, Some(&state), &request, Duration::from_secs(60)), async {
            let _asked = events.recv().await;
            listening.abort();
        });
        let fault = decided.unwrap_err();
        assert_eq!(fault.whose().to_string(), "the person");
        assert!(fault.message.contains("was closed before anybody allowed"), "{fault}");
    }

    #[tokio::test]
    async fn where_nobody_is_a_call_is_denied_in_words_that_say_how_to_allow_it() {
        let folder = tempfile::tempdir().unwrap();
        let peer = Peer::new("a", "1", crate::mcp::server::Era::Session);
        let fault =
            decide(&peer, Some(folder.path()), &ApprovalRequest::default(), Duration::from_secs(9)).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Denied);
        assert!(fault.message.contains("nobody is there"), "{fault}");
        assert!(next(&fault).contains("open the full-screen program"));
    }
}
