//! Names that complete a word, read from the environment that the line means.
//!
//! Nobody waits for a completion: whatever did not come within a moment is left out, and so is every failure.
//! Nothing is changed, and without an environment nothing is sent.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::EnvironmentArgs;
use super::profile::name as profile_name;
use crate::agent;
use crate::backend::scalekit::Limits;
use crate::backend::{AccountFilter, Backend};
use crate::domain::{Account, Fault, ServerConfig, ServerInstance, ServerInstanceFilter};
use crate::flow::environment::{self, IfNone};
use crate::flow::model_access::{SCRIPT, USUAL_MODEL};
use crate::flow::record::{Records, blocking};
use crate::flow::sources::{self, Sources};
use crate::flow::{accounts, connections, mcp_servers, tools};
use crate::journal::RunFilter;
use crate::settings::{FILE, Settings};

/// Time that an answer may take.
const DEADLINE: Duration = Duration::from_millis(700);

/// Names that are offered at most.
const MOST: usize = 500;

/// Kind of name that a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameKind {
    Account,
    Identifier,
    Connection,
    Tool,
    Profile,
    ServerConfig,
    ServerInstance,
    AgentRun,
    Model,
}

/// A name, and what helps to choose it.
pub(super) struct Name {
    pub(super) name: String,
    pub(super) about: Option<String>,
}

/// Names that begin with what is typed.
pub(super) fn names(kind: NameKind, typed: &str) -> Vec<Name> {
    let line = Line::from_process();
    let found = Found { typed, names: Mutex::default() };
    let Ok(runtime) = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build() else {
        return Vec::new();
    };
    // What came before the deadline counts, whatever ended it.
    let _ = runtime.block_on(async { tokio::time::timeout(DEADLINE, collect(kind, &line, &found)).await });
    runtime.shutdown_background();
    let names = found.names.into_inner().unwrap_or_else(PoisonError::into_inner);
    names.into_iter().take(MOST).map(|(name, about)| Name { name, about }).collect()
}

async fn collect(kind: NameKind, line: &Line, found: &Found<'_>) -> Result<(), Fault> {
    if kind == NameKind::Profile {
        let saved = Sources::from_process()?.saved().await?;
        saved.profiles.iter().for_each(|profile| found.add(profile.name.as_str(), None));
        return Ok(());
    }
    if kind == NameKind::AgentRun {
        let journal = Records::for_this_user().journal().await?;
        let runs = blocking(move || agent::list(&journal, &RunFilter::default(), MOST)).await?;
        runs.iter().for_each(|run| found.add(run.id.as_str(), Some(run.title.to_string())));
        return Ok(());
    }
    if kind == NameKind::Model {
        // Those that are known without asking anybody: the one in the settings, and those of earlier runs.
        let journal = Records::for_this_user().journal().await?;
        let runs = blocking(move || agent::list(&journal, &RunFilter::default(), MOST)).await?;
        let settings = sources::home().map(|home| Settings::read(&home.config.join(FILE))).unwrap_or_default();
        let agent = settings.agent;
        let set = agent.model.iter().chain(agent.prices.keys()).map(String::as_str);
        let known = set.chain(runs.iter().map(|run| run.model.raw())).chain([USUAL_MODEL, SCRIPT]);
        known.for_each(|model| found.add(model, None));
        return Ok(());
    }
    let target = line.environment.request()?;
    let opened = environment::open(target, None, IfNone::Refuse, Limits::default(), None, |_| ()).await?;
    let backend = opened.backend.as_ref();
    match kind {
        NameKind::Profile | NameKind::AgentRun | NameKind::Model => {}
        NameKind::Connection => {
            for connection in connections::load(backend).await? {
                found.add(connection.name.raw(), Some(connection.provider.to_string()));
            }
        }
        NameKind::Account => {
            let about = |account: &Account| Some(account.status.word());
            of_accounts(backend, line, |account| {
                found.add(&format!("{}/{}", account.connection.raw(), account.identifier.raw()), about(account));
            })
            .await?;
        }
        NameKind::Identifier => {
            of_accounts(backend, line, |account| found.add(account.identifier.raw(), None)).await?;
        }
        NameKind::Tool => of_tools(backend, line, found).await?,
        NameKind::ServerConfig => {
            let add = |page: Vec<ServerConfig>| {
                page.iter().for_each(|config| found.add(config.name.raw(), Some(config.description.to_string())));
            };
            mcp_servers::configs(backend, add).await?;
        }
        NameKind::ServerInstance => {
            let add = |page: Vec<ServerInstance>| {
                page.iter().for_each(|instance| found.add(instance.name.raw(), Some(instance.identifier.to_string())));
            };
            mcp_servers::instances(backend, ServerInstanceFilter::default(), add).await?;
        }
    }
    Ok(())
}

async fn of_accounts(backend: &dyn Backend, line: &Line, mut each: impl FnMut(&Account)) -> Result<(), Fault> {
    let filter = AccountFilter { connection: line.connection.as_deref().map(Into::into), identifier: None };
    accounts::load(backend, &filter, |page, _| page.iter().for_each(&mut each)).await.map(drop)
}

async fn of_tools(backend: &dyn Backend, line: &Line, found: &Found<'_>) -> Result<(), Fault> {
    let add = |page: Vec<crate::domain::Tool>, _| {
        page.iter().for_each(|tool| found.add(tool.name.raw(), Some(tool.title.to_string())));
    };
    match &line.identifier {
        Some(identifier) => {
            let connections: Vec<_> = line.connection.as_deref().map(Into::into).into_iter().collect();
            tools::load(backend, &identifier.as_str().into(), &connections, add).await.map(drop)
        }
        None => tools::catalogue(backend, None, Vec::new(), add).await.map(drop),
    }
}

/// Names found so far, in order.
struct Found<'a> {
    typed: &'a str,
    names: Mutex<BTreeMap<String, Option<String>>>,
}

impl Found<'_> {
    /// Adds a name, if a shell takes it as it is.
    fn add(&self, name: &str, about: Option<String>) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.@/+:=,".contains(c);
        if name.starts_with(self.typed) && !name.is_empty() && name.chars().all(plain) {
            let about = about.filter(|about| !about.is_empty());
            self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), about);
        }
    }
}

/// What the line that is being typed says already.
#[derive(Default)]
struct Line {
    environment: EnvironmentArgs,
    connection: Option<String>,
    identifier: Option<String>,
}

impl Line {
    /// The line that a completion script passes on, behind a `--`.
    fn from_process() -> Self {
        Self::read(std::env::args_os().skip_while(|word| word != "--").skip(1))
    }

    fn read(words: impl Iterator<Item = OsString>) -> Self {
        let mut line = Self::default();
        let mut words = words.filter_map(|word| word.into_string().ok()).peekable();
        while let Some(word) = words.next() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            if name == "--local" {
                line.environment.local = true;
                continue;
            }
            if name == "--sandbox" {
                line.environment.sandbox = true;
                continue;
            }
            if !["--profile", "--env-file", "--connection", "--as"].contains(&name) {
                continue;
            }
            let Some(value) = value.or_else(|| words.next()).filter(|value| !value.is_empty()) else { continue };
            match name {
                "--profile" => line.environment.profile = profile_name(&value).ok(),
                "--env-file" => line.environment.env_file = Some(value.into()),
                "--connection" => line.connection = Some(value),
                _ => line.identifier = Some(value),
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_being_typed_says_which_environment_it_means() {
        let words = ["jackfield", "run", "--sandbox", "--as=ada@acme.dev", "--connection", "linear", "--profile", ""];
        let line = Line::read(words.into_iter().map(Into::into));
        assert!(line.environment.sandbox && line.environment.profile.is_none());
        assert_eq!((line.identifier.as_deref(), line.connection.as_deref()), (Some("ada@acme.dev"), Some("linear")));
    }

    #[test]
    fn names_that_a_shell_would_read_otherwise_are_left_out() {
        let found = Found { typed: "li", names: Mutex::default() };
        for name in ["linear/ada@acme.dev", "linear/$(x)", "linear/a b", "slack/ada", "li\u{1b}"] {
            found.add(name, None);
        }
        let names: Vec<_> = found.names.into_inner().unwrap().into_keys().collect();
        assert_eq!(names, ["linear/ada@acme.dev"]);
    }
}
