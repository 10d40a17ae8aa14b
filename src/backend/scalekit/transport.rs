//! One request out, one whole answer in: connections, time limits, size limits, redirects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Client, Request, Response, StatusCode, redirect};
use tokio::sync::OnceCell;
use url::Url;

use super::answer::HttpAnswer;
use super::network;
use super::network_path::NetworkPath;
use super::recorder::ExchangeRecorder;
use super::result::{Piece, ResultReader};
use super::route::{Limits, Route};
use crate::backend::clock::Clock;
use crate::backend::http_log::{HttpLog, KEPT_BODY};
use crate::domain::{EnvironmentUrl, Fault, FaultKind};
use crate::settings::FILE;

/// Said where reading a result broke down.
pub(in crate::backend) const NOT_READ: &str = "Reading the result was stopped half-way.";

/// The way to one environment.
pub(in crate::backend) struct Transport {
    pub environment: EnvironmentUrl,
    pub way: NetworkPath,
    pub limits: Limits,
    /// Log that every exchange is written to.
    pub log: Option<Arc<HttpLog>>,
    /// Clock that every answer's date is told.
    pub clock: Arc<Clock>,
    /// Built on first use: setting up TLS costs time and fails on a machine without certificates,
    /// and neither may keep a person from the first screen.
    client: OnceCell<Client>,
}

impl Transport {
    pub fn new(environment: EnvironmentUrl, limits: Limits) -> Self {
        let way = NetworkPath::to(&environment, &|name| std::env::var_os(name));
        Self { environment, way, limits, log: None, clock: Arc::default(), client: OnceCell::new() }
    }

    pub async fn client(&self, route: &Route) -> Result<&Client, Fault> {
        self.way.is_clear()?;
        let build = async || self.build().map_err(|error| network::fault(error, &self.way, route));
        self.client.get_or_try_init(build).await
    }

    /// Sends `request` once and reads its answer to the end. An answer that points elsewhere is a
    /// fault. `attempt` counts from one, for the log. The body of a good answer goes to `reader`, where there is one.
    pub(in crate::backend::scalekit) async fn exchange(
        &self,
        route: &Route,
        request: Request,
        attempt: u32,
        reader: Option<&ResultReader>,
    ) -> Result<HttpAnswer, Fault> {
        let answer = self.pass_to(route, request, attempt, reader).await?;
        if answer.status.is_redirection() {
            return Err(self.redirected(answer.status, &answer.headers));
        }
        // Here and not for whatever is passed: a provider's answer may bear the provider's date.
        if let Some(theirs) = answer.dated() {
            self.clock.heard(theirs, answer.asked, answer.begun);
        }
        Ok(answer)
    }

    /// The same, and any answer is one.
    pub async fn pass(&self, route: &Route, request: Request, attempt: u32) -> Result<HttpAnswer, Fault> {
        self.pass_to(route, request, attempt, None).await
    }

    async fn pass_to(
        &self,
        route: &Route,
        request: Request,
        attempt: u32,
        reader: Option<&ResultReader>,
    ) -> Result<HttpAnswer, Fault> {
        let client = self.client(route).await?;
        let patience = (route.patience)(&self.limits);
        let _under_way = self.log.as_ref().map(|log| log.begin());
        let recorder = self.log.as_ref().map(|log| ExchangeRecorder::begin(log, &request, attempt));
        let (sent, asked) = (Instant::now(), Timestamp::now());
        let exchange = async {
            let response = client.execute(request).await.map_err(|e| network::fault(e, &self.way, route))?;
            let begun = Timestamp::now();
            let (status, headers) = (response.status(), response.headers().clone());
            let reader = reader.filter(|_| status.is_success());
            let (body, received) = self.read(route, response, reader).await?;
            Ok(HttpAnswer { status, headers, body, received, asked, begun, took: sent.elapsed() })
        };
        let result = match patience {
            Some(patience) => {
                let result = tokio::time::timeout(patience, exchange).await;
                result.unwrap_or_else(|_| Err(network::too_slow(&self.way, route, patience)))
            }
            // Who waits can stop; a peer that is gone is noticed by the connection's own probes.
            None => exchange.await,
        };
        if let Some(recorder) = recorder {
            recorder.end(&result);
        }
        result
    }

    fn build(&self) -> reqwest::Result<Client> {
        // Once for the process; whoever comes second finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(self.limits.connect)
            // Shorter than any balancer's, so that a call that must not be sent twice does not go
            // out on a connection that is about to be closed.
            .pool_idle_timeout(Duration::from_secs(30))
            // A redirect would carry the token to wherever it points.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never());
        let url = &self.environment;
        let builder = if url.is_loopback() { builder.no_proxy() } else { builder };
        // Without TLS no certificates are needed, and none may be there.
        let builder = if url.is_https() { builder.https_only(true) } else { builder.tls_certs_only([]) };
        builder.build()
    }

    /// Reads the body up to the limit, which counts unpacked bytes. Of one that a reader takes, only the beginning is
    /// kept. Gives its length as well.
    async fn read(
        &self,
        route: &Route,
        mut response: Response,
        reader: Option<&ResultReader>,
    ) -> Result<(Vec<u8>, u64), Fault> {
        let limit = self.limits.body;
        let announced = response.content_length().map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        if announced > limit {
            return Err(self.too_large(route, response.status()));
        }
        let (pieces, kept) = match reader {
            // One byte more than is recorded, which shows that there was more.
            Some(reader) => (Some(reader.begin(announced)), KEPT_BODY + 1),
            None => (None, usize::MAX),
        };
        let mut body = Vec::new();
        // What an answer announces is only a hint: if there is no room for it, it may still be a lie.
        let _ = body.try_reserve_exact(announced.min(kept));
        let mut received = 0;
        while let Some(chunk) = response.chunk().await.map_err(|e| network::fault(e, &self.way, route))? {
            received += chunk.len();
            if received > limit {
                return Err(self.too_large(route, response.status()));
            }
            let wanted = (kept - body.len()).min(chunk.len());
            body.extend_from_slice(chunk.get(..wanted).unwrap_or_default());
            if let Some(pieces) = &pieces
                && pieces.send(Piece::Bytes(chunk)).await.is_err()
            {
                return Err(network::unheard(FaultKind::Local, NOT_READ.into(), route, response.status()));
            }
        }
        // Where nobody takes it any more, that is found when its end is waited for.
        if let Some(pieces) = pieces {
            let _ = pieces.send(Piece::End).await;
        }
        // It may be kept for long, and one that was packed did not announce how long it would be.
        body.shrink_to_fit();
        Ok((body, received as u64))
    }

    fn too_large(&self, route: &Route, status: StatusCode) -> Fault {
        let limit = self.limits.body >> 20;
        let message =
            format!("The answer is larger than {limit} MiB, which is as much as is read (max_answer_mib in {FILE}).");
        network::unheard(FaultKind::TooLarge, message, route, status)
    }

    fn redirected(&self, status: StatusCode, headers: &HeaderMap) -> Fault {
        let target = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let target =
            target.and_then(|target| Url::options().base_url(Some(&self.environment.at("/"))).parse(target).ok());
        let target = target.map_or_else(|| "elsewhere".into(), |url| url.origin().ascii_serialization());
        let message = format!(
            "{} sends us on to {target}, and redirects are not followed. Is the environment URL right?",
            self.environment.host()
        );
        Fault { http_status: Some(status.as_u16()), ..Fault::new(FaultKind::BadAnswer, message) }
    }
}
