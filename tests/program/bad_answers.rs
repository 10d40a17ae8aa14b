//! Answers that are wrong in every way there is: each is told in words, and nothing typed is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::small_world::{ACCOUNT, SmallWorld, TOOL, WHO, path};
use crate::client::server::Reply;

/// A bad answer to a call, and what comes of it.
struct Case {
    reply: fn() -> Reply,
    whose: &'static str,
    said: &'static [&'static str],
    kind: &'static str,
    code: i32,
}

const PAGE: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>";

const UNAUTHENTICATED: &str = r#"{"code":16,"message":"Token empty","details":[{"@type":"type.googleapis.com/scalekit.v1.errdetails.ErrorInfo","error_code":"UNAUTHENTICATED"}]}"#;

const CALLS: [Case; 14] = [
    Case {
        reply: || Reply::json(401, UNAUTHENTICATED),
        whose: "environment key",
        said: &["refused a token that it had just given", "Token empty", "HTTP 401"],
        kind: "key_refused",
        code: 3,
    },
    Case {
        reply: || Reply::json(403, r#"{"code":7,"message":"not for you"}"#),
        whose: "environment key",
        said: &["may not do that", "not for you", "HTTP 403"],
        kind: "forbidden",
        code: 3,
    },
    Case {
        reply: || Reply::json(404, "{}"),
        whose: "your input",
        said: &["There is no such tool for this account", "HTTP 404"],
        kind: "not_found",
        code: 5,
    },
    Case {
        reply: || Reply::json(409, r#"{"code":6,"message":"twice"}"#),
        whose: "your input",
        said: &["It exists already, or changed in the meantime.", "twice", "HTTP 409"],
        kind: "conflict",
        code: 1,
    },
    Case {
        reply: || Reply::with(429, "retry-after: 120\r\n", "{}"),
        whose: "the environment",
        said: &["request limit is reached", "asks us to wait 120 s"],
        kind: "rate_limited",
        code: 8,
    },
    Case {
        reply: || Reply::json(500, r#"{"code":13,"message":"internal"}"#),
        whose: "the environment",
        said: &["The environment failed (HTTP 500).", "carried out is not known", "internal"],
        kind: "broker_failed",
        code: 8,
    },
    Case {
        reply: || Reply::with(502, "content-type: text/html\r\n", PAGE),
        whose: "the environment",
        said: &["The environment failed (HTTP 502).", "502 Bad Gateway nginx"],
        kind: "broker_failed",
        code: 8,
    },
    Case {
        reply: || Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":{\"vie"),
        whose: "the network",
        said: &["broke off before the whole answer had come", "carried out is not known"],
        kind: "network",
        code: 8,
    },
    Case {
        reply: || Reply::raw("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":").then_reset(),
        whose: "the network",
        said: &["before the whole answer had come", "carried out is not known"],
        kind: "network",
        code: 8,
    },
    Case {
        reply: || Reply::json(200, r#"{"data":{"viewer":"Ad"#),
        whose: "the environment",
        said: &["Expected a tool's result, but the answer breaks off in the middle."],
        kind: "bad_answer",
        code: 8,
    },
    Case {
        reply: || Reply::with(200, "content-type: text/html\r\n", "<h1>Sign in</h1>"),
        whose: "the environment",
        said: &["the answer is not JSON", "Sign in"],
        kind: "bad_answer",
        code: 8,
    },
    Case {
        reply: || {
            Reply::raw(
                b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{\"data\":{\"a\":\"\xff\xfe\"}}\n",
            )
        },
        whose: "the environment",
        said: &["the answer cannot be read: it is not UTF-8 text"],
        kind: "bad_answer",
        code: 8,
    },
    Case {
        reply: || Reply::json(200, r#"[1, 2]"#),
        whose: "the environment",
        said: &["Expected a tool's result, but the answer is a list."],
        kind: "bad_answer",
        code: 8,
    },
    Case {
        reply: || Reply::raw("220 mail.example ESMTP\r\n"),
        whose: "the network",
        said: &["invalid HTTP", "carried out is not known"],
        kind: "network",
        code: 8,
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_goes_wrong_says_how_and_keeps_what_was_typed() {
    let case = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&case);
    let world = SmallWorld::start(move |seen, _| {
        let case = CALLS.get(now.load(Ordering::SeqCst)).filter(|_| path(seen) == "/api/v1/execute_tool");
        case.map(|case| (case.reply)())
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let typed = r#"{"note": "an hour of work"}"#;
    let mut terminal = world.playground((160, 40), home.path(), typed);
    for (number, Case { whose, said, kind, code, .. }) in CALLS.iter().enumerate() {
        case.store(number, Ordering::SeqCst);
        terminal.send("\x12");
        let screen = terminal.wait_until(&format!("never saw {said:?}"), |screen| {
            // Lines are wrapped where they meet the border.
            let flat = screen.split(['│', '\n']).flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
            said.iter().all(|said| flat.contains(said)) && screen.contains(&format!("✖ {}", headline(kind)))
        });
        assert!(screen.contains(typed), "{screen}");

        let ran = world.run(home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]);
        assert_eq!(ran.refused_json(*code, kind)["whose"], *whose);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        let ran = world.run(home.path(), &["run", "linear_viewer_get", "--as", WHO]);
        assert!(ran.refused(*code).starts_with(&format!("{}: ", headline(kind))), "{}", ran.err);
    }
    case.store(CALLS.len(), Ordering::SeqCst);
    terminal.send("\x12");
    assert!(terminal.wait_for("\"viewer\": \"Ada\"").contains(typed));
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

/// Headline of a kind of fault.
fn headline(kind: &str) -> &'static str {
    match kind {
        "key_refused" => "Key refused",
        "forbidden" => "Not allowed",
        "invalid_input" => "Invalid input",
        "not_found" => "Not found",
        "rate_limited" => "Rate limited by the environment",
        "broker_failed" => "Failed in the environment",
        "bad_answer" => "Unexpected answer",
        "too_large" => "Too large",
        "network" => "Network error",
        "unreachable" => "Unreachable",
        "timed_out" => "Timed out",
        "blocked" => "Blocked",
        "not_offered" => "Not supported",
        "conflict" => "Conflict",
        "provider_failed" => "Failed at the provider",
        other => panic!("{other}"),
    }
}

/// An answer, the headline over it, what is said of it, and the exit code.
type Told = (fn() -> Reply, &'static str, &'static str, i32);

/// Bad answers to the question which accounts there are. None of them is repeated.
const LISTS: [Told; 6] = [
    (|| Reply::json(401, UNAUTHENTICATED), "Key refused", "HTTP 401", 3),
    (|| Reply::json(403, r#"{"code":7,"message":"no"}"#), "Not allowed", "This environment's key may not do that.", 3),
    (|| Reply::json(404, "{}"), "Not found", "The environment does not know what was asked for.", 5),
    (
        || Reply::with(429, "retry-after: 3600\r\n", "{}"),
        "Rate limited by the environment",
        "request limit is reached",
        8,
    ),
    (
        || Reply::json(200, "<h1>Welcome to nginx</h1>"),
        "Unexpected answer",
        "Expected a page of accounts, but the answer is not JSON",
        8,
    ),
    (|| Reply::json(200, r#"{"connected_accounts":"none"}"#), "Unexpected answer", "the answer has another shape", 8),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_does_not_come_says_why_and_comes_when_asked_again() {
    let case = Arc::new(AtomicUsize::new(0));
    let now = Arc::clone(&case);
    let world = SmallWorld::start(move |seen, _| {
        let case = LISTS.get(now.load(Ordering::SeqCst)).filter(|_| path(seen) == "/api/v1/connected_accounts");
        case.map(|case| (case.0)())
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let mut terminal = world.terminal((120, 40), home.path());
    for (number, (_, headline, said, code)) in LISTS.iter().enumerate() {
        case.store(number, Ordering::SeqCst);
        if number > 0 {
            terminal.send("R");
        }
        let both = |screen: &str| screen.contains(&format!("✖ {headline}")) && screen.contains(said);
        assert!(terminal.wait_until(&format!("never saw {said:?}"), both).contains("r  refresh"));
        let ran = world.run(home.path(), &["accounts", "list"]);
        assert!(ran.refused(*code).contains(said), "{}", ran.err);
    }
    case.store(LISTS.len(), Ordering::SeqCst);
    terminal.send("R");
    terminal.wait_for(WHO);
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_the_wrong_type_or_is_unknown_costs_only_itself() {
    let odd = r#"{"id":"ca_2","identifier":7,"provider":null,"connector":["x"],"status":"REVOKED","authorization_type":"PASSKEY","token_expires_at":"soon","updated_at":4,"is_org_wide_credential":"yes"}"#;
    let strange = r#"{"id":"ca_3","identifier":"zoe@acme.dev","provider":"ASANA","connector":"asana","status":{"a":1},"authorization_type":"OAUTH"}"#;
    let world = SmallWorld::start(move |seen, _| {
        let json = match path(seen) {
            "/api/v1/connected_accounts" => {
                format!(r#"{{"connected_accounts":[{ACCOUNT},{odd},null,{strange}],"total_size":"4","next_page_token":null}}"#)
            }
            "/api/v1/tools/scoped" => format!(
                r#"{{"tools":[{TOOL},7,{{"tool":{{"id":3,"definition":{{"name":"linear_odd","description":["?"],"input_schema":17,"annotations":"none"}},"tags":"x"}}}}],"total_size":{{}}}}"#
            ),
            "/api/v1/execute_tool" => r#"{"data":[1],"execution_id":17}"#.to_owned(),
            _ => return None,
        };
        Some(Reply::json(200, &json))
    })
    .await;
    let home = tempfile::tempdir().unwrap();
    let mut terminal = world.terminal((160, 40), home.path());
    terminal.wait_for("zoe@acme.dev");
    let screen = terminal.wait_for("REVOKED");
    assert!(screen.contains(WHO), "{screen}");
    assert!(!screen.lines().any(|line| line.contains("REVOKED") && line.contains("active")), "{screen}");
    terminal.send("/ada\r");
    terminal.wait_for("1 of 1 ");
    terminal.send("t");
    let screen = terminal.wait_for("linear_odd");
    assert!(screen.contains("linear_viewer_get"), "{screen}");
    terminal.send("/viewer\r");
    terminal.wait_for("1 of 1 shown");
    terminal.send("\r\r");
    terminal.wait_for("Not run yet.");
    terminal.send("\x12");
    terminal.wait_for("200 · ");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);

    let list = world.run(home.path(), &["accounts", "list", "--json"]).json();
    assert_eq!(list["connected_accounts"].as_array().unwrap().len(), 4, "{list}");
    let list = world.run(home.path(), &["accounts", "list", "--status", "REVOKED"]);
    assert!(list.text().contains("ca_2"), "{}", list.out);
    let ran = world.run(home.path(), &["run", "linear_viewer_get", "--as", WHO, "--json"]);
    assert_eq!(ran.json()["data"][0], 1);
}
