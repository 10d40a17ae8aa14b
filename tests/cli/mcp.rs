//! `jackfield mcp`.

use super::process::Served;

const CONFIG: &str = "morning-digest";

#[test]
fn configurations_are_listed_shown_made_changed_and_deleted() {
    let served = Served::start(&[]);
    let list = served.run(&["mcp", "configs", "list"]);
    assert!(list.text().starts_with("CONFIGURATION") && list.out.contains(CONFIG), "{}", list.out);
    let shown = served.run(&["mcp", "configs", "show", CONFIG]);
    assert!(shown.text().contains("/mcp/v3/servers/") && shown.out.contains("  gmail_fetch_mails"), "{}", shown.out);
    let made = ["mcp", "configs", "create", "chat", "--connection", "slack", "--connection", "gmail=gmail_fetch_mails"];
    let made = served.run(&[&made[..], &["--json"]].concat()).json();
    assert_eq!(made["connection_tool_mappings"].as_array().map(Vec::len), Some(2), "{made}");
    let changed = served.run(&["mcp", "configs", "update", "chat", "--description", "Talks", "--json"]).json();
    assert_eq!((changed["description"].as_str(), changed["name"].as_str()), (Some("Talks"), Some("chat")));
    assert_eq!(changed["connection_tool_mappings"].as_array().map(Vec::len), Some(2), "what is not named stays");
    let asked = served.run(&["mcp", "configs", "delete", "chat"]);
    assert!(asked.refused(2).contains("--yes"), "{}", asked.err);
    let deleted = served.run(&["mcp", "configs", "delete", "chat", "--yes", "--json"]).json();
    assert_eq!(deleted["deleted"]["name"], "chat");
    assert!(served.run(&["mcp", "configs", "show", "chat"]).refused(5).contains("There is no MCP configuration"));
    let wrong = served.run(&["mcp", "configs", "create", "My chat", "--connection", "slack"]);
    assert!(wrong.refused(7).contains("lower-case"), "{}", wrong.err);
}

#[test]
fn the_url_of_an_instance_is_shown_only_where_that_is_asked_for() {
    let served = Served::start(&[]);
    let ensure = ["mcp", "instances", "ensure", CONFIG, "--as", "ada@acme.dev", "--name", "mine"];
    let made = served.run(&ensure);
    assert!(!made.text().contains("http"), "{}", made.out);
    let shown = served.run(&[&ensure[..], &["--show", "--json"]].concat()).json();
    assert!(shown["url"].as_str().is_some_and(|url| url.starts_with("http")), "{shown}");
    let list = served.run(&["mcp", "instances", "list", "--as", "ada@acme.dev", "--json"]).json();
    let rows = list["instances"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["name"] == "mine") && rows.iter().all(|row| row.get("url").is_none()), "{list}");
    let renamed = served.run(&["mcp", "instances", "rename", "mine", "other", "--json"]).json();
    assert_eq!(renamed["name"], "other");
    assert_eq!(served.run(&["mcp", "instances", "delete", "other", "--yes"]).code, 0);
    assert_eq!(served.run(&["mcp", "instances", "delete", "other", "--yes"]).code, 5);
}

#[test]
fn a_token_goes_to_another_program_and_to_no_file() {
    let served = Served::start(&[]);
    let minted = served.run(&["mcp", "token", CONFIG, "--as", "ada@acme.dev", "--expiry", "5m"]);
    assert!(minted.text().starts_with("eyJ") && minted.out.lines().count() == 1, "{}", minted.out);
    assert!(minted.err.contains("full access, as ada@acme.dev"), "{}", minted.err);
    assert!(!minted.err.contains(minted.out.trim()));
    let document =
        served.run(&["mcp", "token", "--connection", "slack", "--as", "ada@acme.dev", "--read-only", "--json"]);
    let document = document.json();
    assert_eq!(document["access"], "read only");
    assert!(document["url"].as_str().is_some_and(|url| url.ends_with("/mcp/v3/connections/slack")), "{document}");
    let long = served.run(&["mcp", "token", CONFIG, "--as", "ada@acme.dev", "--expiry", "48h"]);
    assert!(long.refused(7).contains("24 hours"), "{}", long.err);
    let nobody = served.run(&["mcp", "token", CONFIG, "--as", "nobody@acme.dev"]);
    assert_eq!(nobody.code, 4, "{}", nobody.err);
    assert!(nobody.out.is_empty());
}

#[test]
fn read_only_a_token_is_one_that_reads() {
    let served = Served::start(&[]);
    let refused = served.run(&["mcp", "token", CONFIG, "--as", "ada@acme.dev", "--mode", "read"]);
    assert!(refused.refused(3).contains("--read-only"), "{}", refused.err);
    let minted = served.run(&["mcp", "token", CONFIG, "--as", "ada@acme.dev", "--mode", "read", "--read-only"]);
    assert!(minted.text().starts_with("eyJ"), "{}", minted.err);
    let delete = served.run(&["mcp", "configs", "delete", CONFIG, "--yes", "--mode", "read"]);
    assert_eq!(delete.code, 3, "{}", delete.err);
}

#[test]
fn the_accounts_of_a_server_name_the_next_step() {
    let served = Served::start(&[]);
    let states = served.run(&["mcp", "auth-state", CONFIG, "--as", "ada@acme.dev"]);
    assert!(states.text().starts_with("STATUS") && states.out.contains("gmail"), "{}", states.out);
    let linked = served.run(&["mcp", "auth-state", CONFIG, "--as", "ken@acme.dev", "--links", "--json"]).json();
    let rows = linked["connections"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["authentication_link"].is_string()), "{linked}");
    let nobody = served.run(&["mcp", "auth-state", CONFIG]);
    assert!(nobody.refused(2).contains("--as"), "{}", nobody.err);
    let instance = served.run(&["mcp", "auth-state", "ada-morning"]);
    assert!(instance.text().contains("gmail"), "{}", instance.err);
    let other = served.run(&["mcp", "auth-state", "ada-morning", "--as", "grace@acme.dev"]);
    assert!(other.refused(2).contains("is of ada@acme.dev"), "{}", other.err);
}

#[test]
fn configuration_for_another_program_holds_no_token() {
    let served = Served::start(&[]);
    for program in ["claude-code", "claude-desktop", "cursor", "vscode", "json"] {
        let printed = served.run(&["mcp", "client-config", CONFIG, "--for", program]);
        assert!(printed.text().contains("/mcp/v3/servers/") && !printed.out.contains("eyJ"), "{}", printed.out);
    }
    let code = served.run(&["mcp", "client-config", CONFIG, "--for", "claude-code"]);
    assert!(code.out.contains("'Authorization: Bearer ${MORNING_DIGEST_TOKEN}'"), "{}", code.out);
    let ourselves = ["mcp", "client-config", "--serve", "--as", "ada@acme.dev", "--for", "cursor", "--json"];
    let ourselves = served.run(&ourselves).json();
    let text = ourselves["texts"][0]["text"].as_str().expect("a text");
    assert!(text.contains(r#""serve""#) && text.contains(r#""ada@acme.dev""#), "{text}");
}

#[test]
fn a_server_is_tried_and_called() {
    let served = Served::start(&[]);
    let tried = served.run(&["mcp", "try", CONFIG, "--as", "ada@acme.dev"]);
    assert!(tried.text().contains("gmail_fetch_mails") && tried.out.contains("left out"), "{}", tried.out);
    let called = ["mcp", "try", CONFIG, "--as", "ada@acme.dev", "--tool", "gmail_fetch_mails", "{}", "--json"];
    let called = served.run(&called).json();
    assert!(called["data"]["content"].is_array(), "{called}");
    let missing = served.run(&["mcp", "try", CONFIG, "--as", "ada@acme.dev", "--tool", "gmail_send_message"]);
    assert!(missing.refused(5).contains("does not offer"), "{}", missing.err);
    let history = served.run(&["history", "list", "tool:gmail_fetch_mails"]);
    assert!(history.text().contains("ada@acme.dev"), "written down like any call: {}", history.out);
}

#[test]
fn the_server_of_a_connection_is_tried_called_and_handed_over_like_that_of_a_configuration() {
    let served = Served::start(&[]);
    let tried = served.run(&["mcp", "try", "--connection", "slack", "--as", "ada@acme.dev"]);
    assert!(tried.text().contains("slack_auth_test") && !tried.out.contains("gmail_"), "{}", tried.out);
    let line = ["mcp", "try", "--connection", "slack", "--as", "ada@acme.dev", "--tool", "slack_auth_test"];
    let called = served.run(&[&line[..], &["{}", "--agent-run", "run-7", "--json"]].concat()).json();
    assert!(called["data"]["content"].is_array(), "{called}");
    let history = served.run(&["history", "list", "run:run-7"]);
    assert!(history.text().contains("slack_auth_test"), "{}", history.out);
    let printed = served.run(&["mcp", "client-config", "--connection", "slack", "--for", "json"]);
    assert!(printed.text().contains("/mcp/v3/connections/slack"), "{}", printed.out);
    assert!(printed.err.contains("jackfield mcp token --connection slack --as"), "{}", printed.err);
    let both = served.run(&["mcp", "try", CONFIG, "--connection", "slack", "--as", "ada@acme.dev"]);
    assert!(both.refused(2).contains("not both"), "{}", both.err);
    let unknown = served.run(&["mcp", "try", "--connection", "slak", "--as", "ada@acme.dev"]);
    assert!(unknown.refused(5).contains("slack"), "{}", unknown.err);
}
