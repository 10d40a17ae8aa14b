//! Token exchange: a person's sign-in becomes a token for each call, of one resource and with the tool's scopes, and the
//! states that come in its place are told for what they are.

use jackfield::testing::backend::local::{ConnectionAuth, ExchangeSpec, SecretForm};
use jackfield::testing::contract::Contract;
use jackfield::testing::domain::{AccountRef, CredentialEvent, CredentialOutcome, FaultKind, ProofOutcome, Status};
use jackfield::testing::flow::contracts::ContractLibrary;
use jackfield::testing::secrets::SecretReference;
use serde_json::{Value, json};

use super::environment::request;
use super::zone::{Zone, exchange, viewer};
use crate::support::token_service::{DENIAL, Expected, GITHUB, LINEAR, PAYROLL, STORED_SECRET, VAULT};

#[tokio::test]
async fn each_call_of_a_shipped_contract_has_a_token_of_its_own() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, receipt) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    assert_eq!(account.status, Status::Active);
    assert!(matches!(receipt.proof, Some(ProofOutcome::Identified(_))), "{receipt:?}");
    let raw: Value = serde_json::from_slice(account.raw.bytes()).unwrap();
    assert_eq!(raw["scopes_granted"], Value::Null, "the scopes of a sign-in are not those of calls");
    assert_eq!((&raw["resource"], &raw["application"]), (&json!(LINEAR), &json!("app-post")));

    let before = zone.exchanges();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    assert_eq!((zone.scopes(), zone.exchanges()), (vec!["read".to_owned()], before + 1));
    zone.own.provider.answers().says = Some(json!({"data": {"issueCreate": {"success": true, "issue": {"id": "i"}}}}));
    zone.run(&account, "linear_issue_create", json!({"teamId": "t", "title": "x"})).await.unwrap();
    assert_eq!(zone.scopes(), ["issues:create"], "the least of those of which one is enough");

    let sent = zone.own.provider.seen("/api/graphql");
    let tokens: Vec<_> = sent.iter().map(|seen| seen.authorization.trim_start_matches("Bearer ").to_owned()).collect();
    let last = zone.service.issued_as(tokens.last().unwrap()).unwrap();
    assert_eq!((last.person.as_str(), last.application.as_str(), last.resource.as_str()), ("ada", "app-post", LINEAR));
    let mut once = tokens.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), tokens.len(), "no token is used twice");
    assert_eq!(zone.service.complaints(), [""; 0]);

    let told = zone.told();
    let used = told.last().unwrap();
    assert_eq!((used.outcome, &*used.asked), (CredentialOutcome::Success, &["issues:create".to_owned()][..]));
    assert_eq!(used.resource.as_ref().map(|resource| resource.raw()), Some(LINEAR));
    assert_eq!(used.application.as_ref().map(|id| id.raw()), Some("app-post"));
    assert!(used.token.is_some() && used.expires_at.is_some());
    assert_eq!(told.len(), zone.exchanges() - before, "one line each; the proof of the sign-in was not recorded");
    let signed_in = zone.uses.lock().unwrap()[0].clone();
    assert_eq!((signed_in.event, &signed_in.resource), (CredentialEvent::Authorization, &signed_in.issuer));
    let kept = |event| zone.uses.lock().unwrap().iter().filter(|used| used.event == event).count();
    assert_eq!((kept(CredentialEvent::Token), kept(CredentialEvent::Authorization)), (0, 1));
}

#[tokio::test]
async fn no_exchanged_token_stays_anywhere() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    let tokens: Vec<_> = zone.service.issued().into_iter().map(|issued| issued.token).collect();
    let told = format!("{:?} {:?} {account:?}", zone.uses.lock().unwrap(), zone.own.log.after(0));
    let files = zone.own.files();
    let files = String::from_utf8_lossy(&files);
    let kept = zone.kept();
    for token in tokens.iter().map(String::as_str).chain(["never-hunter2", "hunter2-post", "access-"]) {
        assert!(!files.contains(token) && !told.contains(token), "{token}");
    }
    assert!(tokens.iter().all(|token| !kept.contains(token.as_str())));
    assert!(kept.contains("refresh-") && !kept.contains("never-hunter2"), "the sign-in alone is kept");
}

#[tokio::test]
async fn scopes_of_a_tool_can_be_set_in_the_file_and_requests_of_ones_own_have_some_too() {
    let zone = Zone::new().await;
    let mut draft = zone.draft("linear", LINEAR).await;
    exchange(&mut draft).tool_scopes =
        vec![("linear_viewer_*".into(), vec!["read".into(), "write".into()]), ("GET /me".into(), vec!["read".into()])];
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    assert_eq!(zone.scopes(), ["read", "write"]);
    let proxy = zone.opened.backend.proxy().unwrap();
    proxy.send(&request("linear", "/me")).await.unwrap();
    assert_eq!(zone.scopes(), ["read"]);
    proxy.send(&request("linear", "/other")).await.unwrap();
    assert_eq!(zone.scopes(), [""; 0], "the zone decides");
}

const TICKETS: &str = r#"
name = "acme_tickets_list"
title = "List tickets"
description = "Lists tickets."
provider = "ACME"
effect = "reads"
scopes = ["read", "write"]

[schema]

[request]
method = "GET"
path = "/tickets"
"#;

#[tokio::test]
async fn a_contract_of_ones_own_works_over_the_same_way() {
    let mut zone = Zone::new().await;
    let library = ContractLibrary::of(Contract::parse(TICKETS, "acme.toml").unwrap());
    zone.opened = zone.own.another().with_contracts(library);
    let (account, receipt) = zone.sign_in(zone.draft("acme", LINEAR).await).await.unwrap();
    let Some(ProofOutcome::NotProvable(words)) = &receipt.proof else { panic!("{receipt:?}") };
    assert!(words.raw().contains("A token for https://api.linear.app was given"), "{words}");
    assert_eq!(zone.own.provider.seen("/api/tickets").len(), 0, "the first exchange calls nothing");
    zone.run(&account, "acme_tickets_list", json!({})).await.unwrap();
    assert_eq!(zone.scopes(), ["read"]);
    assert_eq!(zone.own.provider.seen("/api/tickets").len(), 1);
}

#[tokio::test]
async fn a_denial_by_policy_is_said_in_its_words_and_nothing_is_sent() {
    let zone = Zone::new().await;
    let (account, receipt) = zone.sign_in(zone.draft("linear", PAYROLL).await).await.unwrap();
    let Some(ProofOutcome::Refused(words)) = &receipt.proof else { panic!("{receipt:?}") };
    assert!(words.raw().contains(DENIAL), "{words}");
    let before = zone.exchanges();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, fault.whose().to_string()), (FaultKind::PolicyDenied, "the policy".to_owned()));
    assert_eq!(fault.said.as_ref().map(|said| said.raw()), Some(DENIAL));
    assert!(fault.message.contains("linear/ada") && fault.message.contains("with scope read"), "{fault}");
    assert_eq!((fault.page(), fault.http_status), (None, None));
    assert_eq!(zone.exchanges(), before + 1, "a denial is not asked about again");
    assert_eq!(zone.own.provider.seen("/api/graphql").len(), 0);
    let told = zone.told();
    let used = told.last().unwrap();
    assert_eq!(used.outcome, CredentialOutcome::Denied);
    assert!(used.reason.as_ref().is_some_and(|reason| reason.raw().contains(DENIAL)) && used.token.is_none());
    assert_eq!(zone.own.account("linear").await.status, Status::Active, "the sign-in is as good as before");
}

#[tokio::test]
async fn what_is_not_granted_yet_is_granted_at_the_page_that_the_server_named_and_the_same_call_works() {
    let zone = Zone::new().await;
    zone.service.name_page();
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", GITHUB).await).await.unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, fault.headline()), (FaultKind::NotGranted, "Not granted yet"));
    let page = fault.page().unwrap();
    assert_eq!((page.path(), page.port()), ("/connect", zone.service.url("/").port()));
    assert_eq!(zone.told().last().unwrap().outcome, CredentialOutcome::NotGranted);
    let sign_ins = zone.service.received("/authorize").len();
    zone.service.grant("ada", GITHUB);
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    assert_eq!(zone.service.received("/authorize").len(), sign_ins, "nobody signs in again");
}

#[tokio::test]
async fn no_page_is_made_up_where_the_server_named_none() {
    let zone = Zone::new().await;
    let (account, _) = zone.sign_in(zone.draft("linear", GITHUB).await).await.unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, fault.page()), (FaultKind::NotGranted, None));
    assert!(fault.message.contains("named no page") && fault.message.contains("grant_url"), "{}", fault.message);

    let mut draft = zone.draft("linear", GITHUB).await;
    exchange(&mut draft).grant_url = Some("https://zone.acme.dev/grants".parse().unwrap());
    let (account, _) = zone.sign_in(draft).await.unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.page().unwrap().as_str(), "https://zone.acme.dev/grants", "a person's own");
}

#[tokio::test]
async fn what_the_file_has_wrong_is_told_with_file_and_key() {
    let zone = Zone::new().await;
    let (account, _) = zone.sign_in(zone.draft("linear", "https://api.linear.app/").await).await.unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, fault.whose().to_string()), (FaultKind::Misconfigured, "the connection".to_owned()));
    assert!(fault.message.contains("see resource of connection linear") && fault.message.contains("connections.toml"));

    let mut draft = zone.draft("linear", LINEAR).await;
    exchange(&mut draft).tool_scopes = vec![("*".into(), vec!["admin".into()])];
    let (account, _) = zone.sign_in(draft).await.unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert!(fault.kind == FaultKind::Misconfigured && fault.message.contains("tool_scopes"), "{fault}");

    zone.service.know_application("app-post", Expected::Post("another"));
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Misconfigured);
    assert!(fault.message.contains("refuses the application itself: see client_id"), "{fault}");
    assert_eq!(zone.own.provider.seen("/api/graphql").len(), 0);
    assert_eq!(zone.own.account("linear").await.status, Status::Active);
}

#[tokio::test]
async fn a_sign_in_is_renewed_where_it_can_be_and_asked_for_where_not() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    let subject = |nth: usize| zone.service.received("/token")[nth].clone();
    let first = subject(1).field("subject_token").unwrap();
    // The zone ended it ahead of time: it is renewed once, and the call works.
    zone.service.expire(&first);
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    let last = zone.service.received("/token").last().unwrap().clone();
    assert_ne!(last.field("subject_token").unwrap(), first);
    // What cannot be renewed is a sign-in to be made again, and nothing is asked twice.
    let zone = Zone::new().await;
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    zone.service.answer("/token", refused());
    zone.service.answer("/token", refused());
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{fault}");
    assert_eq!(zone.own.account("linear").await.status, Status::Expired);
    let asked = zone.service.received("/token").len();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!((fault.kind, zone.service.received("/token").len()), (FaultKind::NeedsAuthorization, asked));
}

fn refused() -> crate::support::oauth_server::Reply {
    crate::support::oauth_server::Reply::error(400, "invalid_grant", "The sign-in was revoked")
}

#[tokio::test]
async fn the_providers_refusal_of_a_fresh_token_is_its_own() {
    let zone = Zone::new().await;
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    zone.own.provider.answers().good = vec!["nobody's".into()];
    let (before, sent) = (zone.exchanges(), zone.own.provider.seen("/api/graphql").len());
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::ProviderFailed, "{fault}");
    assert!(fault.message.contains("exchanged for this call a moment ago"), "{fault}");
    assert_eq!((zone.exchanges(), zone.own.provider.seen("/api/graphql").len()), (before + 1, sent + 1));
    assert_eq!(zone.own.account("linear").await.status, Status::Active);
}

#[tokio::test]
async fn a_stored_secret_goes_out_as_the_provider_takes_its_keys() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let mut draft = zone.draft("linear", VAULT).await;
    exchange(&mut draft).secret_form = SecretForm::Key;
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    assert_eq!(
        zone.own.provider.seen("/api/graphql").last().unwrap().authorization,
        STORED_SECRET,
        "Linear's keys are bare"
    );
}

#[tokio::test]
async fn two_calls_at_once_have_a_token_each() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    let before = zone.service.issued().len();
    let (one, two) = tokio::join!(
        zone.run(&account, "linear_viewer_get", json!({})),
        zone.run(&account, "linear_viewer_get", json!({})),
    );
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(zone.service.issued().len(), before + 2);
}

#[tokio::test]
async fn an_application_may_sign_for_itself_or_be_a_public_one() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/keys/p256_pkcs8.pem");
    let mut draft = zone.draft("linear", LINEAR).await;
    (draft.spec.client_id, draft.client_secret) = (Some("app-ec".into()), None);
    exchange(&mut draft).client_key = Some(SecretReference::Command(vec!["cat".into(), key.into()]));
    exchange(&mut draft).client_key_id = Some("k1".into());
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    let (header, claims) = zone.service.assertions().pop().unwrap();
    assert_eq!((&header["kid"], &claims["iss"]), (&json!("k1"), &json!("app-ec")));
    let code = &zone.service.received("/token")[0];
    assert!(code.field("client_assertion").is_some() && code.field("client_secret").is_none(), "at the sign-in too");

    let mut draft = zone.draft("linear", LINEAR).await;
    (draft.spec.client_id, draft.client_secret) = (Some("app-public".into()), None);
    draft.spec.is_confidential = false;
    *exchange(&mut draft) = ExchangeSpec { resource: LINEAR.into(), ..ExchangeSpec::default() };
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    assert_eq!(zone.service.issued().last().unwrap().application, "app-public");
}

#[tokio::test]
async fn signing_out_takes_the_sign_in_back_and_another_target_finds_none() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    let file = zone.own.folder.path().join("own/connections.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("auth = \"exchange\"") && !text.contains("hunter2"), "{text}");
    std::fs::write(&file, text.replace("/api\"", "/elsewhere\"")).unwrap();
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization, "{fault}");
    std::fs::write(&file, text).unwrap();

    let zone = Zone::new().await;
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    let ended = zone.opened.backend.account_admin().unwrap().disconnect(&account.id).await.unwrap();
    assert_eq!(ended.status, Status::Disconnected);
    let revoked = zone.service.received("/revoke");
    assert_eq!(revoked[0].field("token_type_hint").as_deref(), Some("refresh_token"));
    assert!(!zone.kept().contains("refresh-"));
    let fault = zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
}

#[tokio::test]
async fn nothing_goes_to_an_issuer_without_tls_or_one_that_names_another() {
    let zone = Zone::new().await;
    let mut draft = zone.draft("linear", LINEAR).await;
    draft.spec.issuer = Some("http://zone.acme.dev".into());
    let fault = zone.sign_in(draft).await.unwrap_err();
    assert!(fault.kind == FaultKind::InvalidInput && fault.message.contains("https"), "{fault}");

    zone.service.describe("issuer", json!("https://zone.evil.dev"));
    let fault = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap_err();
    assert!(fault.kind == FaultKind::BadAnswer && fault.message.contains("names itself"), "{fault}");
    assert_eq!(zone.service.received("/token").len(), 0);

    let pair = AccountRef::Pair("linear".into(), "ada".into());
    let account = zone.opened.backend.accounts().get(&pair).await.unwrap();
    assert_ne!(account.status, Status::Active);
    assert_eq!(ConnectionAuth::Exchange.word(), "exchange");
}

#[tokio::test]
async fn a_refusal_of_an_exchanged_token_is_a_line_of_its_own() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let (account, _) = zone.sign_in(zone.draft("linear", LINEAR).await).await.unwrap();
    zone.own.provider.answers().good = vec!["none".into()];
    zone.uses.lock().unwrap().clear();
    let before = zone.exchanges();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap_err();
    assert_eq!(zone.exchanges(), before + 1, "no other is exchanged for the same request");
    let told = zone.uses.lock().unwrap().clone();
    let [given, refused] = &told[..] else { panic!("{told:?}") };
    assert_eq!((given.event, given.outcome), (CredentialEvent::Exchange, CredentialOutcome::Success));
    assert_eq!((refused.event, refused.outcome), (CredentialEvent::Token, CredentialOutcome::Failure));
    assert_eq!(refused.reason, Some("The provider answered with HTTP 401.".into()));
    assert!(refused.token.is_some() && refused.token == given.token);
    assert_eq!(
        (&refused.asked, &refused.resource, &refused.application),
        (&given.asked, &given.resource, &given.application)
    );
}

#[tokio::test]
async fn an_assertion_that_something_else_signs_is_read_anew_each_time() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(viewer());
    let file = zone.own.folder.path().join("assertion");
    std::fs::write(&file, "platform.hunter2.token\n").unwrap();
    let mut draft = zone.draft("linear", LINEAR).await;
    (draft.spec.client_id, draft.client_secret) = (Some("app-workload".into()), None);
    let place = SecretReference::Command(vec!["cat".into(), file.to_str().unwrap().into()]);
    exchange(&mut draft).client_assertion = Some(place);
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    std::fs::write(&file, "platform.hunter2.next\n").unwrap();
    zone.service.know_application("app-workload", Expected::Assertion("platform.hunter2.next"));
    zone.run(&account, "linear_viewer_get", json!({})).await.unwrap();
    let sent = zone.service.received("/token").pop().unwrap();
    assert_eq!(sent.field("client_assertion").as_deref(), Some("platform.hunter2.next"));
    assert_eq!(zone.service.complaints(), [""; 0]);
}

#[tokio::test]
async fn asanas_shipped_contract_works_over_the_same_way() {
    let zone = Zone::new().await;
    zone.own.provider.answers().says = Some(json!({"data": {"gid": "1", "name": "Ada", "email": "ada@acme.dev"}}));
    let (account, _) = zone.sign_in(zone.draft("asana", LINEAR).await).await.unwrap();
    zone.run(&account, "asana_me_get", json!({})).await.unwrap_err();
    assert_eq!(zone.told().last().unwrap().outcome, CredentialOutcome::Failure, "the zone knows no such scope");
    let mut draft = zone.draft("asana", LINEAR).await;
    exchange(&mut draft).tool_scopes = vec![("asana_*".into(), vec!["read".into()])];
    let (account, _) = zone.sign_in(draft).await.unwrap();
    zone.run(&account, "asana_me_get", json!({})).await.unwrap();
    let sent = zone.own.provider.seen("/api/users/me").pop().unwrap().authorization;
    let issued = zone.service.issued_as(sent.trim_start_matches("Bearer ")).unwrap();
    assert_eq!((issued.person.as_str(), issued.scopes), ("ada", vec!["read".to_owned()]));
}
