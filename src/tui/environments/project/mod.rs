//! Popup: the question whether contracts and modifiers of this folder are used; and what is said of broken files.

pub mod tasks;
mod view;

use self::tasks::{AnswerProject, ProjectAnswered, ProjectSeen, SLOT};
use crate::flow::project_files::{ProjectFiles, ProjectQuestion};
use crate::tui::core::component::Component;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::ReloadTools;
use crate::tui::core::toast::Level;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::context::Context;
use crate::tui::widgets::canvas::Canvas;

/// Broken files that are told one by one.
const TOLD: usize = 20;

/// Question whether the files of a project are used.
pub struct ProjectForm {
    question: ProjectQuestion,
}

impl Component for ProjectForm {
    fn context(&self) -> Context {
        Context::ProjectFiles
    }

    fn availability(&self, action: Action, _cx: &Cx) -> Availability {
        Availability::here(matches!(action, Action::Yes | Action::No))
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        cx.close();
        cx.start(AnswerProject { question: self.question.clone(), agreed: action == Action::Yes });
    }

    fn draw(&self, canvas: &mut Canvas<'_>, cx: &Cx) {
        view::draw(canvas, cx, &self.question);
    }
}

/// Takes the reports, popup or not.
pub(super) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message
        .take()
        .map(|ProjectSeen(result)| {
            cx.jobs.finish(SLOT);
            match result {
                Ok(files) => seen(files, cx),
                Err(fault) => cx.say(Level::Problem, fault.to_string()),
            }
        })
        .or_else(|message| message.take().map(|answered| take_answer(answered, cx)))
}

fn seen(ProjectFiles { broken, question }: ProjectFiles, cx: &mut Cx) {
    broken.iter().take(TOLD).for_each(|sentence| cx.say(Level::Problem, sentence.clone()));
    if broken.len() > 1 {
        let why = match cx.keymap.key_for(Action::Messages, &[]) {
            "" => String::new(),
            key => format!(" {key} shows each."),
        };
        cx.say(Level::Problem, format!("{} mistakes in contracts and modifiers.{why}", broken.len()));
    }
    let Some(question) = question else { return };
    // A key that was meant for something else is no answer.
    if cx.is_covered || cx.contexts.first().is_some_and(|context| context.types()) {
        return cx.say(
            Level::Note,
            "This folder has contracts or modifiers that are not used. You are asked at the next start.",
        );
    }
    cx.open(ProjectForm { question });
}

fn take_answer(ProjectAnswered { agreed, kept }: ProjectAnswered, cx: &mut Cx) {
    cx.jobs.finish(SLOT);
    if let Err(fault) = kept {
        cx.say(Level::Problem, format!("Your answer counts until you leave, but could not be kept. {fault}"));
    }
    if agreed {
        cx.send(ReloadTools);
    }
}
