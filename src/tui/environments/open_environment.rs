//! Task: opening an environment.

use std::sync::Arc;

use async_trait::async_trait;

use crate::backend::Abilities;
use crate::backend::scalekit::Limits;
use crate::domain::Fault;
use crate::flow::environment::{self, Attempt, IfNone};
use crate::profile::{OpenTarget, ProfileName, TrustQuestion};
use crate::settings::Settings;
use crate::tui::core::message::Message;
use crate::tui::core::state::environment::EnvironmentCard;
use crate::tui::core::work::job::{Job, Slot};
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// The limits that are set, for somebody who sits at the screen: what is asked of a tool or a provider
/// takes as long as they wait.
pub fn limits(settings: &Settings) -> Limits {
    Limits { calls: None, ..environment::limits(settings) }
}

/// Opens an environment. What was open before is closed.
#[derive(Clone, Debug, Default)]
pub struct OpenEnvironment {
    /// The environment; none for the one that the program was started for.
    pub target: Option<OpenTarget>,
    /// Answer to a question, to be kept first.
    pub answer: Option<(TrustQuestion, bool)>,
    /// Whether a sandbox that is kept in a file begins anew.
    pub anew: bool,
}

/// Report of opening an environment.
#[derive(Debug)]
pub enum OpeningReport {
    /// The keychain is being asked for the secret of this profile.
    AtKeychain(ProfileName),
    /// The answer to a question could not be kept; it counts all the same.
    AnswerLost(Fault),
    /// Nothing is configured: the sandbox is being opened instead.
    NothingConfigured,
    /// End: a question that somebody has to answer first.
    AskAbout(TrustQuestion),
    /// End: the environment is open, or cannot be opened.
    Opened(Result<EnvironmentCard, Fault>),
}

/// Slot of the task.
pub const SLOT: Slot = Slot::new("environment").shown();

#[async_trait]
impl Task for OpenEnvironment {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn prepare(&self, services: &Services, job: Job) {
        services.current.give_way(job.generation);
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(OpeningReport::Opened(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let end = open(*self, services, &reporter).await;
        reporter.send(end.unwrap_or_else(|fault| OpeningReport::Opened(Err(fault))));
    }
}

async fn open(opening: OpenEnvironment, services: Services, reporter: &Reporter) -> Result<OpeningReport, Fault> {
    let Services { origin, current, .. } = services;
    let sources = origin.sources.map(|sources| if opening.anew { sources.with_sandbox_anew() } else { sources })?;
    if let Some((question, agreed)) = opening.answer
        && let Err(fault) = sources.answer(question, agreed).await
    {
        reporter.send(OpeningReport::AnswerLost(fault));
    }
    let sources = if opening.target.is_some() { sources.for_another() } else { sources };
    let target = opening.target.unwrap_or(origin.named);
    let at_keychain = |name: &ProfileName| reporter.send(OpeningReport::AtKeychain(name.clone()));
    Ok(match environment::open_from(&sources, target, IfNone::Sandbox, origin.limits, at_keychain).await? {
        Attempt::Ask(question) => OpeningReport::AskAbout(*question),
        Attempt::Open(opened) => {
            if opened.is_fallback {
                reporter.send(OpeningReport::NothingConfigured);
            }
            let card = EnvironmentCard {
                name: opened.about().name.clone(),
                source: opened.source.clone(),
                recorded_as: opened.about().recorded_as.clone(),
                user_verify_url: opened.user_verify_url.clone(),
                match_rule: opened.match_rule.clone(),
                remark: opened.remark.clone(),
                abilities: Abilities::new(opened.backend.as_ref()),
                mode: opened.mode.get(),
            };
            current.put(reporter.job.generation, Arc::from(opened));
            OpeningReport::Opened(Ok(card))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_keeps_the_screen_from_waiting_as_long_as_a_person_does() {
        for text in ["", "timeout = '1s'"] {
            assert_eq!(limits(&Settings::parse(text)).calls, None, "{text}");
        }
        assert_eq!(limits(&Settings::parse("max_answer_mib = 1")).body, 1 << 20);
    }
}
