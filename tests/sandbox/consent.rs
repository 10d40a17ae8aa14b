//! From a link through the pages to an account that works, as a browser without scripts walks it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Env, attribute, query, send};

const APP: &str = "http://127.0.0.1:7777/verify?tenant=a";

fn moment(account: &Value, field: &str) -> Timestamp {
    account[field].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_verification_consent_is_enough() {
    let env = Env::without_verification().await;
    let before = env.account("linear", "ada@acme.dev").await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let landed = env.decide(&link, None, "allow").await;

    let done = env.open(landed.location()).await;
    assert_eq!(done.status, 200);
    assert!(done.text.contains("Linear is connected"), "{}", done.text);
    assert!(done.text.contains("Calls for ada@acme.dev on linear now act as Ada Marlow"), "{}", done.text);

    let after = env.account("linear", "ada@acme.dev").await;
    assert_eq!((&after["status"], &after["id"]), (&json!("ACTIVE"), &before["id"]));
    assert!(moment(&after, "token_expires_at") > Timestamp::now());
    assert!(moment(&after, "updated_at") > moment(&before, "updated_at"));
}

#[tokio::test]
async fn a_used_link_is_used() {
    let env = Env::without_verification().await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let other = env.link("linear", "ada@acme.dev", json!({})).await;
    env.decide(&link, None, "allow").await;
    let page = env.open(&link).await;
    assert_eq!(page.status, 410);
    assert!(page.text.contains("This link has been used"), "{}", page.text);
    assert_eq!(env.open(&other).await.status, 200, "another link goes on working");
    assert_eq!(env.open("/magicLink/00000000-0000-4000-8000-000000000000_o").await.status, 404);
}

#[tokio::test]
async fn custom_verification_waits_for_the_application() {
    let env = Env::start().await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP, "state": "r4nd&m"})).await;
    let landed = env.decide(&link, None, "allow").await;
    let back = landed.location();
    assert!(back.starts_with("http://127.0.0.1:7777/verify?"), "{back}");
    assert_eq!((query(back, "tenant"), query(back, "state")), (Some("a".into()), Some("r4nd&m".into())));
    let request = query(back, "auth_request_id").expect("a request");
    assert_eq!(env.account("linear", "ada@acme.dev").await["status"], "PENDING_VERIFICATION");
    let done_url = format!("{link}/done");
    assert_eq!(env.open(&done_url).await.status, 404, "not done yet");

    let verify = async |identifier: &str| {
        let body = json!({"auth_request_id": request, "identifier": identifier});
        env.post("connected_accounts/user/verify", body).await
    };
    verify("grace@acme.dev").await.refused(403, 7, "PERMISSION_DENIED");
    assert_eq!(env.account("linear", "ada@acme.dev").await["status"], "PENDING_VERIFICATION");

    let answer = verify("ada@acme.dev").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"post_user_verify_redirect_url": done_url})));
    let account = env.account("linear", "ada@acme.dev").await;
    assert_eq!(account["status"], "ACTIVE");
    assert!(moment(&account, "token_expires_at") > Timestamp::now());
    assert!(env.open(&done_url).await.text.contains("Linear is connected"));

    verify("ada@acme.dev").await.refused(404, 5, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn a_newer_consent_voids_the_one_that_waits() {
    let env = Env::start().await;
    let mut requests = Vec::new();
    for person in ["grace", "ada"] {
        let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP})).await;
        let landed = env.decide(&link, Some(person), "allow").await;
        assert_eq!(query(landed.location(), "state"), None);
        requests.push(query(landed.location(), "auth_request_id").unwrap());
    }
    let verify = async |id: &str| {
        env.post("connected_accounts/user/verify", json!({"auth_request_id": id, "identifier": "ada@acme.dev"})).await
    };
    verify(&requests[0]).await.refused(404, 5, "RESOURCE_NOT_FOUND");
    assert_eq!(verify(&requests[1]).await.status, 200);
    assert_eq!(env.run("linear_viewer_get", "ada@acme.dev", json!({})).await["viewer"]["email"], "ada@acme.dev");
}

#[tokio::test]
async fn custom_verification_without_an_address_fails_and_says_so() {
    let env = Env::start().await;
    let before = env.account("linear", "ada@acme.dev").await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let page = env.decide(&link, None, "allow").await;
    assert_eq!(page.status, 400);
    assert!(page.text.contains("failed_to_exchange"), "{}", page.text);
    assert!(page.text.contains("user_verify_url not configured for verification redirect"), "{}", page.text);
    assert_eq!(env.account("linear", "ada@acme.dev").await, before);
}

#[tokio::test]
async fn a_denial_reaches_the_application_or_the_person() {
    for env in [Env::start().await, Env::without_verification().await] {
        let before = env.account("linear", "ada@acme.dev").await;
        let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": APP, "state": "s1"})).await;
        let landed = env.decide(&link, None, "deny").await;
        let back = landed.location();
        assert_eq!((query(back, "error"), query(back, "state")), (Some("access_denied".into()), Some("s1".into())));
        assert!(query(back, "error_description").is_some() && query(back, "auth_request_id").is_none());

        let link = env.link("linear", "ada@acme.dev", json!({})).await;
        let page = env.decide(&link, None, "deny").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Access was denied"), "{}", page.text);
        assert_eq!(env.account("linear", "ada@acme.dev").await, before);
        assert_eq!(env.open(&link).await.status, 200, "the person may think again");
    }
}

#[tokio::test]
async fn the_wrong_person_can_sign_in_and_then_acts() {
    let env = Env::without_verification().await;
    env.connect("linear", "ada@acme.dev", "grace").await;
    let viewer = env.run("linear_viewer_get", "ada@acme.dev", json!({})).await;
    assert_eq!(viewer["viewer"]["email"], "grace@acme.dev");
}

#[tokio::test]
async fn somebody_unknown_at_the_provider_must_choose() {
    let env = Env::without_verification().await;
    let body = json!({"connector": "linear", "identifier": "zoe@acme.dev", "connected_account": {}});
    env.post("connected_accounts", body).await;
    let link = env.link("linear", "zoe@acme.dev", json!({})).await;
    let page = env.open(&link).await;
    let consent_url = attribute(&page.text, "<a class=\"go\"", "href");
    let consent = env.open(&consent_url).await;
    assert!(!consent.text.contains(" checked"), "{}", consent.text);
    let state = attribute(&consent.text, "name=\"state\"", "value");
    let action = attribute(&consent.text, "<form method=\"post\"", "action");
    for form in [vec![("decision", "allow")], vec![("decision", "allow"), ("person", "zoe")], vec![("person", "ada")]] {
        let form: Vec<_> = [("state", state.as_str())].into_iter().chain(form).collect();
        assert_eq!(send(env.http.post(env.at(&action)).form(&form)).await.status, 400);
    }
    assert_eq!(env.account("linear", "zoe@acme.dev").await["status"], "PENDING_AUTH");
}

#[tokio::test]
async fn the_way_back_cannot_be_forged() {
    let env = Env::without_verification().await;
    let before = env.account("linear", "ada@acme.dev").await;
    let link = env.link("linear", "ada@acme.dev", json!({})).await;
    let page = env.open(&link).await;
    let consent_url = env.at(&attribute(&page.text, "<a class=\"go\"", "href"));
    let state = query(&consent_url, "state").unwrap();
    let callback = |connection: &Value, state: &str, code: &str| {
        format!("/sso/v1/oauth/{}/callback?state={state}&code={code}", connection.as_str().unwrap())
    };
    let here = &before["connection_id"];
    assert_eq!(env.open(&callback(here, &state, "guess")).await.status, 404, "nobody consented");
    assert_eq!(env.open(&callback(here, "guess", "guess")).await.status, 404);
    assert_eq!(env.open(&consent_url.replace("linear", "asana")).await.status, 404, "another provider");

    let form = [("state", state.as_str()), ("person", "ada"), ("decision", "allow")];
    let sent = send(env.http.post(env.at("/provider/linear/authorize")).form(&form)).await;
    let code = query(sent.location(), "code").unwrap();
    assert_eq!(env.open(&callback(here, &state, "guess")).await.status, 404, "a wrong code");
    let elsewhere = env.account("asana", "ada@acme.dev").await["connection_id"].clone();
    assert_eq!(env.open(&callback(&elsewhere, &state, &code)).await.status, 404, "another connection");
    assert_eq!(env.account("linear", "ada@acme.dev").await, before);
    assert_eq!(env.open(sent.location()).await.status, 302);
    assert_eq!(env.open(sent.location()).await.status, 410, "a code works once");
}

#[tokio::test]
async fn pages_say_for_whom_and_escape_what_they_say() {
    let env = Env::start().await;
    let hostile = "<script>alert('x')</script>\"&";
    let body = json!({"connector": "linear", "identifier": hostile, "connected_account": {}});
    assert_eq!(env.post("connected_accounts", body).await.status, 201);
    let link = env.link("linear", hostile, json!({})).await;
    let page = env.open(&link).await;
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert!(page.text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;"), "{}", page.text);

    let page = env.open(&env.link("linear", "ada@acme.dev", json!({})).await).await;
    for said in ["ada@acme.dev", "Linear", env.sandbox.url().as_str()] {
        assert!(page.text.contains(said), "{said}");
    }
}

#[tokio::test]
async fn pages_keep_to_themselves() {
    let env = Env::start().await;
    let link = env.link("linear", "ada@acme.dev", json!({"user_verify_url": "https://app.example:8443/v"})).await;
    let page = env.open(&link).await;
    let consent = env.open(&attribute(&page.text, "<a class=\"go\"", "href")).await;
    let gone = env.open("/magicLink/nothing_o").await;
    let landed = env.decide(&link, None, "allow").await;
    for answer in [&page, &consent, &gone, &landed] {
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    for answer in [&page, &consent, &gone] {
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        let policy = answer.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    }
    let policy = consent.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://app.example:8443;"), "the way back must be open: {policy}");
    let style = env.open("/style.css").await;
    assert_eq!((style.status, style.headers["content-type"].as_bytes()), (200, &b"text/css; charset=utf-8"[..]));
    assert!(style.text.contains("prefers-color-scheme: dark"));
}
