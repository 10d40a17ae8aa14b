//! What must never show a credential.

use jackfield::testing::domain::{AccountRef, Credentials, Secret};

use super::server::{Reply, Server};

#[tokio::test]
async fn an_answer_that_cannot_be_read_gives_nothing_away() {
    let server = Server::start(|_, _| Reply::json(200, "access_token=hunter2")).await;
    let fault = server.client().connections(None).await.expect_err("no token in that");
    assert!(!format!("{fault:?}{fault}").contains("hunter2"), "{fault:?}");
}

#[tokio::test]
async fn whoever_repeats_a_secret_is_not_repeated() {
    let refuse = |said: &str| Reply::json(400, &format!(r#"{{"code":3,"message":"what is {said}?"}}"#));
    let server = Server::with_tokens(move |seen, _| match seen.method.as_str() {
        "PUT" => refuse("hunter2"),
        _ => refuse(seen.header("authorization").unwrap_or_default()),
    })
    .await;
    let client = server.client();
    let credentials = Credentials::from_iter([("api_key".to_owned(), Secret::new("hunter2".into()))]);
    let fault = client.update_account(&AccountRef::Id("ca_1".into()), &credentials).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "what is …?");
    let fault = client.account(&AccountRef::Id("ca_1".into())).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "what is Bearer …?");

    let said = r#"{"error":"invalid_client","error_description":"not the secret: sks_hunter2 &="}"#;
    let server = Server::start(move |_, _| Reply::json(401, said)).await;
    let fault = server.client().account(&AccountRef::Id("ca_1".into())).await.expect_err("refused");
    assert_eq!(fault.said.expect("words").raw(), "not the secret: …");
}
