//! The server of tools alone, with a host of the test's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use jackfield::testing::domain::{ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText};
use jackfield::testing::mcp::server::{Era, HostRefusal, OfferedTool, Peer, Question, ToolAnswer, ToolHost, stream};
use rmcp::model::{ElicitResult, ElicitationAction, SubscriptionFilter};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::{Connected, Heard, eras, request};
use crate::waiting::soon;

fn text(words: &str) -> JsonText {
    JsonText::parse(words.to_owned()).unwrap()
}

/// Tools that do what their names say.
struct Toy {
    tools: Vec<&'static str>,
    changes: watch::Sender<u64>,
    calls: AtomicUsize,
    running: AtomicUsize,
    most: AtomicUsize,
    /// Calls of `wait` go on when this is told.
    go: Notify,
}

impl Toy {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            tools: vec!["echo", "fail", "ask", "wait", "count", "dotted.name", "panic"],
            changes: watch::Sender::new(0),
            calls: AtomicUsize::new(0),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            go: Notify::new(),
        })
    }
}

/// Counts a call for as long as it runs.
struct Running<'a>(&'a Toy);

impl<'a> Running<'a> {
    fn new(toy: &'a Toy) -> Self {
        let now = toy.running.fetch_add(1, Ordering::SeqCst) + 1;
        toy.most.fetch_max(now, Ordering::SeqCst);
        toy.calls.fetch_add(1, Ordering::SeqCst);
        Self(toy)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl ToolHost for Toy {
    async fn tools(&self, _peer: &Peer) -> Result<Vec<Arc<OfferedTool>>, Fault> {
        let offered = |name: &&str| Arc::new(OfferedTool { name: (*name).into(), ..OfferedTool::default() });
        Ok(self.tools.iter().map(offered).collect())
    }

    async fn call(&self, tool: &OfferedTool, arguments: JsonText, peer: &Peer) -> Result<ToolAnswer, HostRefusal> {
        let _running = Running::new(self);
        match tool.name.raw() {
            "fail" => {
                let fault = Fault::new(FaultKind::ProviderFailed, "It failed.").said("no such thing");
                Err(HostRefusal::Failed { fault: Box::new(fault), next: "Try another.".into() })
            }
            "ask" => {
                let schema = text(r#"{"type":"object","properties":{"yes":{"type":"boolean"}},"required":["yes"]}"#);
                let question = Question { message: "Really?".into(), request: ElicitationRequest::Form(schema) };
                let answer = peer.ask(question).await?;
                let words = match answer {
                    ElicitationAnswer::Accept(Some(values)) => values.raw().to_owned(),
                    other => format!("\"{other:?}\""),
                };
                Ok(ToolAnswer::new(text(&words)))
            }
            "wait" => {
                self.go.notified().await;
                Ok(ToolAnswer::new(text("{}")))
            }
            "count" => {
                for step in 1..=3 {
                    peer.tell_progress(f64::from(step), Some(3.0), format!("step {step}"));
                }
                Ok(ToolAnswer::new(text("{}")))
            }
            "panic" => panic!("a host of the test breaks"),
            _ => {
                let era = match peer.era {
                    Era::Session => "session",
                    Era::Stateless => "stateless",
                };
                let words = json!({ "name": peer.name.raw(), "version": peer.version.raw(), "era": era, "arguments": arguments });
                Ok(ToolAnswer::new(text(&words.to_string())))
            }
        }
    }

    fn changes(&self) -> Option<watch::Receiver<u64>> {
        Some(self.changes.subscribe())
    }

    fn instructions(&self) -> Option<String> {
        Some("Be careful.".into())
    }
}

#[tokio::test]
async fn both_eras_list_call_and_are_told_what_went_wrong() {
    for (era, word) in eras().into_iter().zip(["session", "stateless"]) {
        let server = Connected::new(Toy::new(), era, None).await;
        assert_eq!(server.names().await, ["echo", "fail", "ask", "wait", "count", "dotted_name", "panic"]);
        let result = server.call("echo", json!({"n": 12})).await.unwrap();
        let said = json!({"name": "test-agent", "version": "1.2", "era": word, "arguments": {"n": 12}});
        assert_eq!(result.structured_content, Some(said));
        let (failed, words) = server.said("fail", json!({})).await;
        assert!(failed && words.contains("(the provider): It failed.\nIn its own words: no such thing"), "{words}");
        assert!(words.ends_with("Try another."), "{words}");
        assert!(!server.said("dotted_name", json!({})).await.0, "the host knows it by its own name");
        let unknown = server.call("ecko", json!({})).await.unwrap_err().to_string();
        assert!(unknown.contains("There is no tool named ecko. Is echo meant?"), "{unknown}");
        let broken = server.call("panic", json!({})).await.unwrap_err().to_string();
        assert!(broken.contains("Whether it was carried out is not known"), "{broken}");
        server.leave().await;
    }
}

#[tokio::test]
async fn a_host_may_ask_the_person_in_both_eras_and_the_call_runs_once() {
    for era in eras() {
        let toy = Toy::new();
        let yes = ElicitResult::new(ElicitationAction::Accept).with_content(json!({"yes": true}));
        let mut server = Connected::new(toy.clone(), era, Some(yes)).await;
        assert_eq!(server.said("ask", json!({})).await, (false, r#"{"yes":true}"#.to_owned()));
        let Some(Heard::Asked(asked)) = server.hears.recv().await else { panic!("it was asked") };
        assert_eq!(asked["message"], "Really?");
        server.client.service().answers(ElicitResult::new(ElicitationAction::Decline));
        assert_eq!(server.said("ask", json!({})).await, (false, "Decline".to_owned()));
        assert_eq!(toy.calls.load(Ordering::SeqCst), 2, "each was carried out once");
        server.leave().await;
    }
}

#[tokio::test]
async fn a_client_that_cannot_ask_is_a_failure_in_words() {
    for era in eras() {
        let server = Connected::new(Toy::new(), era, None).await;
        let (failed, words) = server.said("ask", json!({})).await;
        assert!(failed && words.contains("The client cannot ask its person."), "{words}");
        server.leave().await;
    }
}

#[tokio::test]
async fn progress_is_passed_on() {
    for era in eras() {
        let mut server = Connected::new(Toy::new(), era, None).await;
        server.call("count", json!({})).await.unwrap();
        let Some(Heard::Progress(words)) = soon("progress", server.hears.recv()).await else { panic!("progress") };
        assert_eq!(words, "step 1");
        server.leave().await;
    }
}

#[tokio::test]
async fn a_client_hears_of_changes_in_both_eras() {
    let [session, stateless] = eras();
    let toy = Toy::new();
    let mut server = Connected::new(toy.clone(), session, None).await;
    server.names().await;
    while toy.changes.receiver_count() == 0 {
        tokio::task::yield_now().await;
    }
    toy.changes.send_modify(|count| *count += 1);
    assert!(matches!(soon("news", server.hears.recv()).await, Some(Heard::ListChanged)));
    server.leave().await;

    let server = Connected::new(toy.clone(), stateless, None).await;
    let filter = SubscriptionFilter::builder().tools_list_changed().build();
    let mut subscription = soon("a subscription", server.client.listen(filter)).await.unwrap();
    while toy.changes.receiver_count() == 0 {
        tokio::task::yield_now().await;
    }
    toy.changes.send_modify(|count| *count += 1);
    assert!(soon("news", subscription.next()).await.unwrap().is_some());
    drop(subscription);
    server.leave().await;
}

#[tokio::test]
async fn hundreds_of_calls_run_a_few_at_a_time_and_all_are_answered() {
    let [session, _] = eras();
    let toy = Toy::new();
    let server = Connected::new(toy.clone(), session, None).await;
    let client = &server.client;
    let calls = futures_util::future::join_all((0..300).map(|_| client.call_tool(request("wait", json!({})))));
    let answered = async {
        let going = async {
            loop {
                toy.go.notify_waiters();
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            answers = calls => answers,
            () = going => Vec::new(),
        }
    };
    let answers = soon("all answers", answered).await;
    assert!(answers.len() == 300 && answers.iter().all(Result::is_ok));
    let most = toy.most.load(Ordering::SeqCst);
    assert!((2..=32).contains(&most), "{most} at a time");
    server.leave().await;
}

#[tokio::test]
async fn whoever_goes_away_ends_the_calls() {
    for era in eras() {
        let toy = Toy::new();
        let server = Connected::new(toy.clone(), era, None).await;
        let peer = server.client.peer().clone();
        let call = tokio::spawn(async move { peer.call_tool_once(request("wait", json!({}))).await });
        while toy.running.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        server.stop.cancel();
        soon("the end", server.served).await.unwrap().unwrap();
        assert_eq!(toy.running.load(Ordering::SeqCst), 0, "nothing is under way any more");
        assert!(soon("a word on it", call).await.unwrap().is_err());
    }
}

/// Lines of a client that is none.
async fn raw(lines: &[&str], answers: usize) -> Vec<serde_json::Value> {
    let (here, there) = tokio::io::duplex(1 << 16);
    let (read, write) = tokio::io::split(there);
    let served = tokio::spawn(stream::serve(Toy::new(), read, write, CancellationToken::new()));
    let (read, mut write) = tokio::io::split(here);
    let lines: Vec<String> = lines.iter().map(|line| format!("{line}\n")).collect();
    let writing = tokio::spawn(async move {
        for line in lines {
            write.write_all(line.as_bytes()).await.unwrap();
        }
        write
    });
    let mut came = Vec::new();
    let mut read = BufReader::new(read).lines();
    while came.len() < answers {
        let line = soon("an answer", read.next_line()).await.unwrap().expect("an answer");
        came.push(serde_json::from_str(&line).unwrap());
    }
    drop(soon("the writing", writing).await.unwrap());
    drop(read);
    soon("the end", served).await.unwrap().unwrap();
    came
}

const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"raw","version":"0"}}}"#;

#[tokio::test]
async fn nonsense_and_lines_without_end_are_answered_or_passed_over() {
    let long =
        format!(r#"{{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{{"cursor":"{}"}}}}"#, "x".repeat(5 << 20));
    let answers = raw(
        &[
            HELLO,
            &long,
            r#"{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"nowhere"}}"#,
            r#"{"jsonrpc":"2.0","id":4,"method":"no/such","params":{}}"#,
            r#"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo","arguments":{"a":[[[[]]]]}}}"#,
        ],
        4,
    )
    .await;
    let by_id = |id: u64| answers.iter().find(|answer| answer["id"] == id);
    assert_eq!(by_id(1).unwrap()["result"]["instructions"], "Be careful.");
    assert_eq!(by_id(3).unwrap()["error"]["code"], -32602);
    assert_eq!(by_id(4).unwrap()["error"]["code"], -32601);
    assert_eq!(by_id(5).unwrap()["result"]["isError"], false);
}

#[tokio::test]
async fn a_client_that_never_reads_keeps_nothing_from_ending() {
    let (here, there) = tokio::io::duplex(64);
    let (read, write) = tokio::io::split(there);
    let stop = CancellationToken::new();
    let served = tokio::spawn(stream::serve(Toy::new(), read, write, stop.clone()));
    let (_read, mut write) = tokio::io::split(here);
    let writing = tokio::spawn(async move {
        let _ = write.write_all(format!("{HELLO}\n").as_bytes()).await;
        for id in 10..200 {
            let line = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/list"}}"#);
            let _ = write.write_all(format!("{line}\n").as_bytes()).await;
        }
    });
    tokio::task::yield_now().await;
    stop.cancel();
    let _ = soon("the end", served).await.unwrap();
    writing.abort();
}
