//! File with the inputs that stand unsent in the playground and the message to the agent that does, for the next run of
//! the program. Credentials are left out as they are of presets.
//!
//! Every run has entries of its own and touches those of others only where a person took them over or dropped them, so
//! that copies of the program keep their hands off each other's.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::{Fault, FaultKind, JsonText, Untrusted};
use crate::files;
use crate::journal::CallKind;
use crate::order::StableOrder as _;
use crate::profile::{Home, lock, write_private};
use crate::redact;
use crate::tui::core::state::unsent::{LeftUnsent, Unsent, UnsentInput, UnsentMessage};

/// The name of the file, in the folder of what the program remembers.
pub const FILE: &str = "drafts.json";

/// Inputs that are kept, and bytes of their texts: the newest ones.
const KEPT: usize = 50;
const BYTES: usize = 1 << 20;

/// Time for which one is kept.
const AGE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Version of the format; another one is not touched.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    unsent: Vec<Entry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    messages: Vec<MessageEntry>,
}

#[derive(Clone, Serialize, Deserialize)]
struct MessageEntry {
    run: String,
    environment: String,
    changed: Timestamp,
    text: String,
    left_out: bool,
}

impl MessageEntry {
    /// The message without its credentials: marks stand in their places.
    fn new(message: &UnsentMessage, run: &str) -> Self {
        let text = redact::text(&message.text);
        Self {
            run: run.to_owned(),
            environment: message.environment.clone(),
            changed: message.changed,
            left_out: message.left_out || text != message.text.as_str(),
            text: text.into_owned(),
        }
    }

    fn message(self) -> UnsentMessage {
        let Self { run, environment, changed, text, left_out } = self;
        UnsentMessage { run, environment, changed, text, left_out }
    }

    fn is_of(&self, message: &UnsentMessage) -> bool {
        self.run == message.run && self.environment == message.environment
    }
}

#[derive(Clone, Serialize, Deserialize)]
struct Entry {
    run: String,
    environment: String,
    /// Whether it is a request to the provider's own API.
    #[serde(default)]
    request: bool,
    tool: String,
    account: String,
    identifier: String,
    connection: String,
    changed: Timestamp,
    text: String,
    left_out: bool,
}

impl Entry {
    /// The input without its credentials: empty texts where they stood in JSON, marks elsewhere.
    fn new(input: &UnsentInput, run: &str) -> Self {
        let (text, left_out) = match JsonText::parse(input.text.clone()) {
            Ok(json) => {
                let redacted = redact::json(&json);
                (redacted.to_fill_in().raw().to_owned(), !redacted.hidden.is_empty())
            }
            Err(_) => {
                let text = redact::text(&input.text);
                let left_out = text != input.text.as_str();
                (text.into_owned(), left_out)
            }
        };
        Self {
            run: run.to_owned(),
            environment: input.environment.clone(),
            request: input.kind == CallKind::Proxy,
            tool: input.tool.raw().to_owned(),
            account: input.account.raw().to_owned(),
            identifier: input.identifier.raw().to_owned(),
            connection: input.connection.raw().to_owned(),
            changed: input.changed,
            text,
            left_out: left_out || input.left_out,
        }
    }

    fn input(self) -> UnsentInput {
        UnsentInput {
            run: self.run,
            environment: self.environment,
            kind: if self.request { CallKind::Proxy } else { CallKind::Tool },
            tool: self.tool.as_str().into(),
            account: self.account.as_str().into(),
            identifier: self.identifier.as_str().into(),
            connection: self.connection.as_str().into(),
            changed: self.changed,
            text: self.text,
            left_out: self.left_out,
        }
    }

    fn is_of(&self, input: &UnsentInput) -> bool {
        self.run == input.run
            && self.environment == input.environment
            && self.request == (input.kind == CallKind::Proxy)
            && self.tool == input.tool.raw()
            && self.account == input.account.raw()
    }
}

/// What the file below `home` holds.
///
/// # Errors
/// [`FaultKind::Local`]: the file is there and cannot be read, or was not written by this program.
pub fn read(home: &Home, now: Timestamp) -> Result<LeftUnsent, Fault> {
    let mut content = content(home)?;
    content.keep_newest(now);
    Ok(LeftUnsent {
        inputs: content.unsent.into_iter().map(Entry::input).collect(),
        messages: content.messages.into_iter().map(MessageEntry::message).collect(),
    })
}

fn content(home: &Home) -> Result<Content, Fault> {
    let file = home.state.join(FILE);
    let broken = |why: &str| {
        let file = Untrusted::from(file.to_string_lossy().as_ref());
        let message = format!("{file} {why}. Unsent input is neither read nor kept until it is moved away.");
        Fault::new(FaultKind::Local, message)
    };
    let bytes = match files::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(Content { version: VERSION, unsent: Vec::new(), messages: Vec::new() });
        }
        Err(error) => return Err(broken(&format!("cannot be read: {error}"))),
    };
    match serde_json::from_slice(&bytes) {
        Ok(content @ Content { version: VERSION, .. }) => Ok(content),
        Ok(_) => Err(broken("was written by another version of jackfield")),
        Err(_) => Err(broken("was not written by jackfield, or is damaged")),
    }
}

impl Content {
    /// Leaves the newest of both, in this order.
    fn keep_newest(&mut self, now: Timestamp) {
        keep_newest(&mut self.unsent, now, |entry| (entry.changed, entry.text.len()));
        keep_newest(&mut self.messages, now, |entry| (entry.changed, entry.text.len()));
    }
}

/// Leaves the newest ones, in this order; `of` gives the last change and the bytes.
fn keep_newest<T: Clone>(entries: &mut Vec<T>, now: Timestamp, of: impl Fn(&T) -> (Timestamp, usize)) {
    entries.retain(|entry| now.duration_since(of(entry).0) < AGE);
    entries.order_by_key(|entry| std::cmp::Reverse(of(entry).0));
    entries.truncate(KEPT);
    let mut bytes = 0;
    entries.retain(|entry| {
        bytes += of(entry).1;
        bytes <= BYTES
    });
}

/// Writes what `run` has to keep in the place of what it wrote before.
fn write(home: &Home, run: &str, unsent: &Unsent, now: Timestamp) -> Result<(), Fault> {
    let file = home.state.join(FILE);
    let own: Vec<Entry> = unsent.inputs.iter().map(|input| Entry::new(input, run)).collect();
    let _lock = lock(&file);
    let mut all = content(home)?;
    let before = serde_json::to_vec(&all).unwrap_or_default();
    all.unsent.retain(|entry| entry.run != run && !unsent.used.iter().any(|used| entry.is_of(used)));
    all.unsent.extend(own);
    all.messages.retain(|entry| entry.run != run && !unsent.used_messages.iter().any(|used| entry.is_of(used)));
    all.messages.extend(unsent.message.iter().map(|message| MessageEntry::new(message, run)));
    all.keep_newest(now);
    if serde_json::to_vec(&all).unwrap_or_default() == before {
        return Ok(());
    }
    // Texts, moments and a number are always written.
    let text = serde_json::to_vec_pretty(&all).unwrap_or_default();
    write_private(&file, &text)
}

/// Inputs that are to be kept, and whether they are on disk.
pub struct DraftsKeeper {
    home: Home,
    /// Random name of this run.
    run: String,
    noted: Mutex<Noted>,
    /// One writer at a time: an older state never takes the place of a newer one.
    turn: Mutex<()>,
}

#[derive(Default)]
struct Noted {
    version: Option<(u64, bool)>,
    unsent: Unsent,
    is_written: bool,
}

impl DraftsKeeper {
    /// Keeper of a run that has nothing to keep yet.
    pub fn new(home: Home) -> Self {
        let mut random = [0; 6];
        // Without randomness, copies could not tell their entries apart for sure; the time is close to that.
        let run = match getrandom::fill(&mut random) {
            Ok(()) => random.iter().map(|byte| format!("{byte:02x}")).collect(),
            Err(_) => Timestamp::now().as_nanosecond().to_string(),
        };
        let noted = Noted { is_written: true, ..Noted::default() };
        Self { home, run, noted: Mutex::new(noted), turn: Mutex::default() }
    }

    /// Takes note of what there is to keep, if `version` is another one than before. Whether anything has to be
    /// written because of it.
    pub fn note(&self, version: (u64, bool), unsent: impl FnOnce() -> Unsent) -> bool {
        let mut noted = self.noted();
        if noted.version == Some(version) {
            return false;
        }
        noted.version = Some(version);
        let now = unsent();
        if now == noted.unsent {
            return false;
        }
        (noted.unsent, noted.is_written) = (now, false);
        true
    }

    /// Writes what was noted last, unless it is on disk already.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: the file cannot be written, or is not ours.
    pub fn save(&self) -> Result<(), Fault> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let unsent = {
            let mut noted = self.noted();
            if std::mem::replace(&mut noted.is_written, true) {
                return Ok(());
            }
            noted.unsent.clone()
        };
        let written = write(&self.home, &self.run, &unsent, Timestamp::now());
        if written.is_err() {
            self.noted().is_written = false;
        }
        written
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;

    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::resolve(Some(folder.path().to_owned())).unwrap();
        (folder, home)
    }

    fn input(tool: &str, text: &str, minutes_ago: i64) -> UnsentInput {
        UnsentInput {
            environment: "sandbox".into(),
            kind: CallKind::Tool,
            tool: tool.into(),
            account: "ca_1".into(),
            identifier: "ada@acme.dev".into(),
            connection: "linear".into(),
            changed: Timestamp::now() - SignedDuration::from_mins(minutes_ago),
            text: text.into(),
            left_out: false,
            run: String::new(),
        }
    }

    fn unsent(inputs: &[UnsentInput]) -> Unsent {
        Unsent { inputs: inputs.iter().cloned().map(Arc::new).collect(), ..Unsent::default() }
    }

    fn texts(home: &Home) -> Vec<String> {
        read(home, Timestamp::now()).unwrap().inputs.into_iter().map(|input| input.text).collect()
    }

    #[test]
    fn what_is_written_comes_back_newest_first_and_belongs_to_its_owner() {
        let (_folder, home) = home();
        let keeper = DraftsKeeper::new(home.clone());
        keeper.save().unwrap();
        assert!(!home.state.exists(), "nothing typed, nothing written");
        let inputs = [input("a", r#"{ "n": 1.10 }"#, 9), input("b", "{ not yet", 1)];
        assert!(keeper.note((1, true), || unsent(&inputs)));
        assert!(!keeper.note((1, true), || panic!("nothing is new")));
        keeper.save().unwrap();
        assert_eq!(texts(&home), ["{ not yet", r#"{ "n": 1.10 }"#]);
        let back = read(&home, Timestamp::now()).unwrap().inputs;
        assert_eq!(UnsentInput { run: String::new(), ..back[1].clone() }, inputs[0]);
        let mode = fs::metadata(home.state.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(keeper.note((2, false), Unsent::default));
        keeper.save().unwrap();
        assert_eq!(texts(&home), [""; 0], "sent, or not to be kept any more");
    }

    #[test]
    fn credentials_are_left_out_of_json_and_of_what_is_none_yet() {
        let (_folder, home) = home();
        let keeper = DraftsKeeper::new(home.clone());
        let json = r#"{"to": "ada", "token": "hunter2hunter2"}"#;
        let text = r#"{"to": "ada", "password": "hunter2hunter2", "note": ghp_abcdefghijklmnopqrstuvwxyz0123456789"#;
        keeper.note((1, true), || unsent(&[input("a", json, 2), input("b", text, 1), input("c", "{}", 0)]));
        keeper.save().unwrap();
        let back = read(&home, Timestamp::now()).unwrap().inputs;
        assert_eq!(back.iter().map(|input| input.left_out).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(back[2].text, r#"{"to": "ada", "token": ""}"#);
        let file = fs::read_to_string(home.state.join(FILE)).unwrap();
        assert!(!file.contains("hunter2") && !file.contains("ghp_"), "{file}");
    }

    #[test]
    fn copies_keep_their_hands_off_each_other() {
        let (_folder, home) = home();
        let (one, other) = (DraftsKeeper::new(home.clone()), DraftsKeeper::new(home.clone()));
        one.note((1, true), || unsent(&[input("a", "[1]", 2)]));
        other.note((1, true), || unsent(&[input("a", "[2]", 1), input("b", "[3]", 0)]));
        std::thread::scope(|scope| {
            scope.spawn(|| one.save().unwrap());
            scope.spawn(|| other.save().unwrap());
        });
        assert_eq!(texts(&home), ["[3]", "[2]", "[1]"]);
        // The next run takes one over; what the others left stays.
        let back = read(&home, Timestamp::now()).unwrap().inputs;
        let next = DraftsKeeper::new(home.clone());
        let used = vec![Arc::new(back[1].clone())];
        next.note((1, true), || Unsent { used, ..unsent(&[input("a", "[2, 2]", 0)]) });
        next.save().unwrap();
        let mut kept = texts(&home);
        kept.sort();
        assert_eq!(kept, ["[1]", "[2, 2]", "[3]"]);
    }

    #[test]
    fn number_size_and_age_are_bounded() {
        let (_folder, home) = home();
        let keeper = DraftsKeeper::new(home.clone());
        let many: Vec<_> = (0..60).map(|n| input(&format!("t{n}"), &n.to_string(), n)).collect();
        keeper.note((1, true), || unsent(&many));
        keeper.save().unwrap();
        assert_eq!((texts(&home).len(), texts(&home)[0].as_str()), (KEPT, "0"));
        let large = "x".repeat(BYTES / 2);
        keeper.note((2, true), || unsent(&[input("a", &large, 0), input("b", &large, 1), input("c", &large, 2)]));
        keeper.save().unwrap();
        assert_eq!(texts(&home).len(), 2);
        assert_eq!(read(&home, Timestamp::now() + AGE).unwrap(), LeftUnsent::default());
    }

    #[test]
    fn a_message_to_the_agent_comes_back_without_its_credentials_until_it_is_used() {
        let (_folder, home) = home();
        let keeper = DraftsKeeper::new(home.clone());
        let message = UnsentMessage {
            environment: "sandbox".into(),
            changed: Timestamp::now(),
            text: "Call it with ghp_abcdefghijklmnopqrstuvwxyz0123456789, please".into(),
            left_out: false,
            run: String::new(),
        };
        keeper.note((1, true), || Unsent { message: Some(Arc::new(message)), ..Unsent::default() });
        keeper.save().unwrap();
        let file = fs::read_to_string(home.state.join(FILE)).unwrap();
        assert!(!file.contains("ghp_"), "{file}");
        let left = read(&home, Timestamp::now()).unwrap().messages;
        let [back] = left.as_slice() else { panic!("{left:?}") };
        assert!(back.left_out && back.text.starts_with("Call it with") && back.text.ends_with("please"), "{back:?}");
        let next = DraftsKeeper::new(home.clone());
        next.note((1, true), || Unsent { used_messages: vec![Arc::new(back.clone())], ..Unsent::default() });
        next.save().unwrap();
        assert_eq!(read(&home, Timestamp::now()).unwrap(), LeftUnsent::default());
    }

    #[test]
    fn a_file_of_somebody_else_stays_as_it_is() {
        let (_folder, home) = home();
        for text in ["{\"unsent\": 7", "[1]", r#"{"version": 2, "unsent": [], "more": 1}"#] {
            write_private(&home.state.join(FILE), text.as_bytes()).unwrap();
            let fault = read(&home, Timestamp::now()).unwrap_err();
            assert!(fault.message.contains(FILE) && fault.message.contains("moved away"), "{fault}");
            let keeper = DraftsKeeper::new(home.clone());
            keeper.note((1, true), || unsent(&[input("a", "[1]", 0)]));
            keeper.save().unwrap_err();
            assert_eq!(fs::read_to_string(home.state.join(FILE)).unwrap(), text);
            fs::remove_file(home.state.join(FILE)).unwrap();
            keeper.save().unwrap();
            assert_eq!(texts(&home), ["[1]"], "once there is room, it is kept");
        }
    }
}
