//! One call of an agent: examined like any other, allowed where it has to be, sent once, and written down.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::approval;
use super::authorization;
use super::catalogue::Catalogue;
use super::runs::{Allowed, Runs, client};
use crate::backend::{Arrival, Watch};
use crate::domain::{
    Account, ElicitationAnswer, Fault, FaultKind, Identifier, JsonText, Mode, Tool, ToolCall, Untrusted,
};
use crate::flow::approval::{ApprovalRequest, Decision};
use crate::flow::environment::Opened;
use crate::flow::offer::{Offer, ServeOrder};
use crate::flow::preflight::{self, Cleared, Objection, ObjectionKind, ProposedCall};
use crate::flow::record::Recorder;
use crate::flow::target::{CallRequest, ResolvedCall, find};
use crate::flow::tool_trust::{self, DefinitionChange};
use crate::mcp::server::{HostRefusal, Peer, Question, ToolAnswer};
use crate::schema::Validator;

/// What a call needs of the server.
pub(super) struct Caller<'a> {
    pub opened: &'a Arc<Opened>,
    pub recorder: &'a Recorder,
    pub order: &'a ServeOrder,
    pub runs: &'a Runs,
    pub catalogue: &'a Catalogue,
    pub peer: &'a Peer,
}

impl Caller<'_> {
    /// Carries out one call, once.
    ///
    /// # Errors
    /// It was refused or failed, and what to do next.
    pub async fn call(&self, offer: &Offer, arguments: JsonText) -> Result<ToolAnswer, HostRefusal> {
        let backend = self.opened.backend.as_ref();
        preflight::permit_tool(backend, &offer.tool).map_err(refused)?;
        let wanted = CallRequest {
            tool: offer.tool.name.clone(),
            identifier: self.identifier().clone(),
            connection: Some(offer.connection.clone()),
            account: None,
        };
        let ResolvedCall { account, tool } = find(backend, &wanted, false).await.map_err(refused)?;
        let tool = tool.unwrap_or_else(|| offer.tool.clone());
        let client_name = client(self.peer);
        let modifiers = self.opened.modifiers_for(&tool.name).await?.signed(Some(&client_name), self.identifier());
        modifiers.require().map_err(|fault| HostRefusal::Failed {
            fault: Box::new(fault),
            next: "The person decides with: jackfield modifiers allow, or jackfield modifiers refuse.".into(),
        })?;
        let input = modifiers.before(&arguments).await?;
        let change = tool_trust::change(backend, &offer.connection, &tool).await?;
        let objections = self.objections(&tool, &account, &input, change.as_ref());
        self.hold(&objections, &account).await?;
        let run = self.runs.id(self.peer);
        let about: Account = Account::clone(&account);
        let call = account.call(backend, &tool, input, Some(run.as_str().into()))?;
        let recorder = self.recorder.clone().modified_by(modifiers.names()).serving(client_name);
        let asks: Vec<_> = objections.into_iter().filter(|objection| asks(objection.kind)).collect();
        if !asks.is_empty() {
            self.allow(&call, &run, &asks, &recorder).await?;
        }
        if change.is_some() {
            tool_trust::trust(backend, &call.connection, &tool).await?;
        }
        let recorded = recorder.run_watched(backend, &call, self.watch()).await;
        let unwritten = recorded.writing.end().await;
        let answered = match recorded.result {
            Ok(answered) => answered,
            Err(fault) if fault.kind == FaultKind::NeedsAuthorization => {
                self.catalogue.await_change().await;
                return Err(authorization::refusal(self.opened, &about, fault, &self.order.options, self.peer).await);
            }
            Err(fault) => return Err(refused(fault)),
        };
        let mut remarks = Vec::new();
        if let Some(fault) = unwritten {
            tracing::warn!(fault = fault.kind.slug(), "a call is not in the journal");
            super::tell(&format!("A call is not in the history: {fault}"));
        }
        let came = answered.execution.data;
        let result = match modifiers.changes_result() {
            false => came,
            true => modifiers.after(&came).await.unwrap_or_else(|fault| {
                remarks.push(format!("{fault} The result is given as it came."));
                came
            }),
        };
        let reported = recorded.reported.map(|fault| match &fault.said {
            Some(said) => format!("{} {said}", fault.message),
            None => fault.message.to_string(),
        });
        Ok(ToolAnswer { result, reported, remarks })
    }

    fn identifier(&self) -> &Identifier {
        &self.order.scope.identifier
    }

    fn objections(
        &self,
        tool: &Tool,
        account: &Account,
        input: &JsonText,
        changed: Option<&DefinitionChange>,
    ) -> Vec<Objection> {
        let problems = tool
            .input_schema
            .as_ref()
            .map(|schema| Validator::compile(schema).check(input).problems)
            .unwrap_or_default();
        let granted = preflight::granted_scopes(account);
        preflight::objections(&ProposedCall {
            tool,
            connection: &account.connection,
            identifier: &account.identifier,
            status: Some(&account.status),
            granted: granted.as_deref(),
            input,
            problems: &problems,
            again: false,
            changed,
            mode: self.opened.mode.get(),
        })
    }

    /// Holds a call that cannot succeed as it is.
    async fn hold(&self, objections: &[Objection], account: &Account) -> Result<(), HostRefusal> {
        let Some(first) = objections.iter().find(|objection| !asks(objection.kind)) else { return Ok(()) };
        let held = objections.iter().filter(|objection| !asks(objection.kind));
        let sentences: Vec<_> = held.map(|objection| objection.sentence.trim_end_matches('.')).collect();
        let fault = Fault::new(first.kind.fault(), format!("{}. Nothing was sent.", sentences.join(". ")));
        Err(match first.kind {
            ObjectionKind::Status | ObjectionKind::Scope => {
                self.catalogue.await_change().await;
                let fault = fault.about(account.pair());
                authorization::refusal(self.opened, account, fault, &self.order.options, self.peer).await
            }
            _ => HostRefusal::Failed {
                fault: Box::new(fault),
                next: "Mend the arguments by the tool's input schema, and call again.".into(),
            },
        })
    }

    /// Has a person allow a call; a denial is written down.
    async fn allow(
        &self,
        call: &Cleared<ToolCall>,
        run: &str,
        asks: &[Objection],
        recorder: &Recorder,
    ) -> Result<(), HostRefusal> {
        let allowed = Allowed { run: run.to_owned(), tool: call.tool.clone(), connection: call.connection.clone() };
        // What was allowed was the tool as it was then.
        let is_changed = asks.iter().any(|objection| objection.kind == ObjectionKind::Changed);
        if !is_changed && self.runs.is_allowed(&allowed) {
            return Ok(());
        }
        let request = ApprovalRequest {
            tool: call.tool.raw().to_owned(),
            identifier: call.identifier.raw().to_owned(),
            connection: call.connection.raw().to_owned(),
            environment: self.opened.about().name.clone(),
            client: client(self.peer).raw().to_owned(),
            run: run.to_owned(),
            reasons: asks.iter().map(|objection| objection.sentence.clone()).collect(),
            arguments: call.input.raw().to_owned(),
            limit_seconds: self.order.approval_limit.as_secs(),
        };
        let state = self.order.state.as_deref();
        match approval::decide(self.peer, state, &request, self.order.approval_limit).await {
            Ok(Decision::Run) => self.runs.allow(allowed),
            Ok(_) => {}
            Err(fault) => {
                let next = approval::next(&fault).to_owned();
                recorder.not_sent(call, &fault).await;
                return Err(HostRefusal::Failed { fault: Box::new(fault), next });
            }
        }
        Ok(())
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

/// Whether a person may send a call all the same.
fn asks(kind: ObjectionKind) -> bool {
    match kind {
        ObjectionKind::Effect | ObjectionKind::Again | ObjectionKind::Changed | ObjectionKind::Mode => true,
        ObjectionKind::Status | ObjectionKind::Scope | ObjectionKind::Input => false,
    }
}

/// A failure, with the next step for the model.
fn refused(fault: Fault) -> HostRefusal {
    HostRefusal::Failed { next: next(&fault), fault: Box::new(fault) }
}

/// Next step for the model after a failure.
fn next(fault: &Fault) -> String {
    if fault.may_have_been_carried_out() {
        return "Look whether it was carried out before you call it again.".into();
    }
    if let (FaultKind::NotGranted, Some(page)) = (fault.kind, fault.page()) {
        return format!("Give this link to the person, who grants it there, then call again: {page}");
    }
    let words = match fault.kind {
        FaultKind::InvalidInput => "Mend the arguments, and call again.",
        FaultKind::RateLimited | FaultKind::ProviderLimited => "Wait before you call again.",
        FaultKind::ReadOnly => "The person would have to serve with --mode ask or --mode free.",
        FaultKind::PolicyDenied => "A policy denied it. Do not try again; tell the person what it said.",
        FaultKind::NotGranted | FaultKind::Misconfigured => "Only the person can mend this. Tell them what it says.",
        FaultKind::KeyRefused | FaultKind::Forbidden => {
            "Only the person can mend this: the environment's key is refused."
        }
        kind if kind.is_passing() => "It may work later.",
        _ => "",
    };
    words.to_owned()
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
