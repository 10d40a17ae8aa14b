//! A key that the provider refuses, and one that it takes again.

use jackfield::testing::backend::local::ConnectionAuth;
use jackfield::testing::domain::Status;
use serde_json::Value;

use super::environment::Own;

/// Linear's own answer to a key that it does not take; and that of something on the way.
const REFUSED: (u16, &str) =
    (401, r#"{"errors":[{"message":"bad key","extensions":{"code":"AUTHENTICATION_ERROR"}}]}"#);
const ON_THE_WAY: (u16, &str) = (401, "<html>Sign in to the proxy</html>");

async fn standing(own: &Own) -> (Status, Option<String>) {
    let account = own.account("linear").await;
    let raw: Value = serde_json::from_slice(account.raw.bytes()).unwrap();
    (account.status, raw["reason"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn an_account_whose_key_is_refused_is_not_called_active_until_it_works_again() {
    let own = Own::new().await;
    own.key("linear", ConnectionAuth::ApiKey, "lin_api_hunter2").await.unwrap();
    own.provider.answers().good = vec!["lin_api_hunter3".into()];
    own.provider.answers().refusal = ON_THE_WAY;
    assert_eq!(own.get("linear", "/graphql").await.unwrap().status, 401);
    assert_eq!(standing(&own).await, (Status::Active, None), "the provider did not say so");

    own.provider.answers().refusal = REFUSED;
    assert_eq!(own.get("linear", "/graphql").await.unwrap().status, 401, "the answer is the provider's");
    let (status, reason) = standing(&own).await;
    assert_eq!(status, Status::KeyRefused);
    assert!(reason.unwrap().contains("Replace it"));
    assert!(!String::from_utf8_lossy(&own.files()).contains("hunter"));

    // It may be good again, which only a request tells.
    own.provider.answers().good.clear();
    assert_eq!(own.get("linear", "/graphql").await.unwrap().status, 200);
    assert_eq!(standing(&own).await, (Status::Active, None));
}

#[tokio::test]
async fn a_new_key_takes_the_place_of_a_refused_one() {
    let own = Own::new().await;
    let account = own.key("linear", ConnectionAuth::ApiKey, "lin_api_hunter2").await.unwrap();
    own.provider.answers().good = vec!["lin_api_hunter3".into()];
    own.provider.answers().refusal = REFUSED;
    own.get("linear", "/graphql").await.unwrap();
    assert_eq!(standing(&own).await.0, Status::KeyRefused);
    let again = own.key("linear", ConnectionAuth::ApiKey, "lin_api_hunter3").await.unwrap();
    assert_eq!((again.id, again.status), (account.id, Status::Active));
    assert_eq!(own.get("linear", "/graphql").await.unwrap().status, 200);
    assert_eq!(standing(&own).await, (Status::Active, None));
}
