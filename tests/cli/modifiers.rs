//! Modifiers on the command line: `run`, and the commands that agree to those of a folder.

use std::fs;

use serde_json::{Value, json};

use super::process::{Ran, Served};

const ADA: [&str; 2] = ["--as", "ada@acme.dev"];

fn own(served: &Served, text: &str) {
    let folder = served.home.path().join("config");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("modifiers.toml"), text).unwrap();
}

fn project(served: &Served, text: &str) {
    let folder = served.home.path().join(".jackfield");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("modifiers.toml"), text).unwrap();
}

fn call(served: &Served, tool: &str, flags: &[&str]) -> Ran {
    served.run(&[&["run", tool][..], &ADA, flags].concat())
}

fn last_call(served: &Served) -> Value {
    let listed = served.run(&["history", "list", "--limit", "1", "--json"]).json();
    let number = listed["calls"][0]["number"].to_string();
    served.run(&["history", "show", &number, "--json"]).json()
}

fn calls(served: &Served) -> usize {
    served.run(&["history", "list", "--json"]).json()["calls"].as_array().unwrap().len()
}

#[test]
fn the_input_is_changed_before_it_is_sent_and_the_result_before_it_is_shown() {
    let served = Served::start(&[]);
    own(
        &served,
        "[[modifier]]\nname = 'who'\ntools = 'asana_me_*'\nbefore = 'del(.note)'\nafter = '{ name: .data.name }'\n",
    );
    let ran = call(&served, "asana_me_get", &["--input", r#"{"note":"x"}"#, "--json"]);
    assert_eq!(ran.json()["data"], json!({"name": "Ada Marlow"}));
    assert_eq!(ran.json()["modifiers"], json!(["who"]));
    let recorded = last_call(&served);
    assert_eq!((&recorded["arguments"], &recorded["modifiers"]), (&json!({}), &json!(["who"])), "as sent");
    assert_eq!(recorded["result"]["data"]["email"], "ada@acme.dev", "as it came");
    let shown = served.run(&["history", "show", &recorded["number"].to_string()]);
    assert!(shown.text().contains("\nmodifiers: who\n"), "{}", shown.out);
    let code = served.run(&["history", "show", &recorded["number"].to_string(), "--as-code", "jackfield"]);
    assert!(code.text().contains(" --no-modifiers "), "it is not changed once more: {}", code.out);

    let plain = call(&served, "asana_me_get", &["--no-modifiers", "--json"]).json();
    assert_eq!((&plain["data"]["data"]["email"], plain.get("modifiers")), (&json!("ada@acme.dev"), None));
    assert_eq!(last_call(&served)["modifiers"], json!([]));
    let text = call(&served, "asana_me_get", &[]);
    assert!(text.err.contains("modifiers: who"), "{}", text.err);
}

#[test]
fn a_replay_sends_what_was_sent() {
    let served = Served::start(&[]);
    own(&served, "[[modifier]]\nname = 'twice'\ntools = '*'\nbefore = '.note = (.note // \"\") + \"x\"'\n");
    assert_eq!(call(&served, "asana_me_get", &["--anyway"]).code, 0);
    let first = last_call(&served);
    assert_eq!(first["arguments"], json!({"note": "x"}));
    let again = served.run(&["history", "replay", &first["number"].to_string(), "--anyway"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let second = last_call(&served);
    assert_eq!((&second["arguments"], &second["modifiers"]), (&json!({"note": "x"}), &json!([])));
}

#[test]
fn one_that_fails_sends_nothing_and_one_that_fails_on_the_result_shows_it_as_it_came() {
    let served = Served::start(&[]);
    own(&served, "[[modifier]]\nname = 'bad'\ntools = 'asana_me_get'\nbefore = '.a.b.c = (1 | error)'\n");
    let ran = call(&served, "asana_me_get", &[]);
    let said = ran.refused(7);
    assert!(said.contains("Modifier “bad” failed on the input: ") && said.contains("Nothing was sent."), "{said}");
    own(&served, "[[modifier]]\nname = 'typo'\ntools = 'asana_me_get'\nbefor = '.'\n");
    let ran = call(&served, "asana_me_get", &[]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("line 4: Modifier “typo” does not count"), "{}", ran.err);
    assert_eq!(calls(&served), 0);
    own(&served, "[[modifier]]\nname = 'bad'\ntools = 'asana_me_get'\nafter = 'error(\"no\")'\n");
    let ran = call(&served, "asana_me_get", &[]);
    assert!(ran.text().contains("ada@acme.dev"), "{}", ran.out);
    assert!(ran.err.contains("Modifier “bad” failed on the result: "), "{}", ran.err);
    assert!(ran.err.contains("The result is shown as it came."), "{}", ran.err);
    own(&served, "[[modifier]]\nname = 'bad'\ntools = 'asana_me_get'\nbefore = '. |'\n");
    assert!(call(&served, "asana_me_get", &[]).refused(7).contains("“bad” failed on the input: "));
}

#[test]
fn what_is_sent_is_held_against_the_schema() {
    let served = Served::start(&[]);
    own(&served, "[[modifier]]\nname = 'fill'\ntools = 'asana_tasks_list'\nbefore = '.project = 7'\n");
    let said = call(&served, "asana_tasks_list", &["--input", r#"{"project":"1"}"#]);
    assert!(said.refused(7).contains("project"), "{}", said.err);
    assert_eq!(calls(&served), 0);
}

#[test]
fn those_of_a_folder_count_once_somebody_agreed_to_them_as_they_are() {
    let served = Served::start(&[]);
    let text = "[[modifier]]\nname = 'theirs'\ntools = 'asana_me_get'\nafter = '.data.email'\n";
    project(&served, text);
    let said = call(&served, "asana_me_get", &[]);
    let said = said.refused(2);
    assert!(said.contains("nobody has agreed to them") && said.contains("jackfield modifiers allow"), "{said}");
    assert_eq!(calls(&served), 0);
    assert!(call(&served, "asana_me_get", &["--no-modifiers"]).text().contains("Ada Marlow"));
    let listed = served.run(&["modifiers", "list", "--json"]).json();
    assert_eq!((&listed["modifiers"][0]["name"], &listed["modifiers"][0]["agreed"]), (&json!("theirs"), &Value::Null));

    assert_eq!(served.run(&["modifiers", "allow"]).code, 0);
    assert_eq!(call(&served, "asana_me_get", &["--json"]).json()["data"], "ada@acme.dev");
    project(&served, &format!("{text}# changed\n"));
    assert!(call(&served, "asana_me_get", &[]).refused(2).contains("nobody has agreed"), "another text");
    assert_eq!(served.run(&["modifiers", "refuse"]).code, 0);
    assert!(call(&served, "asana_me_get", &[]).text().contains("Ada Marlow"));
    project(&served, text);
    assert_eq!(call(&served, "asana_me_get", &["--json"]).json()["data"], "ada@acme.dev", "as it was agreed to");
    fs::remove_dir_all(served.home.path().join(".jackfield")).unwrap();
    served.run(&["modifiers", "allow"]).refused(5);
}

#[test]
fn the_list_names_the_mistakes_after_the_answer() {
    let served = Served::start(&[]);
    own(&served, "[[modifier]]\nname = 'good'\ntools = 'x_*'\nbefore = '.'\n[[modifier]]\nname = 'bad'\ntools = 'x'\n");
    let ran = served.run(&["modifiers", "list"]);
    assert_eq!(ran.code, 2);
    assert!(ran.out.contains("good") && !ran.out.contains("bad"), "{}", ran.out);
    assert!(ran.err.contains("line 5: Modifier “bad” does not count: it needs “before” or “after”"), "{}", ran.err);
}
