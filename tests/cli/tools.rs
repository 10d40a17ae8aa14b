//! `tools list` and `tools show`.

use serde_json::{Value, json};

use super::process::{Served, against, run};
use crate::client::server::{Reply, Server};

#[test]
fn tools_are_listed_with_what_they_do_to_the_world() {
    let served = Served::start(&[]);
    let ran = served.run(&["tools", "list", "--as", "grace@acme.dev", "--connection", "linear"]);
    let lines: Vec<_> = ran.text().lines().collect();
    assert!(lines.len() > 4, "{}", ran.out);
    let row = |tool: &str| lines.iter().find(|line| line.starts_with(tool)).unwrap().split_whitespace().nth(1).unwrap();
    assert_eq!(row("linear_viewer_get"), "reads", "declared by the vendor");
    assert_eq!(row("linear_issue_create"), "writes?", "guessed, and it says so");
    assert_eq!(ran.err, "");
}

#[test]
fn tools_as_json_are_what_the_broker_sent() {
    let served = Served::start(&[]);
    let list = served.run(&["tools", "list", "--as", "ada@acme.dev", "--connection", "asana", "--json"]).json();
    let tools = list["tools"].as_array().unwrap();
    assert!(tools.len() >= 4 && list["total_size"] == json!(tools.len()), "{}", list["total_size"]);
    assert_eq!(list["tools"][0]["tool"]["definition"]["name"], "asana_me_get");
    assert_eq!(list["tools"][0]["connected_account_id"], served.account("asana/ada@acme.dev")["id"]);
}

#[test]
fn no_tools_are_no_failure_and_the_cause_stands_beside_the_answer() {
    let served = Served::start(&[]);
    let causes = [
        (&["--as", "ada@acme.dev", "--connection", "linear"][..], "linear/ada@acme.dev is expired, not active."),
        (&["--as", "grace@acme.dev", "--connection", "github"], "grace@acme.dev has no account on github."),
    ];
    for (flags, cause) in causes {
        let ran = served.run(&[&["tools", "list"], flags].concat());
        assert_eq!(ran.text().lines().count(), 1, "the head alone: {}", ran.out);
        assert!(ran.err.contains(cause), "{}", ran.err);
        let ran = served.run(&[&["tools", "list", "--json"], flags].concat());
        assert_eq!(ran.json(), json!({"tools": [], "total_size": 0, "complete": true}));
        let beside: Value = serde_json::from_str(&ran.err).unwrap();
        assert!(beside["warning"].as_str().unwrap().contains(cause), "{}", ran.err);
    }
}

#[test]
fn who_or_what_does_not_exist_is_5() {
    let served = Served::start(&[]);
    let causes = [
        (&["--as", "nobody"][..], "nobody has no connected account in this environment."),
        (&["--as", "ada@acme.dev", "--connection", "ASANA"], "but there is one named asana. Case matters."),
        (&["--as", "ada@acme.dev", "--connection", "zoom"], "There is no connection named zoom"),
    ];
    for command in ["list", "export"] {
        for (flags, cause) in causes {
            let ran = served.run(&[&["tools", command], flags].concat());
            assert!(ran.refused(5).contains(cause), "{}", ran.err);
            let fault = served.run(&[&["tools", command, "--json"], flags].concat()).refused_json(5, "not_found");
            assert!(fault["message"].as_str().unwrap().contains(cause), "{fault}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_not_whole_is_printed_and_is_8() {
    let backend = Server::start(|seen, _| match seen.target.split('?').next() {
        Some("/oauth/token") => Reply::json(200, r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#),
        _ => Reply::json(200, r#"{"tools":[{"id":"1","provider":"X","definition":{"name":"x_get"}}],"total_size":7}"#),
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let ran = run(against(&backend.url, home.path(), &["tools", "list", "--json"]), "");
    assert_eq!((ran.code, ran.out.contains("x_get")), (8, true), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains('7') && ran.err.contains('1'), "{}", ran.err);
}

#[test]
fn one_tool_is_shown_with_what_it_wants_to_be_told() {
    let served = Served::start(&[]);
    let show = ["tools", "show", "linear_issue_create", "--as", "grace@acme.dev"];
    let ran = served.run(&show);
    for said in ["linear_issue_create", "writes (a guess from its name)", "teamId (required) · string"] {
        assert!(ran.text().contains(said), "{said}: {}", ran.out);
    }
    let list = served.run(&["tools", "list", "--as", "grace@acme.dev", "--json"]).json();
    let raw = served.run(&[&show[..], &["--connection", "linear", "--json"]].concat()).json();
    assert!(list["tools"].as_array().unwrap().contains(&raw), "{raw}");
}

#[test]
fn without_a_person_the_whole_environment_is_meant() {
    let served = Served::start(&[]);
    let all = served.run(&["tools", "list", "--json"]).json();
    let names = |list: &Value| -> Vec<String> {
        let tools = list["tools"].as_array().unwrap();
        tools.iter().map(|tool| tool["definition"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(names(&all).len() >= 24 && all["total_size"] == json!(names(&all).len()), "{}", all["total_size"]);
    let asana = names(&served.run(&["tools", "list", "--connection", "asana", "--json"]).json());
    assert!(asana.iter().all(|name| name.starts_with("asana_")) && asana.len() > 3, "{asana:?}");

    let shown = served.run(&["tools", "show", "linear_issue_create", "--json"]).json();
    assert!(all["tools"].as_array().unwrap().contains(&shown), "{shown}");
    assert!(served.run(&["tools", "show", "asana_me_get", "--connection", "asana"]).text().starts_with("asana_me_get"));
    for (arguments, says) in [
        (
            &["tools", "show", "linear_issue_creat"][..],
            "no tool named linear_issue_creat. Did you mean linear_issue_create",
        ),
        (&["tools", "show", "asana_me_get", "--connection", "linear"], "There is no tool named asana_me_get."),
        (&["tools", "list", "--connection", "Asana"], "There is no connection named Asana. Did you mean asana?"),
    ] {
        let ran = served.run(arguments);
        assert!(ran.refused(5).contains(says), "{}", ran.err);
    }
}

#[test]
fn a_tool_that_nobody_offers_is_5_with_near_names() {
    let served = Served::start(&[]);
    let said = served.run(&["tools", "show", "linear_issue_creat", "--as", "grace@acme.dev"]);
    assert!(said.refused(5).contains("Did you mean linear_issue_create"), "{}", said.err);
    let json = ["tools", "show", "linear_issue_create", "--as", "ada@acme.dev", "--connection", "linear", "--json"];
    let fault = served.run(&json).refused_json(5, "not_found");
    assert!(fault["message"].as_str().unwrap().contains("linear/ada@acme.dev is expired"), "{fault}");
}

#[test]
fn tools_are_exported_for_models_and_linted() {
    let served = Served::start(&[]);
    let export = |flags: &[&str]| served.run(&[&["tools", "export", "--as", "ada@acme.dev"][..], flags].concat());
    let tools: Value = serde_json::from_str(export(&["--for", "openai", "asana_me_get"]).text()).unwrap();
    assert_eq!(tools[0]["function"]["name"], "asana_me_get");
    assert!(export(&["asana_me_get"]).err.contains("1 tool, about"));
    assert_eq!(export(&["--for", "mcp"]).json()[0]["inputSchema"]["type"], "object");
    let complaints = export(&["--for", "openai", "--lint", "--json"]);
    assert_eq!(
        complaints.code == 7,
        !serde_json::from_str::<Value>(&complaints.out).unwrap()["complaints"].as_array().unwrap().is_empty()
    );
    assert!(export(&["nothing_such"]).refused(5).contains("no tool nothing_such"));
}
