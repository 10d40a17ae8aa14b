//! Floor 1: a page on this machine that the browser comes back to after a consent.
//!
//! It listens on loopback only and lives only as long as its flow. The state is random, compared in
//! constant time, and used up by the first answer that carries it. Reference: section 5.
//!
//! Two flows come back here: the broker's verification of users, and the redirect of an OAuth provider (RFC 8252).
//! They differ in the name of the parameter that brings what was asked for, in path, host and ports, and in who
//! judges the answer.

mod answer;
mod listener;

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

pub use self::answer::{BrowserAnswer, Judge};
use self::listener::Listener;
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, Secret, Untrusted};

/// Path that the broker's verification comes back to.
const VERIFIED: &str = "/verified";

/// Listens until it is dropped.
pub struct Callback {
    url: Url,
    listener: Arc<Listener>,
    arrivals: mpsc::Receiver<CallbackArrival>,
    closing: CancellationToken,
    servers: Vec<AbortOnDropHandle<()>>,
}

/// Somebody came to the page.
pub enum CallbackArrival {
    /// The person consented, and this is the request to verify, or the code to exchange; whoever does so decides what
    /// the page says.
    Consented(Untrusted, WaitingBrowser),
    /// The person, or the provider, said no.
    Refused(Fault),
    /// A visit that does not carry our state, or carries it a second time.
    Stray,
}

/// The browser, waiting for its answer.
pub struct WaitingBrowser(oneshot::Sender<PageVerdict>);

impl WaitingBrowser {
    /// Answers. A browser that has gone away meanwhile is nobody's concern.
    pub fn show(self, verdict: PageVerdict) {
        let _ = self.0.send(verdict);
    }
}

/// Text of the page that the browser ends on.
pub enum PageVerdict {
    /// The account is connected.
    Connected,
    /// The account is not connected; the sentence says why.
    Failed(String),
}

/// Listening for one answer.
pub struct ListenOptions {
    /// Ports to try in turn; none of them: any that is free.
    pub ports: Vec<u16>,
    /// Host in the URL that the browser comes back to.
    pub host: LoopbackHost,
    /// Path of that URL.
    pub path: String,
    /// Parameter that brings what was asked for.
    pub brings: &'static str,
    /// Words for what is connected, for the page: `linear for ada`.
    pub whom: String,
    /// Refuses an answer that carries our state.
    pub judge: Judge,
}

/// Names of this machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoopbackHost {
    /// `127.0.0.1`.
    #[default]
    Ip,
    /// `localhost`, which a browser may take for `::1` too: both are listened on.
    Localhost,
}

impl LoopbackHost {
    /// Name in a URL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "127.0.0.1",
            Self::Localhost => "localhost",
        }
    }
}

impl Callback {
    /// Starts listening on this port, else on a free one, for the verification of one account.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: no port, or no random numbers.
    pub async fn listen(
        port: Option<u16>,
        connection: &ConnectionName,
        identifier: &Identifier,
    ) -> Result<Self, Fault> {
        let whom = format!("{connection} for {identifier}");
        Self::open(ListenOptions {
            ports: port.into_iter().collect(),
            host: LoopbackHost::Ip,
            path: VERIFIED.to_owned(),
            brings: "auth_request_id",
            judge: answer::refusals(whom.clone()),
            whom,
        })
        .await
    }

    /// Starts listening on the first of the ports that is free.
    ///
    /// # Errors
    /// As [`Callback::listen`]; names the ports that were tried.
    pub async fn open(options: ListenOptions) -> Result<Self, Fault> {
        let sockets = bind(&options.ports, options.host).await?;
        let no_port = |error: std::io::Error| no_port(&options.ports).because(error);
        let port = sockets.first().map(TcpListener::local_addr).transpose().map_err(no_port)?;
        let port = port.map_or(0, |address| address.port());
        let url = format!("http://{}:{port}{}", options.host.as_str(), options.path);
        let url = Url::parse(&url).map_err(|error| Fault::new(FaultKind::Local, error.to_string()))?;

        let (sender, arrivals) = mpsc::channel(4);
        let listener = Arc::new(Listener::new(random_state()?, options, sender));
        let closing = CancellationToken::new();
        let serve = |socket: TcpListener| {
            let (router, closed) = (listener::router(&listener), closing.clone().cancelled_owned());
            AbortOnDropHandle::new(tokio::spawn(async move {
                let _ = axum::serve(socket, router).with_graceful_shutdown(closed).await;
            }))
        };
        let servers = sockets.into_iter().map(serve).collect();
        Ok(Self { url, listener, arrivals, closing, servers })
    }

    /// Stops listening once the last page has reached the browser, or a second has passed.
    pub async fn close(self) {
        self.closing.cancel();
        let ended = async {
            for server in self.servers {
                let _ = server.await;
            }
        };
        let _ = tokio::time::timeout(Duration::from_secs(1), ended).await;
    }

    /// URL that the browser must come back to.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// OAuth `state` that a genuine visit brings along.
    pub fn state(&self) -> &Secret {
        self.listener.state()
    }

    /// Takes an answer that came another way than through the browser, such as pasted, as a visit would: the state
    /// counts once.
    ///
    /// # Errors
    /// As the judge has it; [`FaultKind::InvalidInput`] for a foreign or used state, and for an answer that says nothing.
    pub fn accept(&self, answer: BrowserAnswer) -> Result<Untrusted, Fault> {
        self.listener.accept(answer)
    }

    /// Waits for the next visit.
    pub async fn next(&mut self) -> CallbackArrival {
        match self.arrivals.recv().await {
            Some(arrival) => arrival,
            // The servers hold the other end for as long as we live.
            None => std::future::pending().await,
        }
    }
}

/// Sockets on the first port that is free everywhere it must be.
async fn bind(ports: &[u16], host: LoopbackHost) -> Result<Vec<TcpListener>, Fault> {
    let any = [0];
    let mut refused = None;
    for port in if ports.is_empty() { &any[..] } else { ports } {
        match bind_port(*port, host).await {
            Ok(sockets) => return Ok(sockets),
            Err(error) => refused = Some(error),
        }
    }
    let fault = no_port(ports);
    Err(match refused {
        Some(error) => fault.because(error),
        None => fault,
    })
}

async fn bind_port(port: u16, host: LoopbackHost) -> std::io::Result<Vec<TcpListener>> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    if host == LoopbackHost::Ip {
        return Ok(vec![first]);
    }
    // Somebody else there would get what a browser brings that prefers the newer address.
    match TcpListener::bind((Ipv6Addr::LOCALHOST, first.local_addr()?.port())).await {
        Ok(second) => Ok(vec![first, second]),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(error),
        // A machine without IPv6.
        Err(_) => Ok(vec![first]),
    }
}

fn no_port(ports: &[u16]) -> Fault {
    let message = match ports {
        [] => "No loopback port could be opened.".to_owned(),
        [port] => format!("Port {port} on this machine cannot be opened for the browser to come back to."),
        [first, others @ ..] => {
            let others: String = others.iter().map(|port| format!(", {port}")).collect();
            format!(
                "None of the ports {first}{others} on this machine can be opened for the browser to come back to, and the \
                 provider knows no others. Free one of them."
            )
        }
    };
    Fault::new(FaultKind::Local, message)
}

/// A fresh, unguessable state.
///
/// # Errors
/// The system has no randomness to give.
pub fn random_state() -> Result<Secret, Fault> {
    use base64::Engine as _;
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes)
        .map_err(|error| Fault::new(FaultKind::Local, "The system gave no random numbers.").because(error))?;
    Ok(Secret::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;

    fn answer(callback: &Callback, what: (&str, &str)) -> Url {
        let mut url = callback.url().clone();
        url.query_pairs_mut().append_pair("state", callback.state().expose()).append_pair(what.0, what.1);
        url
    }

    /// As a browser does; needs neither certificates nor a proxy.
    async fn visit(url: Url) -> reqwest::Result<StatusCode> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
        client.get(url).send().await.map(|answer| answer.status())
    }

    async fn listen() -> Callback {
        Callback::listen(None, &"linear".into(), &"ada".into()).await.unwrap()
    }

    #[tokio::test]
    async fn after_a_refusal_no_consent_counts() {
        let mut callback = listen().await;
        let refused = visit(answer(&callback, ("error", "access_denied"))).await.unwrap();
        assert_eq!(refused, 200);
        assert!(matches!(callback.next().await, CallbackArrival::Refused(fault) if fault.kind == FaultKind::Denied));
        let late = visit(answer(&callback, ("auth_request_id", "req_1"))).await.unwrap();
        assert_eq!(late, 403);
        assert!(matches!(callback.next().await, CallbackArrival::Stray));
    }

    #[tokio::test]
    async fn of_answers_that_come_together_one_counts() {
        let mut callback = listen().await;
        let url = answer(&callback, ("auth_request_id", "req_1"));
        let visits: Vec<_> = (0..4).map(|_| tokio::spawn(visit(url.clone()))).collect();
        let mut page = None;
        for _ in &visits {
            match callback.next().await {
                CallbackArrival::Consented(_, waiting) => assert!(page.replace(waiting).is_none(), "a second one"),
                CallbackArrival::Refused(fault) => panic!("{fault}"),
                CallbackArrival::Stray => {}
            }
        }
        page.expect("one that counts").show(PageVerdict::Connected);
        let mut good = 0;
        for visit in visits {
            good += u32::from(visit.await.unwrap().unwrap() == 200);
        }
        assert_eq!(good, 1);
    }

    #[tokio::test]
    async fn a_browser_finds_localhost_by_either_address() {
        let mut callback = Callback::open(ListenOptions {
            ports: Vec::new(),
            host: LoopbackHost::Localhost,
            path: "/oauth/callback".to_owned(),
            brings: "code",
            whom: "linear for ada".to_owned(),
            judge: Box::new(|_| Ok(())),
        })
        .await
        .unwrap();
        let mut url = answer(&callback, ("code", "c"));
        assert!(url.as_str().starts_with("http://localhost:") && url.path() == "/oauth/callback");
        let has_ipv6 = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await.is_ok();
        url.set_host(Some(if has_ipv6 { "[::1]" } else { "127.0.0.1" })).unwrap();
        let visit = tokio::spawn(visit(url));
        let CallbackArrival::Consented(code, page) = callback.next().await else { panic!("refused") };
        page.show(PageVerdict::Connected);
        assert_eq!((code.raw(), visit.await.unwrap().unwrap()), ("c", StatusCode::OK));
        assert!(
            callback.accept(BrowserAnswer::from_pasted(answer(&callback, ("code", "d")).as_str()).unwrap()).is_err()
        );
    }

    #[tokio::test]
    async fn nothing_listens_when_it_is_over() {
        let callback = listen().await;
        let url = answer(&callback, ("auth_request_id", "req_1"));
        callback.close().await;
        assert!(visit(url.clone()).await.unwrap_err().is_connect());

        let dropped = listen().await;
        let url = answer(&dropped, ("auth_request_id", "req_1"));
        drop(dropped);
        // The task that held the socket ends with its next turn.
        while visit(url.clone()).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
