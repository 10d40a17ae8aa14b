//! `compare`: one tool as several people.

use serde_json::json;

use super::process::{Ran, Served};

fn compare(served: &Served, tool: &str, people: &[&str], flags: &[&str]) -> Ran {
    let named: Vec<_> = people.iter().flat_map(|who| ["--as".to_owned(), format!("{who}@acme.dev")]).collect();
    let named: Vec<_> = named.iter().map(String::as_str).collect();
    served.run(&[&["compare", tool][..], &named, flags].concat())
}

#[test]
fn the_same_is_0_and_a_difference_is_9() {
    let served = Served::start(&[]);
    let same = compare(&served, "github_user_repos_list", &["ada", "linus", "ada"], &[]);
    assert_eq!(same.code, 0, "{}", same.err);
    let lines: Vec<_> = same.out.lines().collect();
    assert!(lines[0].starts_with("identifier") && lines[1].starts_with("ada@acme.dev"), "{}", same.out);
    assert_eq!(lines[4], "ada@acme.dev and linus@acme.dev see the same 3 records.");
    assert!(same.err.contains("next: jackfield history list run:compare-"), "{}", same.err);

    let other = compare(&served, "slack_list_channels", &["ada", "linus"], &[]);
    assert_eq!(other.code, 9, "{}", other.err);
    assert!(other.out.contains("1 differs in values: support."), "{}", other.out);
    assert!(other.out.contains("~ support .is_member: true (ada@acme.dev); false (linus@acme.dev)"), "{}", other.out);
}

#[test]
fn programs_read_rows_and_differences() {
    let served = Served::start(&[]);
    let ran = compare(&served, "github_user_get_authenticated", &["ada", "linus"], &["--json"]);
    assert_eq!(ran.code, 9);
    let document: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["same"], false);
    let summary = "ada@acme.dev sees 1 record that linus@acme.dev does not: Ada Marlow; linus@acme.dev sees 1 record \
                   that ada@acme.dev does not: Linus Okafor.";
    assert_eq!(document["summary"], summary);
    assert_eq!(document["people"][0]["lacks"], json!(["Linus Okafor"]));
    assert_eq!(document["people"][1]["outcome"], "answered");
    assert_eq!(document["records"][0]["seen_by"], json!(["ada@acme.dev"]));
    assert_eq!(document["records"][0]["not_seen_by"], json!(["linus@acme.dev"]));
    // The calls are found together.
    let run = format!("run:{}", document["agent_run_id"].as_str().unwrap());
    let calls = served.run(&["history", "list", &run, "--json"]);
    assert_eq!(calls.json()["calls"].as_array().map(Vec::len), Some(2), "{}", calls.out);
}

#[test]
fn somebody_without_a_working_account_is_a_row() {
    let served = Served::start(&[]);
    let ran = compare(&served, "asana_projects_list", &["ada", "linus"], &["--anyway"]);
    assert_eq!(ran.code, 9, "{}", ran.err);
    assert!(ran.out.contains("asana/linus@acme.dev is disconnected. Nothing was sent."), "{}", ran.out);
    assert!(ran.out.contains("Only ada@acme.dev was answered"), "{}", ran.out);
    let nobody = compare(&served, "asana_projects_list", &["linus", "grace"], &["--anyway"]);
    assert_eq!(nobody.code, 4, "{}", nobody.out);
    assert!(nobody.out.contains("Nobody was answered."), "{}", nobody.out);
}

#[test]
fn what_does_not_only_read_is_refused() {
    let served = Served::start(&[]);
    let guess = compare(&served, "asana_projects_list", &["ada", "linus"], &[]);
    let said = guess.refused(2);
    assert!(said.contains("is not declared to read only") && said.contains("Use --anyway"), "{said}");
    let destroys = compare(&served, "asana_task_delete", &["ada", "linus"], &["--anyway"]);
    let said = destroys.refused(2);
    assert!(said.contains("never run for several people") && !said.contains("Use --anyway"), "{said}");
    compare(&served, "slack_fetch_conversation_history", &["ada", "linus"], &[]).refused(7);
    compare(&served, "slack_list_channel", &["ada", "linus"], &[]).refused(5);
    served.run(&["compare", "slack_list_channels"]).refused(2);
}

#[test]
fn everybody_is_compared_up_to_a_bound() {
    let served = Served::start(&[]);
    let all = compare(&served, "github_user_repos_list", &[], &["--all", "--connection", "github", "--json"]);
    assert_eq!((all.code, all.json()["people"].as_array().map(Vec::len)), (0, Some(2)), "{}", all.err);
    let some = served.run(&["compare", "github_user_get_authenticated", "--all", "--max", "2"]);
    assert_eq!(some.code, 9);
    assert!(some.err.contains("1 more user left out; --max 3 takes all."), "{}", some.err);
}
