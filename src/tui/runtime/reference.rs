//! Reference of this front's settings and keys, for `jackfield settings`.

use super::{drafts_file, session_file};
use crate::flow::sources;
use crate::settings::{KeyRow, Rebinding, Remembered, ScreenReference, SettingsProblem};
use crate::tui::core::state::session::Session;
use crate::tui::explorer::jq::history;
use crate::tui::input::keymap_config::remap;
use crate::tui::shell::action_table::rows;
use crate::tui::shell::saved_filters::store;

/// Answers for the command line.
pub const REFERENCE: ScreenReference = ScreenReference {
    keys,
    remembered,
    session_file: session_file::FILE,
    jq_history_file: history::FILE,
    filters_file: store::FILE,
    drafts_file: drafts_file::FILE,
};

fn keys(wanted: &[Rebinding]) -> (Vec<KeyRow>, Vec<SettingsProblem>) {
    let (keymap, problems) = remap(rows(), wanted);
    let rows = keymap.rows().map(|(spec, keys)| KeyRow {
        name: spec.name,
        sentence: spec.sentence,
        places: spec.contexts.iter().map(|context| context.title()).collect(),
        keys: keys.to_vec(),
        default_keys: spec.keys,
    });
    (rows.collect(), problems)
}

fn remembered() -> Remembered {
    let Session { theme, mouse, .. } = sources::home().map(|home| session_file::read(&home)).unwrap_or_default();
    Remembered { theme, mouse }
}
