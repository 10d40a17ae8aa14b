//! One call of an agent: the shared way of a delegated call, with the client's person asked where that has to be.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::approval;
use super::authorization;
use super::catalogue::Catalogue;
use super::runs::{Runs, client};
use crate::backend::{Arrival, Watch};
use crate::domain::{ElicitationAnswer, Fault, FaultKind, JsonText, Mode, Untrusted};
use crate::flow::approval::{ApprovalRequest, Decision};
use crate::flow::delegated_call::{
    AllowedCall, AskedCall, CallRefusal, Delegate, Examined, HeldCall, Permissions, Sent,
};
use crate::flow::environment::Opened;
use crate::flow::offer::{Offer, ServeOrder};
use crate::flow::record::Recorder;
use crate::mcp::server::{HostRefusal, Peer, Question, ToolAnswer};

/// What a call needs of the server.
pub(super) struct Caller<'a> {
    pub opened: &'a Arc<Opened>,
    pub recorder: &'a Recorder,
    pub order: &'a ServeOrder,
    pub runs: &'a Runs,
    pub permissions: &'a Permissions,
    pub catalogue: &'a Catalogue,
    pub peer: &'a Peer,
}

impl Caller<'_> {
    /// Carries out one call, once.
    ///
    /// # Errors
    /// It was refused or failed, and what to do next.
    pub async fn call(&self, offer: &Offer, arguments: JsonText) -> Result<ToolAnswer, HostRefusal> {
        let run = self.runs.id(self.peer);
        let client_name = client(self.peer);
        let delegate = Delegate::new(self.opened, &self.order.scope.identifier, &run).for_client(&client_name);
        let recorder = self.recorder.clone().serving(client_name.clone());
        let asked = match delegate.examine(offer, &arguments).await.map_err(|refusal| self.refused(refusal))? {
            Examined::Ready(asked) => asked,
            Examined::Held(held) => return Err(self.hold(held).await),
        };
        let allowed = match asked.unasked(self.permissions) {
            Ok(allowed) => allowed,
            Err(asked) => self.allow(asked, &recorder).await?,
        };
        let Sent { account, result, reported, remarks, unwritten, .. } =
            allowed.send(delegate, &recorder, self.watch()).await;
        if let Some(fault) = unwritten {
            super::tell(&format!("A call is not in the history: {fault}"));
        }
        let result = match result {
            Ok(result) => result,
            Err(fault) if fault.kind == FaultKind::NeedsAuthorization => {
                self.catalogue.await_change().await;
                return Err(authorization::refusal(self.opened, &account, fault, &self.order.options, self.peer).await);
            }
            Err(fault) => return Err(self.failed(fault).await),
        };
        let reported = reported.map(|fault| match &fault.said {
            Some(said) => format!("{} {said}", fault.message),
            None => fault.message.to_string(),
        });
        Ok(ToolAnswer { result, reported, remarks })
    }

    /// Refusal of a call that cannot succeed as it is.
    async fn hold(&self, held: Box<HeldCall>) -> HostRefusal {
        let HeldCall { account, fault, is_account } = *held;
        if is_account {
            self.catalogue.await_change().await;
            return authorization::refusal(self.opened, &account, fault, &self.order.options, self.peer).await;
        }
        let next = "Mend the arguments by the tool's input schema, and call again.".into();
        HostRefusal::Failed { fault: Box::new(fault), next }
    }

    /// Has a person allow a call; a denial is written down.
    async fn allow(&self, asked: Box<AskedCall>, recorder: &Recorder) -> Result<AllowedCall, HostRefusal> {
        let call = asked.call();
        let request = ApprovalRequest {
            tool: call.tool.raw().to_owned(),
            identifier: call.identifier.raw().to_owned(),
            connection: call.connection.raw().to_owned(),
            environment: self.opened.about().name.clone(),
            client: client(self.peer).raw().to_owned(),
            run: asked.permission().run,
            reasons: asked.reasons(),
            arguments: call.input.raw().to_owned(),
            limit_seconds: self.order.approval_limit.as_secs(),
        };
        let state = self.order.state.as_deref();
        match approval::decide(self.peer, state, &request, self.order.approval_limit).await {
            Ok(Decision::Run) => {
                self.permissions.give(asked.permission());
                Ok(asked.allowed())
            }
            Ok(_) => Ok(asked.allowed()),
            Err(fault) => {
                let next = approval::next(&fault).to_owned();
                asked.not_allowed(recorder, &fault).await.writing.end().await;
                Err(HostRefusal::Failed { fault: Box::new(fault), next })
            }
        }
    }

    /// A call that failed. What the person has not granted yet is put before them, where there is a page for it.
    async fn failed(&self, fault: Fault) -> HostRefusal {
        let page = fault.page().cloned().filter(|_| fault.kind == FaultKind::NotGranted);
        match page {
            Some(page) => {
                let CallRefusal { fault, next } = fault.into();
                authorization::not_granted(fault, &page, next, self.peer).await
            }
            None => self.refused(fault.into()),
        }
    }

    /// A refusal, with the next step for the model.
    fn refused(&self, CallRefusal { fault, next }: CallRefusal) -> HostRefusal {
        let next = match fault.kind {
            FaultKind::ReadOnly => "The person would have to serve with --mode ask or --mode free.".to_owned(),
            _ => next,
        };
        HostRefusal::Failed { fault, next }
    }

    /// Passes on what is heard of a call while it is under way.
    fn watch(&self) -> Watch {
        let (peer, runtime) = (self.peer.clone(), Handle::current());
        Arc::new(move |arrival| match arrival {
            Arrival::Coming { bytes, .. } => peer.tell_progress(bytes as f64, None, "bytes received"),
            Arrival::Progress { done, total, message } => peer.tell_progress(done, total, message.raw()),
            Arrival::Broken { .. } => {}
            Arrival::Asked(asked, reply) => {
                let peer = peer.clone();
                runtime.spawn(async move {
                    let message = format!("{} asks: {}", asked.server, asked.message.raw());
                    let answer = peer.ask(Question { message, request: asked.request }).await;
                    let _ = reply.send(answer.unwrap_or(ElicitationAnswer::Decline));
                });
            }
        })
    }
}

/// Words on the mode for a model.
pub(super) fn mode_sentence(mode: Mode, limit: std::time::Duration) -> Option<Untrusted> {
    let seconds = limit.as_secs();
    match mode {
        Mode::Read => Some("Only tools that are known to read are offered.".into()),
        Mode::Ask => {
            Some(format!("A call that may change something waits up to {seconds} s for a person to allow it.").into())
        }
        Mode::Free => Some(format!("A destructive call waits up to {seconds} s for a person to allow it.").into()),
    }
}
