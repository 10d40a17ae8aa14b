//! `request`: a provider's own API, with a provider that answers as a test wants it to.

use serde_json::json;
use tempfile::TempDir;

use super::process::{Ran, against, run};
use crate::client::server::{Reply, Seen, Server};

struct World {
    server: Server,
    home: TempDir,
}

impl World {
    /// One whose provider answers like this. The broker knows the one account.
    async fn answering(answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let server = Server::with_tokens(move |seen, _| match seen.target.starts_with("/proxy/") {
            true => answer(seen),
            false => Reply::json(
                200,
                r#"{"connected_account":{"id":"ca_1","identifier":"ada@acme.dev","connector":"linear"}}"#,
            ),
        });
        Self { server: server.await, home: tempfile::tempdir().unwrap() }
    }

    /// What reached the provider.
    fn passed(&self) -> Vec<Seen> {
        self.server.calls().into_iter().filter(|seen| seen.target.starts_with("/proxy/")).collect()
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ran {
        let account = ["--connection", "linear", "--as", "ada@acme.dev"];
        let arguments = [&["request"], arguments, &account].concat();
        run(against(&self.server.url, self.home.path(), &arguments), input)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_goes_out_as_it_is() {
    let world = World::answering(|_| Reply::json(200, "{}")).await;
    world.run(&["get", "/v1/me", "--query", "q=a&b=c", "--query", "n=", "--header", "X-Extra: 1"], "").text();
    std::fs::write(world.home.path().join("body.json"), r#"{ "n": 1.10 }"#).unwrap();
    for from in ["@body.json", "-", r#"{ "n": 1.10 }"#] {
        world.run(&["POST", "/v1/issues", "--body", from], r#"{ "n": 1.10 }"#).text();
    }
    world.run(&["POST", "/v1/issues", "--body", "<a/>", "--header", "content-type:text/xml"], "").text();
    world.run(&["PUT", "/v1/issues", "--form", "a=1 2", "--form", "b="], "").text();
    let calls = world.passed();
    let sent: Vec<_> = calls
        .iter()
        .map(|call| (call.method.as_str(), call.target.as_str(), call.header("content-type"), call.body.as_str()))
        .collect();
    let json = ("POST", "/proxy/v1/issues", Some("application/json"), r#"{ "n": 1.10 }"#);
    assert_eq!(
        sent,
        [
            ("GET", "/proxy/v1/me?q=a%26b%3Dc&n=", None, ""),
            json,
            json,
            json,
            ("POST", "/proxy/v1/issues", Some("text/xml"), "<a/>"),
            ("PUT", "/proxy/v1/issues", Some("application/x-www-form-urlencoded"), "a=1+2&b="),
        ]
    );
    let account = |name: &str| calls[0].header(name).unwrap_or_default().to_owned();
    assert_eq!((account("connection_name"), account("identifier")), ("linear".into(), "ada@acme.dev".into()));
    assert_eq!(account("x-extra"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_is_printed_so_that_a_terminal_survives_it() {
    let world = World::answering(|seen| match seen.target.as_str() {
        "/proxy/json" => Reply::json(200, "{\"a\":[1.10,\"\u{202e}x\"]}"),
        "/proxy/text" => {
            Reply::with(200, "content-type: text/plain\r\nx-twice: 1\r\nx-twice: 2\r\n", "one\n\u{1b}[2Jtwo")
        }
        _ => Reply::with(204, "", ""),
    })
    .await;
    let ran = world.run(&["GET", "/json"], "");
    assert_eq!(ran.text(), "{\n  \"a\": [\n    1.10,\n    \"\\u202ex\"\n  ]\n}\n");
    assert!(ran.err.starts_with("HTTP 200, "), "{}", ran.err);
    assert_eq!(world.run(&["GET", "/text"], "").text(), "one\n␛[2Jtwo\n");
    assert_eq!(world.run(&["DELETE", "/nothing"], "").text(), "");

    let json = world.run(&["GET", "/json", "--json"], "").json();
    assert_eq!((&json["status"], &json["body"]), (&json!(200), &json!({ "a": [1.10, "\u{202e}x"] })));
    let text = world.run(&["GET", "/text", "--json"], "").json();
    assert_eq!((&text["body"], &text["headers"]["x-twice"]), (&json!("one\n\u{1b}[2Jtwo"), &json!(["1", "2"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_can_be_kept_byte_for_byte() {
    let world = World::answering(|_| Reply::json(200, "{ \"n\" : 1.10 }\n")).await;
    let ran = world.run(&["GET", "/x", "--output", "answer"], "");
    assert_eq!(ran.text(), "");
    assert_eq!(std::fs::read(world.home.path().join("answer")).unwrap(), b"{ \"n\" : 1.10 }\n");
    let json = world.run(&["GET", "/x", "--output", "answer", "--json"], "").json();
    assert!(json.get("body").is_none() && json["status"] == 200, "{json}");
    std::fs::write(world.home.path().join("longer"), [b'x'; 99]).unwrap();
    world.run(&["GET", "/x", "--output", "longer"], "").text();
    assert_eq!(std::fs::read(world.home.path().join("longer")).unwrap(), b"{ \"n\" : 1.10 }\n");
    assert_eq!(world.run(&["GET", "/x", "--output", "/dev/stdout"], "").text(), "{ \"n\" : 1.10 }\n");
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |name: &str| world.home.path().join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("answer"), 0o600, "a new file is its owner's alone");
    std::fs::set_permissions(world.home.path().join("longer"), std::fs::Permissions::from_mode(0o644)).unwrap();
    world.run(&["GET", "/x", "--output", "longer"], "").text();
    assert_eq!(mode("longer"), 0o644, "one that is there stays as it is");
    let sent = world.passed().len();
    let nowhere = world.run(&["POST", "/x", "--output", "no/such/place"], "");
    assert!(nowhere.refused(1).contains("cannot be written"), "{}", nowhere.err);
    assert_eq!(world.passed().len(), sent, "nothing is sent whose answer would be lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_answer_comes_no_file_is_left_and_none_is_lost() {
    let world = World::answering(|_| Reply::raw("").then_reset()).await;
    std::fs::write(world.home.path().join("old"), "kept").unwrap();
    for (place, then) in [("old", Some("kept")), ("new", None)] {
        world.run(&["POST", "/x", "--output", place], "").refused(8);
        assert_eq!(std::fs::read_to_string(world.home.path().join(place)).ok().as_deref(), then);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_6_and_its_answer_is_printed() {
    let world = World::answering(|seen| match seen.target.as_str() {
        "/proxy/slow-down" => Reply::json(429, r#"{"error":"slow down"}"#),
        _ => Reply::json(404, r#"{"error":"no such issue"}"#),
    })
    .await;
    for (path, kind, said) in
        [("/x", "provider_failed", "no such issue"), ("/slow-down", "provider_limited", "slow down")]
    {
        let ran = world.run(&["GET", path], "");
        assert!(ran.code == 6 && ran.out.contains(said), "{}{}", ran.out, ran.err);
        assert!(ran.err.contains("the provider: ") && ran.err.contains("HTTP 4"), "{}", ran.err);
        let ran = world.run(&["GET", path, "--json"], "");
        let answer: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((ran.code, &answer["body"]["error"]), (6, &json!(said)));
        assert!(ran.err.lines().count() == 1 && ran.err.contains(&format!("\"kind\":\"{kind}\"")), "{}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_sent_is_refused_before_anything_is() {
    let world = World::answering(|_| Reply::json(200, "{}")).await;
    for (arguments, code) in [
        (&["FETCH", "/x"][..], 2),
        (&["GET", "/x", "--query", "q"], 2),
        (&["GET", "/x", "--header", ": 1"], 2),
        (&["POST", "/x", "--body", "{}", "--form", "a=1"], 2),
        (&["POST", "/x", "--body", "<a/>"], 7),
        (&["POST", "/x", "--body", "@missing"], 7),
        (&["GET", "/../api/v1/tools"], 7),
        (&["GET", "/x", "--header", "authorization: Bearer x"], 7),
    ] {
        world.run(arguments, "").refused(code);
    }
    assert_eq!(world.passed().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_left_out_of_a_body_or_path_is_not_sent_again() {
    let world = World::answering(|_| Reply::json(200, "{}")).await;
    let form = "content-type:application/x-www-form-urlencoded";
    world.run(&["POST", "/v1/login", "--body", "user=ada&password=hunter2", "--header", form], "").text();
    world.run(&["GET", "/hooks/ghp_abcdefghijklmnopqrstuvwxyz"], "").text();
    let key = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----";
    world.run(&["POST", "/v1/keys", "--body", key, "--header", "content-type:text/plain"], "").text();
    let sent = world.passed();
    assert_eq!((sent[0].body.as_str(), sent[2].body.as_str()), ("user=ada&password=hunter2", key));
    for (number, place) in [("1", "/bytes"), ("2", "in the path"), ("3", "/bytes")] {
        let ran = run(against(&world.server.url, world.home.path(), &["history", "replay", number]), "");
        let said = ran.refused(7);
        assert!(said.contains("credential") && said.contains(place), "{said}");
    }
    assert_eq!(world.passed().len(), sent.len());
}
