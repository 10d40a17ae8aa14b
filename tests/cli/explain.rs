//! `explain`: why a list is empty or a call fails.

use serde_json::Value;

use super::process::{Ran, Served};

fn explain(served: &Served, arguments: &[&str]) -> Ran {
    served.run(&[&["explain"], arguments].concat())
}

/// The document of an explanation that names a cause.
fn found(served: &Served, arguments: &[&str]) -> Value {
    let ran = explain(served, &[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_cause_has_an_exit_code_of_its_own_and_nothing_wrong_has_none() {
    let served = Served::start(&[]);
    let wrong = explain(&served, &["--as", "radia@acme.dev", "--connection", "GITHUB"]);
    assert_eq!(wrong.code, 9);
    let first = wrong.out.lines().next().unwrap();
    assert_eq!(first, "The connection is called Github. Names are case-sensitive.", "the cause comes first");
    assert!(
        wrong.out.contains("17, none named GITHUB")
            && wrong.out.contains("\n                                      ^^^^^"),
        "{}",
        wrong.out
    );
    assert_eq!(wrong.err, "next: jackfield tools list --as radia@acme.dev --connection Github\n");
    let fine = explain(&served, &["--as", "ada@acme.dev", "--connection", "asana"]);
    assert!(fine.text().starts_with("Nothing is wrong here"), "{}", fine.out);
    assert_eq!(fine.err, "");
    assert_eq!(explain(&served, &[]).code, 0);
    assert_eq!(explain(&served, &["--call", "7", "--as", "ada"]).code, 2);
    assert!(explain(&served, &["--call", "7"]).refused(5).contains("no call 7"));
}

#[test]
fn programs_read_stable_fields() {
    let served = Served::start(&[]);
    let document = found(&served, &["--as", "ada@acme.dev", "--connection", "linear"]);
    assert_eq!(document["cause"], "expired");
    assert!(document["sentence"].as_str().unwrap().starts_with("linear/ada@acme.dev is EXPIRED"));
    assert_eq!(document["remedy"]["kind"], "authorize");
    assert_eq!(document["remedy"]["command"], "jackfield accounts authorize linear/ada@acme.dev");
    assert_eq!(document["also_possible"], serde_json::json!([]));
    let bad: Vec<_> = document["evidence"].as_array().unwrap().iter().filter(|told| told["verdict"] == "bad").collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0]["asked"], "ada@acme.dev on linear");
    let report = document["report"].as_str().unwrap();
    assert!(report.contains("cause        expired") && report.contains("! ada@acme.dev on linear"), "{report}");
    let fine = served.run(&["explain", "--as", "ada@acme.dev", "--json"]);
    assert_eq!(fine.code, 9, "linear of ada is expired, whatever else works: {}", fine.out);
}

#[test]
fn a_call_of_the_history_is_explained() {
    let served = Served::start(&[]);
    let run = |arguments: &[&str]| served.run(&[&["run"], arguments].concat());
    assert_eq!(run(&["linear_issues_list", "--as", "grace@acme.dev", "--connection", "linear"]).code, 4);
    let input = r#"{"owner":"acme","repo":"storefront","title":"x"}"#;
    assert_eq!(
        run(&["github_issue_create", "--as", "radia@acme.dev", "--connection", "Github", "--input", input]).code,
        6
    );
    assert_eq!(run(&["asana_task_get", "--as", "ada@acme.dev", "--input", r#"{"task_gid":"nowhere"}"#]).code, 6);
    assert_eq!(run(&["asana_me_get", "--as", "ada@acme.dev"]).code, 0);
    let revoked = found(&served, &["--call", "1"]);
    assert_eq!(revoked["cause"], "revoked_at_provider");
    assert!(revoked["report"].as_str().unwrap().contains("Linear does not accept this access token any more"));
    let scope = found(&served, &["--call", "2"]);
    assert_eq!(scope["cause"], "scope_missing");
    assert!(scope["sentence"].as_str().unwrap().contains("the scope repo that github_issue_create needs"), "{scope}");
    assert_eq!(found(&served, &["--call", "3"])["cause"], "call_failed");
    assert_eq!(explain(&served, &["--call", "4"]).code, 0, "it did not fail");
    // The journal tells of the account too, without the call being named.
    assert_eq!(found(&served, &["--as", "grace@acme.dev", "--connection", "linear"])["cause"], "revoked_at_provider");
    let elsewhere = explain(&served, &["--call", "1", "--sandbox"]);
    assert!(elsewhere.refused(2).contains("This call went to http://127.0.0.1"), "{}", elsewhere.err);
}

#[test]
fn a_key_that_is_refused_is_the_cause() {
    let served = Served::start(&[]);
    let mut command = served.command(&["explain", "--as", "ada@acme.dev", "--json"]);
    command.env("SCALEKIT_CLIENT_SECRET", "sks_wrong");
    let ran = super::process::run(command, "");
    assert_eq!(ran.code, 9, "{}{}", ran.out, ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(document["cause"], "key_refused");
    assert!(!ran.out.contains("sks_wrong"));
}
