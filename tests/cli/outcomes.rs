//! What came of a call: the sentence, the exit code and the history say the same.

use serde_json::Value;
use tempfile::TempDir;

use super::process::{Ran, against, run};
use crate::client::server::{Reply, Server};

struct World {
    server: Server,
    home: TempDir,
}

impl World {
    /// One account with one tool; a call, or a request that was passed on, is answered like this.
    async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let server = Server::with_tokens(move |seen, _| match seen.target.split('?').next().unwrap() {
            "/api/v1/connected_accounts/details" => Reply::json(
                200,
                r#"{"connected_account":{"id":"ca_1","identifier":"ada","connector":"x","status":"ACTIVE"}}"#,
            ),
            "/api/v1/tools/scoped" => Reply::json(
                200,
                r#"{"tools":[{"tool":{"definition":{"name":"x_put"}},"connected_account_id":"ca_1"}],"total_size":1}"#,
            ),
            _ => answer(),
        });
        Self { server: server.await, home: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(against(&self.server.url, self.home.path(), arguments), "")
    }

    fn tool(&self, flags: &[&str]) -> Ran {
        self.run(&[&["run", "x_put", "--as", "ada", "--account", "ca_1"], flags].concat())
    }

    fn request(&self, method: &str, flags: &[&str]) -> Ran {
        self.run(&[&["request", method, "/x", "--connection", "x", "--as", "ada"], flags].concat())
    }

    /// The newest call, by the list; it must be found by its outcome too.
    fn last(&self) -> Value {
        let list = |filter: &[&str]| {
            let listed = self.run(&[&["history", "list", "--json"], filter].concat()).json();
            listed["calls"].as_array().unwrap().clone()
        };
        let last = list(&[])[0].clone();
        let found = list(&[&format!("status:{}", last["outcome"].as_str().unwrap())]);
        assert!(found.contains(&last), "{last}");
        last
    }
}

/// Whether it says that the call may have been carried out, in words, as a field and as the next step.
fn tells_doubt(ran: &Ran) -> bool {
    let line = ran.err.lines().last().unwrap_or_default();
    match serde_json::from_str::<Value>(line) {
        Ok(fault) => fault["error"]["may_have_been_carried_out"].as_bool().unwrap(),
        Err(_) => {
            let next = ran.err.contains("next: look whether it was done before you send it again");
            let said = ["carried out", "The call ran"].iter().any(|words| ran.err.contains(words));
            assert_eq!(next, said, "{}", ran.err);
            next
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_may_have_been_carried_out_is_unknown_everywhere() {
    for (reply, says) in [
        ((|| Reply::raw("").then_reset()) as fn() -> Reply, "Whether it was carried out is not known."),
        (|| Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"), "Whether it was carried out is not known."),
        (|| Reply::json(200, r#"{"data":{"a"#), "The call ran; only its answer is lost."),
        (|| Reply::json(200, "[]"), "The call ran; only its answer is lost."),
        (|| Reply::with(200, "", "<h1>Sign in</h1>"), "Whether it was carried out is not known."),
        (|| Reply::json(500, "{}"), "Whether it was carried out is not known."),
        (|| Reply::with(504, "", "<h1>Gateway</h1>"), "Whether it was carried out is not known."),
    ] {
        let world = World::answering(reply).await;
        let ran = world.tool(&[]);
        assert!(ran.refused(8).contains(says) && tells_doubt(&ran), "{says}: {}", ran.err);
        assert!(tells_doubt(&world.tool(&["--json"])));
        let last = world.last();
        assert_eq!(last["outcome"], "unknown", "{says}: {last}");
        assert!(last["fault"]["message"].as_str().unwrap().contains(says), "{last}");
        let shown = world.run(&["history", "show", &last["number"].to_string()]);
        assert!(shown.text().contains("\nunknown · "), "{}", shown.out);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_refused_has_failed() {
    const TOOL_ERROR: &str = r#"{"code":13,"message":"boom","details":[{"error_code":"TOOL_ERROR"}]}"#;
    for (reply, code) in [
        ((|| Reply::json(400, "{}")) as fn() -> Reply, 7),
        (|| Reply::json(429, "{}"), 8),
        (|| Reply::json(500, TOOL_ERROR), 6),
        (|| Reply::with(302, "location: /elsewhere\r\n", ""), 8),
    ] {
        let world = World::answering(reply).await;
        let ran = world.tool(&[]);
        assert!(ran.code == code && !tells_doubt(&ran), "{code}: {}", ran.err);
        assert_eq!(world.last()["outcome"], "failed", "{}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_unknown_only_where_it_acts() {
    for (method, reply, code, outcome) in [
        ("POST", (|| Reply::raw("").then_reset()) as fn() -> Reply, 8, "unknown"),
        ("GET", || Reply::raw("").then_reset(), 8, "failed"),
        ("DELETE", || Reply::json(504, "{}"), 6, "unknown"),
        ("GET", || Reply::json(504, "{}"), 6, "failed"),
        ("POST", || Reply::json(500, "{}"), 6, "failed"),
        ("PATCH", || Reply::json(404, "{}"), 6, "failed"),
    ] {
        let world = World::answering(reply).await;
        let ran = world.request(method, &[]);
        assert_eq!((ran.code, tells_doubt(&ran)), (code, outcome == "unknown"), "{method}: {}", ran.err);
        assert_eq!(world.last()["outcome"], outcome, "{method}: {}", ran.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_success_that_reports_a_failure_is_6_and_its_result_is_printed() {
    let world = World::answering(|| {
        Reply::json(200, r#"{"data":{"errors":[{"message":"no such\u001b issue"}],"data":null},"execution_id":"e_1"}"#)
    })
    .await;
    let ran = world.tool(&[]);
    assert!(ran.code == 6 && ran.out.contains("\"data\": null"), "{}{}", ran.out, ran.err);
    for says in ["Failed at the provider: no such␛ issue\n  The tool reports a failure.", "execution e_1"] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
    let ran = world.tool(&["--json"]);
    let data: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &data["data"]["data"]), (6, &Value::Null));
    let fault: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(fault["error"]["kind"], "reported_failure");

    let last = world.last();
    assert_eq!((&last["outcome"], &last["http_status"]), (&"reported".into(), &200.into()));
    assert_eq!(last["fault"]["kind"], "reported_failure");
    let shown = world.run(&["history", "show", &last["number"].to_string(), "--json"]).json();
    assert!(shown["result"]["errors"].is_array(), "it is kept: {shown}");
    let again = world.run(&["history", "replay", &last["number"].to_string()]);
    assert!(
        again.code == 6 && again.out.contains("errors") && again.err.contains("reports a failure"),
        "{}",
        again.err
    );
    assert_eq!(world.last()["outcome"], "reported");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_providers_own_failure_with_a_good_status_is_one_too() {
    let world = World::answering(|| Reply::json(200, r#"{"ok":false,"error":"channel_not_found"}"#)).await;
    let ran = world.request("POST", &[]);
    assert!(ran.code == 6 && ran.out.contains("channel_not_found"), "{}{}", ran.out, ran.err);
    assert!(
        ran.err.contains("reports a failure") && ran.err.contains("Failed at the provider: channel_not_found"),
        "{}",
        ran.err
    );
    let last = world.last();
    assert_eq!(last["outcome"], "reported");
    let again = world.run(&["history", "replay", &last["number"].to_string(), "--json"]);
    assert!(again.code == 6 && again.out.contains("channel_not_found"), "{}{}", again.out, again.err);

    let world = World::answering(|| Reply::json(200, r#"[{"error":"TypeError","ok":false}]"#)).await;
    assert_eq!(world.request("GET", &[]).code, 0, "a list of errors is what was asked for");
    assert_eq!(world.last()["outcome"], "ok");
    let world = World::answering(|| Reply::with(200, "content-type: text/plain\r\n", "ok: false")).await;
    assert_eq!(world.request("GET", &[]).code, 0);
}
