//! `accounts list` and `accounts show`.

use serde_json::{Value, json};

use super::process::Served;

/// The pairs in a `--json` list.
fn labels(list: &Value) -> Vec<String> {
    let rows = list["connected_accounts"].as_array().expect("rows");
    assert_eq!(list["total_size"], json!(rows.len()));
    rows.iter().map(|a| format!("{}/{}", a["connector"].as_str().unwrap(), a["identifier"].as_str().unwrap())).collect()
}

#[test]
fn the_list_has_a_line_for_each_account_in_aligned_columns() {
    let served = Served::start(&[]);
    let ran = served.run(&["accounts", "list"]);
    let lines: Vec<_> = ran.text().lines().collect();
    assert_eq!(lines.len(), 24, "{}", ran.out);
    for (column, word) in
        [("STATUS", "expired"), ("CONNECTION", "linear"), ("IDENTIFIER", "ada@acme.dev"), ("ID", "ca_")]
    {
        // `IDENTIFIER` begins with `ID` too.
        let at = lines[0].rfind(&format!("{column} ")).or_else(|| lines[0].rfind(column)).unwrap();
        assert!(lines[1][at..].starts_with(word), "{column}\n{}", ran.out);
    }
    assert_eq!(ran.err, "");
}

#[test]
fn the_list_as_json_is_what_the_broker_sent() {
    let served = Served::start(&[]);
    let list = served.run(&["accounts", "list", "--json"]).json();
    assert_eq!(labels(&list).len(), 23);
    let ada = &list["connected_accounts"][0];
    assert_eq!((&ada["status"], &ada["authorization_type"]), (&json!("EXPIRED"), &json!("OAUTH")));
    assert_eq!(*ada, served.account("linear/ada@acme.dev"));
    assert!(served.run(&["--json", "accounts", "list"]).json() == list, "the flag may come first");
}

#[test]
fn the_list_is_narrowed_by_flags() {
    let served = Served::start(&[]);
    let list = |flags: &[&str]| labels(&served.run(&[&["accounts", "list", "--json"], flags].concat()).json());
    assert_eq!(list(&["--status", "EXPIRED"]), ["linear/ada@acme.dev", "slack/dennis@acme.dev"]);
    assert_eq!(list(&["--status", "to verify"]), ["asana/grace@acme.dev"], "our word counts as well");
    assert_eq!(
        list(&["--status", "expired", "--status", "pending_auth"]),
        ["linear/ada@acme.dev", "linear/linus@acme.dev", "slack/dennis@acme.dev", "freshdesk/ken@acme.dev"]
    );
    assert_eq!(list(&["--status", "revoked"]), ["linear/margaret@acme.dev"], "and one nobody has heard of");
    assert_eq!(list(&["--connection", "asana", "--identifier", "ada@acme.dev"]), ["asana/ada@acme.dev"]);
}

#[test]
fn an_empty_list_has_its_cause_and_what_does_not_exist_is_no_empty_list() {
    let served = Served::start(&[]);
    for (flags, cause) in [
        (&["--connection", "github", "--identifier", "grace@acme.dev"][..], "grace@acme.dev has no account on github."),
        (
            &["--status", "disconnected", "--connection", "slack"],
            "No account is disconnected. Accounts by status: 1 expired, 3 active.",
        ),
        (&["--status", "PENDING_AUTH", "--connection", "slack"], "No account is PENDING_AUTH."),
    ] {
        let none = served.run(&[&["accounts", "list"], flags].concat());
        assert_eq!(none.text().lines().count(), 1, "the head alone: {}", none.out);
        assert!(none.err.contains(cause), "{}", none.err);
        let none = served.run(&[&["accounts", "list", "--json"], flags].concat());
        assert_eq!(none.json(), json!({ "connected_accounts": [], "total_size": 0, "complete": true }));
        let beside: Value = serde_json::from_str(&none.err).unwrap();
        assert!(beside["warning"].as_str().unwrap().starts_with(cause), "{}", none.err);
    }
    for (flags, code, kind, says) in [
        (
            &["--identifier", "adda@acme.dev"][..],
            5,
            "not_found",
            "adda@acme.dev has no connected account. Did you mean ada@",
        ),
        (&["--connection", "Asana"], 5, "not_found", "There is no connection named Asana. Did you mean asana?"),
        (&["--connection", "github", "--identifier", "nobody@x"], 5, "not_found", "nobody@x has no connected account."),
        (&["--connection", "Odd", "--status", "expird"], 5, "not_found", "There is no connection named Odd."),
        (
            &["--status", "expird"],
            2,
            "usage",
            "Unknown status “expird”; known: REVOKED, active, disconnected, expired,",
        ),
    ] {
        let ran = served.run(&[&["accounts", "list"], flags].concat());
        assert!(ran.refused(code).contains(says), "{}", ran.err);
        let fault = served.run(&[&["accounts", "list", "--json"], flags].concat()).refused_json(code, kind);
        assert!(fault["message"].as_str().unwrap().starts_with(says), "{fault}");
    }
    let some = served.run(&["accounts", "list", "--status", "expired", "--status", "expird"]);
    assert_eq!((some.code, some.out.lines().count()), (2, 3), "what fits is given: {}", some.out);
    assert!(some.err.contains("Unknown status “expird”"), "{}", some.err);
}

#[test]
fn one_account_is_shown_by_pair_or_by_id() {
    let served = Served::start(&[]);
    let account = served.account("linear/ada@acme.dev");
    let id = account["id"].as_str().unwrap();
    assert_eq!(served.account(id), account);
    let shown = served.run(&["accounts", "show", id]);
    for said in [
        "status         expired (API: EXPIRED)",
        "authorization  OAuth",
        "linear (conn_",
        "ada@acme.dev",
        "OAuth",
        id,
        "Calls as this user fail.",
    ] {
        assert!(shown.text().contains(said), "{said}: {}", shown.out);
    }
}

#[test]
fn an_account_that_does_not_exist_is_5() {
    let served = Served::start(&[]);
    let cases = [
        ("ca_1", "Not found: There is no account ca_1."),
        ("github/nobody", "There is no account github/nobody."),
        ("asana/aada@acme.dev", "There is no account asana/aada@acme.dev. Did you mean asana/ada@acme.dev"),
        ("github/grace@acme.dev", "linear/grace@acme.dev"),
        ("Linear/ada@acme.dev", "There is no connection named Linear. Did you mean linear?"),
        ("xyz/ada@acme.dev", "There is no connection named xyz."),
    ];
    for (account, says) in cases {
        let said = served.run(&["accounts", "show", account]);
        assert!(said.refused(5).contains(says), "{}", said.err);
        let fault = served.run(&["accounts", "show", account, "--json"]).refused_json(5, "not_found");
        assert_eq!((&fault["http_status"], &fault["whose"]), (&json!(404), &json!("your input")));
    }
    let said = served.run(&["accounts", "show", "linear"]);
    assert!(said.refused(2).contains("ca_…) or as CONNECTION/IDENTIFIER"), "{}", said.err);
}

#[test]
fn whatever_names_an_account_in_vain_is_5_with_near_names() {
    let served = Served::start(&[]);
    let credentials = served.home.path().join("key.json");
    std::fs::write(&credentials, r#"{"api_key":"x"}"#).unwrap();
    let credentials = format!("@{}", credentials.display());
    let commands: [&[&str]; 7] = [
        &["accounts", "authorize", "githup/ada@acme.dev", "--no-wait"],
        &["accounts", "add", "--connection", "githup", "--identifier", "ada@acme.dev"],
        &["accounts", "update", "githup/ada@acme.dev", "--credentials", &credentials],
        &["accounts", "disconnect", "githup/ada@acme.dev", "--yes"],
        &["accounts", "delete", "githup/ada@acme.dev", "--yes"],
        &["run", "github_user_get_authenticated", "--as", "ada@acme.dev", "--connection", "githup"],
        &["request", "GET", "/user", "--as", "ada@acme.dev", "--connection", "githup"],
    ];
    for command in commands {
        let ran = served.run(command);
        let says = "There is no connection named githup. Did you mean github or Github?";
        assert!(ran.refused(5).contains(says), "{command:?}: {}", ran.err);
    }
}

#[test]
fn hostile_identifiers_come_out_harmless() {
    let served = Served::start(&[]);
    let account = "linear/\u{1b}]0;x\u{7}\u{202e}eda";
    served.run(&["accounts", "authorize", account, "--no-wait"]).text();
    for arguments in [&["accounts", "list"][..], &["accounts", "list", "--json"], &["accounts", "show", account]] {
        let ran = served.run(arguments);
        assert!(ran.text().contains("eda"), "{}", ran.out);
        assert!(!ran.out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{:?}", ran.out);
    }
    assert_eq!(served.account(account)["identifier"], "\u{1b}]0;x\u{7}\u{202e}eda", "and whole");
}

#[test]
fn a_clock_that_differs_is_remarked_on_once_and_only_to_people() {
    for (ahead, said) in [("-1h", "1 h ahead of"), ("90m", "1 h 30 min behind")] {
        let served = Served::start(&["--clock", ahead]);
        let remark =
            format!("This machine's clock is {said} the environment's. Times are shown by the environment's clock.\n");
        let ran = served.run(&["accounts", "list"]);
        assert_eq!((ran.text().lines().count(), ran.err.as_str()), (24, remark.as_str()));
        let refused = served.run(&["accounts", "show", "ca_1"]);
        assert_eq!(refused.refused(5).matches(&remark).count(), 1, "{}", refused.err);
        let json = served.run(&["accounts", "list", "--json"]);
        assert_eq!((json.json()["total_size"].as_i64(), json.err.as_str()), (Some(23), ""));
    }
    assert_eq!(Served::start(&["--clock", "80s"]).run(&["accounts", "list"]).err, "", "that is none");
}
