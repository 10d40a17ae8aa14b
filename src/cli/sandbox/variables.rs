//! Variables by which other programs find the sandbox.

use std::ffi::{OsStr, OsString};

use serde_json::{Map, json};

use crate::cli::output::CliOutput;
use crate::cli::target::quoted;
use crate::domain::{Fault, Secret};
use crate::flow::model_access::{API_KEY, AUTH_TOKEN, BASE_URL, NO_KEY};
use crate::sandbox::Sandbox;

/// One variable.
struct Variable {
    name: &'static str,
    /// The key of an imaginary world that listens on loopback only is among them: to tell it is what the command is for.
    value: Secret,
    /// Said above it, where its name does not tell enough.
    comment: Option<&'static str>,
}

/// Said so that nobody takes what answers for a model.
const MODEL_COMMENT: &str =
    "No model answers here but a script that stands in for one. Its id is script, and it wants no key.";

/// Variables that have clients go through a proxy, in lower case; both cases are read.
const PROXIES: [&str; 4] = ["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"];

/// Variables of hosts that are reached without one.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The sandbox, as those name it.
const OWN_HOST: &str = "127.0.0.1";

/// Every variable, in the order in which they are printed.
pub(super) struct Variables(Vec<Variable>);

impl Variables {
    /// Those of a sandbox, and of the file with the certificates that its clients trust.
    pub fn of(sandbox: &Sandbox, roots: Option<&str>) -> Self {
        let url = sandbox.url().as_str().trim_end_matches('/');
        let mut all = Vec::with_capacity(7);
        let mut add = |name, value: &str, comment| {
            all.push(Variable { name, value: Secret::new(value.to_owned()), comment });
        };
        add("SCALEKIT_ENVIRONMENT_URL", url, None);
        add("SCALEKIT_CLIENT_ID", sandbox.client_id(), None);
        add("SCALEKIT_CLIENT_SECRET", sandbox.client_secret().expose(), None);
        add("SCALEKIT_ENV_URL", url, Some("The same URL, for programs that read it by this name."));
        if let Some(secret) = sandbox.webhook_secret() {
            add("SCALEKIT_WEBHOOK_SECRET", secret.expose(), None);
        }
        if let Some(file) = roots {
            add(
                "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
                file,
                Some("Certificates for Python's SDK, while the sandbox runs."),
            );
        }
        add(BASE_URL, url, Some(MODEL_COMMENT));
        Self(all)
    }

    /// Prints them: for a shell, or as members of one JSON object.
    ///
    /// # Errors
    /// Those of printing.
    pub fn print(&self, output: &CliOutput) -> Result<(), Fault> {
        if output.is_json() {
            let members = self.0.iter().map(|one| (one.name.to_owned(), json!(one.value.expose())));
            return output.document(&members.collect::<Map<_, _>>());
        }
        let lines = self.0.iter().map(|Variable { name, value, comment }| {
            let comment = comment.map(|comment| format!("# {comment}\n")).unwrap_or_default();
            format!("{comment}export {name}={}", quoted(value.expose()))
        });
        output.print(&lines.collect::<Vec<_>>().join("\n"))
    }

    /// What a program gets beside the environment that `ours` reads: these, a key for a model where there is none, since
    /// SDKs do not start without one, and the word that the sandbox is reached without a proxy where there is one.
    pub fn of_a_child(&self, ours: impl Fn(&str) -> Option<OsString>) -> Vec<(&'static str, OsString)> {
        let own = |name: &str| ours(name).filter(|value| !value.is_empty());
        let mut set: Vec<_> = self.0.iter().map(|one| (one.name, one.value.expose().into())).collect();
        if own(API_KEY).or_else(|| own(AUTH_TOKEN)).is_none() {
            set.push((API_KEY, NO_KEY.into()));
        }
        if PROXIES.iter().any(|name| own(name).or_else(|| own(&name.to_uppercase())).is_some()) {
            let hosts = NO_PROXY.iter().find_map(|name| own(name));
            let all = match hosts {
                Some(hosts) if hosts == OsStr::new("*") => hosts,
                Some(mut hosts) => {
                    hosts.push(",");
                    hosts.push(OWN_HOST);
                    hosts
                }
                None => OWN_HOST.into(),
            };
            set.extend(NO_PROXY.map(|name| (name, all.clone())));
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child(ours: &'static [(&str, &str)]) -> Vec<(&'static str, String)> {
        let url =
            Variable { name: "ANTHROPIC_BASE_URL", value: Secret::new("http://127.0.0.1:1".into()), comment: None };
        let set = Variables(vec![url]).of_a_child(|name| Some(ours.iter().find(|(own, _)| *own == name)?.1.into()));
        set.into_iter().map(|(name, value)| (name, value.into_string().unwrap())).collect()
    }

    #[test]
    fn a_key_for_a_model_is_made_up_only_where_there_is_none() {
        let names = |ours| child(ours).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let made_up = ("ANTHROPIC_API_KEY", NO_KEY.to_owned());
        assert_eq!(child(&[]), [("ANTHROPIC_BASE_URL", "http://127.0.0.1:1".to_owned()), made_up]);
        assert_eq!(names(&[("ANTHROPIC_API_KEY", "")]), ["ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"]);
        assert_eq!(names(&[("ANTHROPIC_API_KEY", "sk-ant-1")]), ["ANTHROPIC_BASE_URL"]);
        assert_eq!(names(&[("ANTHROPIC_AUTH_TOKEN", "token")]), ["ANTHROPIC_BASE_URL"]);
    }

    #[test]
    fn the_sandbox_is_reached_without_the_proxy_that_others_are_reached_by() {
        let without = |ours| {
            let all = child(ours);
            NO_PROXY.map(|name| all.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone()))
        };
        let hosts = |hosts: &str| [Some(hosts.to_owned()), Some(hosts.to_owned())];
        assert_eq!(without(&[("NO_PROXY", "acme.dev")]), [None, None]);
        assert_eq!(without(&[("http_proxy", "http://proxy:1")]), hosts("127.0.0.1"));
        assert_eq!(
            without(&[("HTTPS_PROXY", "http://proxy:1"), ("no_proxy", "acme.dev")]),
            hosts("acme.dev,127.0.0.1")
        );
        assert_eq!(without(&[("ALL_PROXY", "http://proxy:1"), ("NO_PROXY", "*")]), hosts("*"));
    }
}
