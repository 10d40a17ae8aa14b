//! Opening environments, and work on the sources that they come from.

use std::sync::Arc;

use crate::backend::scalekit::Limits;
use crate::domain::Fault;
use crate::flow::environment::{self, Attempt, IfNone};
use crate::flow::sources::Sources;
use crate::profile::OpenTarget;
use crate::settings::Settings;
use crate::tui::core::effect::{Books, Opening};
use crate::tui::core::event::{EnvironmentCard, Outcome};
pub use crate::tui::core::opened::{Current, Origin};
use crate::tui::core::reporter::Reporter;

/// The limits that are set, for somebody who sits at the screen: what is asked of a tool or a provider
/// takes as long as they wait.
pub fn limits(settings: &Settings) -> Limits {
    Limits { calls: None, ..environment::limits(settings) }
}

/// Opens what is wanted and puts it into `current`; what is asked first is asked.
pub async fn open(opening: Box<Opening>, origin: Origin, current: Current, reporter: Reporter) {
    let sources = match origin.sources {
        Ok(sources) => sources,
        Err(fault) => return reporter.say(Outcome::Opened(Err(fault))),
    };
    if let Some((question, agreed)) = opening.answer
        && let Err(fault) = sources.answer(question, agreed).await
    {
        reporter.say(Outcome::AnswerLost(fault));
    }
    let request = opening.request.unwrap_or(origin.named);
    let at_keychain = |name: &_| reporter.say(Outcome::AtKeychain(Clone::clone(name)));
    match environment::open_from(&sources, request, IfNone::Sandbox, origin.limits, at_keychain).await {
        Ok(Attempt::Ask(question)) => reporter.say(Outcome::AskAbout(*question)),
        Ok(Attempt::Open(opened)) => {
            let card = EnvironmentCard {
                name: opened.name.clone(),
                source: opened.source.clone(),
                recorded_as: opened.recorded_as.clone(),
                user_verify_url: opened.user_verify_url.clone(),
                remark: opened.remark.clone(),
            };
            current.put(reporter.job.generation, Arc::from(opened));
            reporter.say(Outcome::Opened(Ok(card)));
        }
        Err(fault) => reporter.say(Outcome::Opened(Err(fault))),
    }
}

/// Works on the sources.
pub async fn keep_books(books: Books, origin: Origin, reporter: Reporter) {
    reporter.say(match origin.sources {
        Ok(sources) => done(books, origin.named, &sources).await,
        Err(fault) => refused(&books, fault),
    });
}

async fn done(books: Books, named: OpenTarget, sources: &Sources) -> Outcome {
    match books {
        Books::Survey => Outcome::Surveyed(sources.survey(named).await),
        Books::Save(profile, secret) => {
            let name = profile.name.clone();
            Outcome::ProfileSaved(name, sources.save(*profile, secret).await)
        }
        Books::Keep(profile, secret) => {
            let name = profile.name.clone();
            Outcome::ProfileKept(name, sources.keep(*profile, secret).await)
        }
        Books::Use(name) => {
            let said = format!("Profile {name} is in use: it is opened where nothing else is said.");
            Outcome::BooksKept(sources.put_in_use(name).await.map(|()| said))
        }
        Books::Remove(name) => {
            let said = format!("Profile {name} is removed.");
            Outcome::BooksKept(sources.remove(name).await.map(|()| said))
        }
        Books::Answer(question, agreed) => {
            let said = "Your answer is kept.".to_owned();
            Outcome::BooksKept(sources.answer(*question, agreed).await.map(|()| said))
        }
    }
}

fn refused(books: &Books, fault: Fault) -> Outcome {
    match books {
        Books::Survey => Outcome::Surveyed(Err(fault)),
        Books::Save(profile, _) => Outcome::ProfileSaved(profile.name.clone(), Err(fault)),
        Books::Keep(profile, _) => Outcome::ProfileKept(profile.name.clone(), Err(fault)),
        Books::Use(_) | Books::Remove(_) | Books::Answer(..) => Outcome::BooksKept(Err(fault)),
    }
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
