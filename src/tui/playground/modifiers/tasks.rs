//! Tasks of the modifiers of a tool: reading them, changing an input by them, keeping an answer about a project's.

use async_trait::async_trait;

use crate::domain::{Fault, FaultKind, Identifier, JsonText, ToolName};
use crate::flow::environment::Opened;
use crate::flow::modifiers::Selection;
use crate::profile::FileQuestion;
use crate::schema::InputCheck;
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};
use crate::tui::playground::tasks::SharedValidators;
use crate::tui::playground::validator_cache::Check;

/// Reads the modifiers of a tool.
#[derive(Debug)]
pub struct ReadModifiers {
    /// The tool.
    pub tool: ToolName,
}

/// Modifiers of a tool, as the files have them.
#[derive(Debug)]
pub struct ModifiersRead(pub ToolName, pub Result<Selection, Fault>);

impl ReadModifiers {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("modifiers");
}

#[async_trait]
impl Task for ReadModifiers {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ModifiersRead(self.tool.clone(), Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let selection = match services.environment() {
            Ok(opened) => opened.modifiers_for(&self.tool).await,
            Err(fault) => Err(fault),
        };
        reporter.send(ModifiersRead(self.tool, selection));
    }
}

/// Aim of changing an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// It is to be sent, perhaps a second time.
    Run {
        /// Whether the same call was sent before.
        again: bool,
    },
    /// It is to be looked at.
    Show,
}

/// Changes an input as it is changed before it is sent, and holds it against the schema.
#[derive(Debug)]
pub struct ModifyInput {
    /// The tool.
    pub tool: ToolName,
    /// Person that it is called for.
    pub person: Identifier,
    /// Its schema.
    pub schema: Option<JsonText>,
    /// Input as it was typed.
    pub typed: JsonText,
    /// Aim of it.
    pub aim: Aim,
    pub(crate) validators: SharedValidators,
}

/// Input as it is sent.
#[derive(Debug)]
pub struct ModifiedInput {
    /// Input as it was typed.
    pub typed: JsonText,
    /// Input as it is sent.
    pub sent: JsonText,
    /// Modifiers that take part.
    pub selection: Selection,
    /// What was sent, held against the schema.
    pub check: InputCheck,
}

/// An input was changed, or why not.
#[derive(Debug)]
pub struct InputModified(pub Aim, pub Result<Box<ModifiedInput>, Fault>);

impl ModifyInput {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("modifying").shown();

    async fn modify(self, opened: &Opened) -> Result<Box<ModifiedInput>, Fault> {
        let Self { tool, person, schema, typed, validators, .. } = self;
        let selection = opened.modifiers_for(&tool).await?.signed(None, &person);
        let sent = selection.before(&typed).await?;
        let check = match schema {
            Some(schema) => {
                let mut validators = validators.lock_owned().await;
                let check = Check { schema, input: sent.clone() };
                compute(move || validators.check(&check)).await
            }
            None => InputCheck::default(),
        };
        Ok(Box::new(ModifiedInput { typed, sent, selection, check }))
    }
}

#[async_trait]
impl Task for ModifyInput {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(InputModified(self.aim, Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let aim = self.aim;
        let modified = match services.environment() {
            Ok(opened) => self.modify(&opened).await,
            Err(fault) => Err(fault),
        };
        reporter.send(InputModified(aim, modified));
    }
}

/// Keeps an answer about the project's modifiers, and reads those of the tool anew.
#[derive(Debug)]
pub struct AnswerModifiers {
    /// The question.
    pub question: FileQuestion,
    /// Whether they are used.
    pub agreed: bool,
    /// The tool.
    pub tool: ToolName,
    /// What was to be done when it was asked.
    pub aim: Aim,
}

/// The answer counts, and these are the modifiers of the tool now.
#[derive(Debug)]
pub struct ModifiersAnswered {
    /// What was to be done when it was asked.
    pub aim: Aim,
    /// Modifiers of the tool, or why they could not be read.
    pub selection: Result<Selection, Fault>,
    /// Reason why the next run will ask again.
    pub not_kept: Option<Fault>,
}

impl AnswerModifiers {
    async fn answer(self, services: &Services) -> (Result<Selection, Fault>, Option<Fault>) {
        let opened = match services.environment() {
            Ok(opened) => opened,
            Err(fault) => return (Err(fault), None),
        };
        let Some(files) = &opened.modifiers else {
            return (Err(Fault::new(FaultKind::Local, "This environment has no files of modifiers.")), None);
        };
        let not_kept = files.answer(self.question, self.agreed).await.err();
        (opened.modifiers_for(&self.tool).await, not_kept)
    }
}

#[async_trait]
impl Task for AnswerModifiers {
    fn slot(&self) -> Slot {
        ReadModifiers::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ModifiersAnswered { aim: self.aim, selection: Err(fault), not_kept: None })
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let aim = self.aim;
        let (selection, not_kept) = self.answer(&services).await;
        reporter.send(ModifiersAnswered { aim, selection, not_kept });
    }
}
