//! What both fronts do, against the sandbox over loopback.

mod accounts;
mod authorize;
mod call_log;
mod callback;
mod compare;
mod credentials;
mod explain;
mod identity;
mod mcp_servers;
mod meddler;
mod mode;
mod modifiers;
mod query;
mod rehearsal;
mod run;
mod sources;
mod target;
mod tools;

use std::sync::Arc;

use jackfield::testing::backend::Backend;
use jackfield::testing::backend::scalekit::{Client, Scalekit};
use jackfield::testing::domain::{Account, AccountRef, Environment, EnvironmentUrl, Fault};
use jackfield::testing::flow::authorize::{Progress, Verification, authorize};
use jackfield::testing::sandbox::{Options, Sandbox, VerifyMode};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use self::meddler::Meddler;
use crate::waiting::soon;

/// A running sandbox and the way in.
pub struct World {
    pub sandbox: Sandbox,
    pub backend: Arc<Meddler>,
    /// The same without anything between us and the broker.
    pub client: Client,
}

impl World {
    pub async fn start(verify: VerifyMode) -> Self {
        Self::meddled(verify, |_| {}).await
    }

    /// With something between us and the broker.
    pub async fn meddled(verify: VerifyMode, meddle: impl FnOnce(&mut Meddler)) -> Self {
        Self::with(Options { verify, ..Options::default() }, meddle).await
    }

    pub async fn with(options: Options, meddle: impl FnOnce(&mut Meddler)) -> Self {
        let sandbox = Sandbox::start(options).await.unwrap();
        let environment = Environment {
            url: EnvironmentUrl::parse(sandbox.url().as_str()).unwrap(),
            client_id: sandbox.client_id().into(),
            client_secret: sandbox.client_secret().clone(),
        };
        let mut backend = Meddler::new(Scalekit::from(environment.clone()));
        meddle(&mut backend);
        Self { sandbox, client: Client::new(environment), backend: Arc::new(backend) }
    }

    pub async fn account(&self, connection: &str, identifier: &str) -> Account {
        self.backend.accounts().get(&pair(connection, identifier)).await.unwrap()
    }

    pub fn authorize(&self, account: AccountRef, verification: Verification) -> Following {
        let backend = Arc::clone(&self.backend);
        let (say, steps) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let report = |step| drop(say.send(step));
            authorize(backend.as_ref(), &account, verification, report).await
        });
        Following { steps, task }
    }
}

pub fn pair(connection: &str, identifier: &str) -> AccountRef {
    AccountRef::Pair(connection.into(), identifier.into())
}

/// An authorization under way.
pub struct Following {
    steps: mpsc::UnboundedReceiver<Progress>,
    task: JoinHandle<Result<Account, Fault>>,
}

impl Following {
    /// The next step, looks at the account included.
    pub async fn step(&mut self) -> Progress {
        soon("a step", self.steps.recv()).await.expect("it ended instead")
    }

    /// The first step that `pick` picks something from; earlier ones are dropped.
    pub async fn wait<T>(&mut self, pick: impl Fn(Progress) -> Option<T>) -> T {
        loop {
            if let Some(picked) = pick(self.step().await) {
                return picked;
            }
        }
    }

    pub async fn link(&mut self) -> String {
        self.wait(|step| match step {
            Progress::Link(link) => Some(link.url.into()),
            _ => None,
        })
        .await
    }

    pub fn is_over(&self) -> bool {
        self.task.is_finished()
    }

    /// Forgets the steps so far.
    pub fn forget(&mut self) {
        while self.steps.try_recv().is_ok() {}
    }

    /// How it ends, and the steps on the way there; looks at the account are no steps.
    pub async fn outcome(mut self) -> (Result<Account, Fault>, Vec<&'static str>) {
        let outcome = soon("an outcome", self.task).await.unwrap();
        let mut words = Vec::new();
        while let Some(step) = self.steps.recv().await {
            words.extend(match step {
                Progress::Found(_) => Some("found"),
                Progress::Link(_) | Progress::Code(..) => Some("link"),
                Progress::Consented => Some("consented"),
                Progress::Verified => Some("verified"),
                Progress::Stray(_) => Some("stray"),
                Progress::Renewed(_) => Some("renewed"),
                Progress::Limited(_) => Some("limited"),
                Progress::Seen(_)
                | Progress::TakesPaste
                | Progress::NotTaken(_)
                | Progress::Noted(_)
                | Progress::RegisteredBefore => None,
            });
        }
        (outcome, words)
    }
}
