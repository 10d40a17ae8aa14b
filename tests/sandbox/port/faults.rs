//! Faults that act on connections, over HTTP/2.

use axum::http::Method;

use super::peer::{Broken, Peer, Way};
use super::with;
use crate::waiting::soon;

const WAYS: [Way; 2] = [Way::PlainHttp2, Way::TlsHttp2];

#[tokio::test]
async fn a_reset_takes_the_whole_connection() {
    let env = with(&["/api/v1/tools hang", "/api/v1/providers reset"]).await;
    for way in WAYS {
        let peer = Peer::new(&env, way).await;
        let beside = peer.ask(Method::GET, "/api/v1/tools", &[], "");
        let reset = peer.ask(Method::GET, "/api/v1/providers", &[], "");
        let (beside, reset) = soon("the end of the connection", async { tokio::join!(beside, reset) }).await;
        assert!(matches!(reset, Err(Broken::Head(_))), "no answer begins");
        assert!(matches!(beside, Err(Broken::Head(_))), "nor does one beside it");
        assert!(peer.ask(Method::GET, "/style.css", &[], "").await.is_err(), "it is gone");
        let again = Peer::new(&env, way).await;
        assert_eq!(again.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
    }
}

#[tokio::test]
async fn half_an_answer_is_known_for_one_and_the_connection_goes_on() {
    let env = with(&["/style.css truncate"]).await;
    for way in WAYS {
        let peer = Peer::new(&env, way).await;
        for _ in 0..5 {
            assert!(soon("its end", peer.ask(Method::GET, "/style.css", &[], "")).await.is_err());
            assert_eq!(peer.ask(Method::GET, "/api/v1/tools", &[], "").await.expect("an answer").status, 401);
        }
    }
}
