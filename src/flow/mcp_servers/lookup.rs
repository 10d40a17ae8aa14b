//! Finding a configuration or an instance by what a person calls it: its name, or its id.

use super::{configs, instances, servers};
use crate::backend::Backend;
use crate::domain::{
    Fault, FaultKind, ServerConfig, ServerConfigId, ServerInstance, ServerInstanceFilter, Untrusted, nearest, pluralize,
};
use crate::flow::suggest::did_you_mean;

/// Beginning of a configuration's id (reference: section 1.7). A name may begin so as well, and is looked for first.
const CONFIG_ID: &str = "cfg_";

/// Beginning of an instance's id (reference: section 1.7).
const INSTANCE_ID: &str = "inst_";

/// Configuration or instance that a word means.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerFound {
    /// Configuration.
    Config(Box<ServerConfig>),
    /// Instance.
    Instance(Box<ServerInstance>),
}

/// Finds the configuration called `word`, by its name or its id. The row of the list is a whole configuration, so nothing
/// else is asked for.
///
/// # Errors
/// [`FaultKind::NotFound`], with the nearest names; [`FaultKind::Ambiguous`]; else as the back-end's.
pub async fn config(backend: &dyn Backend, word: &str) -> Result<ServerConfig, Fault> {
    let mut all = Vec::new();
    let read = configs(backend, |page| all.extend(page)).await;
    let fits = |config: &&ServerConfig| config.name.raw() == word || config.id.raw() == word;
    let named: Vec<_> = all.iter().filter(fits).collect();
    match (named.as_slice(), read) {
        ([only], _) => Ok((*only).clone()),
        ([_, _, ..], _) => {
            let ids: Vec<_> = named.iter().map(|config| config.id.to_string()).collect();
            Err(several(word, "configurations", &ids))
        }
        ([], Err(fault)) => Err(fault),
        ([], Ok(_)) if word.starts_with(CONFIG_ID) => servers(backend)?.config(&ServerConfigId::from(word)).await,
        ([], Ok(_)) => {
            let near = nearest(word, all.iter().map(|config| &config.name), |name| name.raw());
            Err(none("configuration", word, &did_you_mean(&near), all.len()))
        }
    }
}

/// Finds the instance called `word`, by its name or its id.
///
/// # Errors
/// As [`config`].
pub async fn instance(backend: &dyn Backend, word: &str) -> Result<ServerInstance, Fault> {
    let mut all = Vec::new();
    let read = instances(backend, ServerInstanceFilter::default(), |page| all.extend(page)).await;
    let fits = |instance: &&ServerInstance| instance.name.raw() == word || instance.id.raw() == word;
    let named: Vec<_> = all.iter().filter(fits).collect();
    match (named.as_slice(), read) {
        ([only], _) => Ok((*only).clone()),
        ([_, _, ..], _) => {
            let ids: Vec<_> =
                named.iter().map(|instance| format!("{} ({})", instance.id, instance.identifier)).collect();
            Err(several(word, "instances", &ids))
        }
        ([], Err(fault)) => Err(fault),
        ([], Ok(_)) => {
            let near = nearest(word, all.iter().map(|instance| &instance.name), |name| name.raw());
            Err(none("instance", word, &did_you_mean(&near), all.len()))
        }
    }
}

/// Finds a configuration of this name or id, or else an instance.
///
/// # Errors
/// As [`config`]; the fault of the configuration where there is neither.
pub async fn either(backend: &dyn Backend, word: &str) -> Result<ServerFound, Fault> {
    if word.starts_with(INSTANCE_ID) {
        return Ok(ServerFound::Instance(Box::new(instance(backend, word).await?)));
    }
    match config(backend, word).await {
        Ok(config) => Ok(ServerFound::Config(Box::new(config))),
        Err(fault) if fault.kind == FaultKind::NotFound => match instance(backend, word).await {
            Ok(instance) => Ok(ServerFound::Instance(Box::new(instance))),
            Err(_) => Err(fault),
        },
        Err(fault) => Err(fault),
    }
}

fn several(word: &str, what: &str, ids: &[String]) -> Fault {
    let word = Untrusted::from(word);
    Fault::new(FaultKind::Ambiguous, format!("Several {what} are called {word}. Give an id: {}.", ids.join(", ")))
}

fn none(what: &str, word: &str, near: &str, all: usize) -> Fault {
    let word = Untrusted::from(word);
    let rest = match (near, all) {
        ("", 0) => format!(" There is no {what} at all."),
        ("", all) => format!(" There are {}.", pluralize(all as u64, what)),
        (near, _) => near.to_owned(),
    };
    Fault::new(FaultKind::NotFound, format!("There is no MCP {what} named {word}.{rest}"))
}
