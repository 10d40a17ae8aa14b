//! The variables that name an environment, in the process or in a file.

use std::ffi::OsString;
use std::path::Path;

use zeroize::Zeroizing;

use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, Untrusted, trim_quotes};

/// Both spellings are official; the first one wins. Reference: section 1.1.
pub(super) const URL: [&str; 2] = ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"];
pub(super) const CLIENT_ID: &str = "SCALEKIT_CLIENT_ID";
/// Variable of the key itself.
pub const CLIENT_SECRET: &str = "SCALEKIT_CLIENT_SECRET";
/// Prefix of all variables.
pub(super) const PREFIX: &str = "SCALEKIT_";

/// A path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    Untrusted::from(path.to_string_lossy().as_ref()).to_string()
}

/// Reader of one variable; the value may be a key, and may be no text.
pub(super) type Read<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A variable that is set to nothing counts as not set. `they_are` begins the sentence that says so
/// of an incomplete or wrong source.
pub(super) fn from_variables(vars: Read<'_>, they_are: &str) -> Result<Option<Environment>, Fault> {
    let wrong =
        |name: &str, why: &str| Fault::new(FaultKind::NoEnvironment, format!("{they_are} wrong: {name}: {why}"));
    let get = |name: &'static str| match vars(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(text)) => Ok(Some((name, Zeroizing::new(text))).filter(|(_, text)| !trim_quotes(text).is_empty())),
        Some(Err(_)) => Err(wrong(name, "it is not UTF-8 text.")),
    };
    let mut urls = URL.into_iter().map(get).filter_map(Result::transpose);
    match (urls.next().transpose()?, get(CLIENT_ID)?, get(CLIENT_SECRET)?) {
        (None, None, None) => Ok(None),
        (Some((name, url)), Some((_, client_id)), Some((_, client_secret))) => Ok(Some(Environment {
            url: EnvironmentUrl::parse(&url).map_err(|fault| wrong(name, &fault.message))?,
            client_id: Environment::read_client_id(&client_id).map_err(|fault| wrong(CLIENT_ID, &fault.message))?,
            client_secret: Environment::read_client_secret(&client_secret)
                .map_err(|fault| wrong(CLIENT_SECRET, &fault.message))?,
        })),
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
