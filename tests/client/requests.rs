//! What goes out, and what comes back of a good answer.

use futures_util::TryStreamExt as _;
use jackfield::testing::backend::AccountFilter;
use jackfield::testing::backend::scalekit::pages::{self, PageToken};
use jackfield::testing::backend::scalekit::{AuthRequestId, LinkRequest, VerifyReturn};
use jackfield::testing::domain::{AccountRef, FaultKind, JsonText, Secret, Status, ToolCall};

use super::server::{Reply, Server};
use super::{NO_ACCOUNTS, call, everything};

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn all_pages_are_walked_and_their_tokens_go_back_encoded() {
    let page = |id: u8, next: &str| {
        format!(
            r#"{{"connected_accounts":[{{"id":"ca_{id}","status":"ACTIVE"}}],"total_size":3,"next_page_token":"{next}"}}"#
        )
    };
    let server = Server::with_tokens(move |_, before| {
        Reply::json(200, &page(before as u8, [">:WyJ0b2xfMSJd&x=1+ ", ">:Mg==", ""][before]))
    })
    .await;
    let client = server.client();
    let filter = everything();
    let read: Vec<_> = pages::all(|token| {
        let (client, filter) = (&client, &filter);
        async move { client.accounts(filter, token.as_ref()).await }
    })
    .try_collect()
    .await
    .expect("three pages");
    let ids: Vec<_> = read.iter().flat_map(|page| &page.items).map(|account| account.id.raw()).collect();
    assert_eq!(ids, ["ca_0", "ca_1", "ca_2"]);
    assert!(read.iter().all(|page| page.total == Some(3)));
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/connected_accounts?page_size=99",
            "/api/v1/connected_accounts?page_size=99&page_token=%3E%3AWyJ0b2xfMSJd%26x%3D1%2B+",
            "/api/v1/connected_accounts?page_size=99&page_token=%3E%3AMg%3D%3D",
        ]
    );
}

#[tokio::test]
async fn every_read_says_what_it_wants() {
    let server = Server::with_tokens(|seen, _| match seen.target.contains("details") {
        true => Reply::json(200, r#"{"connected_account":{"id":"ca_1","status":"NEW_ONE"}}"#),
        false => Reply::json(200, r#"{"total_size":0}"#),
    })
    .await;
    let client = server.client();
    let filter = AccountFilter { connection: Some("linear".into()), identifier: Some("ada@acme.dev".into()) };
    client.accounts(&filter, None).await.expect("a page");
    let account = client.account(&AccountRef::Id("ca_1".into())).await.expect("an account");
    assert_eq!(account.status, Status::Other("NEW_ONE".into()));
    client.account(&AccountRef::Pair("my conn".into(), "a&b".into())).await.expect("an account");
    client.connections(PageToken::new(">:x".into()).as_ref()).await.expect("a page");
    let connections = ["linear".into(), "Gmail".into()];
    client.scoped_tools(&"ada".into(), &connections, &[], None).await.expect("a page");
    let names = ["a_get".into(), "b".into()];
    client.scoped_tools(&"ada".into(), &["linear".into()], &names, None).await.expect("a page");
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/connected_accounts?page_size=99&connector=linear&identifier=ada%40acme.dev",
            "/api/v1/connected_accounts/details?id=ca_1",
            "/api/v1/connected_accounts/details?connector=my+conn&identifier=a%26b",
            "/api/v1/connections/app?page_size=30&page_token=%3E%3Ax",
            "/api/v1/tools/scoped?identifier=ada&page_size=100&filter.connection_names=linear&filter.connection_names=Gmail",
            "/api/v1/tools/scoped?identifier=ada&page_size=100&filter.connection_names=linear&filter.tool_names=a_get&filter.tool_names=b",
        ]
    );
    assert!(server.calls().iter().all(|call| call.method == "GET" && call.body.is_empty()));
}

#[tokio::test]
async fn tools_without_a_connection_are_not_even_asked_for() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "{}")).await;
    let fault = server.client().scoped_tools(&"ada".into(), &[], &[], None).await.expect_err("refused");
    assert_eq!((fault.kind, server.seen().len()), (FaultKind::InvalidInput, 0));
}

#[tokio::test]
async fn accounts_links_and_verifications_are_asked_for_as_the_wire_wants_it() {
    let server = Server::with_tokens(|seen, _| match seen.target.rsplit('/').next() {
        Some("magic_link") => {
            Reply::json(200, r#"{"link":"https://a.dev/magicLink/1_o","expiry":"2026-10-12T09:05:00Z"}"#)
        }
        Some("verify") => Reply::json(200, r#"{"post_user_verify_redirect_url":"https://app.example.com/done"}"#),
        _ => Reply::json(201, r#"{"connected_account":{"id":"ca_1","status":"PENDING_AUTH"}}"#),
    })
    .await;
    let client = server.client();
    let account = client.create_account(&"linear".into(), &"user_123".into(), None).await.expect("created");
    assert_eq!(account.status, Status::PendingAuth);
    let verify = VerifyReturn {
        url: "http://127.0.0.1:4000/verify".parse().expect("a URL"),
        state: Secret::new("r4nd0m".into()),
    };
    let link = LinkRequest { account: account.id, verify: Some(verify) };
    let link = client.authorization_link(&link).await.expect("a link");
    assert_eq!(link.url.as_str(), "https://a.dev/magicLink/1_o");
    assert_eq!(link.expires_at, Some("2026-10-12T09:05:00Z".parse().expect("a time")));
    let next = client.verify_user(&AuthRequestId::new("req_xyz"), &"user_123".into()).await.expect("verified");
    assert_eq!(next.expect("a page").as_str(), "https://app.example.com/done");
    let bodies: Vec<_> = server.calls().iter().map(|call| json(&call.body)).collect();
    assert_eq!(
        bodies,
        [
            json(r#"{"connector":"linear","identifier":"user_123","connected_account":{}}"#),
            json(r#"{"id":"ca_1","state":"r4nd0m","user_verify_url":"http://127.0.0.1:4000/verify"}"#),
            json(r#"{"auth_request_id":"req_xyz","identifier":"user_123"}"#),
        ]
    );
    assert!(server.calls().iter().all(|call| call.header("content-type") == Some("application/json")));
}

#[tokio::test]
async fn a_call_names_its_account_and_its_result_comes_back_byte_for_byte() {
    let data = r#"{"n":1.10, "big":123456789012345678901234567890,"n":2}"#;
    let answer = format!(r#"{{"data": {data} ,"execution_id":"exec_1"}}"#);
    let server = Server::with_tokens(move |_, _| Reply::json(200, &answer)).await;
    let execution = server.client().execute(&call()).await.expect("it ran");
    assert_eq!(execution.data.raw(), data);
    assert_eq!((execution.id.expect("an id").raw(), execution.http_status), ("exec_1", 200));
    let body = &server.calls()[0].body;
    assert_eq!(
        body,
        r#"{"tool_name":"linear_issue_create","connected_account_id":"ca_1","params":{ "title": "Bug", "n": 1.10 }}"#
    );
}

#[tokio::test]
async fn a_call_that_names_no_account_or_no_object_is_not_sent() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "{}")).await;
    let client = server.client();
    let list = JsonText::parse("[1]").expect("JSON");
    for call in [ToolCall { account: "".into(), ..call() }, ToolCall { input: list, ..call() }] {
        assert_eq!(client.execute(&call).await.expect_err("refused").kind, FaultKind::InvalidInput);
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_account_that_is_not_ready_needs_authorization() {
    let body = r#"{"code":9,"message":"connected account is not active","details":[]}"#;
    let server = Server::with_tokens(move |_, _| Reply::json(400, body)).await;
    let fault = server.client().execute(&call()).await.expect_err("not ready");
    assert_eq!(fault.kind, FaultKind::NeedsAuthorization);
}

#[tokio::test]
async fn an_environment_below_a_path_is_reached_there() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/environment/oauth/token" => Reply::token("token"),
        _ => Reply::json(200, NO_ACCOUNTS),
    })
    .await;
    let environment = super::server::environment(&format!("{}/environment/", server.url));
    let client = jackfield::testing::backend::scalekit::Client::new(environment);
    client.accounts(&everything(), None).await.expect("a page");
    assert_eq!(server.seen()[1].target, "/environment/api/v1/connected_accounts?page_size=99");
}
