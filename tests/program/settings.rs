//! A settings file that moves a key, and one thing in it that cannot be done.

use std::fs;

use super::terminal::Terminal;
use crate::cli::process::{jackfield, run};

#[test]
fn a_moved_key_works_and_a_conflict_is_told_and_what_was_left_comes_back() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("config")).unwrap();
    let settings = "log = \"info\"\n\n[keys]\nauthorize = [\"U\", \"F6\"]\nrefresh = \"d\"\nquit = \"Z\"\n";
    fs::write(home.path().join("config/settings.toml"), settings).unwrap();

    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("settings.toml, line 5: d would be both “refresh” and “disconnect” (accounts).");
    terminal.wait_for("23 accounts");
    terminal.wait_until("no such hints", |screen| screen.contains("U authorize") && screen.contains("d  disconnect"));
    terminal.send("U");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    terminal.send("\x1b");
    terminal.wait_gone("Re-authorize linear");
    terminal.send("m");
    terminal.wait_for("╭ Messages");
    terminal.wait_for("“refresh” keeps its default keys.");
    terminal.send("\x1b");
    terminal.wait_gone("╭ Messages");
    // F6, as terminals send it.
    terminal.send("\x1b[17~");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    terminal.send("\x1b");
    terminal.wait_gone("Re-authorize linear");
    // Light, then only what is named grace; her second account.
    terminal.send("\x1b[19~");
    terminal.wait_for("Theme: light");
    terminal.send("/grace\rj");
    let left = |screen: &str| {
        let selected = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
        selected.contains("gmail ") && selected.contains("grace@acme.dev") && screen.contains("2 of 3 shown")
    };
    terminal.wait_until("the cursor never moved", left);
    terminal.send("qZZ");
    assert_eq!(terminal.ended().code, 0);

    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_until("not where it was left", left);
    terminal.send("Z");
    assert_eq!(terminal.ended().code, 0);

    let log = fs::read_to_string(home.path().join("state/jackfield.log")).unwrap();
    assert_eq!(log.matches("environment opened").count(), 2, "{log}");
    let ran = run(jackfield(home.path(), &["settings", "keys"]), "");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("line 5: d would be both “refresh” and “disconnect” (accounts)."), "{}", ran.err);
    let theme = run(jackfield(home.path(), &["settings", "show"]), "");
    let is_light = |line: &str| line.split_whitespace().take(2).eq(["theme", "light"]);
    assert!(theme.out.lines().any(is_light), "{}", theme.out);
}
