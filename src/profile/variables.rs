//! The variables that name an environment, in the process or in a file.

use std::path::Path;

use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, Secret, Untrusted};

/// Both spellings are official; the first one wins. Reference: section 1.1.
pub(super) const URL: [&str; 2] = ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"];
pub(super) const CLIENT_ID: &str = "SCALEKIT_CLIENT_ID";
pub(super) const CLIENT_SECRET: &str = "SCALEKIT_CLIENT_SECRET";
/// What they all begin with.
pub(super) const PREFIX: &str = "SCALEKIT_";

/// A path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    Untrusted::from(path.to_string_lossy().as_ref()).to_string()
}

/// A variable that is set to nothing counts as not set. `they_are` begins the sentence that says so
/// of an incomplete or wrong source.
pub(super) fn from_variables(
    vars: &dyn Fn(&str) -> Option<String>,
    they_are: &str,
) -> Result<Option<Environment>, Fault> {
    let get = |name: &str| vars(name).filter(|text| !text.trim().is_empty());
    let url = URL.into_iter().find_map(|name| get(name).map(|text| (name, text)));
    match (url, get(CLIENT_ID), get(CLIENT_SECRET).map(Secret::new)) {
        (None, None, None) => Ok(None),
        (Some((name, url)), Some(client_id), Some(client_secret)) => {
            let url = EnvironmentUrl::parse(&url)
                .map_err(|fault| format!("{they_are} wrong: {name}: {}", fault.message))
                .map_err(|message| Fault::new(FaultKind::NoEnvironment, message))?;
            Ok(Some(Environment { url, client_id: client_id.trim().into(), client_secret }))
        }
        (url, client_id, client_secret) => {
            let variables = [
                (url.as_ref().map_or("SCALEKIT_ENVIRONMENT_URL", |(name, _)| name), url.is_some()),
                (CLIENT_ID, client_id.is_some()),
                (CLIENT_SECRET, client_secret.is_some()),
            ];
            let names = |set: bool| {
                let names = variables.iter().filter(|(_, is_set)| *is_set == set).map(|(name, _)| *name);
                names.collect::<Vec<_>>().join(" and ")
            };
            let message = format!("{they_are} incomplete: missing {}, set {}.", names(false), names(true));
            Err(Fault::new(FaultKind::NoEnvironment, message))
        }
    }
}
