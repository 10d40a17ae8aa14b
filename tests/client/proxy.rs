//! Requests to a provider's own API.

use jackfield::testing::backend::scalekit::Limits;
use jackfield::testing::domain::{FaultKind, JsonText, ProxyBody, ProxyMethod, ProxyRequest, Untrusted};

use super::server::{Reply, Server, limits};
use super::{TOOL_UNAUTHORIZED, UNAUTHENTICATED, coded};

fn request(method: ProxyMethod, path: &str) -> ProxyRequest {
    ProxyRequest {
        connection: "linear".into(),
        identifier: "ada@acme.dev".into(),
        method,
        path: path.into(),
        query: vec![],
        headers: vec![],
        body: ProxyBody::None,
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(Untrusted, Untrusted)> {
    pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
}

#[tokio::test]
async fn a_request_goes_to_the_account_it_names() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "{}")).await;
    let request = ProxyRequest {
        query: pairs(&[("q", "a&b"), ("q", "ü")]),
        headers: pairs(&[
            ("X-Extra", "1"),
            ("x-extra", "2"),
            ("Connection_Name", "mine"),
            ("connection-name", "mine"),
            ("IDENTIFIER", "me"),
        ]),
        ..request(ProxyMethod::Get, "v1/me%20x")
    };
    server.client().proxy(&request).await.expect("an answer");
    let [call] = &server.calls()[..] else { panic!("one call") };
    assert_eq!((call.method.as_str(), call.target.as_str()), ("GET", "/proxy/v1/me%20x?q=a%26b&q=%C3%BC"));
    let named = |wanted: &str| -> Vec<_> {
        call.headers.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str()).collect()
    };
    assert_eq!(named("connection_name"), ["linear"]);
    assert_eq!(named("identifier"), ["ada@acme.dev"]);
    assert_eq!(named("authorization"), ["Bearer token-1"]);
    assert_eq!(named("x-extra"), ["1", "2"]);
    assert!(named("connection-name").is_empty() && call.body.is_empty());
}

#[tokio::test]
async fn bodies_go_out_in_their_own_way() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "{}")).await;
    let client = server.client();
    let cases = [
        (
            ProxyBody::Json(JsonText::parse(r#"{ "n": 1.10 }"#).expect("JSON")),
            vec![],
            "application/json",
            r#"{ "n": 1.10 }"#,
        ),
        (
            ProxyBody::Json(JsonText::parse("{}").expect("JSON")),
            pairs(&[("content-type", "application/vnd.x+json")]),
            "application/vnd.x+json",
            "{}",
        ),
        (ProxyBody::Form(pairs(&[("a b", "c&d")])), vec![], "application/x-www-form-urlencoded", "a+b=c%26d"),
        (ProxyBody::Raw("<x/>".into()), pairs(&[("Content-Type", "text/xml")]), "text/xml", "<x/>"),
    ];
    for (body, headers, content_type, sent) in cases {
        let request = ProxyRequest { body, headers, ..request(ProxyMethod::Patch, "/x") };
        client.proxy(&request).await.expect("an answer");
        let call = server.calls().pop().expect("a call");
        assert_eq!((call.method.as_str(), call.body.as_str()), ("PATCH", sent));
        let types: Vec<_> = call.headers.iter().filter(|(name, _)| name == "content-type").map(|(_, v)| v).collect();
        assert_eq!(types, [content_type]);
    }
}

#[tokio::test]
async fn whatever_the_provider_says_is_an_answer() {
    let cases = [
        (200, "", "\u{1}not json"),
        (302, "location: https://elsewhere.dev/\r\n", ""),
        (400, "x-a: 1\r\nx-a: 2\r\n", r#"{"error":{"message":"bad"}}"#),
        (403, "", r#"{"code":7,"message":"no","details":[]}"#),
        (404, "", r#"{"code":5,"message":"Not Found","details":[]}"#),
        (429, "retry-after: 7\r\n", "slow down"),
        (503, "", "<h1>down</h1>"),
    ];
    for (status, headers, body) in cases {
        let server = Server::with_tokens(move |_, _| Reply::with(status, headers, body)).await;
        for method in ProxyMethod::ALL.iter().copied() {
            let answer = server.client().proxy(&request(method, "/x")).await.expect("an answer");
            assert_eq!(answer.status, status, "{method:?}");
            if method != ProxyMethod::Head {
                assert_eq!(answer.body, body, "{method:?}");
            }
            let sent = headers.split("\r\n").filter_map(|line| line.split_once(": "));
            let got: Vec<_> = answer
                .headers
                .iter()
                .map(|(name, value)| (name.raw(), value.raw()))
                .filter(|(name, _)| !matches!(*name, "connection" | "content-length"))
                .collect();
            assert_eq!(got, sent.collect::<Vec<_>>());
        }
        assert_eq!(server.calls().len(), ProxyMethod::ALL.len(), "each was sent once");
    }
}

#[tokio::test]
async fn a_head_may_announce_more_than_is_ever_read() {
    let server = Server::with_tokens(|_, _| Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n")).await;
    let client = server.client_with(Limits { body: 100, ..limits() });
    let answer = client.proxy(&request(ProxyMethod::Head, "/big")).await.expect("an answer");
    assert_eq!(answer.header("content-length").expect("a header").raw(), "9999");
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn what_the_broker_refuses_is_a_fault() {
    use FaultKind::*;
    let off = r#"{"code":9,"message":"Proxy not enabled for provider LINEAR","details":[]}"#;
    let not_active = r#"{"code":9,"message":"account is not active","details":[{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"X"}]}"#;
    let cases = [
        (400, off, NotOffered),
        (403, "proxy not enabled for provider", NotOffered),
        (400, not_active, NeedsAuthorization),
        (401, UNAUTHENTICATED, KeyRefused),
        (401, r#"{"code":16,"message":"Token empty"}"#, KeyRefused),
        (401, TOOL_UNAUTHORIZED, NeedsAuthorization),
    ];
    for (status, body, kind) in cases {
        let server = Server::with_tokens(move |_, _| Reply::json(status, body)).await;
        for method in [ProxyMethod::Get, ProxyMethod::Post] {
            let fault = server.client().proxy(&request(method, "/x")).await.expect_err("refused");
            assert_eq!((fault.kind, fault.http_status), (kind, Some(status)), "{body} {method:?}");
        }
    }
    let server = Server::with_tokens(|_, _| coded(404, "RESOURCE_NOT_FOUND")).await;
    let fault = server.client().proxy(&request(ProxyMethod::Get, "/x")).await.expect_err("refused");
    assert_eq!(fault.kind, NotFound);
}

#[tokio::test]
async fn after_a_401_a_read_takes_a_new_token_once_and_a_write_never() {
    for (refusal, method) in
        [UNAUTHENTICATED, "the provider's own"].into_iter().zip([ProxyMethod::Get, ProxyMethod::Head])
    {
        let server = Server::with_tokens(move |seen, _| match seen.header("authorization") {
            Some("Bearer token-1") => Reply::json(401, refusal),
            _ => Reply::json(200, "{}"),
        })
        .await;
        assert_eq!(server.client().proxy(&request(method, "/x")).await.expect("an answer").status, 200);
        assert_eq!((server.calls().len(), server.token_requests()), (2, 2));
    }
    let server = Server::with_tokens(|_, _| Reply::json(401, "the provider's own")).await;
    let answer = server.client().proxy(&request(ProxyMethod::Get, "/x")).await.expect("an answer");
    assert_eq!((answer.status, server.calls().len()), (401, 2), "once more, and no more");
    for method in [ProxyMethod::Post, ProxyMethod::Put, ProxyMethod::Patch, ProxyMethod::Delete, ProxyMethod::Options] {
        let server = Server::with_tokens(|_, _| Reply::json(401, "the provider's own")).await;
        let client = server.client();
        for _ in 0..2 {
            assert_eq!(client.proxy(&request(method, "/x")).await.expect("an answer").status, 401);
        }
        assert_eq!((server.calls().len(), server.token_requests()), (2, 1), "{method:?}");
    }
}

#[tokio::test]
async fn a_write_that_was_turned_away_leaves_no_stale_token_behind() {
    let server = Server::with_tokens(|seen, _| match seen.header("authorization") {
        Some("Bearer token-1") => Reply::json(401, UNAUTHENTICATED),
        _ => Reply::json(201, "{}"),
    })
    .await;
    let client = server.client();
    let fault = client.proxy(&request(ProxyMethod::Post, "/x")).await.expect_err("turned away");
    assert_eq!((fault.kind, server.calls().len(), server.token_requests()), (FaultKind::KeyRefused, 1, 1));
    assert_eq!(client.proxy(&request(ProxyMethod::Post, "/x")).await.expect("an answer").status, 201);
    assert_eq!((server.calls().len(), server.token_requests()), (2, 2));
}

#[tokio::test]
async fn a_write_whose_end_nobody_saw_says_so() {
    let server = Server::with_tokens(|_, _| Reply::raw("").then_reset()).await;
    let client = server.client();
    let fault = client.proxy(&request(ProxyMethod::Post, "/x")).await.expect_err("reset");
    assert!(fault.message.contains("Whether it was carried out is not known"), "{fault}");
    let fault = client.proxy(&request(ProxyMethod::Get, "/x")).await.expect_err("reset");
    assert!(!fault.message.contains("carried out"), "{fault}");
    assert_eq!(server.calls().len(), 2, "neither was sent again");
}

#[tokio::test]
async fn what_could_reach_beyond_the_account_is_not_sent() {
    let server = Server::with_tokens(|_, _| Reply::json(200, "{}")).await;
    let get = || request(ProxyMethod::Get, "/x");
    let mut refused: Vec<_> =
        ["/../api/v1/tools", "/%2e%2e/x", "//evil.dev/", "https://evil.dev/", "/a?b=c", "/a#b", "/a\\b"]
            .map(|path| ProxyRequest { path: path.into(), ..get() })
            .into();
    refused.extend(
        [
            ("Authorization", "Bearer x"),
            ("HOST", "evil.dev"),
            ("Transfer-Encoding", "chunked"),
            ("a b", "c"),
            ("x", "a\r\nb: c"),
        ]
        .map(|header| ProxyRequest { headers: pairs(&[header]), ..get() }),
    );
    refused.push(ProxyRequest { identifier: "".into(), ..get() });
    refused.push(ProxyRequest { connection: "a\nb".into(), ..get() });
    for request in refused {
        let fault = server.client().proxy(&request).await.expect_err("refused");
        assert_eq!(fault.kind, FaultKind::InvalidInput, "{request:?}");
    }
    assert!(server.seen().is_empty());
}
