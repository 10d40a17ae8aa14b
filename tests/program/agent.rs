//! The agent's screen and command as a person has them: a run from its first word to its end, and what a sudden death
//! in the middle leaves.

use serde_json::Value;

use super::small_world::{SmallWorld, WHO, path};
use super::terminal::Terminal;
use crate::browser::{Script, visit_blocking};
use crate::cli::process::{Running, against, run};
use crate::client::server::Reply;
use crate::support::ModelReply;
use crate::support::model_server::{KEY, ModelServer};
use crate::waiting::until;

/// Begins a run as this person, with this as its first message, and goes back to the conversation.
fn begin(terminal: &mut Terminal, person: &str, message: &str) {
    terminal.send("5");
    terminal.wait_for("type a message");
    terminal.send("n");
    terminal.wait_for("New run");
    terminal.send("\r");
    terminal.wait_for("Act as");
    terminal.send(person);
    terminal.wait_for(&format!("/ {person}"));
    terminal.send("\r");
    terminal.wait_gone("Act as");
    terminal.send("i");
    terminal.wait_gone("New run");
    terminal.send(message);
    terminal.wait_for(message.split(' ').next_back().unwrap());
    terminal.send("\r");
    terminal.wait_for("› ");
    terminal.send("\x1b");
    terminal.wait_for("type a message to the model");
}

/// Presses a key that answers a question until it is taken: in its first moment a question takes no answer.
fn answer(terminal: &mut Terminal, key: &str, taken: impl Fn(&str) -> bool) -> String {
    until("the answer", || {
        let screen = terminal.wait_until("nothing", |_| true);
        if taken(&screen) {
            return Some(screen);
        }
        terminal.send(key);
        None
    })
}

#[test]
fn a_run_asks_before_it_writes_and_its_call_can_be_opened() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &["--mode", "ask"], &[]);
    terminal.wait_for("23 accounts");
    begin(&mut terminal, "ada", "Create a task \"Proofread\" for me in Website");
    let screen = terminal.wait_for("allow for this run");
    // Its reads are only guessed to be some.
    assert!(screen.contains("asks you") && screen.contains("for you"), "{screen}");
    let screen = answer(&mut terminal, "y", |screen| screen.contains("Created the task"));
    assert!(screen.contains("✓ asana_task_create"), "{screen}");
    terminal.send("[\r");
    let screen = terminal.wait_for("Output");
    assert!(screen.contains("asana_task_create  as ada@acme.dev on asana"), "{screen}");
    assert!(screen.contains("Proofread"), "{screen}");
    terminal.send("\x1b");
    terminal.wait_for("new run");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_call_waits_for_an_expired_account_and_goes_on_once_it_is_authorized() {
    let home = tempfile::tempdir().unwrap();
    let browser = Script::new(home.path());
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[("BROWSER", browser.program())]);
    terminal.wait_for("23 accounts");
    begin(&mut terminal, "ada", "Who closed what last week?");
    let screen = terminal.wait_for("authorize it");
    assert!(screen.contains("linear/ada@acme.dev is expired."), "{screen}");
    answer(&mut terminal, "a", |screen| screen.contains("Re-authorize linear for ada@acme.dev"));
    terminal.wait_for("Enter  open in browser");
    terminal.send("\r");
    let page = visit_blocking(&browser.page(), None, "allow");
    assert!(page.text.contains("Connected linear for ada@acme.dev."), "{}", page.text);
    terminal.wait_for("is active now");
    terminal.send("\x1b");
    let screen = terminal.wait_for("✓ linear_issues_list");
    assert!(!screen.contains("I was not given"), "{screen}");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_a_call_nothing_is_lost_and_nothing_is_sent_twice() {
    let world = SmallWorld::start(|seen, _| {
        (path(seen) == "/api/v1/execute_tool").then(|| Reply::raw("HTTP/1.1 200 OK\r\n").then_hang())
    })
    .await;
    let executed = || world.server.calls().iter().filter(|seen| path(seen) == "/api/v1/execute_tool").count();
    let model = ModelServer::start().await;
    let home = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = against(&world.server.url, home.path(), &[&["--mode", "free", "agent"], arguments].concat());
        command.env("ANTHROPIC_BASE_URL", model.url().as_str()).env("ANTHROPIC_API_KEY", KEY);
        command
    };
    model.reply(
        ModelReply::stream().text("I look.").tool("t1", "linear_viewer_get", r#"{"note":"once"}"#).stop("tool_use"),
    );
    let running = Running::start(command(&["--as", WHO, "--model", "m", "Who am I?"]));
    until("the call", || (executed() == 1).then_some(()));
    running.signal("KILL");
    drop(running);

    let list = tokio::task::spawn_blocking({
        let list = command(&["list", "--json"]);
        move || run(list, "").json()
    });
    let list = list.await.unwrap();
    let id = list["runs"][0]["run"].as_str().unwrap_or_else(|| panic!("{list}")).to_owned();
    model.reply(ModelReply::says("I do not know."));
    let go_on = command(&["continue", &id, "Was it done?"]);
    let ended = tokio::task::spawn_blocking(move || run(go_on, "")).await.unwrap();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(executed(), 1, "sent once");
    let told = model.requests().last().unwrap().body["messages"].to_string();
    assert!(told.contains("Who am I?") && told.contains("I look.") && told.contains("Was it done?"), "{told}");
    assert!(told.contains("Whether it was carried out is not known."), "{told}");

    let show = command(&["show", &id, "--json"]);
    let shown = tokio::task::spawn_blocking(move || run(show, "").json()).await.unwrap();
    let items = shown["items"].as_array().unwrap_or_else(|| panic!("{shown}"));
    let call = items.iter().find(|item| item["type"] == "call").unwrap();
    assert_eq!((&call["outcome"], &call["tool"]), (&Value::from("unknown"), &Value::from("linear_viewer_get")));
}
