//! `run`: one tool as one person.

use serde_json::{Value, json};

use super::process::{Ran, Served, against, run};
use crate::client::server::{Reply, Server};

const AS_ADA: [&str; 2] = ["--as", "ada@acme.dev"];

fn call(served: &Served, tool: &str, flags: &[&str]) -> Ran {
    served.run(&[&["run", tool][..], flags].concat())
}

#[test]
fn the_result_is_the_answer_and_the_rest_a_remark() {
    let served = Served::start(&[]);
    let ran = call(&served, "asana_me_get", &AS_ADA);
    let data: Value = serde_json::from_str(ran.text()).unwrap();
    assert_eq!(data["data"]["email"], "ada@acme.dev");
    assert!(ran.err.starts_with("execution exec_") && ran.err.lines().count() == 1, "{}", ran.err);

    let ran = call(&served, "asana_me_get", &["--as", "ada@acme.dev", "--json"]);
    assert_eq!(ran.json()["data"], data);
    assert!(ran.json()["execution_id"].as_str().unwrap().starts_with("exec_"));
    assert_eq!(ran.err, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_null_is_null() {
    for (answer, data) in [(r#"{"data":null}"#, Value::Null), (r#"{"execution_id":"exec_1"}"#, json!({}))] {
        let server = Server::with_tokens(move |seen, _| match seen.target.split('?').next() {
            Some("/api/v1/execute_tool") => Reply::json(200, answer),
            _ => Reply::json(
                200,
                r#"{"connected_account":{"id":"ca_1","identifier":"ada","connector":"linear","status":"ACTIVE"}}"#,
            ),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        let arguments = ["run", "x_get", "--as", "ada", "--connection", "linear", "--anyway", "--json"];
        let ran = run(against(&server.url, home.path(), &arguments), "");
        assert_eq!(ran.json()["data"], data, "{answer}");
    }
}

#[test]
fn the_account_may_be_named_by_connection_or_id() {
    let served = Served::start(&[]);
    let account = served.account("asana/ada@acme.dev");
    for named in [["--connection", "asana"], ["--account", account["id"].as_str().unwrap()]] {
        let ran = call(&served, "asana_me_get", &[&AS_ADA[..], &named].concat());
        assert!(ran.text().contains("Ada Marlow"), "{}", ran.out);
    }
    let others = served.account("linear/grace@acme.dev");
    let others = [&AS_ADA[..], &["--account", others["id"].as_str().unwrap()]].concat();
    let said = call(&served, "linear_viewer_get", &others);
    assert!(said.refused(2).contains("belongs to grace@acme.dev, not to ada@acme.dev"), "{}", said.err);
    assert!(said.err.contains("Perhaps linear/ada@acme.dev (ca_"), "who may be meant: {}", said.err);
    let both = [&AS_ADA[..], &["--account", "ca_1", "--connection", "asana"]].concat();
    assert!(call(&served, "asana_me_get", &both).refused(2).contains("cannot be used with"));
}

#[test]
fn the_input_comes_from_the_line_a_file_or_standard_input() {
    let served = Served::start(&[]);
    let input = r#"{"name": "From outside", "workspace_gid": "WORKSPACE"}"#;
    let me: Value = serde_json::from_str(call(&served, "asana_me_get", &AS_ADA).text()).unwrap();
    let input = input.replace("WORKSPACE", me["data"]["workspaces"][0]["gid"].as_str().unwrap());
    std::fs::write(served.home.path().join("input.json"), &input).unwrap();
    for from in [input.as_str(), "@input.json", "-"] {
        let arguments = ["run", "asana_task_create", "--as", "ada@acme.dev", "--json", "--input", from];
        let ran = served.keeps_the_secret(run(served.command(&arguments), &input));
        assert_eq!(ran.json()["data"]["data"]["name"], "From outside", "{from}");
    }
}

#[test]
fn what_is_not_a_json_object_never_leaves_and_is_7() {
    let served = Served::start(&[]);
    let before = served.account("asana/ada@acme.dev");
    for (input, said) in [
        ("{", "The input is not JSON."),
        ("", "The input is not JSON."),
        ("{} {}", "The input is not JSON."),
        ("[1]", "a JSON object"),
        ("17", "a JSON object"),
        ("@missing.json", "cannot be read from the file"),
    ] {
        let ran = call(&served, "asana_me_get", &["--as", "ada@acme.dev", "--input", input]);
        assert!(ran.refused(7).contains(said), "{input:?}: {}", ran.err);
        let ran = call(&served, "asana_me_get", &["--as", "ada@acme.dev", "--json", "--input", input]);
        assert_eq!(ran.refused_json(7, "invalid_input")["whose"], "your input");
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    assert_eq!(served.account("asana/ada@acme.dev"), before);
}

#[test]
fn an_account_that_is_not_active_is_4_and_names_the_way_out() {
    let served = Served::start(&[]);
    let said = call(&served, "linear_viewer_get", &AS_ADA);
    assert!(said.refused(4).contains("Needs authorization: linear/ada@acme.dev is expired."), "{}", said.err);
    assert!(said.err.contains("next: jackfield accounts authorize linear/ada@acme.dev"), "{}", said.err);
    call(&served, "linear_viewer_get", &["--as", "ada@acme.dev", "--json"]).refused_json(4, "needs_authorization");

    let anyway = call(&served, "linear_viewer_get", &["--as", "ada@acme.dev", "--anyway", "--json"]);
    let fault = anyway.refused_json(4, "needs_authorization");
    assert_eq!(fault["http_status"], 400, "this time the environment said so");
    assert!(fault["message"].as_str().unwrap().starts_with("linear/ada@acme.dev is expired"), "{fault}");

    let refused = call(&served, "linear_viewer_get", &["--as", "grace@acme.dev", "--json"]);
    let fault = refused.refused_json(4, "needs_authorization");
    assert_eq!((&fault["code"], &fault["whose"]), (&json!("UNAUTHORIZED"), &json!("this account")));
}

#[test]
fn a_tool_that_does_not_exist_is_5_with_near_names() {
    let served = Served::start(&[]);
    let said = call(&served, "asana_task_list", &AS_ADA);
    assert!(said.refused(5).contains("Did you mean asana_tasks_list"), "{}", said.err);
    call(&served, "asana_task_list", &["--as", "ada@acme.dev", "--json"]).refused_json(5, "not_found");
    let said = call(&served, "asana_me_get", &["--as", "nobody@acme.dev"]);
    assert!(said.refused(5).contains("nobody@acme.dev has no connected account"), "{}", said.err);
    let anyway = call(&served, "asana_beta", &["--as", "ada@acme.dev", "--connection", "asana", "--anyway", "--json"]);
    assert_eq!(
        anyway.refused_json(5, "not_found")["http_status"],
        404,
        "it was sent, and the environment knew no such tool"
    );
}

#[test]
fn a_tool_that_fails_is_6_in_the_providers_words() {
    let served = Served::start(&[]);
    let input = ["--as", "ada@acme.dev", "--input", r#"{"project": "17"}"#];
    let said = call(&served, "asana_tasks_list", &input);
    assert!(said.refused(6).contains("Failed at the provider: project: Unknown object: 17"), "{}", said.err);
    assert!(said.err.contains("execution exec_"), "{}", said.err);
    let fault =
        call(&served, "asana_tasks_list", &[&input[..], &["--json"]].concat()).refused_json(6, "provider_failed");
    assert_eq!((&fault["code"], &fault["whose"]), (&json!("NOT_FOUND"), &json!("the provider")));
}

#[test]
fn an_input_that_does_not_fit_the_schema_never_leaves_and_is_7() {
    let served = Served::start(&[]);
    let wrong = ["--as", "ada@acme.dev", "--input", r#"{"name": "x", "due_on": "soon", "projects": ["1"]}"#];
    let said = call(&served, "asana_task_create", &wrong);
    let words = said.refused(7);
    for words_of in [
        "due_on must be a date, YYYY-MM-DD",
        "projects must be a string or null, not an array",
        "Use --anyway to send it",
    ] {
        assert!(words.contains(words_of), "{words_of}: {}", said.err);
    }
    call(&served, "asana_task_create", &[&wrong[..], &["--json"]].concat()).refused_json(7, "invalid_input");
    let anyway = call(&served, "asana_task_create", &[&wrong[..], &["--anyway", "--json"]].concat());
    assert!(!anyway.err.contains("The input") && !anyway.out.contains("The input"), "{}", anyway.err);
}

#[test]
fn an_input_that_does_not_fit_is_7_unless_it_is_to_be_sent() {
    let served = Served::start(&[]);
    let input = ["--as", "ada@acme.dev", "--input", r#"{"project": 17}"#];
    let said = call(&served, "asana_tasks_list", &input);
    assert!(said.refused(7).contains("Input: project"), "{}", said.err);
    for flag in ["--no-validate", "--anyway"] {
        let fault = call(&served, "asana_tasks_list", &[&input[..], &["--json", flag]].concat());
        assert_ne!(fault.code, 7, "{}", fault.err);
        assert!(fault.err.contains("exec_"), "{flag}: it was sent: {}", fault.err);
    }
    let unvalidated = call(&served, "linear_viewer_get", &["--as", "ada@acme.dev", "--no-validate", "--json"]);
    assert!(unvalidated.refused_json(4, "needs_authorization")["http_status"].is_null(), "it was not sent");
}

/// A broker of one account with one tool, which wants `schema` and gives `data`.
async fn backend(schema: &'static str, data: &'static str) -> Server {
    Server::with_tokens(move |seen, _| match seen.target.split('?').next() {
        Some("/api/v1/connected_accounts/details") => Reply::json(
            200,
            r#"{"connected_account":{"id":"ca_1","identifier":"ada","connector":"x","status":"ACTIVE"}}"#,
        ),
        Some("/api/v1/tools/scoped") => Reply::json(
            200,
            &format!(
                r#"{{"tools":[{{"tool":{{"definition":{{"name":"x_get","input_schema":{schema}}}}},
                "connected_account_id":"ca_1"}}],"total_size":1}}"#
            ),
        ),
        _ => Reply::json(200, &format!(r#"{{"data":{data},"execution_id":"exec_1"}}"#)),
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_checked_is_said_and_sent() {
    let server = backend(r#"{"properties":{"a":{"type":"file"},"b":{"type":"string"}}}"#, "{}").await;
    let home = tempfile::tempdir().unwrap();
    let ran = |flags: &[&str]| {
        let call = ["run", "x_get", "--as", "ada", "--account", "ca_1"];
        run(against(&server.url, home.path(), &[&call[..], flags].concat()), "")
    };
    let keyword = "Not checked: type at /properties/a (there is no type file).";
    let loose = ran(&["--input", r#"{"a":1}"#]);
    assert!(loose.text() == "{}\n" && loose.err.starts_with(keyword), "{}", loose.err);
    let loose = ran(&["--input", r#"{"a":1}"#, "--json"]);
    loose.json();
    assert_eq!(serde_json::from_str::<Value>(&loose.err).unwrap(), json!({ "warning": keyword }));

    let wrong = ran(&["--input", r#"{"a":1,"b":2}"#]);
    assert!(wrong.refused(7).starts_with(keyword), "{}", wrong.err);
    assert!(wrong.err.contains("Input: b must be a string, not 2. Nothing was sent"), "{}", wrong.err);

    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let deep = ran(&["--input", &deep]);
    assert!(deep.text() == "{}\n" && deep.err.contains("Not checked: the input (nested too deeply"), "{}", deep.err);
    let silent = ran(&["--input", r#"{"a":1}"#, "--no-validate"]);
    assert!(silent.text() == "{}\n" && !silent.err.contains("checked"), "{}", silent.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_under_json_is_what_the_provider_sent() {
    let data = r#"{"b":1.10,"a":12345678901234567890123, "b":2}"#;
    let server = backend("null", data).await;
    let home = tempfile::tempdir().unwrap();
    let ran = |arguments: &[&str]| run(against(&server.url, home.path(), arguments), "");
    let first = ran(&["run", "x_get", "--as", "ada", "--account", "ca_1", "--json"]);
    assert_eq!(first.text(), format!("{{\"data\":{data},\"execution_id\":\"exec_1\"}}\n"));
    let again = ran(&["history", "replay", "1", "--json"]);
    assert_eq!(again.text(), format!("{{\"data\":{data},\"replayed\":1}}\n"));
}
