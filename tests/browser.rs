//! A person at a browser without scripts: opens an authorization link, signs in as somebody, decides.

use std::path::{Path, PathBuf};

use reqwest::Client;
use reqwest::header::LOCATION;
use url::Url;

use crate::cli::process::script;
use crate::sandbox::{Answer, attribute, client, send};
use crate::waiting::until;

/// Follows the link to the provider's page and decides there, as `person` or else as whoever is
/// signed in already. Returns what the broker's own callback then answers.
pub async fn decide(http: &Client, link: &str, person: Option<&str>, decision: &str) -> Answer {
    let at = |path: &str| Url::parse(link).unwrap().join(path).unwrap();
    let open = async |url: &str| send(http.get(at(url))).await;
    let page = open(link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let consent = open(&attribute(&page.text, "<a class=\"go\"", "href")).await;
    assert_eq!(consent.status, 200, "{}", consent.text);
    let chosen = person.map(str::to_owned).unwrap_or_else(|| {
        let radio = consent.text.split("<input ").find(|input| input.contains(" checked")).expect("a choice");
        attribute(radio, "", "value")
    });
    let state = attribute(&consent.text, "<input type=\"hidden\" name=\"state\"", "value");
    let form = [("state", state.as_str()), ("person", chosen.as_str()), ("decision", decision)];
    let action = attribute(&consent.text, "<form method=\"post\"", "action");
    let sent = send(http.post(at(&action)).form(&form)).await;
    open(sent.location()).await
}

/// The same, and on to wherever that leads: the last page. Links to another port are followed too,
/// as to an application that waits for the browser to come back.
pub async fn visit(link: &str, person: Option<&str>, decision: &str) -> Answer {
    let http = client();
    let mut answer = decide(&http, link, person, decision).await;
    for _ in 0..5 {
        let Some(next) = answer.headers.get(LOCATION) else { return answer };
        answer = send(http.get(next.to_str().unwrap())).await;
    }
    panic!("redirected in a circle");
}

/// [`visit`] for tests that wait for processes instead of futures.
pub fn visit_blocking(link: &str, person: Option<&str>, decision: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(visit(link, person, decision))
}

/// Sends a form to `action` of the site that `link` leads to, and goes on to wherever that leads.
pub fn post_blocking(link: &str, action: &str, form: &[(&str, &str)]) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (http, action) = (client(), Url::parse(link).unwrap().join(action).unwrap());
        let sent = send(http.post(action.clone()).form(form)).await;
        match sent.headers.get(LOCATION) {
            Some(next) => send(http.get(action.join(next.to_str().unwrap()).unwrap())).await,
            None => sent,
        }
    })
}

/// A program that can be named as `BROWSER`: it notes the page it is told to open.
pub struct Script {
    program: PathBuf,
}

impl Script {
    /// Writes it into `directory`.
    pub fn new(directory: &Path) -> Self {
        let program = directory.join("browser.sh");
        script(&program, "printf '%s\\n' \"$1\" > \"$0.page\"");
        Self { program }
    }

    pub fn program(&self) -> &str {
        self.program.to_str().unwrap()
    }

    /// Waits for the page it was told to open.
    pub fn page(&self) -> String {
        let note = self.program.with_extension("sh.page");
        until("a page in the browser", || Some(std::fs::read_to_string(&note).ok()?.strip_suffix('\n')?.to_owned()))
    }
}
