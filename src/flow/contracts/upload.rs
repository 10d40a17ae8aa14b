//! Bytes that are handed over at an address that a provider named.

use std::time::Duration;

use reqwest::{Client, redirect};

use crate::contract::Handover;
use crate::domain::{Fault, FaultKind};

/// Time that it may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Sends the bytes once, with PUT, by a way that knows no credential of ours. Redirects are not followed.
///
/// # Errors
/// [`FaultKind::Network`], [`FaultKind::TimedOut`], and [`FaultKind::ProviderFailed`] where they were refused.
pub(super) async fn send(handover: Handover) -> Result<(), Fault> {
    let host = handover.url.host_str().unwrap_or_default().to_owned();
    let network = |error: reqwest::Error| {
        let kind = if error.is_timeout() { FaultKind::TimedOut } else { FaultKind::Network };
        // The address itself is a credential: whoever has it may write there.
        let message = format!("The file could not be sent to {host}, where the provider asks for it.");
        Fault::new(kind, message).caused_by(error.without_url())
    };
    // A new one each time: files are rare, and hosts many.
    let client = build(handover.url.scheme() == "https").map_err(network)?;
    let mut request = client.put(handover.url);
    for (name, value) in &handover.headers {
        request = request.header(name.raw(), value.raw());
    }
    let response = request.body(handover.bytes).send().await.map_err(network)?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let message = format!("{host} refused the file with HTTP {}.", status.as_u16());
    let mut fault = Fault::new(FaultKind::ProviderFailed, message);
    fault.http_status = Some(status.as_u16());
    Err(fault)
}

/// A client for one host. Without TLS it stays on this machine, where there is no proxy and no certificate.
fn build(is_tls: bool) -> reqwest::Result<Client> {
    // Once for the process; whoever comes second finds it done.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .timeout(LIMIT)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never());
    let builder = if is_tls { builder.https_only(true) } else { builder.no_proxy().tls_certs_only([]) };
    builder.build()
}
