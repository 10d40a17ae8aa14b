//! Events of an answer on their way to `rmcp`, with what they hold taken in.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use reqwest::Response;
use rmcp::transport::streamable_http_client::SseError;
use sse_stream::Sse;

use super::fault::McpFault;
use super::http_transport::{Failed, HttpTransport, too_large};
use super::ledger::Admitted;
use super::network_fault;
use crate::domain::{Fault, FaultKind};
use crate::sse::{SseEvent, SseReader};

/// A stream of events on its way to `rmcp`.
pub(super) struct EventStream {
    transport: HttpTransport,
    response: Option<Response>,
    reader: SseReader,
    ready: VecDeque<SseEvent>,
    id: Option<i64>,
}

impl EventStream {
    /// The events of a response; `id` is the request that they answer.
    pub fn open(
        transport: HttpTransport,
        response: Response,
        id: Option<i64>,
    ) -> BoxStream<'static, Result<Sse, SseError>> {
        let reader = SseReader::new(transport.link.ledger.options.limits.message);
        let state = Self { transport, response: Some(response), reader, ready: VecDeque::new(), id };
        stream::unfold(state, |mut state| async move { state.next().await.map(|event| (event, state)) }).boxed()
    }

    async fn next(&mut self) -> Option<Result<Sse, SseError>> {
        loop {
            while let Some(event) = self.ready.pop_front() {
                self.transport.fruitless.store(0, Ordering::Relaxed);
                if let Some(event) = self.admitted(event) {
                    return Some(Ok(event));
                }
            }
            let chunk = self.response.as_mut()?.chunk().await;
            match chunk {
                Ok(Some(chunk)) => {
                    if self.reader.push(&chunk, &mut self.ready).is_err() {
                        self.response = None;
                        let ledger = &self.transport.link.ledger;
                        let fault = too_large(&ledger.names.label, ledger.options.limits.message);
                        // What was read before stays, and what is too large ends the request.
                        let failed = self
                            .fail(McpFault::Other(fault))
                            .map(|text| SseEvent { data: Some(text.into_bytes()), ..SseEvent::default() });
                        let ready = std::mem::take(&mut self.ready);
                        self.ready = ready.into_iter().chain(failed).collect();
                        if self.ready.is_empty() {
                            return None;
                        }
                    }
                }
                Ok(None) => {
                    self.response = None;
                    self.suspect(Fault::new(
                        FaultKind::Network,
                        format!("{} ended its answer before the result came.", self.label()),
                    ));
                    return None;
                }
                Err(error) => {
                    self.response = None;
                    let fault = network_fault::in_words(error, self.label());
                    self.suspect(fault);
                    return Some(Err(SseError::Body(Box::new(Failed))));
                }
            }
        }
    }

    fn label(&self) -> &str {
        &self.transport.link.ledger.names.label
    }

    fn suspect(&self, fault: Fault) {
        if let Some(id) = self.id {
            let fault = self.transport.perhaps(self.id, McpFault::Other(fault));
            self.transport.link.ledger.suspect(id, fault);
        }
    }

    /// Ends the request that the stream answers, and gives the message by which `rmcp` hears of it.
    fn fail(&self, fault: McpFault) -> Option<String> {
        let id = self.id.filter(|id| self.transport.link.ledger.is_pending(*id))?;
        self.transport.link.ledger.fail(id, self.transport.perhaps(self.id, fault));
        Some(format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32603,"message":"failed"}}}}"#))
    }

    fn admitted(&self, event: SseEvent) -> Option<Sse> {
        let SseEvent { event, data, id, retry } = event;
        let is_message = matches!(event.as_deref(), None | Some("" | "message"));
        let data = match data.filter(|data| is_message && !data.trim_ascii().is_empty()) {
            None => None,
            Some(data) => {
                let data = Bytes::from(data);
                match self.transport.link.ledger.admit(&data, self.id) {
                    Admitted::Forward => Some(String::from_utf8_lossy(&data).into_owned()),
                    Admitted::Instead(text) => Some(text),
                    Admitted::Done => None,
                    Admitted::Unusable(why) => {
                        let message = format!("{} sent {why}.", self.label());
                        let failed = self.fail(McpFault::new(FaultKind::BadAnswer, message.clone()));
                        if failed.is_none() {
                            self.transport.link.ledger.remark(message);
                        }
                        failed
                    }
                }
            }
        };
        (data.is_some() || id.is_some() || retry.is_some()).then_some(Sse { event, data, id, retry })
    }
}
