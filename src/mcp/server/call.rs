//! One call: it runs by itself, and whoever drives it carries its questions to the client.

use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{
    CallToolResponse, CallToolResult, ClientResult, ElicitRequest, InputRequest, InputRequiredResult,
    ProgressNotificationParam, ProgressToken, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext, RoleServer};
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::host::{HostRefusal, OfferedTool, ToolAnswer};
use super::parked::{ParkedCall, RequestDigest};
use super::peer::{Era, Peer, PeerMessage, Question, gone};
use super::shared::{Shared, Turn};
use super::wire;
use crate::domain::{ElicitationAnswer, Fault, FaultKind, JsonText};

/// Key of the one question that a client is asked at a time.
const QUESTION: &str = "question";

/// A call under way. Dropping it ends it.
pub(super) struct Running {
    task: AbortOnDropHandle<Result<ToolAnswer, HostRefusal>>,
    messages: mpsc::Receiver<PeerMessage>,
    _turn: Turn,
}

impl Running {
    /// Starts a call, which is carried out once whatever becomes of the request.
    pub fn start(shared: &Arc<Shared>, tool: Arc<OfferedTool>, arguments: JsonText, peer: Peer, turn: Turn) -> Self {
        let (peer, messages) = peer.connected();
        let (host, stop) = (Arc::clone(&shared.host), shared.stop.clone());
        let task = shared.calls.spawn(async move {
            tokio::select! {
                answer = host.call(&tool, arguments, &peer) => answer,
                () = stop.cancelled() => Err(Fault::new(FaultKind::Cancelled, "The server is ending.").into()),
            }
        });
        Self { task: AbortOnDropHandle::new(task), messages, _turn: turn }
    }
}

/// Drives a call until it is answered, or a client without a session has to be asked.
pub(super) async fn drive(
    shared: &Arc<Shared>,
    mut running: Running,
    request: RequestDigest,
    era: Era,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let token = context.meta.get_progress_token();
    loop {
        let message = tokio::select! {
            biased;
            () = context.ct.cancelled() => return Err(ErrorData::invalid_request("The call was cancelled.", None)),
            Some(message) = running.messages.recv() => message,
            ended = &mut running.task => return ended_call(ended).map(CallToolResponse::Complete),
        };
        match (message, era) {
            (PeerMessage::Progress { done, total, message }, _) => {
                if let Some(token) = &token {
                    tell_progress(context, token, done, total, message).await;
                }
            }
            (PeerMessage::Ask(question, reply), Era::Session) => ask(context, question, reply).await,
            (PeerMessage::Ask(question, reply), Era::Stateless) => {
                let asked = wire::question(question).and_then(|params| {
                    let handle = shared.parked.park(shared, ParkedCall { running, reply, request })?;
                    let requests = [(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(params)))];
                    Ok(InputRequiredResult::new(Some(requests.into()), Some(handle)))
                });
                return Ok(match asked {
                    Ok(asked) => CallToolResponse::InputRequired(asked),
                    Err(fault) => CallToolResponse::Complete(wire::refusal(&fault, "Nothing was sent.")),
                });
            }
        }
    }
}

/// Goes on with a call whose question was answered.
pub(super) async fn resume(
    shared: &Arc<Shared>,
    handle: &str,
    answers: Option<rmcp::model::InputResponses>,
    request: RequestDigest,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let unknown = || ErrorData::invalid_params("No call waits with this requestState. Nothing was sent.", None);
    let parked = shared.parked.take(handle).ok_or_else(unknown)?;
    if parked.request != request {
        return Err(ErrorData::invalid_params(
            "The answer comes with another tool or other arguments than the question. Nothing was sent.",
            None,
        ));
    }
    let answer = answers.and_then(|mut answers| answers.remove(QUESTION)).ok_or_else(wire::not_understood);
    let answer = answer.and_then(|answer| {
        serde_json::from_value(answer).map_err(|error| wire::not_understood().caused_by(error)).and_then(wire::answer)
    });
    // Whoever asked may have stopped waiting: what they made of it is the answer.
    let _ = parked.reply.send(answer);
    drive(shared, parked.running, request, Era::Stateless, context).await
}

fn ended_call(
    ended: Result<Result<ToolAnswer, HostRefusal>, tokio::task::JoinError>,
) -> Result<CallToolResult, ErrorData> {
    match ended {
        Ok(Ok(answer)) => Ok(wire::result(&answer)),
        Ok(Err(refusal)) => wire::refused(refusal),
        Err(error) => {
            tracing::error!(panicked = error.is_panic(), "a call broke down");
            Err(ErrorData::internal_error("The call broke down. Whether it was carried out is not known.", None))
        }
    }
}

async fn tell_progress(
    context: &RequestContext<RoleServer>,
    token: &ProgressToken,
    done: f64,
    total: Option<f64>,
    message: String,
) {
    let mut params = ProgressNotificationParam::new(token.clone(), done);
    params.total = total;
    params.message = (!message.is_empty()).then_some(message);
    let _ = context.peer.notify_progress(params).await;
}

/// Asks a client with a session, until whoever asked stops waiting or the call is cancelled.
async fn ask(
    context: &RequestContext<RoleServer>,
    question: Question,
    mut reply: oneshot::Sender<Result<ElicitationAnswer, Fault>>,
) {
    let asked = async {
        let request = ServerRequest::ElicitRequest(ElicitRequest::new(wire::question(question)?));
        let sent = context.peer.send_cancellable_request(request, PeerRequestOptions::no_options()).await;
        sent.map_err(|error| gone().caused_by(error))
    };
    let handle = tokio::select! {
        handle = asked => handle,
        () = reply.closed() => return,
        () = context.ct.cancelled() => return,
    };
    let mut handle = match handle {
        Ok(handle) => handle,
        Err(fault) => return drop(reply.send(Err(fault))),
    };
    let answered = tokio::select! {
        answered = &mut handle.rx => answered,
        () = reply.closed() => return drop(handle.cancel(Some("nobody waits for the answer any more".into())).await),
        () = context.ct.cancelled() => return drop(handle.cancel(Some("the call was cancelled".into())).await),
    };
    let answer = match answered {
        Ok(Ok(ClientResult::ElicitResult(result))) => wire::answer(result),
        Ok(Ok(_)) => Err(wire::not_understood()),
        Ok(Err(error)) => Err(wire::not_understood().caused_by(error)),
        Err(_) => Err(gone()),
    };
    let _ = reply.send(answer);
}
