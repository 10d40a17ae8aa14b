//! Nothing is waited for without a word and an end.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::Path;

#[cfg(target_os = "linux")]
use super::process::wait_until_stopped;
use super::process::{Running, jackfield};
use crate::client::server::{Reply, Seen};
use crate::program::small_world::{SmallWorld, path};
use crate::program::terminal::Terminal;

const SAVED: &str = "use = \"acme\"\n\n[profile.acme]\nurl = \"https://acme.scalekit.dev\"\nclient_id = \"skc_1\"\n";

/// A keychain that takes every connection and says nothing.
struct Mute {
    home: tempfile::TempDir,
    address: String,
    _socket: UnixListener,
}

impl Mute {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("config")).unwrap();
        fs::write(home.path().join("config/profiles.toml"), SAVED).unwrap();
        let path = home.path().join("bus");
        let address = format!("unix:path={}", path.display());
        Self { home, address, _socket: UnixListener::bind(path).unwrap() }
    }

    fn variable(&self) -> (&str, &str) {
        ("DBUS_SESSION_BUS_ADDRESS", &self.address)
    }

    fn call(&self, arguments: &[&str]) -> Running {
        let mut command = jackfield(self.home.path(), arguments);
        command.env(self.variable().0, self.variable().1);
        Running::start(command)
    }

    fn saved(&self) -> String {
        fs::read_to_string(self.home.path().join("config/profiles.toml")).unwrap()
    }
}

const WAITING: &str = "Waiting for the keychain";

#[cfg(target_os = "linux")]
#[test]
fn a_keychain_that_never_answers_is_told_of_and_changes_nothing() {
    let mute = Mute::new();
    for arguments in
        [&["accounts", "list"][..], &["accounts", "list", "--json"], &["profile", "remove", "acme", "--yes"]]
    {
        let call = mute.call(arguments);
        call.wait_err(|said| said.contains(WAITING));
        call.signal("INT");
        let ran = call.ended();
        assert_eq!((ran.code, ran.out.as_str()), (130, ""), "{arguments:?}");
    }
    let add = ["profile", "add", "new", "--url", "https://new.dev", "--client-id", "skc_2"];
    let mut terminal = Terminal::start((100, 10), mute.home.path(), &add, &[mute.variable()]);
    terminal.wait_for("Client secret of new: ");
    terminal.send("sks_hunter2\r");
    terminal.wait_for(WAITING);
    terminal.send("\x03");
    assert_eq!(terminal.ended().code, 130);
    assert_eq!(mute.saved(), SAVED);
}

#[cfg(target_os = "linux")]
#[test]
fn on_the_screen_such_a_keychain_keeps_nobody() {
    let mute = Mute::new();
    let mut terminal = Terminal::start((120, 40), mute.home.path(), &[], &[mute.variable()]);
    terminal.wait_for("Waiting for your keychain (profile acme)");
    terminal.send("q");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn an_environment_that_does_not_answer_is_told_of_at_a_terminal() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    let home = tempfile::tempdir().unwrap();
    let variables =
        [("SCALEKIT_ENVIRONMENT_URL", url.as_str()), ("SCALEKIT_CLIENT_ID", "skc_1"), ("SCALEKIT_CLIENT_SECRET", "s")];
    let mut terminal = Terminal::start((100, 10), home.path(), &["accounts", "list"], &variables);
    terminal.wait_for("Waiting for 127.0.0.1");
    terminal.send("\x03");
    assert_eq!(terminal.ended().code, 130);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_between_two_tries_is_told_of_too() {
    let busy = |seen: &Seen, before: usize| {
        (path(seen) == "/api/v1/connected_accounts" && before == 0)
            .then(|| Reply::with(429, "retry-after: 3\r\n", "{}"))
    };
    let world = SmallWorld::start(busy).await;
    let home = tempfile::tempdir().unwrap();
    let terminal = Terminal::start((100, 10), home.path(), &["accounts", "list"], &world.variables());
    terminal.wait_for("Waiting for 127.0.0.1");
    terminal.wait_for("ada@acme.dev");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_journal_that_another_program_keeps_busy_is_told_of_once() {
    let home = tempfile::tempdir().unwrap();
    let save = ["presets", "save", "x_get", "one", "--input", "{}", "--replace"];
    let calm = Running::start(jackfield(home.path(), &save)).ended();
    assert_eq!((calm.code, calm.err.lines().count()), (0, 1), "{}", calm.err);
    let other = rusqlite::Connection::open(home.path().join("state/journal/journal.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let call = Running::start(jackfield(home.path(), &save));
    call.wait_err(|said| said.contains("Waiting for the journal, which another program keeps busy."));
    other.execute_batch("COMMIT").unwrap();
    let ended = call.ended();
    assert_eq!((ended.code, ended.err.matches("Waiting for the journal").count()), (0, 1), "{}", ended.err);
    assert!(ended.err.contains("Saved “one” for x_get."), "{}", ended.err);

    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let ended = Running::start(jackfield(home.path(), &save)).ended();
    assert!(ended.refused(1).contains("Another program keeps the journal busy."), "{}", ended.err);
}

const ADD: [&str; 7] = ["profile", "add", "new", "--url", "https://new.dev/", "--client-id", "skc_3"];

#[test]
fn a_hidden_prompt_gives_the_terminal_back_whatever_ends_it() {
    for (name, code) in [("TERM", 143), ("HUP", 129), ("QUIT", 131), ("INT", 130)] {
        let home = tempfile::tempdir().unwrap();
        let terminal = Terminal::start_from_shell_with((100, 10), home.path(), &ADD);
        terminal.wait_for("Client secret of new: ");
        terminal.signal(name);
        let ended = terminal.ended();
        let settings = |line: &&str| line.contains(':') && line.split(':').count() > 5;
        let settings: Vec<&str> = ended.raw.lines().map(str::trim).filter(settings).collect();
        assert_eq!(settings.len(), 2, "{}", ended.raw);
        assert_eq!(settings[0], settings[1], "{name}: the terminal's own settings");
        assert!(ended.raw.contains(&format!("code {code}")), "{name}: {}", ended.raw);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_hidden_prompt_that_is_stopped_asks_again_when_it_is_woken() {
    let home = tempfile::tempdir().unwrap();
    let none = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")];
    let mut terminal = Terminal::start((100, 10), home.path(), &ADD, &none);
    terminal.wait_for("Client secret of new: ");
    for stop in ["\x1a", "TSTP"] {
        match stop {
            "\x1a" => terminal.send(stop),
            name => terminal.signal(name),
        }
        wait_until_stopped(terminal.process());
        assert!(!terminal.is_raw());
        let before = terminal.printed();
        terminal.signal("CONT");
        terminal.wait_printed(before);
        crate::waiting::until("its turn", || terminal.is_raw().then_some(()));
    }
    terminal.send("sks_hunter2\r");
    let ended = terminal.ended();
    assert!(ended.code == 1 && ended.raw.contains("no keychain"), "{}", ended.raw);
    assert!(!ended.raw.contains("hunter2"), "{}", ended.raw);
}

/// A pipe that nobody writes into, at this place.
fn pipe(at: &Path) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at).status().unwrap().success());
}

#[test]
fn a_pipe_in_the_place_of_a_file_of_ours_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let calls: [(&str, &[&str], i32); 4] = [
        ("config/settings.toml", &["settings", "show"], 2),
        ("config/profiles.toml", &["profile", "list"], 1),
        ("state/journal/journal.sqlite", &["history", "list"], 1),
        ("state/jackfield.log", &["settings", "path", "--log", "debug"], 0),
    ];
    for (file, arguments, code) in calls {
        pipe(&home.path().join(file));
        let ran = super::process::run(jackfield(home.path(), arguments), "");
        assert_eq!(ran.code, code, "{file}: {}", ran.err);
        assert!(file.ends_with(".log") || (ran.out + &ran.err).contains("no regular file"), "{file}");
    }
    for file in ["session.json", "jq-history.json", "env-answers.json"] {
        pipe(&home.path().join("state").join(file));
    }
    let mut terminal = Terminal::start((120, 40), home.path(), &["--sandbox"], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("q");
    assert_eq!(terminal.ended().code, 0);
}
