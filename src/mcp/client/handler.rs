//! What a server asks of us, and what we say that we are.

use std::sync::Arc;

use rmcp::RoleClient;
use rmcp::model::{
    ClientCapabilities, ClientConfig, ClientResult, CustomResult, ElicitationCapability, ErrorCode, ErrorData,
    FormElicitationCapability, Implementation, ProtocolVersion, RequestId, ServerNotification, ServerRequest,
    UrlElicitationCapability,
};
use rmcp::service::{InboundStreamOrigin, NotificationContext, RequestContext, Service};

use super::elicitation;
use super::ledger::Ledger;
use crate::domain::{ElicitationAnswer, Untrusted};

/// Newest version that still has sessions.
pub(super) const NEWEST_OLD: ProtocolVersion = ProtocolVersion::V_2025_11_25;

/// This client, for `rmcp`.
pub(super) struct Handler {
    pub ledger: Arc<Ledger>,
}

impl Handler {
    /// Asks whoever listens to the call that the question belongs to. Where the transport does not tell which that is, it
    /// is the last one.
    async fn ask(&self, context: RequestContext<RoleClient>) -> Result<ElicitationAnswer, ErrorData> {
        let refuse = |why: &str| ErrorData::new(ErrorCode::INVALID_PARAMS, why.to_owned(), None);
        let id = match &context.id {
            RequestId::Number(id) => id.to_string(),
            RequestId::String(id) => id.to_string(),
        };
        let question = self.ledger.question(&id).ok_or_else(|| refuse("the question was lost"))?;
        let info = context.peer.peer_info();
        let info = info.as_ref().and_then(|info| info.server_info.as_ref());
        let named =
            info.and_then(|server| server.title.as_deref().filter(|title| !title.is_empty()).or(Some(&server.name)));
        let server = Untrusted::from(named.filter(|name| !name.is_empty()).unwrap_or(&self.ledger.names.label));
        let elicitation = elicitation::read(question.raw(), &server).map_err(|why| {
            self.ledger.remark(format!("{} asks a question {why}, which was refused.", self.ledger.names.label));
            refuse(&format!("a question {why}"))
        })?;
        let call = match context.extensions.get::<InboundStreamOrigin>() {
            Some(InboundStreamOrigin::OutboundRequest(RequestId::Number(id))) => self.ledger.slot(Some(*id)),
            _ => self.ledger.slot(None),
        };
        let Some((listener, over)) = call.and_then(|slot| Some((slot.listener.clone()?, slot.over.clone()))) else {
            return Ok(ElicitationAnswer::Decline);
        };
        tokio::select! {
            answer = listener.ask(elicitation) => Ok(answer),
            () = over.cancelled() => Ok(ElicitationAnswer::Cancel),
            () = context.ct.cancelled() => Ok(ElicitationAnswer::Cancel),
        }
    }
}

impl Service<RoleClient> for Handler {
    async fn handle_request(
        &self,
        request: ServerRequest,
        context: RequestContext<RoleClient>,
    ) -> Result<ClientResult, ErrorData> {
        let is_question = match &request {
            ServerRequest::PingRequest(_) => return Ok(ClientResult::empty(())),
            ServerRequest::ElicitRequest(_) => true,
            ServerRequest::CustomRequest(request) => request.method == "elicitation/create",
            _ => false,
        };
        if !is_question {
            return Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, "this client does not offer that", None));
        }
        let answer = self.ask(context).await?;
        Ok(ClientResult::CustomResult(CustomResult::new(elicitation::answer(&answer))))
    }

    async fn handle_notification(
        &self,
        _: ServerNotification,
        _: NotificationContext<RoleClient>,
    ) -> Result<(), ErrorData> {
        // The ledger has heard them.
        Ok(())
    }

    fn get_info(&self) -> ClientConfig {
        let options = &self.ledger.options;
        let mut capabilities = ClientCapabilities::default();
        let elicitation = ElicitationCapability::new().with_form(FormElicitationCapability::new());
        capabilities.elicitation = Some(elicitation.with_url(UrlElicitationCapability::new()));
        let client = Implementation::new(options.name.clone(), options.version.clone());
        ClientConfig::new(capabilities, client).with_protocol_version(NEWEST_OLD)
    }
}
