//! Token exchange from the command line: connected, called, and its states with what to do next.

use std::path::Path;

use serde_json::json;

use super::cli::{PASSPHRASE, call, home, texts};
use super::environment::visit;
use super::mcp::free_port;
use super::provider::Provider;
use crate::browser::Script;
use crate::cli::process::Ran;
use crate::support::token_service::{DENIAL, GITHUB, LINEAR, PAYROLL, TokenService};

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
