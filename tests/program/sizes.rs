//! Any size of terminal, also one that nobody can read.

use super::terminal::Terminal;

const SIZES: [(u16, u16); 7] = [(120, 40), (80, 24), (40, 12), (20, 6), (10, 3), (2, 2), (1, 1)];

#[test]
fn it_starts_in_any_size() {
    for size in SIZES {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = Terminal::start(size, home.path(), &[], &[]);
        terminal.wait_printed(0);
        terminal.send("jq");
        assert_eq!(terminal.ended().code, 0, "{size:?}");
    }
}

#[test]
fn it_lives_through_any_size_with_keys_in_between() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start(SIZES[0], home.path(), &[], &[]);
    terminal.wait_for("23 accounts");
    let way = SIZES[1..].iter().chain(SIZES[..6].iter().rev());
    let keys = ["jjkG", "\ta", "/ada\r", "2\t", "t?", "3\x12", "\x1b", "s", "gGjk", "R", "a\r", "1\t"];
    for ((columns, rows), keys) in way.zip(keys) {
        let before = terminal.printed();
        terminal.resize(*columns, *rows);
        terminal.wait_printed(before);
        if (10..40).contains(columns) {
            terminal.wait_for(&format!("now {columns}x{rows}"));
        }
        terminal.send(keys);
    }
    terminal.wait_for("23 accounts");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn what_was_on_the_screen_is_there_again_when_there_is_room_again() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("jj");
    // Times go on meanwhile, and may take a digit more or less.
    let without_times = |screen: &str| {
        let words = screen.split(|c: char| c.is_ascii_digit() || c.is_whitespace());
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    terminal.wait_for("3 of 23");
    // What stands beside the list follows the cursor a little later, and grows once it was asked for.
    let settled = |screen: &str| screen.contains("jackfield does not know this status") && screen.contains("shared");
    let before = without_times(&terminal.wait_until("never saw the third account's detail", settled));
    terminal.resize(1, 1);
    terminal.resize(20, 6);
    terminal.wait_for("now 20x6");
    terminal.resize(120, 40);
    terminal.wait_until(&format!("not the same as before: {before}"), |screen| without_times(screen) == before);
}
