//! A result explored by keys: asked with jq, made a table, and the filter still there at the next start.

use super::terminal::Terminal;

/// Barbara's issues, on screen.
fn issues(home: &std::path::Path) -> Terminal {
    let mut terminal = Terminal::start((120, 40), home, &[], &[]);
    terminal.wait_for("23 accounts");
    terminal.send("/barbara linear\r");
    terminal.wait_for("1 of 1 shown");
    terminal.send("t");
    terminal.wait_for("Tools of barbara@acme.dev on linear");
    terminal.wait_for("1 of 26 ");
    terminal.send("j\r");
    run(&mut terminal);
    terminal
}

fn run(terminal: &mut Terminal) {
    terminal.wait_for("linear_issues_list  as barbara@acme.dev");
    terminal.send("\x12");
    terminal.wait_for("\"identifier\": \"ENG-7\"");
}

#[test]
fn a_result_is_asked_with_jq_and_the_filter_is_there_at_the_next_start() {
    let home = tempfile::tempdir().unwrap();
    let filter = ".issues.nodes | map(.identifier)";
    let mut terminal = issues(home.path());
    terminal.send(":");
    terminal.wait_for(" jq ");
    terminal.send(&format!("{filter}\r"));
    let screen = terminal.wait_until("the answer in its place", |screen| {
        screen.contains("\"ENG-7\"") && !screen.contains("\"identifier\"")
    });
    assert!(screen.contains("\"DES-2\""), "{screen}");
    terminal.send("\x1b");
    terminal.wait_for("\"identifier\": \"ENG-7\"");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);

    // It begins where it was left.
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[]);
    terminal.wait_for("Tools of barbara@acme.dev on every connection");
    terminal.send("/linear_issues_list");
    terminal.wait_for("1 of 2 shown");
    terminal.send("\r");
    terminal.wait_for("Enter open");
    terminal.send("\r");
    run(&mut terminal);
    terminal.send(":");
    terminal.wait_for(" jq ");
    terminal.send("\x1b[A");
    terminal.wait_for(filter);
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn a_list_in_a_result_becomes_a_table_that_is_ordered_and_has_the_screen_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = issues(home.path());
    terminal.send("t");
    terminal.wait_for("row 1 of 10");
    terminal.send("z");
    terminal.wait_gone(" Input ");
    terminal.send("l");
    terminal.wait_for(".issues.nodes[0].identifier");
    terminal.send("o");
    // In the order of the texts the first is another one.
    terminal.wait_until("another order", |screen| {
        let line = |text: &str| screen.lines().position(|line| line.contains(text));
        line("DES-1").is_some_and(|first| Some(first) < line("ENG-7"))
    });
    terminal.send("\r");
    terminal.wait_for("\"identifier\": \"");
    terminal.send("\x03\x03");
    assert_eq!(terminal.ended().code, 0);
}
