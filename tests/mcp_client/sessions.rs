//! How sessions come about, and how they end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::mcp::client::{Changed, ClientLimits, Era, NoListener};

use super::peer::{Peer, Reply, json};
use crate::waiting::{soon, until};

#[tokio::test]
async fn a_server_of_the_old_era_is_asked_once_what_it_speaks() {
    let peer = Peer::old(|_| None).await;
    let (client, _) = peer.client();
    let info = client.server().await.unwrap();
    assert_eq!((info.name.raw(), info.title.raw(), info.version.raw()), ("acme", "Acme", "1.2.3"));
    assert_eq!((info.era, info.protocol.raw(), info.instructions.raw()), (Era::Sessions, "2025-11-25", "Be kind."));
    assert!(info.capabilities.tools_change && info.capabilities.prompts && !info.capabilities.prompts_change);
    assert_eq!(client.tools().await.unwrap()[0].name.raw(), "echo");
    client.close().await;
    client.tools().await.unwrap();
    let first = ["server/discover", "initialize", "notifications/initialized", "tools/list", "DELETE"];
    assert_eq!(peer.methods()[..5], first);
    assert_eq!(peer.methods()[5..], ["initialize", "notifications/initialized", "tools/list"]);
    let seen = peer.seen();
    let initialize = seen.iter().find(|seen| seen.method() == "initialize").unwrap();
    let params = &initialize.body["params"];
    assert_eq!(params["protocolVersion"], "2025-11-25");
    assert_eq!(params["clientInfo"], serde_json::json!({ "name": "jackfield-test", "version": "9.9" }));
    assert_eq!(params["capabilities"], serde_json::json!({ "elicitation": { "form": {}, "url": {} } }));
    let list = seen.iter().find(|seen| seen.method() == "tools/list").unwrap();
    assert_eq!((list.header("mcp-session-id"), list.header("mcp-protocol-version")), ("session-1", "2025-11-25"));
}

#[tokio::test]
async fn a_server_of_the_new_era_needs_no_session() {
    let peer = Peer::new(|_| None).await;
    let (client, _) = peer.client();
    let info = client.server().await.unwrap();
    assert_eq!((info.era, info.protocol.raw(), info.name.raw()), (Era::Stateless, "2026-07-28", "acme"));
    client.tools().await.unwrap();
    client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap();
    client.close().await;
    let seen = peer.seen();
    assert!(seen.iter().all(|seen| !matches!(seen.method(), "initialize" | "DELETE" | "GET")), "{:?}", peer.methods());
    let call = seen.iter().find(|seen| seen.method() == "tools/call").unwrap();
    assert_eq!((call.header("mcp-method"), call.header("mcp-name")), ("tools/call", "echo"));
    assert_eq!((call.header("mcp-protocol-version"), call.header("mcp-session-id")), ("2026-07-28", ""));
    let meta = &call.body["params"]["_meta"];
    assert_eq!(meta["io.modelcontextprotocol/protocolVersion"], "2026-07-28");
    assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "jackfield-test");
    assert_eq!(meta["io.modelcontextprotocol/logLevel"], "info");
}

#[tokio::test]
async fn a_server_that_is_asked_and_knows_older_versions_alone_is_opened_the_old_way() {
    for is_error in [true, false] {
        let peer = Peer::old(move |seen| {
            (seen.method() == "server/discover").then(|| {
                if is_error {
                    let id = &seen.body["id"];
                    let data = r#"{"supported":["2025-11-25","2025-06-18"],"requested":"2026-07-28"}"#;
                    let error = format!(r#"{{"code":-32022,"message":"no","data":{data}}}"#);
                    return Reply::Text(400, "application/json", format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#));
                }
                Reply::Json(seen.result(
                    r#"{"resultType":"complete","supportedVersions":["2025-11-25"],"capabilities":{},"ttlMs":0,"cacheScope":"private"}"#,
                ))
            })
        })
        .await;
        let (client, _) = peer.client();
        assert_eq!(client.server().await.unwrap().era, Era::Sessions);
    }
}

#[tokio::test]
async fn a_server_that_answers_whatever_it_does_not_know_with_nothing_is_opened_the_old_way() {
    let peer = Peer::old(|seen| (seen.method() == "server/discover").then(|| Reply::Json(seen.result("{}")))).await;
    let (client, _) = peer.client();
    assert_eq!(client.server().await.unwrap().era, Era::Sessions);
}

#[tokio::test]
async fn a_list_that_never_comes_is_given_up() {
    let peer = Peer::old(|seen| (seen.method() == "tools/list").then_some(Reply::Silence)).await;
    let limits = ClientLimits { reading: std::time::Duration::from_millis(50), ..ClientLimits::default() };
    let (client, _) = peer.client_with(None, limits);
    let fault = Fault::from(soon("the end", client.tools()).await.unwrap_err());
    assert!(fault.kind == FaultKind::TimedOut && fault.message.contains("did not answer tools/list"), "{fault}");
}

#[tokio::test]
async fn whoever_comes_while_a_session_is_opened_waits_for_it() {
    let peer = Peer::old(|_| None).await;
    let (client, _) = peer.client();
    let tools = futures_util::future::join_all((0..8).map(|_| client.tools())).await;
    assert!(tools.iter().all(Result::is_ok));
    assert_eq!((peer.count("initialize"), peer.count("tools/list")), (1, 8));
}

#[tokio::test]
async fn a_session_that_died_is_opened_by_the_next_request_and_no_call_is_repeated() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let peer = Peer::old(move |seen| {
        let is_first = seen.method() == "tools/call" && counted.fetch_add(1, Ordering::SeqCst) == 0;
        is_first.then(|| Reply::Text(404, "text/plain", "session not found".to_owned()))
    })
    .await;
    let (client, _) = peer.client();
    let arguments = json("{}");
    let call = || client.call("echo", &arguments, Arc::new(NoListener));
    let fault = Fault::from(call().await.unwrap_err());
    assert_eq!((fault.kind, fault.may_have_been_carried_out()), (FaultKind::Network, false));
    assert!(fault.message.contains("ended the session"), "{fault}");
    assert_eq!((peer.count("tools/call"), peer.count("initialize")), (1, 1));
    call().await.unwrap();
    assert_eq!((peer.count("tools/call"), peer.count("initialize")), (2, 2));
}

#[tokio::test]
async fn a_server_that_never_answers_is_not_waited_for_forever() {
    let peer = Peer::old(|_| Some(Reply::Silence)).await;
    let limits = ClientLimits { opening: std::time::Duration::from_millis(50), ..ClientLimits::default() };
    let (client, _) = peer.client_with(None, limits);
    let fault = Fault::from(soon("the end", client.server()).await.unwrap_err());
    assert_eq!(fault.kind, FaultKind::TimedOut);
    assert!(fault.message.contains("was not ready within 0.05 seconds"), "{fault}");
}

#[tokio::test]
async fn what_is_no_server_is_told_from_one() {
    for (status, kind, body, expected, says) in [
        (200, "text/html", "<title>Welcome</title>", FaultKind::BadAnswer, "text/html"),
        (404, "text/html", "<title>Not here</title>", FaultKind::BadAnswer, "no MCP server at this URL"),
        (405, "text/plain", "", FaultKind::BadAnswer, "no MCP server at this URL"),
        (502, "text/html", "<title>Bad Gateway</title>", FaultKind::ProviderFailed, "status 502"),
        (429, "text/plain", "slow down", FaultKind::ProviderLimited, "too often"),
        (200, "application/json", "[]", FaultKind::BadAnswer, "no message of JSON-RPC"),
        (200, "application/json", "{\"ok\":true}", FaultKind::BadAnswer, "not of JSON-RPC 2.0"),
    ] {
        let peer = Peer::old(move |_| Some(Reply::Text(status, kind, body.to_owned()))).await;
        let (client, _) = peer.client();
        let fault = Fault::from(soon("an answer", client.server()).await.unwrap_err());
        assert_eq!(fault.kind, expected, "{status} {body}: {fault}");
        assert!(fault.message.contains(says), "{status} {body}: {fault}");
        assert_eq!(fault.http_status, Some(status), "{status} {body}: {fault}");
    }
    let peer =
        Peer::old(|seen| (seen.method() == "initialize").then(|| Reply::Json(seen.result(r#"{"hello":"world"}"#))))
            .await;
    let (client, _) = peer.client();
    let fault = Fault::from(client.server().await.unwrap_err());
    assert_eq!((fault.kind, peer.count("initialize")), (FaultKind::BadAnswer, 1));
    assert!(fault.message.contains("did not answer as an MCP server does"), "{fault}");
}

#[tokio::test]
async fn changes_are_heard_in_both_eras() {
    let changed = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#;
    let peer = Peer::old(move |seen| {
        let (_, more) = tokio::sync::mpsc::unbounded_channel();
        (seen.method() == "GET").then(|| Reply::Open(vec![changed.to_owned()], more))
    })
    .await;
    let (client, heard) = peer.client();
    client.server().await.unwrap();
    let news = Arc::clone(&heard.changes);
    tokio::task::spawn_blocking(move || until("news", || news.lock().unwrap().first().copied())).await.unwrap();
    assert!(heard.changes.lock().unwrap().iter().all(|changed| *changed == Changed::Tools));

    let peer = Peer::new(move |seen| {
        (seen.method() == "subscriptions/listen").then(|| {
            let id = &seen.body["id"];
            let meta = format!(r#""_meta":{{"io.modelcontextprotocol/subscriptionId":{id}}}"#);
            let acknowledged = format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{{"notifications":{{"toolsListChanged":true}},{meta}}}}}"#
            );
            let changed =
                format!(r#"{{"jsonrpc":"2.0","method":"notifications/tools/list_changed","params":{{{meta}}}}}"#);
            let (keep, more) = tokio::sync::mpsc::unbounded_channel();
            std::mem::forget(keep);
            Reply::Open(vec![acknowledged, changed], more)
        })
    })
    .await;
    let (client, heard) = peer.client();
    client.server().await.unwrap();
    let news = Arc::clone(&heard.changes);
    tokio::task::spawn_blocking(move || until("news", || news.lock().unwrap().first().copied())).await.unwrap();
    let seen = peer.seen();
    let listen = seen.iter().find(|seen| seen.method() == "subscriptions/listen").unwrap();
    assert_eq!(listen.body["params"]["notifications"], serde_json::json!({ "toolsListChanged": true }));
}

#[tokio::test]
async fn no_stream_is_opened_for_a_server_that_tells_no_changes() {
    let peer = Peer::new(|seen| {
        (seen.method() == "server/discover").then(|| {
            Reply::Json(seen.result(
                r#"{"resultType":"complete","supportedVersions":["2026-07-28"],"capabilities":{"tools":{}},"ttlMs":0,"cacheScope":"private"}"#,
            ))
        })
    })
    .await;
    let (client, _) = peer.client();
    client.tools().await.unwrap();
    client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap();
    assert_eq!(peer.methods(), ["server/discover", "tools/list", "tools/call"]);
    assert!(client.resources().await.unwrap().is_empty() && client.prompts().await.unwrap().is_empty());
    assert_eq!(peer.methods().len(), 3);
}
