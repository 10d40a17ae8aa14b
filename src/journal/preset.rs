//! Arguments that somebody has given a name. They belong to a tool, fit any account, and stay until
//! they are deleted: nothing else of the journal's past touches them.

use std::fmt;

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::body::{pack, unpack};
use super::record::StoredBody;
use super::store::{Journal, texts, unusable, written};
use crate::domain::{Fault, FaultKind, JsonText, ToolName, Untrusted};
use crate::redact::{self, Redacted};

/// Name of a preset: one line, not empty. Shown scrubbed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PresetName(Untrusted);

/// The longest name, in characters.
const LONGEST: usize = 64;

impl PresetName {
    /// Reads a name; blanks around it do not count.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] for one that is empty, too long, or no single line.
    pub fn parse(name: &str) -> Result<Self, Fault> {
        let name = name.trim();
        if !name.is_empty() && name.chars().count() <= LONGEST && !name.contains(char::is_control) {
            return Ok(Self(name.into()));
        }
        let message = format!("A preset's name is one line of 1 to {LONGEST} characters.");
        Err(Fault::new(FaultKind::InvalidInput, message))
    }

    /// The name as it was typed.
    pub fn raw(&self) -> &str {
        self.0.raw()
    }
}

impl fmt::Display for PresetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Arguments of a tool that were saved under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Name of the tool.
    pub tool: ToolName,
    /// Name by which the person finds it again.
    pub name: PresetName,
    /// Time at which it was saved last.
    pub saved: Timestamp,
    /// The arguments, byte for byte but for the credentials, which are replaced.
    pub arguments: Redacted,
}

/// Treatment of a preset that has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfTaken {
    /// It stays, and nothing is saved.
    Refuse,
    /// The new one takes its place.
    Replace,
}

const COLUMNS: &str = "tool, name, saved, arguments, hidden";

impl Journal {
    /// Saves arguments for `tool` under a name, their credentials replaced.
    ///
    /// # Errors
    /// [`FaultKind::Conflict`]: the name is taken and `taken` refuses. [`FaultKind::InvalidInput`]: they
    /// are larger than what is kept, or
    /// the name holds a credential. [`FaultKind::Local`]: they could not be written.
    pub fn save_preset(
        &self,
        tool: &ToolName,
        name: &PresetName,
        arguments: &JsonText,
        taken: IfTaken,
    ) -> Result<Preset, Fault> {
        if redact::text(name.raw()) != name.raw() {
            let message = "A preset's name is kept as it is written: it must hold no credential.";
            return Err(Fault::new(FaultKind::InvalidInput, message));
        }
        let arguments = redact::json(arguments);
        let Some(packed) = pack(&arguments.json) else {
            return Err(Fault::new(FaultKind::InvalidInput, "These arguments are larger than what can be kept."));
        };
        let saved = Timestamp::now();
        let otherwise = match taken {
            IfTaken::Refuse => "ON CONFLICT DO NOTHING",
            IfTaken::Replace => {
                "ON CONFLICT DO UPDATE SET saved = excluded.saved, arguments = excluded.arguments, hidden = excluded.hidden"
            }
        };
        let sql = format!("INSERT INTO preset ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5) {otherwise}");
        let values = params![tool.raw(), name.raw(), saved.as_millisecond(), packed, written(&arguments.hidden)];
        match self.connection().execute(&sql, values).map_err(unusable)? {
            0 => {
                let message = format!("There is a preset “{name}” for {tool} already.");
                Err(Fault::new(FaultKind::Conflict, message))
            }
            _ => Ok(Preset { tool: tool.clone(), name: name.clone(), saved, arguments }),
        }
    }

    /// The presets of one tool, or of all, by name.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn presets(&self, tool: Option<&ToolName>) -> Result<Vec<Preset>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM preset WHERE ?1 IS NULL OR tool = ?1 ORDER BY tool, name");
        let connection = self.connection();
        let read = || -> rusqlite::Result<Vec<Option<Preset>>> {
            connection
                .prepare_cached(&sql)?
                .query_map([tool.map(ToolName::raw)], |row| Ok(preset(row).ok().flatten()))?
                .collect()
        };
        // A row that somebody else has written to may be none.
        read().map(|presets| presets.into_iter().flatten().collect()).map_err(unusable)
    }

    /// One preset; none if there is none of this name.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be read.
    pub fn preset(&self, tool: &ToolName, name: &PresetName) -> Result<Option<Preset>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM preset WHERE tool = ?1 AND name = ?2");
        let found = self.connection().query_row(&sql, [tool.raw(), name.raw()], preset).optional();
        found.map(Option::flatten).map_err(unusable)
    }

    /// Deletes a preset. Whether it was there.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be written.
    pub fn delete_preset(&self, tool: &ToolName, name: &PresetName) -> Result<bool, Fault> {
        let sql = "DELETE FROM preset WHERE tool = ?1 AND name = ?2";
        let gone = self.connection().execute(sql, [tool.raw(), name.raw()]);
        gone.map(|gone| gone > 0).map_err(unusable)
    }
}

/// Reads a row of [`COLUMNS`]; none where it makes no sense.
fn preset(row: &Row<'_>) -> rusqlite::Result<Option<Preset>> {
    let text = |at: usize| row.get::<_, String>(at);
    let stored: Vec<u8> = row.get(3)?;
    let (Ok(name), StoredBody::Kept(arguments)) = (PresetName::parse(&text(1)?), unpack(Some(&stored))) else {
        return Ok(None);
    };
    Ok(Some(Preset {
        tool: ToolName::new(text(0)?),
        name,
        saved: Timestamp::from_millisecond(row.get(2)?).unwrap_or_default(),
        arguments: Redacted { json: arguments, hidden: texts(&text(4)?) },
    }))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::journal::Retention;

    fn json(text: &str) -> JsonText {
        JsonText::parse(text.to_owned()).unwrap()
    }

    fn name(text: &str) -> PresetName {
        PresetName::parse(text).unwrap()
    }

    fn names(journal: &Journal, tool: Option<&str>) -> Vec<String> {
        let tool = tool.map(ToolName::from);
        journal.presets(tool.as_ref()).unwrap().iter().map(|preset| preset.name.to_string()).collect()
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(name("  Bug for ENG\u{202e} ").to_string(), "Bug for ENG‹202E›");
        for bad in ["", "  ", "a\nb", "a\u{1b}", "x".repeat(65).as_str()] {
            assert_eq!(PresetName::parse(bad).unwrap_err().kind, FaultKind::InvalidInput, "{bad:?}");
        }
    }

    #[test]
    fn what_is_saved_comes_back_byte_for_byte_by_tool_and_name() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let tool = ToolName::from("linear_issue_create");
        let text = r#"{ "z": 1.10, "a": 123456789012345678901234567890, "z": null }"#;
        for at in ["one", "another"] {
            let saved = journal.save_preset(&tool, &name(at), &json(text), IfTaken::Refuse).unwrap();
            assert_eq!((saved.arguments.json.raw(), saved.arguments.hidden.len()), (text, 0));
        }
        journal.save_preset(&"asana_me_get".into(), &name("one"), &json("{}"), IfTaken::Refuse).unwrap();
        assert_eq!(names(&journal, None), ["one", "another", "one"]);
        assert_eq!(names(&journal, Some("linear_issue_create")), ["another", "one"]);
        assert_eq!(journal.preset(&tool, &name("one")).unwrap().unwrap().arguments.json.raw(), text);

        let taken = journal.save_preset(&tool, &name("one"), &json("{}"), IfTaken::Refuse).unwrap_err();
        assert_eq!(taken.kind, FaultKind::Conflict);
        assert_eq!(journal.preset(&tool, &name("one")).unwrap().unwrap().arguments.json.raw(), text, "it stays");
        journal.save_preset(&tool, &name("one"), &json("[1]"), IfTaken::Replace).unwrap();
        assert_eq!(journal.preset(&tool, &name("one")).unwrap().unwrap().arguments.json.raw(), "[1]");

        assert!(journal.delete_preset(&tool, &name("one")).unwrap());
        assert!(!journal.delete_preset(&tool, &name("one")).unwrap());
        assert!(journal.preset(&tool, &name("one")).unwrap().is_none());
        assert_eq!(names(&journal, None), ["one", "another"]);
    }

    #[test]
    fn credentials_are_left_out_and_their_places_known() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path(), Retention::default()).unwrap();
        let tool = ToolName::from("t");
        let given = json(r#"{"to":"ada","token":"hunter2hunter2","n":[{"api_key":1}]}"#);
        journal.save_preset(&tool, &name("x"), &given, IfTaken::Refuse).unwrap();
        let preset = journal.preset(&tool, &name("x")).unwrap().unwrap();
        assert_eq!(preset.arguments.to_fill_in().raw(), r#"{"to":"ada","token":"","n":[{"api_key":""}]}"#);
        assert_eq!(preset.arguments.hidden.iter().map(Untrusted::raw).collect::<Vec<_>>(), ["/token", "/n/0/api_key"]);
        drop(journal);
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
        }
    }

    #[test]
    fn they_outlive_the_calls_and_an_older_file_learns_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = Retention { age: Duration::ZERO, size: 0 };
        let journal = Journal::open(folder.path(), nothing).unwrap();
        journal
            .connection()
            .execute_batch(
                "DROP TABLE preset; DROP TABLE favourite; DROP TABLE proof; DROP TABLE receipt; DROP TABLE snapshot; DROP TABLE schema; \
                 DROP TABLE audit; DROP TABLE audit_head; \
                 ALTER TABLE entry DROP COLUMN note; ALTER TABLE entry DROP COLUMN probe; \
                 ALTER TABLE entry DROP COLUMN modifiers; ALTER TABLE entry DROP COLUMN client; PRAGMA user_version = 1;",
            )
            .unwrap();
        drop(journal);
        let journal = Journal::open(folder.path(), nothing).unwrap();
        journal.save_preset(&"t".into(), &name("x"), &json("{}"), IfTaken::Refuse).unwrap();
        drop(journal);
        assert_eq!(names(&Journal::open(folder.path(), nothing).unwrap(), None), ["x"]);
    }
}
