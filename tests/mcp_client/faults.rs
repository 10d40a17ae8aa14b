//! Servers that misbehave: every such case ends in words.

use std::sync::Arc;

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::mcp::client::{ClientLimits, NoListener};

use super::peer::{Peer, Reply, Seen, json};
use crate::waiting::soon;

type Odd = fn(&Seen) -> Reply;

/// What a server does with a call, the fault that comes of it, and whether the call may have run.
const ODD: &[(&str, Odd, FaultKind, bool, &str)] = &[
    ("no JSON", |_| Reply::Json("{\"jsonrpc\"".into()), FaultKind::BadAnswer, true, "text that is not JSON"),
    ("a page", |_| Reply::Text(200, "text/html", "<h1>Hi".into()), FaultKind::BadAnswer, true, "text/html"),
    (
        "another id",
        |seen| Reply::Json(seen.result("{}").replace(&format!("\"id\":{}", seen.body["id"]), "\"id\":4711")),
        FaultKind::BadAnswer,
        true,
        "an answer to request 4711",
    ),
    (
        "an id of another kind",
        |_| Reply::Json(r#"{"jsonrpc":"2.0","id":{"a":1},"result":{}}"#.into()),
        FaultKind::BadAnswer,
        true,
        "a request that was never made",
    ),
    (
        "another version",
        |seen| Reply::Json(seen.result("{}").replace("2.0", "1.0")),
        FaultKind::BadAnswer,
        true,
        "not of JSON-RPC 2.0",
    ),
    (
        "a notification",
        |_| Reply::Json(r#"{"jsonrpc":"2.0","method":"notifications/x"}"#.into()),
        FaultKind::BadAnswer,
        true,
        "something other than an answer",
    ),
    ("no object", |seen| Reply::Json(seen.result("[1]")), FaultKind::BadAnswer, true, "no JSON object"),
    (
        "an unknown kind of result",
        |seen| Reply::Json(seen.result(r#"{"resultType":"task"}"#)),
        FaultKind::BadAnswer,
        true,
        "a kind of result that is not known",
    ),
    ("half an answer", |_| Reply::Broken("{\"jsonrpc\":".into()), FaultKind::Network, true, "broke off"),
    ("a stream without result", |_| Reply::Events(vec![]), FaultKind::Network, true, "before the result came"),
    (
        "a stream of nonsense",
        |_| Reply::Events(vec!["nonsense".into()]),
        FaultKind::BadAnswer,
        true,
        "text that is not JSON",
    ),
    (
        "too much",
        |seen| Reply::Json(seen.result(&format!("\"{}\"", "x".repeat(2 << 20)))),
        FaultKind::TooLarge,
        true,
        "larger than 1 MiB",
    ),
    (
        "too much in a stream",
        |seen| Reply::Events(vec![seen.result(&format!("\"{}\"", "x".repeat(2 << 20)))]),
        FaultKind::TooLarge,
        true,
        "larger than 1 MiB",
    ),
    (
        "a failing gateway",
        |_| Reply::Text(502, "text/html", "<html><title>502 Bad Gateway</title></html>".into()),
        FaultKind::ProviderFailed,
        true,
        "status 502",
    ),
    (
        "too many calls",
        |_| Reply::Header(429, "retry-after", "7".into()),
        FaultKind::ProviderLimited,
        false,
        "too often",
    ),
    ("forbidden", |_| Reply::Text(403, "text/plain", "no".into()), FaultKind::ProviderFailed, false, "does not let"),
    (
        "an error without an id",
        |_| Reply::Text(400, "application/json", r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"odd"}}"#.into()),
        FaultKind::ProviderFailed,
        false,
        "answered tools/call with an error",
    ),
    (
        "an unknown tool",
        |seen| Reply::Json(seen.error(-32602, "Unknown tool: echo")),
        FaultKind::NotFound,
        false,
        "does not have this tool",
    ),
    (
        "refused input",
        |seen| Reply::Json(seen.error(-32602, "a is required")),
        FaultKind::InvalidInput,
        false,
        "refused the input",
    ),
    (
        "an error",
        |seen| Reply::Events(vec![seen.error(-32603, "boom")]),
        FaultKind::ProviderFailed,
        false,
        "answered tools/call with an error",
    ),
];

#[tokio::test]
async fn every_odd_answer_to_a_call_ends_in_words() {
    for (what, odd, kind, perhaps, says) in ODD {
        for is_new in [false, true] {
            let script = move |seen: &Seen| (seen.method() == "tools/call").then(|| odd(seen));
            let peer = if is_new { Peer::new(script).await } else { Peer::old(script).await };
            let limits = ClientLimits { message: 1 << 20, ..ClientLimits::default() };
            let (client, heard) = peer.client_with(None, limits);
            let arguments = json("{}");
            let call = client.call("echo", &arguments, Arc::new(NoListener));
            let fault = Fault::from(soon(what, call).await.expect_err(what));
            assert_eq!(fault.kind, *kind, "{what}: {fault}");
            assert!(fault.message.contains(says), "{what}: {fault}");
            assert!(fault.message.contains("127.0.0.1:"), "{what}: {fault}");
            assert_eq!(fault.may_have_been_carried_out(), *perhaps, "{what}: {fault}");
            assert_eq!(fault.message.matches("Whether it was carried out").count(), usize::from(*perhaps), "{fault}");
            // The session goes on, and the call was sent once.
            assert_eq!(soon(what, client.tools()).await.expect(what).len(), 1, "{what}");
            assert_eq!((peer.count("tools/call"), peer.count("server/discover")), (1, 1), "{what}");
            let exchanges = heard.exchanges.lock().unwrap();
            let calls = exchanges.iter().filter(|exchange| exchange.method == "tools/call");
            assert_eq!(calls.count(), 1, "{what} is one exchange");
        }
    }
}

#[tokio::test]
async fn an_error_keeps_its_words_its_code_and_what_it_adds() {
    let peer = Peer::old(|seen| {
        (seen.method() == "tools/call").then(|| {
            let error = r#"{"code":-32050,"message":"quota","data":{"left":0}}"#;
            Reply::Json(format!(r#"{{"jsonrpc":"2.0","id":{},"error":{error}}}"#, seen.body["id"]))
        })
    })
    .await;
    let (client, _) = peer.client();
    let fault = Fault::from(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err());
    assert_eq!((fault.said.unwrap().raw(), fault.code.unwrap().raw()), ("quota", "-32050"));
    assert_eq!(fault.answer.unwrap().0.raw(), r#"{"code":-32050,"message":"quota","data":{"left":0}}"#);
}

#[tokio::test]
async fn a_limit_tells_how_long_to_wait() {
    let peer =
        Peer::old(|seen| (seen.method() == "tools/list").then(|| Reply::Header(429, "retry-after", "7".into()))).await;
    let (client, _) = peer.client();
    let fault = Fault::from(client.tools().await.unwrap_err());
    assert_eq!((fault.kind, fault.retry_after.unwrap().as_secs()), (FaultKind::ProviderLimited, 7));
}

#[tokio::test]
async fn nobody_there_is_told_from_somebody_who_fails() {
    let peer = Peer::old(|_| None).await;
    let (client, _) = peer.client();
    let url = peer.url.clone();
    drop(peer);
    // The listener may be closed a moment later.
    crate::waiting::soon("its end", async {
        while tokio::net::TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let fault = Fault::from(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err());
    assert_eq!((fault.kind, fault.may_have_been_carried_out()), (FaultKind::Unreachable, false));
    assert!(fault.message.contains("nothing listens there"), "{fault}");
}

#[tokio::test]
async fn redirects_are_followed_within_the_server_alone() {
    let other = Peer::old(|_| None).await;
    let peer = Peer::old(|seen| (seen.path == "/mcp").then(|| Reply::Header(307, "location", "/mcp/".into()))).await;
    let (client, _) = peer.client();
    assert_eq!(client.tools().await.unwrap().len(), 1);
    let target = other.url.to_string();
    let peer = Peer::old(move |_| Some(Reply::Header(307, "location", target.clone()))).await;
    let (client, _) = peer.client();
    let fault = Fault::from(client.tools().await.unwrap_err());
    assert_eq!(fault.kind, FaultKind::BadAnswer);
    assert!(fault.message.contains("sends us on to http://127.0.0.1:"), "{fault}");
    let peer = Peer::old(|_| Some(Reply::Header(308, "location", "/mcp".into()))).await;
    let (client, _) = peer.client();
    assert_eq!(Fault::from(client.tools().await.unwrap_err()).kind, FaultKind::BadAnswer);
    let peer = Peer::old(|_| Some(Reply::Header(302, "location", "/login".into()))).await;
    let (client, _) = peer.client();
    assert_eq!(Fault::from(client.tools().await.unwrap_err()).kind, FaultKind::BadAnswer);
    assert_eq!(other.seen().len(), 0);
}
