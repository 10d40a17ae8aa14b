//! The program itself in an environment of one's own.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::provider::Provider;
use crate::browser::Script;
use crate::cli::process::{Ran, jackfield, run};

/// Wherever the tests run, there is no keychain here.
pub(super) const NO_KEYCHAIN: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");

pub(super) const PASSPHRASE: &str = "JACKFIELD_VAULT_PASSPHRASE_FILE";

pub(super) async fn call(home: &Path, arguments: &[&str], input: &str, vars: &[(&str, &str)]) -> Ran {
    let mut command = jackfield(home, arguments);
    command.env(NO_KEYCHAIN.0, NO_KEYCHAIN.1).envs(vars.iter().copied());
    let input = input.to_owned();
    tokio::task::spawn_blocking(move || run(command, &input)).await.unwrap()
}

/// A home with a file that a passphrase is read from.
pub(super) fn home() -> (TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("passphrase");
    std::fs::write(&file, "correct horse\n").unwrap();
    let path = file.to_str().unwrap().to_owned();
    (home, path)
}

pub(super) fn texts(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&texts(&path));
        } else {
            all.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_environment_is_always_there() {
    let (home, _) = home();
    let ran = call(home.path(), &["--local", "accounts", "list", "--json"], "", &[]).await;
    assert_eq!(ran.json()["connected_accounts"], Value::Array(Vec::new()));
    assert_eq!(call(home.path(), &["--local", "connections", "list"], "", &[]).await.code, 0);
    assert_eq!(call(home.path(), &["--local", "tools", "list"], "", &[]).await.code, 0);
    let ran = call(home.path(), &["--local", "--sandbox", "accounts", "list"], "", &[]).await;
    assert!(ran.refused(2).contains("Use only one of --sandbox, --local"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_for_the_next_command_and_written_nowhere() {
    let ((home, file), provider) = (home(), Provider::start().await);
    let vault = [(PASSPHRASE, file.as_str())];
    let api = provider.at("/api").to_string();
    let line = ["--local", "connect", "acme", "--as", "ada", "--key-stdin", "--api-url", &api];
    let ran = call(home.path(), &line, "lin_api_hunter2\n", &vault).await;
    assert!(ran.text().contains("acme") && ran.err.contains("acme/ada is active"), "{} {}", ran.out, ran.err);
    let request = ["--local", "request", "GET", "/me", "--connection", "acme", "--as", "ada", "--json"];
    assert_eq!(call(home.path(), &request, "", &vault).await.json()["body"]["login"], "ada");
    assert_eq!(provider.seen("/api/me")[0].authorization, "Bearer lin_api_hunter2");
    let listed = call(home.path(), &["--local", "accounts", "list", "--json"], "", &[]).await.json();
    assert_eq!(listed["connected_accounts"][0]["status"], "ACTIVE");

    std::fs::write(&file, "wrong\n").unwrap();
    let ran = call(home.path(), &request, "", &vault).await;
    assert!(ran.refused(1).contains("The passphrase of the vault is wrong"), "{}", ran.err);
    let ran = call(home.path(), &request, "", &[]).await;
    assert!(ran.refused(1).contains(PASSPHRASE), "{}", ran.err);
    assert!(!texts(home.path()).contains("hunter2"));

    let gone = ["--local", "accounts", "delete", "acme/ada", "--yes"];
    std::fs::write(&file, "correct horse").unwrap();
    assert_eq!(call(home.path(), &gone, "", &vault).await.code, 0);
    assert!(call(home.path(), &request, "", &vault).await.err.contains("no account"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keychain_and_passphrase_it_is_said_that_nothing_stays() {
    let ((home, _), provider) = (home(), Provider::start().await);
    let api = provider.at("/api").to_string();
    let line = ["--local", "connect", "acme", "--token-stdin", "--api-url", &api];
    let ran = call(home.path(), &line, "hunter2", &[]).await;
    assert!(ran.err.contains("the secrets are gone when this command ends"), "{}", ran.err);
    assert!(!texts(home.path()).contains("hunter2"));
    let request = ["--local", "request", "GET", "/me", "--connection", "acme", "--as", "me"];
    let ran = call(home.path(), &request, "", &[]).await;
    assert!(ran.err.contains("keeps no credential for acme/me"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_given_in_the_browser() {
    let ((home, file), provider) = (home(), Provider::start().await);
    let browser = Script::new(home.path());
    let program = browser.program().to_owned();
    let (authorize, token) = (provider.at("/authorize").to_string(), provider.at("/token").to_string());
    let api = provider.at("/api").to_string();
    let line = [
        "--local",
        "connect",
        "acme",
        "--client-id",
        "client_1",
        "--client-secret-stdin",
        "--scope",
        "read",
        "--authorize-url",
        &authorize,
        "--token-url",
        &token,
        "--api-url",
        &api,
        "--json",
    ];
    let vars = [(PASSPHRASE, file.as_str()), ("BROWSER", program.as_str()), ("DISPLAY", ":0")];
    let visitor = tokio::spawn(async move {
        let page = tokio::task::spawn_blocking(move || browser.page()).await.unwrap();
        super::environment::visit(page.parse().unwrap()).await
    });
    let ran = call(home.path(), &line, "client_hunter2", &vars).await;
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(visitor.await.unwrap().contains("acme for me"));
    assert_eq!(provider.seen("/token")[0].form["client_secret"], "client_hunter2");
    let shown = call(home.path(), &["--local", "accounts", "show", "acme/me", "--json"], "", &[]).await.json();
    assert_eq!((&shown["status"], &shown["scopes_asked"][0]), (&"ACTIVE".into(), &"read".into()));
    assert!(!texts(home.path()).contains("hunter2"));
    let text = std::fs::read_to_string(home.path().join("state/local/connections.toml")).unwrap();
    assert!(text.contains("client_id = \"client_1\"") && text.contains("confidential = true"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_needed_is_said_where_nobody_can_be_asked() {
    let (home, _) = home();
    let ran = call(home.path(), &["--local", "connect", "linear"], "", &[]).await;
    let said = ran.refused(2);
    for part in ["--client-id", "--key-stdin", "http://", "linear.app"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let ran = call(home.path(), &["--sandbox", "connect", "linear", "--key-stdin"], "x", &[]).await;
    assert!(ran.err.contains("cannot be made or changed from here"), "{}", ran.err);
    assert!(!home.path().join("state/local").exists());
}
