//! A call before it is sent: what it means, and what speaks against it.

use super::permissions::{Permission, Permissions};
use super::words::CallRefusal;
use crate::domain::{Account, AccountRef, Fault, FaultKind, Identifier, JsonText, Tool, ToolCall, Untrusted};
use crate::flow::accounts;
use crate::flow::environment::Opened;
use crate::flow::modifiers::Selection;
use crate::flow::offer::Offer;
use crate::flow::preflight::{self, Cleared, Objection, ObjectionKind, ProposedCall};
use crate::flow::record::{Recorded, Recorder};
use crate::flow::target::{CallRequest, ResolvedCall, find};
use crate::flow::tool_trust;
use crate::schema::Validator;

/// Work for one person in one environment, as part of one run. Every call of it acts as that person.
#[derive(Clone, Copy)]
pub struct Delegate<'a> {
    pub(super) opened: &'a Opened,
    identifier: &'a Identifier,
    run: &'a str,
    client: Option<&'a Untrusted>,
}

/// What an examination found.
pub enum Examined {
    /// It can be sent, once nobody has to be asked any more.
    Ready(Box<AskedCall>),
    /// It cannot succeed as it is. Nothing was sent.
    Held(Box<HeldCall>),
}

/// A call that cannot succeed as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldCall {
    /// Account that it would run with.
    pub account: Account,
    /// What is in the way.
    pub fault: Fault,
    /// True if the account has to be authorized; else the arguments have to be mended.
    pub is_account: bool,
}

/// A call that waits for a person, where anything is to be asked.
pub struct AskedCall {
    ready: AllowedCall,
    asks: Vec<Objection>,
}

/// A call that may be sent.
pub struct AllowedCall {
    pub(super) call: Cleared<ToolCall>,
    pub(super) account: Account,
    pub(super) tool: Tool,
    pub(super) is_changed: bool,
    pub(super) modifiers: Selection,
}

impl<'a> Delegate<'a> {
    /// Work for the person of this identifier, which the person at the machine chose.
    pub fn new(opened: &'a Opened, identifier: &'a Identifier, run: &'a str) -> Self {
        Self { opened, identifier, run, client: None }
    }

    /// The same for a client of this name, which texts are submitted by.
    pub fn for_client(self, client: &'a Untrusted) -> Self {
        Self { client: Some(client), ..self }
    }

    /// Finds the account that a call of this tool runs with, and holds the call against all that is known. Nothing is
    /// sent to the tool.
    ///
    /// # Errors
    /// The call is refused, whatever a person says; or what there is to know cannot be read.
    pub async fn examine(&self, offer: &Offer, arguments: &JsonText) -> Result<Examined, CallRefusal> {
        let backend = self.opened.backend.as_ref();
        preflight::permit_tool(backend, &offer.tool)?;
        let wanted = CallRequest {
            tool: offer.tool.name.clone(),
            identifier: self.identifier.clone(),
            connection: Some(offer.connection.clone()),
            account: None,
        };
        let ResolvedCall { account, tool } = match find(backend, &wanted, false).await {
            Err(fault) if fault.kind == FaultKind::NotFound => return Err(self.not_found(offer, fault).await),
            found => found?,
        };
        let tool = tool.unwrap_or_else(|| offer.tool.clone());
        let modifiers = self.opened.modifiers_for(&tool.name).await?.signed(self.client, self.identifier);
        modifiers.require().map_err(|fault| CallRefusal {
            fault: Box::new(fault),
            next: "The person decides with: jackfield modifiers allow, or jackfield modifiers refuse.".into(),
        })?;
        let input = modifiers.before(arguments).await?;
        let change = tool_trust::change(backend, &offer.connection, &tool).await?;
        let problems = tool
            .input_schema
            .as_ref()
            .map(|schema| Validator::compile(schema).check(&input).problems)
            .unwrap_or_default();
        let granted = preflight::granted_scopes(&account);
        let objections = preflight::objections(&ProposedCall {
            tool: &tool,
            connection: &account.connection,
            identifier: &account.identifier,
            status: Some(&account.status),
            granted: granted.as_deref(),
            input: &input,
            problems: &problems,
            again: false,
            changed: change.as_ref(),
            mode: self.opened.mode.get(),
        });
        if let Some(held) = held(&objections, &account) {
            return Ok(Examined::Held(Box::new(held)));
        }
        let about = Account::clone(&account);
        let call = account.call(backend, &tool, input, Some(self.run.into()))?;
        let ready = AllowedCall { call, account: about, tool, is_changed: change.is_some(), modifiers };
        Ok(Examined::Ready(Box::new(AskedCall { ready, asks: objections })))
    }
}

impl Delegate<'_> {
    /// A call whose tool or account is not there. Where it is the account, the fault is about it: authorizing makes one.
    async fn not_found(&self, offer: &Offer, fault: Fault) -> CallRefusal {
        let pair = AccountRef::Pair(offer.connection.clone(), self.identifier.clone());
        match accounts::get(self.opened.backend.as_ref(), &pair).await {
            Err(gone) if gone.kind == FaultKind::NotFound => fault.about(pair).into(),
            _ => fault.into(),
        }
    }
}

/// What holds a call, if anything does that a person cannot wave through.
fn held(objections: &[Objection], account: &Account) -> Option<HeldCall> {
    let first = objections.iter().find(|objection| !asks(objection.kind))?;
    let holds = objections.iter().filter(|objection| !asks(objection.kind));
    let sentences: Vec<_> = holds.map(|objection| objection.sentence.trim_end_matches('.')).collect();
    let fault = Fault::new(first.kind.fault(), format!("{}. Nothing was sent.", sentences.join(". ")));
    let is_account = matches!(first.kind, ObjectionKind::Status | ObjectionKind::Scope);
    let fault = match is_account {
        true => Fault { kind: FaultKind::NeedsAuthorization, ..fault }.about(account.pair()),
        false => fault,
    };
    Some(HeldCall { account: account.clone(), fault, is_account })
}

/// Whether a person may send a call all the same.
fn asks(kind: ObjectionKind) -> bool {
    match kind {
        ObjectionKind::Effect | ObjectionKind::Again | ObjectionKind::Changed | ObjectionKind::Mode => true,
        ObjectionKind::Status | ObjectionKind::Scope | ObjectionKind::Input => false,
    }
}

impl AskedCall {
    /// The call, if nobody has to be asked: nothing speaks against it, or a person allowed it for the whole run. What was
    /// allowed was the tool as it was then, so one whose definition changed is asked about.
    ///
    /// # Errors
    /// The same call, which a person has to decide on.
    pub fn unasked(self: Box<Self>, permissions: &Permissions) -> Result<AllowedCall, Box<Self>> {
        let is_changed = self.asks.iter().any(|objection| objection.kind == ObjectionKind::Changed);
        match self.asks.is_empty() || (!is_changed && permissions.has(&self.permission())) {
            true => Ok(self.ready),
            false => Err(self),
        }
    }

    /// What speaks against sending it unasked, in sentences.
    pub fn reasons(&self) -> Vec<String> {
        self.asks.iter().map(|objection| objection.sentence.clone()).collect()
    }

    /// Grounds on which it is asked about.
    pub fn grounds(&self) -> Vec<ObjectionKind> {
        self.asks.iter().map(|objection| objection.kind).collect()
    }

    /// The call as it would be sent.
    pub fn call(&self) -> &ToolCall {
        &self.ready.call
    }

    /// Names of the modifiers that take part.
    pub fn modifiers(&self) -> Vec<Untrusted> {
        self.ready.modifiers.names()
    }

    /// The call, which a person allowed.
    pub fn allowed(self: Box<Self>) -> AllowedCall {
        self.ready
    }

    /// Permission for every later call of this tool with this account in the run.
    pub fn permission(&self) -> Permission {
        let ToolCall { tool, connection, agent_run, .. } = &*self.ready.call;
        let run = agent_run.as_ref().map(|run| run.raw().to_owned()).unwrap_or_default();
        Permission { run, tool: tool.clone(), connection: connection.clone() }
    }

    /// Writes down that it was not allowed, and why not.
    pub async fn not_allowed(self: Box<Self>, recorder: &Recorder, fault: &Fault) -> Recorded<()> {
        let recorder = recorder.clone().modified_by(self.ready.modifiers.names());
        recorder.not_sent(&self.ready.call, fault).await
    }
}
