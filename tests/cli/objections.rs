//! Objections to a call: the same ones in the same words for `run`, presets and `history replay`, asked about on a
//! terminal and answered with options without one.

use serde_json::Value;

use super::process::{Ran, Served};
use crate::program::terminal::Terminal;

const DELETES: &str = "asana_task_delete is destructive (declared by the vendor).";
const NOBODY_ASKED: &str = "Nothing was sent, as nobody can be asked.";

/// Makes a task for ada and returns the input that deletes it.
fn doomed_task(served: &Served) -> String {
    let data = |ran: Ran| serde_json::from_str::<Value>(ran.text()).unwrap()["data"].clone();
    let me = data(served.run(&["run", "asana_me_get", "--as", "ada@acme.dev"]));
    let input = format!(r#"{{"name":"Old","workspace_gid":{}}}"#, me["workspaces"][0]["gid"]);
    let task = data(served.run(&["run", "asana_task_create", "--as", "ada@acme.dev", "--input", &input]));
    format!(r#"{{"task_gid":{}}}"#, task["gid"])
}

fn deletions(served: &Served) -> usize {
    let listed = served.run(&["history", "list", "tool:asana_task_delete", "--json"]).json();
    listed["calls"].as_array().unwrap().len()
}

#[test]
fn a_tool_that_takes_away_wants_a_yes_on_every_path() {
    let served = Served::start(&[]);
    let input = doomed_task(&served);
    served.run(&["presets", "save", "asana_task_delete", "old", "--input", &input]);
    let direct = ["run", "asana_task_delete", "--as", "ada@acme.dev", "--input", &input];
    let preset = ["run", "asana_task_delete", "--as", "ada@acme.dev", "--preset", "old"];
    for arguments in [&direct, &preset] {
        let ran = served.run(arguments);
        let says = format!("{DELETES} {NOBODY_ASKED} Use --yes to send it.");
        assert!(ran.refused(2).contains(&says), "{}", ran.err);
        served.run(&[&arguments[..], &["--anyway", "--json"]].concat()).refused_json(2, "usage");
    }
    assert_eq!(deletions(&served), 0, "nothing was sent");
    assert_eq!(served.run(&[&preset[..], &["--yes"]].concat()).code, 0);
    let calls = served.run(&["history", "list", "tool:asana_task_delete", "--json"]).json();
    let number = calls["calls"][0]["number"].to_string();
    let again = served.run(&["history", "replay", &number]);
    assert!(again.refused(2).contains(DELETES), "{}", again.err);
    assert_eq!(deletions(&served), 1);
    let again = served.run(&["history", "replay", &number, "--yes"]);
    assert!(again.refused(6).contains("Unknown object"), "it was sent: {}", again.err);
}

#[test]
fn at_a_terminal_it_is_asked_about_with_no_as_the_answer_to_nothing() {
    let served = Served::start(&[]);
    let input = doomed_task(&served);
    let variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let arguments = ["run", "asana_task_delete", "--as", "ada@acme.dev", "--input", &input];
    let answer = |keys: &str| {
        let mut terminal = Terminal::start((120, 12), served.home.path(), &arguments, &variables);
        terminal.wait_for("Run it as ada@acme.dev on asana with {\"task_gid\":");
        assert!(terminal.wait_for("asana_task_delete is destructive").contains(DELETES));
        terminal.send(keys);
        terminal.ended()
    };
    for keys in ["\r", "n\r", "yess\r"] {
        let ended = answer(keys);
        assert!(ended.code == 130 && ended.raw.contains("Nothing was sent."), "{keys:?}: {}", ended.raw);
    }
    assert_eq!(deletions(&served), 0);
    assert_eq!((answer("y\r").code, deletions(&served)), (0, 1));
}

#[test]
fn everything_is_told_at_once_and_each_option_answers_its_own() {
    let served = Served::start(&[]);
    let call = ["run", "linear_webhook_delete", "--as", "ada@acme.dev", "--connection", "linear"];
    let with = |flags: &[&str]| served.run(&[&call[..], flags].concat());
    let both = with(&[]);
    let status = "linear/ada@acme.dev is expired. ";
    let effect = "linear_webhook_delete is destructive (a guess from its name).";
    let said = both.refused(4);
    assert!(said.find(status) < said.find(effect) && said.contains(status), "{said}");
    assert!(said.contains("Use --anyway and --yes to send it."), "{said}");
    let dangerous = with(&["--anyway"]);
    let said = dangerous.refused(2);
    assert!(said.contains(effect) && !said.contains(status) && said.contains(" Use --yes to send it."), "{said}");
    assert!(with(&["--yes"]).refused(4).contains(" Use --anyway to send it."));
    let sent = with(&["--yes", "--anyway", "--json"]).refused_json(4, "needs_authorization");
    assert_eq!(sent["http_status"], 404, "the environment said so: {sent}");
}

#[test]
fn a_call_sent_again_is_examined_like_a_first_one() {
    let served = Served::start(&[]);
    served.run(&["run", "asana_tasks_list", "--as", "ada@acme.dev", "--input", r#"{"project":"17"}"#]);
    let misfit = ["--input", r#"{"project": 17}"#];
    let first = served.run(&[&["run", "asana_tasks_list", "--as", "ada@acme.dev"][..], &misfit].concat());
    let again = served.run(&[&["history", "replay", "1"][..], &misfit].concat());
    assert_eq!(first.refused(7), again.refused(7), "the same words");
    assert!(first.err.contains("Input: project ") && first.err.contains(NOBODY_ASKED), "{}", first.err);
    let sent = served.run(&[&["history", "replay", "1", "--anyway"][..], &misfit].concat());
    assert!(sent.refused(6).contains("Failed at the provider: project: Not a string"), "{}", sent.err);
}
