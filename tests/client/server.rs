//! A server that says what a test wants it to say, byte by byte where need be.

use std::sync::{Arc, Mutex};

use jackfield::testing::backend::scalekit::{Client, Limits};
use jackfield::testing::domain::{Environment, EnvironmentUrl, Secret};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig, pki_types::PrivatePkcs8KeyDer};

/// One request as it came.
#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query, as sent.
    pub target: String,
    /// Every header line, lower case names.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn is_token_request(&self) -> bool {
        self.target == "/oauth/token"
    }
}

/// What to send, and what to do with the connection then.
pub struct Reply {
    bytes: Vec<u8>,
    gate: Option<Arc<Semaphore>>,
    flood: Option<Flood>,
    end: End,
}

/// A body too large to be held.
struct Flood {
    part: Vec<u8>,
    times: usize,
    last: Vec<u8>,
    /// One permit is taken halfway.
    halfway: Arc<Semaphore>,
}

#[derive(Clone, Copy)]
enum End {
    Close,
    Reset,
    Hang,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, body: &str) -> Self {
        Self::with(status, "content-type: application/json\r\n", body)
    }

    /// An answer with header lines of its own, each ending in CR LF.
    pub fn with(status: u16, headers: &str, body: &str) -> Self {
        Self::raw(format!(
            "HTTP/1.1 {status} Whatever\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        ))
    }

    /// Exactly these bytes, then the end of the connection.
    pub fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { bytes: bytes.as_ref().to_vec(), gate: None, flood: None, end: End::Close }
    }

    /// The usual token answer.
    pub fn token(text: &str) -> Self {
        Self::json(200, &format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":86399}}"#))
    }

    /// Takes a permit of `gate` before anything is sent.
    pub fn behind(self, gate: &Arc<Semaphore>) -> Self {
        Self { gate: Some(Arc::clone(gate)), ..self }
    }

    /// Sends `part` so many times after the bytes, and `last` after that. Halfway it takes a permit of
    /// `halfway`.
    pub fn flood(self, part: &str, times: usize, last: &str, halfway: &Arc<Semaphore>) -> Self {
        let halfway = Arc::clone(halfway);
        Self { flood: Some(Flood { part: part.into(), times, last: last.into(), halfway }), ..self }
    }

    /// Resets the connection after the bytes.
    pub fn then_reset(self) -> Self {
        Self { end: End::Reset, ..self }
    }

    /// Keeps the connection open after the bytes and says nothing more.
    pub fn then_hang(self) -> Self {
        Self { end: End::Hang, ..self }
    }
}

/// A running server; gone when dropped.
pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts one that gives every request to `answer`, with how many came to the same path before.
    pub async fn start(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(answer);
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), Arc::clone(&log)));
            }
        });
        Self { url, seen, task }
    }

    /// The same, with every token request answered by `token-1`, `token-2` and so on.
    pub async fn with_tokens(answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |seen, before| match seen.is_token_request() {
            true => Reply::token(&format!("token-{}", before + 1)),
            false => answer(seen, before),
        })
        .await
    }

    /// Everything that came, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("the log").clone()
    }

    /// Everything but the token requests.
    pub fn calls(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| !seen.is_token_request()).collect()
    }

    pub fn token_requests(&self) -> usize {
        self.seen().len() - self.calls().len()
    }

    pub fn client(&self) -> Client {
        self.client_with(limits())
    }

    pub fn client_with(&self, limits: Limits) -> Client {
        Client::with_limits(environment(&self.url), limits)
    }
}

/// The usual limits, but without pauses that a test would have to sit through.
pub fn limits() -> Limits {
    Limits { first_pause: std::time::Duration::from_millis(1), ..Limits::default() }
}

pub fn environment(url: &str) -> Environment {
    Environment {
        url: EnvironmentUrl::parse(url).expect("a URL"),
        client_id: "skc_1".into(),
        client_secret: Secret::new("sks_hunter2 &=".into()),
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: Arc<impl Fn(&Seen, usize) -> Reply>,
    log: Arc<Mutex<Vec<Seen>>>,
) -> Option<()> {
    let seen = read(&mut stream).await?;
    let reply = {
        let mut log = log.lock().expect("the log");
        let path = |seen: &Seen| seen.target.split('?').next().unwrap_or_default().to_owned();
        let before = log.iter().filter(|earlier| path(earlier) == path(&seen)).count();
        log.push(seen.clone());
        answer(&seen, before)
    };
    if let Some(gate) = reply.gate {
        gate.acquire().await.ok()?.forget();
    }
    stream.write_all(&reply.bytes).await.ok()?;
    if let Some(Flood { part, times, last, halfway }) = reply.flood {
        for time in 0..times {
            if time == times / 2 {
                halfway.acquire().await.ok()?.forget();
            }
            stream.write_all(&part).await.ok()?;
        }
        stream.write_all(&last).await.ok()?;
    }
    stream.flush().await.ok()?;
    match reply.end {
        End::Close => stream.shutdown().await.ok()?,
        End::Reset => stream.set_zero_linger().ok()?,
        End::Hang => std::future::pending().await,
    }
    Some(())
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await.ok()?;
        match line.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut seen = Seen { method, target, headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await.ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}

/// Speaks TLS with a certificate that nobody else has signed.
pub fn tls_acceptor(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key.into()).unwrap();
    TlsAcceptor::from(Arc::new(config))
}
