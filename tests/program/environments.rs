//! Where environments come from, in the real program: the question about a `.env`, a profile without a
//! keychain, from one environment to another and back.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::terminal::Terminal;
use crate::cli::process::Served;

/// Wherever the tests run, there is no keychain here.
const NO_KEYCHAIN: (&str, &str) = ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");

const QUESTION: &str = "There is a .env in this folder. Use it?";

fn start(home: &Path) -> Terminal {
    Terminal::start((120, 40), home, &[], &[NO_KEYCHAIN])
}

fn leave(mut terminal: Terminal, secret: &str) -> String {
    terminal.send("qq");
    let ended = terminal.ended();
    assert_eq!(ended.code, 0);
    assert!(!ended.raw.contains(secret), "the secret was printed");
    ended.raw
}

/// Every file below `folder`, with what is in it.
fn files(folder: &Path) -> Vec<(std::path::PathBuf, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![(path.clone(), String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned())],
        })
        .collect()
}

/// Waits for the list of environments, whole.
fn surveyed(terminal: &mut Terminal, says: &str) {
    let whole = |screen: &str| screen.contains(says) && !screen.contains("DetailLoader …");
    terminal.wait_until(&format!("never saw {says:?}"), whole);
}

#[test]
fn a_dotenv_is_asked_about_once_and_again_when_it_leads_elsewhere() {
    let served = Served::start(&[]);
    let (url, secret) = (served.variables[0].1.clone(), served.variables[2].1.clone());
    let host = url.strip_prefix("http://").unwrap();
    let home = tempfile::tempdir().unwrap();
    let text: String = served.variables.iter().map(|(name, value)| format!("{name}='{value}'\n")).collect();
    fs::write(home.path().join(".env"), &text).unwrap();

    let mut terminal = start(home.path());
    let screen = terminal.wait_for(QUESTION);
    assert!(screen.contains(&format!("talks to   {url}")) && screen.contains(&served.variables[1].1), "{screen}");
    terminal.send("y");
    let screen = terminal.wait_for("23 accounts");
    assert!(screen.contains(host) && screen.contains(".env)"), "{screen}");
    leave(terminal, &secret);
    let answers = home.path().join("state/env-answers.json");
    assert_eq!(fs::metadata(&answers).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = fs::read_to_string(&answers).unwrap();
    assert!(kept.contains(&url) && !kept.contains(&secret), "{kept}");

    let terminal = start(home.path());
    assert!(terminal.wait_for("23 accounts").contains(host));
    assert!(!leave(terminal, &secret).contains("Use it?"), "asked once");

    // Port 1 of this machine: nobody is there.
    fs::write(home.path().join(".env"), text.replace(&url, "http://127.0.0.1:1")).unwrap();
    let mut terminal = start(home.path());
    let screen = terminal.wait_for(QUESTION);
    assert!(
        screen.contains("talks to   http://127.0.0.1:1 ") && screen.contains("Another URL than before"),
        "{screen}"
    );
    terminal.send("n");
    let screen = terminal.wait_for("23 accounts");
    assert!(screen.contains(" sandbox │"), "{screen}");
    leave(terminal, &secret);

    let mut terminal = start(home.path());
    terminal.wait_for("23 accounts");
    terminal.send("O");
    let screen = terminal.wait_for("not wanted");
    assert!(screen.contains("open: sandbox"), "{screen}");
    terminal.send("kk\r");
    terminal.wait_for(QUESTION);
    terminal.send("\x1b");
    terminal.wait_gone(QUESTION);
    terminal.send("\x1b");
    terminal.wait_gone("open: sandbox");
    assert!(leave(terminal, &secret).contains("sandbox"));
}

#[test]
fn half_a_dotenv_leads_to_a_card_and_from_there_to_the_sandbox() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".env"), "SCALEKIT_CLIENT_SECRET=sks_hunter2\n").unwrap();
    let mut terminal = start(home.path());
    let screen = terminal.wait_for("✖ No environment");
    assert!(screen.contains("SCALEKIT_ENVIRONMENT_URL") && screen.contains("O  another environment"), "{screen}");
    terminal.send("O");
    surveyed(&mut terminal, "nothing is open");
    terminal.send("G\r");
    terminal.wait_for("23 accounts");
    leave(terminal, "sks_hunter2");
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_keychain_a_profile_lives_for_this_run_and_the_way_back_is_open() {
    let served = Served::start(&[]);
    let [(_, url), (_, id), (_, secret), ..] = served.variables.as_slice() else { panic!() };
    let host = url.strip_prefix("http://").unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut terminal = start(home.path());
    terminal.wait_for("23 accounts");
    terminal.send("O");
    surveyed(&mut terminal, "open: sandbox");
    terminal.send("n");
    terminal.wait_for("New profile");
    terminal.send(&format!("\tmine\t{url}\t{id}\t\x1b[200~{secret}\n\x1b[201~"));
    terminal.wait_for("••••");
    terminal.send("\t\t\r");
    let screen = terminal.wait_for("This machine has no keychain that can be used");
    assert!(screen.contains("Ctrl-T keeps it in memory"), "{screen}");
    terminal.send("\x14");
    terminal.wait_for("this run only");
    terminal.send("\r");
    let screen = terminal.wait_for(&format!("{host} (profile mine)"));
    assert!(!screen.contains("this run only"), "{screen}");
    terminal.wait_for("23 accounts");

    terminal.send("O");
    surveyed(&mut terminal, "from profile mine");
    terminal.send("G\r");
    terminal.wait_for(" sandbox │");
    terminal.wait_for("23 accounts");
    terminal.send("O");
    surveyed(&mut terminal, "open: sandbox");
    terminal.send("kk\r");
    terminal.wait_for(&format!("{host} (profile mine)"));
    terminal.wait_for("23 accounts");
    leave(terminal, secret);
    for (file, text) in files(home.path()) {
        assert!(!text.contains(secret.as_str()), "{}", file.display());
    }
    assert!(!home.path().join("config/profiles.toml").exists());
}
