//! `accounts authorize`, with a person at a browser.

use serde_json::{Value, json};
use url::Url;

use super::process::{Ran, Running, Served};
use crate::browser::{Script, decide, post_blocking, visit_blocking};
use crate::sandbox::{attribute, client, send};

/// The command under way, with a browser that notes what it is told to open.
fn begin(served: &Served, arguments: &[&str]) -> (Running, Script) {
    let script = Script::new(served.home.path());
    let mut command = served.command(&[&["accounts", "authorize"], arguments].concat());
    command.env("BROWSER", script.program());
    (Running::start(command), script)
}

#[test]
fn it_opens_the_browser_and_waits_until_the_account_works() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json"]);
    let page = visit_blocking(&script.page(), None, "allow");
    assert!(page.text.contains("Connected linear for ada@acme.dev."), "{}", page.text);
    let ran = served.keeps_the_secret(running.ended());
    assert_eq!((&ran.json()["status"], &ran.json()["connector"]), (&json!("ACTIVE"), &json!("linear")));
    let mut told = ran.json();
    let receipt = told.as_object_mut().unwrap().remove("receipt").expect("a receipt");
    assert_eq!((&receipt["before"]["status"], &receipt["after"]["status"]), (&json!("EXPIRED"), &json!("ACTIVE")));
    assert_eq!((&receipt["outcome"], &receipt["verdict"]), (&json!("proven"), &json!("proven")));
    assert_eq!((&receipt["same_person"], &receipt["person"]["email"]), (&json!("first"), &json!("ada@acme.dev")));
    assert!(receipt["tools"].as_u64().unwrap() > 3, "{receipt}");
    let now = served.account("linear/ada@acme.dev");
    assert_eq!(told["id"], now["id"]);

    let viewer = served.run(&["run", "linear_viewer_get", "--as", "ada@acme.dev", "--json"]).json();
    assert_eq!(viewer["data"]["viewer"]["email"], "ada@acme.dev");
    let input = r#"{"teamId": "nope", "title": "Login is broken"}"#;
    let create = ["run", "linear_issue_create", "--as", "ada@acme.dev", "--json", "--input", input];
    let fault = served.run(&create).refused_json(6, "provider_failed");
    assert!(fault["said"].as_str().unwrap().contains("Team"), "{fault}");
}

#[test]
fn without_json_it_tells_what_happens_as_it_happens() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["--connection", "asana", "--identifier", "zoe@acme.dev"]);
    let link = script.page();
    let page = visit_blocking(&link, Some("ada"), "allow");
    assert!(page.text.contains("Connected asana for zoe@acme.dev."), "{}", page.text);
    let ran = served.keeps_the_secret(running.ended());
    assert!(ran.out.contains("active (API: ACTIVE)") && ran.out.contains("zoe@acme.dev"), "{}", ran.out);
    assert!(ran.out.contains("Authorized as somebody else. Calls for zoe@acme.dev act as "), "{}", ran.out);
    assert_eq!(ran.code, 9, "it is authorized, and something is not as it should be");
    let order = [
        "asana/zoe@acme.dev is to authorize.",
        &link,
        "Opened in your browser.",
        "Consent given.",
        "Identity confirmed.",
    ];
    let places: Vec<_> =
        order.iter().map(|said| ran.err.find(said).unwrap_or_else(|| panic!("{said}: {}", ran.err))).collect();
    assert!(places.is_sorted(), "{}", ran.err);
}

#[test]
fn an_environment_that_does_not_verify_is_followed_too() {
    let served = Served::start(&["--verify", "none"]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json"]);
    let page = visit_blocking(&script.page(), None, "allow");
    assert!(page.text.contains("Linear is connected"), "{}", page.text);
    assert_eq!(running.ended().json()["status"], "ACTIVE");
}

#[test]
fn an_environment_that_verifies_on_its_dashboard_is_followed_too() {
    let served = Served::start(&["--verify", "platform"]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json"]);
    let page = visit_blocking(&script.page(), None, "allow");
    assert!(page.text.contains("Sign in to the dashboard"), "{}", page.text);
    assert_eq!(served.account("linear/ada@acme.dev")["status"], "PENDING_VERIFICATION");
    let request = attribute(&page.text, "<input type=\"hidden\" name=\"request\"", "value");
    let action = attribute(&page.text, "<form method=\"post\"", "action");
    let page = post_blocking(&script.page(), &action, &[("request", &request), ("person", "ada")]);
    assert!(page.text.contains("Linear is connected"), "{}", page.text);
    assert_eq!(running.ended().json()["status"], "ACTIVE");
}

#[test]
fn a_key_that_is_typed_in_on_the_brokers_page_is_followed_too() {
    let served = Served::start(&[]);
    let (running, _) = begin(&served, &["freshdesk/ken@acme.dev", "--no-browser", "--json"]);
    let said = running.wait_err(|text| text.contains("Waiting"));
    assert!(!said.contains("confirms who consented"), "there is nobody to confirm: {said}");
    let link = said.lines().find(|line| line.starts_with("http")).unwrap();
    let page = post_blocking(link, link, &[("domain", "acme.freshdesk.com"), ("api_key", "ken-1234")]);
    assert!(page.text.contains("Freshdesk is connected"), "{}", page.text);
    let ran = running.ended();
    assert_eq!((&ran.json()["status"], &ran.json()["authorization_type"]), (&json!("ACTIVE"), &json!("API_KEY")));
    assert!(!ran.err.contains("ken-1234"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_without_the_right_proof_are_told_once_and_counted() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev"]);
    let landed = decide(&client(), &tokio::task::block_in_place(|| script.page()), None, "allow").await;
    let back: Url = landed.location().parse().unwrap();
    let mut forged = back.clone();
    forged.set_query(Some("state=guess&auth_request_id=x"));
    for _ in 0..50 {
        assert_eq!(send(client().get(forged.clone())).await.status, 403);
    }
    assert_eq!(send(client().get(back)).await.status, 200);
    let ran = tokio::task::block_in_place(|| running.ended());
    assert_eq!((ran.code, ran.err.matches("did not match this link").count()), (0, 2), "{}", ran.err);
    assert!(ran.err.contains("50 callbacks in all did not match this link."), "{}", ran.err);
}

#[test]
fn a_denial_is_4() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json"]);
    visit_blocking(&script.page(), None, "deny");
    let ran = served.keeps_the_secret(running.ended());
    assert_eq!(ran.refused_json(4, "denied")["said"], "The person denied access.");
    assert_eq!(served.account("linear/ada@acme.dev")["status"], "EXPIRED");
}

#[test]
fn without_waiting_it_prints_the_link_and_ends() {
    let served = Served::start(&["--verify", "none"]);
    let ran = served.run(&["accounts", "authorize", "linear/ada@acme.dev", "--no-wait"]);
    assert_eq!(ran.text().lines().count(), 1, "{}", ran.out);
    assert!(ran.err.contains("in the profile (--verify-url)"), "{}", ran.err);
    visit_blocking(ran.text().trim(), None, "allow");
    assert_eq!(served.account("linear/ada@acme.dev")["status"], "ACTIVE");

    let link: Value = served.run(&["accounts", "authorize", "linear/ada@acme.dev", "--no-wait", "--json"]).json();
    assert!(link["link"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{link}");
    assert!(link["expiry"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{link}");
}

#[test]
fn without_a_browser_the_link_is_printed_and_followed() {
    let served = Served::start(&["--verify", "none"]);
    let (running, _) = begin(&served, &["linear/ada@acme.dev", "--no-browser", "--json"]);
    let said = running.wait_err(|text| text.contains("Waiting"));
    let link = said.lines().find(|line| line.starts_with("http")).unwrap();
    assert!(!said.contains("Opened in"), "{said}");
    visit_blocking(link, None, "allow");
    assert_eq!(running.ended().json()["status"], "ACTIVE");
}

#[test]
fn over_ssh_no_browser_is_started() {
    let served = Served::start(&[]);
    let script = Script::new(served.home.path());
    let mut command = served.command(&["accounts", "authorize", "linear/ada@acme.dev"]);
    command.env("BROWSER", script.program()).env("SSH_TTY", "/dev/pts/0");
    let running = Running::start(command);
    let said = running.wait_err(|text| text.contains("Waiting"));
    assert!(!said.contains("Opened in"), "{said}");
    assert!(said.contains("the browser returns here to confirm who signed in."), "{said}");
}

#[test]
fn nobody_finishing_in_time_is_8() {
    let served = Served::start(&[]);
    let arguments = ["accounts", "authorize", "linear/ada@acme.dev", "--no-browser", "--timeout", "1s"];
    let said = served.run(&arguments);
    assert!(said.refused(8).contains("linear/ada@acme.dev was not authorized in time."), "{}", said.err);
    assert!(said.err.contains("Timed out: linear/ada@acme.dev was"), "{}", said.err);
    let short = ["accounts", "authorize", "linear/ada@acme.dev", "--no-browser", "--timeout", "1ms", "--json"];
    served.run(&short).refused_json(8, "unfinished");
}

#[test]
fn what_cannot_be_authorized_is_refused() {
    let served = Served::start(&[]);
    for account in ["Linear/ada@acme.dev", "ca_1"] {
        served.run(&["accounts", "authorize", account, "--json"]).refused_json(5, "not_found");
    }
    for wrong in [
        &["linear"][..],
        &[],
        &["--connection", "linear"],
        &["ca_1", "--timeout", "soon"],
        &["ca_1", "--identifier", "x"],
    ] {
        served.run(&[&["accounts", "authorize"], wrong].concat()).refused(2);
    }
}

/// Runs a command that waits for a consent, and has this person consent.
fn by_link(served: &Served, arguments: &[&str], person: &str) -> Ran {
    let running = Running::start(served.command(&[arguments, &["--no-browser"]].concat()));
    let said = running.wait_err(|text| text.contains("Waiting for consent"));
    visit_blocking(said.lines().find(|line| line.starts_with("http")).unwrap(), Some(person), "allow");
    running.ended()
}

#[test]
fn the_receipt_tells_who_it_is_now_and_offers_the_call_that_failed() {
    let served = Served::start(&[]);
    let call = ["run", "linear_viewer_get", "--as", "ada@acme.dev", "--connection", "linear", "--anyway", "--json"];
    assert_ne!(served.run(&call).code, 0, "it has expired");
    let authorize = |person: &str| {
        let ran = by_link(&served, &["accounts", "authorize", "linear/ada@acme.dev", "--json"], person);
        let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
        (ran.code, told["receipt"].clone())
    };
    let (code, first) = authorize("ada");
    assert_eq!((code, &first["failed_call"]["name"]), (0, &json!("linear_viewer_get")), "{first}");
    let (code, second) = authorize("grace");
    assert_eq!((code, &second["outcome"]), (9, &json!("somebody_else")), "{second}");
    assert_eq!(
        (&second["same_person"], &second["person_before"]["email"]),
        (&json!("another"), &json!("ada@acme.dev"))
    );
    let (code, third) = authorize("ada");
    assert_eq!((code, &third["same_person"], &third["is_clean"]), (0, &json!("another"), &json!(true)), "{third}");

    let kept = served.run(&["accounts", "receipts", "linear/ada@acme.dev", "--json"]).json();
    let outcomes: Vec<_> = kept["receipts"].as_array().unwrap().iter().map(|one| one["outcome"].clone()).collect();
    assert_eq!(outcomes, ["proven", "somebody_else", "proven"]);
    let table = served.run(&["accounts", "receipts"]);
    assert_eq!(table.text().lines().count(), 4, "{}", table.out);
    assert!(table.out.contains("expired → active · first proof of who it is · "), "{}", table.out);
    let other = served.run(&["accounts", "receipts", "asana/ada@acme.dev", "--json"]).json();
    assert_eq!(other["receipts"].as_array().map(Vec::len), Some(0));
}

#[test]
fn without_recording_nothing_of_it_is_kept() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json", "--no-record"]);
    visit_blocking(&script.page(), None, "allow");
    assert_eq!(running.ended().json()["receipt"]["outcome"], "proven");
    assert_eq!(served.run(&["accounts", "receipts", "--json"]).json()["receipts"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_denial_has_a_receipt_too() {
    let served = Served::start(&[]);
    let (running, script) = begin(&served, &["linear/ada@acme.dev", "--json"]);
    visit_blocking(&script.page(), None, "deny");
    running.ended().refused_json(4, "denied");
    let kept = served.run(&["accounts", "receipts", "--json"]).json();
    assert_eq!(kept["receipts"][0]["outcome"], "not_authorized", "{kept}");
    assert_eq!(kept["receipts"][0]["after"]["status"], "EXPIRED", "{kept}");
}

#[test]
fn verification_is_rehearsed_on_an_account_that_is_gone_afterwards() {
    let served = Served::start(&[]);
    let ran = served.keeps_the_secret(by_link(&served, &["accounts", "rehearse", "linear"], "ada"));
    let text = ran.text();
    assert_eq!(text.lines().filter(|line| line.starts_with("✓ ")).count(), 8, "{text}");
    for words in ["wrong identifier refused", "403 · ", "used request refused", "404 · ", "refuses everybody else."] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(ran.err.contains("is made for this, and deleted at the end."), "{}", ran.err);
    let left = served.run(&["accounts", "list", "--connection", "linear"]);
    assert!(!left.text().contains("jackfield-rehearsal"), "{}", left.out);

    let told = by_link(&served, &["accounts", "rehearse", "linear", "--json"], "ada").json();
    assert_eq!((&told["passed"], &told["account"]), (&json!(true), &json!("deleted")), "{told}");
    assert_eq!(told["checks"].as_array().map(Vec::len), Some(8));
}

#[test]
fn an_interrupted_rehearsal_leaves_no_account_behind() {
    let served = Served::start(&[]);
    let running = Running::start(served.command(&["accounts", "rehearse", "linear", "--no-browser"]));
    running.wait_err(|text| text.contains("Waiting for consent"));
    running.signal("INT");
    assert_eq!(running.ended().code, 130);
    let left = served.run(&["accounts", "list", "--connection", "linear"]);
    assert!(!left.text().contains("jackfield-rehearsal"), "{}", left.out);
}

#[test]
fn what_does_not_verify_is_not_rehearsed() {
    let served = Served::start(&["--verify", "none"]);
    served.run(&["accounts", "rehearse", "freshdesk", "--json"]).refused_json(1, "not_offered");
    let ran = by_link(&served, &["accounts", "rehearse", "linear"], "ada");
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("This environment does not verify users"), "{}", ran.out);
}
