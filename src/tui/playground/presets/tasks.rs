//! Task: work on the presets of a tool.

use async_trait::async_trait;

use crate::domain::{Fault, JsonText, ToolName};
use crate::flow::record::{Records, blocking};
use crate::journal::{IfTaken, Preset, PresetName};
use crate::tui::core::message::Message;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};
use crate::tui::playground::presets::PresetsReport;

/// Does something with the presets of a tool, and reads all of them again.
#[derive(Clone, Debug)]
pub struct PresetTask {
    /// Tool that the presets are for.
    pub tool: ToolName,
    /// Work to be done before they are read.
    pub step: PresetStep,
}

/// Change to the presets of a tool.
#[derive(Clone, Debug)]
pub enum PresetStep {
    /// No change.
    Read,
    /// Save these arguments.
    Save(PresetName, JsonText, IfTaken),
    /// Delete the one of this name.
    Delete(PresetName),
}

/// The presets as they are after the work.
#[derive(Clone, Debug)]
pub struct PresetList {
    /// All there are now.
    pub kept: Vec<Preset>,
    /// Preset that was saved.
    pub saved: Option<Preset>,
    /// Sentence on the work that was done; none where the presets were only read.
    pub said: Option<String>,
}

impl PresetTask {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("presets").of_program();

    async fn work(self, records: &Records) -> Result<PresetList, Fault> {
        let Self { tool, step } = self;
        let journal = records.journal().await?;
        blocking(move || {
            let (saved, said) = match step {
                PresetStep::Read => (None, None),
                PresetStep::Save(name, arguments, taken) => {
                    let saved = journal.save_preset(&tool, &name, &arguments, taken)?;
                    let without = match saved.arguments.hidden.len() {
                        0 => "",
                        1 => " A credential in it was left out.",
                        _ => " The credentials in it were left out.",
                    };
                    (Some(saved), Some(format!("“{name}” is saved for {tool}.{without}")))
                }
                PresetStep::Delete(name) => {
                    let said = match journal.delete_preset(&tool, &name)? {
                        true => format!("“{name}” is deleted."),
                        false => format!("“{name}” was gone already."),
                    };
                    (None, Some(said))
                }
            };
            Ok(PresetList { kept: journal.presets(Some(&tool))?, saved, said })
        })
        .await
    }
}

#[async_trait]
impl Task for PresetTask {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(PresetsReport(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        reporter.send(PresetsReport(self.work(&services.records).await));
    }
}
