//! Searches, providers, tools of the whole environment, and the other list of connections.

use jackfield::testing::backend::scalekit::pages::PageToken;
use jackfield::testing::domain::FaultKind;

use super::NO_ACCOUNTS;
use super::server::{Reply, Server};

#[tokio::test]
async fn every_question_is_asked_as_the_wire_wants_it() {
    let server = Server::with_tokens(|_, _| Reply::json(200, r#"{"total_size":0}"#)).await;
    let client = server.client();
    let page = PageToken::new(">:x".into());
    client.search_accounts("a&b", page.as_ref()).await.expect("a page");
    client.providers(page.as_ref()).await.expect("a page");
    client.tools(None, &[], None).await.expect("a page");
    let names = ["linear_issue_create".into(), "c-x_y".into()];
    client.tools(Some(&"LINEAR".into()), &names, page.as_ref()).await.expect("a page");
    let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/connected_accounts:search?query=a%26b&page_size=30&page_token=%3E%3Ax",
            "/api/v1/providers?filter.provider_type=ALL&page_size=100&page_token=%3E%3Ax",
            "/api/v1/tools?page_size=1000",
            "/api/v1/tools?page_size=1000&page_token=%3E%3Ax&filter.provider=LINEAR\
             &filter.tool_name=linear_issue_create&filter.tool_name=c-x_y",
        ]
    );
}

#[tokio::test]
async fn a_question_that_the_wire_would_refuse_is_not_asked() {
    let server = Server::with_tokens(|_, _| Reply::json(200, NO_ACCOUNTS)).await;
    let client = server.client();
    let long = "ü".repeat(257);
    for words in ["", "ab", &long] {
        let fault = client.search_accounts(words, None).await.expect_err("refused");
        assert_eq!(fault.kind, FaultKind::InvalidInput);
    }
    assert!(server.seen().is_empty());
    client.search_accounts("üüü", None).await.expect("three characters");
}

#[tokio::test]
async fn one_odd_row_costs_no_page() {
    let server = Server::with_tokens(|seen, _| {
        let path = seen.target.split('?').next().unwrap_or_default();
        Reply::json(
            200,
            match path.rsplit('/').next() {
                Some("providers") => {
                    r#"{"providers":[{"identifier":"LINEAR","description":null},null,{"identifier":"X","is_custom":"no"}],"total_size":null}"#
                }
                Some("app") => {
                    r#"{"connections":[{"key_id":"linear","provider":null,"status":null},{"key_id":"x"}],"next_page_token":null}"#
                }
                Some("tools") => {
                    r#"{"tools":[{"id":"tol_1","provider":null,"definition":{"name":"a","input":{},"input_schema":{"type":"object"}}},{"id":"tol_2","tags":null}],"tool_names":null}"#
                }
                _ => r#"{"connected_accounts":[{"id":"ca_1","connector":null},{"id":"ca_2"}]}"#,
            },
        )
    })
    .await;
    let client = server.client();
    let providers = client.providers(None).await.expect("a page");
    assert_eq!(providers.items.iter().map(|p| p.key.raw()).collect::<Vec<_>>(), ["LINEAR", "", "X"]);
    assert_eq!(providers.total, None);
    let connections = client.connections(None).await.expect("a page");
    assert_eq!(connections.items.iter().map(|c| c.name.raw()).collect::<Vec<_>>(), ["linear", "x"]);
    let tools = client.tools(None, &[], None).await.expect("a page");
    assert_eq!(tools.items.iter().map(|tool| tool.name.raw()).collect::<Vec<_>>(), ["a", "tol_2"]);
    assert_eq!(tools.items[0].input_schema.as_ref().expect("a schema").raw(), r#"{"type":"object"}"#);
    let accounts = client.search_accounts("ada", None).await.expect("a page");
    assert_eq!(accounts.items.len(), 2);
}

#[tokio::test]
async fn connections_come_from_the_other_list_where_the_proper_one_is_missing() {
    for status in [403, 404, 501] {
        let server = Server::with_tokens(move |seen, _| match seen.target.contains("/app") {
            true => Reply::json(status, "{}"),
            false => Reply::json(
                200,
                r#"{"connections":[{"id":"conn_1","provider":"OKTA","key_id":""},{"id":"conn_2","key_id":"linear","provider_key":"LINEAR"}]}"#,
            ),
        })
        .await;
        let page = server.client().connections(None).await.expect("the other list");
        assert_eq!(page.items.iter().map(|c| c.name.raw()).collect::<Vec<_>>(), ["linear"]);
        assert_eq!((page.total, page.next), (Some(1), None));
        let targets: Vec<_> = server.calls().into_iter().map(|call| call.target).collect();
        assert_eq!(targets, ["/api/v1/connections/app?page_size=30", "/api/v1/connections?include=all"]);
        let next = PageToken::new("x".into());
        let fault = server.client().connections(next.as_ref()).await.expect_err("no page two of another list");
        assert_eq!(fault.kind, FaultKind::NotOffered);
    }
}

#[tokio::test]
async fn routes_that_may_be_missing_are_not_offered() {
    for status in [403, 404, 501] {
        let server = Server::with_tokens(move |_, _| Reply::json(status, "{}")).await;
        let client = server.client();
        let kinds = [
            client.connections(None).await.expect_err("missing").kind,
            client.providers(None).await.expect_err("missing").kind,
        ];
        assert_eq!(kinds, [FaultKind::NotOffered; 2], "{status}");
    }
}
