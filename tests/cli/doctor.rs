//! `doctor`, `changes` and `accounts watch`.

use std::fs;

use serde_json::Value;

use super::process::{Running, Served, against, run};

/// Findings of this severity, as check and subject.
fn findings<'a>(report: &'a Value, severity: &str) -> Vec<(&'a str, &'a str)> {
    let all = report["findings"].as_array().expect("findings");
    let wanted = all.iter().filter(|finding| finding["severity"] == severity);
    wanted.map(|finding| (finding["check"].as_str().unwrap(), finding["subject"].as_str().unwrap())).collect()
}

fn doctor(served: &Served, arguments: &[&str], code: i32) -> Value {
    let ran = served.run(&[&["doctor", "--json"], arguments].concat());
    assert_eq!(ran.code, code, "{}{}", ran.out, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn the_doctor_tells_the_worst_first_one_line_each_and_ends_with_its_code() {
    let served = Served::start(&[]);
    let ran = served.run(&["doctor"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    let lines: Vec<_> = ran.out.lines().collect();
    assert!(lines[0].starts_with("RESULT "), "{}", ran.out);
    let words: Vec<_> = lines[1..].iter().map(|line| line.split_whitespace().next().unwrap()).collect();
    let rank = |word: &&str| ["bad", "warning", "note", "ok"].iter().position(|other| other == word).unwrap();
    assert!(words.is_sorted_by_key(rank), "{}", ran.out);
    assert_eq!(words.iter().filter(|word| **word == "bad").count(), 7, "{}", ran.out);
    assert!(ran.err.contains("7 problems, ") && ran.err.contains("next: jackfield accounts authorize "), "{}", ran.err);
    let report = doctor(&served, &[], 4);
    assert_eq!((&report["worst"], &report["ok"], &report["accounts"]), (&"account".into(), &false.into(), &23.into()));
    assert!(findings(&report, "bad").contains(&("accounts", "linear/ada@acme.dev")));
    assert!(findings(&report, "ok").iter().any(|(check, _)| *check == "environment"));
}

#[test]
fn one_connection_is_looked_at_alone_and_one_that_does_not_exist_is_named() {
    let served = Served::start(&[]);
    let report = doctor(&served, &["--connection", "gmail"], 0);
    assert!(findings(&report, "bad").is_empty() && findings(&report, "warning").is_empty(), "{report}");
    assert!(report["ok"].as_bool().unwrap());
    let soon = doctor(&served, &["--connection", "gmail", "--expires-within", "300h"], 14);
    assert!(findings(&soon, "warning").iter().all(|(check, _)| *check == "expiry"), "{soon}");
    assert_eq!(soon["worst"], "warning");
    let refused = served.run(&["doctor", "--connection", "gmial"]);
    assert!(refused.refused(5).contains("Did you mean gmail?"), "{}", refused.err);
}

#[test]
fn an_environment_that_does_not_answer_or_takes_no_key_has_a_code_of_its_own() {
    let served = Served::start(&[]);
    let mut wrong = served.command(&["doctor", "--json"]);
    wrong.env("SCALEKIT_CLIENT_SECRET", "another-secret");
    let ran = run(wrong, "");
    assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["worst"], findings(&report, "bad").len()), (&"key".into(), 1));
    let home = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ran = run(against(&format!("http://{free}"), home.path(), &["doctor"]), "");
    assert_eq!(ran.code, 8, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
}

#[test]
fn accounts_that_act_as_somebody_else_are_the_worst_of_them() {
    let served = Served::start(&[]);
    let before = doctor(&served, &[], 4);
    assert!(findings(&before, "note").contains(&("identity", "proofs")), "{before}");
    let report = doctor(&served, &["--prove"], 10);
    assert_eq!(report["worst"], "person");
    let first = &report["findings"][0];
    assert_eq!((&first["check"], &first["problem"]), (&"identity".into(), &"person".into()), "{first}");
    assert!(first["message"].as_str().unwrap().contains(" act as "), "{first}");
    // What was proven is remembered.
    assert_eq!(doctor(&served, &[], 10)["worst"], "person");
}

#[test]
fn the_findings_go_to_a_build_server_as_junit_xml() {
    let served = Served::start(&[]);
    let file = served.home.path().join("report.xml");
    let ran = served.run(&["doctor", "--junit", file.to_str().unwrap()]);
    assert_eq!(ran.code, 4);
    let xml = fs::read_to_string(&file).unwrap();
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"jackfield doctor\" "));
    let bad = ran.out.lines().filter(|line| line.starts_with("bad ")).count();
    let warnings = ran.out.lines().filter(|line| line.starts_with("warning ")).count();
    assert_eq!(xml.matches("<failure type=\"bad\" ").count(), bad, "{xml}");
    assert_eq!(xml.matches("<failure type=\"warning\" ").count(), warnings, "{xml}");
    assert_eq!(xml.matches("<testcase ").count(), ran.out.lines().count() - 1, "{xml}");
    assert_eq!(xml.matches("<testsuite ").count(), xml.matches("</testsuite>").count());
    assert!(xml.contains("name=\"linear/ada@acme.dev\"") && xml.ends_with("</testsuites>\n"));
    let nowhere = served.run(&["doctor", "--junit", "/nowhere/report.xml"]);
    assert!(nowhere.refused(1).contains("/nowhere/report.xml cannot be written"), "{}", nowhere.err);
}

#[test]
fn changes_are_told_since_the_first_look_with_what_they_do_to_calls() {
    let served = Served::start(&[]);
    let first = served.run(&["changes"]);
    assert_eq!((first.code, first.out.as_str()), (0, ""));
    assert!(first.err.contains("This is the first look"), "{}", first.err);
    for change in [
        &["accounts", "disconnect", "slack/ada@acme.dev", "--yes"][..],
        &["accounts", "delete", "asana/ada@acme.dev", "--yes"],
        &["accounts", "add", "--connection", "linear", "--identifier", "new@acme.dev"],
    ] {
        let ran = served.run(change);
        assert_eq!(ran.code, 0, "{change:?} {}", ran.err);
    }
    let told = served.run(&["changes"]);
    let lines: Vec<_> = told.text().lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        lines,
        [
            "EFFECT SUBJECT CHANGE",
            "breaks calls asana/ada@acme.dev The account is gone; it was active.",
            "breaks calls slack/ada@acme.dev It was active, and is disconnected now.",
            "harmless linear/new@acme.dev The account is new, and to authorize.",
        ]
    );
    assert!(told.err.contains("3 changes since "), "{}", told.err);
    let json = served.run(&["changes", "--json", "--since", "1d"]).json();
    let kinds: Vec<_> = json["changes"].as_array().unwrap().iter().map(|change| change["kind"].as_str()).collect();
    assert_eq!(kinds, [Some("account_removed"), Some("account_status"), Some("account_added")]);
    assert_eq!(json["changes"][1]["account"]["connection"], "slack");
    assert!(json["since"].as_str() < json["until"].as_str());
    let none = served.run(&["changes", "--since", "0s", "--json"]).json();
    assert_eq!(none["changes"], Value::Array(Vec::new()), "{none}");
    assert!(served.run(&["changes", "--since", "soon"]).refused(2).contains("expected 30m, 2h"));
    assert!(served.run(&["changes", "--no-record"]).refused(2).contains("not kept"));
    // The doctor tells the same, but for the status of accounts, which it looks at itself.
    let report = doctor(&served, &[], 4);
    assert!(findings(&report, "bad").contains(&("drift", "asana/ada@acme.dev")), "{report}");
    assert!(!findings(&report, "bad").contains(&("drift", "slack/ada@acme.dev")), "{report}");
}

#[test]
fn the_watch_prints_a_line_for_each_change_and_ends_well() {
    let served = Served::start(&[]);
    let watch = |more: &[&str]| {
        let arguments = [&["accounts", "watch", "--interval", "1s"], more].concat();
        Running::start(served.command(&arguments))
    };
    let (lines, documents) = (watch(&[]), watch(&["--json", "--connection", "slack"]));
    lines.wait_err(|text| text.contains("Watching 23 accounts every 1 s."));
    // Without a word of its own there is nothing to wait for but a change.
    let change = |verb: &str, account: &str| {
        let ran = served.run(&["accounts", verb, account, "--yes"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    change("disconnect", "linear/grace@acme.dev");
    lines.wait_out(|text| text.contains("linear/grace@acme.dev  It was active, and is disconnected now.\n"));
    change("delete", "slack/ada@acme.dev");
    lines.wait_out(|text| text.contains("slack/ada@acme.dev  The account is gone; it was active.\n"));
    let line = documents.wait_out(|text| text.ends_with("}\n"));
    let document: Value = serde_json::from_str(line.lines().next().unwrap()).unwrap();
    assert_eq!((&document["kind"], &document["account"]["connection"]), (&"account_removed".into(), &"slack".into()));
    lines.signal("INT");
    documents.signal("TERM");
    for (ended, lines) in [(lines.ended(), 2), (documents.ended(), 1)] {
        assert_eq!((ended.code, ended.out.lines().count()), (0, lines), "{}{}", ended.out, ended.err);
    }
}

#[test]
fn the_watch_waits_out_failures_and_refuses_what_is_not_there() {
    let served = Served::start(&["--fault", "GET /connected_accounts status=429 every=2"]);
    let watch = Running::start(served.command(&["accounts", "watch", "--interval", "1s"]));
    watch.wait_err(|text| text.contains("Watching 23 accounts"));
    let ran = served.run(&["accounts", "disconnect", "slack/ada@acme.dev", "--yes"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    watch.wait_out(|text| text.contains("slack/ada@acme.dev"));
    watch.signal("INT");
    assert_eq!(watch.ended().code, 0);
    let nobody = served.run(&["accounts", "watch", "--connection", "slakc"]);
    assert!(nobody.refused(5).contains("Did you mean slack?"), "{}", nobody.err);
    assert!(served.run(&["accounts", "watch", "--interval", "none"]).refused(2).contains("a second or more"));
}
