//! Consent by a code that is typed elsewhere.

use jackfield::testing::domain::FaultKind;
use jackfield::testing::oauth::{DeviceFlow, DeviceRequest, OAuthApp, OAuthHttp, Quirks};
use serde_json::json;

use crate::support::oauth_server::{OAuthServer, Reply};
use crate::waiting::soon;

fn request(server: &OAuthServer) -> DeviceRequest {
    DeviceRequest {
        endpoints: server.endpoints(),
        app: OAuthApp { client_id: "app".to_owned(), client_secret: None },
        scopes: vec!["repo".to_owned(), "gist".to_owned()],
        quirks: Quirks::default(),
    }
}

#[tokio::test]
async fn a_code_that_is_typed_becomes_a_grant() {
    let server = OAuthServer::start().await;
    server.answer("/token", Reply::error(400, "authorization_pending", ""));
    // As GitHub says it.
    server.answer("/token", Reply::error(200, "authorization_pending", ""));
    let mut flow = DeviceFlow::begin(request(&server), OAuthHttp::default()).await.unwrap();
    assert_eq!(flow.user_code().raw(), "WDJB-MJHT");
    assert_eq!(flow.page(), &server.url("/activate"));
    assert!(flow.page_with_code().is_none());
    let grant = soon("a grant", flow.next()).await.unwrap();
    assert_eq!((grant.access.expose(), grant.terms.asked.len()), ("access-1", 2));
    let asked = &server.received("/device")[0];
    assert_eq!(asked.field("scope").as_deref(), Some("repo gist"));
    assert_eq!(server.received("/token").len(), 3);
}

#[tokio::test]
async fn what_cannot_begin_is_told() {
    let server = OAuthServer::start().await;
    let mut without = request(&server);
    without.endpoints.device = None;
    let fault = DeviceFlow::begin(without, OAuthHttp::default()).await.err().unwrap();
    assert_eq!(fault.kind, FaultKind::NotOffered);
    server.answer("/device", Reply::error(400, "unauthorized_client", "device flow is off"));
    let fault = DeviceFlow::begin(request(&server), OAuthHttp::default()).await.err().unwrap();
    assert!(fault.kind == FaultKind::KeyRefused && fault.to_string().contains("device flow is off"), "{fault}");
    let page =
        json!({ "device_code": "d", "user_code": "U", "verification_uri": "javascript:alert(1)", "expires_in": 9 });
    server.answer("/device", Reply::json(200, &page));
    let fault = DeviceFlow::begin(request(&server), OAuthHttp::default()).await.err().unwrap();
    assert!(fault.message.contains("must start with https"), "{fault}");
}
