//! `jackfield profile`: the environments that are saved on this machine.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use url::Url;

use super::completions;
use super::output::CliOutput;
use super::prompt;
use super::table::Table;
use super::wait_notice::{self, KEYCHAIN};
use crate::backend::scalekit::Limits;
use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, MatchRule, Mode, Secret, pluralize};
use crate::flow::connection_test::{self, Answered};
use crate::flow::sources::Sources;
use crate::profile::{
    LocalTarget, OpenTarget, Profile, ProfileName, ProfileTarget, Saved, ScalekitTarget, Source, verify_url,
};

#[derive(Clone, Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// Save an environment; its secret goes to the keychain
    Add(Box<AddProfile>),
    /// Change a saved environment; its secret stays unless a new one is given
    Edit(Box<EditProfile>),
    /// Test URL and key: ask for a token and a page of accounts
    Test {
        /// Name of the profile
        #[arg(value_parser = name, add = completions::profiles())]
        name: ProfileName,
    },
    /// List saved environments
    List,
    /// Make a profile the default
    Use {
        /// Name of the profile
        #[arg(value_parser = name, add = completions::profiles())]
        name: ProfileName,
    },
    /// Remove a profile and its secret
    Remove {
        /// Name of the profile
        #[arg(value_parser = name, add = completions::profiles())]
        name: ProfileName,
        /// Do not ask for confirmation
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Clone, Debug, Args)]
pub(super) struct AddProfile {
    /// Name of the profile
    #[arg(value_parser = name)]
    name: ProfileName,
    /// Environment URL
    #[arg(long, value_parser = url, required_unless_present = "folder")]
    url: Option<EnvironmentUrl>,
    /// Client id
    #[arg(long, value_name = "ID", required_unless_present = "folder")]
    client_id: Option<String>,
    /// Folder of an environment of your own, in place of a URL and a key; absolute, or below your settings
    #[arg(long, value_name = "DIR", conflicts_with_all = ["url", "client_id", "verify_url", "secret_stdin"])]
    folder: Option<PathBuf>,
    /// Your application's page that verifies users
    #[arg(long, value_name = "URL", value_parser = page)]
    verify_url: Option<Url>,
    /// Identifiers are the person's: auto, email, id, or a pattern such as acme-{id}
    #[arg(long = "match", value_name = "RULE", value_parser = MatchRule::parse)]
    rule: Option<MatchRule>,
    /// Read the client secret from standard input
    #[arg(long)]
    secret_stdin: bool,
}

#[derive(Clone, Debug, Args)]
pub(super) struct EditProfile {
    /// Name of the profile
    #[arg(value_parser = name, add = completions::profiles())]
    name: ProfileName,
    /// New name
    #[arg(long, value_name = "NAME", value_parser = name)]
    rename: Option<ProfileName>,
    /// Environment URL; needs the secret that goes with it
    #[arg(long, value_parser = url)]
    url: Option<EnvironmentUrl>,
    /// Client id; needs the secret that goes with it
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Your application's page that verifies users; empty for none
    #[arg(long, value_name = "URL", value_parser = page_or_none)]
    verify_url: Option<VerifyPage>,
    /// Identifiers are the person's: auto, email, id, or a pattern such as acme-{id}
    #[arg(long = "match", value_name = "RULE", value_parser = MatchRule::parse)]
    rule: Option<MatchRule>,
    /// Ask for a new client secret
    #[arg(long, conflicts_with = "secret_stdin")]
    new_secret: bool,
    /// Read a new client secret from standard input
    #[arg(long)]
    secret_stdin: bool,
}

/// Page that verifies users, or none.
#[derive(Clone, Debug)]
struct VerifyPage(Option<Url>);

fn page_or_none(text: &str) -> Result<VerifyPage, String> {
    if text.is_empty() { Ok(VerifyPage(None)) } else { page(text).map(|url| VerifyPage(Some(url))) }
}

/// Reads a profile's name.
pub(super) fn name(text: &str) -> Result<ProfileName, String> {
    ProfileName::parse(text).map_err(|fault| fault.message.into())
}

fn url(text: &str) -> Result<EnvironmentUrl, String> {
    EnvironmentUrl::parse(text).map_err(|fault| fault.message.into())
}

fn page(text: &str) -> Result<Url, String> {
    verify_url(text).ok_or_else(|| "expected a URL that begins with https:// or http://".to_owned())
}

impl ProfileCommand {
    /// Carries out the command; needs no environment. `mode` is that of the command line, which is saved.
    pub(super) async fn perform(&self, mode: Option<Mode>, output: &CliOutput) -> Result<u8, Fault> {
        let sources = Sources::from_process()?;
        match self {
            Self::Add(add) => add.perform(mode, &sources, output).await?,
            Self::Edit(edit) => edit.perform(mode, &sources, output).await?,
            Self::Test { name } => test(name, &sources, output).await?,
            Self::List => list(&sources.saved().await?, output)?,
            Self::Use { name } => {
                sources.put_in_use(name.clone()).await?;
                done(name, &sources.saved().await?, output, &format!("{name} is the default profile now."))?;
            }
            Self::Remove { name, yes } => {
                let saved = sources.saved().await?;
                let question = match &saved.get(name)?.target {
                    ProfileTarget::Scalekit(target) => {
                        format!("Remove profile {name} ({}) and its secret?", target.url)
                    }
                    ProfileTarget::Local(_) => format!("Remove profile {name}? Its folder and its secrets stay."),
                };
                if !yes {
                    prompt::ask(question, prompt::UNCHANGED).await?;
                }
                wait_notice::for_keychain(output, KEYCHAIN, sources.remove(name.clone())).await?;
                output.done(&json!({ "removed": name.as_str() }), &format!("Removed profile {name}."))?;
            }
        }
        Ok(0)
    }
}

/// Asks for the client secret of a profile, or reads it from standard input.
async fn client_secret(of: &ProfileName, from_input: bool) -> Result<Secret, Fault> {
    let question = format!("Client secret of {of}");
    let secret = prompt::asking(move || match from_input {
        true => prompt::secret_from_input(),
        false => prompt::secret(&question, "Use --secret-stdin to read the secret from standard input."),
    });
    secret.await
}

/// Refusal of what only a Scalekit environment has.
fn no_key(name: &ProfileName) -> Fault {
    let message = format!("Profile {name} is an environment on this machine: it has no URL and no key.");
    Fault::new(FaultKind::Usage, message)
}

impl EditProfile {
    /// True if it names anything that an environment on this machine lacks.
    fn is_about_scalekit(&self) -> bool {
        let named = [self.url.is_some(), self.client_id.is_some(), self.verify_url.is_some()];
        named.contains(&true) || self.new_secret || self.secret_stdin
    }

    async fn perform(&self, mode: Option<Mode>, sources: &Sources, output: &CliOutput) -> Result<(), Fault> {
        let mut profile = sources.saved().await?.get(&self.name)?.clone();
        match &mut profile.target {
            ProfileTarget::Scalekit(target) => {
                if let Some(url) = &self.url {
                    target.url.clone_from(url);
                }
                if let Some(id) = &self.client_id {
                    target.client_id = Environment::read_client_id(id)?;
                }
                if let Some(VerifyPage(page)) = &self.verify_url {
                    target.user_verify_url.clone_from(page);
                }
            }
            ProfileTarget::Local(_) if self.is_about_scalekit() => return Err(no_key(&self.name)),
            ProfileTarget::Local(_) => {}
        }
        profile.mode = mode.or(profile.mode);
        if let Some(rule) = &self.rule {
            profile.match_rule.clone_from(rule);
        }
        if let Some(new) = &self.rename {
            profile.name.clone_from(new);
        }
        let secret = match self.new_secret || self.secret_stdin {
            true => Some(client_secret(&profile.name, self.secret_stdin).await?),
            false => None,
        };
        let name = profile.name.clone();
        let changed = sources.edit(self.name.clone(), profile, secret);
        wait_notice::for_keychain(output, KEYCHAIN, changed).await?;
        done(&name, &sources.saved().await?, output, &format!("Changed profile {name}."))
    }
}

async fn test(name: &ProfileName, sources: &Sources, output: &CliOutput) -> Result<(), Fault> {
    let profile = sources.saved().await?.get(name)?.clone();
    if profile.target.scalekit().is_none() {
        return Err(no_key(name));
    }
    // First, so that whoever waits for a keychain is told of that and not of the network.
    wait_notice::for_keychain(output, KEYCHAIN, sources.environment(profile)).await?;
    let target = OpenTarget::Profile(name.clone());
    let Answered { accounts, took } = connection_test::test(sources, target, Limits::default()).await?;
    let took = took.as_millis();
    let count = accounts.map_or_else(String::new, |count| format!(", {}", pluralize(count, "account")));
    let document = json!({ "answers": true, "accounts": accounts, "took_ms": took });
    output.done(&document, &format!("Profile {name} answers and takes the key: {took} ms{count}."))
}

impl AddProfile {
    async fn perform(&self, mode: Option<Mode>, sources: &Sources, output: &CliOutput) -> Result<(), Fault> {
        let (target, secret) = self.target().await?;
        let match_rule = self.rule.clone().unwrap_or_default();
        let profile = Profile { name: self.name.clone(), target, mode, match_rule };
        wait_notice::for_keychain(output, KEYCHAIN, sources.save(profile, secret)).await?;
        let saved = sources.saved().await?;
        let also = if saved.in_use.as_ref() == Some(&self.name) { " as the default" } else { "" };
        done(&self.name, &saved, output, &format!("Saved profile {}{also}.", self.name))
    }

    /// The environment, and its secret where it has one.
    async fn target(&self) -> Result<(ProfileTarget, Option<Secret>), Fault> {
        let (Some(url), Some(client_id)) = (&self.url, &self.client_id) else {
            return Ok((ProfileTarget::Local(LocalTarget { folder: self.folder.clone() }), None));
        };
        let secret = client_secret(&self.name, self.secret_stdin).await?;
        let target = ScalekitTarget {
            url: url.clone(),
            client_id: Environment::read_client_id(client_id)?,
            user_verify_url: self.verify_url.clone(),
        };
        Ok((ProfileTarget::Scalekit(target), Some(secret)))
    }
}

fn done(name: &ProfileName, saved: &Saved, output: &CliOutput, sentence: &str) -> Result<(), Fault> {
    output.done(&document(saved.get(name)?, saved), sentence)
}

fn list(saved: &Saved, output: &CliOutput) -> Result<(), Fault> {
    let mut table = Table::new(output, "profiles", ["DEFAULT", "NAME", "MODE", "URL", "CLIENT ID", "VERIFY URL"]);
    let row = |profile: &Profile| {
        let target = profile.target.scalekit();
        [
            if is_in_use(profile, saved) { "*".into() } else { String::new() },
            profile.name.to_string(),
            mode(profile).word().to_owned(),
            target.map_or_else(|| profile.target.kind().to_owned(), |target| target.url.to_string()),
            target.map_or("-".into(), |target| target.client_id.to_string()),
            target.and_then(|target| target.user_verify_url.as_ref()).map_or("-".into(), Url::to_string),
        ]
    };
    table.add(&saved.profiles, |profile| document(profile, saved), row);
    table.end()
}

fn is_in_use(profile: &Profile, saved: &Saved) -> bool {
    saved.in_use.as_ref() == Some(&profile.name)
}

/// Mode in which the profile is opened where nothing else is said.
fn mode(profile: &Profile) -> Mode {
    profile.mode.unwrap_or_else(|| Source::Profile(profile.name.clone()).usual_mode())
}

/// Folder of an environment on this machine, where it is not the usual one.
fn folder(profile: &Profile) -> Option<&Path> {
    match &profile.target {
        ProfileTarget::Local(local) => local.folder.as_deref(),
        ProfileTarget::Scalekit(_) => None,
    }
}

fn document(profile: &Profile, saved: &Saved) -> Value {
    let target = profile.target.scalekit();
    json!({
        "name": profile.name.as_str(),
        "kind": profile.target.kind(),
        "folder": folder(profile).map(|folder| folder.to_string_lossy()),
        "url": target.map(|target| target.url.as_str()),
        "client_id": target.map(|target| target.client_id.raw()),
        "user_verify_url": target.and_then(|target| target.user_verify_url.as_ref()).map(Url::as_str),
        "mode": mode(profile).word(),
        "match": profile.match_rule.text(),
        "in_use": is_in_use(profile, saved),
    })
}
