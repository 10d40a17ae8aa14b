//! Fetching what servers say of themselves below `/.well-known/`.

use axum::http::StatusCode;
use url::Url;
use zeroize::Zeroizing;

use super::http::{OAuthHttp, host};
use crate::domain::{Fault, FaultKind};

/// Redirects within a server that are followed.
const HOPS: usize = 3;

/// Answer to a question for a document.
pub(super) enum Fetched {
    /// The document; not read yet.
    Document(Zeroizing<Vec<u8>>),
    /// The server has none there.
    Absent,
    /// The server sends us on to another host, which is not asked: a document counts for the server that it lies on.
    Elsewhere(String),
}

/// Asks for the document at `url`. No credential goes along.
///
/// # Errors
/// What keeps the server from being reached, [`FaultKind::ProviderFailed`] and [`FaultKind::ProviderLimited`] where it
/// cannot answer now, [`FaultKind::TooLarge`].
pub(super) async fn fetch(http: &OAuthHttp, url: &Url) -> Result<Fetched, Fault> {
    let mut at = url.clone();
    for _ in 0..=HOPS {
        let answer = http.get(&at).await?;
        let status = answer.status;
        let fault = |kind, message: String| Fault {
            http_status: Some(status.as_u16()),
            retry_after: answer.retry_after,
            ..Fault::new(kind, message)
        };
        if status.is_server_error() {
            return Err(fault(
                FaultKind::ProviderFailed,
                format!("{} failed with status {}.", host(&at), status.as_u16()),
            ));
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(fault(FaultKind::ProviderLimited, format!("{} was asked too often.", host(&at))));
        }
        if status.is_success() {
            return Ok(Fetched::Document(answer.body));
        }
        if !status.is_redirection() {
            return Ok(Fetched::Absent);
        }
        let Ok(next) = at.join(&answer.location) else { return Ok(Fetched::Absent) };
        if next.origin() != url.origin() {
            return Ok(Fetched::Elsewhere(host(&next)));
        }
        at = next;
    }
    Ok(Fetched::Absent)
}
