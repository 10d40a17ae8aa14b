//! The main job from beginning to end: an account that does not work any more is repaired, its
//! tools are found, and one of them does something.

use super::terminal::Terminal;
use crate::browser::{Script, post_blocking, visit_blocking};
use crate::cli::process::Served;
use crate::sandbox::attribute;

/// The first `"id": "…"` below the line that holds `above`, as the output shows it.
fn id_below(screen: &str, above: &str) -> Option<String> {
    let (_, rest) = screen.split_once(above)?;
    let (_, rest) = rest.split_once("\"id\": \"")?;
    rest.split_once('"').map(|(id, _)| id.to_owned())
}

#[test]
fn repair_an_account_and_create_an_issue_through_it() {
    let home = tempfile::tempdir().unwrap();
    let browser = Script::new(home.path());
    let mut terminal = Terminal::start((120, 40), home.path(), &[], &[("BROWSER", browser.program())]);

    let screen = terminal.wait_for("23 accounts");
    assert!(screen.contains("sandbox │ as nobody │ "), "{screen}");
    let selected = screen.lines().find(|line| line.contains('▌')).unwrap_or_default();
    assert!(
        selected.contains("✖ expired") && selected.contains("linear ") && selected.contains("ada@acme.dev"),
        "{screen}"
    );

    terminal.send("a");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    terminal.wait_for("Enter  open in browser");
    terminal.send("\r");
    let page = visit_blocking(&browser.page(), None, "allow");
    assert!(page.text.contains("Connected linear for ada@acme.dev."), "{}", page.text);
    let screen = terminal.wait_for("linear/ada@acme.dev was expired and is active now.");
    for step in ["link created", "opened in browser", "consent", "identity confirmed", "active"] {
        assert!(screen.contains(&format!("✓ {step}")), "{step}\n{screen}");
    }

    terminal.send("t");
    terminal.wait_for("Tools of ada@acme.dev on linear");
    let screen = terminal.wait_for("1 of 26 ");
    assert!(screen.contains("as ada@acme.dev │"), "{screen}");
    terminal.send("/viewer");
    terminal.wait_for("1 of 1 shown · 26 in all");
    terminal.send("\r\r");
    terminal.wait_for("linear_viewer_get  as ada@acme.dev on linear ●");
    terminal.send("\x12");
    let screen = terminal.wait_until("no team in the output", |screen| id_below(screen, "\"nodes\"").is_some());
    assert!(screen.contains("\"email\": \"ada@acme.dev\""), "{screen}");
    let team = id_below(&screen, "\"nodes\"").unwrap();

    // Out of the output, out of the filter.
    terminal.send("\x1b");
    terminal.wait_for("1 of 1 shown · 26 in all");
    terminal.send("\x1b");
    terminal.wait_for("1 of 26 ");
    terminal.send("/issue_create\r\r");
    terminal.wait_for("linear_issue_create  as ada@acme.dev on linear ●");
    terminal.wait_for("Not run yet.");
    // Over whatever sample stands there, half of it typed and half of it pasted.
    terminal.send("\x01{\"title\": \"Login is broken\",");
    terminal.send(&format!("\x1b[200~\"teamId\": \"{team}\"}}\x1b[201~"));
    terminal.wait_for(&format!("{team}\"}}"));
    terminal.send("\x12");
    let screen = terminal.wait_for("\"success\": true");
    for said in ["\"title\": \"Login is broken\"", "200 · ", "exec_", &team] {
        assert!(screen.contains(said), "{said}\n{screen}");
    }

    terminal.send("qq");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    assert!(!ended.screen.alternate_screen() && !ended.screen.hide_cursor());
    assert_eq!(ended.screen.contents(), "", "nothing of it stays behind");
}

/// Repairs Ada's account in an environment of another process, where nobody but the environment itself
/// asks who consented; `confirm` does on the page that comes last what has to be done there.
fn repair_elsewhere(verify: &str, confirm: impl FnOnce(&str, &str)) {
    let served = Served::start(&["--verify", verify]);
    let browser = Script::new(served.home.path());
    let mut variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.push(("BROWSER", browser.program()));
    let mut terminal = Terminal::start((120, 40), served.home.path(), &[], &variables);
    terminal.wait_for("23 accounts");
    terminal.send("a");
    terminal.wait_for("Re-authorize linear for ada@acme.dev");
    terminal.wait_for("Enter  open in browser");
    terminal.send("\r");
    let page = visit_blocking(&browser.page(), None, "allow");
    confirm(&browser.page(), &page.text);
    terminal.wait_for("linear/ada@acme.dev was expired and is active now.");
    assert_eq!(served.account("linear/ada@acme.dev")["status"], "ACTIVE");

    terminal.send("t");
    terminal.wait_for("1 of 26 ");
    terminal.send("/viewer");
    terminal.wait_for("1 of 1 shown · 26 in all");
    terminal.send("\r\r");
    terminal.wait_for("linear_viewer_get  as ada@acme.dev on linear ●");
    terminal.send("\x12");
    terminal.wait_for("\"email\": \"ada@acme.dev\"");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
}

#[test]
fn repair_an_account_where_nobody_verifies() {
    repair_elsewhere("none", |_, page| assert!(page.contains("Linear is connected"), "{page}"));
}

#[test]
fn repair_an_account_that_is_verified_on_the_dashboard() {
    repair_elsewhere("platform", |link, page| {
        assert!(page.contains("Sign in to the dashboard"), "{page}");
        let request = attribute(page, "<input type=\"hidden\" name=\"request\"", "value");
        let action = attribute(page, "<form method=\"post\"", "action");
        let page = post_blocking(link, &action, &[("request", &request), ("person", "ada")]);
        assert!(page.text.contains("Linear is connected"), "{}", page.text);
    });
}
