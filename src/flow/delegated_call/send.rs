//! A call that may be sent, sent once.

use std::time::Duration;

use super::examine::{AllowedCall, Delegate};
use crate::backend::Watch;
use crate::domain::{Account, Fault, JsonText};
use crate::flow::record::Recorder;
use crate::flow::tool_trust;
use crate::journal::EntryId;

/// Outcome of a call.
#[derive(Debug)]
pub struct Sent {
    /// Account that it ran with.
    pub account: Account,
    /// Result as it is shown; why there is none.
    pub result: Result<JsonText, Fault>,
    /// Failure that the result admits.
    pub reported: Option<Fault>,
    /// Sentences for whoever reads the result.
    pub remarks: Vec<String>,
    /// Entry in the journal; none where it was not written.
    pub entry: Option<EntryId>,
    /// Reason why the call, or its outcome, is not in the journal.
    pub unwritten: Option<Fault>,
    /// Time that it took; none where nobody answered.
    pub took: Option<Duration>,
}

impl AllowedCall {
    /// Sends it. A tool whose definition has changed is trusted from now on as it is.
    pub async fn send(self, delegate: Delegate<'_>, recorder: &Recorder, watch: Watch) -> Sent {
        let backend = delegate.opened.backend.as_ref();
        let Self { call, account, tool, is_changed, modifiers } = self;
        let failed = |account, fault| Sent {
            account,
            result: Err(fault),
            reported: None,
            remarks: Vec::new(),
            entry: None,
            unwritten: None,
            took: None,
        };
        if is_changed && let Err(fault) = tool_trust::trust(backend, &call.connection, &tool).await {
            return failed(account, fault);
        }
        let recorder = recorder.clone().modified_by(modifiers.names());
        let recorded = recorder.run_watched(backend, &call, watch).await;
        let unwritten = recorded.writing.end().await;
        if let Some(fault) = &unwritten {
            tracing::warn!(fault = fault.kind.slug(), "a call is not in the journal");
        }
        let answered = match recorded.result {
            Ok(answered) => answered,
            Err(fault) => return Sent { entry: recorded.entry, unwritten, ..failed(account, fault) },
        };
        let took = Some(answered.execution.took);
        let mut remarks = Vec::new();
        let came = answered.execution.data;
        let result = match modifiers.changes_result() {
            false => came,
            true => modifiers.after(&came).await.unwrap_or_else(|fault| {
                remarks.push(format!("{fault} The result is given as it came."));
                came
            }),
        };
        Sent {
            account,
            result: Ok(result),
            reported: recorded.reported,
            remarks,
            entry: recorded.entry,
            unwritten,
            took,
        }
    }
}
