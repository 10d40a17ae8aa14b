//! Uses of credentials, as an audit hears of them: each once, with its outcome, and never the credential.

use std::sync::{Arc, Mutex};

use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::{CredentialEvent, CredentialOutcome, CredentialUse, Secret};
use jackfield::testing::secrets::token_mark;

use super::environment::Own;
use super::mcp::{connected, draft, run};
use super::mcp_server::McpServer;
use crate::waiting::soon;

use CredentialEvent::{Authorization, Key, Refresh, Token};
use CredentialOutcome::{Denied, Failure, NotGranted, Success};

/// Everything that is told from now on.
struct Heard(Arc<Mutex<Vec<CredentialUse>>>);

impl Heard {
    fn of(own: &Own) -> Self {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&heard);
        own.uses.listen(move |used| into.lock().unwrap().push(used));
        Self(heard)
    }

    /// Takes what was told so far.
    fn take(&self) -> Vec<CredentialUse> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// The same in short: event, outcome, mark.
    fn short(&self) -> Vec<(CredentialEvent, CredentialOutcome, Option<String>)> {
        let short = |used: CredentialUse| (used.event, used.outcome, used.token.map(|mark| mark.digits().to_owned()));
        self.take().into_iter().map(short).collect()
    }
}

fn mark(token: &str) -> Option<String> {
    token_mark(&Secret::new(token.to_owned())).map(|mark| mark.digits().to_owned())
}

async fn consented(own: &Own) {
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    soon("the account", own.consent(draft)).await.unwrap();
}

#[tokio::test]
async fn consent_use_and_renewal_are_a_line_each() {
    let own = Own::new().await;
    let heard = Heard::of(&own);
    own.provider.answers().scope = Some("read".into());
    consented(&own).await;
    let told = heard.take();
    let [used] = &told[..] else { panic!("{told:?}") };
    assert_eq!((used.event, used.outcome, &used.reason), (Authorization, Success, &None));
    assert_eq!(used.application, Some("client_1".into()));
    assert_eq!((used.person.raw(), used.connection.raw()), ("ada", "acme"));
    assert_eq!(
        (used.asked.as_slice(), &used.given),
        (&["read".into(), "write".into()][..], &Some(vec!["read".into()]))
    );
    assert!(used.expires_at.is_some() && used.resource.as_ref().unwrap().raw().ends_with("/api"));
    assert_eq!(used.token.as_ref().map(|mark| mark.digits().to_owned()), mark("access_hunter2_1"));

    own.get("acme", "/me").await.unwrap();
    let told = heard.take();
    let [used] = &told[..] else { panic!("{told:?}") };
    assert_eq!((used.event, used.outcome), (Token, Success));
    assert_eq!((&used.application, &used.given), (&Some("client_1".into()), &Some(vec!["read".into()])));
    assert_eq!(used.token.as_ref().map(|mark| mark.digits().to_owned()), mark("access_hunter2_1"));

    own.provider.answers().good = vec!["access_hunter2_2".into()];
    own.get("acme", "/me").await.unwrap();
    let (old, new) = (mark("access_hunter2_1"), mark("access_hunter2_2"));
    assert_eq!(heard.short(), [(Token, Failure, old), (Refresh, Success, new.clone()), (Token, Success, new.clone())]);

    // A token that was renewed a moment ago is not renewed again, so another consent comes before.
    own.provider.answers().good = Vec::new();
    consented(&own).await;
    heard.take();
    own.provider.answers().good = vec!["none".into()];
    own.provider.answers().refresh = Some((400, r#"{"error":"invalid_grant","error_description":"revoked by admin"}"#));
    own.get("acme", "/me").await.unwrap_err();
    let told = heard.take();
    let [sent, refresh] = &told[..] else { panic!("{told:?}") };
    assert_eq!((sent.event, sent.outcome), (Token, Failure));
    assert_eq!(sent.reason, Some("The provider answered with HTTP 401.".into()));
    assert_eq!((refresh.event, refresh.outcome, &refresh.token), (Refresh, NotGranted, &None));
    assert!(refresh.reason.as_ref().unwrap().raw().contains("revoked by admin"));
    own.get("acme", "/me").await.unwrap_err();
    assert_eq!(heard.take(), [], "nothing was sent, and nothing used");
}

#[tokio::test]
async fn a_consent_that_is_denied_is_told() {
    let own = Own::new().await;
    let heard = Heard::of(&own);
    own.provider.answers().denies = Some("access_denied");
    let draft = own.draft("acme", ConnectionAuth::OAuth).await;
    soon("the end", own.consent(draft)).await.unwrap_err();
    let told = heard.take();
    let [used] = &told[..] else { panic!("{told:?}") };
    assert_eq!((used.event, used.outcome, &used.given, &used.token), (Authorization, Denied, &None, &None));
    assert!(used.reason.is_some() && used.asked == ["read", "write"]);
}

#[tokio::test]
async fn a_typed_in_key_is_told_of_without_an_application() {
    let own = Own::new().await;
    own.key("acme", ConnectionAuth::Token, "hunter2hunter2").await.unwrap();
    let heard = Heard::of(&own);
    own.get("acme", "/me").await.unwrap();
    own.provider.answers().good = vec!["another".into()];
    own.get("acme", "/me").await.unwrap();
    let told = heard.take();
    let short: Vec<_> = told.iter().map(|used| (used.event, used.outcome, &used.application)).collect();
    assert_eq!(short, [(Key, Success, &None), (Key, Failure, &None)]);
    let words = format!("{told:?}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn a_call_of_a_server_is_one_line() {
    let (own, server) = (Own::new().await, McpServer::start().await);
    server.offer().is_protected = true;
    server.offer().own_tokens = vec!["token_hunter2".into()];
    let mut pasted = draft(&own, &server, "pasted").await;
    pasted.spec.auth = ConnectionAuth::Token;
    let account = connected(&own, pasted, "ada", Some("token_hunter2")).await.unwrap();
    let heard = Heard::of(&own);
    run(&own.opened, &account, "echo").await.unwrap();
    assert_eq!(heard.short(), [(Key, Success, mark("token_hunter2"))]);

    let consent = draft(&own, &server, "consented").await;
    let account = connected(&own, consent, "ada", None).await.unwrap();
    let told = heard.take();
    let [used] = &told[..] else { panic!("{told:?}") };
    assert_eq!((used.event, used.outcome), (Authorization, Success));
    run(&own.opened, &account, "echo").await.unwrap();
    let told = heard.take();
    let [call] = &told[..] else { panic!("{told:?}") };
    assert_eq!((call.event, call.outcome, &call.token), (Token, Success, &used.token));
    assert_eq!((&call.application, &call.issuer), (&used.application, &used.issuer));
    assert!(call.application.is_some() && call.resource.as_ref().unwrap().raw() == server.url().as_str());

    // A refused token and the one in its place are a line each.
    server.offer().tokens.clear();
    let ended = run(&own.opened, &account, "echo").await;
    let short = heard.short();
    assert_eq!(short[0], (Token, Failure, used.token.as_ref().map(|mark| mark.digits().to_owned())), "{short:?}");
    assert_eq!(short.iter().filter(|(event, ..)| *event == Refresh).count(), 1, "{short:?}");
    assert_eq!(short.iter().filter(|(_, _, mark)| *mark == short[0].2).count(), 1, "no use is told twice: {short:?}");
    assert_eq!(short.iter().any(|(event, outcome, _)| (*event, *outcome) == (Token, Success)), ended.is_ok());
}
