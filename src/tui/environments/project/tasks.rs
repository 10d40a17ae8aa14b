//! Tasks: looking at the project's files once an environment is open, and keeping an answer about them.

use async_trait::async_trait;

use crate::domain::Fault;
use crate::flow::project_files::{ProjectFiles, ProjectQuestion};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Looks at the files of contracts and modifiers.
#[derive(Debug)]
pub struct LookAtProject;

/// Report: what was found.
#[derive(Debug)]
pub struct ProjectSeen(pub Result<ProjectFiles, Fault>);

/// Keeps an answer.
#[derive(Debug)]
pub struct AnswerProject {
    /// The question.
    pub question: ProjectQuestion,
    /// Whether the files are used.
    pub agreed: bool,
}

/// Report: the answer counts; it was kept, or not.
#[derive(Debug)]
pub struct ProjectAnswered {
    /// Whether the files are used.
    pub agreed: bool,
    /// Reason why the next run will ask again.
    pub kept: Result<(), Fault>,
}

/// Place of both.
pub const SLOT: Slot = Slot::new("project");

#[async_trait]
impl Task for LookAtProject {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ProjectSeen(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(ProjectSeen(match services.environment() {
            Ok(opened) => opened.project_files().await,
            Err(fault) => Err(fault),
        }));
    }
}

#[async_trait]
impl Task for AnswerProject {
    fn slot(&self) -> Slot {
        SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ProjectAnswered { agreed: self.agreed, kept: Err(fault) })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { question, agreed } = *self;
        let kept = match services.environment() {
            Ok(opened) => opened.answer_project(question, agreed).await,
            Err(fault) => Err(fault),
        };
        reporter.send(ProjectAnswered { agreed, kept });
    }
}
