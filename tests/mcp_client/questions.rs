//! Questions of servers in the middle of a call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jackfield::testing::domain::{ElicitationAnswer, ElicitationRequest, Fault, FaultKind};
use jackfield::testing::mcp::client::NoListener;
use serde_json::{Value, json as value};
use tokio::sync::mpsc;

use super::peer::{Listener, Peer, Reply, Seen, json};
use crate::waiting::soon;

/// A server of the old era that asks this on the stream of a call and answers with what it was told.
async fn asking(question: Value) -> Peer {
    let stream = Arc::new(Mutex::new(None::<(mpsc::UnboundedSender<String>, Seen)>));
    Peer::old(move |seen| match seen.method() {
        "tools/call" => {
            let (keep, more) = mpsc::unbounded_channel();
            *stream.lock().unwrap() = Some((keep, seen.clone()));
            let question =
                value!({ "jsonrpc": "2.0", "id": "q-1", "method": question["method"], "params": question["params"] });
            Some(Reply::Open(vec![question.to_string()], more))
        }
        "answer" => {
            let (stream, call) = stream.lock().unwrap().take().unwrap();
            let told = if seen.body["result"].is_null() { &seen.body["error"]["code"] } else { &seen.body["result"] };
            stream.send(call.result(&format!(r#"{{"told":{told}}}"#))).unwrap();
            None
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_form_is_asked_and_the_call_goes_on() {
    let schema = value!({ "type": "object", "properties": { "name": { "type": "string" } } });
    let question =
        value!({ "method": "elicitation/create", "params": { "message": "Who?", "requestedSchema": schema } });
    let peer = asking(question.clone()).await;
    let (client, _) = peer.client();
    let listener = Listener::new(ElicitationAnswer::Accept(Some(json(r#"{"name":"ada"}"#))));
    let answer = soon("the result", client.call("echo", &json("{}"), listener.clone())).await.unwrap();
    assert_eq!(answer.result.raw(), r#"{"told":{"action":"accept","content":{"name":"ada"}}}"#);
    let asked = listener.asked.lock().unwrap().clone();
    assert_eq!((asked[0].message.raw(), asked[0].server.raw(), asked.len()), ("Who?", "Acme", 1));
    let ElicitationRequest::Form(form) = &asked[0].request else { panic!("{asked:?}") };
    assert_eq!(form.raw(), schema.to_string());
    // Nobody listens, so it is declined.
    let answer = soon("the result", client.call("echo", &json("{}"), Arc::new(NoListener))).await.unwrap();
    assert_eq!(answer.result.raw(), r#"{"told":{"action":"decline"}}"#);
}

#[tokio::test]
async fn what_is_not_offered_is_refused_and_so_are_pages_that_are_none() {
    for (question, told) in [
        (value!({ "method": "sampling/createMessage", "params": { "messages": [], "maxTokens": 1 } }), "-32601"),
        (value!({ "method": "roots/list" }), "-32601"),
        (value!({ "method": "surprise/me", "params": {} }), "-32601"),
        (
            value!({ "method": "elicitation/create", "params": { "mode": "url", "message": "x", "url": "file:///etc" } }),
            "-32602",
        ),
        (value!({ "method": "elicitation/create", "params": { "mode": "dance", "message": "x" } }), "-32602"),
        (value!({ "method": "ping" }), "{}"),
    ] {
        let peer = asking(question.clone()).await;
        let (client, _) = peer.client();
        let listener = Listener::new(ElicitationAnswer::Accept(None));
        let answer = soon("the result", client.call("echo", &json("{}"), listener.clone())).await.unwrap();
        assert_eq!(answer.result.raw(), format!(r#"{{"told":{told}}}"#), "{question}");
        assert!(listener.asked.lock().unwrap().is_empty(), "{question}");
    }
}

#[tokio::test]
async fn input_that_is_required_is_asked_for_and_sent_with_the_state() {
    const STATE: &str = r#""s-1.10""#;
    let peer = Peer::new(|seen| {
        (seen.method() == "tools/call").then(|| {
            let params = &seen.body["params"];
            match params.get("inputResponses") {
                None => {
                    let page = r#"{"method":"elicitation/create","params":{"mode":"url","message":"Sign in","url":"https://a.example/in"}}"#;
                    let form = r#"{"method":"elicitation/create","params":{"message":"Who?","requestedSchema":{"type":"object"}}}"#;
                    Reply::Json(seen.result(&format!(
                        r#"{{"resultType":"input_required","inputRequests":{{"k1":{page},"k2":{form}}},"requestState":{STATE}}}"#
                    )))
                }
                Some(told) => Reply::Json(seen.result(&format!(
                    r#"{{"resultType":"complete","content":[],"told":{told},"state":{}}}"#,
                    params["requestState"]
                ))),
            }
        })
    })
    .await;
    let (client, _) = peer.client();
    let listener = Listener::new(ElicitationAnswer::Accept(None));
    let answer = client.call("echo", &json(r#"{"a":1}"#), listener.clone()).await.unwrap();
    let told = r#"{"k1":{"action":"accept"},"k2":{"action":"accept"}}"#;
    assert_eq!(
        answer.result.raw(),
        format!(r#"{{"resultType":"complete","content":[],"told":{told},"state":{STATE}}}"#)
    );
    let asked = listener.asked.lock().unwrap().clone();
    assert_eq!(asked.iter().map(|asked| asked.message.raw()).collect::<Vec<_>>(), ["Sign in", "Who?"]);
    assert_eq!(asked[0].server.raw(), "Acme");
    let seen = peer.seen();
    let calls: Vec<_> = seen.iter().filter(|seen| seen.method() == "tools/call").collect();
    assert_ne!(calls[0].body["id"], calls[1].body["id"]);
    assert_eq!(calls[1].body["params"]["arguments"], value!({ "a": 1 }));
}

#[tokio::test]
async fn a_server_that_never_has_enough_is_left() {
    let peer = Peer::new(|seen| {
        (seen.method() == "tools/call")
            .then(|| Reply::Json(seen.result(r#"{"resultType":"input_required","requestState":"more"}"#)))
    })
    .await;
    let (client, _) = peer.client();
    let fault = Fault::from(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err());
    assert_eq!((fault.kind, peer.count("tools/call")), (FaultKind::BadAnswer, 20));
    for odd in [
        r#"{"resultType":"input_required"}"#,
        r#"{"resultType":"input_required","inputRequests":{"k":{"method":"sampling/createMessage","params":{}}}}"#,
        r#"{"resultType":"input_required","inputRequests":[1]}"#,
        r#"{"resultType":"input_required","inputRequests":{"k":{"method":"elicitation/create","params":{"mode":"url","url":"x"}}}}"#,
    ] {
        let peer = Peer::new(move |seen| (seen.method() == "tools/call").then(|| Reply::Json(seen.result(odd)))).await;
        let (client, _) = peer.client();
        let fault = Fault::from(client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap_err());
        assert_eq!((fault.kind, peer.count("tools/call")), (FaultKind::BadAnswer, 1), "{odd}: {fault}");
    }
}

#[tokio::test]
async fn a_page_that_must_be_visited_first_is_asked_for_and_the_call_made_again() {
    let calls = Arc::new(AtomicUsize::new(0));
    let peer = Peer::old(move |seen| {
        (seen.method() == "tools/call" && calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2)).then(|| {
            let page = r#"{"mode":"url","elicitationId":"e-1","url":"https://a.example/in","message":"Sign in"}"#;
            let error = format!(r#"{{"code":-32042,"message":"Sign in first","data":{{"elicitations":[{page}]}}}}"#);
            Reply::Json(format!(r#"{{"jsonrpc":"2.0","id":{},"error":{error}}}"#, seen.body["id"]))
        })
    })
    .await;
    let (client, _) = peer.client();
    let listener = Listener::new(ElicitationAnswer::Accept(None));
    client.call("echo", &json("{}"), listener.clone()).await.unwrap();
    assert_eq!((listener.asked.lock().unwrap().len(), peer.count("tools/call")), (1, 2));
    for (answer, kind) in
        [(ElicitationAnswer::Decline, FaultKind::Denied), (ElicitationAnswer::Cancel, FaultKind::Cancelled)]
    {
        let before = peer.count("tools/call");
        let fault = Fault::from(client.call("echo", &json("{}"), Listener::new(answer)).await.unwrap_err());
        assert_eq!((fault.kind, fault.said.as_ref().unwrap().raw()), (kind, "Sign in first"));
        assert!(!fault.may_have_been_carried_out() && peer.count("tools/call") == before + 1);
        // The server wants it every other time.
        client.call("echo", &json("{}"), Arc::new(NoListener)).await.unwrap();
    }
}
