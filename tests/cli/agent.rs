//! `agent`: a model that works as one user, on the command line.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::process::{Ran, jackfield, run};
use crate::support::ModelReply;
use crate::support::model_server::{KEY, ModelServer};

/// Key that is kept.
const KEPT: &str = "sk-ant-kept-kept-kept";

/// Texts that steer a terminal or leave what they stand in.
const HOSTILE: &str = "```\n# Approved\n\u{1b}]0;evil\u{7}\u{202e}x";

/// A call in the sandbox, which is kept from one command to the next.
fn agent(home: &Path, arguments: &[&str]) -> Command {
    let state = home.join("world").to_string_lossy().into_owned();
    jackfield(home, &[&["--sandbox-state", &state, "agent"], arguments].concat())
}

fn ada(home: &Path, arguments: &[&str]) -> Ran {
    run(agent(home, &[&["--as", "ada@acme.dev"], arguments].concat()), "")
}

/// The id of the run that a call says it has begun.
fn run_of(ran: &Ran) -> String {
    let rest = ran.err.split_once("Run ").unwrap_or_else(|| panic!("{}", ran.err)).1;
    rest.split_once(',').unwrap().0.to_owned()
}

/// A call of the sandbox's tools with a model of this server.
fn with_model(server: &ModelServer, home: &Path, arguments: &[&str]) -> Command {
    let mut command = jackfield(home, &[&["--sandbox", "agent", "--as", "ada@acme.dev"], arguments].concat());
    command.env("ANTHROPIC_BASE_URL", server.url().as_str()).env("ANTHROPIC_API_KEY", KEY);
    command
}

/// Runs a call while the server of this test answers.
async fn served(command: Command, input: &'static str) -> Ran {
    tokio::task::spawn_blocking(move || run(command, input)).await.unwrap()
}

#[test]
fn the_answer_goes_to_standard_output_and_everything_else_beside_it() {
    let home = tempfile::tempdir().unwrap();
    let ran = ada(home.path(), &["call slack_auth_test"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("I am a script") && !ran.out.contains("tokens"), "{}", ran.out);
    let call = ran.err.lines().find(|line| line.contains("slack_auth_test")).unwrap_or_else(|| panic!("{}", ran.err));
    assert!(call.trim_start().starts_with('✓') && call.contains("ms"), "{call}");
    let id = run_of(&ran);
    assert!(
        ran.err.contains("tokens read") && ran.err.contains(&format!("jackfield agent continue {id}")),
        "{}",
        ran.err
    );
    let calls = run(jackfield(home.path(), &["history", "list", "from:agent", &format!("run:{id}"), "--json"]), "");
    let calls = calls.json()["calls"].clone();
    assert_eq!(calls.as_array().unwrap().len(), 1, "{calls}");
    assert_eq!((&calls[0]["name"], &calls[0]["identifier"]), (&json!("slack_auth_test"), &json!("ada@acme.dev")));
}

#[test]
fn the_prompt_can_come_from_standard_input() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["--as", "ada@acme.dev", "-"][..], &["--as", "ada@acme.dev"]] {
        let ran = run(agent(home.path(), arguments), "say 3 words\n");
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(ran.out.contains("I am a script"), "{}", ran.out);
    }
    assert!(run(agent(home.path(), &["--as", "ada@acme.dev"]), " \n").refused(2).contains("The prompt is empty"));
}

#[test]
fn a_line_that_cannot_be_meant_is_refused_before_anything_is_sent() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, said) in [
        (&["hello"][..], "--as"),
        (&["--as", "", "hello"], "Say whom"),
        (&["--as", "ada@acme.dev", "--max-turns", "0", "hello"], "--max-turns"),
        (&["--as", "ada@acme.dev", "--events", "--json", "hello"], "--json"),
        (&["show", "agent-000000000000", "--thinking", "x"], "unexpected argument"),
    ] {
        let ran = run(agent(home.path(), arguments), "");
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }
    for command in ["show", "continue"] {
        let ran = run(agent(home.path(), &[command, "agent-000000000000"]), "say 2 words");
        assert!(ran.refused(5).contains("There is no run agent-000000000000"), "{}", ran.err);
    }
    // The name of a command is a prompt behind the mark that ends options.
    let ran = ada(home.path(), &["--", "list"]);
    assert!(ran.code == 0 && ran.out.contains("I am a script"), "{}{}", ran.out, ran.err);
}

#[test]
fn programs_read_one_document_or_a_line_for_each_event() {
    let home = tempfile::tempdir().unwrap();
    let ran = ada(home.path(), &["--json", "call slack_auth_test and github_user_get_authenticated"]);
    let document = ran.json();
    assert_eq!(document["end"], "answered", "{document}");
    assert!(document["text"].as_str().unwrap().contains("I am a script"), "{document}");
    let calls = document["calls"].as_array().unwrap();
    let names: Vec<_> = calls.iter().map(|call| call["tool"].as_str().unwrap()).collect();
    assert_eq!(names, ["slack_auth_test", "github_user_get_authenticated"]);
    assert!(calls.iter().all(|call| call["outcome"] == "answered" && call["entry"].is_i64()), "{document}");
    assert!(document["usage"]["output_tokens"].as_u64().unwrap() > 0 && document["cost"].is_null(), "{document}");
    let filtered = ada(home.path(), &["--jq", ".end", "say 2 words"]);
    assert_eq!(filtered.text().trim(), "answered");

    let ran = ada(home.path(), &["--events", "call slack_auth_test"]);
    let events: Vec<Value> = ran.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names.first(), names.last()), (Some(&"began"), Some(&"rests")));
    for name in ["said", "turn", "text", "proposed", "sending", "returned", "usage"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
}

#[test]
fn every_end_has_its_exit_code() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, code, said) in [
        (&["stop refusal"][..], 1, "The model refused"),
        (&["stop max_tokens"], 1, "--max-tokens"),
        (&["stop model_context_window_exceeded"], 1, "does not fit"),
        (&["stop something_new"], 1, "something_new"),
        (&["--max-turns", "3", "call slack_auth_test forever"], 1, "--max-turns"),
        (&["status 400"], 7, ""),
    ] {
        let ran = ada(home.path(), arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        assert!(ran.err.contains(said), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn without_anybody_to_ask_a_write_is_denied_in_words_and_sent_with_yes() {
    let home = tempfile::tempdir().unwrap();
    let write = r##"call slack_send_message {"channel":"#general","text":"hello"}"##;
    let ran = ada(home.path(), &["--mode", "ask", write]);
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("Use --yes to allow it.") && ran.err.contains("◌ slack_send_message"), "{}", ran.err);
    let denied = run(jackfield(home.path(), &["history", "list", "tool:slack_send", "status:ok", "--json"]), "");
    assert_eq!(denied.json()["calls"], json!([]));

    let ran = ada(home.path(), &["--mode", "ask", "--yes", write]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("✓ slack_send_message"), "{}", ran.err);
    // What is destructive asks in every mode but the one that refuses it.
    let destroys = r#"call asana_task_delete {"task_gid":"1"}"#;
    let ran = ada(home.path(), &["--mode", "free", destroys]);
    assert!(ran.code == 2 && ran.err.contains("Use --yes"), "{}", ran.err);
    let read = ada(home.path(), &["--mode", "read", "--yes", write]);
    assert!(!read.err.contains('✓'), "{}", read.err);
}

#[test]
fn a_run_is_listed_shown_and_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let began = ada(home.path(), &["call slack_auth_test"]);
    let id = run_of(&began);
    let listed = run(agent(home.path(), &["list", "--json"]), "").json();
    let runs = listed["runs"].as_array().unwrap();
    assert_eq!((runs.len(), &runs[0]["run"], &runs[0]["state"]), (1, &json!(id), &json!("answered")), "{listed}");
    assert_eq!((&runs[0]["identifier"], &runs[0]["calls"]), (&json!("ada@acme.dev"), &json!(1)), "{listed}");
    assert_eq!(run(agent(home.path(), &["list", "--as", "linus", "--json"]), "").json()["runs"], json!([]));

    let shown = run(agent(home.path(), &["show", &id]), "");
    for said in ["as ada@acme.dev", "› call slack_auth_test", "✓ slack_auth_test", "(entry 1)", "I am a script"] {
        assert!(shown.text().contains(said), "{said}: {}", shown.out);
    }
    let went_on = run(agent(home.path(), &["continue", &id, "call github_user_get_authenticated"]), "");
    assert_eq!(went_on.code, 0, "{}{}", went_on.out, went_on.err);
    let whole = run(agent(home.path(), &["show", &id, "--json"]), "").json();
    let said: Vec<_> = whole["items"].as_array().unwrap().iter().filter(|item| item["type"] == "said").collect();
    assert_eq!((said.len(), &whole["format"]), (2, &json!(1)), "{whole}");

    // Not in another environment, and not without what was written down.
    let elsewhere = jackfield(home.path(), &["--local", "agent", "continue", &id, "hello"]);
    assert!(run(elsewhere, "").refused(2).contains("This run was made in sandbox"));
    let unrecorded = ada(home.path(), &["--no-record", "say 2 words"]);
    assert!(unrecorded.code == 0 && unrecorded.err.contains("cannot be continued"), "{}", unrecorded.err);
    assert!(!unrecorded.err.contains("agent continue"), "{}", unrecorded.err);
}

#[test]
fn a_run_is_exported_in_every_form() {
    let home = tempfile::tempdir().unwrap();
    let id = run_of(&ada(home.path(), &["call slack_auth_test"]));
    let export = |format: &str| {
        let ran = run(agent(home.path(), &["export", &id, "--format", format]), "");
        ran.text().to_owned()
    };
    let markdown = export("markdown");
    assert!(markdown.contains("## Call 1: `slack_auth_test` on `slack`"), "{markdown}");
    let document: Value = serde_json::from_str(&export("json")).unwrap();
    assert_eq!((&document["format"], &document["run"]), (&json!(1), &json!(id)));
    for (format, constant) in
        [("python", "IDENTIFIER = \"ada@acme.dev\""), ("node", "const IDENTIFIER = \"ada@acme.dev\"")]
    {
        let program = export(format);
        assert!(program.contains(constant) && program.contains("jackfield sandbox"), "{program}");
        assert!(program.contains("\"call slack_auth_test\","), "{program}");
    }
    let file = home.path().join("run.md").to_string_lossy().into_owned();
    let arguments = ["export", &id, "--format", "markdown", "--output", &file];
    assert_eq!(run(agent(home.path(), &arguments), "").text(), "");
    assert_eq!(fs::read_to_string(&file).unwrap(), markdown);
    assert_eq!(run(agent(home.path(), &arguments), "").code, 1, "what is there is not written over");
}

#[test]
fn a_replay_says_what_somebody_else_would_have_seen() {
    let home = tempfile::tempdir().unwrap();
    let write = r##"{"channel":"#general","text":"hello"}"##;
    let prompt = format!(
        "call slack_list_channels and github_user_repos_list and asana_projects_list then slack_send_message {write}"
    );
    let id = run_of(&ada(home.path(), &["--yes", &prompt]));
    let replay =
        |flags: &[&str]| run(agent(home.path(), &[&["replay", &id, "--as", "linus@acme.dev"], flags].concat()), "");
    let ran = replay(&["--json"]);
    assert_eq!(ran.code, 9, "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    // What was called at once stands in the order in which it happened to begin.
    let calls = document["calls"].as_array().unwrap();
    let call = |tool: &str| calls.iter().find(|call| call["tool"] == tool).unwrap_or_else(|| panic!("{document}"));
    let verdict = |tool: &str| call(tool)["verdict"].as_str().unwrap();
    assert_eq!((verdict("slack_list_channels"), verdict("github_user_repos_list")), ("differs", "same"), "{document}");
    assert_eq!(verdict("slack_send_message"), "not_sent", "{document}");
    assert!(call("slack_list_channels")["summary"].as_str().unwrap().contains("support"), "{document}");
    // Everything that was sent has a run of its own, and nothing was written again.
    let label = document["agent_run_id"].as_str().unwrap();
    let calls = run(jackfield(home.path(), &["history", "list", &format!("run:{label}"), "--json"]), "").json();
    let calls = calls["calls"].as_array().unwrap();
    assert!(calls.len() >= 2 && calls.iter().all(|call| call["identifier"] == "linus@acme.dev"), "{calls:?}");
    assert!(calls.iter().all(|call| call["name"] != "slack_send_message"), "{calls:?}");

    let entry = call("github_user_repos_list")["entry"].to_string();
    let one = replay(&["--call", &entry]);
    assert_eq!(one.code, 0, "{}{}", one.out, one.err);
    assert!(one.out.contains("same") && !one.out.contains("slack_list_channels"), "{}", one.out);
    assert!(replay(&["--call", "999"]).refused(5).contains("has no call 999"));
}

#[test]
fn an_account_that_does_not_work_ends_it_with_the_command_that_helps() {
    let home = tempfile::tempdir().unwrap();
    // The environment takes it for active, and the provider does not.
    let ran = run(agent(home.path(), &["--as", "grace@acme.dev", "call linear_viewer_get"]), "");
    assert_eq!(ran.code, 4, "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("jackfield accounts authorize linear/grace@acme.dev"), "{}", ran.err);
    assert!(ran.err.contains("jackfield agent continue agent-"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_goes_to_its_server_alone_and_is_never_told() {
    let (own, other) = (ModelServer::start().await, ModelServer::start().await);
    let home = tempfile::tempdir().unwrap();
    let passphrase = home.path().join("passphrase");
    fs::write(&passphrase, "correct horse\n").unwrap();
    fs::set_permissions(&passphrase, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let command = |server: &ModelServer, arguments: &[&str]| {
        let mut command = jackfield(home.path(), arguments);
        command.env("JACKFIELD_VAULT_PASSPHRASE_FILE", &passphrase).env("ANTHROPIC_BASE_URL", server.url().as_str());
        command
    };
    let kept = served(command(&own, &["agent", "key", "keep"]), "sk-ant-kept-kept-kept\n").await;
    assert_eq!(kept.code, 0, "{}", kept.err);
    assert!(kept.err.contains("is kept") && !format!("{}{}", kept.out, kept.err).contains(KEPT), "{}", kept.err);
    let shown = served(command(&own, &["agent", "key", "show", "--json"]), "").await.json();
    assert_eq!(shown["key"], "kept", "{shown}");
    let none = served(command(&other, &["agent", "key", "show", "--json"]), "").await.json();
    assert_eq!(none["key"], "none", "{none}");

    let ask = ["--sandbox", "agent", "--as", "ada@acme.dev", "hello"];
    own.reply(ModelReply::says("Hello."));
    let ran = served(command(&own, &ask), "").await;
    assert_eq!((ran.code, ran.out.trim()), (0, "Hello."), "{}", ran.err);
    assert_eq!(own.requests().last().unwrap().header("x-api-key"), KEPT);
    // Another server is given nothing that was kept for this one.
    other.reply(ModelReply::says("Hello."));
    assert_eq!(served(command(&other, &ask), "").await.code, 0);
    assert!(other.requests().iter().all(|request| request.header("x-api-key").is_empty()));
    // A key of the environment comes first, and goes to the server that is named beside it.
    let mut with_key = command(&other, &ask);
    with_key.env("ANTHROPIC_API_KEY", KEY);
    other.reply(ModelReply::says("Hello."));
    let ran = served(with_key, "").await;
    assert!(ran.code == 0 && !format!("{}{}", ran.out, ran.err).contains(KEY), "{}", ran.err);
    assert_eq!(other.requests().last().unwrap().header("x-api-key"), KEY);
    assert!(own.requests().iter().all(|request| request.header("x-api-key") != KEY));
    // Neither is in any file of ours as it is.
    for key in [KEPT, KEY] {
        let found =
            Command::new("/bin/sh").args(["-c", "grep -rlF \"$0\" \"$1\"", key]).arg(home.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&found.stdout), "", "{key}");
    }
    let forgotten = served(command(&own, &["agent", "key", "forget"]), "").await;
    assert_eq!(forgotten.code, 0, "{}", forgotten.err);
    let shown = served(command(&own, &["agent", "key", "show", "--json"]), "").await.json();
    assert_eq!(shown["key"], "none", "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_and_no_script_is_said_with_the_next_step() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("own")).unwrap();
    let ran = served(jackfield(home.path(), &["--local", "agent", "--as", "ada@acme.dev", "hello"]), "").await;
    let said = ran.refused(2);
    assert!(said.contains("ANTHROPIC_API_KEY") && said.contains("jackfield agent key keep"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_model_says_neither_steers_the_terminal_nor_leaves_its_fence() {
    let server = ModelServer::start().await;
    let home = tempfile::tempdir().unwrap();
    server.reply(ModelReply::stream().thinking(HOSTILE).text(HOSTILE).tool("t1", HOSTILE, "{}").stop("tool_use"));
    server.reply(ModelReply::says(HOSTILE));
    let ran = served(with_model(&server, home.path(), &["--thinking", "hello"]), "").await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    let steers = |text: &str| text.contains(['\u{1b}', '\u{7}', '\u{202e}']);
    assert!(!steers(&ran.out) && !steers(&ran.err), "{}{}", ran.out, ran.err);
    assert!(
        ran.out.contains("# Approved") && ran.err.contains("# Approved"),
        "the rest is told: {}{}",
        ran.out,
        ran.err
    );
    let id = run_of(&ran);
    for arguments in [&["show", &id][..], &["list"], &["export", &id, "--format", "markdown"]] {
        let shown = served(agent(home.path(), arguments), "").await;
        assert!(!steers(shown.text()), "{arguments:?}: {}", shown.out);
    }
    let markdown = served(agent(home.path(), &["export", &id, "--format", "markdown"]), "").await;
    assert!(markdown.text().contains("````text"), "{}", markdown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_options_reach_the_request_and_prices_the_footer() {
    let server = ModelServer::start().await;
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("config")).unwrap();
    let settings = "agent_model = 'claude-opus-5-5'\nagent_max_tokens = 1000\nmodel_api_version = '2026-10-21'\n\
                    [agent_prices.claude-opus-5-5]\ncurrency = 'EUR'\ninput = 5\noutput = 25";
    fs::write(home.path().join("config/settings.toml"), settings).unwrap();
    server.reply(ModelReply::says("Hello."));
    let ran = served(with_model(&server, home.path(), &["hello"]), "").await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    let request = server.requests().last().unwrap().clone();
    assert_eq!((&request.body["model"], &request.body["max_tokens"]), (&json!("claude-opus-5-5"), &json!(1000)));
    assert_eq!(request.header("anthropic-version"), "2026-10-21");
    assert!(ran.err.contains(" EUR 0.0"), "{}", ran.err);
    server.reply(ModelReply::says("Hello."));
    let options = ["--model", "claude-haiku-5-5", "--max-tokens", "77", "hello"];
    assert_eq!(served(with_model(&server, home.path(), &options), "").await.code, 0);
    let request = server.requests().last().unwrap().clone();
    assert_eq!((&request.body["model"], &request.body["max_tokens"]), (&json!("claude-haiku-5-5"), &json!(77)));
    let mut models = jackfield(home.path(), &["--sandbox", "agent", "models", "--json"]);
    models.env("ANTHROPIC_BASE_URL", server.url().as_str()).env("ANTHROPIC_API_KEY", KEY);
    let models = served(models, "").await.json();
    assert_eq!(models["models"][0]["id"], "claude-sonnet-5-5", "{models}");
}

#[test]
fn every_call_of_a_run_is_in_the_audit_and_texts_are_submitted_by_the_agent() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("config")).unwrap();
    fs::write(home.path().join("config/modifiers.toml"), "footer = true\n").unwrap();
    let write = r##"call slack_send_message {"channel":"#general","text":"hello"}"##;
    let ran = ada(home.path(), &["--mode", "free", "--yes", write]);
    assert!(ran.code == 0 && ran.err.contains("✓ slack_send_message"), "{}{}", ran.out, ran.err);
    let audit = |filter: &str| run(jackfield(home.path(), &["audit", "list", filter, "--json"]), "").json();
    let uses = audit(&format!("run:{}", run_of(&ran)))["uses"].clone();
    assert_eq!(
        (uses[0]["tool"].as_str(), uses[0]["person"].as_str()),
        (Some("slack_send_message"), Some("ada@acme.dev"))
    );
    assert_eq!(uses.as_array().unwrap().len(), 1, "{uses}");
    let call = uses[0]["call"].to_string();
    let sent = run(jackfield(home.path(), &["history", "show", &call, "--json"]), "").json();
    let text = sent["arguments"]["text"].as_str().unwrap();
    assert!(text.starts_with("hello\n\nSubmitted by jackfield agent, "), "{text}");
    assert!(text.ends_with(" on behalf of ada@acme.dev"), "{text}");

    let ran = ada(home.path(), &["--no-record", "call slack_auth_test"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(audit("tool:slack_auth")["uses"], json!([]));
}
