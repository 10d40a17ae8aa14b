//! Answers that are broken, too large, too slow or from elsewhere.

use std::sync::Arc;
use std::time::Duration;

use jackfield::testing::backend::http_log::HttpLog;
use jackfield::testing::backend::scalekit::{AuthRequestId, Client, Limits, LinkRequest};
use jackfield::testing::domain::{Fault, FaultKind, ProxyBody, ProxyMethod, ProxyRequest};
use tokio::net::TcpSocket;
use tokio::sync::Semaphore;

use super::server::{Reply, Server, environment, limits};
use super::{NO_ACCOUNTS, call, everything};

/// No repeats, so that a failure comes at once.
fn once() -> Limits {
    Limits { repeats: Duration::ZERO, ..limits() }
}

async fn accounts_from(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Fault {
    let server = Server::with_tokens(move |_, _| reply()).await;
    server.client_with(once()).accounts(&everything(), None).await.expect_err("a fault")
}

#[tokio::test]
async fn a_gateways_web_page_is_told_in_words() {
    let page =
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><hr><center>nginx</center></body></html>";
    let fault = accounts_from(move || Reply::with(502, "content-type: text/html\r\n", page)).await;
    assert_eq!(fault.kind, FaultKind::BrokerFailed);
    assert_eq!(fault.to_string(), "The environment failed (HTTP 502). It said: 502 Bad Gateway nginx");
}

#[tokio::test]
async fn what_is_not_what_was_expected_is_a_bad_answer() {
    let cases = [
        ("", "Expected a page of accounts, but the answer is empty."),
        ("<h1>Sign in</h1>", "Expected a page of accounts, but the answer is not JSON. It said: Sign in"),
        (
            r#"{"connected_accounts":[{"id":"ca_"#,
            "Expected a page of accounts, but the answer breaks off in the middle.",
        ),
        (
            r#"{"connected_accounts":7}"#,
            "Expected a page of accounts, but the answer has another shape (line 1, column 23).",
        ),
    ];
    for (body, said) in cases {
        let fault = accounts_from(move || Reply::json(200, body)).await;
        assert_eq!((fault.kind, fault.http_status), (FaultKind::BadAnswer, Some(200)), "{body}");
        assert_eq!(fault.to_string(), said);
    }
}

#[tokio::test]
async fn a_connection_that_ends_too_early_is_the_networks_fault() {
    let torn = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"connected_acc";
    let fault = accounts_from(move || Reply::raw(torn)).await;
    assert_eq!(fault.kind, FaultKind::Network);
    assert!(fault.message.contains("broke off before the whole answer"), "{fault}");
    let fault = accounts_from(move || Reply::raw(torn).then_reset()).await;
    assert_eq!(fault.kind, FaultKind::Network);
}

#[tokio::test]
async fn an_answer_that_cannot_be_unpacked_is_a_bad_one() {
    let fault = accounts_from(|| Reply::with(200, "content-encoding: gzip\r\n", "this is not gzip")).await;
    assert_eq!(fault.kind, FaultKind::BadAnswer, "{fault}");
}

#[tokio::test]
async fn what_does_not_speak_http_is_told_in_words() {
    let fault = accounts_from(|| Reply::raw("220 mail.example ESMTP\r\n")).await;
    assert_eq!(fault.kind, FaultKind::Network);
    assert!(fault.message.contains("HTTP"), "{fault}");
}

#[tokio::test]
async fn nothing_is_followed_and_the_token_stays_here() {
    let thief = Server::with_tokens(|_, _| Reply::json(200, NO_ACCOUNTS)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}/api/v1/connected_accounts\r\n", thief.url);
        let server = Server::with_tokens(move |_, _| Reply::with(status, &location, "")).await;
        let fault = server.client().accounts(&everything(), None).await.expect_err("a redirect");
        assert_eq!((fault.kind, fault.http_status), (FaultKind::BadAnswer, Some(status)));
        assert!(fault.message.contains(&thief.url), "{fault}");
        let fault = server.client().execute(&call()).await.expect_err("a redirect");
        assert_eq!(fault.kind, FaultKind::BadAnswer);
    }
    let location = format!("location: {}/oauth/token\r\n", thief.url);
    let server = Server::start(move |_, _| Reply::with(307, &location, "")).await;
    server.client().accounts(&everything(), None).await.expect_err("a redirect");
    assert!(thief.seen().is_empty(), "{:?}", thief.seen());
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let limits = || Limits { body: 1 << 20, ..once() };
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", (1 << 20) + 1);
    let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", " ".repeat((1 << 20) + 1));
    for bytes in [announced, endless] {
        let server = Server::with_tokens(move |_, _| Reply::raw(&bytes).then_hang()).await;
        let fault = server.client_with(limits()).accounts(&everything(), None).await.expect_err("too much");
        assert_eq!(fault.kind, FaultKind::TooLarge, "{fault}");
    }
    let exactly = format!("{NO_ACCOUNTS}{}", " ".repeat((1 << 20) - NO_ACCOUNTS.len()));
    let server = Server::with_tokens(move |_, _| Reply::json(200, &exactly)).await;
    server.client_with(limits()).accounts(&everything(), None).await.expect("just small enough");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_on() {
    let short = Duration::from_millis(200);
    let server = Server::with_tokens(|_, _| Reply::raw("").then_hang()).await;
    let client = server.client_with(Limits { control: short, calls: Some(short), ..once() });
    let fault = client.accounts(&everything(), None).await.expect_err("silence");
    assert_eq!(fault.kind, FaultKind::TimedOut);
    assert!(!fault.message.contains("carried out"), "a read changes nothing: {fault}");
    let fault = client.execute(&call()).await.expect_err("silence");
    assert_eq!(fault.kind, FaultKind::TimedOut);
    assert!(fault.message.contains("Whether it was carried out is not known"), "{fault}");
}

/// The peer answers once three limits of reads have run out one after the other.
#[tokio::test]
async fn a_call_without_a_limit_is_waited_for_as_long_as_it_takes() {
    let gate = Arc::new(Semaphore::new(0));
    let behind = Arc::clone(&gate);
    let server = Server::with_tokens(move |seen, _| match seen.target.as_str() {
        "/api/v1/execute_tool" => Reply::json(200, r#"{"data":{"late":true}}"#).behind(&behind),
        "/proxy/me" => Reply::json(200, r#"{"late":true}"#).behind(&behind),
        _ => Reply::raw("").then_hang(),
    })
    .await;
    let short = Duration::from_millis(50);
    let client = server.client_with(Limits { control: short, tools: short, calls: None, ..once() });
    let request = ProxyRequest {
        connection: "linear".into(),
        identifier: "user_123".into(),
        method: ProxyMethod::Get,
        path: "me".into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: ProxyBody::None,
    };
    let call = call();
    let patient = async { tokio::join!(client.execute(&call), client.proxy(&request)) };
    let meanwhile = async {
        for _ in 0..3 {
            let fault = client.accounts(&everything(), None).await.expect_err("silence");
            assert_eq!(fault.kind, FaultKind::TimedOut, "{fault}");
        }
        gate.add_permits(2);
    };
    let ((executed, passed), ()) = tokio::join!(patient, meanwhile);
    assert_eq!(executed.expect("a result").data.raw(), r#"{"late":true}"#);
    assert_eq!(&passed.expect("an answer").body[..], br#"{"late":true}"#);
}

#[tokio::test]
async fn a_call_that_found_nobody_was_not_carried_out_and_one_whose_answer_is_too_large_was() {
    let large = format!(r#"{{"data":{{"text":"{}"}}}}"#, "x".repeat(1 << 20));
    let server = Server::with_tokens(move |_, before| match before {
        0 => Reply::json(200, &large),
        1 => Reply::json(400, &large),
        _ => Reply::json(502, &large),
    })
    .await;
    let client = server.client_with(Limits { body: 1 << 20, ..once() });
    for (doubt, says) in [(true, "The call ran; only its answer is lost"), (false, "1 MiB"), (true, "is not known")] {
        let fault = client.execute(&call()).await.expect_err("too large");
        assert_eq!((fault.kind, fault.may_have_been_carried_out()), (FaultKind::TooLarge, doubt), "{fault}");
        assert!(fault.message.contains(says), "{says}: {fault}");
    }
    let address = server.url.trim_start_matches("http://").to_owned();
    drop(server);
    while tokio::net::TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let fault = client.execute(&call()).await.expect_err("nobody there");
    assert_eq!((fault.kind, fault.may_have_been_carried_out()), (FaultKind::Unreachable, false), "{fault}");
}

#[tokio::test]
async fn a_token_that_never_comes_is_given_up_on() {
    let server = Server::start(|_, _| Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{").then_hang()).await;
    let client = server.client_with(Limits { token: Duration::from_millis(200), ..once() });
    let fault = client.execute(&call()).await.expect_err("silence");
    assert_eq!(fault.kind, FaultKind::TimedOut);
    assert!(!fault.message.contains("carried out"), "nothing was sent yet: {fault}");
}

#[tokio::test]
async fn a_port_where_nothing_listens_is_told_in_words() {
    // Taken, by somebody who does not listen.
    let taken = TcpSocket::new_v4().expect("a socket");
    taken.bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let requests = Arc::new(HttpLog::new(9));
    let client = Client::new(environment(&format!("http://127.0.0.1:{port}"))).with_log(Arc::clone(&requests));
    let fault = client.accounts(&everything(), None).await.expect_err("nobody there");
    assert_eq!(fault.kind, FaultKind::Unreachable);
    assert_eq!(requests.after(0).len(), 1, "nothing will listen there a moment later either");
    assert_eq!(fault.message, format!("127.0.0.1:{port} refused the connection: nothing listens there."));
}

#[tokio::test]
async fn a_link_that_is_not_a_web_address_is_never_given_out() {
    let server = Server::with_tokens(|_, _| Reply::json(200, r#"{"link":"javascript:alert(1)"}"#)).await;
    let request = LinkRequest { account: "ca_1".into(), verify: None };
    let fault = server.client().authorization_link(&request).await.expect_err("no link");
    assert_eq!(fault.kind, FaultKind::BadAnswer);
}

#[tokio::test]
async fn a_mismatch_in_verification_is_denied() {
    let server = Server::with_tokens(|_, before| match before {
        0 => Reply::json(403, r#"{"code":7,"message":"identifier mismatch","details":[]}"#),
        _ => Reply::json(404, r#"{"code":5,"message":"auth request not found or no longer valid","details":[]}"#),
    })
    .await;
    let client = server.client();
    let request = AuthRequestId::new("req_xyz");
    let fault = client.verify_user(&request, &"user_123".into()).await.expect_err("denied");
    assert_eq!((fault.kind, fault.said.expect("words").raw()), (FaultKind::Denied, "identifier mismatch"));
    let fault = client.verify_user(&request, &"user_123".into()).await.expect_err("gone");
    assert_eq!(fault.kind, FaultKind::NotFound);
}

#[tokio::test]
async fn preview_routes_may_be_missing() {
    let server = Server::with_tokens(|_, _| Reply::json(404, r#"{"code":5,"message":"Not Found","details":[]}"#)).await;
    let client = server.client();
    assert_eq!(client.connections(None).await.expect_err("missing").kind, FaultKind::NotOffered);
    let tools = client.scoped_tools(&"user_123".into(), &["linear".into()], &[], None).await;
    assert_eq!(tools.expect_err("missing").kind, FaultKind::NotOffered);
}

/// Marked as PowerShell and some gateways do.
#[tokio::test]
async fn a_byte_order_mark_before_an_answer_is_not_part_of_it() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/oauth/token" => Reply::json(200, "\u{feff}{\"access_token\":\"t\",\"expires_in\":\"3600\"}"),
        "/api/v1/execute_tool" => Reply::json(200, "\u{feff}{\"data\":{\"n\":1.10},\"execution_id\":\"exec_1\"}"),
        _ => Reply::json(404, "\u{feff}{\"code\":5,\"message\":\"no such account\",\"details\":[]}"),
    })
    .await;
    let client = server.client();
    assert_eq!(client.execute(&call()).await.expect("a result").data.raw(), r#"{"n":1.10}"#);
    let fault = client.accounts(&everything(), None).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "no such account");
}

#[tokio::test]
async fn an_answer_in_utf_16_is_said_to_be_that() {
    let utf16: Vec<u8> = NO_ACCOUNTS.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", utf16.len());
    let bytes = [head.as_bytes(), &utf16].concat();
    let server = Server::with_tokens(move |_, _| Reply::raw(&bytes)).await;
    let fault = server.client().accounts(&everything(), None).await.expect_err("unreadable");
    assert_eq!(fault.kind, FaultKind::BadAnswer);
    assert!(fault.message.contains("it is UTF-16"), "{fault}");
}

#[tokio::test]
async fn a_link_and_a_verification_are_not_lost_for_what_stands_beside_them() {
    let server = Server::with_tokens(|seen, _| match seen.target.ends_with("magic_link") {
        true => Reply::json(200, r#"{"link":"https://acme.dev/l","expiry":1760000000}"#),
        false => Reply::json(200, r#"{"post_user_verify_redirect_url":["https://acme.dev"]}"#),
    })
    .await;
    let link = server.client().authorization_link(&LinkRequest { account: "ca_1".into(), verify: None }).await;
    let link = link.expect("a link");
    assert_eq!((link.url.as_str(), link.expires_at), ("https://acme.dev/l", None));
    let verified = server.client().verify_user(&AuthRequestId::new("req"), &"user_123".into()).await;
    assert_eq!(verified.expect("confirmed"), None);
}
