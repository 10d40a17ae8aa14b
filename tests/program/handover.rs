//! The terminal lent to the person's own editor.

use std::fs;
use std::path::{Path, PathBuf};

use super::terminal::Terminal;
use crate::cli::process::script;
use crate::waiting::until;

/// The program with the input of a tool on the screen.
fn playground(home: &Path, environment: &[(&str, &str)]) -> Terminal {
    let mut terminal = Terminal::start((120, 40), home, &["--sandbox"], environment);
    terminal.wait_for("23 accounts");
    terminal.send("2");
    terminal.wait_for("linear_viewer_get");
    terminal.send("/asana_me_get");
    terminal.wait_for("1 of 1 shown");
    terminal.send("\r\r");
    terminal.wait_for("With which account");
    terminal.send("\r");
    terminal.wait_for("Not run yet.");
    terminal
}

/// Texts that are lent, or left.
fn texts(home: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(home.join("state/texts"));
    found.map(|found| found.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
}

#[test]
fn an_editor_with_blanks_in_its_path_gets_its_options_and_not_the_secret() {
    let home = tempfile::tempdir().unwrap();
    let editor = home.path().join("my ed/vim");
    // What the secret, the size of a core and the rights of the folder are to it, and that it changes the text.
    let told = "printf '%s|%s|%s|%s' \"$1\" \"$SCALEKIT_CLIENT_SECRET\" \"$(ulimit -S -c)\" \
                \"$(ls -ld \"$(dirname \"$2\")\" | cut -c1-10)\" > \"$HOME/told\"; echo '{\"seen\":1}' > \"$2\"";
    script(&editor, told);
    let visual = format!("'{}' -f", editor.display());
    let mut terminal = playground(home.path(), &[("VISUAL", &visual), ("SCALEKIT_CLIENT_SECRET", "sks_hunter2")]);
    terminal.send("\x05");
    terminal.wait_for("\"seen\":1");
    let core = std::process::Command::new("/bin/sh").args(["-c", "ulimit -S -c"]).output().unwrap();
    let core = String::from_utf8(core.stdout).unwrap();
    assert_eq!(fs::read_to_string(home.path().join("told")).unwrap(), format!("-f||{}|drwx------", core.trim()));
    assert!(texts(home.path()).is_empty());
    #[cfg(target_os = "linux")]
    {
        let limits = fs::read_to_string(format!("/proc/{}/limits", terminal.process())).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    }
    terminal.send("\x11");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_pager_with_blanks_in_its_path_gets_its_options_and_the_result() {
    let home = tempfile::tempdir().unwrap();
    let pager = home.path().join("my pager/less");
    script(&pager, "cat \"$2\" > \"$HOME/read\"; printf '%s' \"$1\" > \"$HOME/told\"");
    let named = format!("\"{}\" '-X 1'", pager.display());
    let mut terminal = playground(home.path(), &[("PAGER", &named)]);
    terminal.send("\x12");
    terminal.wait_for("\"gid\"");
    terminal.send("P");
    let told = home.path().join("told");
    until("the pager", || fs::read_to_string(&told).is_ok_and(|told| told == "-X 1").then_some(()));
    assert!(fs::read_to_string(home.path().join("read")).unwrap().contains("\"gid\""));
    // Before that, a Ctrl-Q is the terminal's own.
    terminal.wait_for_return();
    terminal.send("\x11\x11");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn an_editor_that_comes_back_at_once_is_told_of_and_its_text_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = playground(home.path(), &[("EDITOR", "true")]);
    terminal.send("\x05");
    let screen = terminal.wait_for("true came back at once");
    assert!(screen.contains("--wait") && screen.contains("/state/texts/jackfield-"), "{screen}");
    let kept = texts(home.path()).pop().unwrap().join("text.json");
    assert!(kept.exists());
    terminal.send("\x11");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    // A later start clears up.
    let mut terminal = Terminal::start((120, 40), home.path(), &["--sandbox"], &[]);
    terminal.wait_for("23 accounts");
    until("the text's end", || (!kept.exists()).then_some(()));
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn how_an_editor_failed_is_said_in_words() {
    for (editor, said) in [
        ("sh -c 'exit 3'", "ended with exit code 3"),
        ("sh -c 'kill -9 $$'", "was ended by signal 9"),
        ("\"vim", "a quote in it is left open"),
        ("/nonexistent/vi", "could not be started"),
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = playground(home.path(), &[("EDITOR", editor)]);
        terminal.send("\x05");
        terminal.wait_for(said);
        terminal.send("\x11");
        assert_eq!(terminal.ended().code, 0);
    }
}

/// An editor that notes its process and then waits.
const WAITS: &str = "echo $$ > \"$HOME/editor\"; exec sleep 600";

/// Its process.
pub fn editor(home: &Path) -> u32 {
    let note = home.join("editor");
    until("the editor", || fs::read_to_string(&note).ok()?.trim().parse().ok())
}

/// The program while such an editor has its terminal.
#[cfg(target_os = "linux")]
fn in_an_editor(home: &Path) -> (Terminal, u32) {
    let wait = home.join("wait");
    script(&wait, WAITS);
    let mut terminal = playground(home, &[("EDITOR", wait.to_str().unwrap())]);
    terminal.send("\x05");
    let process = editor(home);
    (terminal, process)
}

#[cfg(target_os = "linux")]
fn is_gone(process: u32) -> bool {
    match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(line) => line.contains(") Z "),
        Err(_) => true,
    }
}

#[cfg(target_os = "linux")]
#[test]
fn signals_at_the_terminal_are_the_editors_and_an_end_is_an_end_for_both() {
    let home = tempfile::tempdir().unwrap();
    let (terminal, process) = in_an_editor(home.path());
    terminal.signal("INT");
    terminal.signal("QUIT");
    terminal.signal("TERM");
    let ended = terminal.ended();
    assert_eq!(ended.code, 143);
    assert!(is_gone(process) && !ended.screen.alternate_screen());
    assert!(texts(home.path()).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_killed_program_lent_goes_at_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let (terminal, process) = in_an_editor(home.path());
    let left = texts(home.path()).pop().unwrap();
    assert!(left.starts_with(home.path()));
    terminal.signal("KILL");
    crate::cli::process::signal(process, "KILL");
    drop(terminal);
    let mut terminal = Terminal::start((120, 40), home.path(), &["--sandbox"], &[]);
    terminal.wait_for("23 accounts");
    until("the text's end", || (!left.exists()).then_some(()));
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}
