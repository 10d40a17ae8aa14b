//! Calls of the program under test, as a person sees them who watches the list of past calls.

use super::terminal::Terminal;
use crate::cli::process::Served;

#[test]
fn a_call_of_another_program_comes_in_without_a_key_and_so_does_the_next() {
    let served = Served::start(&["--seed", "1"]);
    let home = tempfile::tempdir().unwrap();
    let variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut terminal = Terminal::start((120, 36), home.path(), &[], &variables);
    terminal.wait_for("ada@acme.dev");
    terminal.send("4");
    let before = terminal.wait_for(" following ");
    assert!(!before.contains("new"), "{before}");
    let call = |tool: &str| {
        let ran = served.run(&["run", tool, "--as", "ada@acme.dev"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    };
    call("asana_me_get");
    terminal.wait_until("the call", |screen| {
        let row = screen.lines().find(|line| line.contains("▌")).unwrap_or_default();
        row.contains("asana_me_get") && row.contains("↗") && row.contains("new") && screen.contains("through API")
    });
    // The person looks at an older call; nothing takes them away from it.
    terminal.send("j");
    let row = |screen: &str| screen.lines().find(|line| line.contains("▌")).unwrap_or_default().to_owned();
    let older = terminal.wait_until("an older call", |screen| {
        let row = row(screen);
        !row.is_empty() && !row.contains("asana_me_get")
    });
    let named = |row: &str| row.split_whitespace().filter(|word| word.contains('_')).map(str::to_owned).next();
    let older = named(&row(&older));
    call("asana_projects_list");
    let screen = terminal.wait_for("asana_projects_list");
    assert_eq!(named(&row(&screen)), older, "{screen}");
    terminal.send("F");
    terminal.wait_for("not following: F");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
    // It is remembered.
    let mut terminal = Terminal::start((120, 36), home.path(), &[], &variables);
    terminal.wait_for("not following: F");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}
