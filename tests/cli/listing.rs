//! Lists that are longer than anybody waits for.

use std::process::Command;

use super::process::{Ran, Running, against, run};
use crate::client::server::{Reply, Seen, Server};
use crate::waiting::until;

/// The first page of two, with one account.
fn first_page() -> Reply {
    Reply::json(
        200,
        r#"{"connected_accounts":[{"id":"ca_1","identifier":"ada","connector":"linear","status":"ACTIVE"}],
            "total_size":2,"next_page_token":"second"}"#,
    )
}

/// A broker whose second page is `second`.
async fn broker(second: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::with_tokens(move |seen: &Seen, _| match seen.target.contains("page_token=second") {
        true => second(),
        false => first_page(),
    })
    .await
}

fn list(server: &Server, home: &std::path::Path, flags: &[&str]) -> Command {
    against(&server.url, home, &[&["accounts", "list"], flags].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_arrived_is_printed_before_the_rest() {
    let server = broker(|| Reply::raw("").then_hang()).await;
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(list(&server, home.path(), &[]));
    assert!(running.wait_out(|text| text.lines().count() == 2).contains("ca_1"));
    let running = Running::start(list(&server, home.path(), &["--json"]));
    assert!(running.wait_out(|text| text.contains("ca_1")).starts_with(r#"{"connected_accounts":[{"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_the_list() {
    let server = broker(|| Reply::raw("").then_hang()).await;
    let home = tempfile::tempdir().unwrap();
    for flags in [&[][..], &["--json"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = list(&server, home.path(), flags);
        command.stdout(writer).stderr(std::process::Stdio::null());
        let mut child = command.spawn().unwrap();
        let status = until("its end", || child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{flags:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_off_is_no_whole_document() {
    let server = broker(|| Reply::json(403, "{}")).await;
    let home = tempfile::tempdir().unwrap();
    let Ran { code, out, err } = run(list(&server, home.path(), &["--json"]), "");
    assert_eq!(code, 3, "{err}");
    assert!(out.contains("ca_1") && serde_json::from_str::<serde_json::Value>(&out).is_err(), "{out}");
    assert!(err.contains(r#""kind":"forbidden""#), "{err}");
}
