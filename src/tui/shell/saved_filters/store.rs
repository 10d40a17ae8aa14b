//! Filters that somebody has saved, in a file for the next run of the program.

use serde::{Deserialize, Serialize};

use crate::domain::{Fault, FaultKind};
use crate::files;
use crate::profile::{Home, lock, write_private};
use crate::tui::input::tabs::Tab;

/// The name of the file, in the folder of what the program remembers.
pub const FILE: &str = "filters.json";

/// Filters that are kept; whoever saves more has no use for a list.
const MOST: usize = 200;

/// Filter that was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedFilter {
    /// Name of the screen that it belongs to.
    pub screen: String,
    /// The filter, as it is typed.
    pub text: String,
}

impl SavedFilter {
    /// A filter of a screen.
    pub fn new(tab: Tab, text: &str) -> Self {
        Self { screen: tab.name().to_owned(), text: text.to_owned() }
    }
}

/// Filters that are saved below `home`, the newest first; a file that is not there is none.
///
/// # Errors
/// [`FaultKind::Local`]: the file is there and cannot be read.
pub fn read(home: &Home) -> Result<Vec<SavedFilter>, Fault> {
    let path = home.state.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let unreadable = || Fault::new(FaultKind::Local, format!("The saved filters cannot be read: {}.", path.display()));
    let text = files::read(&path).map_err(|error| unreadable().because(error))?;
    serde_json::from_slice(&text).map_err(|error| unreadable().because(error))
}

/// Saves a filter as the newest, once.
///
/// # Errors
/// [`FaultKind::Local`]: the file cannot be read or written. One that cannot be read is left as it is.
pub fn save(home: &Home, filter: SavedFilter) -> Result<Vec<SavedFilter>, Fault> {
    change(home, |filters| {
        filters.retain(|other| *other != filter);
        filters.insert(0, filter);
        filters.truncate(MOST);
    })
}

/// Deletes a filter.
///
/// # Errors
/// [`FaultKind::Local`]: the file cannot be read or written.
pub fn delete(home: &Home, filter: &SavedFilter) -> Result<Vec<SavedFilter>, Fault> {
    change(home, |filters| filters.retain(|other| other != filter))
}

fn change(home: &Home, change: impl FnOnce(&mut Vec<SavedFilter>)) -> Result<Vec<SavedFilter>, Fault> {
    let path = home.state.join(FILE);
    let _lock = lock(&path);
    let mut filters = read(home)?;
    change(&mut filters);
    // Texts alone are always written.
    let text = serde_json::to_vec_pretty(&filters).unwrap_or_default();
    write_private(&path, &text)?;
    Ok(filters)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home::resolve(Some(folder.path().to_owned())).expect("a home");
        (folder, home)
    }

    #[test]
    fn filters_are_kept_once_the_newest_first_and_belong_to_their_owner() {
        let (_folder, home) = home();
        assert_eq!(read(&home).unwrap(), []);
        let [one, other] = ["status:expired", "as:ada"].map(|text| SavedFilter::new(Tab::Accounts, text));
        for filter in [&one, &other, &one] {
            save(&home, filter.clone()).unwrap();
        }
        assert_eq!(read(&home).unwrap(), [one.clone(), other.clone()]);
        let mode = std::fs::metadata(home.state.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(delete(&home, &one).unwrap(), [other]);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_left_as_it_is() {
        let (_folder, home) = home();
        write_private(&home.state.join(FILE), b"[{").unwrap();
        assert!(save(&home, SavedFilter::new(Tab::Tools, "x")).is_err());
        assert_eq!(std::fs::read(home.state.join(FILE)).unwrap(), b"[{");
    }
}
