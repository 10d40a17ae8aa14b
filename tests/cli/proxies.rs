//! What stands between here and an environment: proxies, and certificates that are not trusted.
//!
//! The environment is called `acme.test`, which no name server knows: only the proxy can reach it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::process::{Ran, against, jackfield, run};
use crate::client::server::{Reply, Server, tls_acceptor};

const NO_ACCOUNTS: &str = r#"{"connected_accounts":[],"total_size":0}"#;

/// A proxy that keeps what it is asked.
struct Proxy {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// `serve` answers one connection, and says what was asked there.
    async fn start<F>(serve: impl Fn(TcpStream, Arc<Mutex<Vec<String>>>) -> F + Send + 'static) -> Self
    where
        F: Future<Output = Option<()>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log)));
            }
        });
        Self { address, asked }
    }

    /// An HTTP proxy that answers with `status` and, where that is good, leads to `target`.
    async fn http(status: &'static str, target: Option<SocketAddr>) -> Self {
        Self::start(move |mut stream, log| async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            log.lock().unwrap().push(String::from_utf8(head).unwrap());
            stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await.ok()?;
            copy_bidirectional(&mut stream, &mut TcpStream::connect(target?).await.ok()?).await.ok().map(drop)
        })
        .await
    }

    /// A SOCKS 5 proxy that leads to `target` whatever it is asked for (RFC 1928).
    async fn socks(target: SocketAddr) -> Self {
        Self::start(move |mut stream, log| async move {
            let mut greeting = vec![0; 2];
            stream.read_exact(&mut greeting).await.ok()?;
            stream.read_exact(&mut vec![0; greeting[1].into()]).await.ok()?;
            stream.write_all(&[5, 0]).await.ok()?;
            let mut head = [0; 5];
            stream.read_exact(&mut head).await.ok()?;
            assert_eq!(head[..4], [5, 1, 0, 3], "a connection to a name");
            let mut name = vec![0; usize::from(head[4]) + 2];
            stream.read_exact(&mut name).await.ok()?;
            name.truncate(head[4].into());
            log.lock().unwrap().push(String::from_utf8(name).unwrap());
            stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.ok()?;
            copy_bidirectional(&mut stream, &mut TcpStream::connect(target).await.ok()?).await.ok().map(drop)
        })
        .await
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A certificate as a file holds it.
fn pem(certificate: &rcgen::Certificate) -> String {
    let text = BASE64.encode(certificate.der());
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// `acme.test`: its address here, and its certificate in a file.
struct Acme {
    address: SocketAddr,
    certificate: std::path::PathBuf,
    _server: Server,
}

impl Acme {
    async fn start(folder: &Path) -> Self {
        let server = Server::with_tokens(|_, _| Reply::json(200, NO_ACCOUNTS)).await;
        let plain: SocketAddr = server.url.strip_prefix("http://").unwrap().parse().unwrap();
        let made = rcgen::generate_simple_self_signed(["acme.test".to_owned()]).unwrap();
        let certificate = folder.join("acme.pem");
        std::fs::write(&certificate, pem(&made.cert)).unwrap();
        let acceptor = tls_acceptor(&made);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut secure = acceptor.accept(stream).await.ok()?;
                    copy_bidirectional(&mut secure, &mut TcpStream::connect(plain).await.ok()?).await.ok()
                });
            }
        });
        Self { address, certificate, _server: server }
    }
}

fn list(home: &Path, variables: &[(&str, &str)]) -> Command {
    let mut command = against("https://acme.test", home, &["accounts", "list", "--json"]);
    command.envs(variables.iter().copied());
    command
}

/// The end of a command, while the proxies here go on.
async fn ended(command: Command) -> Ran {
    tokio::task::spawn_blocking(|| run(command, "")).await.unwrap()
}

fn message(fault: &Value) -> &str {
    assert_eq!(fault["whose"], "the network");
    fault["message"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_not_there_is_named_with_its_variable_and_without_its_password() {
    let home = tempfile::tempdir().unwrap();
    // Taken, by somebody who does not listen.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let taken = taken.local_addr().unwrap();
    let ran = ended(list(home.path(), &[("HTTPS_PROXY", &format!("http://ada:hunter2@{taken}"))])).await;
    let fault = ran.refused_json(8, "unreachable");
    let refused = format!("The proxy {taken} (HTTPS_PROXY) refused the connection: nothing listens there.");
    assert_eq!(message(&fault), refused);
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
    let ran = ended(list(home.path(), &[("all_proxy", &format!("socks5h://{taken}"))])).await;
    let fault = ran.refused_json(8, "unreachable");
    assert_eq!(message(&fault), format!("The proxy {taken} (all_proxy) cannot be reached."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_wants_credentials_is_asked_once_and_the_remedy_told() {
    let home = tempfile::tempdir().unwrap();
    let proxy = Proxy::http("407 Proxy Authentication Required", None).await;
    let ran = ended(list(home.path(), &[("https_proxy", &format!("http://{}", proxy.address))])).await;
    let fault = ran.refused_json(8, "blocked");
    let said = message(&fault);
    assert!(said.starts_with(&format!("The proxy {} (https_proxy) wants a user name", proxy.address)), "{said}");
    assert!(said.contains("https_proxy=http://USER:PASSWORD@HOST:PORT"), "{said}");
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_that_names_no_proxy_is_told_and_nothing_is_sent_without_one() {
    let home = tempfile::tempdir().unwrap();
    let ran = ended(list(home.path(), &[("HTTPS_PROXY", "http://[hunter2")])).await;
    let fault = ran.refused_json(8, "blocked");
    assert!(message(&fault).starts_with("The variable HTTPS_PROXY is not the address of a proxy"), "{fault}");
    assert!(!ran.err.contains("hunter2"), "{}", ran.err);
}

/// Elsewhere it is the system that knows whom to trust.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_environment_is_reached_through_http_and_socks_proxies() {
    let home = tempfile::tempdir().unwrap();
    let acme = Acme::start(home.path()).await;
    let (http, socks) = (Proxy::http("200 OK", Some(acme.address)).await, Proxy::socks(acme.address).await);
    let trusted = ("SSL_CERT_FILE", acme.certificate.to_str().unwrap());
    let by_http = ("HTTPS_PROXY", &*format!("http://ada:hunter2@{}", http.address));
    assert_eq!(ended(list(home.path(), &[trusted, by_http])).await.json()["total_size"], 0);
    let asked = http.asked().concat().to_lowercase();
    assert!(asked.starts_with("connect acme.test:443 http/1.1"), "{asked}");
    assert!(asked.contains(&"proxy-authorization: basic YWRhOmh1bnRlcjI=".to_lowercase()), "{asked}");
    let by_socks = ("ALL_PROXY", &*format!("socks5h://{}", socks.address));
    assert_eq!(ended(list(home.path(), &[trusted, by_socks])).await.json()["total_size"], 0);
    assert!(!socks.asked().is_empty() && socks.asked().iter().all(|name| name == "acme.test"), "{:?}", socks.asked());
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_nobody_vouches_for_is_looked_at_once_and_the_remedy_told() {
    let home = tempfile::tempdir().unwrap();
    let acme = Acme::start(home.path()).await;
    let proxy = Proxy::http("200 OK", Some(acme.address)).await;
    let stranger = home.path().join("stranger.pem");
    let mut parameters = rcgen::CertificateParams::new(["stranger.test".to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Stranger");
    let certificate = parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    std::fs::write(&stranger, pem(&certificate)).unwrap();
    let by_proxy = ("HTTPS_PROXY", &*format!("http://{}", proxy.address));
    let ran = ended(list(home.path(), &[by_proxy, ("SSL_CERT_FILE", stranger.to_str().unwrap())])).await;
    let fault = ran.refused_json(8, "blocked");
    let said = message(&fault);
    let way = format!("No secure connection (TLS) to acme.test through the proxy {} (HTTPS_PROXY)", proxy.address);
    assert!(said.starts_with(&way) && said.contains("SSL_CERT_FILE can name a file"), "{said}");
    assert_eq!(proxy.asked().len(), 1, "a certificate is no better a moment later");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_of_certificates_that_holds_none_is_named_by_its_variable() {
    let home = tempfile::tempdir().unwrap();
    let ran = run(list(home.path(), &[("SSL_CERT_FILE", "/nowhere.pem")]), "");
    let fault = ran.refused_json(1, "local");
    assert!(fault["message"].as_str().unwrap().contains("SSL_CERT_FILE"), "{fault}");
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let home = tempfile::tempdir().unwrap();
    for address in ["http://127.0.0.1:9", "http://[bad"] {
        let mut command = jackfield(home.path(), &["--sandbox", "accounts", "list", "--json"]);
        command.envs(["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, address)));
        assert_eq!(run(command, "").json()["total_size"], 23, "{address}");
    }
}
