//! `history`: every call made from this machine.

use serde_json::Value;

use super::process::{Ran, Running, Served, run};
use crate::waiting::until;

fn call(served: &Served, tool: &str, input: &str) -> Ran {
    served.run(&["run", tool, "--as", "ada@acme.dev", "--input", input])
}

fn calls(served: &Served, filter: &[&str]) -> Vec<Value> {
    let listed = served.run(&[&["history", "list", "--json"][..], filter].concat()).json();
    listed["calls"].as_array().unwrap().clone()
}

fn number(call: &Value) -> String {
    call["number"].to_string()
}

#[test]
fn every_call_is_written_down_with_what_came_of_it() {
    let served = Served::start(&[]);
    call(&served, "asana_me_get", "{}").text();
    assert_eq!(call(&served, "asana_task_get", r#"{"task_gid":"nowhere"}"#).code, 6);
    served.run(&["request", "GET", "/user", "--connection", "github", "--as", "ada@acme.dev", "--query", "a=b"]).text();
    let all = calls(&served, &[]);
    let told: Vec<_> =
        all.iter().map(|call| (call["name"].as_str().unwrap(), call["outcome"].as_str().unwrap())).collect();
    assert_eq!(told, [("GET /user", "ok"), ("asana_task_get", "failed"), ("asana_me_get", "ok")]);
    assert_eq!(calls(&served, &["status:failed", "tool:asana_"]).len(), 1);
    assert_eq!(calls(&served, &["--limit", "2"]).len(), 2);

    let failed = served.run(&["history", "show", &number(&all[1]), "--json"]).json();
    assert_eq!(failed["arguments"]["task_gid"], "nowhere");
    assert_eq!(failed["fault"]["kind"], "provider_failed");
    let shown = served.run(&["history", "show", &number(&all[2])]);
    assert!(shown.text().contains("asana_me_get as ada@acme.dev on asana") && shown.out.contains("Ada Marlow"));
    let proxied = served.run(&["history", "show", &number(&all[0]), "--json"]).json();
    assert_eq!(proxied["arguments"]["query"][0]["a"], "b");
}

#[test]
fn a_call_is_sent_again_only_when_asked_and_only_whole() {
    let served = Served::start(&[]);
    call(&served, "asana_me_get", "{}").text();
    let first = number(&calls(&served, &[])[0]);
    let again = served.run(&["history", "replay", &first, "--json"]).json();
    assert_eq!(again["data"]["data"]["email"], "ada@acme.dev");
    let as_grace = served.run(&["history", "replay", &first, "--as", "grace@acme.dev"]);
    assert_eq!(as_grace.code, 4, "grace's account is not active: {}", as_grace.err);
    assert_eq!(calls(&served, &[]).len(), 2, "so nothing was sent as her");

    let secret = r#"{"token":"hunter2hunter2"}"#;
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev", "--no-validate", "--input", secret]);
    let entry = &calls(&served, &[])[0];
    assert!(served.run(&["history", "replay", &number(entry)]).refused(7).contains("/token"));
    assert_eq!(served.run(&["history", "replay", &number(entry), "--input", "{}"]).code, 0);
    assert!(served.run(&["history", "replay", "99999"]).refused(5).contains("no call 99999"));
}

#[test]
fn results_are_compared_value_by_value() {
    let served = Served::start(&[]);
    for name in ["One", "Two"] {
        let me: Value = serde_json::from_str(call(&served, "asana_me_get", "{}").text()).unwrap();
        let workspace = me["data"]["workspaces"][0]["gid"].as_str().unwrap();
        let input = serde_json::json!({ "name": name, "workspace_gid": workspace }).to_string();
        call(&served, "asana_task_create", &input).text();
    }
    let created = calls(&served, &["tool:asana_task_create"]);
    let (right, left) = (number(&created[0]), number(&created[1]));
    let differences =
        served.run(&["history", "diff", &left, &right, "--json", "--ignore-ids", "--ignore-times"]).json();
    let paths: Vec<&str> =
        differences["differences"].as_array().unwrap().iter().map(|d| d["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"/data/name"), "{differences}");
    assert!(paths.iter().all(|path| !path.ends_with("gid") && !path.ends_with("_at")), "{paths:?}");
    let told = served.run(&["history", "diff", &left, &right, "--arguments"]);
    assert_eq!(told.text(), "~ .name: One → Two\n");
    assert!(served.run(&["history", "diff", &left, &left]).err.contains("No differences."));
}

#[test]
fn an_export_is_one_document_a_line_the_oldest_first() {
    let served = Served::start(&[]);
    for input in ["{}", r#"{"a":1}"#] {
        served.run(&["run", "asana_me_get", "--as", "ada@acme.dev", "--no-validate", "--input", input]);
    }
    let exported = served.run(&["history", "export", "tool:asana_"]);
    let lines: Vec<Value> = exported.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["arguments"]["a"], 1);
    assert!(lines[0]["result"]["data"]["email"].is_string());
}

#[test]
fn a_row_that_cannot_be_read_is_left_out_and_told() {
    let served = Served::start(&[]);
    for _ in 0..2 {
        call(&served, "asana_me_get", "{}").text();
    }
    let journal = served.home.path().join("state/journal/journal.sqlite");
    let change = |sql: &str| rusqlite::Connection::open(&journal).unwrap().execute_batch(sql).unwrap();
    change("UPDATE entry SET began = 'yesterday' WHERE id = 1");
    let says = "1 call is left out: unreadable in the journal.";
    let ran = served.run(&["history", "list", "--json"]);
    let listed = ran.json();
    assert_eq!((listed["total_size"].as_u64(), &listed["complete"]), (Some(1), &serde_json::json!(false)));
    assert!(ran.err.contains(says), "{}", ran.err);
    let exported = served.run(&["history", "export"]);
    assert_eq!(exported.text().lines().count(), 1);
    assert!(exported.err.contains(says), "{}", exported.err);

    std::fs::remove_dir_all(journal.parent().unwrap()).unwrap();
    std::fs::create_dir(journal.parent().unwrap()).unwrap();
    change("CREATE TABLE entry (id INTEGER PRIMARY KEY, title TEXT)");
    let ran = served.run(&["history", "list"]);
    let says = format!("{} is not a journal of jackfield. Move it away, and a new one is begun.", journal.display());
    assert!(ran.refused(1).contains(&says) && ran.err.lines().count() == 1, "{}", ran.err);
}

#[test]
fn nothing_is_written_down_that_is_not_to_be() {
    let served = Served::start(&[]);
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev", "--no-record"]).text();
    assert_eq!(calls(&served, &[]), Vec::<Value>::new());
    let settings = served.home.path().join("config");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("settings.toml"), "record = false").unwrap();
    call(&served, "asana_me_get", "{}").text();
    assert_eq!(calls(&served, &[]), Vec::<Value>::new());
    assert!(served.run(&["history", "list", "tol:x"]).refused(2).contains("There is no tol: filter"));
}

#[test]
fn a_journal_that_cannot_be_written_keeps_nobody_from_working() {
    let served = Served::start(&[]);
    std::fs::create_dir_all(served.home.path().join("state")).unwrap();
    std::fs::write(served.home.path().join("state/journal"), "a file in the folder's place").unwrap();
    let ran = call(&served, "asana_me_get", "{}");
    assert!(ran.text().contains("ada@acme.dev"));
    assert!(ran.err.contains("Not recorded: Cannot create"), "{}", ran.err);
    let command = served.command(&["run", "asana_me_get", "--as", "ada@acme.dev", "--json"]);
    let ran = run(command, "");
    let warning: Value = serde_json::from_str(ran.err.lines().next().unwrap()).unwrap();
    assert!(warning["warning"].as_str().unwrap().starts_with("Not recorded"));
}

#[test]
fn a_call_that_a_crash_cut_off_is_of_unknown_outcome_and_not_sent_again() {
    let served = Served::start(&["--fault", "POST /api/v1/execute_tool hang"]);
    let begun = |outcome: &str| calls(&served, &[]).into_iter().find(|call| call["outcome"] == outcome);
    for (signal, outcome) in [("KILL", "unknown"), ("INT", "stopped")] {
        let running = Running::start(served.command(&["run", "asana_me_get", "--as", "ada@acme.dev"]));
        let open = until("the call", || begun("running"));
        running.signal(signal);
        let ended = until("its outcome", || begun(outcome));
        assert_eq!(ended["number"], open["number"]);
        drop(running);
    }
    assert_eq!(calls(&served, &[]).len(), 2);
}

#[test]
fn a_call_can_be_had_as_code() {
    let served = Served::start(&[]);
    let input = r#"{"secret":"hunter2hunter2"}"#;
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev", "--no-validate", "--input", input]);
    served.run(&["request", "GET", "/user", "--connection", "github", "--as", "ada@acme.dev"]).text();
    let all = calls(&served, &[]);
    for (form, tool, proxied) in [
        ("jackfield", "jackfield run asana_me_get", "jackfield request GET /user"),
        ("curl", "/api/v1/execute_tool", "/proxy/user"),
        ("python", "actions.execute_tool(", "actions.request("),
        ("node", "actions.executeTool(", "actions.request("),
    ] {
        let code = |call: &Value| served.run(&["history", "show", &number(call), "--as-code", form]).text().to_owned();
        let (one, other) = (code(&all[1]), code(&all[0]));
        assert!(one.contains(tool) && other.contains(proxied), "{one}{other}");
        assert!(one.contains("SECRET") && !one.contains("hunter2"), "{one}");
    }
}
