//! Text that would like to drive the terminal, in every field of every answer.

use serde_json::{Value, json};

use super::small_world::{SmallWorld, path};
use crate::client::server::{Reply, Seen};

/// A title, a bell, a colour, a C1 clear, an override, an isolate, a hidden joiner, an early line end.
const HOSTILE: &str =
    "\x1b]0;pwned\x07\x1b[31;5mred\u{9b}2Jwipe\u{202e}thgir\u{2066}alone\u{200b}\u{200d}\u{fe0f}\u{feff}\x7f\r\n\x08";

/// A name with all of that behind it.
fn hostile(name: &str) -> String {
    format!("{name}{HOSTILE}")
}

fn account(id: &str, who: &str, status: &str) -> Value {
    json!({
        "id": hostile(id), "identifier": hostile(who), "provider": hostile("LINEAR"), "connector": hostile("linear"),
        "connection_id": hostile("conn"), "status": status, "authorization_type": hostile("PASSKEY"),
        "token_expires_at": hostile("2026"), "api_config": { hostile("key"): hostile("value") },
    })
}

fn connection() -> Value {
    json!({
        "id": hostile("conn"), "provider": hostile("CUSTOM"), "type": hostile("OAUTH"), "status": hostile("COMPLETED"),
        "enabled": true, "provider_key": hostile("LINEAR"), "key_id": hostile("linear"), "auth_mode": hostile("USER"),
    })
}

fn tool(name: &str) -> Value {
    json!({ "id": hostile("tol"), "provider": hostile("LINEAR"), "tags": [hostile("tag")], "definition": {
        "name": hostile(name), "display_name": hostile("Display"), "description": hostile("Description\0"),
        "rest_api_info": { "method": hostile("GET") },
        "input_schema": { "type": "object", "title": hostile("title"), "required": [hostile("field")], "properties": {
            hostile("field"): { "type": "string", "description": hostile("about"), "default": hostile("default"),
                "enum": [hostile("default"), hostile("other")], "examples": [hostile("example")], "pattern": HOSTILE },
            hostile("odd"): { "type": hostile("file"), "$ref": hostile("#/nowhere"), "format": hostile("format") },
        } },
    } })
}

fn scoped(name: &str) -> Value {
    json!({ "tool": tool(name), "identifier": hostile("zoe"), "connected_account_id": hostile("ca_1") })
}

fn refusal() -> Reply {
    let body = json!({ "code": 13, "message": hostile("provider error"), "details": [{
        "@type": "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo", "error_code": "TOOL_ERROR",
        "tool_error_info": { "execution_id": hostile("exec"), "tool_error_code": hostile("CODE"),
            "tool_error_message": hostile("it failed") },
        "validation_error_info": { "field_violations": [
            { "field": hostile("field"), "description": hostile("wrong") }] },
    }] });
    Reply::json(500, &body.to_string())
}

fn answer(seen: &Seen, before: usize) -> Option<Reply> {
    let body = match path(seen) {
        "/api/v1/connected_accounts" => json!({ "total_size": 2, "connected_accounts": [
            account("ca_1", "zoe", "ACTIVE"), account("ca_2", "yan", &hostile("STRANGE"))] }),
        "/api/v1/connected_accounts/details" => json!({ "connected_account": account("ca_1", "zoe", "ACTIVE") }),
        "/api/v1/connected_accounts/magic_link" => {
            json!({ "link": format!("https://acme.dev/{HOSTILE}?a={HOSTILE}#{HOSTILE}"), "expiry": hostile("soon") })
        }
        "/api/v1/connections/app" => json!({ "connections": [connection()], "total_size": 1 }),
        "/api/v1/tools/scoped" => json!({ "tools": [scoped("get_one"), scoped("get_two")], "total_size": 3 }),
        "/api/v1/tools" => json!({ "tools": [tool("get_one")], "total_size": 1 }),
        "/api/v1/agentkit/tool_call_logs" => json!({ "total_size": "1", "tool_call_logs": [{
            "execution_id": hostile("far"), "tool_name": hostile("get_far"), "identifier": hostile("zoe"),
            "connection_name": hostile("linear"), "status": hostile("odd"), "error_message": hostile("far"),
            "started_at": "2026-03-04T11:00:00Z", "source": hostile("SOURCE") }] }),
        "/api/v1/execute_tool" if before % 2 == 1 => return Some(refusal()),
        "/api/v1/execute_tool" => json!({ "execution_id": hostile("exec"),
            "data": { hostile("name"): hostile("text"), "list": [hostile("one"), { hostile("deep\0"): null }] } }),
        _ => return None,
    };
    Some(Reply::json(200, &body.to_string()))
}

/// What must never be printed, whoever asks for it.
fn is_bad(c: char) -> bool {
    matches!(c,
        '\0'..='\x09' | '\x0b'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Checks that a terminal got nothing but text and what the program itself says to it: moves, colours,
/// modes and links to web pages.
fn check_raw(raw: &str) {
    let mut rest = raw;
    while let Some(c) = rest.chars().next() {
        let near = || rest.chars().take(60).collect::<String>();
        if let Some(sequence) = rest.strip_prefix("\x1b[") {
            let end = sequence.find(|c: char| matches!(c, '@'..='~')).unwrap_or_else(|| panic!("{:?}", near()));
            let (parameters, last) = sequence.split_at(end);
            assert!(matches!(&last[..1], "H" | "m" | "h" | "l"), "{:?}", near());
            assert!(parameters.chars().all(|c| matches!(c, '0'..='9' | ';' | '?')), "{:?}", near());
            assert!(parameters != "31;5", "{:?}", near());
            rest = &last[1..];
        } else if let Some(link) = rest.strip_prefix("\x1b]8;;") {
            let (url, after) = link.split_once("\x1b\\").unwrap_or_else(|| panic!("{:?}", near()));
            assert!(url.bytes().all(|b| b.is_ascii_graphic()), "{:?}", near());
            rest = after;
        } else {
            assert!(!is_bad(c) && c != '\n', "{:?}", near());
            rest = &rest[c.len_utf8()..];
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_shown_everywhere_and_steers_nothing() {
    let world = SmallWorld::start(answer).await;
    let home = tempfile::tempdir().unwrap();
    let mut terminal = world.terminal((160, 50), home.path());
    let screen = terminal.wait_for("yan␛]0;pwned␇␛[31;5mred‹009B›");
    assert!(screen.contains("‹202E›"), "{screen}");
    terminal.wait_for("PASSKEY␛");
    // What is asked before something is lost, and the form of a new account.
    for (key, page) in
        [("d", "╭ Disconnect linear␛"), ("D", "╭ Delete linear␛"), ("n", "│ ▌ linear␛]0;pwned␇␛[31;… LINEAR␛")]
    {
        terminal.send(key);
        terminal.wait_for(page);
        terminal.send("\x1b");
        terminal.wait_gone(page);
    }
    // The link, and the page that shows it alone.
    terminal.send("a");
    terminal.wait_for("https://acme.dev/%1B]0;pwned%07%1B[31;5mred%C2%9B2J");
    terminal.send("u");
    let page = "Anyone with this link can authorize this account.";
    let screen = terminal.wait_for(page);
    assert!(screen.contains("thgir%E2%81%A6alone"), "{screen}");
    terminal.send("\x1b");
    // Two of them in one go would be read as one.
    terminal.wait_gone(page);
    terminal.send("\x1b");
    terminal.wait_for("t tools");
    // Everybody's tools, then one person's, and the schema of one.
    terminal.send("2");
    terminal.wait_for("get_one␛");
    terminal.send("1jt");
    terminal.wait_for("get_two␛");
    terminal.wait_for("field␛");
    terminal.send("\r");
    terminal.wait_for("Not run yet.");
    terminal.send("\x13");
    // What is put into the input must be seen there, or it would be sent unseen.
    terminal.wait_for(r#""field\u001b]0;pwned\u0007\u001b[31;5mred\u009b2Jwipe\u202ethgir"#);
    // A result, then a failure.
    for shown in ["\"name␛", "failed␛"] {
        terminal.send("\x12");
        terminal.wait_for(shown);
    }
    // Every call that was made, everything that was sent and said, and anything by its name.
    terminal.send("\x1b");
    terminal.wait_for("get_two␛");
    terminal.send("4");
    terminal.wait_for("get_far␛");
    for (key, page) in [("L", "╭ Requests"), ("m", "╭ Messages"), ("\x10get", "╭ Commands")] {
        terminal.send(key);
        terminal.wait_for(page);
        terminal.send("\x1b");
        terminal.wait_gone(page);
    }
    terminal.send("\x03\x03");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    check_raw(&ended.raw);
    // What was remembered is shown again.
    let mut terminal = world.terminal((160, 50), home.path());
    terminal.wait_for("as zoe␛]0;pwned");
    terminal.send("\x03\x03");
    check_raw(&terminal.ended().raw);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_print_it_as_marks_and_as_json_that_says_the_same() {
    let world = SmallWorld::start(answer).await;
    let home = tempfile::tempdir().unwrap();
    let (zoe, get_one) = (hostile("zoe"), hostile("get_one"));
    let run = ["run", &get_one, "--as", &zoe, "--account", &hostile("ca_1"), "--no-validate"];
    let commands: [(&[&str], &str); 6] = [
        (&["accounts", "list"], "yan"),
        (&["accounts", "show", &hostile("ca_1")], "zoe"),
        (&["connections", "list"], "linear"),
        (&["tools", "list"], "get_one"),
        (&["tools", "show", &get_one], "Display"),
        (&run, "text"),
    ];
    for (command, name) in commands {
        let plain = world.run(home.path(), command);
        // What a tool says is JSON either way.
        let marks = if command[0] == "run" { r"\u001b]0;pwned\u0007" } else { "␛]0;pwned␇␛[31;5mred‹009B›" };
        assert!(plain.text().contains(&format!("{name}{marks}")), "{command:?}: {}", plain.out);
        // It succeeds, and then it fails.
        let failed = (command[0] == "run").then(|| world.run(home.path(), command));
        let json = world.run(home.path(), &[command, &["--json"]].concat());
        assert!(json.json().to_string().contains(&serde_json::to_string(&hostile(name)).unwrap()), "{}", json.out);
        let failed_json = (command[0] == "run").then(|| world.run(home.path(), &[command, &["--json"]].concat()));
        for ran in [Some(plain), failed, Some(json), failed_json].into_iter().flatten() {
            let printed = format!("{}{}", ran.out, ran.err);
            assert!(!printed.contains(is_bad), "{command:?}: {printed:?}");
            if ran.code != 0 {
                assert!(ran.refused(6).contains("it failed"), "{}", ran.err);
            }
        }
    }
}
