//! Every source there is, for somebody who wants to choose among them.

use super::choice::{self, OpenChoice, OpenTarget, Source};
use super::env_file_trust::{EnvFileState, TrustQuestion, TrustStore};
use super::file::{Profile, ProfileTarget};
use super::profiles::Profiles;
use super::variables::Read;
use crate::domain::{EnvironmentUrl, Fault, Mode, Untrusted};

/// Source of an environment, as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceEntry {
    /// Variables, a file, a profile or the sandbox.
    pub source: Source,
    /// URL and client id it leads to; none where they are not known.
    pub leads_to: Option<(EnvironmentUrl, Untrusted)>,
    /// Obstacle to opening it, or what sets it apart.
    pub state: SourceState,
    /// Mode that it is opened in where nothing else is said.
    pub mode: Mode,
}

impl SourceEntry {
    /// A source in its usual mode.
    pub fn new(source: Source, leads_to: Option<(EnvironmentUrl, Untrusted)>, state: SourceState) -> Self {
        let mode = source.usual_mode();
        Self { source, leads_to, state, mode }
    }
}

/// Obstacle to opening a source, or what sets it apart.
#[derive(Clone, Debug, PartialEq)]
pub enum SourceState {
    /// Nothing in the way of opening it.
    Ready,
    /// The profile in use: it is opened where nothing else is said.
    InUse,
    /// It is forgotten when the program ends.
    Kept,
    /// A person is to be asked first; or was, and said this.
    Asked(TrustQuestion, Option<bool>),
    /// It is incomplete, or not as it must be.
    Broken(Fault),
}

/// Sources that there are, in the order they are offered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceList {
    /// In the order in which they are tried; those that are always there, one's own and the sandbox, come last.
    pub entries: Vec<SourceEntry>,
    /// Sources that could not be looked into, in sentences.
    pub troubles: Vec<String>,
}

/// Looks at every source, with the file that was named on the command line among them. Reads files;
/// the keychain is left alone.
pub fn list_sources(named: &OpenTarget, vars: Read<'_>, place: &TrustStore, profiles: &Profiles) -> SourceList {
    let mut list_sources = SourceList::default();
    if let OpenTarget::EnvFile(path) = named {
        list_sources.entries.push(whole_or_broken(Source::EnvFile(path.clone()), choice::from_file(path)));
    }
    if let Some(choice) = choice::from_process(vars).transpose() {
        list_sources.entries.push(whole_or_broken(Source::Variables, choice));
    }
    match place.look() {
        EnvFileState::Nothing => {}
        EnvFileState::PassedOver(why) => list_sources.troubles.push(why),
        EnvFileState::Broken(fault) => {
            list_sources.entries.push(SourceEntry::new(Source::DotEnv(place.file()), None, SourceState::Broken(fault)))
        }
        EnvFileState::Whole { agreed, question, .. } => list_sources.entries.push(SourceEntry::new(
            Source::DotEnv(question.file.clone()),
            Some((question.url.clone(), question.client_id.clone())),
            SourceState::Asked(question, agreed),
        )),
    }
    match profiles.list() {
        Ok(saved) => list_sources.entries.extend(saved.profiles.into_iter().map(|profile| {
            let in_use = saved.in_use.as_ref() == Some(&profile.name);
            of_profile(profile, if in_use { SourceState::InUse } else { SourceState::Ready })
        })),
        Err(fault) => list_sources.troubles.push(fault.message.into()),
    }
    list_sources.entries.extend(profiles.only_kept().into_iter().map(|profile| of_profile(profile, SourceState::Kept)));
    list_sources.entries.push(SourceEntry::new(Source::Local, None, SourceState::Ready));
    list_sources.entries.push(SourceEntry::new(Source::Sandbox, None, SourceState::Ready));
    list_sources
}

fn of_profile(profile: Profile, state: SourceState) -> SourceEntry {
    let leads_to = match profile.target {
        ProfileTarget::Scalekit(target) => Some((target.url, target.client_id)),
        ProfileTarget::Local(_) => None,
    };
    let entry = SourceEntry::new(Source::Profile(profile.name), leads_to, state);
    SourceEntry { mode: profile.mode.unwrap_or(entry.mode), ..entry }
}

fn whole_or_broken(source: Source, choice: Result<OpenChoice, Fault>) -> SourceEntry {
    let (leads_to, state) = match choice {
        Ok(OpenChoice::Environment { environment, .. }) => {
            (Some((environment.url, environment.client_id)), SourceState::Ready)
        }
        Ok(_) => (None, SourceState::Ready),
        Err(fault) => (None, SourceState::Broken(fault)),
    };
    SourceEntry::new(source, leads_to, state)
}
