//! Token exchange from the command line: connected, called, and its states with what to do next.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use super::cli::{NO_KEYCHAIN, PASSPHRASE, call, home, texts};
use super::environment::visit;
use super::mcp::free_port;
use super::provider::Provider;
use crate::browser::Script;
use crate::cli::process::{Ran, Running, jackfield};
use crate::support::token_service::{DENIAL, GITHUB, LINEAR, PAYROLL, STORED_SECRET, TokenService, VAULT};
use crate::waiting::soon;

/// Connects Linear by way of the zone, at `resource`.
async fn connect(
    home: &Path,
    vault: &str,
    zone: &TokenService,
    provider: &Provider,
    resource: &str,
    more: &[&str],
) -> Ran {
    let browser = Script::new(home);
    let _ = std::fs::remove_file(home.join("browser.sh.page"));
    let program = browser.program().to_owned();
    let issuer = zone.url("/").as_str().trim_end_matches('/').to_owned();
    let (api, port) = (provider.at("/api").to_string(), free_port().to_string());
    let mut line = vec!["--local", "connect", "linear", "--as", "ada", "--exchange", &issuer, "--resource", resource];
    line.extend(["--client-id", "app-post", "--client-secret-stdin", "--api-url", &api, "--callback-port", &port]);
    line.extend(more);
    let vars = [(PASSPHRASE, vault), ("BROWSER", program.as_str()), ("DISPLAY", ":0")];
    let visitor = tokio::spawn(async move {
        let page = tokio::task::spawn_blocking(move || browser.page()).await.unwrap();
        visit(page.parse().unwrap()).await
    });
    let ran = call(home, &line, "hunter2-post", &vars).await;
    assert!(visitor.await.unwrap().contains("linear for ada"));
    ran
}

const VIEWER: [&str; 6] = ["--local", "run", "linear_viewer_get", "--as", "ada", "--json"];

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_connected_by_token_exchange_and_ends_proven() {
    let ((home, file), provider, zone) = (home(), Provider::start().await, TokenService::start().await);
    provider.answers().says = Some(json!({"data": {"viewer": {"id": "u1", "name": "Ada", "email": "ada@acme.dev"}}}));
    let ran = connect(home.path(), &file, &zone, &provider, LINEAR, &["--scope", "read"]).await;
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    assert!(ran.text().contains("ada@acme.dev"), "{} {}", ran.out, ran.err);
    let text = std::fs::read_to_string(home.path().join("state/local/connections.toml")).unwrap();
    assert!(text.contains("auth = \"exchange\"") && text.contains("resource = \"https://api.linear.app\""), "{text}");

    let vault = [(PASSPHRASE, file.as_str())];
    let ran = call(home.path(), &VIEWER, "", &vault).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(zone.issued().last().unwrap().scopes, ["read"]);
    let shown = call(home.path(), &["--local", "accounts", "show", "linear/ada", "--json"], "", &[]).await.json();
    assert_eq!((&shown["status"], &shown["resource"]), (&json!("ACTIVE"), &json!(LINEAR)));
    assert!(!texts(home.path()).contains("hunter2"), "neither a secret nor an exchanged token is in any file");

    // Connected again, it stays what it is.
    let api = provider.at("/other").to_string();
    let again = ["--local", "connect", "linear", "--as", "ada", "--api-url", &api, "--no-browser", "--timeout", "1s"];
    let ran = call(home.path(), &again, "", &vault).await;
    assert!(ran.err.contains("Connection linear is saved"), "{}", ran.err);
    let text = std::fs::read_to_string(home.path().join("state/local/connections.toml")).unwrap();
    assert!(text.contains("auth = \"exchange\"") && text.contains("/other"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_end_with_a_code_and_the_next_step() {
    let ((home, file), provider, zone) = (home(), Provider::start().await, TokenService::start().await);
    let vault = [(PASSPHRASE, file.as_str())];
    let ran = connect(home.path(), &file, &zone, &provider, PAYROLL, &[]).await;
    assert!(format!("{}{}", ran.out, ran.err).contains(DENIAL), "{} {}", ran.out, ran.err);
    let ran = call(home.path(), &VIEWER[..5], "", &vault).await;
    let said = ran.refused(4);
    assert!(said.contains("Denied by policy:") && said.contains(DENIAL) && !said.contains("next:"), "{said}");

    zone.name_page();
    connect(home.path(), &file, &zone, &provider, GITHUB, &[]).await;
    let ran = call(home.path(), &VIEWER[..5], "", &vault).await;
    let said = ran.refused(4);
    let page = format!("{}connect?resource=", zone.url("/"));
    assert!(said.contains(&format!("next: open {page}")) && said.contains("run the same command again"), "{said}");
    zone.grant("ada", GITHUB);
    provider.answers().says = Some(json!({"data": {"viewer": {"id": "u1"}}}));
    assert_eq!(call(home.path(), &VIEWER, "", &vault).await.code, 0);

    connect(home.path(), &file, &zone, &provider, "https://nowhere.example", &[]).await;
    let ran = call(home.path(), &VIEWER[..5], "", &vault).await;
    let said = ran.refused(2);
    assert!(said.contains("Wrong settings:") && said.contains("see resource of connection linear"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_or_contradicts_is_said_before_anything_is_sent() {
    let (home, _) = home();
    let line = |more: &[&'static str]| [&["--local", "connect", "linear"], more].concat();
    for (more, says) in [
        (&["--exchange", "http://zone.acme.dev"][..], "https"),
        (&["--resource", "https://api.linear.app"][..], "--exchange"),
        (&["--exchange", "https://zone.acme.dev", "--key-stdin"][..], "cannot be used with"),
        (&["--exchange", "https://zone.acme.dev"][..], "--resource"),
        (&["--exchange", "https://zone.acme.dev", "--resource", "x"][..], "--client-id"),
    ] {
        let ran = call(home.path(), &line(more), "", &[]).await;
        assert!(ran.code == 2 && ran.err.contains(says), "{more:?}: {} {}", ran.code, ran.err);
    }
    assert!(!home.path().join("state/local").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_key_goes_out_as_the_provider_takes_keys() {
    let ((home, file), provider, zone) = (home(), Provider::start().await, TokenService::start().await);
    provider.answers().says = Some(json!({"data": {"viewer": {"id": "u1", "name": "Ada", "email": "ada@acme.dev"}}}));
    let ran = connect(home.path(), &file, &zone, &provider, VAULT, &["--stored-key"]).await;
    assert_eq!(ran.code, 0, "{} {}", ran.out, ran.err);
    let ran = call(home.path(), &VIEWER, "", &[(PASSPHRASE, file.as_str())]).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(provider.seen("/api/graphql").pop().unwrap().authorization, STORED_SECRET);
    assert!(!texts(home.path()).contains(STORED_SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_has_each_use_and_no_file_a_credential_or_the_audit_an_argument() {
    let ((home, file), provider, zone) = (home(), Provider::start().await, TokenService::start().await);
    let vault = [(PASSPHRASE, file.as_str())];
    provider.answers().says = Some(json!({"data": {"viewer": {"id": "u1", "name": "Ada", "email": "ada@acme.dev"}}}));
    connect(home.path(), &file, &zone, &provider, LINEAR, &[]).await;
    let subject = zone.received("/token").into_iter().find_map(|asked| asked.field("subject_token")).unwrap();
    // The zone ended it ahead of time, so that it is renewed on the way.
    zone.expire(&subject);
    provider.answers().says = Some(json!({"data": {"issueCreate": {"success": true, "issue": {"id": "i"}}}}));
    let input = r#"{"teamId": "t", "title": "quiet-word-7"}"#;
    let create = ["--local", "run", "linear_issue_create", "--as", "ada", "--input", input];
    let ran = call(home.path(), &create, "", &vault).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    provider.answers().good = vec!["none".into()];
    assert_ne!(call(home.path(), &create, "", &vault).await.code, 0);

    let exported = call(home.path(), &["audit", "export"], "", &[]).await;
    let lines: Vec<serde_json::Value> =
        exported.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let short: Vec<_> = lines
        .iter()
        .skip_while(|line| line["call"].is_null() || line["tool"] != "linear_issue_create")
        .map(|line| (line["event"].as_str().unwrap(), line["outcome"].as_str().unwrap()))
        .collect();
    let expected = [
        ("exchange", "not_granted"),
        ("refresh", "success"),
        ("exchange", "success"),
        ("exchange", "success"),
        ("token", "failure"),
    ];
    assert_eq!(short, expected, "{}", exported.out);
    assert_eq!(lines.iter().filter(|line| line["event"] == "authorization").count(), 1);
    assert!(!exported.out.contains("quiet-word-7"), "{}", exported.out);

    // Every byte in the home, the database and what lies beside it included.
    let all = texts(home.path());
    let refresh = zone.received("/token").into_iter().filter_map(|asked| asked.field("refresh_token"));
    let codes = zone.received("/token").into_iter().filter_map(|asked| asked.field("code"));
    let tokens = zone.issued().into_iter().map(|issued| issued.token);
    for secret in tokens.chain(refresh).chain(codes).chain([subject, "hunter2".to_owned()]) {
        assert!(!all.contains(&secret), "{secret}");
    }
    let journal = rusqlite::Connection::open(home.path().join("state/journal/journal.sqlite")).unwrap();
    let mut rows = journal.prepare("SELECT * FROM audit").unwrap();
    let columns = rows.column_count();
    let words: Vec<String> = rows
        .query_map([], |row| Ok((0..columns).map(|at| format!("{:?} ", row.get_ref(at).unwrap())).collect()))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(words.len() >= 7 && words.iter().all(|row| !row.contains("quiet-word-7")), "{words:?}");
}

fn lines(home: &Path) -> i64 {
    let journal = rusqlite::Connection::open(home.join("state/journal/journal.sqlite")).unwrap();
    journal.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_killed_on_the_way_is_unknown_and_sent_no_second_time() {
    let ((home, file), provider, zone) = (home(), Provider::start().await, TokenService::start().await);
    let vault = [(PASSPHRASE, file.as_str())];
    provider.answers().says = Some(json!({"data": {"viewer": {"id": "u1", "name": "Ada", "email": "ada@acme.dev"}}}));
    connect(home.path(), &file, &zone, &provider, LINEAR, &[]).await;
    let begin = || {
        let mut command = jackfield(home.path(), &VIEWER);
        command.env(NO_KEYCHAIN.0, NO_KEYCHAIN.1).env(PASSPHRASE, &file);
        Running::start(command)
    };
    let (sent, exchanged, written) =
        (provider.seen("/api/graphql").len(), zone.received("/token").len(), lines(home.path()));

    // While the zone thinks: nothing has left for the provider.
    let gate = Arc::new(Semaphore::new(0));
    zone.hold(&gate);
    let running = begin();
    soon("the exchange", async {
        while zone.received("/token").len() == exchanged {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Killed, and waited for.
    drop(running);
    gate.add_permits(100);
    assert_eq!(
        (provider.seen("/api/graphql").len(), lines(home.path())),
        (sent, written),
        "no outcome, and so no line"
    );

    // Between the exchange and the provider's answer.
    provider.answers().api_gate = Some(Arc::new(Semaphore::new(0)));
    let running = begin();
    soon("the line of the exchange", async {
        while provider.seen("/api/graphql").len() == sent || lines(home.path()) == written {
            tokio::task::yield_now().await;
        }
    })
    .await;
    // Killed, and waited for.
    drop(running);
    provider.answers().api_gate = None;

    let exchanges = zone.received("/token").len();
    let unknown =
        call(home.path(), &["--local", "history", "list", "status:unknown", "--json"], "", &vault).await.json();
    assert_eq!(unknown["calls"].as_array().unwrap().len(), 2, "{unknown}");
    let last = call(home.path(), &["audit", "list", "--limit", "1", "--json"], "", &[]).await.json();
    let last = &last["uses"][0];
    assert_eq!((&last["event"], &last["outcome"]), (&json!("exchange"), &json!("success")), "{last}");
    assert_eq!(last["call"], unknown["calls"][0]["number"], "{unknown}");
    assert_eq!(call(home.path(), &["audit", "verify"], "", &[]).await.code, 0);
    assert_eq!((provider.seen("/api/graphql").len(), zone.received("/token").len()), (sent + 1, exchanges));
}
