//! A run as a file: a transcript, or a program that does the same.

use async_trait::async_trait;
use bytes::Bytes;

use crate::agent::{RunId, exported, program_plan};
use crate::domain::Fault;
use crate::export::{RunFormat, export_run};
use crate::flow::snippets;
use crate::settings::AgentSettings;
use crate::tui::agent::tasks::stored;
use crate::tui::core::cx::Cx;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{MenuEntry, OpenMenu, SaveFile};
use crate::tui::core::toast::Level;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Write a run down.
#[derive(Clone, Debug)]
pub struct WriteRun {
    /// The run.
    pub run: RunId,
    /// Form of the file.
    pub format: RunFormat,
    /// Settings, of which prices are looked up.
    pub settings: AgentSettings,
}

/// Report: the file, or why there is none.
#[derive(Debug)]
pub struct RunWritten(pub Result<SaveFile, Fault>);

impl WriteRun {
    /// Place of the run that is written.
    pub const SLOT: Slot = Slot::new("export of a run");

    async fn write(self, services: &Services) -> Result<SaveFile, Fault> {
        let Self { run, format, settings } = self;
        let stored = stored(&services.records, &run).await?;
        let source = match &services.origin.sources {
            // Without profiles that can be read there is none to name.
            Ok(sources) => sources.saved().await.ok(),
            Err(_) => None,
        };
        let source = source.and_then(|saved| snippets::saved_source(stored.head.environment.raw(), &saved));
        let name = format!("{}.{}", run.as_str(), format.extension());
        let text = compute(move || {
            let plan = program_plan(&stored, source.as_ref());
            export_run(&exported(&stored, &settings), &plan, format)
        });
        Ok(SaveFile { name, bytes: Bytes::from(text.await) })
    }
}

#[async_trait]
impl Task for WriteRun {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(RunWritten(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(RunWritten(self.write(&services).await));
    }
}

/// Has the form chosen.
pub(super) fn choose(run: &RunId, settings: &AgentSettings, cx: &mut Cx) {
    let letter = |format: RunFormat| format.word().chars().next().unwrap_or('f');
    let entry = |format: &RunFormat| {
        let write = WriteRun { run: run.clone(), format: *format, settings: settings.clone() };
        MenuEntry::new(letter(*format), format.name(), format.extension(), write)
    };
    // `j` moves the cursor of a menu.
    let entries = RunFormat::ALL.iter().map(entry).map(|entry| match entry.letter {
        'j' => MenuEntry { letter: 's', ..entry },
        _ => entry,
    });
    cx.send(OpenMenu { title: "Export run".to_owned(), entries: entries.collect() });
}

/// Takes what was chosen, and what was written.
///
/// # Errors
/// The message, for whoever understands it.
pub(super) fn receive(message: Message, cx: &mut Cx) -> Result<(), Message> {
    message.take().map(|write: WriteRun| cx.start(write)).or_else(|message| {
        message.take().map(|RunWritten(written)| {
            cx.jobs.finish(WriteRun::SLOT);
            match written {
                Ok(file) => cx.send(file),
                Err(fault) => cx.say(Level::Problem, fault.to_string()),
            }
        })
    })
}
