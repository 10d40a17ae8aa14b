//! Open environment and its popups: held beside the screens, since it is there whatever is shown.

use crate::domain::{ClockOffset, Fault, FaultKind};
use crate::profile::{OpenTarget, ProfileName, Source, TrustQuestion};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::layout;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{EnvironmentOpened, LeaveEnvironment};
use crate::tui::core::state::environment::Environment;
use crate::tui::core::toast::Level;
use crate::tui::environments::clock::{ClockRead, WatchClock};
use crate::tui::environments::connection_test::{ConnectionTested, TestConnection};
use crate::tui::environments::env_file::EnvFile;
use crate::tui::environments::list::EnvironmentList;
use crate::tui::environments::mode;
use crate::tui::environments::open_environment::{OpenEnvironment, OpeningReport, SLOT};
use crate::tui::environments::passphrase::PassphraseForm;
use crate::tui::environments::profile_task::{
    self, ProfileEdited, ProfileRead, ProfileTask, SourcesChanged, SourcesListed,
};
use crate::tui::environments::project;
use crate::tui::environments::project::tasks::LookAtProject;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::input::tabs::Tab;
use crate::tui::widgets::canvas::Canvas;

/// Opens environments, and remembers what is wanted.
#[derive(Debug, Default)]
pub struct Opener {
    /// The environment to be opened; none for the one that the program was started for.
    wanted: Option<OpenTarget>,
}

/// Order to the opener.
#[derive(Debug)]
pub enum OpenOrder {
    /// Leave what is open, if anything is, and open this, once the answer to a question is kept.
    Switch(OpenTarget, Option<(TrustQuestion, bool)>),
    /// Open what is wanted, once the answer to a question is kept.
    Open(Option<(TrustQuestion, bool)>),
    /// Leave the sandbox and begin it anew, whatever it is kept in.
    StartOver,
    /// Open what is wanted anew.
    OpenAnew,
    /// A profile has another name from now on.
    Rename {
        /// Name that it had.
        of: ProfileName,
        /// Name that it has.
        to: ProfileName,
    },
    /// Go on after a question about a `.env`.
    Answered {
        /// Question whether the `.env` is trusted.
        question: TrustQuestion,
        /// Whether something is open, and stays so after a no.
        something_is_open: bool,
        /// The answer; none from somebody who would rather not say.
        answer: Option<bool>,
    },
}

impl Component for Opener {
    fn context(&self) -> Context {
        Context::Everywhere
    }

    fn availability(&self, action: Action, cx: &Cx) -> Availability {
        match action {
            Action::Environments => Availability::here(!cx.is_covered),
            Action::ChooseMode | Action::ModeRead | Action::ModeAsk | Action::ModeFree => {
                mode::availability(action, cx)
            }
            Action::StopLoading => Availability::here(cx.is_running(SLOT)),
            Action::Refresh if cx.tab != Tab::Playground => {
                Availability::here(matches!(cx.environment, Environment::Failed(_)))
            }
            _ => Availability::NotHere,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::Environments => EnvironmentList::open(cx),
            Action::ChooseMode | Action::ModeRead | Action::ModeAsk | Action::ModeFree => mode::act(action, cx),
            Action::StopLoading => stop(cx),
            Action::Refresh => self.open(None, cx),
            _ => {}
        }
    }

    /// Takes its own orders and reports, and reports for a popup that is closed already.
    fn receive(&mut self, message: Message, cx: &mut Cx) -> Result<(), Message> {
        message
            .take()
            .map(|order| self.obey(order, cx))
            .or_else(|message| message.take().map(|report| take_report(report, cx)))
            .or_else(|message| message.take().map(|SourcesChanged(result)| sources_changed(result, cx)))
            .or_else(|message| message.take().map(|ProfileRead(_)| cx.jobs.finish(profile_task::SLOT)))
            .or_else(|message| {
                message.take().map(|ProfileEdited { name, result, .. }| {
                    sources_changed(result.map(|()| format!("Profile {name} is changed.")), cx);
                })
            })
            .or_else(|message| message.take().map(|ConnectionTested { .. }| cx.jobs.finish(TestConnection::SLOT)))
            .or_else(|message| message.take().map(|SourcesListed(_)| cx.jobs.finish(profile_task::SLOT)))
            .or_else(|message| message.take().map(|request| PassphraseForm::open(request, cx)))
            .or_else(|message| message.take().map(|ClockRead(offset)| clock_read(offset, cx)))
            .or_else(|message| project::receive(message, cx))
            .or_else(|message| mode::receive(message, cx))
    }

    fn draw(&self, _canvas: &mut Canvas<'_>, _cx: &Cx) {}
}

impl Opener {
    /// Opens what is wanted, once the answer to a question is kept.
    pub fn open(&mut self, answer: Option<(TrustQuestion, bool)>, cx: &mut Cx) {
        cx.environment = Environment::Opening;
        cx.nothing_configured = false;
        cx.start(OpenEnvironment { target: self.wanted.clone(), answer, anew: false });
    }

    fn obey(&mut self, order: OpenOrder, cx: &mut Cx) {
        match order {
            OpenOrder::Switch(target, answer) => {
                self.wanted = Some(target);
                cx.send(LeaveEnvironment);
                cx.send(OpenOrder::Open(answer));
            }
            OpenOrder::Open(answer) => self.open(answer, cx),
            OpenOrder::StartOver => {
                self.wanted = Some(OpenTarget::Sandbox);
                cx.send(LeaveEnvironment);
                cx.send(OpenOrder::OpenAnew);
            }
            OpenOrder::OpenAnew => {
                cx.environment = Environment::Opening;
                cx.start(OpenEnvironment { target: self.wanted.clone(), answer: None, anew: true });
            }
            OpenOrder::Rename { of, to } => {
                if self.wanted == Some(OpenTarget::Profile(of.clone())) {
                    self.wanted = Some(OpenTarget::Profile(to.clone()));
                }
                if let Environment::Open(card) = &mut cx.environment
                    && card.source == Source::Profile(of)
                {
                    card.source = Source::Profile(to);
                }
            }
            OpenOrder::Answered { question, something_is_open: true, answer } => match answer {
                Some(true) => self.obey(OpenOrder::Switch(OpenTarget::DotEnv, Some((question, true))), cx),
                Some(false) => cx.start(ProfileTask::Answer(Box::new(question), false)),
                None => {}
            },
            OpenOrder::Answered { question, something_is_open: false, answer } => match answer {
                Some(yes) => {
                    // What the program was started for leads past a file that was said no to.
                    self.wanted = self.wanted.take().filter(|_| yes);
                    self.open(Some((question, yes)), cx);
                }
                // This time without the file; it is asked about again the next.
                None => {
                    self.wanted = Some(OpenTarget::Configured);
                    self.open(None, cx);
                }
            },
        }
    }
}

fn take_report(report: OpeningReport, cx: &mut Cx) {
    match report {
        OpeningReport::NothingConfigured => nothing_configured(cx),
        OpeningReport::AtKeychain(name) => cx.environment = Environment::AtKeychain(name),
        OpeningReport::AnswerLost(fault) => {
            let text = format!("Your answer counts until you leave, but could not be kept. {}", fault.message);
            cx.say(Level::Problem, text);
        }
        OpeningReport::AskAbout(question) => {
            cx.jobs.finish(SLOT);
            cx.environment = Environment::Asking;
            EnvFile::open(question, cx);
        }
        OpeningReport::Opened(Ok(card)) => {
            cx.jobs.finish(SLOT);
            if let Some(remark) = &card.remark {
                cx.say(Level::Note, remark.clone());
            }
            cx.environment = Environment::Open(card);
            cx.start(WatchClock);
            cx.start(LookAtProject);
            cx.send(EnvironmentOpened);
        }
        OpeningReport::Opened(Err(fault)) => {
            cx.jobs.finish(SLOT);
            cx.environment = Environment::Failed(fault);
        }
    }
}

/// A first start: says where one is and how to leave, on a line of its own where there are rows enough.
fn nothing_configured(cx: &mut Cx) {
    cx.nothing_configured = true;
    if layout::frame(cx.screen, false, true).notice.is_empty() {
        let way = match cx.key_for(Action::Environments) {
            "" => String::new(),
            key => format!(" {key} opens your own."),
        };
        cx.say(Level::Note, format!("Sandbox: sample data, on this computer only.{way}"));
    }
}

fn clock_read(offset: ClockOffset, cx: &mut Cx) {
    if let Some((level, text)) = cx.clock.observe(offset) {
        cx.say(level, text);
    }
}

/// The person does not want to wait for it any longer.
fn stop(cx: &mut Cx) {
    let what = match &cx.environment {
        Environment::AtKeychain(name) => format!("the keychain to open profile {name}"),
        _ => "the environment to open".to_owned(),
    };
    let message = format!("You stopped waiting for {what}.");
    cx.environment = Environment::Failed(Fault::new(FaultKind::Cancelled, message));
    cx.cancel(SLOT);
}

/// Says how a change to the sources ended.
pub(super) fn sources_changed(result: Result<String, Fault>, cx: &mut Cx) {
    cx.jobs.finish(profile_task::SLOT);
    match result {
        Ok(said) => cx.say(Level::Done, said),
        Err(fault) => cx.say(Level::Problem, fault.to_string()),
    }
}
