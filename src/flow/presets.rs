//! Named arguments of tools, found by name.

use super::record::{Records, blocking};
use super::suggest::did_you_mean;
use crate::domain::{Fault, FaultKind, ToolName, nearest};
use crate::journal::{Preset, PresetName};

/// One preset of a tool.
///
/// # Errors
/// [`FaultKind::NotFound`] with the nearest names of this tool's; [`FaultKind::Local`]: the journal
/// cannot be used.
pub async fn find(records: &Records, tool: &ToolName, name: &PresetName) -> Result<Preset, Fault> {
    let journal = records.journal().await?;
    let (tool, name) = (tool.clone(), name.clone());
    blocking(move || match journal.preset(&tool, &name)? {
        Some(preset) => Ok(preset),
        None => {
            let all = journal.presets(Some(&tool))?;
            let near = nearest(name.raw(), all.iter().map(|preset| &preset.name), |known| known.raw());
            let near = did_you_mean(&near);
            Err(Fault::new(FaultKind::NotFound, format!("There is no preset “{name}” for {tool}.{near}")))
        }
    })
    .await
}
