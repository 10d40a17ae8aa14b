//! Every source there is, for somebody who wants to choose among them.

use super::choice::{self, Choice, Request, Source};
use super::consent::{Found, Place, Question};
use super::file::Profile;
use super::profiles::Profiles;
use super::variables::Read;
use crate::domain::{EnvironmentUrl, Fault, Untrusted};

/// One source.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Which.
    pub source: Source,
    /// Where it leads, and whose key it holds; none where that is not known.
    pub leads_to: Option<(EnvironmentUrl, Untrusted)>,
    /// What stands in the way of opening it, or sets it apart.
    pub standing: Standing,
}

/// What stands in the way of opening a source, or sets it apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Nothing.
    Ready,
    /// The profile in use: it is opened where nothing else is said.
    InUse,
    /// It is forgotten when the program ends.
    Kept,
    /// A person is to be asked first; or was, and said this.
    Asked(Question, Option<bool>),
    /// It is incomplete, or not as it must be.
    Broken(Fault),
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survey {
    /// In the order in which they are tried; the sandbox, which is always there, comes last.
    pub entries: Vec<Entry>,
    /// What could not be looked into, in sentences.
    pub troubles: Vec<String>,
}

/// Looks at every source, with the file that was named on the command line among them. Reads files;
/// the keychain is left alone.
pub fn survey(named: &Request, vars: Read<'_>, place: &Place, profiles: &Profiles) -> Survey {
    let mut survey = Survey::default();
    if let Request::EnvFile(path) = named {
        survey.entries.push(whole_or_broken(Source::EnvFile(path.clone()), choice::from_file(path)));
    }
    if let Some(choice) = choice::from_process(vars).transpose() {
        survey.entries.push(whole_or_broken(Source::Variables, choice));
    }
    match place.look() {
        Found::Nothing => {}
        Found::PassedOver(why) => survey.troubles.push(why),
        Found::Broken(fault) => survey.entries.push(Entry {
            source: Source::DotEnv(place.file()),
            leads_to: None,
            standing: Standing::Broken(fault),
        }),
        Found::Whole { agreed, question, .. } => survey.entries.push(Entry {
            source: Source::DotEnv(question.file.clone()),
            leads_to: Some((question.url.clone(), question.client_id.clone())),
            standing: Standing::Asked(question, agreed),
        }),
    }
    match profiles.list() {
        Ok(saved) => survey.entries.extend(saved.profiles.into_iter().map(|profile| {
            let in_use = saved.in_use.as_ref() == Some(&profile.name);
            of_profile(profile, if in_use { Standing::InUse } else { Standing::Ready })
        })),
        Err(fault) => survey.troubles.push(fault.message),
    }
    survey.entries.extend(profiles.only_kept().into_iter().map(|profile| of_profile(profile, Standing::Kept)));
    survey.entries.push(Entry { source: Source::Sandbox, leads_to: None, standing: Standing::Ready });
    survey
}

fn of_profile(profile: Profile, standing: Standing) -> Entry {
    Entry { source: Source::Profile(profile.name), leads_to: Some((profile.url, profile.client_id)), standing }
}

fn whole_or_broken(source: Source, choice: Result<Choice, Fault>) -> Entry {
    let (leads_to, standing) = match choice {
        Ok(Choice::Environment { environment, .. }) => {
            (Some((environment.url, environment.client_id)), Standing::Ready)
        }
        Ok(_) => (None, Standing::Ready),
        Err(fault) => (None, Standing::Broken(fault)),
    };
    Entry { source, leads_to, standing }
}
