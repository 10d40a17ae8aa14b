//! One client over a pair of streams, such as standard input and output.

use std::sync::Arc;

use rmcp::ServiceExt as _;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::handler::Handler;
use super::host::ToolHost;
use super::shared::{LARGEST_REQUEST, Shared};
use crate::domain::{Fault, FaultKind};

/// Serves one client until it goes away or `stop` is cancelled. When it returns, none of its calls is under way any more.
///
/// # Errors
/// [`FaultKind::BadAnswer`]: what comes does not begin like the protocol. [`FaultKind::Network`]: the way broke off.
pub async fn serve<R, W>(host: Arc<dyn ToolHost>, read: R, write: W, stop: CancellationToken) -> Result<(), Fault>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let shared = Shared::new(host, stop.child_token());
    let transport = AsyncRwTransport::new_server(read, write).with_max_line_length(LARGEST_REQUEST);
    let served = match Handler::new(Arc::clone(&shared)).serve_with_ct(transport, stop).await {
        Ok(running) => running
            .waiting()
            .await
            .map(drop)
            .map_err(|error| Fault::new(FaultKind::Network, "Serving the client broke down.").caused_by(error)),
        // A client that goes away before it said anything, and an end that was asked for, are no failures.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => Ok(()),
        Err(ServerInitializeError::ExpectedInitializeRequest(_)) => {
            Err(Fault::new(FaultKind::BadAnswer, "The client does not begin as the protocol does."))
        }
        Err(error) => Err(Fault::new(FaultKind::Network, "The client cannot be served.").caused_by(error)),
    };
    shared.end().await;
    served
}
