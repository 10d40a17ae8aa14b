//! `audit`: every use of a credential, from this machine.

use serde_json::Value;

use super::process::{Running, Served, run};
use crate::browser::{Script, visit_blocking};

fn uses(served: &Served, filter: &[&str]) -> Vec<Value> {
    let listed = served.run(&[&["audit", "list", "--json"][..], filter].concat()).json();
    listed["uses"].as_array().unwrap().clone()
}

fn call(served: &Served, tool: &str, input: &str, more: &[&str]) -> i32 {
    served.run(&[&["run", tool, "--as", "ada@acme.dev", "--input", input][..], more].concat()).code
}

#[test]
fn each_call_of_the_broker_is_a_line_with_its_outcome() {
    let served = Served::start(&[]);
    assert_eq!(uses(&served, &[]), Vec::<Value>::new());
    assert_eq!(call(&served, "asana_me_get", "{}", &["--agent-run", "r1"]), 0);
    assert_eq!(call(&served, "asana_task_get", r#"{"task_gid":"quiet-word-7"}"#, &[]), 6);
    assert_eq!(call(&served, "asana_me_get", "{}", &["--no-record"]), 0);
    served.run(&["request", "GET", "/user", "--connection", "github", "--as", "ada@acme.dev"]).text();
    let all = uses(&served, &[]);
    let told: Vec<_> =
        all.iter().map(|used| (used["tool"].as_str().unwrap(), used["outcome"].as_str().unwrap())).collect();
    assert_eq!(told, [("GET /user", "success"), ("asana_task_get", "failure"), ("asana_me_get", "success")]);
    let first = &all[2];
    assert_eq!((first["event"].as_str(), first["number"].as_u64()), (Some("broker_call"), Some(1)));
    assert_eq!((first["person"].as_str(), first["connection"].as_str()), (Some("ada@acme.dev"), Some("asana")));
    assert_eq!((first["run"].as_str(), first["token"].as_str().map(str::len)), (Some("r1"), Some(8)));
    assert_eq!(first["application"].as_str(), Some(served.variables[1].1.as_str()));
    // It leads to the call that it belongs to.
    let shown = served.run(&["history", "show", &first["call"].to_string(), "--json"]).json();
    assert_eq!(shown["name"], "asana_me_get");

    assert_eq!(uses(&served, &["outcome:failure"]).len(), 1);
    assert_eq!(uses(&served, &["run:r1", "as:ada"]).len(), 1);
    assert_eq!(uses(&served, &["--limit", "2"]).len(), 2);
    let list = served.run(&["audit", "list", "tool:asana_me"]);
    assert!(list.text().contains("broker_call") && list.out.contains("ada@acme.dev"), "{}", list.out);
    let shown = served.run(&["audit", "show", "1"]);
    assert!(shown.text().contains(" on behalf of ada@acme.dev"), "{}", shown.out);
    assert!(served.run(&["audit", "show", "9"]).refused(5).contains("no line 9"));
    assert!(served.run(&["audit", "list", "who:ada"]).refused(2).contains("no who: filter"));
    let outcomes = served.run(&["audit", "list", "--jq", ".uses[].outcome"]);
    assert_eq!(outcomes.text(), "success\nfailure\nsuccess\n");

    let exported = served.run(&["audit", "export"]);
    let lines: Vec<Value> = exported.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|line| line["number"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(!exported.out.contains("quiet-word-7"), "no value of an argument: {}", exported.out);
    assert!(served.run(&["audit", "export", "--jq", "."]).refused(2).contains("--jq needs"));
}

#[test]
fn what_was_done_to_the_chain_is_said() {
    let served = Served::start(&[]);
    for _ in 0..3 {
        assert_eq!(call(&served, "asana_me_get", "{}", &[]), 0);
    }
    let whole = served.run(&["audit", "verify", "--json"]).json();
    assert_eq!((whole["whole"].as_bool(), whole["good"].as_u64()), (Some(true), Some(3)));
    let head = whole["head"].as_str().unwrap();
    assert_eq!(call(&served, "asana_me_get", "{}", &[]), 0);
    let told = served.run(&["audit", "verify", "--head", head]);
    assert!(told.text().starts_with("4 lines, as they were written.\nThe head that you noted is that of line 3."));
    let other = run(served.command(&["audit", "verify", "--head", &"0f".repeat(32)]), "");
    assert!(other.code == 9 && other.out.contains("not in this chain"), "{}", other.out);
    assert!(served.run(&["audit", "verify", "--head", "0f"]).refused(2).contains("64 hexadecimal digits"));

    let journal = served.home.path().join("state/journal/journal.sqlite");
    let change = |sql: &str| rusqlite::Connection::open(&journal).unwrap().execute_batch(sql);
    assert!(change("DELETE FROM audit WHERE number = 2").unwrap_err().to_string().contains("append-only"));
    change("DROP TRIGGER audit_not_deleted; DELETE FROM audit WHERE number = 2").unwrap();
    let broken = run(served.command(&["audit", "verify"]), "");
    assert_eq!(broken.code, 9);
    assert!(broken.out.starts_with("Line 2 is missing.\nBefore that: 1 line, as they were written."), "{}", broken.out);
    let broken = run(served.command(&["audit", "verify", "--json"]), "");
    let told: Value = serde_json::from_str(&broken.out).unwrap();
    assert_eq!((broken.code, told["problem"]["kind"].as_str()), (9, Some("missing")));
    // Whoever calls goes on, and what is there can be read.
    assert_eq!(call(&served, "asana_me_get", "{}", &[]), 0);
    assert_eq!(uses(&served, &[]).len(), 4);
}

#[test]
fn what_the_calls_were_may_be_forgotten_and_the_audit_stays() {
    let served = Served::start(&[]);
    assert_eq!(call(&served, "asana_me_get", "{}", &[]), 0);
    let journal = served.home.path().join("state/journal/journal.sqlite");
    rusqlite::Connection::open(&journal).unwrap().execute_batch("DELETE FROM entry").unwrap();
    assert_eq!(uses(&served, &[]).len(), 1);
    assert_eq!(served.run(&["audit", "verify", "--json"]).json()["whole"], true);
}

#[test]
fn an_authorization_that_was_followed_is_a_line_with_its_end() {
    let served = Served::start(&[]);
    let authorized = |verdict: &str| {
        let script = Script::new(served.home.path());
        let _ = std::fs::remove_file(served.home.path().join("browser.sh.page"));
        let mut command = served.command(&["accounts", "authorize", "linear/ada@acme.dev"]);
        command.env("BROWSER", script.program());
        let running = Running::start(command);
        visit_blocking(&script.page(), None, verdict);
        running.ended().code
    };
    assert_ne!(authorized("deny"), 0);
    assert_eq!(authorized("allow"), 0);
    let told = uses(&served, &["event:authorization"]);
    let short: Vec<_> = told.iter().map(|used| (used["person"].as_str(), used["outcome"].as_str())).collect();
    assert_eq!(short, [(Some("ada@acme.dev"), Some("success")), (Some("ada@acme.dev"), Some("denied"))]);
    assert_eq!(told[0]["connection"], "linear");
    assert!(told[1]["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{}", told[1]);
    assert_eq!(served.run(&["audit", "list", "outcome:denied", "--json"]).json()["uses"].as_array().unwrap().len(), 1);
}
