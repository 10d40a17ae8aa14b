//! The list of models.

use jackfield::testing::domain::{Fault, FaultKind};
use jackfield::testing::model_api::{ModelClient, ModelInfo};
use serde_json::{Value, json};

use crate::support::ModelReply;
use crate::support::model_server::{KEY, ModelServer};
use crate::waiting::soon;

async fn list(server: &ModelServer) -> Result<Vec<ModelInfo>, Fault> {
    soon("a list", ModelClient::new(server.endpoint()).models()).await
}

fn page(data: &[Value], more: bool) -> ModelReply {
    let last = data.last().map(|row| row["id"].clone());
    ModelReply::json(200, &json!({ "data": data, "has_more": more, "first_id": null, "last_id": last }))
}

#[tokio::test]
async fn all_pages_are_read_and_odd_rows_left_out() {
    let server = ModelServer::start().await;
    server.page(page(
        &[json!({
            "type": "model", "id": "claude-sonnet-5-5", "display_name": "Claude Sonnet 5.5", "lifecycle": "deprecated",
            "max_input_tokens": 1_000_000, "max_tokens": 64_000, "retires_at": "2027-02-01T00:00:00Z",
        })],
        true,
    ));
    server.page(page(
        &[json!({ "id": "" }), json!(7), json!({ "id": "b c/&", "max_tokens": "many", "retires_at": null })],
        false,
    ));
    let models = list(&server).await.unwrap();
    assert_eq!(
        models,
        [
            ModelInfo {
                id: "claude-sonnet-5-5".into(),
                title: "Claude Sonnet 5.5".into(),
                max_input_tokens: Some(1_000_000),
                max_tokens: Some(64_000),
                lifecycle: Some("deprecated".into()),
                retires_at: Some("2027-02-01T00:00:00Z".parse().unwrap()),
            },
            ModelInfo {
                id: "b c/&".into(),
                title: "b c/&".into(),
                max_input_tokens: None,
                max_tokens: None,
                lifecycle: None,
                retires_at: None,
            },
        ]
    );
    let requests = server.requests();
    let asked: Vec<_> = requests.iter().map(|request| (request.target.as_str(), request.header("x-api-key"))).collect();
    assert_eq!(asked, [("/v1/models?limit=1000", KEY), ("/v1/models?limit=1000&after_id=claude-sonnet-5-5", KEY)]);
}

#[tokio::test]
async fn a_list_without_end_is_not_read_forever() {
    let server = ModelServer::start().await;
    let row = |id: &str| json!({ "id": id });
    // In a circle, without a way on, and on and on.
    (0..3).for_each(|_| server.page(page(&[row("a")], true)));
    let circle = list(&server).await.unwrap_err();
    assert!(circle.kind == FaultKind::ModelFailed && circle.message.contains("the end of its list"), "{circle}");
    assert_eq!(server.requests().len(), 2);
    let server = ModelServer::start().await;
    server.page(page(&[], true));
    list(&server).await.unwrap_err();
    let server = ModelServer::start().await;
    (0..100).for_each(|n| server.page(page(&[row(&format!("model-{n}"))], true)));
    list(&server).await.unwrap_err();
    assert_eq!(server.requests().len(), 50);
}

#[tokio::test]
async fn a_list_fails_as_an_answer_does() {
    let server = ModelServer::start().await;
    server.page(ModelReply::error(529, "overloaded_error", "Overloaded").with_header("retry-after-ms", "1"));
    assert_eq!(list(&server).await.unwrap().len(), 2);
    server.page(ModelReply::error(401, "authentication_error", "invalid x-api-key"));
    assert_eq!(list(&server).await.unwrap_err().kind, FaultKind::ModelKeyRefused);
    for other in [ModelReply::other(200, "text/html", "<h1>"), ModelReply::json(200, &json!([]))] {
        server.page(other);
        let fault = list(&server).await.unwrap_err();
        assert!(fault.message.contains("something other than a list of models"), "{fault}");
    }
}
