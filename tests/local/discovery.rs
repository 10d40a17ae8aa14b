//! What an authorization server tells of itself is kept, and held to.

use jackfield::testing::backend::{ConnectTarget, ConnectionDraft, Verification};
use jackfield::testing::domain::{FaultKind, Secret, Status};
use jackfield::testing::flow::authorize::{Progress, authorize};
use jackfield::testing::flow::connect::guide;
use serde_json::json;

use super::environment::{Own, visit};
use crate::waiting::soon;

/// A draft of a connection to the provider by its URL alone, which tells this more of itself.
async fn draft(own: &Own, more: serde_json::Value) -> ConnectionDraft {
    let at = |path: &str| own.provider.at(path).to_string();
    let mut metadata = json!({
        "issuer": at("/"), "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "code_challenge_methods_supported": ["S256"],
    });
    metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    own.provider.answers().metadata = Some(metadata);
    let target = ConnectTarget::Url(own.provider.at("/"));
    let mut spec = guide(own.opened.backend.as_ref(), &target, Some(&"found".into())).await.unwrap().spec;
    spec.client_id = Some("client_1".into());
    spec.ports = Vec::new();
    ConnectionDraft { spec, client_secret: Some(Secret::new("client_hunter2".into())) }
}

fn written(own: &Own) -> String {
    std::fs::read_to_string(own.folder.path().join("own/connections.toml")).unwrap()
}

#[tokio::test]
async fn a_server_that_names_itself_in_each_answer_is_held_to_it() {
    let own = Own::new().await;
    let announces = json!({"authorization_response_iss_parameter_supported": true});
    let draft = draft(&own, announces).await;
    let fault = soon("the end", own.consent(draft.clone())).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::BadAnswer, "an answer without a name is another server's: {fault}");
    assert!(own.provider.seen("/token").is_empty());
    assert!(written(&own).contains("announces_iss = true"), "{}", written(&own));
    own.provider.answers().iss = Some(own.provider.at("/").to_string());
    // The connection as the file has it, without another question to the server.
    own.provider.answers().metadata = None;
    let (pair, again) = (own.account("found").await.pair(), own.another());
    let on = |progress| {
        if let Progress::Link(link) = progress {
            tokio::spawn(visit(link.url));
        }
    };
    let authorized = authorize(again.backend.as_ref(), &pair, Verification::ThisMachine(None), on);
    assert_eq!(soon("the account", authorized).await.unwrap().status, Status::Active);
}

#[tokio::test]
async fn the_app_proves_itself_in_the_way_that_the_server_takes() {
    for (methods, is_basic) in [
        (json!({"token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}), false),
        (json!({"token_endpoint_auth_methods_supported": ["client_secret_basic"]}), true),
        (json!({}), true),
    ] {
        let own = Own::new().await;
        let draft = draft(&own, methods.clone()).await;
        soon("the account", own.consent(draft)).await.unwrap();
        let [asked] = &own.provider.seen("/token")[..] else { panic!("exchanged once") };
        assert_eq!(asked.authorization.starts_with("Basic "), is_basic, "{methods}");
        assert_eq!(asked.form.contains_key("client_secret"), !is_basic, "{methods}");
        let word = if is_basic { "client_auth = \"basic\"" } else { "client_auth = \"body\"" };
        assert!(written(&own).contains(word), "{}", written(&own));
    }
}
