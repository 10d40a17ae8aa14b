//! A client: one server, its session, and the requests to it.

use std::sync::Arc;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use super::call::{CallAnswer, CallListener, NoListener};
use super::endpoint::Endpoint;
use super::fault::McpFault;
use super::interaction::{Interaction, named};
use super::listing::{self, Entries, Listing};
use super::offer::{Era, ServerInfo, ServerPrompt, ServerResource, ServerTool};
use super::options::ClientOptions;
use super::session::{RequestError, Session};
use super::slot::RawAnswer;
use crate::domain::{Fault, FaultKind, JsonText, PromptMessage, ResourceBody, ResourceContent};

/// Client of one server. Clones share its session.
///
/// It is opened by the first request, once for all who wait for it. A session that died is opened again by the next
/// request. A call that was sent is never repeated.
#[derive(Clone)]
pub struct McpClient(Arc<Shared>);

struct Shared {
    endpoint: Endpoint,
    options: ClientOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    session: Option<Arc<Session>>,
    /// What the server was found to speak, so that it is asked once.
    era: Option<Era>,
}

impl std::fmt::Debug for McpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("McpClient").field(&self.0.endpoint).finish()
    }
}

impl McpClient {
    /// A client that has not spoken to its server yet.
    pub fn new(endpoint: Endpoint, options: ClientOptions) -> Self {
        Self(Arc::new(Shared { endpoint, options, state: Mutex::default() }))
    }

    /// The open session, or a new one. Whoever comes while it is opened waits for it.
    async fn session(&self) -> Result<Arc<Session>, McpFault> {
        let mut state = self.0.state.lock().await;
        if let Some(session) = state.session.as_ref().filter(|session| !session.is_over()) {
            return Ok(Arc::clone(session));
        }
        state.session = None;
        let era = state.era;
        match Session::open(&self.0.endpoint, &self.0.options, era).await {
            Ok(session) => {
                let session = Arc::new(session);
                state.era = Some(session.info.era);
                state.session = Some(Arc::clone(&session));
                Ok(session)
            }
            Err(fault) => {
                if fault.fault().kind == FaultKind::ProviderFailed || fault.fault().kind == FaultKind::BadAnswer {
                    // It may have become another one.
                    state.era = None;
                }
                Err(fault)
            }
        }
    }

    /// Does something in the session; in a new one if the old one had died before anything was sent.
    async fn with_session<T, F>(&self, method: &str, run: impl Fn(Arc<Session>) -> F) -> Result<T, McpFault>
    where
        F: Future<Output = Result<T, RequestError>>,
    {
        for _ in 0..2 {
            let session = self.session().await?;
            match run(session).await {
                Ok(done) => return Ok(done),
                Err(RequestError::NeverSent) => {}
                Err(RequestError::Refused(error)) => return Err(error.fault(method, &self.label())),
                Err(RequestError::Failed(fault)) => return Err(fault),
            }
        }
        Err(McpFault::new(FaultKind::Network, format!("{} closes every session at once.", self.label())))
    }

    /// Name of the server in sentences.
    pub fn label(&self) -> String {
        self.0.endpoint.names().label
    }

    /// What the server says of itself.
    ///
    /// # Errors
    /// No session comes about.
    pub async fn server(&self) -> Result<Arc<ServerInfo>, McpFault> {
        Ok(Arc::clone(&self.session().await?.info))
    }

    async fn list<T>(&self, listing: &Listing, read: impl Fn(Entries, &Session) -> Vec<T>) -> Result<Vec<T>, McpFault> {
        let read = &read;
        let run = |session: Arc<Session>| async move {
            let entries = listing.entries(&session).await?;
            Ok(read(entries, &session))
        };
        self.with_session(listing.method, run).await
    }

    /// All of its tools, in its order. Tools that cannot be read are left out, of two with one name the second; both are
    /// told by the log.
    ///
    /// # Errors
    /// The list cannot be had: [`FaultKind::BadAnswer`] where it goes round in circles, [`FaultKind::TooLarge`] where it
    /// does not end.
    pub async fn tools(&self) -> Result<Vec<ServerTool>, McpFault> {
        self.list(&listing::TOOLS, |entries, session| listing::tools(entries, &session.ledger)).await
    }

    /// Calls a tool, once. `arguments` is a JSON object, and goes out as it is. Whoever drops the future cancels the call.
    ///
    /// # Errors
    /// There is no result; [`Fault::carried_out`] tells whether the call may have run. A tool that says that it failed
    /// is no fault.
    pub async fn call(
        &self,
        tool: &str,
        arguments: &JsonText,
        listener: Arc<dyn CallListener>,
    ) -> Result<CallAnswer, McpFault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Head {
            is_error: Option<Value>,
        }
        let began = Instant::now();
        if !arguments.is_object() {
            return Err(McpFault::new(FaultKind::InvalidInput, "The arguments of a tool are a JSON object."));
        }
        let mut params = named("name", tool);
        // Some of them go into headers as well. What is nested too deeply for that goes out all the same.
        if let Ok(values) = serde_json::from_str(arguments.raw()) {
            params.insert("arguments".to_owned(), values);
        }
        let texts = vec![("arguments", arguments.clone())];
        let answer = self.interact("tools/call", params, texts, listener, true).await?;
        let head: Head = serde_json::from_str(answer.result.raw()).unwrap_or(Head { is_error: None });
        Ok(CallAnswer {
            is_error: head.is_error == Some(Value::Bool(true)),
            took: began.elapsed(),
            bytes: answer.bytes,
            result: answer.result,
        })
    }

    async fn interact(
        &self,
        method: &'static str,
        params: Map<String, Value>,
        texts: Vec<(&'static str, JsonText)>,
        listener: Arc<dyn CallListener>,
        acts: bool,
    ) -> Result<RawAnswer, McpFault> {
        let (params, texts, listener) = (&params, &texts, &listener);
        let run = |session: Arc<Session>| async move {
            let (params, texts, listener) = (params.clone(), texts.clone(), Arc::clone(listener));
            Interaction { session: &session, method, params, texts, listener, acts }.run().await
        };
        self.with_session(method, run).await
    }

    /// All of its resources.
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    pub async fn resources(&self) -> Result<Vec<ServerResource>, McpFault> {
        if !self.server().await?.capabilities.resources {
            return Ok(Vec::new());
        }
        self.list(&listing::RESOURCES, |entries, session| listing::resources(entries, &session.ledger, false)).await
    }

    /// All of its templates of resources.
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    pub async fn resource_templates(&self) -> Result<Vec<ServerResource>, McpFault> {
        if !self.server().await?.capabilities.resources {
            return Ok(Vec::new());
        }
        self.list(&listing::TEMPLATES, |entries, session| listing::resources(entries, &session.ledger, true)).await
    }

    /// Content of a resource; `uri` is whole, with nothing left to fill in. Questions of the server are declined.
    ///
    /// # Errors
    /// There is no content, or none that can be read.
    pub async fn read(&self, uri: &str) -> Result<Vec<ResourceContent>, McpFault> {
        let answer =
            self.interact("resources/read", named("uri", uri), Vec::new(), Arc::new(NoListener), false).await?;
        contents(&answer.result).ok_or_else(|| self.unreadable("a resource"))
    }

    /// All of its prompts.
    ///
    /// # Errors
    /// As [`tools`](Self::tools).
    pub async fn prompts(&self) -> Result<Vec<ServerPrompt>, McpFault> {
        if !self.server().await?.capabilities.prompts {
            return Ok(Vec::new());
        }
        self.list(&listing::PROMPTS, |entries, session| listing::prompts(entries, &session.ledger)).await
    }

    /// Messages of a prompt with these values: a JSON object of texts. Questions of the server are declined.
    ///
    /// # Errors
    /// There are none, or none that can be read.
    pub async fn prompt(&self, name: &str, arguments: &JsonText) -> Result<Vec<PromptMessage>, McpFault> {
        let texts = vec![("arguments", arguments.clone())];
        let answer = self.interact("prompts/get", named("name", name), texts, Arc::new(NoListener), false).await?;
        messages(&answer.result).ok_or_else(|| self.unreadable("a prompt"))
    }

    fn unreadable(&self, what: &str) -> McpFault {
        McpFault::Other(Fault::new(FaultKind::BadAnswer, format!("{} sent {what} that cannot be read.", self.label())))
    }

    /// Ends the session, in good order where the server lets it: a session is deleted, a process asked to end and then
    /// killed. The next request opens another.
    pub async fn close(&self) {
        let session = self.0.state.lock().await.session.take();
        if let Some(session) = session {
            session.close().await;
        }
    }
}

fn contents(result: &JsonText) -> Option<Vec<ResourceContent>> {
    #[derive(Deserialize)]
    struct Parts {
        contents: Vec<Content>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Content {
        uri: Option<String>,
        mime_type: Option<String>,
        text: Option<String>,
        blob: Option<String>,
    }
    let parts: Parts = serde_json::from_str(result.raw()).ok()?;
    let contents = parts.contents.into_iter().map(|content| {
        let body = match (content.text, content.blob) {
            (Some(text), _) => ResourceBody::Text(text.into()),
            (None, Some(blob)) => ResourceBody::Bytes(STANDARD.decode(blob.trim()).ok()?),
            (None, None) => return None,
        };
        Some(ResourceContent {
            uri: content.uri.unwrap_or_default().into(),
            media_type: content.mime_type.unwrap_or_default().into(),
            body,
        })
    });
    contents.collect()
}

fn messages(result: &JsonText) -> Option<Vec<PromptMessage>> {
    #[derive(Deserialize)]
    struct Parts<'a> {
        #[serde(borrow)]
        messages: Vec<Message<'a>>,
    }
    #[derive(Deserialize)]
    struct Message<'a> {
        role: String,
        #[serde(borrow)]
        content: &'a RawValue,
    }
    let parts: Parts<'_> = serde_json::from_str(result.raw()).ok()?;
    let messages = parts.messages.into_iter().map(|message| PromptMessage {
        role: message.role.into(),
        content: JsonText::within(result.bytes(), message.content),
    });
    Some(messages.collect())
}
