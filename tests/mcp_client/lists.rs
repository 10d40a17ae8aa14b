//! Lists, page by page.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jackfield::testing::domain::{ElicitationAnswer, Fault, FaultKind};
use jackfield::testing::mcp::client::{Changed, ClientLimits};

use super::peer::{Listener, Peer, Reply, json};
use crate::waiting::soon;

#[tokio::test]
async fn tools_come_as_they_are_defined() {
    const WHOLE: &str = r#"{"name":"a","title":"","description":"d","inputSchema":{"type":"object","x":1.10},"outputSchema":{"type":"object"},"annotations":{"title":"A tool","readOnlyHint":true,"destructiveHint":false,"openWorldHint":"odd"},"icons":[]}"#;
    let peer = Peer::old(|seen| {
        let others =
            r#"{"name":"b","title":"B","inputSchema":7},{"name":"a","title":"again"},{"name":""},{"title":"x"},3"#;
        (seen.method() == "tools/list").then(|| Reply::Json(seen.result(&format!(r#"{{"tools":[{WHOLE},{others}]}}"#))))
    })
    .await;
    let (client, heard) = peer.client();
    let tools = client.tools().await.unwrap();
    let [a, b] = &tools[..] else { panic!("{tools:?}") };
    assert_eq!((a.raw.raw(), a.title.raw()), (WHOLE, "A tool"));
    assert_eq!(a.input_schema.as_ref().unwrap().raw(), r#"{"type":"object","x":1.10}"#);
    assert!(a.output_schema.is_some());
    let hints = a.annotations;
    assert_eq!(
        (hints.read_only, hints.destructive, hints.idempotent, hints.open_world),
        (Some(true), Some(false), None, None)
    );
    assert_eq!((b.title.raw(), b.input_schema.is_none()), ("B", true));
    let texts = heard.texts();
    assert_eq!(texts.iter().filter(|text| text.contains("cannot be read; it is left out")).count(), 3, "{texts:?}");
    assert_eq!(texts.iter().filter(|text| text.contains("the tool a more than once")).count(), 1, "{texts:?}");
}

#[tokio::test]
async fn an_empty_text_is_a_cursor() {
    let peer = Peer::old(|seen| {
        let cursor = seen.body["params"].get("cursor").map(|cursor| cursor.as_str().unwrap().to_owned());
        let page = match cursor.as_deref() {
            None => r#"{"tools":[{"name":"a"}],"nextCursor":""}"#,
            Some("") => r#"{"tools":[{"name":"b"}],"nextCursor":"x"}"#,
            Some(_) => r#"{"tools":[{"name":"c"}],"nextCursor":null}"#,
        };
        (seen.method() == "tools/list").then(|| Reply::Json(seen.result(page)))
    })
    .await;
    let (client, _) = peer.client();
    let tools = client.tools().await.unwrap();
    assert_eq!(tools.iter().map(|tool| tool.name.raw()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(peer.count("tools/list"), 3);
}

#[tokio::test]
async fn lists_that_do_not_end_are_given_up() {
    let limits = ClientLimits { entries: 50, pages: 20, ..ClientLimits::default() };
    let pages = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&pages);
    for (what, kind, most, page) in [
        ("circles", FaultKind::BadAnswer, 2, Box::new(|_| r#"{"tools":[],"nextCursor":"x"}"#.to_owned()) as Page),
        ("pages", FaultKind::TooLarge, 20, Box::new(|n| format!(r#"{{"tools":[],"nextCursor":"{n}"}}"#))),
        (
            "entries",
            FaultKind::TooLarge,
            1,
            Box::new(|_| format!(r#"{{"tools":[{}]}}"#, vec![r#"{"name":"a"}"#; 51].join(","))),
        ),
        ("a cursor that is none", FaultKind::BadAnswer, 1, Box::new(|_| r#"{"tools":[],"nextCursor":7}"#.to_owned())),
        ("no list", FaultKind::BadAnswer, 1, Box::new(|_| r#"{"tools":{}}"#.to_owned())),
    ] {
        counted.store(0, Ordering::SeqCst);
        let counted = Arc::clone(&counted);
        let peer = Peer::old(move |seen| {
            (seen.method() == "tools/list")
                .then(|| Reply::Json(seen.result(&page(counted.fetch_add(1, Ordering::SeqCst)))))
        })
        .await;
        let (client, _) = peer.client_with(None, limits);
        let fault = Fault::from(soon(what, client.tools()).await.expect_err(what));
        assert_eq!((fault.kind, pages.load(Ordering::SeqCst)), (kind, most), "{what}: {fault}");
        assert!(fault.message.contains("tools"), "{what}: {fault}");
    }
}

type Page = Box<dyn Fn(usize) -> String + Send + Sync>;

#[tokio::test]
async fn whoever_does_not_know_a_list_has_nothing_in_it() {
    let peer =
        Peer::old(|seen| (seen.method() == "tools/list").then(|| Reply::Json(seen.error(-32601, "Method not found"))))
            .await;
    let (client, _) = peer.client();
    assert!(client.tools().await.unwrap().is_empty());
    assert!(client.prompts().await.unwrap().is_empty() && client.resource_templates().await.unwrap().is_empty());
}

#[tokio::test]
async fn tools_that_change_under_a_call_leave_the_call_alone() {
    let peer = Peer::old(|seen| {
        (seen.method() == "tools/call").then(|| {
            let changed = r#"{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}"#.to_owned();
            Reply::Events(vec![changed, seen.result(r#"{"content":[]}"#)])
        })
    })
    .await;
    let (client, heard) = peer.client();
    client.tools().await.unwrap();
    let answer = client.call("echo", &json("{}"), Listener::new(ElicitationAnswer::Decline)).await.unwrap();
    assert_eq!((answer.result.raw(), &**heard.changes.lock().unwrap()), (r#"{"content":[]}"#, &[Changed::Tools][..]));
}
