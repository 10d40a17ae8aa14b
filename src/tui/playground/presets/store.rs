//! What tasks do with presets.

use crate::domain::Fault;
use crate::flow::record::{Records, blocking};
use crate::tui::playground::presets::state::{Done, Step, Work};

/// Does it, and reads all presets of the tool again.
pub async fn work(records: &Records, Work { tool, step }: Work) -> Result<Done, Fault> {
    let journal = records.journal().await?;
    blocking(move || {
        let (saved, said) = match step {
            Step::Read => (None, None),
            Step::Save(name, arguments, taken) => {
                let saved = journal.save_preset(&tool, &name, &arguments, taken)?;
                let without = match saved.arguments.hidden.len() {
                    0 => "",
                    1 => " A credential in it was left out.",
                    _ => " The credentials in it were left out.",
                };
                (Some(saved), Some(format!("“{name}” is saved for {tool}.{without}")))
            }
            Step::Delete(name) => {
                let said = match journal.delete_preset(&tool, &name)? {
                    true => format!("“{name}” is deleted."),
                    false => format!("“{name}” was gone already."),
                };
                (None, Some(said))
            }
        };
        Ok(Done { kept: journal.presets(Some(&tool))?, saved, said })
    })
    .await
}
