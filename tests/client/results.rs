//! Results of tools that are looked at while they come.

use std::sync::Arc;

use jackfield::testing::backend::scalekit::{Client, Limits};
use jackfield::testing::backend::{Answered, Arrival, Watch};
use jackfield::testing::domain::{Fault, FaultKind, JsonText};
use jackfield::testing::json::Document;
use tokio::sync::{Semaphore, mpsc};

use super::server::{Reply, Server, limits};
use super::{TOOL_UNAUTHORIZED, UNAUTHENTICATED, call, coded};

type Told = mpsc::UnboundedReceiver<Arrival>;

/// A listener, and what it hears.
fn watch() -> (Watch, Told) {
    let (told, arrivals) = mpsc::unbounded_channel();
    let watch = move |arrival| {
        let _ = told.send(arrival);
    };
    (Arc::new(watch), arrivals)
}

/// A call, and everything that was told of its result.
async fn watched(client: &Client) -> (Result<Answered, Fault>, Vec<Arrival>) {
    let (watch, mut told) = watch();
    let result = client.execute_watched(&call(), watch).await;
    let mut arrivals = Vec::new();
    while let Some(arrival) = told.recv().await {
        arrivals.push(arrival);
    }
    (result, arrivals)
}

/// The next beginning that is told of.
async fn beginning(told: &mut Told) -> Document {
    loop {
        if let Arrival::Coming { beginning: Some(beginning), .. } = told.recv().await.expect("something comes") {
            return beginning;
        }
    }
}

/// What came, where it was not the whole.
fn broken(arrivals: &[Arrival]) -> (Option<&str>, u64) {
    match arrivals.last() {
        Some(Arrival::Broken { part, bytes }) => (part.as_ref().map(|part| part.text().raw()), *bytes),
        other => panic!("{other:?}"),
    }
}

fn head(length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")
}

#[tokio::test]
async fn the_first_rows_are_there_while_the_rest_is_not_sent_yet() {
    let halfway = Arc::new(Semaphore::new(0));
    let held = Arc::clone(&halfway);
    let first = r#"{"execution_id":"exec_1","data":{"rows":["#;
    let (part, last) = (r#"{"n":1.10,"a":"b"},"#, r#"{}]}}"#);
    let length = first.len() + 2 * part.len() + last.len();
    let server = Server::with_tokens(move |_, _| Reply::raw(head(length) + first).flood(part, 2, last, &held)).await;
    let client = server.client();
    let (watch, mut told) = watch();
    let call = call();
    let answer = client.execute_watched(&call, watch);
    let wait = async {
        // The first may come before the second row has.
        let mut seen = beginning(&mut told).await;
        while seen.text().raw() != r#"{"rows":[{"n":1.10,"a":"b"}]}"# {
            seen = beginning(&mut told).await;
        }
        assert!(seen.is_part() && seen.is_cut(seen.root()));
        halfway.add_permits(1);
    };
    let (answer, ()) = tokio::join!(answer, wait);
    let Answered { execution, document } = answer.expect("a result");
    let document = document.expect("indexed on the way");
    assert_eq!(execution.data.raw(), r#"{"rows":[{"n":1.10,"a":"b"},{"n":1.10,"a":"b"},{}]}"#);
    assert_eq!(execution.id.expect("an id").raw(), "exec_1");
    assert!(!document.is_part() && document.text() == &execution.data);
}

#[tokio::test]
async fn a_peer_that_breaks_off_leaves_what_it_sent() {
    let body = r#"{"data":{"rows":[{"n":1},{"n":2},{"n"#;
    for reset in [false, true] {
        let reply = move || Reply::raw(head(100_000) + body);
        let server = Server::with_tokens(move |_, _| if reset { reply().then_reset() } else { reply() }).await;
        let (answer, arrivals) = watched(&server.client()).await;
        let fault = answer.expect_err("not all of it");
        assert_eq!(fault.kind, FaultKind::Network, "{fault}");
        assert!(fault.may_have_been_carried_out());
        // A reset may take away what was not read yet.
        if !reset {
            assert_eq!(broken(&arrivals), (Some(r#"{"rows":[{"n":1},{"n":2},{}]}"#), body.len() as u64));
        }
    }
}

#[tokio::test]
async fn whoever_stops_waiting_is_told_of_what_came() {
    let body = r#"{"data":[1,2,3"#;
    let server = Server::with_tokens(move |_, _| Reply::raw(head(100_000) + body).then_hang()).await;
    let client = server.client();
    let (watch, mut told) = watch();
    let call = call();
    {
        let answer = client.execute_watched(&call, watch);
        tokio::select! {
            answer = answer => panic!("{answer:?}"),
            seen = beginning(&mut told) => assert_eq!(seen.text().raw(), "[1,2]"),
        }
    }
    let mut arrivals = Vec::new();
    while let Some(arrival) = told.recv().await {
        arrivals.push(arrival);
    }
    // A number that nothing follows may go on.
    assert_eq!(broken(&arrivals), (Some("[1,2]"), body.len() as u64));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_a_fault_and_what_fits_is_told_of() {
    let first = r#"{"data":["#;
    // How long it is, is not said.
    let start = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{first}");
    let enough = Arc::new(Semaphore::new(1));
    let server =
        Server::with_tokens(move |_, _| Reply::raw(&start).flood("\"0123456789\",", 10_000, "0]}", &enough)).await;
    let client = server.client_with(Limits { body: 50_000, ..limits() });
    let (answer, arrivals) = watched(&client).await;
    let fault = answer.expect_err("too much");
    assert_eq!((fault.kind, fault.http_status), (FaultKind::TooLarge, Some(200)));
    let (part, bytes) = broken(&arrivals);
    let part = part.expect("a part");
    assert!(bytes <= 50_000 && part.len() <= 50_000);
    assert!(part.starts_with("[\"0123456789\",") && part.ends_with(']') && JsonText::parse(part.to_owned()).is_ok());
}

/// Bodies of good answers, odd ones included.
fn bodies() -> Vec<String> {
    let deep = format!(r#"{{"data":{}1{}}}"#, "[".repeat(50_000), "]".repeat(50_000));
    let late = format!(r#"{{"other":"{}","data":[1,2]}}"#, "x".repeat(100_000));
    let mut bodies: Vec<String> = [
        r#"{"data":{"a":1.10,"b":[1,2,{"c":null}]},"execution_id":"exec_1"}"#,
        " {\n \"execution_id\" : \"exec_2\" , \"data\" : [ 1 , 2 ] }\n",
        r#"{"data":null}"#,
        r#"{"data":12}"#,
        r#"{"data":"text \" with ] and }"}"#,
        r#"{"execution_id":"exec_3"}"#,
        r#"{"d\u0061ta":{"a":1}}"#,
        r#"{"other":{"data":1},"data":{"data":2}}"#,
        r#"{"data":{},"execution_id":7}"#,
        "\u{feff}{\"data\":[true]}",
        r#"{"data":[1],"data":[2]}"#,
        r#"{"data":[1}"#,
        r#"{"data":[1,2,tru],"execution_id":"exec_4"}"#,
        r#"{"data":[1,2],"execution_id":"exec_5""#,
        r#"{"data":[1,2]} and more"#,
        r#"{"data":["half a pair \ud800"]}"#,
        "[1]",
        "",
        "<html><body>Bad gateway</body></html>",
    ]
    .map(str::to_owned)
    .into();
    bodies.extend([deep, late]);
    bodies
}

#[tokio::test]
async fn what_comes_of_an_answer_is_the_same_whether_it_is_watched_or_not() {
    for body in bodies() {
        let reply = body.clone();
        let server = Server::with_tokens(move |_, _| Reply::json(200, &reply)).await;
        let client = server.client();
        let whole = client.execute(&call()).await;
        let (answer, _) = watched(&client).await;
        let shown: String = body.chars().take(80).collect();
        match (whole, answer) {
            (Ok(whole), Ok(Answered { execution, document })) => {
                assert_eq!((&whole.data, &whole.id), (&execution.data, &execution.id), "{shown}");
                if let Some(document) = document {
                    assert_eq!(document.text(), &whole.data, "{shown}");
                }
            }
            (Err(whole), Err(fault)) => assert_eq!(
                (whole.kind, whole.message, whole.said, whole.http_status),
                (fault.kind, fault.message, fault.said, fault.http_status),
                "{shown}"
            ),
            (whole, answer) => panic!("{shown}: {whole:?} {answer:?}"),
        }
    }
}

#[tokio::test]
async fn refusals_are_read_whole_and_a_new_token_is_fetched_as_ever() {
    for (reply, kind) in [
        (Reply::json(401, TOOL_UNAUTHORIZED), FaultKind::NeedsAuthorization),
        (coded(404, "TOOL_NOT_FOUND"), FaultKind::NotFound),
    ] {
        let reply = std::sync::Mutex::new(Some(reply));
        let server = Server::with_tokens(move |_, _| reply.lock().unwrap().take().expect("one call")).await;
        let (answer, arrivals) = watched(&server.client()).await;
        assert_eq!(answer.expect_err("refused").kind, kind);
        assert!(arrivals.is_empty());
    }
    let server = Server::with_tokens(|_, before| match before {
        0 => Reply::json(401, UNAUTHENTICATED),
        _ => Reply::json(200, r#"{"data":[1]}"#),
    })
    .await;
    let (answer, _) = watched(&server.client()).await;
    assert_eq!(answer.expect("a result").execution.data.raw(), "[1]");
    assert_eq!(server.token_requests(), 2);
}
