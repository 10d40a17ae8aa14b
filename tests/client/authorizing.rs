//! Following an authorization link: how long the page on this machine listens.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use jackfield::testing::backend::clock::Clock;
use jackfield::testing::backend::scalekit::Client;
use jackfield::testing::backend::{Ask, Authorizer as _, Step, Verification};
use jackfield::testing::domain::{AccountRef, Fault, FaultKind};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};

use super::server::{Reply, Server};
use crate::waiting::until;

const ACCOUNT: &str = r#"{"connected_account":{"id":"ca_1","identifier":"ada@acme.dev","provider":"LINEAR","connector":"linear","connection_id":"conn_1","status":"PENDING_AUTH","authorization_type":"OAUTH","updated_at":"2026-03-04T11:00:00Z"}}"#;

/// An environment whose clock is so many minutes ahead, and whose links end so many minutes from our now.
async fn environment(ahead: i64, ends_in: i64) -> Server {
    Server::with_tokens(move |seen, _| {
        let now = Timestamp::now();
        let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(now + SignedDuration::from_mins(ahead)));
        let date = format!("date: {}\r\n", date.unwrap());
        let expiry = now + SignedDuration::from_mins(ends_in);
        match seen.target.ends_with("magic_link") {
            true => Reply::with(200, &date, &format!(r#"{{"link":"https://acme.dev/l","expiry":"{expiry}"}}"#)),
            false => Reply::with(200, &date, ACCOUNT),
        }
    })
    .await
}

/// The first step of following a link, and the port that listened for it.
async fn first_step(client: &Client) -> (Result<Step, Fault>, u16) {
    let account = client.account(&AccountRef::Id("ca_1".into())).await.unwrap();
    let mut following = client.begin(&account, Verification::ThisMachine(None)).await.unwrap();
    let Ask::OpenUrl(link) = following.ask().clone() else { panic!("a link") };
    let port = link.callback_port.expect("a page on this machine");
    assert!(listens(port));
    (following.next().await, port)
}

fn listens(port: u16) -> bool {
    TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_on_this_machine_closes_some_time_after_the_link_has_expired() {
    // By the clock of the environment, which made the link.
    for (ahead, ends_in) in [(0, -16), (0, -600), (60, 40)] {
        let server = environment(ahead, ends_in).await;
        let (step, port) = first_step(&server.client().with_clock(Arc::new(Clock::default()))).await;
        let fault = step.map(|step| format!("{step:?}")).unwrap_err();
        assert_eq!(fault.kind, FaultKind::LinkExpired, "{ahead} {ends_in}");
        assert!(fault.message.contains("expired"), "{fault}");
        until("the end of the page", || (!listens(port)).then_some(()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opened_the_link_before_it_expired_can_still_finish() {
    for (ahead, ends_in) in [(0, 5), (0, -14), (60, 50)] {
        let server = environment(ahead, ends_in).await;
        let (step, _) = first_step(&server.client().with_clock(Arc::new(Clock::default()))).await;
        assert!(matches!(step, Ok(Step::Seen(_))), "{ahead} {ends_in}: {step:?}");
    }
}
