//! Receivers that misbehave, with less patience than the sandbox has.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::log::DeliveryState;
use super::*;
use crate::sandbox::ids::Ids;

/// What a receiver does with a connection.
enum Answer {
    /// Reads the request and says this.
    Say(String),
    /// Reads the request and ends the connection.
    HangUp,
    /// Reads the request and never answers.
    Nothing,
    /// Says this, and goes on for ever.
    Endless,
}

/// A receiver that answers the first connections as told, and then takes no more. Returns its address and the requests.
async fn receiver(answers: Vec<Answer>) -> (Url, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks", listener.local_addr().unwrap()).parse().unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    tokio::spawn(async move {
        let (mut answers, mut kept) = (VecDeque::from(answers), Vec::new());
        let mut listener = Some(listener);
        while let Some(answer) = answers.pop_front() {
            let (mut stream, _) = listener.as_ref().unwrap().accept().await.unwrap();
            let came = request(&mut stream).await;
            seen.lock().unwrap().push(came);
            // Before the last answer: nobody comes in between.
            listener = listener.filter(|_| !answers.is_empty());
            match answer {
                Answer::Say(text) => stream.write_all(text.as_bytes()).await.unwrap(),
                Answer::HangUp => {}
                Answer::Nothing => kept.push(stream),
                Answer::Endless => {
                    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                    while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
                }
            }
        }
        // Connections that are never answered stay open.
        std::future::pending::<()>().await;
        drop(kept);
    });
    (url, requests)
}

async fn request(stream: &mut TcpStream) -> String {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if count == 0 || text.ends_with("}}") {
            return text;
        }
    }
}

fn say(status: u16, headers: &str) -> Answer {
    Answer::Say(format!("HTTP/1.1 {status} X\r\n{headers}content-length: 4\r\nconnection: close\r\n\r\nbody"))
}

/// Delivers one event to a receiver of these answers; what became of it, the requests, and what was told of failures.
async fn delivered(answers: Vec<Answer>, patience: Duration) -> (DeliveryView, Vec<String>, Vec<String>) {
    let (url, requests) = receiver(answers).await;
    let webhook = Webhook::new(&WebhookTarget { url, secret: None }, "env_1".into()).unwrap();
    let mut world = World::new(Ids::new(1), Timestamp::now()).unwrap();
    world.events.tell(webhook.news());
    let connection = world.connection("linear").unwrap();
    world.create_account(&connection, "new", None, None, Timestamp::now());
    webhook.collect(&mut world);

    let mut failures = webhook.failures();
    let delivery = webhook.deliveries().remove(0);
    let sender = WebhookSender::new(&webhook.url, patience);
    deliver(&webhook, &sender, &delivery, &[Duration::from_millis(1); 2]).await;
    let told = std::iter::from_fn(|| failures.try_recv().ok()).collect();
    let requests = requests.lock().unwrap().clone();
    (webhook.deliveries().remove(0), requests, told)
}

const LONG: Duration = Duration::from_secs(60);

fn view(delivery: &DeliveryView) -> serde_json::Value {
    serde_json::to_value(delivery).unwrap()
}

#[tokio::test]
async fn a_receiver_that_fails_twice_gets_it_three_times_and_each_time_anew_signed() {
    let (delivery, requests, told) = delivered(vec![say(503, ""), Answer::HangUp, say(201, "")], LONG).await;
    assert_eq!((delivery.state, requests.len(), told.len()), (DeliveryState::Delivered, 3, 0));
    assert_eq!((&view(&delivery)["attempts"], &view(&delivery)["receiver_status"]), (&3.into(), &201.into()));
    assert!(requests.iter().all(|request| request.contains(&format!("webhook-id: {}\r\n", delivery.id))));
    assert!(requests.iter().all(|request| request.contains("webhook-signature: v1,")), "{requests:?}");
    assert!(requests[0].starts_with("POST /hooks HTTP/1.1\r\n"), "{}", requests[0]);
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_given_up() {
    let answers = vec![Answer::Nothing, Answer::Nothing, Answer::Nothing];
    let (delivery, requests, told) = delivered(answers, Duration::from_millis(300)).await;
    assert_eq!((delivery.state, requests.len()), (DeliveryState::Failed, 3));
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("connected_account.created evt_"), "{told:?}");
    assert!(told[0].contains("The application did not answer within 0.3 s."), "{told:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_refusal_not_sent_again() {
    let elsewhere = "location: http://127.0.0.1:1/elsewhere\r\n";
    for (answer, status) in [(say(307, elsewhere), 307), (say(400, ""), 400), (say(404, ""), 404)] {
        let (delivery, requests, told) = delivered(vec![answer, say(200, "")], LONG).await;
        assert_eq!((delivery.state, requests.len(), told.len()), (DeliveryState::Failed, 1, 1), "{status}");
        assert_eq!(view(&delivery)["receiver_status"], status);
        assert_eq!(view(&delivery)["receiver_answer"], "body");
    }
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_asked_again_and_named_without_its_path() {
    let (delivery, requests, told) = delivered(vec![Answer::HangUp], LONG).await;
    assert_eq!((delivery.state, requests.len()), (DeliveryState::Failed, 1));
    assert_eq!(view(&delivery)["attempts"], 3);
    assert!(told[0].contains("Nobody takes connections there.") && !told[0].contains("/hooks"), "{told:?}");
}

#[tokio::test]
async fn an_answer_without_an_end_is_read_no_further_than_it_is_kept() {
    let (delivery, _, _) = delivered(vec![Answer::Endless], LONG).await;
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(view(&delivery)["receiver_answer"].as_str().unwrap().len(), 1024);
}

#[test]
fn an_address_that_is_no_web_address_is_refused() {
    for bad in ["file:///etc/passwd", "mailto:ada@acme.dev", "ftp://127.0.0.1/x"] {
        let target = WebhookTarget { url: bad.parse().unwrap(), secret: None };
        assert_eq!(Webhook::new(&target, String::new()).err().unwrap().kind, FaultKind::Usage, "{bad}");
    }
}
