//! As whom a call goes out: where the broker's answers differ on whose an account is, nothing does.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tempfile::TempDir;

use super::process::{Ran, against, run};
use crate::client::server::{Reply, Seen, Server};

pub const ADA: &str = "ada@acme.dev";
pub const BOB: &str = "bob@acme.dev";

/// Id, identifier and connection of an account.
type Account = (&'static str, &'static str, &'static str);

/// Everybody there is, as long as nothing is made up.
const TRUTH: [Account; 2] = [("ca_1", ADA, "echo"), ("ca_2", BOB, "echo")];

/// Asked for an account by this, the broker answers with that, or breaks off where there is none.
type Details = Arc<Mutex<HashMap<String, Option<Account>>>>;

/// An environment of two accounts with one tool, which answers as it is told to.
pub struct Echo {
    pub server: Server,
    home: TempDir,
    details: Details,
    row: Arc<Mutex<Account>>,
    status: Arc<Mutex<&'static str>>,
    hanging: Arc<Mutex<bool>>,
}

impl Echo {
    pub async fn start() -> Self {
        let details = Details::default();
        let (row, status) = (Arc::new(Mutex::new(TRUTH[1])), Arc::new(Mutex::new("ACTIVE")));
        let hanging = Arc::new(Mutex::new(false));
        let (told, listed, state, hangs) =
            (Arc::clone(&details), Arc::clone(&row), Arc::clone(&status), Arc::clone(&hanging));
        let server = Server::with_tokens(move |seen, _| {
            let state = *state.lock().unwrap();
            match path(seen) {
                "/api/v1/connected_accounts" => {
                    let who = query(seen, "identifier");
                    let rows = TRUTH.iter().filter(|account| who.as_deref().is_none_or(|who| who == account.1));
                    let rows: Vec<String> = rows.map(|account| written(*account, state)).collect();
                    let body = format!(r#"{{"connected_accounts":[{}],"total_size":{}}}"#, rows.join(","), rows.len());
                    Reply::json(200, &body)
                }
                "/api/v1/connected_accounts/details" if *hangs.lock().unwrap() => Reply::raw("").then_hang(),
                "/api/v1/connected_accounts/details" => {
                    let id = query(seen, "id");
                    let pair = || Some(format!("{}/{}", query(seen, "connector")?, query(seen, "identifier")?));
                    let asked = id.or_else(pair).unwrap();
                    let known = TRUTH
                        .into_iter()
                        .find(|account| account.0 == asked || format!("{}/{}", account.2, account.1) == asked);
                    match told.lock().unwrap().get(&asked).copied().unwrap_or(known) {
                        Some(account) => {
                            Reply::json(200, &format!(r#"{{"connected_account":{}}}"#, written(account, state)))
                        }
                        None if known.is_none() => Reply::json(404, r#"{"code":5,"message":"no such account"}"#),
                        None => Reply::raw("").then_reset(),
                    }
                }
                "/api/v1/tools/scoped" => {
                    let (id, identifier, _) = *listed.lock().unwrap();
                    let tool = r#"{"definition":{"name":"echoer","input_schema":{"type":"object"}},"provider":"ECHO"}"#;
                    Reply::json(
                        200,
                        &format!(
                            r#"{{"tools":[{{"tool":{tool},"identifier":"{identifier}",
                            "connected_account_id":"{id}"}}],"total_size":1}}"#
                        ),
                    )
                }
                "/api/v1/execute_tool" => Reply::json(200, r#"{"data":{"echo":1},"execution_id":"exec_1"}"#),
                path if path.starts_with("/proxy/") => Reply::json(200, r#"{"me":1}"#),
                _ => Reply::json(404, "{}"),
            }
        });
        Self { server: server.await, home: tempfile::tempdir().unwrap(), details, row, status, hanging }
    }

    /// From here on the account asked for by this id, or `connection/identifier`, is said to be that one.
    pub fn say(&self, asked: &str, account: Account) {
        self.details.lock().unwrap().insert(asked.into(), Some(account));
    }

    /// The row of the tool names this account and person.
    pub fn list(&self, id: &'static str, identifier: &'static str) {
        *self.row.lock().unwrap() = (id, identifier, "echo");
    }

    pub fn expire(&self) {
        *self.status.lock().unwrap() = "EXPIRED";
    }

    /// From here on nothing is said of any account.
    pub fn hang(&self) {
        *self.hanging.lock().unwrap() = true;
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(against(&self.server.url, self.home.path(), arguments), "")
    }

    /// How many calls reached a tool or a provider.
    pub fn sent(&self) -> usize {
        let acts = |seen: &&Seen| path(seen) == "/api/v1/execute_tool" || path(seen).starts_with("/proxy/");
        self.server.calls().iter().filter(acts).count()
    }

    /// Runs it, and sees to it that it is refused in these words and nothing went out.
    fn refuses(&self, arguments: &[&str], says: &str) {
        let sent = self.sent();
        let ran = self.run(arguments);
        assert!(ran.refused(2).contains(says), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains("Nothing was sent."), "{}", ran.err);
        let fault = self.run(&[arguments, &["--json"]].concat()).refused_json(2, "other_account");
        assert_eq!(fault["may_have_been_carried_out"], json!(false));
        assert_eq!(self.sent(), sent, "{arguments:?}");
    }
}

fn path(seen: &Seen) -> &str {
    seen.target.split('?').next().unwrap_or_default()
}

fn query(seen: &Seen, name: &str) -> Option<String> {
    let url = url::Url::parse(&format!("http://x{}", seen.target)).unwrap();
    url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
}

fn written((id, identifier, connection): Account, status: &str) -> String {
    json!({ "id": id, "identifier": identifier, "connector": connection, "provider": "ECHO", "status": status })
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_names_somebody_elses_account_does_not_run() {
    let echo = Echo::start().await;
    assert_eq!(echo.run(&["run", "echoer", "--as", BOB]).code, 0, "it is bob's own");
    echo.list("ca_1", BOB);
    let says = "The tool list says ca_1 is bob@acme.dev's; the account itself says it is ada@acme.dev's on echo.";
    echo.refuses(&["run", "echoer", "--as", BOB], says);
    echo.refuses(&["run", "echoer", "--as", BOB, "--anyway"], says);
    echo.run(&["presets", "save", "echoer", "mine", "--input", "{}"]).text();
    echo.refuses(&["run", "echoer", "--as", BOB, "--preset", "mine"], says);
    // The row may even own up to it.
    echo.list("ca_1", ADA);
    echo.refuses(&["run", "echoer", "--as", BOB], "You asked for an account that is bob@acme.dev's;");
    // And one that names the right account may name the wrong person.
    echo.list("ca_2", ADA);
    echo.refuses(&["run", "echoer", "--as", BOB, "--connection", "echo"], "The tool list says ca_2 is ada@acme.dev's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_answered_with_another_does_not_run() {
    let echo = Echo::start().await;
    echo.say("ca_2", ("ca_1", ADA, "echo"));
    let says = "You asked for ca_2 as bob@acme.dev's; the account itself says it is ca_1, ada@acme.dev's on echo.";
    echo.refuses(&["run", "echoer", "--as", BOB, "--account", "ca_2", "--anyway"], says);
    echo.say("ca_2", ("", BOB, "echo"));
    echo.refuses(&["run", "echoer", "--as", BOB, "--account", "ca_2"], "an account without an id, bob@acme.dev's");
    echo.say("echo/bob@acme.dev", ("ca_1", ADA, "echo"));
    let says = "an account that is bob@acme.dev's on echo; the account itself says it is ca_1, ada@acme.dev's on echo.";
    echo.refuses(&["run", "echoer", "--as", BOB, "--connection", "echo", "--anyway"], says);
    echo.refuses(&["request", "GET", "/me", "--connection", "echo", "--as", BOB], says);
    echo.say("echo/bob@acme.dev", ("ca_2", BOB, "other"));
    echo.refuses(&["run", "echoer", "--as", BOB, "--connection", "echo"], "bob@acme.dev's on other");
    echo.refuses(&["request", "POST", "/me", "--connection", "echo", "--as", BOB], "bob@acme.dev's on other");
    // What was typed may contradict itself; that is nobody's lie.
    let both = echo.run(&["run", "echoer", "--as", BOB, "--account", "ca_1", "--json"]);
    both.refused_json(2, "ambiguous");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_spellings_are_two_people_and_two_connections() {
    let echo = Echo::start().await;
    // A broker that does not mind.
    for (asked, account) in
        [("echo/Bob@acme.dev", TRUTH[1]), ("Echo/bob@acme.dev", TRUTH[1]), ("echo/bob@acme.dev ", TRUTH[1])]
    {
        echo.say(asked, account);
        let (connection, identifier) = asked.split_once('/').unwrap();
        let on = ["--connection", connection, "--as", identifier];
        let says = "the account itself says it is ca_2, bob@acme.dev's on echo.";
        echo.refuses(&[&["run", "echoer", "--anyway"], &on[..]].concat(), says);
        echo.refuses(&[&["request", "GET", "/me"], &on[..]].concat(), says);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_changed_hands_is_not_sent_as_again() {
    let echo = Echo::start().await;
    echo.run(&["run", "echoer", "--as", BOB]).text();
    echo.run(&["request", "GET", "/me", "--connection", "echo", "--as", BOB]).text();
    assert_eq!(echo.run(&["history", "replay", "1"]).code, 0);
    assert_eq!(echo.run(&["history", "replay", "2"]).code, 0);
    echo.say("ca_2", ("ca_2", ADA, "echo"));
    let says =
        "The history says ca_2 was bob@acme.dev's on echo; the account itself says it is ada@acme.dev's on echo.";
    echo.refuses(&["history", "replay", "1"], says);
    echo.say("ca_2", ("ca_2", BOB, "other"));
    echo.refuses(&["history", "replay", "1"], "it is bob@acme.dev's on other.");
    echo.say("echo/bob@acme.dev", TRUTH[0]);
    echo.refuses(&["history", "replay", "2"], "The history says it was bob@acme.dev's on echo;");
    assert_eq!(echo.run(&["history", "replay", "2", "--as", ADA]).code, 0);
    assert_eq!(echo.run(&["history", "replay", "1", "--as", ADA]).code, 0, "and as herself she may");
    echo.say("echo/ada@acme.dev", TRUTH[1]);
    for entry in ["1", "2"] {
        echo.refuses(&["history", "replay", entry, "--as", ADA], "You asked for an account that is ada@acme.dev's");
    }
    let listed = echo.run(&["history", "list", "--json"]).json();
    assert_eq!(listed["calls"].as_array().unwrap().len(), 6, "what was not sent is not written down: {listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_account_cannot_be_read_nothing_is_sent_and_that_is_said() {
    let echo = Echo::start().await;
    echo.run(&["run", "echoer", "--as", BOB]).text();
    for asked in ["ca_2", "echo/bob@acme.dev"] {
        echo.details.lock().unwrap().insert(asked.into(), None);
    }
    let sent = echo.sent();
    for arguments in [
        &["run", "echoer", "--as", BOB][..],
        &["run", "echoer", "--as", BOB, "--connection", "echo", "--anyway"],
        &["request", "POST", "/me", "--connection", "echo", "--as", BOB],
        &["history", "replay", "1"],
    ] {
        let ran = echo.run(arguments);
        assert!(ran.refused(8).contains("Nothing was sent."), "{arguments:?}: {}", ran.err);
    }
    let unknown = echo.run(&["request", "GET", "/me", "--connection", "echo", "--as", "eve@acme.dev"]);
    assert!(unknown.refused(5).contains("There is no account "), "{}", unknown.err);
    assert_eq!(echo.sent(), sent);
}
