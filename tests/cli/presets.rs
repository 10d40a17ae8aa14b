//! `presets`: arguments of tools that were given a name.

use serde_json::{Value, json};

use super::process::{Served, jackfield, run};

#[test]
fn they_are_saved_listed_shown_and_deleted_without_an_environment() {
    let home = tempfile::tempdir().unwrap();
    let ran = |arguments: &[&str]| run(jackfield(home.path(), arguments), "");
    let input = r#"{"b": 1.10, "a": 12345678901234567890123, "token": "hunter2hunter2"}"#;
    let saved = ran(&["presets", "save", "x_get", "Every field", "--input", input]);
    assert_eq!(saved.code, 0, "{}", saved.err);
    assert!(saved.err.contains("Saved “Every field” for x_get."), "{}", saved.err);
    assert!(saved.err.contains("Left out because they look like credentials: /token."), "{}", saved.err);
    ran(&["presets", "save", "y_get", "none", "--input", "{}"]);

    let again = ran(&["presets", "save", "x_get", "Every field", "--input", "{}"]);
    assert!(again.refused(1).contains("--replace overwrites it"), "{}", again.err);
    assert!(ran(&["presets", "save", "x_get", "z", "--input", "[1]"]).refused(7).contains("a JSON object"));
    assert!(ran(&["presets", "save", "x_get", "", "--input", "{}"]).refused(2).contains("1 to 64 characters"));

    let shown = ran(&["presets", "show", "x_get", "Every field", "--json"]);
    let kept = r#"{"b": 1.10, "a": 12345678901234567890123, "token": "[redacted]"}"#;
    assert!(shown.text().contains(kept), "numbers and order as they came: {}", shown.out);
    assert_eq!(shown.json()["redacted"], json!(["/token"]));
    let missing = ran(&["presets", "show", "x_get", "every fields"]);
    assert!(missing.refused(5).contains("Did you mean Every field?"), "{}", missing.err);

    let listed = |arguments: &[&str]| ran(&[&["presets", "list", "--json"][..], arguments].concat()).json();
    assert_eq!((&listed(&[])["total_size"], &listed(&["--tool", "y_get"])["total_size"]), (&json!(2), &json!(1)));
    let table = ran(&["presets", "list"]);
    assert!(table.text().lines().any(|line| line.starts_with("x_get  Every field")), "{}", table.out);

    assert!(ran(&["presets", "delete", "x_get", "Every field"]).refused(2).contains("--yes"));
    assert_eq!(ran(&["presets", "delete", "x_get", "Every field", "--yes"]).code, 0);
    assert_eq!(listed(&[])["presets"][0]["tool"], "y_get");
    ran(&["presets", "delete", "x_get", "Every field", "--yes"]).refused(5);
}

#[test]
fn a_tool_is_run_with_one_as_anybody() {
    let served = Served::start(&[]);
    for (name, input) in [("broken", r#"{"task_gid":"nowhere"}"#), ("secret", r#"{"token":"hunter2hunter2"}"#)] {
        assert_eq!(served.run(&["presets", "save", "asana_task_get", name, "--input", input]).code, 0);
    }
    let call = |name: &str| served.run(&["run", "asana_task_get", "--as", "ada@acme.dev", "--preset", name]);
    assert!(call("broken").refused(6).contains("nowhere"));
    assert!(call("secret").refused(7).contains("Preset “secret” lacks its credentials, at /token"));
    assert!(call("brocken").refused(5).contains("Did you mean broken?"));
    let both = ["run", "asana_me_get", "--as", "ada@acme.dev", "--preset", "x", "--input", "{}"];
    assert!(served.run(&both).refused(2).contains("cannot be used with"));
    let calls = served.run(&["history", "list", "--json"]).json();
    let sent = calls["calls"][0]["number"].to_string();
    let sent: Value = served.run(&["history", "show", &sent, "--json"]).json();
    assert_eq!(sent["arguments"]["task_gid"], "nowhere");
}
