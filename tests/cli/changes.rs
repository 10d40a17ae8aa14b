//! `accounts add`, `update`, `disconnect` and `delete`, against a broker that notes what it is told.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::process::{Ran, against, run};
use crate::client::server::{Reply, Server};
use crate::program::terminal::Terminal;

const CREDENTIALS: &str = r#"{"domain": "acme.freshdesk.com", "password": "hunter2"}"#;

struct World {
    server: Server,
    home: TempDir,
}

impl World {
    async fn start() -> Self {
        let server = Server::with_tokens(|seen, _| match seen.target.ends_with(":delete") {
            true => Reply::json(200, "{}"),
            false => Reply::json(
                200,
                r#"{"connected_account":{"id":"ca_1","connector":"desk","identifier":"ada","status":"ACTIVE",
                    "authorization_details":{"static_auth":{"details":{"password":"hunter2"}}}}}"#,
            ),
        })
        .await;
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("key.json"), CREDENTIALS).unwrap();
        Self { server, home }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ran {
        let ran = run(against(&self.server.url, self.home.path(), arguments), input);
        assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"), "{}{}", ran.out, ran.err);
        ran
    }

    /// Everything that would have changed something: its path and body.
    fn changes(&self) -> Vec<(String, Value)> {
        let changes = self.server.calls().into_iter().filter(|call| call.method != "GET");
        let path = |target: String| target.strip_prefix("/api/v1/connected_accounts").unwrap().to_owned();
        changes.map(|call| (path(call.target), serde_json::from_str(&call.body).unwrap())).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_come_from_a_file_or_standard_input_and_are_not_told() {
    let world = World::start().await;
    let add = ["accounts", "add", "--connection", "desk", "--identifier", "ada"];
    assert!(world.run(&add, "").text().contains("active (API: ACTIVE)"));
    let with = world.run(&[&add[..], &["--credentials", "@key.json", "--json"]].concat(), "").json();
    assert_eq!((&with["id"], &with["authorization_details"]), (&json!("ca_1"), &Value::Null));
    world.run(&["accounts", "update", "desk/ada", "--credentials", "-"], CREDENTIALS).text();
    let fields: Value = serde_json::from_str(CREDENTIALS).unwrap();
    let account = json!({ "authorization_details": { "static_auth": { "details": fields } } });
    assert_eq!(
        world.changes(),
        [
            ("".into(), json!({ "connector": "desk", "identifier": "ada", "connected_account": {} })),
            ("".into(), json!({ "connector": "desk", "identifier": "ada", "connected_account": account })),
            ("".into(), json!({ "connector": "desk", "identifier": "ada", "connected_account": account })),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_are_no_credentials_is_refused_and_never_quoted() {
    let world = World::start().await;
    let update = |from: &str, input: &str| world.run(&["accounts", "update", "ca_1", "--credentials", from], input);
    for input in ["\"hunter2\"", "{\"hunter2\"", "{}", "", "{\"key\": 17}", "{\"key\": [\"hunter2\"]}", "[\"hunter2\"]"]
    {
        assert!(update("-", input).refused(7).contains("The credentials "), "{input}");
    }
    assert!(update("@missing.json", "").refused(7).contains("cannot be read from the file"));
    let inline = ["accounts", "update", "ca_1", "--credentials", "{\"key\": \"hunter2\"}"];
    let ran = world.run(&inline, "");
    assert!(ran.refused(2).contains("never from the line") && !ran.err.contains("hunter2"), "{}", ran.err);
    assert_eq!(world.server.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_yes_the_very_account_is_disconnected_or_deleted() {
    let world = World::start().await;
    let disconnected = world.run(&["accounts", "disconnect", "desk/ada", "--yes", "--json"], "").json();
    assert_eq!(disconnected["id"], "ca_1");
    let deleted = world.run(&["accounts", "delete", "desk/ada", "--yes", "--json"], "").json();
    assert_eq!(deleted, json!({ "deleted": { "id": "ca_1", "connector": "desk", "identifier": "ada" } }));
    let ran = world.run(&["accounts", "delete", "ca_1", "--yes"], "");
    assert!(ran.text().is_empty() && ran.err.contains("Deleted desk/ada (ca_1)."), "{}", ran.err);
    let deletion = (":delete".to_owned(), json!({ "id": "ca_1" }));
    assert_eq!(world.changes(), [("/ca_1:disconnect".into(), json!({})), deletion.clone(), deletion]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_nothing_is_lost() {
    let world = World::start().await;
    for command in ["disconnect", "delete"] {
        assert!(world.run(&["accounts", command, "ca_1"], "y\n").refused(2).contains("--yes"));
        world.run(&["accounts", command, "ca_1", "--json"], "y\n").refused_json(2, "usage");
    }
    assert_eq!(world.server.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_it_asks_first() {
    let world = World::start().await;
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", world.server.url.as_str()),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_1"),
    ];
    let delete = |answer: &str| {
        let arguments = ["accounts", "delete", "desk/ada"];
        let mut terminal = Terminal::start((100, 10), world.home.path(), &arguments, &variables);
        terminal.wait_for("Permanently delete desk/ada (ca_1, active)? [y/N]");
        terminal.send(answer);
        terminal.ended().code
    };
    assert_eq!((delete("n\r"), delete("\r"), delete("\x03"), world.changes().len()), (130, 130, 130, 0));
    assert_eq!((delete("y\r"), world.changes().len()), (0, 1));
}
