//! A run being written down while it goes on.

use std::sync::atomic::{AtomicBool, Ordering};

use super::documents::{
    AboutAnswer, Fate, FateDocument, PartialDocument, RestDocument, TextDocument, WishDocument, end_word, json,
};
use crate::agent::event::EventSink;
use crate::agent::event::{AgentEvent, RunEnd};
use crate::domain::{Fault, JsonText};
use crate::flow::record::blocking;
use crate::journal::{EntryId, Journal, NewRun, RunItemKind, RunLock, RunNumber, WishNumber};
use crate::model_api::{ModelAnswer, Usage};

/// Writes a run down, until something cannot be written: then the person is told, and the run goes on without. What
/// stands in the journal is then the run up to there, and nothing after a gap.
pub(in crate::agent) struct Keeper {
    kept: Option<Kept>,
    is_broken: AtomicBool,
    on: EventSink,
}

struct Kept {
    journal: Journal,
    run: RunNumber,
    _lock: RunLock,
}

impl Keeper {
    /// Keeps nothing.
    pub fn nothing(on: EventSink) -> Self {
        Self { kept: None, is_broken: AtomicBool::new(false), on }
    }

    /// Begins a run.
    pub async fn begin(journal: Journal, run: NewRun, on: EventSink) -> Self {
        let by = journal.clone();
        let begun = blocking(move || by.begin_run(&run)).await;
        match begun {
            Ok((run, lock)) => Self::of(journal, run, lock, on),
            Err(fault) => {
                let keeper = Self::nothing(on);
                keeper.complain(&fault);
                keeper
            }
        }
    }

    /// Goes on with a run that is held.
    pub fn of(journal: Journal, run: RunNumber, lock: RunLock, on: EventSink) -> Self {
        Self { kept: Some(Kept { journal, run, _lock: lock }), is_broken: AtomicBool::new(false), on }
    }

    /// Writes down a message of the person.
    pub async fn said(&self, text: &str) {
        self.append(RunItemKind::Said, json(&TextDocument { text: text.to_owned() })).await;
    }

    /// Writes down that the model is asked.
    pub async fn turn(&self) {
        self.append(RunItemKind::Turn, JsonText::empty_object()).await;
    }

    /// Writes down what came of an answer that never ended.
    pub async fn partial(&self, thinking: String, text: String) {
        if !thinking.is_empty() || !text.is_empty() {
            self.append(RunItemKind::Partial, json(&PartialDocument { thinking, text })).await;
        }
    }

    /// Writes down something that the person was told.
    pub async fn notice(&self, words: &str) {
        self.append(RunItemKind::Notice, json(&TextDocument { text: words.to_owned() })).await;
    }

    /// Writes down an answer and its wishes. Returns their numbers; as many nothings where nothing is kept.
    pub async fn answer(
        &self,
        answer: &ModelAnswer,
        kept: bool,
        wishes: &[WishDocument],
        total: Usage,
    ) -> Vec<Option<WishNumber>> {
        let (content, about) = (answer.content.clone(), json(&AboutAnswer::new(answer, kept)));
        let wishes: Vec<JsonText> = wishes.iter().map(json).collect();
        let count = wishes.len();
        let written =
            self.write(move |journal, run| journal.append_answer(run, &content, &about, &wishes, total)).await;
        written.map_or_else(|| vec![None; count], |numbers| numbers.into_iter().map(Some).collect())
    }

    /// Writes down what came of a wish.
    pub async fn end(&self, wish: Option<WishNumber>, fate: &Fate) {
        let Some(wish) = wish else { return };
        let document = json(&FateDocument::new(fate));
        self.write(move |journal, _| journal.end_wish(wish, &document)).await;
    }

    /// The last entry that was begun for a wish.
    pub async fn entry(&self, wish: Option<WishNumber>) -> Option<EntryId> {
        let wish = wish?;
        self.write(move |journal, _| journal.entry_of_wish(wish)).await.flatten()
    }

    /// Writes down that the run rests.
    pub async fn rests(&self, end: &RunEnd) {
        let (word, document) = (end_word(end), json(&RestDocument::new(end)));
        self.write(move |journal, run| journal.rest_run(run, word, &document)).await;
    }

    async fn append(&self, kind: RunItemKind, document: JsonText) {
        self.write(move |journal, run| journal.append_to_run(run, kind, &document).map(drop)).await;
    }

    async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Journal, RunNumber) -> Result<T, Fault> + Send + 'static,
    ) -> Option<T> {
        let Kept { journal, run, .. } = self.kept.as_ref().filter(|_| !self.is_broken.load(Ordering::SeqCst))?;
        let (journal, run) = (journal.clone(), *run);
        match blocking(move || write(&journal, run)).await {
            Ok(done) => Some(done),
            Err(fault) => {
                self.complain(&fault);
                None
            }
        }
    }

    fn complain(&self, fault: &Fault) {
        if !self.is_broken.swap(true, Ordering::SeqCst) {
            tracing::warn!(fault = fault.kind.slug(), "a run is not kept");
            let words = format!("From here on this run is not kept and cannot be continued later. {fault}");
            (self.on)(AgentEvent::Notice(words));
        }
    }
}
