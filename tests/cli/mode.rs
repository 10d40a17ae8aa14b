//! Modes on the command line: the option, the variable and the profile.

use std::fs;

use serde_json::json;

use super::process::{Ran, jackfield, run};

fn call(home: &tempfile::TempDir, variable: &str, arguments: &[&str]) -> Ran {
    let mut command = jackfield(home.path(), arguments);
    command.env("JACKFIELD_MODE", variable);
    run(command, "")
}

const DELETE: [&str; 5] = ["accounts", "delete", "asana/ada@acme.dev", "--yes", "--sandbox"];

#[test]
fn read_only_is_refused_with_a_code_of_its_own_before_anything_is_asked() {
    let home = tempfile::tempdir().unwrap();
    // Nobody is there to say yes, and nobody is asked.
    let asked = ["accounts", "delete", "asana/ada@acme.dev", "--sandbox", "--mode", "read"];
    let said = call(&home, "", &asked).refused(3).to_owned();
    assert!(said.contains("This environment is open read-only (mode = read). Nothing was sent."), "{said}");
    let fault = call(&home, "", &[&DELETE[..], &["--mode=read", "--json"]].concat()).refused_json(3, "read_only");
    assert_eq!(fault["message"], "This environment is open read-only (mode = read). Nothing was sent.");

    let write =
        ["run", "asana_task_create", "--as", "ada@acme.dev", "--input", "{\"name\":\"x\"}", "--yes", "--sandbox"];
    let said = call(&home, "read", &write).refused(3).to_owned();
    assert!(said.contains("asana_task_create writes (a guess from its name)."), "{said}");
    let read = ["run", "gmail_get_profile", "--as", "ada@acme.dev", "--sandbox", "--mode", "read"];
    assert!(call(&home, "", &read).text().contains("ada@acme.dev"));
    let listed = call(&home, "", &["history", "list", "--json"]).json();
    assert_eq!(listed["calls"].as_array().map(Vec::len), Some(1), "what was refused is no call: {listed}");
}

#[test]
fn the_variable_tightens_and_the_option_counts_more() {
    let home = tempfile::tempdir().unwrap();
    call(&home, "read", &DELETE).refused(3);
    call(&home, "ask", &DELETE).text();
    call(&home, "read", &[&DELETE[..], &["--mode", "free"]].concat()).text();
    assert!(call(&home, "write", &DELETE).refused(2).contains("JACKFIELD_MODE must be read, ask or free."));
    assert!(call(&home, "", &[&DELETE[..], &["--mode", "write"]].concat()).refused(2).contains("--mode"));
}

const SAVED: &str = "use = \"acme\"\n\n[profile.acme]\nurl = \"https://acme.scalekit.dev\"\nclient_id = \"skc_1\"\n\
    mode = \"read\" # production\n\n[profile.other]\nurl = \"https://other.dev\"\nclient_id = \"skc_2\"\n";

#[test]
fn a_profile_keeps_its_mode() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("config")).unwrap();
    let file = home.path().join("config/profiles.toml");
    fs::write(&file, SAVED).unwrap();
    let modes = || {
        let list = call(&home, "", &["profile", "list", "--json"]).json();
        json!([list["profiles"][0]["mode"], list["profiles"][1]["mode"]])
    };
    assert_eq!(modes(), json!(["read", "ask"]));
    let table = call(&home, "", &["profile", "list"]).text().to_owned();
    assert!(table.contains("MODE") && table.lines().nth(1).is_some_and(|line| line.contains(" read ")), "{table}");

    call(&home, "", &["profile", "edit", "acme", "--rename", "prod"]).text();
    assert_eq!(modes(), json!(["read", "ask"]), "what is not named stays");
    call(&home, "", &["profile", "edit", "other", "--mode", "free"]).text();
    call(&home, "", &["profile", "edit", "prod", "--mode", "ask"]).text();
    assert_eq!(modes(), json!(["ask", "free"]));
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("mode = \"ask\" # production") && text.contains("mode = \"free\""), "{text}");

    // A slip opens nothing.
    fs::write(&file, SAVED.replace("\"read\"", "\"raed\"")).unwrap();
    let said = call(&home, "", &["--profile", "acme", "accounts", "list"]).refused(1).to_owned();
    assert!(said.contains("the mode of profile “acme” is not read, ask or free"), "{said}");
}
