//! The beginning of a run: the person, the tools, the model's room, and what was before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};

use super::call::CallContext;
use super::conversation::Conversation;
use super::event::{AgentEvent, EventSink, RunEnd};
use super::order::{AgentOrder, RunId};
use super::run::{AgentParts, AgentStart};
use super::stored::{Keeper, StoredRun, head, limits_text, load, settle};
use super::toolbox::Toolbox;
use crate::domain::{Fault, FaultKind, pluralize};
use crate::flow::delegated_call::Permissions;
use crate::flow::record::{Recorder, blocking};
use crate::flow::server_content;
use crate::journal::{Front, Journal, NewRun};
use crate::model_api::Usage;

/// Time that the model's server has to say how much fits into a conversation. Nothing depends on it.
const ROOM_LIMIT: Duration = Duration::from_secs(3);

/// Characters of a title.
const TITLE: usize = 80;

/// A run that has begun.
pub(super) struct Begun {
    pub parts: AgentParts,
    pub order: AgentOrder,
    pub context: Arc<CallContext>,
    pub toolbox: Toolbox,
    pub conversation: Conversation,
    pub keeper: Keeper,
    pub total: Usage,
    /// Journal that the run is to be kept in from its first message on.
    journal: Option<Journal>,
    /// News of servers behind the tools.
    changes: Option<watch::Receiver<u64>>,
    pub on: EventSink,
}

/// Begins a run, or reads one back and goes on with it.
///
/// # Errors
/// The run is not there, is somebody else's, or is under way elsewhere; the tools cannot be read.
pub(super) async fn begin(parts: AgentParts, start: AgentStart, on: EventSink) -> Result<Begun, Fault> {
    let recorder = parts.recorder.clone().of_front(Front::Agent);
    let journal = match recorder.records() {
        None => None,
        Some(records) => match records.journal().await {
            Ok(journal) => Some(journal),
            Err(fault) => {
                on(AgentEvent::Notice(format!("This run is not kept and cannot be continued later. {fault}")));
                None
            }
        },
    };
    let (order, id, kept) = match start {
        AgentStart::New(order) => (order, RunId::random(), None),
        AgentStart::Continue(id, order) => {
            let Some(journal) = journal.clone() else {
                return Err(Fault::new(FaultKind::Local, "Runs are not kept here, so none can go on."));
            };
            let (stored, keeper) = read_back(journal, &id, &order, &recorder, &parts, Arc::clone(&on)).await?;
            (order, id, Some((stored, keeper)))
        }
    };
    let names = kept.as_ref().map(|(stored, _)| stored.names.clone()).unwrap_or_default();
    let mut toolbox = Toolbox::new(order.acting_as.identifier().clone(), order.connections.clone(), &names);
    let room = async { tokio::time::timeout(ROOM_LIMIT, parts.model.client.models()).await };
    let (read, models) = tokio::join!(toolbox.read(&parts.opened, true), room);
    read?;
    let models = models.ok().and_then(Result::ok).unwrap_or_default();
    let context_limit =
        models.iter().find(|model| model.id.raw() == order.model).and_then(|model| model.max_input_tokens);
    let context = CallContext {
        opened: Arc::clone(&parts.opened),
        acting_as: order.acting_as.clone(),
        run: id.clone(),
        client: format!("{} agent, {}", env!("CARGO_PKG_NAME"), order.model).into(),
        recorder,
        permissions: Permissions::default(),
        places: Semaphore::new(order.limits.parallel_calls.max(1)),
        on: Arc::clone(&on),
        may_have_changed: AtomicBool::new(false),
    };
    on(AgentEvent::Began {
        run: id,
        tools: toolbox.definitions().len(),
        remarks: toolbox.remarks().to_vec(),
        context_limit,
    });
    let (total, conversation, keeper, journal) = match kept {
        Some((stored, keeper)) => (stored.head.total, stored.conversation, keeper, None),
        None => (Usage::default(), Conversation::default(), Keeper::nothing(Arc::clone(&on)), journal),
    };
    Ok(Begun {
        changes: server_content::changes(parts.opened.backend.as_ref()),
        context: Arc::new(context),
        parts,
        order,
        toolbox,
        conversation,
        keeper,
        total,
        journal,
        on,
    })
}

/// Reads a run back, takes hold of it, and settles what was under way when its program ended.
async fn read_back(
    journal: Journal,
    id: &RunId,
    order: &AgentOrder,
    recorder: &Recorder,
    parts: &AgentParts,
    on: EventSink,
) -> Result<(StoredRun, Keeper), Fault> {
    let (by, id, order) = (journal.clone(), id.clone(), order.clone());
    let (environment, mode) = (recorder.environment().to_owned(), parts.opened.mode.get().word());
    let (stored, lock) = blocking(move || {
        let gone = || Fault::new(FaultKind::NotFound, format!("There is no run {id} in the history."));
        let head = head(&by, &id)?.ok_or_else(gone)?;
        let identifier = order.acting_as.identifier();
        if head.identifier != *identifier {
            let message = format!("{id} acts as {}, not as {identifier}. Nothing was sent.", head.identifier);
            return Err(Fault::new(FaultKind::OtherAccount, message));
        }
        if head.environment.raw() != environment {
            let message = format!("{id} belongs to {}, which is not the environment that is open.", head.environment);
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let lock = by.hold_run(head.number)?;
        settle(&by, head.number)?;
        by.change_run(head.number, &order.connections, &order.model, mode, &limits_text(order.limits))?;
        Ok((load(&by, &id)?.ok_or_else(gone)?, lock))
    })
    .await?;
    let keeper = Keeper::of(journal, stored.head.number, lock, on);
    Ok((stored, keeper))
}

impl Begun {
    /// Takes in a message of the person. The first one begins the run in the journal.
    pub async fn said(&mut self, text: String) {
        if let Some(journal) = self.journal.take() {
            let run = NewRun {
                id: self.context.run.as_str().to_owned(),
                environment: self.context.recorder.environment().to_owned(),
                identifier: self.order.acting_as.identifier().clone(),
                connections: self.order.connections.clone(),
                model: self.order.model.clone(),
                mode: self.parts.opened.mode.get().word().to_owned(),
                title: title(&text),
                limits: limits_text(self.order.limits),
            };
            self.keeper = Keeper::begin(journal, run, Arc::clone(&self.on)).await;
            for remark in self.toolbox.remarks() {
                self.keeper.notice(remark).await;
            }
        }
        if text.trim().is_empty() {
            return;
        }
        self.keeper.said(&text).await;
        (self.on)(AgentEvent::Said(text.clone()));
        self.conversation.say(text);
    }

    /// Whether there is anything for the model to answer.
    pub fn is_open(&self) -> bool {
        self.conversation.is_open()
    }

    /// Reads the tools again, where somebody asks for it or something is known to have changed.
    ///
    /// # Errors
    /// The list cannot be read, and there is none of before.
    pub async fn refresh(&mut self, is_new_message: bool) -> Result<(), Fault> {
        let mut has_changed = self.context.may_have_changed.swap(false, Ordering::SeqCst);
        if let Some(changes) = &mut self.changes {
            has_changed |= changes.has_changed().unwrap_or(false);
            changes.mark_unchanged();
        }
        if has_changed {
            self.toolbox.forget();
        }
        if !has_changed && !is_new_message {
            return Ok(());
        }
        let before = self.toolbox.definitions().len();
        match self.toolbox.read(&self.parts.opened, false).await {
            // The old list is as good as it was: each call is held against what there is anyway.
            Err(fault) if fault.kind.is_passing() && before > 0 => return Ok(()),
            read => read?,
        }
        let now = self.toolbox.definitions().len();
        if now != before {
            let words = format!("{} can be called now.", pluralize(now as u64, "tool"));
            self.keeper.notice(&words).await;
            (self.on)(AgentEvent::Notice(words));
        }
        Ok(())
    }

    /// Tells that the run rests, once it is written down.
    pub async fn rest(&self, end: RunEnd) {
        self.keeper.rests(&end).await;
        (self.on)(AgentEvent::Rests(end));
    }

    /// The same where nobody hears of it any more.
    pub async fn rest_unheard(&self) {
        self.keeper.rests(&RunEnd::Stopped).await;
    }
}

/// The first words of a run.
fn title(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(TITLE) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_line_that_says_something() {
        assert_eq!(title("\n  Find it \nand more"), "Find it");
        assert_eq!(title(&"界".repeat(100)), format!("{}…", "界".repeat(TITLE)));
        assert_eq!(title("  "), "");
    }
}
