//! `sandbox -- COMMAND`: a program with the sandbox beside it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::process::{Ran, Running, jackfield, run, script};
use super::sandbox::{ROOTS, roots_files};
use crate::program::terminal::Terminal;
use crate::waiting::{PATIENCE, until};

const PROGRAM: &str = env!("CARGO_BIN_EXE_jackfield");

/// `sandbox -- sh -c SCRIPT`.
fn shell(home: &Path, script: &str) -> Command {
    jackfield(home, &["sandbox", "--", "sh", "-c", script])
}

fn ran(script: &str) -> Ran {
    run(shell(tempfile::tempdir().unwrap().path(), script), "")
}

/// Waits in a script for as long as a file is there: until [`let_go`], or the home is gone.
const WAIT: &str = "while [ -e wait ]; do sleep 0.01; done";

fn hold(home: &Path) {
    fs::write(home.join("wait"), "").unwrap();
}

fn let_go(home: &Path) {
    fs::remove_file(home.join("wait")).unwrap();
}

#[test]
fn its_exit_code_is_ours_and_nothing_of_ours_is_printed() {
    for (script, code) in
        [("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("kill -s KILL $$", 137), ("kill -s TERM $$", 143)]
    {
        let home = tempfile::tempdir().unwrap();
        let ran = run(shell(home.path(), script), "");
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (code, "", ""), "{script}");
        assert!(roots_files(home.path()).is_empty());
    }
}

#[test]
fn it_finds_the_sandbox_by_its_variables() {
    let home = tempfile::tempdir().unwrap();
    let list = run(jackfield(home.path(), &["sandbox", "--", PROGRAM, "accounts", "list", "--json"]), "");
    assert_eq!(list.json()["total_size"], 23);

    let mut command = shell(
        home.path(),
        &format!("head -1 \"${ROOTS}\"; echo \"${ROOTS}\"; echo $SCALEKIT_ENV_URL; echo $MINE $ANTHROPIC_API_KEY"),
    );
    command.env("MINE", "kept").env("SCALEKIT_ENV_URL", "https://acme.scalekit.dev");
    let ran = run(command, "");
    let [begin, roots, url, kept] = ran.text().lines().collect::<Vec<_>>()[..] else { panic!("{}", ran.out) };
    assert_eq!((begin, kept), ("-----BEGIN CERTIFICATE-----", "kept sandbox-needs-no-key"));
    assert!(!Path::new(roots).exists());
    // Its port is free again.
    let port = url.strip_prefix("http://127.0.0.1:").unwrap().parse::<u16>().unwrap();
    TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn an_agent_of_ours_asks_the_script() {
    let home = tempfile::tempdir().unwrap();
    let line = ["sandbox", "--", PROGRAM, "agent", "--as", "barbara@acme.dev", "Find the checkout issue"];
    let ran = run(jackfield(home.path(), &line), "");
    assert!(ran.text().contains("ENG-"), "{}{}", ran.out, ran.err);
}

#[test]
fn what_goes_in_and_comes_out_is_the_commands_alone() {
    let home = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let command = jackfield(home.path(), &["sandbox", "--", "cat"]);
    let output = assert_cmd::Command::from_std(command).write_stdin(bytes.clone()).timeout(PATIENCE).output().unwrap();
    assert!(output.stdout == bytes && output.stderr.is_empty() && output.status.success());
    let both = ran("echo out; echo err >&2");
    assert_eq!((both.out.as_str(), both.err.as_str()), ("out\n", "err\n"));
}

#[test]
fn arguments_are_the_commands_whatever_they_look_like() {
    let home = tempfile::tempdir().unwrap();
    let line = ["sandbox", "--seed", "2", "--", "printf", "%s|", "--json", "--seed", "--", "-h", "a b", ""];
    assert_eq!(run(jackfield(home.path(), &line), "").text(), "--json|--seed|--|-h|a b||");
}

#[test]
fn what_cannot_be_run_is_said_with_the_code_of_shells() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("notes"), "no program").unwrap();
    script(&home.path().join("lost"), "");
    fs::write(home.path().join("lost"), "#!/no/such/shell\n").unwrap();
    for (command, code, said) in [
        ("no-such-program", 127, "There is no program “no-such-program” in the folders of PATH."),
        ("./no-such-program", 127, "There is no program ./no-such-program"),
        ("./lost", 127, "what its first line names is not there"),
        ("", 127, "There is no program “” in the folders of PATH."),
        ("./notes", 126, "./notes may not be run."),
        ("/", 126, "/ may not be run."),
        ("no\u{1b}[31mred", 127, "There is no program"),
    ] {
        let ran = run(jackfield(home.path(), &["sandbox", "--", command]), "");
        let refused = ran.refused(code);
        assert!(refused.starts_with("Failed on this machine: "), "{refused}");
        assert!(refused.contains(said) && !refused.contains('\u{1b}'), "{refused}");
        assert!(roots_files(home.path()).is_empty());
    }
    let json = run(jackfield(home.path(), &["sandbox", "--json", "--", "true"]), "");
    let fault = json.refused_json(2, "usage");
    assert!(fault["message"].as_str().unwrap().contains("Leave one out."), "{fault}");
    let typed = run(jackfield(home.path(), &["sandbox", "--client-secret", "-", "--", "true"]), "sks_1");
    assert!(typed.refused(2).contains("Standard input is the command's."), "{}", typed.err);
}

#[test]
fn a_secret_of_our_own_is_told_to_the_command_and_to_nobody_else() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("told");
    let mut command = shell(home.path(), "printf %s \"$SCALEKIT_CLIENT_SECRET\" > told");
    command.env("JACKFIELD_SANDBOX_CLIENT_SECRET", "sks_hunter2");
    let ran = run(command, "");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    assert_eq!(fs::read_to_string(&file).unwrap(), "sks_hunter2");
    fs::remove_file(file).unwrap();
    let left = Command::new("grep").args(["-r", "hunter2", "."]).current_dir(home.path()).output().unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
}

#[test]
fn signals_are_the_commands_to_decide_about() {
    let home = tempfile::tempdir().unwrap();
    hold(home.path());
    // Beside a terminal and not in front of it, wherever the tests run.
    let mut command = shell(
        home.path(),
        &format!("for name in INT TERM USR1; do trap \"echo heard $name\" $name; done; echo ready; {WAIT}; exit 5"),
    );
    command.process_group(0);
    let running = Running::start(command);
    running.wait_out(|out| out == "ready\n");
    let mut heard = "ready\n".to_owned();
    for name in ["TERM", "INT", "TERM", "USR1"] {
        running.signal(name);
        heard.push_str(&format!("heard {name}\n"));
        running.wait_out(|out| out == heard);
    }
    assert_eq!(roots_files(home.path()).len(), 1);
    let_go(home.path());
    let ended = running.ended();
    assert_eq!((ended.code, ended.err.as_str()), (5, ""));
    assert!(roots_files(home.path()).is_empty());
}

#[test]
fn a_command_that_is_deaf_to_a_termination_is_waited_for() {
    let home = tempfile::tempdir().unwrap();
    hold(home.path());
    let list = format!("{PROGRAM} accounts list --json");
    let running = Running::start(shell(home.path(), &format!("trap '' TERM; echo ready; {WAIT}; {list}; exit 6")));
    running.wait_out(|out| out == "ready\n");
    running.signal("TERM");
    running.signal("TERM");
    let_go(home.path());
    let ended = running.ended();
    assert_eq!(ended.code, 6, "{}", ended.err);
    assert!(ended.out.contains("\"total_size\":23"), "the sandbox is still there: {}", ended.out);
}

#[test]
fn what_was_to_be_ignored_stays_ignored() {
    let home = tempfile::tempdir().unwrap();
    let inner = "kill -s HUP $PPID; kill -s HUP $$; echo alive";
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" sandbox -- sh -c \"$1\"", PROGRAM, inner]);
    command.current_dir(home.path()).env_clear().env("PATH", "/usr/bin:/bin").env("JACKFIELD_HOME", home.path());
    assert_eq!(run(command, "").text(), "alive\n");
}

#[test]
fn what_the_command_leaves_running_holds_nobody_up() {
    let home = tempfile::tempdir().unwrap();
    hold(home.path());
    let running = Running::start(shell(home.path(), &format!("({WAIT}) & exit 3")));
    assert_eq!(running.ended().code, 3);
    assert!(roots_files(home.path()).is_empty());
    let_go(home.path());
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_does_not_outlive_a_sandbox_that_is_killed() {
    let home = tempfile::tempdir().unwrap();
    hold(home.path());
    let script = format!("trap 'echo told > told; exit' TERM; echo ready; {WAIT}");
    let running = Running::start(shell(home.path(), &script));
    running.wait_out(|out| out == "ready\n");
    drop(running);
    until("its end", || fs::read_to_string(home.path().join("told")).ok().filter(|text| text == "told\n"));
}

#[test]
fn an_interrupt_at_the_terminal_reaches_the_command_once() {
    let home = tempfile::tempdir().unwrap();
    hold(home.path());
    let script = format!("trap 'n=$((n+1)); echo interrupt $n' INT; echo ready; {WAIT}; exit 9");
    let mut terminal = Terminal::start((80, 24), home.path(), &["sandbox", "--", "sh", "-c", &script], &[]);
    terminal.wait_for("ready");
    terminal.send("\x03");
    terminal.wait_for("interrupt 1");
    terminal.send("\x03");
    terminal.wait_for("interrupt 2");
    let_go(home.path());
    let ended = terminal.ended();
    assert_eq!(ended.code, 9);
    assert!(!ended.raw.contains("interrupt 3"), "{}", ended.raw);
}

#[test]
fn a_command_that_stops_gives_the_shell_back_and_goes_on() {
    let home = tempfile::tempdir().unwrap();
    let job = format!("{PROGRAM} sandbox -- sh -c 'echo began; kill -s STOP $$; {PROGRAM} accounts list | grep -c @'");
    let line = format!("set -m; {job}; echo shell again; fg; echo code $?");
    let terminal = Terminal::start_as("/bin/sh", &["-c", &line], (80, 24), home.path(), &[]);
    terminal.wait_for("shell again");
    terminal.wait_for("code 0");
    assert_eq!(terminal.ended().code, 0);
}
