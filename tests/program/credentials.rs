//! An account whose credentials are typed in, from the form to a call that goes out with them.

use std::path::Path;

use super::terminal::Terminal;

/// Whose key it is stands before the hyphen; the rest is anything.
const KEY: &str = "margaret-s3cret4711";

/// Everything that lies below `folder`.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_key_that_is_typed_in_connects_an_account_and_is_seen_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("23 accounts");

    terminal.send("n");
    terminal.wait_for("FRESHDESK");
    terminal.send("fresh\r");
    terminal.wait_for("Known users");
    terminal.send("ada@acme.dev\r");
    terminal.wait_for("Connect freshdesk/ada@acme.dev");
    terminal.wait_for("Every agent finds a key of their own");
    terminal.send("\x1b[200~acme.freshdesk.com\x1b[201~\r");
    terminal.wait_for("F2 shows it");
    // Nothing is sent without the key.
    terminal.send("\r");
    terminal.wait_for("This must be filled in.");
    terminal.send(&format!("{}\x1b[200~{}\n\x1b[201~", &KEY[..4], &KEY[4..]));
    terminal.wait_for(&"•".repeat(KEY.len()));
    terminal.send("\r");
    let screen = terminal.wait_for("freshdesk/ada@acme.dev is active now.");
    let selected = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
    assert!(
        selected.contains("● active") && selected.contains("freshdesk ") && selected.contains("ada@acme.dev"),
        "{screen}"
    );

    terminal.send("t");
    terminal.wait_for("Tools of ada@acme.dev on freshdesk");
    terminal.wait_for("freshdesk_tickets_list");
    terminal.send("/tickets_list\r\r");
    terminal.wait_for("freshdesk_tickets_list  as ada@acme.dev on freshdesk ●");
    terminal.send("\x01{}\x12");
    let screen = terminal.wait_for("200 · ");
    assert!(screen.contains("\"subject\""), "{screen}");

    // Where everything that was said and sent is shown.
    terminal.send("\x1b");
    terminal.wait_for("1 of 1 shown");
    terminal.send("1");
    terminal.wait_for("n new");
    for (key, page, shown) in [("m", "╭ Messages", "active now."), ("L", "╭ Requests", "/api/v1/connected_accounts")]
    {
        terminal.send(key);
        let both = |screen: &str| screen.contains(page) && screen.contains(shown);
        terminal.wait_until(&format!("never saw {shown:?} on {page:?}"), both);
        terminal.send("\x1b");
        terminal.wait_gone(page);
    }
    terminal.send("qq");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    let (typed, pasted) = KEY.split_at(4);
    assert!(!ended.raw.contains(pasted), "{typed}… was printed");
    let kept = files(home.path());
    assert!(!kept.is_empty(), "the session is remembered");
    for file in kept {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(pasted.len()).any(|bytes| bytes == pasted.as_bytes()), "{}", file.display());
    }
}
