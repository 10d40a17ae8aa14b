//! Requests to a provider's own API in place of a tool: making one of the input, and sending it.

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::background;
use crate::domain::{Execution, Fault, FaultKind, JsonText, ProxyRequest, ProxyResponse};
use crate::flow::preflight::{self, Claimant};
use crate::flow::record::Recorder;
use crate::flow::{proxy_journal, request_input};
use crate::journal::Front;
use crate::json::Document;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::playground::screen::Playground;
use crate::tui::playground::tasks::{CallEnded, CallSent, NotRecorded, Recording, RunResult, RunTool};

impl Playground {
    /// The request that running would send; none while the input is not JSON, or a tool is here.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`]: the input describes none.
    pub fn request(&self) -> Option<Result<ProxyRequest, Fault>> {
        let subject = self.subject.as_ref().filter(|subject| subject.is_request())?;
        let input = JsonText::parse(self.input_text().to_owned()).ok()?;
        Some(request_input::request(&subject.connection, &subject.identifier, &input))
    }
}

/// Task: pass a request on to a provider's own API. It runs where a tool would, and reports the same.
#[derive(Debug)]
pub struct SendRequest {
    /// The request, as it stands on screen.
    pub request: ProxyRequest,
    /// Whether it goes into the journal.
    pub recording: Recording,
    /// Number of the run.
    pub number: u64,
}

impl SendRequest {
    async fn send(self, services: Services, reporter: &Reporter) -> Result<RunResult, Fault> {
        let Self { request, recording, number } = self;
        let opened = services.environment()?;
        let backend = opened.backend.as_ref();
        let records = (recording == Recording::On).then_some(services.records);
        let recorder = Recorder::of(&opened, Front::Screen, records);
        let request = preflight::clear_request(backend, request, Claimant::Screen).await?;
        reporter.announce(CallSent(number));
        let recorded = recorder.request(backend, &request).await;
        let announcer = reporter.clone();
        // Not a part of this task: it goes on when the next call begins.
        tokio::spawn(async move {
            if let Some(fault) = recorded.writing.end().await {
                announcer.announce(NotRecorded(fault));
            }
        });
        let response = recorded.result?;
        let reported = recorded.reported;
        // A large answer takes a while to index; the threads that wait for the network must not.
        let read = background::blocking(move || {
            let data = shown(&response);
            let (http_status, took) = (response.status, response.took);
            let execution = Execution { id: None, data: data.clone(), http_status, took };
            Document::index(data).map(|document| (execution, document))
        });
        match read.await {
            Ok(Ok((execution, document))) => Ok(RunResult { execution, document, reported, shown: None }),
            Ok(Err(fault)) => Err(Fault::new(FaultKind::TooLarge, fault.to_string()).after_it_was_carried_out()),
            Err(_) => {
                let message = "The answer could not be read into the explorer.";
                Err(Fault::new(FaultKind::Local, message).after_it_was_carried_out())
            }
        }
    }
}

#[async_trait]
impl Task for SendRequest {
    fn slot(&self) -> Slot {
        RunTool::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(CallEnded(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(CallEnded(self.send(services, &reporter).await));
    }
}

/// The body; where there is none, status and headers, which are all that came.
fn shown(response: &ProxyResponse) -> JsonText {
    if !response.body.is_empty() {
        return proxy_journal::as_json(&response.body);
    }
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &response.headers {
        let value = Value::from(value.raw());
        match headers.get_mut(name.raw()) {
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
            None => drop(headers.insert(name.raw().to_owned(), value)),
        }
    }
    let all = Map::from_iter([
        ("status".to_owned(), Value::from(response.status)),
        ("headers".to_owned(), Value::Object(headers)),
    ]);
    JsonText::parse(Value::Object(all).to_string()).unwrap_or_else(|_| JsonText::empty_object())
}
