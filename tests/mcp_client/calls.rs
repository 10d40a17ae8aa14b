//! Calls that go well, and what is heard of them.

use std::sync::Arc;

use jackfield::testing::domain::{ElicitationAnswer, ResourceBody};
use jackfield::testing::mcp::client::{Changed, MessageSource, NoListener};
use tokio::sync::mpsc;

use super::peer::{Listener, Peer, Reply, json};
use crate::waiting::{soon, until};

const ODD: &str = r#"{ "content":[{"type":"text","text":"\u0041"}], "structuredContent":{"n":1.10,"n":123456789012345678901234567890},"isError":false }"#;

#[tokio::test]
async fn arguments_and_results_keep_their_bytes() {
    for as_events in [false, true] {
        let peer = Peer::new(move |seen| {
            (seen.method() == "tools/call").then(|| {
                let answer = seen.result(ODD);
                if as_events { Reply::Events(vec![answer]) } else { Reply::Json(answer) }
            })
        })
        .await;
        let (client, _) = peer.client();
        let arguments = json("{\"b\": 1.10,\n\"a\":123456789012345678901234567890}");
        let answer = client.call("echo", &arguments, Arc::new(NoListener)).await.unwrap();
        assert_eq!(answer.result.raw(), ODD);
        assert!(!answer.is_error && answer.bytes > ODD.len() as u64);
        let seen = peer.seen();
        let call = seen.iter().find(|seen| seen.method() == "tools/call").unwrap();
        assert!(call.text.contains(arguments.raw()), "{}", call.text);
    }
}

#[tokio::test]
async fn a_tool_that_fails_has_a_result() {
    let peer = Peer::old(|seen| {
        let result = r#"{"content":[{"type":"text","text":"no such issue"}],"isError":true}"#;
        (seen.method() == "tools/call").then(|| Reply::Json(seen.result(result)))
    })
    .await;
    let (client, heard) = peer.client();
    assert!(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap().is_error);
    let exchanges = heard.exchanges.lock().unwrap();
    let call = exchanges.iter().find(|exchange| exchange.method == "tools/call").unwrap();
    assert_eq!((call.name.raw(), call.status, call.target.as_str()), ("echo", Some(200), "/mcp"));
    assert!(call.origin.starts_with("http://127.0.0.1:") && call.problem.is_none());
    assert!(call.sent.raw().contains(r#""arguments":{}"#) && call.received.raw().contains("no such issue"));
    let methods: Vec<_> = exchanges.iter().map(|exchange| exchange.method.as_str()).collect();
    assert_eq!(methods, ["server/discover", "initialize", "tools/call"]);
}

#[tokio::test]
async fn progress_and_log_are_heard_in_their_order() {
    let peer = Peer::old(|seen| {
        (seen.method() == "tools/call").then(|| {
            let token = &seen.body["params"]["_meta"]["progressToken"];
            let progress = |done: u32| {
                format!(
                    r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":{done},"total":3,"message":"step {done}"}}}}"#
                )
            };
            let log = r#"{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","logger":"db","data":{"a":1}}}"#;
            let changed = r#"{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"}"#;
            let foreign = r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"x","progress":9}}"#;
            let messages = [&progress(1), log, foreign, &progress(2), changed, &progress(3), &seen.result("{}")];
            Reply::Events(messages.map(str::to_owned).to_vec())
        })
    })
    .await;
    let (client, heard) = peer.client();
    let listener = Listener::new(ElicitationAnswer::Decline);
    let answer = client.call("echo", &json("{}"), listener.clone()).await.unwrap();
    assert_eq!(answer.result.raw(), "{}");
    let progress = listener.progress.lock().unwrap().clone();
    let expected = [1.0, 2.0, 3.0].map(|done| (done, Some(3.0), format!("step {done}")));
    assert_eq!(progress, expected);
    let messages = heard.messages.lock().unwrap().clone();
    let log = messages.iter().find(|message| message.source == MessageSource::Log).unwrap();
    assert_eq!((log.level.raw(), log.logger.raw(), log.text.raw()), ("info", "db", r#"{"a":1}"#));
    assert_eq!(*heard.changes.lock().unwrap(), [Changed::Prompts]);
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled_in_the_old_era() {
    let peer = Peer::old(|seen| (seen.method() == "tools/call").then_some(Reply::Silence)).await;
    let (client, heard) = peer.client();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.call("echo", &json("{}"), Arc::new(NoListener)).await }
    });
    let peer = Arc::new(peer);
    let wait = |method: &'static str| {
        let peer = Arc::clone(&peer);
        tokio::task::spawn_blocking(move || until(method, || peer.seen().into_iter().find(|s| s.method() == method)))
    };
    let sent = wait("tools/call").await.unwrap();
    call.abort();
    let cancelled = wait("notifications/cancelled").await.unwrap();
    assert_eq!(cancelled.body["params"]["requestId"], sent.body["id"]);
    // The session goes on.
    assert_eq!(soon("tools", client.tools()).await.unwrap().len(), 1);
    assert_eq!(peer.count("initialize"), 1);
    let exchanges = heard.exchanges.lock().unwrap();
    let call = exchanges.iter().find(|exchange| exchange.method == "tools/call").unwrap();
    assert_eq!(call.problem.as_ref().unwrap().fault().kind, jackfield::testing::domain::FaultKind::Cancelled);
}

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_request_in_the_new_era() {
    let (streams, mut opened) = mpsc::unbounded_channel();
    let peer = Peer::new(move |seen| {
        (seen.method() == "tools/call").then(|| {
            let (keep, more) = mpsc::unbounded_channel();
            streams.send(keep).unwrap();
            Reply::Open(Vec::new(), more)
        })
    })
    .await;
    let (client, _) = peer.client();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.call("echo", &json("{}"), Arc::new(NoListener)).await }
    });
    let stream = soon("the call", opened.recv()).await.unwrap();
    call.abort();
    // A server finds out by writing.
    soon("the end of the stream", async {
        while stream.send(r#"{"jsonrpc":"2.0","method":"notifications/x"}"#.to_owned()).is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(peer.count("notifications/cancelled"), 0);
    assert_eq!(soon("tools", client.tools()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn arguments_go_into_headers_where_the_schema_says_so() {
    let peer = Peer::new(|seen| {
        let tool = r#"{"name":"echo","inputSchema":{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}}"#;
        let bad = r#"{"name":"bad","inputSchema":{"type":"object","properties":{"a":{"type":"string","x-mcp-header":"no header"}}}}"#;
        let result = format!(r#"{{"resultType":"complete","tools":[{tool},{bad}],"ttlMs":0,"cacheScope":"private"}}"#);
        (seen.method() == "tools/list").then(|| Reply::Json(seen.result(&result)))
    })
    .await;
    let (client, heard) = peer.client();
    let tools = client.tools().await.unwrap();
    assert_eq!(tools.iter().map(|tool| tool.name.raw()).collect::<Vec<_>>(), ["echo"]);
    assert!(heard.texts().iter().any(|text| text.contains("the tool bad with headers")), "{:?}", heard.texts());
    client.call("echo", &json(r#"{"region":"eu"}"#), Arc::new(NoListener)).await.unwrap();
    let seen = peer.seen();
    let call = seen.iter().find(|seen| seen.method() == "tools/call").unwrap();
    assert_eq!(call.header("mcp-param-region"), "eu");
}

#[tokio::test]
async fn a_result_of_fifty_megabytes_is_taken() {
    let peer = Peer::new(|seen| {
        (seen.method() == "tools/call").then(|| {
            let text = "x".repeat(50 << 20);
            Reply::Json(seen.result(&format!(r#"{{"content":[{{"type":"text","text":"{text}"}}]}}"#)))
        })
    })
    .await;
    let (client, heard) = peer.client();
    let answer = client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap();
    assert!(answer.bytes > 50 << 20 && answer.result.bytes().len() > 50 << 20);
    let exchanges = heard.exchanges.lock().unwrap();
    let call = exchanges.iter().find(|exchange| exchange.method == "tools/call").unwrap();
    assert!(call.received.raw().len() <= 64 << 10 && call.received_bytes == answer.bytes);
}

#[tokio::test]
async fn resources_and_prompts_are_read() {
    let peer = Peer::old(|seen| {
        let result = match seen.method() {
            "resources/list" => {
                r#"{"resources":[{"uri":"a:1","name":"one","title":"One","mimeType":"text/plain","size":3},{"uri":"a:2","name":"two"},{"name":"none"}]}"#
            }
            "resources/templates/list" => r#"{"resourceTemplates":[{"uriTemplate":"a:{id}","name":"any"}]}"#,
            "resources/read" => {
                r#"{"contents":[{"uri":"a:1","mimeType":"text/plain","text":"hi"},{"uri":"a:1","blob":"AQI="}]}"#
            }
            "prompts/list" => {
                r#"{"prompts":[{"name":"p","description":"d","arguments":[{"name":"x","required":true}]}]}"#
            }
            "prompts/get" => r#"{"messages":[{"role":"user","content":{"type":"text","text":"1.10"}}]}"#,
            _ => return None,
        };
        Some(Reply::Json(seen.result(result)))
    })
    .await;
    let (client, heard) = peer.client();
    let resources = client.resources().await.unwrap();
    assert_eq!(resources.iter().map(|resource| resource.title.raw()).collect::<Vec<_>>(), ["One", "two"]);
    assert_eq!((resources[0].size, resources[0].media_type.raw()), (Some(3), "text/plain"));
    assert!(heard.texts()[0].contains("a resource that cannot be read"), "{:?}", heard.texts());
    let templates = client.resource_templates().await.unwrap();
    assert!(templates[0].is_template && templates[0].uri.raw() == "a:{id}");
    let contents = client.read("a:1").await.unwrap();
    assert_eq!(contents[0].body, ResourceBody::Text("hi".into()));
    assert_eq!(contents[1].body, ResourceBody::Bytes(vec![1, 2]));
    let prompts = client.prompts().await.unwrap();
    assert!(prompts[0].arguments[0].is_required && prompts[0].title.is_empty());
    let messages = client.prompt("p", &json(r#"{"x":"1"}"#)).await.unwrap();
    assert_eq!((messages[0].role.raw(), messages[0].content.raw()), ("user", r#"{"type":"text","text":"1.10"}"#));
}
