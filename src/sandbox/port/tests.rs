//! How long a peer may keep a connection, and what is made when.

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_util::sync::DropGuard;

use super::*;

const LONG: Duration = Duration::from_secs(3600);

/// No time at all: whoever waits is sent away at once.
const NONE: Patience =
    Patience { first: Duration::ZERO, pause: Duration::ZERO, idle: Duration::ZERO, leave: Duration::ZERO };

struct Running {
    number: u16,
    #[cfg(feature = "sdk")]
    certificate: Arc<LazyCertificate>,
    stop: DropGuard,
}

impl Running {
    async fn start(patience: Patience, routes: Router) -> Self {
        Self::of(Port { patience, ..Port::open(None).await.unwrap() }, routes)
    }

    fn of(port: Port, routes: Router) -> Self {
        let stop = CancellationToken::new();
        let running = Self {
            number: port.number(),
            #[cfg(feature = "sdk")]
            certificate: port.certificate(),
            stop: stop.clone().drop_guard(),
        };
        tokio::spawn(port.serve(routes, stop));
        running
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.number)).await.unwrap()
    }
}

fn hello() -> Router {
    Router::new().route("/", get(|| async { "hello" })).route("/", post(|body: String| async move { body }))
}

/// What comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut text)).await;
    // A side that closes with words unread resets the connection.
    let _ = read.expect("it stays open");
    String::from_utf8_lossy(&text).into_owned()
}

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/// Beginnings that no request comes out of.
const BEGINNINGS: [&[u8]; 6] =
    [b"", b"G", b"GET / HTTP/1.1\r\nhost: ", b"\x16", b"\x16\x03\x01\x02\x00\x01", b"PRI * HTTP/2.0\r\n\r\nSM"];

/// Nothing, or the complaint of HTTP/1.1 about what TLS begins with, where TLS is not built in.
fn is_no_answer(text: &str) -> bool {
    text.is_empty() || (cfg!(not(feature = "sdk")) && text.starts_with("HTTP/1.1 400"))
}

#[tokio::test]
async fn whoever_says_too_little_is_sent_away() {
    let patience = Patience { idle: LONG, ..NONE };
    let port = Running::start(Patience { first: Duration::from_millis(20), ..patience }, hello()).await;
    for beginning in BEGINNINGS {
        let mut stream = port.connect().await;
        stream.write_all(beginning).await.unwrap();
        let text = rest(&mut stream).await;
        assert!(is_no_answer(&text), "{beginning:?}: {text}");
    }
}

#[tokio::test]
async fn who_is_idle_is_sent_away_after_the_answer() {
    let port = Running::start(Patience { first: LONG, ..NONE }, hello()).await;
    let mut stream = port.connect().await;
    stream.write_all(ASK).await.unwrap();
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("hello"), "{text}");
}

#[tokio::test]
async fn who_is_idle_makes_room_once_all_places_are_taken() {
    let patience = Patience { first: LONG, idle: LONG, leave: LONG, ..NONE };
    let port = Port { patience, at_once: 2, ..Port::open(None).await.unwrap() };
    let port = Running::of(port, hello());
    let mut kept = Vec::new();
    for _ in 0..5 {
        let mut stream = port.connect().await;
        stream.write_all(ASK).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        kept.push(stream);
    }
}

#[tokio::test]
async fn a_body_that_does_not_go_on_is_given_up() {
    let port = Running::start(Patience { pause: Duration::from_millis(20), ..PATIENCE }, hello()).await;
    let mut stream = port.connect().await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
    let text = rest(&mut stream).await;
    assert!(text.starts_with("HTTP/1.1 400"), "{text}");
}

#[tokio::test]
async fn an_answer_under_way_is_waited_for_however_long_it_takes() {
    let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&asked), Arc::clone(&go));
    let slow = get(|| async move {
        tell.notify_one();
        wait.notified().await;
        "late"
    });
    let port = Running::start(Patience { first: LONG, ..NONE }, Router::new().route("/", slow)).await;
    let mut stream = port.connect().await;
    stream.write_all(ASK).await.unwrap();
    asked.notified().await;
    // Stopping hurries nobody either.
    drop(port);
    while TcpStream::connect(stream.peer_addr().unwrap()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go.notify_one();
    assert!(rest(&mut stream).await.ends_with("late"));
}

#[tokio::test]
async fn stopping_ends_whoever_has_asked_nothing() {
    let patient = Patience { first: LONG, idle: LONG, ..NONE };
    let port = Running::start(patient, hello()).await;
    let mut streams = Vec::new();
    for beginning in BEGINNINGS {
        let mut stream = port.connect().await;
        stream.write_all(beginning).await.unwrap();
        streams.push(stream);
    }
    let mut kept = port.connect().await;
    kept.write_all(ASK).await.unwrap();
    let mut answer = [0; 12];
    kept.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    drop(port.stop);
    for mut stream in streams {
        let text = rest(&mut stream).await;
        assert!(is_no_answer(&text), "{text}");
    }
    assert!(rest(&mut kept).await.ends_with("hello"));
}

#[tokio::test]
async fn a_connection_that_is_cut_ends_without_a_word() {
    let cut = get(|request: axum::extract::Request| async move {
        request.extensions().get::<ConnectionHandle>().unwrap().cut();
        std::future::pending::<&str>().await
    });
    let port = Running::start(PATIENCE, Router::new().route("/", cut)).await;
    let mut stream = port.connect().await;
    stream.write_all(ASK).await.unwrap();
    assert_eq!(rest(&mut stream).await, "");
}

#[cfg(feature = "sdk")]
#[tokio::test]
async fn a_certificate_is_made_when_somebody_speaks_tls_and_not_before() {
    let port = Running::start(PATIENCE, hello()).await;
    let mut stream = port.connect().await;
    stream.write_all(ASK).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert!(!port.certificate.is_made());
    let mut stream = port.connect().await;
    stream.write_all(b"\x16 and no handshake at all").await.unwrap();
    rest(&mut stream).await;
    assert!(port.certificate.is_made());
    let first = port.certificate.get().unwrap();
    assert_eq!(port.certificate.get().unwrap().pem(), first.pem(), "it is one and the same");
}

#[cfg(not(feature = "sdk"))]
#[tokio::test]
async fn http_2_is_refused_where_it_is_not_built_in() {
    let port = Running::start(PATIENCE, hello()).await;
    let mut stream = port.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(!rest(&mut stream).await.contains("200"));
}
