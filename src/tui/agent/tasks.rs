//! Tasks of the agent's screen: driving a run, and reading what there is: the model, earlier runs.

use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::agent::{
    AgentCommand, AgentEvent, AgentParts, AgentStart, RunHead, RunId, StoredRun, Transcript, drive, list, load,
};
use crate::domain::{Fault, FaultKind, Secret};
use crate::flow::environment::Opened;
use crate::flow::model_access::{ModelAccess, ModelChoice, ModelKeys, open};
use crate::flow::record::{Recorder, Records, blocking};
use crate::journal::{Front, RunFilter};
use crate::model_api::ModelInfo;
use crate::secrets::StoreKind;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Drive a run until its handle is dropped.
pub struct DriveRun {
    /// A new run, or one of the past that goes on.
    pub start: AgentStart,
    /// End at which the commands come out.
    pub commands: Option<UnboundedReceiver<AgentCommand>>,
    /// Way to the model.
    pub asking: ModelAsking,
    /// Whether its calls go into the journal.
    pub recording: bool,
}

/// Report: something happened in the run.
#[derive(Debug)]
pub struct AgentHeard(pub AgentEvent);

/// Report: nobody drives the run any more; why, where it did not end by itself.
#[derive(Debug)]
pub struct RunOver(pub Option<Box<Fault>>);

impl DriveRun {
    /// Place of the run that is under way. There is one at a time.
    pub const SLOT: Slot = Slot::new("agent run");
}

impl fmt::Debug for DriveRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DriveRun({:?})", self.start)
    }
}

#[async_trait]
impl Task for DriveRun {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RunOver(Some(Box::new(fault))))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { start, commands, asking, recording } = *self;
        let Some(commands) = commands else { return reporter.send(RunOver(None)) };
        let order = match &start {
            AgentStart::New(order) | AgentStart::Continue(_, order) => order,
        };
        let parts = parts(&services, &asking, &order.model, recording).await;
        let over = match parts {
            Ok(parts) => {
                let hears = reporter.clone();
                drive(parts, start, commands, Arc::new(move |event| hears.send(AgentHeard(event)))).await;
                None
            }
            Err(fault) => Some(Box::new(fault)),
        };
        reporter.send(RunOver(over));
    }
}

async fn parts(services: &Services, asking: &ModelAsking, model: &str, recording: bool) -> Result<AgentParts, Fault> {
    let opened = services.environment()?;
    let model = asking.access(services, &opened, Some(model)).await?;
    let records = recording.then(|| Arc::clone(&services.records));
    let recorder = Recorder::of(&opened, Front::Agent, records);
    Ok(AgentParts { opened, recorder, model })
}

/// Way to the models: the keys, and what the settings say. Clones share the keys.
#[derive(Clone, Default)]
pub struct ModelAsking {
    keys: Arc<OnceLock<ModelKeys>>,
    /// Id of the model that the settings name.
    pub usual: Option<String>,
    /// Version of the API that the settings name.
    pub version: Option<String>,
}

impl fmt::Debug for ModelAsking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ModelAsking")
    }
}

impl ModelAsking {
    fn keys(&self, services: &Services) -> Result<&ModelKeys, Fault> {
        let sources = services.origin.sources.as_ref().map_err(Clone::clone)?;
        Ok(self.keys.get_or_init(|| ModelKeys::new(sources)))
    }

    async fn access(&self, services: &Services, opened: &Opened, model: Option<&str>) -> Result<ModelAccess, Fault> {
        let choice = ModelChoice {
            model: model.filter(|model| !model.is_empty()).map(str::to_owned),
            usual: self.usual.clone(),
            version: self.version.clone(),
        };
        open(opened, self.keys(services)?, &choice).await
    }

    /// Keeps a key for the server that is asked. Words on where it went.
    async fn keep(&self, services: &Services, key: &Secret) -> Result<String, Fault> {
        let keys = self.keys(services)?;
        let server = keys.server()?;
        let went = match keys.keep(&server, key).await? {
            StoreKind::Keychain => "in the keychain",
            StoreKind::Vault => "in the vault",
            StoreKind::Memory => "in memory, until jackfield ends",
        };
        Ok(format!("The key for {} is kept {went}.", server.host_str().unwrap_or_default()))
    }
}

/// Facts about the model that would be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFacts {
    /// Id of the model where nobody names one.
    pub usual_model: String,
    /// Name of its server.
    pub server: String,
    /// Whether it is the sandbox's script.
    pub is_script: bool,
}

/// Look which model would be asked.
#[derive(Debug)]
pub struct LookAtModel(pub ModelAsking);

/// Report: the model that would be asked, or why there is none.
#[derive(Debug)]
pub struct ModelSeen(pub Result<ModelFacts, Fault>);

impl LookAtModel {
    /// Place of looking for the model.
    pub const SLOT: Slot = Slot::new("model");
}

#[async_trait]
impl Task for LookAtModel {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ModelSeen(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let look = async {
            let opened = services.environment()?;
            let ModelAccess { usual_model, server, is_script, .. } = self.0.access(&services, &opened, None).await?;
            Ok(ModelFacts { usual_model, server, is_script })
        };
        let seen = look.await;
        reporter.send(ModelSeen(seen));
    }
}

/// List the models of the server.
#[derive(Debug)]
pub struct ListModels(pub ModelAsking);

/// Report: the models of the server.
#[derive(Debug)]
pub struct ModelsListed(pub Result<Vec<ModelInfo>, Fault>);

impl ListModels {
    /// Place of the list of models.
    pub const SLOT: Slot = Slot::new("models");
}

#[async_trait]
impl Task for ListModels {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ModelsListed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let list = async {
            let opened = services.environment()?;
            self.0.access(&services, &opened, None).await?.client.models().await
        };
        let listed = list.await;
        reporter.send(ModelsListed(listed));
    }
}

/// Keep a key for the models' server in the keychain.
#[derive(Debug)]
pub struct KeepKey {
    /// Way to the keys.
    pub asking: ModelAsking,
    /// The key.
    pub key: Secret,
}

/// Report: the key is kept, as these words say, or not.
#[derive(Debug)]
pub struct KeyKept(pub Result<String, Fault>);

impl KeepKey {
    /// Place of the key that is kept.
    pub const SLOT: Slot = Slot::new("model key");
}

#[async_trait]
impl Task for KeepKey {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(KeyKept(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let keep = async {
            let Self { asking, key } = *self;
            asking.keep(&services, &key).await
        };
        let kept = keep.await;
        reporter.send(KeyKept(kept));
    }
}

/// List the earlier runs in the open environment.
#[derive(Debug)]
pub struct ListRuns;

/// Report: the earlier runs, the newest first.
#[derive(Debug)]
pub struct RunsListed(pub Result<Vec<RunHead>, Fault>);

impl ListRuns {
    /// Place of the list of runs.
    pub const SLOT: Slot = Slot::new("agent runs");
}

#[async_trait]
impl Task for ListRuns {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RunsListed(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let list = async {
            let opened = services.environment()?;
            runs(&services.records, &opened.about().recorded_as).await
        };
        let listed = list.await;
        reporter.send(RunsListed(listed));
    }
}

async fn runs(records: &Arc<Records>, environment: &str) -> Result<Vec<RunHead>, Fault> {
    let journal = records.journal().await?;
    let filter = RunFilter { environment: Some(environment.to_owned()), ..RunFilter::default() };
    blocking(move || list(&journal, &filter, MOST_RUNS)).await
}

/// Runs in the list of earlier ones.
const MOST_RUNS: usize = 1_000;

/// Read a run of the past.
#[derive(Debug)]
pub struct ReadRun(pub RunId);

/// Report: the run, or why it cannot be read.
#[derive(Debug)]
pub struct RunRead(pub Result<Box<(RunHead, Transcript)>, Fault>);

impl ReadRun {
    /// Place of the run that is read.
    pub const SLOT: Slot = Slot::new("agent run of the past");
}

#[async_trait]
impl Task for ReadRun {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RunRead(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(RunRead(read(&services.records, &self.0).await.map(Box::new)));
    }
}

async fn read(records: &Arc<Records>, run: &RunId) -> Result<(RunHead, Transcript), Fault> {
    let stored = stored(records, run).await?;
    Ok((stored.head, stored.transcript))
}

/// A run of the journal, all of it.
pub(super) async fn stored(records: &Arc<Records>, run: &RunId) -> Result<StoredRun, Fault> {
    let journal = records.journal().await?;
    let id = run.clone();
    let found = blocking(move || load(&journal, &id)).await?;
    found.ok_or_else(|| Fault::new(FaultKind::NotFound, format!("There is no run {run} in the history.")))
}
