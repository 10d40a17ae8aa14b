//! Token exchange for MCP servers: a token for each message, and no second question after a refusal.

use jackfield::testing::domain::{CredentialEvent, CredentialOutcome, FaultKind, Status};
use serde_json::json;

use super::mcp::{person, tools};
use super::mcp_server::McpServer;
use super::zone::{Zone, exchange};
use crate::support::token_service::{DENIAL, LINEAR, PAYROLL};

#[tokio::test]
async fn an_mcp_server_gets_a_token_for_each_message() {
    let (mut zone, server) = (Zone::new().await, McpServer::start().await);
    zone.opened = zone.own.another();
    let mut draft = zone.server_draft(&server, LINEAR).await;
    exchange(&mut draft).tool_scopes = vec![("save".into(), vec!["write".into()])];
    let (account, receipt) = zone.sign_in(draft).await.unwrap();
    assert_eq!(receipt.tools, Some(4), "{receipt:?}");
    assert_eq!(account.provider.raw(), "MCP.127.0.0.1");
    let listed = tools(&zone.opened, person("ada", &["acme"])).await.unwrap();
    assert_eq!(listed.len(), 4);
    assert!(zone.service.issued().iter().all(|issued| issued.scopes.is_empty()), "lists need no tool's scopes");
    zone.run(&account, "save", json!({"text": "x"})).await.unwrap();
    let sent = server.seen("tools/call")[0].authorization.clone();
    let issued = zone.service.issued_as(sent.trim_start_matches("Bearer ")).unwrap();
    assert_eq!(issued.scopes, ["write"]);
    assert_eq!(zone.service.issued_as("never"), None);

    // The server's refusal of a fresh token is the server's, and no other is got for the same message.
    server.offer().is_protected = true;
    let before = server.seen("tools/call").len();
    let fault = zone.run(&account, "save", json!({"text": "x"})).await.unwrap_err();
    assert_eq!((fault.kind, server.seen("tools/call").len()), (FaultKind::ProviderFailed, before + 1), "{fault}");
    assert_eq!(zone.own.account("acme").await.status, Status::Active);
}

#[tokio::test]
async fn an_mcp_call_that_is_denied_never_leaves() {
    let (mut zone, server) = (Zone::new().await, McpServer::start().await);
    zone.opened = zone.own.another();
    let draft = zone.server_draft(&server, PAYROLL).await;
    let before = server.offer().seen.len();
    let (account, _) = zone.sign_in(draft).await.unwrap();
    let fault = zone.run(&account, "save", json!({"text": "x"})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::PolicyDenied, "{fault}");
    assert!(!fault.may_have_been_carried_out() && fault.said.is_some_and(|said| said.raw() == DENIAL));
    let with_token = server.offer().seen[before..].iter().filter(|seen| !seen.authorization.is_empty()).count();
    assert_eq!((with_token, server.seen("tools/call").len()), (0, 0));
}

#[tokio::test]
async fn a_denial_ends_the_opening_of_a_session_at_the_first_question() {
    let (mut zone, server) = (Zone::new().await, McpServer::start().await);
    zone.opened = zone.own.another();
    let (account, _) = zone.sign_in(zone.server_draft(&server, PAYROLL).await).await.unwrap();
    let before = zone.exchanges();
    let fault = zone.run(&account, "save", json!({"text": "x"})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::PolicyDenied, "{fault}");
    assert_eq!(zone.exchanges(), before + 1, "a denial is not asked about again, in whichever way a session opens");
    zone.run(&account, "save", json!({"text": "x"})).await.unwrap_err();
    assert_eq!(zone.exchanges(), before + 2, "another call asks once more: the policy may be another");
}

#[tokio::test]
async fn a_servers_refusal_of_an_exchanged_token_is_a_line_of_its_own() {
    let (mut zone, server) = (Zone::new().await, McpServer::start().await);
    zone.opened = zone.own.another();
    let into = std::sync::Arc::clone(&zone.uses);
    zone.opened.uses.listen(move |used| into.lock().unwrap().push(used));
    let mut draft = zone.server_draft(&server, LINEAR).await;
    exchange(&mut draft).tool_scopes = vec![("save".into(), vec!["write".into()])];
    let (account, _) = zone.sign_in(draft).await.unwrap();
    server.offer().is_protected = true;
    zone.uses.lock().unwrap().clear();
    zone.run(&account, "save", json!({"text": "x"})).await.unwrap_err();
    let told = zone.uses.lock().unwrap().clone();
    let refused: Vec<_> = told.iter().filter(|used| used.event == CredentialEvent::Token).collect();
    let [refused] = &refused[..] else { panic!("{told:?}") };
    let given =
        told.iter().find(|used| used.event == CredentialEvent::Exchange && used.token == refused.token).unwrap();
    assert_eq!((refused.outcome, &refused.asked), (CredentialOutcome::Failure, &given.asked));
    assert_eq!((&given.asked[..], refused.reason.is_some()), (&["write".to_owned()][..], true));
}
