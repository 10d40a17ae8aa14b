//! State of the Agent screen: the run that is current, one of the past that is read, and the message that is typed.

use std::time::Duration;

use ratatui::layout::Size;

use crate::agent::{
    ActingAs, AgentCommand, AgentEvent, AgentHandle, AgentLimits, AgentOrder, CallRow, RunHead, RunId, Transcript,
    cost_words,
};
use crate::domain::{ConnectionName, Fault, Identifier};
use crate::model_api::Usage;
use crate::settings::AgentSettings;
use crate::tui::agent::field::MessageField;
use crate::tui::agent::opened::OpenedCall;
use crate::tui::agent::run_view::RunView;
use crate::tui::agent::tasks::{ModelAsking, ModelFacts};
use crate::tui::agent::unsent::UnsentDraft;
use crate::tui::core::cx::Cx;
use crate::tui::explorer::json_view::JsonView;
use crate::tui::input::tabs::Pane;

/// The model that would be asked.
#[derive(Debug, Default)]
pub enum ModelState {
    /// Nobody has looked yet, or somebody is looking.
    #[default]
    Unknown,
    /// It can be asked.
    Known(ModelFacts),
    /// There is none, and why.
    Missing(Fault),
}

/// Choices for a run, as far as they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunChoice {
    /// Person that it acts as; whoever the program acts as where none was chosen.
    pub identifier: Option<Identifier>,
    /// Connections; all of that person's where none was chosen.
    pub connections: Vec<ConnectionName>,
    /// Id of the model; the usual one where none was chosen.
    pub model: Option<String>,
}

/// A run on screen.
#[derive(Debug)]
pub(super) struct ShownRun {
    /// Person, connections, model and limits.
    pub(super) order: AgentOrder,
    /// First words of it, safe to show; empty for one that has just begun.
    pub(super) title: String,
    pub(super) view: RunView,
    /// Way to it while it is driven.
    pub(super) handle: Option<AgentHandle>,
    /// Messages that were sent and not yet taken.
    pub(super) unsaid: Vec<String>,
    /// Reason for waiting before the next try, and the uptime of that.
    pub(super) retrying: Option<(String, Duration)>,
    /// Uptime at which the model was asked last.
    pub(super) asked_at: Option<Duration>,
}

/// State of the Agent screen.
#[derive(Debug, Default)]
pub struct Agent {
    /// The transcript ([`Pane::List`]) or the message ([`Pane::Side`]): what has the keyboard.
    pub focus: Pane,
    pub(super) field: MessageField,
    pub(super) unsent: UnsentDraft,
    /// The model that would be asked.
    pub model: ModelState,
    /// What the next run is begun with.
    pub choice: RunChoice,
    /// Limits of a run.
    pub limits: AgentLimits,
    /// Way to the models.
    pub asking: ModelAsking,
    /// Settings, of which prices are looked up.
    pub settings: AgentSettings,
    pub(super) current: Option<ShownRun>,
    /// Run of the past that is read while another one is current.
    pub(super) past: Option<ShownRun>,
    /// Call that is looked at.
    pub(super) opened: Option<OpenedCall>,
    /// Uptime at which the current run came to rest.
    pub(super) ended: Option<Duration>,
    pub(super) size: Size,
}

impl ShownRun {
    /// A run with nothing in it.
    pub(super) fn new(order: AgentOrder) -> Self {
        Self {
            order,
            title: String::new(),
            view: RunView::default(),
            handle: None,
            unsaid: Vec::new(),
            retrying: None,
            asked_at: None,
        }
    }

    /// A run that was read.
    pub(super) fn read(head: RunHead, transcript: Transcript) -> Self {
        let RunHead { identifier, connections, model, title, limits, .. } = head;
        let model = model.raw().to_owned();
        let order = AgentOrder { acting_as: ActingAs::chosen(identifier), connections, model, limits };
        Self { title: title.to_string(), view: RunView::of(transcript), ..Self::new(order) }
    }

    /// Its id, once it has one.
    pub(super) fn id(&self) -> Option<&RunId> {
        self.view.transcript().run.as_ref()
    }

    /// Whether the model or a call is under way, or about to be.
    pub(super) fn is_busy(&self) -> bool {
        self.handle.is_some() && (self.view.transcript().is_busy || !self.unsaid.is_empty())
    }

    /// Sends a command. Whether somebody takes it.
    pub(super) fn send(&self, command: AgentCommand) -> bool {
        self.handle.as_ref().is_some_and(|handle| handle.send(command))
    }

    /// Takes in what happened.
    pub(super) fn hear(&mut self, event: AgentEvent, uptime: Duration) {
        self.retrying = None;
        match &event {
            AgentEvent::Said(said) => {
                if let Some(at) = self.unsaid.iter().position(|unsaid| unsaid == said) {
                    self.unsaid.remove(at);
                }
            }
            AgentEvent::Turn(_) => self.asked_at = Some(uptime),
            AgentEvent::Retrying { after, why } => self.retrying = Some((why.clone(), uptime + *after)),
            // Whatever was merged into one message was said with it.
            AgentEvent::Rests(_) => (self.asked_at, self.unsaid) = (None, Vec::new()),
            _ => {}
        }
        self.view.apply(event, uptime);
    }
}

impl Agent {
    /// Takes what is set.
    pub fn set(&mut self, settings: &AgentSettings) {
        self.limits = AgentLimits::of(settings);
        (self.asking.usual, self.asking.version) = (settings.model.clone(), settings.api_version.clone());
        self.settings = settings.clone();
    }

    /// The run on screen.
    pub(super) fn shown(&self) -> Option<&ShownRun> {
        self.past.as_ref().or(self.current.as_ref())
    }

    /// The run on screen, to be changed.
    pub(super) fn shown_mut(&mut self) -> Option<&mut ShownRun> {
        self.past.as_mut().or(self.current.as_mut())
    }

    /// Whether the current run is under way.
    pub fn is_busy(&self) -> bool {
        self.current.as_ref().is_some_and(ShownRun::is_busy)
    }

    /// Number of items of the run on screen that are laid out, for tests.
    pub fn laid_out(&self) -> usize {
        self.shown().map_or(0, |run| run.view.laid_out())
    }

    /// Number of calls that wait for the person.
    pub fn asks(&self) -> usize {
        self.current.as_ref().filter(|run| run.handle.is_some()).map_or(0, |run| run.view.waiting().count())
    }

    /// The call under the cursor that waits for the person; none of a run that nobody drives.
    pub(super) fn question(&self) -> Option<(&CallRow, Duration)> {
        let run = self.current.as_ref().filter(|run| self.past.is_none() && run.handle.is_some())?;
        run.view.question()
    }

    /// Person that the run on screen acts as, or the next one would.
    pub fn identifier<'a>(&'a self, cx: &'a Cx) -> Option<&'a Identifier> {
        match self.shown() {
            Some(run) => Some(run.order.acting_as.identifier()),
            None => self.choice.identifier.as_ref().or(cx.acting_as.as_ref()),
        }
    }

    /// Result of the call that is looked at.
    pub fn result(&self) -> Option<&JsonView> {
        self.opened.as_ref().and_then(OpenedCall::result_view)
    }

    /// Connections of the run on screen, or of the next one.
    pub(super) fn connections(&self) -> &[ConnectionName] {
        self.shown().map_or(&self.choice.connections, |run| &run.order.connections)
    }

    /// Model of the run on screen, or of the next one.
    pub(super) fn model_id(&self) -> Option<&str> {
        let usual = match &self.model {
            ModelState::Known(facts) => Some(facts.usual_model.as_str()),
            _ => None,
        };
        match self.shown() {
            Some(run) => Some(run.order.model.as_str()),
            None => self.choice.model.as_deref().or(usual),
        }
    }

    /// Whether a script stands in for the model.
    pub(super) fn is_script(&self) -> bool {
        matches!(&self.model, ModelState::Known(facts) if facts.is_script)
    }

    /// Cost of the run on screen so far, where prices are known.
    pub(super) fn cost(&self) -> Option<String> {
        let run = self.shown()?;
        let total = run.view.transcript().total;
        (total != Usage::default()).then(|| cost_words(&self.settings, &run.order.model, total)).flatten()
    }

    /// Order for a new run; none where nobody is acted as.
    pub(super) fn order(&self, cx: &Cx) -> Option<AgentOrder> {
        let identifier = self.choice.identifier.clone().or_else(|| cx.acting_as.clone())?;
        let usual = match &self.model {
            ModelState::Known(facts) => facts.usual_model.clone(),
            _ => String::new(),
        };
        Some(AgentOrder {
            acting_as: ActingAs::chosen(identifier),
            connections: self.choice.connections.clone(),
            model: self.choice.model.clone().unwrap_or(usual),
            limits: self.limits,
        })
    }
}
