//! One message on its way to the receiver.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Client, Response, StatusCode, header, redirect};
use tokio::sync::OnceCell;
use url::Url;

use super::log::Attempt;
use super::signature::SigningSecret;
use crate::domain::is_loopback;

/// Bytes of an answer that are kept; the rest is not read.
const KEPT_ANSWER: usize = 1024;

/// Sends messages to one address.
pub struct WebhookSender {
    url: Url,
    /// Time for one message, from the first byte to the answer.
    patience: Duration,
    /// Made when there is something to send.
    client: OnceCell<Client>,
}

impl WebhookSender {
    pub fn new(url: &Url, patience: Duration) -> Self {
        Self { url: url.clone(), patience, client: OnceCell::new() }
    }

    /// Sends a message once. It is dated by this machine's clock, and not by the sandbox's: receivers refuse what is more
    /// than five minutes off their own.
    pub async fn send(&self, secret: &SigningSecret, id: &str, body: &str) -> Attempt {
        let timestamp = Timestamp::now().as_second();
        let exchange = async {
            let client = self.client.get_or_try_init(async || self.build()).await?;
            let request = client
                .post(self.url.clone())
                .header(header::CONTENT_TYPE, "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", secret.sign(id, timestamp, body))
                .body(body.to_owned());
            let response = request.send().await?;
            let status = response.status();
            Ok((status, beginning(response).await))
        };
        match tokio::time::timeout(self.patience, exchange).await {
            Ok(Ok((status, answer))) => answered(status, answer),
            Ok(Err(error)) => failed(complaint(&error, self.url.scheme() == "https")),
            Err(_) => failed(format!("The application did not answer within {} s.", self.patience.as_secs_f32())),
        }
    }

    fn build(&self) -> reqwest::Result<Client> {
        // Once for the process; whoever comes second finds it done.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = Client::builder()
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            // An application under test is often started anew between two messages.
            .pool_max_idle_per_host(0)
            // What is told is for the one who was named.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never());
        let builder = if is_loopback(&self.url) { builder.no_proxy() } else { builder };
        // Without TLS no certificates are needed, and none may be there.
        let builder = if self.url.scheme() == "https" { builder } else { builder.tls_certs_only([]) };
        builder.build()
    }
}

fn answered(status: StatusCode, answer: String) -> Attempt {
    let error = match status {
        status if status.is_success() => None,
        status if status.is_redirection() => {
            Some(format!("The application answered {}. Redirects are not followed.", status.as_u16()))
        }
        status => Some(format!("The application answered {}.", status.as_u16())),
    };
    // Whoever refuses it would refuse it again.
    let again = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    Attempt { status: Some(status.as_u16()), answer, error, again }
}

fn failed(error: String) -> Attempt {
    Attempt { status: None, answer: String::new(), error: Some(error), again: true }
}

/// What went wrong, without the address, in which a secret may stand.
fn complaint(error: &reqwest::Error, is_secure: bool) -> String {
    let said = match error {
        error if error.is_builder() => "The address cannot be used.",
        // The certificate may be what is wrong.
        error if error.is_connect() && is_secure => {
            "No connection could be made. Is the application running, and its certificate trusted on this machine?"
        }
        error if error.is_connect() => "Nobody takes connections there. Is the application running?",
        _ => "The application ended the connection without an answer.",
    };
    said.into()
}

/// The beginning of an answer, as text. That it breaks off changes nothing: the status has come.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < KEPT_ANSWER
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(chunk.get(..KEPT_ANSWER - bytes.len()).unwrap_or(&chunk));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
