//! `jackfield profile`: the environments that are saved on this machine.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use url::Url;

use super::output::CliOutput;
use super::prompt;
use super::table::Table;
use super::wait_notice::{self, KEYCHAIN};
use crate::domain::{Environment, EnvironmentUrl, Fault};
use crate::flow::sources::Sources;
use crate::profile::{Profile, ProfileName, ProfileTarget, Saved, ScalekitTarget, verify_url};

#[derive(Clone, Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// Save an environment; its secret goes into the keychain
    Add(Box<AddProfile>),
    /// List the saved environments
    List,
    /// Make a saved environment the one that is used where nothing else is said
    Use {
        /// Which
        #[arg(value_parser = name)]
        name: ProfileName,
    },
    /// Remove a saved environment and its secret
    Remove {
        /// Which
        #[arg(value_parser = name)]
        name: ProfileName,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Clone, Debug, Args)]
pub(super) struct AddProfile {
    /// What to call it
    #[arg(value_parser = name)]
    name: ProfileName,
    /// The environment's URL
    #[arg(long, value_parser = url)]
    url: EnvironmentUrl,
    /// The client id that goes with it
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// The application's own page that confirms who consented
    #[arg(long, value_name = "URL", value_parser = page)]
    verify_url: Option<Url>,
    /// Read the client secret from standard input instead of asking for it
    #[arg(long)]
    secret_stdin: bool,
}

/// Reads a profile's name.
pub(super) fn name(text: &str) -> Result<ProfileName, String> {
    ProfileName::parse(text).map_err(|fault| fault.message.into())
}

fn url(text: &str) -> Result<EnvironmentUrl, String> {
    EnvironmentUrl::parse(text).map_err(|fault| fault.message.into())
}

fn page(text: &str) -> Result<Url, String> {
    verify_url(text).ok_or_else(|| "a web address begins with https:// or http://".to_owned())
}

impl ProfileCommand {
    /// Carries out the command; needs no environment.
    pub(super) async fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let sources = Sources::from_process()?;
        match self {
            Self::Add(add) => add.perform(&sources, output).await?,
            Self::List => list(&sources.saved().await?, output)?,
            Self::Use { name } => {
                sources.put_in_use(name.clone()).await?;
                done(name, &sources.saved().await?, output, &format!("Profile {name} is in use."))?;
            }
            Self::Remove { name, yes } => {
                let saved = sources.saved().await?;
                let ProfileTarget::Scalekit(target) = &saved.get(name)?.target;
                let question = format!("Remove profile {name} ({}) and its secret?", target.url);
                if !yes {
                    prompt::ask(question, prompt::UNCHANGED).await?;
                }
                wait_notice::for_keychain(output, KEYCHAIN, sources.remove(name.clone())).await?;
                output.done(&json!({ "removed": name.as_str() }), &format!("Profile {name} is removed."))?;
            }
        }
        Ok(0)
    }
}

impl AddProfile {
    async fn perform(&self, sources: &Sources, output: &CliOutput) -> Result<(), Fault> {
        let question = format!("Client secret of {}", self.name);
        let from_input = self.secret_stdin;
        let secret = prompt::asking(move || match from_input {
            true => prompt::secret_from_input(),
            false => prompt::secret(&question, "--secret-stdin reads the secret from standard input."),
        });
        let secret = secret.await?;
        let profile = Profile {
            name: self.name.clone(),
            target: ProfileTarget::Scalekit(ScalekitTarget {
                url: self.url.clone(),
                client_id: Environment::read_client_id(&self.client_id)?,
                user_verify_url: self.verify_url.clone(),
            }),
        };
        wait_notice::for_keychain(output, KEYCHAIN, sources.save(profile, secret)).await?;
        let saved = sources.saved().await?;
        let also = if saved.in_use.as_ref() == Some(&self.name) { " and in use" } else { "" };
        done(&self.name, &saved, output, &format!("Profile {} is saved{also}.", self.name))
    }
}

fn done(name: &ProfileName, saved: &Saved, output: &CliOutput, sentence: &str) -> Result<(), Fault> {
    output.done(&document(saved.get(name)?, saved), sentence)
}

fn list(saved: &Saved, output: &CliOutput) -> Result<(), Fault> {
    let mut table = Table::new(output, "profiles", ["USE", "NAME", "URL", "CLIENT ID", "VERIFIES AT"]);
    let row = |profile: &Profile| {
        let ProfileTarget::Scalekit(target) = &profile.target;
        [
            if is_in_use(profile, saved) { "*".into() } else { String::new() },
            profile.name.to_string(),
            target.url.to_string(),
            target.client_id.to_string(),
            target.user_verify_url.as_ref().map_or("-".into(), Url::to_string),
        ]
    };
    table.add(&saved.profiles, |profile| document(profile, saved), row);
    table.end()
}

fn is_in_use(profile: &Profile, saved: &Saved) -> bool {
    saved.in_use.as_ref() == Some(&profile.name)
}

fn document(profile: &Profile, saved: &Saved) -> Value {
    let ProfileTarget::Scalekit(target) = &profile.target;
    json!({
        "name": profile.name.as_str(),
        "url": target.url.as_str(),
        "client_id": target.client_id.raw(),
        "user_verify_url": target.user_verify_url.as_ref().map(Url::as_str),
        "in_use": is_in_use(profile, saved),
    })
}
