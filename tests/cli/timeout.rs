//! How long a command waits for a tool or a provider, and who says so.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use super::process::{Ran, Running, against};
use crate::client::server::{Reply, Seen, Server};
use crate::waiting::until;

const ACCOUNT: &str = r#"{"id":"ca_1","connector":"linear","identifier":"ada@acme.dev","status":"ACTIVE"}"#;
const TOOL: &str =
    r#"{"tool":{"definition":{"name":"linear_me_get"}},"identifier":"ada@acme.dev","connected_account_id":"ca_1"}"#;
const RUN: [&str; 4] = ["run", "linear_me_get", "--as", "ada@acme.dev"];
const REQUEST: [&str; 7] = ["request", "GET", "me", "--connection", "linear", "--as", "ada@acme.dev"];

fn is_call(seen: &Seen) -> bool {
    seen.target.ends_with("execute_tool") || seen.target == "/proxy/me"
}

/// An environment with one account and one tool. Whatever is asked of that waits for a permit.
async fn environment(gate: &Arc<Semaphore>) -> Server {
    let behind = Arc::clone(gate);
    Server::with_tokens(move |seen, _| {
        let path = seen.target.split('?').next().unwrap_or_default();
        match path.trim_start_matches("/api/v1/") {
            "execute_tool" => Reply::json(200, r#"{"data":{"late":true}}"#).behind(&behind),
            "/proxy/me" => Reply::json(200, r#"{"late":true}"#).behind(&behind),
            "connected_accounts/details" => Reply::json(200, &format!(r#"{{"connected_account":{ACCOUNT}}}"#)),
            "connected_accounts" => {
                Reply::json(200, &format!(r#"{{"connected_accounts":[{ACCOUNT}],"total_size":1}}"#))
            }
            "connections/app" => {
                Reply::json(200, r#"{"connections":[{"id":"conn_1","key_id":"linear","enabled":true}],"total_size":1}"#)
            }
            "tools/scoped" => Reply::json(200, &format!(r#"{{"tools":[{TOOL}],"total_size":1}}"#)),
            _ => Reply::json(404, r#"{"code":5,"message":"Not Found"}"#),
        }
    })
    .await
}

fn start(server: &Server, home: &Path, arguments: &[&str]) -> Running {
    Running::start(against(&server.url, home, &[arguments, &["--json"]].concat()))
}

/// The end of a command, while the server goes on.
async fn ended(running: Running) -> Ran {
    tokio::task::spawn_blocking(|| running.ended()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_does_not_answer_in_the_time_that_is_said_is_given_up_and_more_time_is_offered() {
    let gate = Arc::new(Semaphore::new(0));
    let server = environment(&gate).await;
    let home = tempfile::tempdir().unwrap();
    for call in [&RUN[..], &REQUEST] {
        let ran = ended(start(&server, home.path(), &[call, &["--timeout", "1s"]].concat())).await;
        let fault = ran.refused_json(8, "timed_out");
        let said = fault["message"].as_str().unwrap();
        assert!(said.contains("within 1 seconds") && said.contains("Use --timeout to wait longer"), "{said}");
    }
    let ran = ended(start(&server, home.path(), &["history", "replay", "1", "--timeout", "1s"])).await;
    ran.refused_json(8, "timed_out");
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.toml"), "timeout = '1s'").unwrap();
    ended(start(&server, home.path(), &RUN)).await.refused_json(8, "timed_out");
    let wrong = ended(start(&server, home.path(), &[&RUN[..], &["--timeout", "soon"]].concat())).await;
    wrong.refused_json(2, "usage");
}

/// What is said wins over what is set, by which this would long be given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_limit_it_is_waited_for_until_the_peer_answers() {
    let gate = Arc::new(Semaphore::new(0));
    let server = environment(&gate).await;
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/settings.toml"), "timeout = '1ms'").unwrap();
    for (at, call) in [&RUN[..], &REQUEST].into_iter().enumerate() {
        let running = start(&server, home.path(), &[call, &["--timeout", "none"]].concat());
        tokio::task::block_in_place(|| {
            until("the call", || (server.calls().iter().filter(|seen| is_call(seen)).count() > at).then_some(()));
        });
        gate.add_permits(1);
        let document = ended(running).await.json();
        let late = if at == 0 { &document["data"]["late"] } else { &document["body"]["late"] };
        assert_eq!(late, true, "{document}");
    }
}
