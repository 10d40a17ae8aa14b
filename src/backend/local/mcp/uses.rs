//! Uses of credentials at servers: one for each call, with the token that went out last.

use super::clients::OpenServer;
use super::tools::ServerUser;
use crate::backend::credential_log::{OpenUse, reason};
use crate::backend::local::Local;
use crate::backend::local::uses::{account_use, kept_use};
use crate::domain::{CredentialEvent, CredentialOutcome};
use crate::mcp::client::McpFault;
use crate::secrets::token_mark;

/// Use of a credential by a call of a tool, which may turn out to need none.
pub(super) struct ServerUse(Option<OpenUse>);

impl Local {
    /// The use that a call of this account's server is about to make; none where its server knows of no credential.
    pub(super) async fn begin_use(&self, open: &OpenServer, user: &ServerUser) -> ServerUse {
        let (account, connection) = (&user.account, &user.connection);
        let used = match (open.bearer.given(), &*open.secrets) {
            (Some(token), _) => {
                let (spec, row) = (connection.spec.clone(), account.clone());
                let place = self.blocking(move |inner| inner.server_grant(&spec, &row)).await.ok().flatten();
                kept_use(connection, account, place.as_ref(), Some(&token))
            }
            (None, []) => return ServerUse(None),
            (None, secrets) => {
                let mut used = account_use(CredentialEvent::Key, connection, account);
                used.token = if let [only] = secrets { token_mark(only) } else { None };
                used
            }
        };
        ServerUse(Some(self.0.uses.begin(used)))
    }
}

impl ServerUse {
    /// Tells the outcome. The token may have been renewed on the way.
    pub fn end(self, open: &OpenServer, fault: Option<&McpFault>) {
        let Some(mut used) = self.0 else { return };
        let given = open.bearer.given().as_ref().and_then(token_mark);
        used.change(|used| used.token = given.or(used.token.take()));
        let mark = used.token();
        match fault {
            None => used.succeeded(),
            Some(McpFault::Unauthorized(..)) if mark.is_some_and(|mark| open.bearer.has_told_refusal(&mark)) => {
                used.told_elsewhere();
            }
            Some(McpFault::Other(fault)) => used.failed(fault),
            Some(McpFault::NoToken(fault)) => used.failed(fault),
            // What was refused for good may have been refused to somebody who was known.
            Some(McpFault::Unauthorized(_, fault) | McpFault::InsufficientScope(_, fault)) => {
                used.end(CredentialOutcome::Failure, reason(fault));
            }
        }
    }
}
