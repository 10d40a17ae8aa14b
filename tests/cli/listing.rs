//! Lists that are longer than anybody waits for.

use std::process::Command;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use serde_json::{Value, json};

use super::process::{Ran, Running, against, run};
use crate::client::UNAUTHENTICATED;
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
async fn backend(second: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
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
async fn a_document_is_printed_as_it_arrives() {
    let server = backend(|| Reply::raw("").then_hang()).await;
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(list(&server, home.path(), &["--json"]));
    assert!(running.wait_out(|text| text.contains("ca_1")).starts_with(r#"{"connected_accounts":[{"#));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_the_list() {
    let server = backend(|| Reply::raw("").then_hang()).await;
    let home = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = list(&server, home.path(), &["--json"]);
    command.stdout(writer).stderr(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    let status = until("its end", || child.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}

/// Every list of the environment: the command, the name of its items, and one of them.
const LISTS: [(&[&str], &str, &str); 4] = [
    (
        &["accounts", "list"],
        "connected_accounts",
        r#"{"id":"N","identifier":"ada","connector":"linear","status":"ACTIVE"}"#,
    ),
    (&["connections", "list"], "connections", r#"{"id":"N","key_id":"N","enabled":true}"#),
    (&["tools", "list"], "tools", r#"{"id":"N","provider":"X","definition":{"name":"N"}}"#),
    (
        &["tools", "list", "--as", "ada", "--connection", "linear"],
        "tools",
        r#"{"tool":{"id":"N","provider":"X","definition":{"name":"N"}},"identifier":"ada","connected_account_id":"ca_1"}"#,
    ),
];

/// A broker that answers each list with `pages` of rows by name, and with this total.
async fn paged(rows: &'static str, row: &'static str, total: u64, pages: &'static [&'static [&'static str]]) -> Server {
    Server::with_tokens(move |seen: &Seen, _| {
        let page = seen.target.split_once("page_token=").map_or("0", |(_, token)| token.split('&').next().unwrap());
        let at: usize = page.parse().unwrap();
        let Some(names) = pages.get(at) else { return Reply::json(401, UNAUTHENTICATED) };
        let names: Vec<_> = names.iter().map(|name| row.replace('N', name)).collect();
        // After the last page, one that is refused.
        let next = if names.is_empty() || at + 1 < pages.len() { (at + 1).to_string() } else { String::new() };
        Reply::json(
            200,
            &format!(r#"{{"{rows}":[{}],"total_size":{total},"next_page_token":"{next}"}}"#, names.join(",")),
        )
    })
    .await
}

fn document(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {:?}", ran.out))
}

/// The last line that programs are told beside the answer.
fn beside(ran: &Ran) -> Value {
    serde_json::from_str(ran.err.lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("{error}: {}", ran.err))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_is_given_whatever_the_total_says() {
    let home = tempfile::tempdir().unwrap();
    for (command, rows, row) in LISTS {
        let ran = async |total, pages, flags: &[&str]| {
            let server = paged(rows, row, total, pages).await;
            run(against(&server.url, home.path(), &[command, flags].concat()), "")
        };
        let whole = ran(2, &[&["a"], &["b"]], &["--json"]).await;
        assert_eq!((whole.code, whole.err.as_str()), (0, ""), "{command:?}");
        assert_eq!((&document(&whole)["total_size"], &document(&whole)["complete"]), (&json!(2), &json!(true)));

        let twice = ran(3, &[&["a", "a"], &["b"]], &["--json"]).await;
        assert_eq!(twice.code, 0, "{command:?}: {}", twice.err);
        assert_eq!((document(&twice)["total_size"].as_u64(), &document(&twice)["complete"]), (Some(2), &json!(true)));
        assert!(beside(&twice)["warning"].as_str().unwrap().contains("came more than once and is listed once."));

        let grown = ran(1, &[&["a"], &["b"]], &["--json"]).await;
        assert_eq!((grown.code, document(&grown)["total_size"].as_u64()), (0, Some(2)), "{command:?}");
        assert_eq!(beside(&grown)["warning"], "The list grew from 1 to 2 while it was read.");

        let short = ran(5, &[&["a"], &["b"]], &["--json"]).await;
        assert_eq!(short.code, 8, "{command:?}: {}", short.err);
        let told = document(&short);
        assert_eq!((told["total_size"].as_u64(), &told["complete"]), (Some(2), &json!(false)));
        assert_eq!(told[rows].as_array().unwrap().len(), 2);
        assert!(
            told["error"]["message"].as_str().unwrap().ends_with("its pages held only 2: 3 are missing."),
            "{told}"
        );
        assert_eq!(beside(&short)["error"], told["error"]);

        let spoken = ran(5, &[&["a"], &["b"]], &[]).await;
        assert_eq!((spoken.code, spoken.out.lines().count()), (8, 3), "{command:?}: {}", spoken.out);
        assert!(spoken.err.contains("3 are missing"), "{}", spoken.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_off_is_a_document_that_says_so() {
    let home = tempfile::tempdir().unwrap();
    for (command, rows, row) in LISTS {
        let server = paged(rows, row, 9, &[&["a"], &[]]).await;
        let ran = run(against(&server.url, home.path(), &[command, &["--json"]].concat()), "");
        assert_eq!(ran.code, 3, "{command:?}: {}", ran.err);
        let told = document(&ran);
        assert_eq!((told[rows].as_array().unwrap().len(), &told["complete"]), (1, &json!(false)));
        assert_eq!((&told["error"]["kind"], &beside(&ran)["error"]), (&json!("key_refused"), &told["error"]));

        let server = paged(rows, row, 9, &[]).await;
        let ran = run(against(&server.url, home.path(), &[command, &["--json"]].concat()), "");
        ran.refused_json(3, "key_refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_interrupted_is_a_document_that_says_so() {
    let server = backend(|| Reply::raw("").then_hang()).await;
    let home = tempfile::tempdir().unwrap();
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let running = Running::start(list(&server, home.path(), &["--json"]));
        running.wait_out(|text| text.contains("ca_1"));
        running.signal(signal);
        let ran = running.ended();
        assert_eq!(ran.code, code, "{signal}: {}", ran.err);
        let told = document(&ran);
        assert_eq!((told["total_size"].as_u64(), &told["complete"]), (Some(1), &json!(false)), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_without_end_is_given_as_far_as_it_goes() {
    let next = AtomicU64::new(0);
    let server = Server::with_tokens(move |_, _| {
        let (at, row) = (next.fetch_add(1, Relaxed), r#"{"id":"conn_1","key_id":"linear","enabled":true}"#);
        Reply::json(200, &format!(r#"{{"connections":[{row}],"next_page_token":"{at}"}}"#))
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let ran = run(against(&server.url, home.path(), &["connections", "list", "--json"]), "");
    let told = document(&ran);
    assert_eq!((ran.code, told["total_size"].as_u64(), &told["complete"]), (8, Some(1), &json!(false)));
    assert!(told["error"]["message"].as_str().unwrap().contains("does not end"), "{told}");
}
