//! What becomes of connections when a sandbox stops.

use axum::http::Method;
use tokio::net::TcpStream;

use super::super::Env;
use super::peer::{Peer, Way};
use super::with;
use crate::support::h2_client;
use crate::waiting::soon;

#[tokio::test]
async fn an_answer_under_way_is_finished() {
    for way in [Way::PlainHttp2, Way::TlsHttp2] {
        let env = with(&["/style.css slow=200ms"]).await;
        let address = env.sandbox.url().socket_addrs(|| None).unwrap()[0];
        let peer = Peer::new(&env, way).await;
        let slow = tokio::spawn({
            let peer = peer.clone();
            async move { peer.ask(Method::GET, "/style.css", &[], "").await }
        });
        // Streams are taken in turn: the slow one has been, once one behind it is answered.
        tokio::task::yield_now().await;
        assert_eq!(peer.ask(Method::GET, "/api/v1/tools", &[], "").await.expect("an answer").status, 401);
        drop(env);
        assert_eq!(slow.await.unwrap().expect("the answer").status, 200);
        let closed = async { while TcpStream::connect(address).await.is_ok() {} };
        soon("the end of the port", closed).await;
    }
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let env = Env::start().await;
    let (url, root) = (env.sandbox.url().as_str(), env.sandbox.certificate().unwrap());
    let (_plain, one) = h2::client::handshake(h2_client::tcp(url).await).await.unwrap();
    let stream = h2_client::tls(url, &root, &["h2"]).await.unwrap();
    let (_tls, other) = h2::client::handshake(stream).await.unwrap();
    let ends = [tokio::spawn(async move { drop(one.await) }), tokio::spawn(async move { drop(other.await) })];
    drop(env);
    for end in ends {
        soon("the end of the connection", end).await.unwrap();
    }
}

#[tokio::test]
async fn one_that_hangs_is_let_go() {
    for way in [Way::PlainHttp2, Way::TlsHttp2] {
        let env = with(&["/api/v1/tools hang"]).await;
        let peer = Peer::new(&env, way).await;
        let hanging = tokio::spawn({
            let peer = peer.clone();
            async move { peer.ask(Method::GET, "/api/v1/tools", &[], "").await }
        });
        assert_eq!(peer.ask(Method::GET, "/style.css", &[], "").await.expect("an answer").status, 200);
        drop(env);
        let end = soon("its end", hanging).await.unwrap();
        assert!(end.is_err() || end.is_ok_and(|answer| answer.status == 503));
    }
}
