//! Whose tools are listed and with which account they are tried, by keys.

use std::io::Write as _;

use super::terminal::Terminal;
use crate::cli::process::Served;

/// More tools than are searched within a key press, of connectors that the sandbox does not have.
const MANY: usize = 3_000;

#[test]
fn a_catalogue_of_thousands_is_there_from_its_first_page_on_and_is_searched() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for n in 0..MANY {
        let (connector, name) = (n / 300, format!("widget_{n:04}_get"));
        let line = format!(
            r#"{{"connector":"widget{connector}","name":"{name}","description":"Number {n}","input_schema":{{}}}}"#
        );
        writeln!(file, "{line}").unwrap();
    }
    let served = Served::start(&["--catalog", file.path().to_str().unwrap()]);
    let variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &variables);
    terminal.wait_for("ada@acme.dev");
    terminal.send("2");
    let screen = terminal.wait_for("Tools of the whole environment");
    assert!(screen.contains("as nobody"), "{screen}");
    terminal.wait_for("linear_viewer_get");
    terminal.wait_for("1 of 3");
    terminal.send("/2777");
    terminal.wait_for("1 of 1 shown · 3");
    let screen = terminal.wait_for("widget_2777_get");
    assert!(screen.contains("WIDGET9"), "{screen}");
    terminal.send("\x1b");
    terminal.wait_gone("shown");
    terminal.send("/destroys");
    terminal.wait_for("asana_task_delete");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_tool_of_everybodys_asks_names_and_opens_and_nothing_goes_out_unless_somebody_insists() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("2");
    terminal.wait_for("linear_viewer_get");

    // With nobody to act as, it is asked with which account.
    terminal.send("\r");
    terminal.wait_for("With which account");
    terminal.send("\x1b");
    terminal.wait_gone("With which account");

    // Ada's linear does not work, and that is said before anything is sent.
    terminal.send("T");
    terminal.wait_for("Act as");
    terminal.send("ada\r");
    let screen = terminal.wait_for("not listed: linear (expire");
    assert!(screen.contains("Tools of ada@acme.dev on every connection"), "{screen}");
    terminal.send("s");
    terminal.wait_for("linear/ada@acme.dev is expired");
    terminal.send("\r");
    terminal.wait_for("ada@acme.dev cannot call linear_viewer_get");
    terminal.send("i");
    terminal.wait_for("linear_viewer_get  as ada@acme.dev on linear ✖ expired");
    terminal.send("\x12");
    terminal.wait_for("Not sent");
    terminal.send("\x1b");
    let screen = terminal.wait_gone("Not sent");
    assert!(screen.contains("Not run yet."), "{screen}");

    // Who insists gets the broker's own answer, and the key that repairs it.
    terminal.send("\x12");
    terminal.wait_for("Not sent");
    terminal.send("i");
    let screen = terminal.wait_for("✖ Needs authorization");
    assert!(screen.contains("linear/ada@acme.dev is expired, so nothing can run as it."), "{screen}");
    terminal.send("a");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn what_takes_something_away_asks_first() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("2");
    terminal.wait_for("linear_viewer_get");
    terminal.send("/asana_task_delete");
    terminal.wait_for("1 of 1 shown");
    terminal.send("\r\r");
    terminal.wait_for("With which account");
    terminal.send("ada\r");
    terminal.wait_for("asana_task_delete  as ada@acme.dev on asana ●");
    terminal.send("\x01{\"task_gid\": \"1\"}\x12");
    terminal.wait_for("asana_task_delete is destructive");
    terminal.send("n");
    let screen = terminal.wait_gone("is destructive (");
    assert!(screen.contains("Not run yet."), "{screen}");
    terminal.send("\x12");
    terminal.wait_for("Run this?");
    terminal.send("y");
    let screen = terminal.wait_for("✖ Failed at the provider");
    assert!(screen.contains("exec_") && screen.contains("after "), "{screen}");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}
