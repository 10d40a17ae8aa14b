//! The beginning of a contract, from a request that was made once.

use serde_json::Value;

use crate::contract::{Draft, from_curl};
use crate::domain::{Fault, FaultKind, ProxyBody, Untrusted};
use crate::flow::proxy_journal;
use crate::journal::{CallKind, JournalEntry, StoredBody};

/// The request of a curl line.
///
/// # Errors
/// [`FaultKind::InvalidInput`] in words.
pub fn of_curl(line: &str) -> Result<Draft, Fault> {
    from_curl(line).map_err(|problem| Fault::new(FaultKind::InvalidInput, problem))
}

/// The request of an entry of the journal.
///
/// # Errors
/// [`FaultKind::InvalidInput`]: it is a tool's call. [`FaultKind::NotFound`]: what went along is not kept.
/// [`FaultKind::Local`]: the entry holds something else.
pub fn of_entry(entry: &JournalEntry) -> Result<Draft, Fault> {
    let call = &entry.summary;
    if call.kind != CallKind::Proxy {
        let message = "That is the call of a tool. A contract is made of a request to a provider's own API.";
        return Err(Fault::new(FaultKind::InvalidInput, message));
    }
    let StoredBody::Kept(arguments) = &entry.arguments else {
        return Err(Fault::new(FaultKind::NotFound, "This call has no stored input."));
    };
    let (name, connection, identifier) = (call.name.raw(), call.connection.raw(), call.identifier.raw());
    let request = proxy_journal::request(name, connection, identifier, arguments)?;
    let pairs = |pairs: &[(Untrusted, Untrusted)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| (name.raw().to_owned(), value.raw().to_owned())).collect()
    };
    let mut draft = Draft {
        method: request.method,
        path: request.path.raw().to_owned(),
        query: pairs(&request.query),
        headers: pairs(&request.headers).into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect(),
        ..Draft::default()
    };
    match &request.body {
        ProxyBody::None => {}
        ProxyBody::Json(json) => draft.body = serde_json::from_slice::<Value>(json.bytes()).ok(),
        ProxyBody::Form(fields) => draft.form = pairs(fields),
        ProxyBody::Raw(_) => {
            let message = "That request sent bytes, which no contract's request can.";
            return Err(Fault::new(FaultKind::InvalidInput, message));
        }
    }
    Ok(draft)
}
