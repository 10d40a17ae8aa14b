//! Links for connections that want a key instead of consent, and the dashboard's own verification.

use jackfield::testing::sandbox::{Options, VerifyMode};
use serde_json::json;

use super::{Answer, Env, attribute, send};

const KEN: &str = "ken@acme.dev";

async fn fill_in(env: &Env, link: &str, form: &[(&str, &str)]) -> Answer {
    let page = env.open(link).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let action = attribute(&page.text, "<form method=\"post\"", "action");
    send(env.http.post(env.at(&action)).form(form)).await
}

#[tokio::test]
async fn a_key_is_asked_for_and_makes_the_account_work() {
    for verify in [VerifyMode::None, VerifyMode::Custom, VerifyMode::Platform] {
        let env = Env::with(Options { verify, ..Options::default() }).await;
        let link = env.link("freshdesk", KEN, json!({"user_verify_url": "https://app.example/verify"})).await;
        let page = env.open(&link).await.text;
        for said in
            ["Connect Freshdesk", KEN, "name=\"domain\"", "type=\"password\"", "name=\"api_key\"", "such as ada-1234"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let sent = fill_in(&env, &link, &[("domain", "acme.freshdesk.com"), ("api_key", "ken-secret")]).await;
        let done = env.open(sent.location()).await;
        assert!(done.text.contains("Freshdesk is connected") && !done.text.contains("secret"), "{}", done.text);
        let account = env.account("freshdesk", KEN).await;
        assert_eq!(account["status"], "ACTIVE", "never verified: that is for OAuth only");
        assert_eq!(env.execute("freshdesk_tickets_list", "freshdesk", KEN, json!({})).await.status, 200);
        assert_eq!(env.open(&link).await.status, 410, "a link works once");
    }
}

#[tokio::test]
async fn a_form_must_be_complete_and_fits_its_link_only() {
    let env = Env::start().await;
    let link = env.link("freshdesk", KEN, json!({})).await;
    let answer = fill_in(&env, &link, &[("domain", "acme.freshdesk.com"), ("api_key", "  ")]).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("API key is missing"), "{}", answer.text);
    assert_eq!(env.account("freshdesk", KEN).await["status"], "PENDING_AUTH");
    assert_eq!(env.open(&link).await.status, 200, "it may be tried again");

    let consent = env.link("linear", "linus@acme.dev", json!({})).await;
    let answer = send(env.http.post(&consent).form(&[("api_key", "linus-1")])).await;
    assert_eq!(answer.status, 404, "consent cannot be typed in");
    assert_eq!(env.account("linear", "linus@acme.dev").await["status"], "PENDING_AUTH");
}

#[tokio::test]
async fn a_token_is_asked_for_where_the_provider_wants_one() {
    let env = Env::start().await;
    let body = json!({"connector": "warehouse", "identifier": "dennis@acme.dev", "connected_account": {}});
    assert_eq!(
        env.post("connected_accounts", body).await.json()["connected_account"]["authorization_type"],
        "BEARER_TOKEN"
    );
    let link = env.link("warehouse", "dennis@acme.dev", json!({})).await;
    fill_in(&env, &link, &[("token", "dennis-1")]).await.location();
    let answer = env.execute("c-warehouse_orders_count", "warehouse", "dennis@acme.dev", json!({})).await;
    assert_eq!(answer.json()["data"]["structuredContent"]["rows"], 1000);
}

#[tokio::test]
async fn the_dashboard_verifies_and_finishes() {
    let env = Env::with(Options { verify: VerifyMode::Platform, ..Options::default() }).await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": "https://app.example/verify"})).await;
    let landed = env.decide(&link, None, "allow").await;
    assert!(landed.location().contains("/dashboard/sign-in?request="), "{}", landed.location());
    assert_eq!(env.account("linear", "ada@acme.dev").await["status"], "PENDING_VERIFICATION");

    let page = env.open(landed.location()).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Sign in to the dashboard") && page.text.contains("ada@acme.dev"), "{}", page.text);
    let request = attribute(&page.text, "<input type=\"hidden\" name=\"request\"", "value");
    let action = attribute(&page.text, "<form method=\"post\"", "action");
    let sign_in = async |form: &[(&str, &str)]| send(env.http.post(env.at(&action)).form(form)).await;
    assert_eq!(sign_in(&[("request", &request)]).await.status, 400, "nobody signed in");
    assert_eq!(sign_in(&[("request", "guess"), ("person", "ada")]).await.status, 404);
    let done = sign_in(&[("request", &request), ("person", "grace")]).await;
    assert!(env.open(done.location()).await.text.contains("Linear is connected"));
    assert_eq!(env.account("linear", "ada@acme.dev").await["status"], "ACTIVE");
    assert_eq!(env.open(landed.location()).await.status, 404, "it is over");
}

#[tokio::test]
async fn only_the_dashboards_own_mode_has_a_sign_in() {
    let env = Env::start().await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": "https://app.example/verify"})).await;
    let landed = env.decide(&link, None, "allow").await;
    let request = super::query(landed.location(), "auth_request_id").unwrap();
    assert_eq!(env.open(&format!("/dashboard/sign-in?request={request}")).await.status, 404);
    let form = [("request", request.as_str()), ("person", "ada")];
    assert_eq!(send(env.http.post(env.at("/dashboard/sign-in")).form(&form)).await.status, 404);
    assert_eq!(env.account("linear", "ada@acme.dev").await["status"], "PENDING_VERIFICATION");
}
