//! Requests that a server may answer with questions, until they come to a result.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::call::CallListener;
use super::elicitation;
use super::fault::McpFault;
use super::rpc_error::{RpcError, URL_ELICITATION_REQUIRED};
use super::session::{RequestError, Session};
use super::slot::{RawAnswer, RequestSlot};
use crate::domain::{Elicitation, ElicitationAnswer, ElicitationRequest, Fault, FaultKind, JsonText, Untrusted};

/// Times that a server may ask before one request comes to its result.
const ROUNDS: usize = 20;

/// A request that may be answered with questions.
pub(super) struct Interaction<'a> {
    pub session: &'a Session,
    pub method: &'static str,
    pub params: Map<String, Value>,
    /// Members of the parameters that go out as they are.
    pub texts: Vec<(&'static str, JsonText)>,
    pub listener: Arc<dyn CallListener>,
    /// True if it may change something at the other side.
    pub acts: bool,
}

/// Members of a result that tell whether it is one. MCP 2026-07-28, “Multi round-trip requests”.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultHead<'a> {
    result_type: Option<String>,
    #[serde(borrow)]
    input_requests: Option<&'a RawValue>,
    #[serde(borrow)]
    request_state: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct InputRequest<'a> {
    method: String,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

impl Interaction<'_> {
    /// Makes the request, asks what the server wants to know, and goes on as the protocol says. The first request may
    /// turn out never to have left.
    pub async fn run(self) -> Result<RawAnswer, RequestError> {
        let mut texts = self.texts.clone();
        for _ in 0..ROUNDS {
            let mut slot = RequestSlot::reading();
            (slot.texts, slot.acts) = (texts.clone(), self.acts);
            slot.listener = Some(Arc::clone(&self.listener));
            let answer = match self.session.request(self.method, self.params.clone(), slot).await {
                Ok(answer) => answer.raw,
                Err(RequestError::Refused(error)) if error.code == URL_ELICITATION_REQUIRED => {
                    self.visit(&error).await?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            let head: ResultHead<'_> =
                serde_json::from_str(answer.result.raw()).map_err(|_| self.bad("a result that is no JSON object"))?;
            match head.result_type.as_deref() {
                None | Some("complete") => return Ok(answer),
                Some("input_required") => {}
                Some(_) => return Err(self.bad("a kind of result that is not known")),
            }
            let mut more = Vec::new();
            if let Some(requests) = head.input_requests {
                more.push(("inputResponses", self.responses(requests).await?));
            }
            if let Some(state) = head.request_state {
                more.push(("requestState", JsonText::within(answer.result.bytes(), state)));
            }
            if more.is_empty() {
                return Err(self.bad("a demand for input without saying for which"));
            }
            texts = self.texts.iter().cloned().chain(more).collect();
        }
        Err(self.bad(&format!("more than {ROUNDS} rounds of questions about one request")))
    }

    fn bad(&self, what: &str) -> RequestError {
        let fault = Fault::new(FaultKind::BadAnswer, format!("{} sent {what}.", self.server()));
        RequestError::Failed(McpFault::Other(if self.acts { fault.perhaps_carried_out() } else { fault }))
    }

    fn server(&self) -> &str {
        &self.session.ledger.names.label
    }

    fn asker(&self) -> Untrusted {
        let info = &self.session.info;
        let named = [&info.title, &info.name].into_iter().find(|name| !name.is_empty());
        named.cloned().unwrap_or_else(|| self.server().into())
    }

    async fn responses(&self, requests: &RawValue) -> Result<JsonText, RequestError> {
        let unread = || self.bad("questions that cannot be read");
        let requests: IndexMap<String, InputRequest<'_>> =
            serde_json::from_str(requests.get()).map_err(|_| unread())?;
        if requests.len() > elicitation::MOST {
            return Err(self.bad(&format!("more than {} questions at once", elicitation::MOST)));
        }
        let mut responses = Map::new();
        for (key, request) in requests {
            if request.method != "elicitation/create" {
                return Err(self.bad("a demand for something that this client does not offer"));
            }
            let params = request.params.map_or("{}", RawValue::get);
            let question = elicitation::read(params, &self.asker());
            let question = question.map_err(|why| self.bad(&format!("a question {why}")))?;
            let answer = self.listener.ask(question).await;
            responses.insert(key, elicitation::answer(&answer));
        }
        let text = Value::Object(responses).to_string();
        JsonText::parse(text).map_err(|_| unread())
    }

    /// Asks for the visits that the server wants before it takes the request. It was not carried out.
    async fn visit(&self, error: &RpcError) -> Result<(), RequestError> {
        #[derive(Deserialize)]
        struct Wanted<'a> {
            #[serde(borrow)]
            elicitations: Vec<&'a RawValue>,
        }
        let data = error.data.as_ref().map_or("", JsonText::raw);
        let questions = serde_json::from_str::<Wanted<'_>>(data).ok().and_then(|wanted| {
            let questions =
                wanted.elicitations.iter().map(|params| elicitation::read(params.get(), &self.asker()).ok());
            questions.collect::<Option<Vec<Elicitation>>>()
        });
        let questions = questions.filter(|questions| {
            let are_visits = questions.iter().all(|question| matches!(question.request, ElicitationRequest::Url(_)));
            !questions.is_empty() && questions.len() <= elicitation::MOST && are_visits
        });
        let Some(questions) = questions else { return Err(RequestError::Refused(Box::new(error.clone()))) };
        for question in questions {
            let kind = match self.listener.ask(question).await {
                ElicitationAnswer::Accept(_) => continue,
                ElicitationAnswer::Decline => FaultKind::Denied,
                ElicitationAnswer::Cancel => FaultKind::Cancelled,
            };
            let message = format!("{} wants a page to be visited first, which was not done.", self.server());
            return Err(RequestError::Failed(McpFault::Other(Fault::new(kind, message).said(error.message.as_str()))));
        }
        Ok(())
    }
}

/// Parameters with a name.
pub(super) fn named(member: &str, name: &str) -> Map<String, Value> {
    match json!({ member: name }) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
