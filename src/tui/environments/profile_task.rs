//! Task: work on the profiles and on everything else that environments come from. Some of it waits for the keychain.

use async_trait::async_trait;

use crate::domain::{Fault, Secret};
use crate::profile::{Profile, ProfileName, SourceList, TrustQuestion};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Step of that work.
#[derive(Clone, Debug)]
pub enum ProfileTask {
    /// List every source.
    List,
    /// Save a new profile, with its secret where its kind has one.
    Save(Box<Profile>, Option<Secret>),
    /// Keep a new profile in memory until the program ends.
    Keep(Box<Profile>, Secret),
    /// Read a profile, to change it.
    Read(ProfileName),
    /// Change the profile of this name.
    Edit(ProfileName, Box<Profile>, Option<Secret>),
    /// Make a profile the one in use.
    Use(ProfileName),
    /// Remove a profile and its secret.
    Remove(ProfileName),
    /// Keep an answer about a `.env`.
    Answer(Box<TrustQuestion>, bool),
}

/// Report: every source.
#[derive(Debug)]
pub struct SourcesListed(pub Result<SourceList, Fault>);

/// Report: a new profile was saved or kept, or not.
#[derive(Debug)]
pub struct ProfileAdded {
    /// Name of the profile.
    pub name: ProfileName,
    /// Whether it is only in memory.
    pub in_memory: bool,
    /// Whether it is there.
    pub result: Result<(), Fault>,
}

/// Report: a profile to change, and whether it is only in memory.
#[derive(Debug)]
pub struct ProfileRead(pub Result<(Box<Profile>, bool), Fault>);

/// Report: a profile was changed, or not.
#[derive(Debug)]
pub struct ProfileEdited {
    /// Name that it had.
    pub of: ProfileName,
    /// Name that it was to have.
    pub name: ProfileName,
    /// Whether it is changed.
    pub result: Result<(), Fault>,
}

/// Report: the sources were changed; how, in a sentence.
#[derive(Debug)]
pub struct SourcesChanged(pub Result<String, Fault>);

/// Slot of the task.
pub const SLOT: Slot = Slot::new("profiles").shown();

#[async_trait]
impl Task for ProfileTask {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        match self {
            Self::List => Message::new(SourcesListed(Err(fault))),
            Self::Save(profile, _) => added(profile, false, Err(fault)),
            Self::Keep(profile, _) => added(profile, true, Err(fault)),
            Self::Read(_) => Message::new(ProfileRead(Err(fault))),
            Self::Edit(of, profile, _) => edited(of, profile, Err(fault)),
            Self::Use(_) | Self::Remove(_) | Self::Answer(..) => Message::new(SourcesChanged(Err(fault))),
        }
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let sources = match services.origin.sources {
            Ok(sources) => sources,
            Err(fault) => return reporter.forward(self.broken(fault)),
        };
        reporter.forward(match *self {
            Self::List => Message::new(SourcesListed(sources.survey(services.origin.named).await)),
            Self::Save(profile, secret) => added(&profile, false, sources.save((*profile).clone(), secret).await),
            Self::Keep(profile, secret) => added(&profile, true, sources.keep((*profile).clone(), secret).await),
            Self::Read(name) => {
                let read = sources.profile(name).await;
                Message::new(ProfileRead(read.map(|(profile, in_memory)| (Box::new(profile), in_memory))))
            }
            Self::Edit(of, profile, secret) => {
                edited(&of, &profile, sources.edit(of.clone(), (*profile).clone(), secret).await)
            }
            Self::Use(name) => {
                let said = format!("Profile {name} is in use: it is opened where nothing else is said.");
                Message::new(SourcesChanged(sources.put_in_use(name).await.map(|()| said)))
            }
            Self::Remove(name) => {
                let said = format!("Profile {name} is removed.");
                Message::new(SourcesChanged(sources.remove(name).await.map(|()| said)))
            }
            Self::Answer(question, agreed) => {
                let said = "Your answer is kept.".to_owned();
                Message::new(SourcesChanged(sources.answer(*question, agreed).await.map(|()| said)))
            }
        });
    }
}

fn added(profile: &Profile, in_memory: bool, result: Result<(), Fault>) -> Message {
    Message::new(ProfileAdded { name: profile.name.clone(), in_memory, result })
}

fn edited(of: &ProfileName, profile: &Profile, result: Result<(), Fault>) -> Message {
    Message::new(ProfileEdited { of: of.clone(), name: profile.name.clone(), result })
}
