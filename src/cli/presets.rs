//! `jackfield presets`: saved inputs of tools.

use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use super::output::CliOutput;
use super::table::Table;
use super::time::local;
use super::{input, prompt};
use crate::domain::{Fault, FaultKind, JsonText, ToolName, Untrusted};
use crate::flow::presets::find;
use crate::flow::record::{Records, blocking};
use crate::journal::{IfTaken, Preset, PresetName};
use crate::json::{escaped, pretty};

#[derive(Debug, Subcommand)]
pub(super) enum PresetsCommand {
    /// List presets
    List(ListPresets),
    /// Print the input of a preset
    Show(PresetSelector),
    /// Save an input under a name; credentials are left out
    Save(SavePreset),
    /// Delete a preset
    Delete(DeletePresetArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListPresets {
    /// Only presets of this tool
    #[arg(long)]
    tool: Option<String>,
}

/// Tool and name of a preset.
#[derive(Debug, Args)]
pub(super) struct PresetSelector {
    /// Name of the tool
    tool: String,
    /// Name of the preset
    #[arg(value_parser = name)]
    name: PresetName,
}

#[derive(Debug, Args)]
pub(super) struct SavePreset {
    #[command(flatten)]
    which: PresetSelector,
    /// Input: JSON, @FILE, or - for standard input
    #[arg(long, value_name = "JSON")]
    input: String,
    /// Overwrite a preset of the same name
    #[arg(long)]
    replace: bool,
}

#[derive(Debug, Args)]
pub(super) struct DeletePresetArgs {
    #[command(flatten)]
    which: PresetSelector,
    /// Do not ask for confirmation
    #[arg(long)]
    yes: bool,
}

/// Reads a preset's name.
pub(super) fn name(text: &str) -> Result<PresetName, String> {
    PresetName::parse(text).map_err(|fault| fault.message.into())
}

impl PresetsCommand {
    pub(super) async fn perform(&self, output: &CliOutput) -> Result<u8, Fault> {
        let records = Records::for_this_user();
        match self {
            Self::List(list) => {
                let journal = records.journal().await?;
                let tool = list.tool.as_deref().map(ToolName::from);
                let presets = blocking(move || journal.presets(tool.as_ref())).await?;
                let mut table = Table::new(output, "presets", ["TOOL", "NAME", "SAVED", "BYTES", "LEFT OUT"]);
                table.add(&presets, PresetJson::from_preset, row);
                table.end()?;
            }
            Self::Show(which) => {
                let preset = which.find(&records).await?;
                if output.is_json() {
                    output.document(&PresetJson::from_preset(&preset))?;
                } else {
                    output.print(&escaped(&pretty(&preset.arguments.json)))?;
                    left_out(&preset, output);
                }
            }
            Self::Save(save) => {
                let arguments = input::object(&save.input)?;
                let journal = records.journal().await?;
                let PresetSelector { tool, name } = &save.which;
                let (tool, name) = (ToolName::from(tool.as_str()), name.clone());
                let taken = if save.replace { IfTaken::Replace } else { IfTaken::Refuse };
                let saved = blocking(move || journal.save_preset(&tool, &name, &arguments, taken)).await;
                let preset = saved.map_err(|fault| match fault.kind {
                    FaultKind::Conflict => {
                        Fault { message: format!("{} --replace overwrites it.", fault.message).into(), ..fault }
                    }
                    _ => fault,
                })?;
                output.done(
                    &PresetJson::from_preset(&preset),
                    &format!("Saved “{}” for {}.", preset.name, preset.tool),
                )?;
                left_out(&preset, output);
            }
            Self::Delete(delete) => {
                let Preset { tool, name, .. } = delete.which.find(&records).await?;
                let (said, document) = (format!("“{name}” of {tool}"), json!({ "deleted": name.raw() }));
                if !delete.yes {
                    prompt::ask(format!("Delete the preset {said}?"), prompt::UNCHANGED).await?;
                }
                let journal = records.journal().await?;
                blocking(move || journal.delete_preset(&tool, &name)).await?;
                output.done(&document, &format!("Deleted preset {said}."))?;
            }
        }
        Ok(0)
    }
}

impl PresetSelector {
    async fn find(&self, records: &Records) -> Result<Preset, Fault> {
        find(records, &self.tool.as_str().into(), &self.name).await
    }
}

/// Says what was not kept.
fn left_out(preset: &Preset, output: &CliOutput) {
    if !preset.arguments.hidden.is_empty() {
        let places: Vec<_> = preset.arguments.hidden.iter().map(Untrusted::to_string).collect();
        output.warning(&format!("Left out because they look like credentials: {}.", places.join(", ")));
    }
}

fn row(preset: &Preset) -> [String; 5] {
    let hidden = preset.arguments.hidden.len();
    [
        preset.tool.to_string(),
        preset.name.to_string(),
        local(preset.saved),
        preset.arguments.json.bytes().len().to_string(),
        if hidden == 0 { String::new() } else { hidden.to_string() },
    ]
}

/// Document that is printed under `--json`.
#[derive(Serialize)]
struct PresetJson {
    tool: String,
    name: String,
    saved: String,
    arguments: JsonText,
    redacted: Vec<String>,
}

impl PresetJson {
    fn from_preset(preset: &Preset) -> Self {
        Self {
            tool: preset.tool.raw().to_owned(),
            name: preset.name.raw().to_owned(),
            saved: preset.saved.to_string(),
            arguments: preset.arguments.json.clone(),
            redacted: preset.arguments.hidden.iter().map(|pointer| pointer.raw().to_owned()).collect(),
        }
    }
}
