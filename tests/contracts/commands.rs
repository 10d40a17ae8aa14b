//! `jackfield contracts`, and a contract over the proxy of the sandbox.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::process::{Ran, jackfield, run};

const SAMPLE: &str = include_str!("../../docs/contracts/storefront_open_issues.toml");
const ADA: [&str; 4] = ["--as", "ada@acme.dev", "--connection", "github"];

fn said(home: &Path, arguments: &[&str]) -> Ran {
    run(jackfield(home, arguments), "")
}

fn write(home: &Path, file: &str, text: &str) -> String {
    let path = home.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn the_sample_of_the_documentation_runs_in_the_sandbox_like_any_tool() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, "config/contracts/storefront_open_issues.toml", SAMPLE);
    let line = [&["run", "storefront_open_issues", "--sandbox", "--json"][..], &ADA].concat();
    let all = said(home, &line).json()["data"].clone();
    let issues = all.as_array().unwrap();
    assert!(
        !issues.is_empty() && issues.iter().all(|issue| issue.get("title").is_some() && issue.get("body").is_none())
    );
    let label = issues.iter().find_map(|issue| issue["labels"][0].as_str()).unwrap().to_owned();
    let input = json!({"label": label}).to_string();
    let some = said(home, &[&line[..], &["--input", &input]].concat()).json()["data"].clone();
    let has = |issue: &Value| issue["labels"].as_array().unwrap().contains(&label.as_str().into());
    assert!(some.as_array().unwrap().iter().all(has) && some.as_array().unwrap().len() <= issues.len());
    let shown = said(home, &["tools", "show", "storefront_open_issues", "--sandbox"]).out;
    assert!(
        shown.contains("contract storefront_open_issues.toml") && shown.contains("declared by its contract"),
        "{shown}"
    );
    let exported = said(home, &[&["tools", "export", "--sandbox"][..], &ADA].concat()).out;
    assert!(exported.contains("storefront_open_issues"), "a model hears of it");
    let calls = said(home, &["history", "list", "--json"]).json();
    assert_eq!(
        calls["calls"][0]["name"].as_str().or(calls["calls"][0]["tool"].as_str()),
        Some("storefront_open_issues")
    );
}

#[test]
fn a_mode_that_only_reads_holds_for_contracts() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let create = said(home, &["contracts", "show", "github_issue_create"]).text().to_owned();
    write(home, "config/contracts/create.toml", &create);
    let input = json!({"owner": "acme", "repo": "storefront", "title": "By contract"}).to_string();
    let line = [&["run", "github_issue_create", "--sandbox", "--json", "--input", &input][..], &ADA].concat();
    assert_eq!(said(home, &line).json()["data"]["title"], "By contract");
    let refused = said(home, &[&line[..], &["--mode", "read"]].concat());
    assert!(refused.code == 3 && refused.err.contains("read-only"), "{}", refused.err);
}

#[test]
fn files_are_checked_with_their_lines_and_tried_once() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let good = write(home, "good.toml", SAMPLE);
    let bad = write(home, "bad.toml", &SAMPLE.replace("[.[] |", "[.[] |||").replace("\"GET\"", "\"FETCH\""));
    let filter = write(home, "filter.toml", &SAMPLE.replace("[.[] |", "[.[] |||"));
    assert!(said(home, &["contracts", "check", &good]).text().contains("good.toml: good (storefront_open_issues)"));
    let checked = said(home, &["contracts", "check", &good, &bad, &filter]);
    assert_eq!(checked.code, 7);
    assert!(checked.out.contains("bad.toml:12: The method is none of HTTP's."), "{}", checked.out);
    assert!(checked.out.contains("filter.toml:6: jq filter: "), "{}", checked.out);
    let tried = said(home, &[&["contracts", "check", &good, "--try", "--sandbox", "--json"][..], &ADA].concat());
    assert!(tried.json()["data"].as_array().is_some_and(|issues| !issues.is_empty()));
    let create = said(home, &["contracts", "show", "github_issue_create"]).text().to_owned();
    let create = write(home, "create.toml", &create);
    let refused = said(home, &[&["contracts", "check", &create, "--try", "--sandbox"][..], &ADA].concat());
    assert!(refused.refused(2).contains("Use --yes"), "{}", refused.err);
}

#[test]
fn a_new_one_is_made_of_a_curl_line_or_a_call_and_holds() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let line =
        "curl 'https://api.github.com/repos/acme/storefront/issues?state=open' -H 'Authorization: Bearer hunter2'";
    let made = said(home, &["contracts", "new", "--provider", "GITHUB", "--name", "mine_list", "--curl", line]);
    assert!(!made.text().contains("hunter2"), "{}", made.out);
    let file = write(home, "mine.toml", &made.out);
    assert!(said(home, &["contracts", "check", &file]).text().contains("good (mine_list)"));
    let sent = said(home, &[&["request", "GET", "/repos/acme/storefront/issues", "--sandbox"][..], &ADA].concat());
    assert_eq!(sent.code, 0, "{}", sent.err);
    let from_call = said(home, &["contracts", "new", "--provider", "GITHUB", "--from-call", "1"]);
    assert!(from_call.text().contains("path = \"/repos/acme/storefront/issues\""), "{}", from_call.out);
    let odd = said(home, &["contracts", "new", "--provider", "X", "--curl", "wget x"]);
    assert!(odd.refused(7).contains("begins with curl"), "{}", odd.err);
}

#[test]
fn a_projects_contracts_wait_for_a_yes() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    write(home, ".jackfield/contracts/sample.toml", SAMPLE);
    let listed = said(home, &["contracts", "list"]);
    assert!(
        !listed.text().contains("storefront_open_issues") && listed.err.contains("contracts trust"),
        "{}",
        listed.err
    );
    let trusted = said(home, &["contracts", "trust"]);
    assert!(
        trusted.code == 0 && trusted.err.contains("Allowed, as they are now: .jackfield/sample.toml"),
        "{}",
        trusted.err
    );
    let listed = said(home, &["contracts", "list", "--json"]).json();
    let of_project = |row: &Value| row["from"] == "project" && row["tool"] == "storefront_open_issues";
    assert!(listed["contracts"].as_array().unwrap().iter().any(of_project), "{listed}");
    assert_eq!(said(home, &["contracts", "trust", "--no"]).code, 0);
    assert!(!said(home, &["contracts", "list"]).text().contains("storefront_open_issues"));
}
