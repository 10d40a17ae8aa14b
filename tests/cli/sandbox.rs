//! `sandbox`: an environment for other programs.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::process::{Running, Served, jackfield, run};

/// Name of the variable with the file of certificates.
pub const ROOTS: &str = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH";

/// Files of certificates in a home.
pub fn roots_files(home: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(home.join("state/run")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn printed(running: &Running) -> Map<String, Value> {
    serde_json::from_str(&running.wait_out(|text| text.ends_with('\n'))).unwrap()
}

/// True if whoever started the tests has a signal ignored, so that what they start ignores it as well.
fn is_ignored(number: u32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    // Where the system does not tell, only what is always heard is tried.
    mask.is_none_or(|mask| u64::from_str_radix(mask, 16).unwrap() >> (number - 1) & 1 == 1)
}

#[test]
fn it_prints_what_other_programs_need_and_then_serves() {
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(jackfield(home.path(), &["sandbox", "--json"]));
    let variables = printed(&running);
    let names = [
        "SCALEKIT_ENVIRONMENT_URL",
        "SCALEKIT_CLIENT_ID",
        "SCALEKIT_CLIENT_SECRET",
        "SCALEKIT_ENV_URL",
        ROOTS,
        "ANTHROPIC_BASE_URL",
    ];
    assert_eq!(variables.keys().collect::<Vec<_>>(), names);
    assert_eq!(variables["SCALEKIT_ENV_URL"], variables["SCALEKIT_ENVIRONMENT_URL"]);
    let mut command = jackfield(home.path(), &["accounts", "list", "--json"]);
    command.envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())));
    assert_eq!(run(command, "").json()["total_size"], 23);
}

#[test]
fn a_shell_reads_what_is_printed_as_it_is_meant() {
    let home = tempfile::tempdir().unwrap();
    let (id, secret) = ("Zoë's $(id) client", "sks_`id` \"&'");
    let mut command = jackfield(home.path(), &["sandbox", "--client-id", id]);
    command.env("JACKFIELD_SANDBOX_CLIENT_SECRET", secret);
    let running = Running::start(command);
    running.wait_err(|said| said.contains("The sandbox is running."));
    fs::write(home.path().join("variables"), running.wait_out(|text| text.ends_with('\n'))).unwrap();
    let program = env!("CARGO_BIN_EXE_jackfield");
    let script = format!(
        ". ./variables; printf '%s\\n' \"$SCALEKIT_CLIENT_ID\" \"$SCALEKIT_CLIENT_SECRET\"; {program} accounts list"
    );
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", &script]).current_dir(home.path()).env_clear();
    shell.env("PATH", "/usr/bin:/bin").env("HOME", home.path()).env("JACKFIELD_HOME", home.path());
    let ran = run(shell, "");
    assert!(ran.text().starts_with(&format!("{id}\n{secret}\n")), "{}", ran.out);
    assert!(ran.out.contains("ada@acme.dev"), "{}", ran.out);
}

#[test]
fn an_interrupt_or_a_termination_is_its_normal_end() {
    let others = [("HUP", 1), ("QUIT", 3)].into_iter().filter(|(_, number)| !is_ignored(*number));
    for (name, _) in [("INT", 2), ("TERM", 15)].into_iter().chain(others) {
        let home = tempfile::tempdir().unwrap();
        let running = Running::start(jackfield(home.path(), &["sandbox"]));
        running.wait_err(|said| said.contains("The sandbox is running."));
        let printed = running.wait_out(|text| text.ends_with('\n'));
        let (_, model) = printed.split_once("\n# No model answers here but a script").expect("it says so");
        assert!(model.contains("\nexport ANTHROPIC_BASE_URL=http://127.0.0.1:"), "{printed}");
        let line = printed.lines().find_map(|line| line.strip_prefix(&format!("export {ROOTS}="))).unwrap();
        assert_eq!(roots_files(home.path()), [Path::new(line)]);
        assert!(fs::read_to_string(line).unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
        assert_eq!(fs::metadata(line).unwrap().permissions().mode() & 0o777, 0o600);
        running.signal(name);
        let ran = running.ended();
        assert_eq!((ran.code, ran.out), (0, printed), "{name}: {}", ran.err);
        assert!(roots_files(home.path()).is_empty(), "{name}");
    }
}

#[test]
fn a_killed_one_leaves_its_certificates_to_the_next_which_clears_them() {
    let home = tempfile::tempdir().unwrap();
    let start = || {
        let running = Running::start(jackfield(home.path(), &["sandbox", "--json"]));
        let file = PathBuf::from(printed(&running)[ROOTS].as_str().unwrap());
        (running, file)
    };
    let (killed, left) = start();
    let (_alive, other) = start();
    drop(killed);
    assert!(left.exists() && other.exists());
    let (_next, new) = start();
    assert!(!left.exists());
    let mut files = roots_files(home.path());
    files.sort();
    let mut expected = [other, new];
    expected.sort();
    assert_eq!(files, expected);
}

#[test]
fn without_a_place_for_certificates_it_serves_all_the_same() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir_all(home.path().join("state")).unwrap();
    fs::write(home.path().join("state/run"), "no folder").unwrap();
    let running = Running::start(jackfield(home.path(), &["sandbox", "--json"]));
    assert!(!printed(&running).contains_key(ROOTS));
    running.wait_err(|said| said.contains("is no folder of yours. Python's SDK cannot call the sandbox."));
}

#[test]
fn a_port_is_its_own_or_it_says_whose_fault_it_is() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = tempfile::tempdir().unwrap();
    let ran = run(jackfield(home.path(), &["sandbox", "--port", &port]), "");
    assert!(ran.refused(1).contains(&format!("this machine: The sandbox cannot start: port {port}")), "{}", ran.err);
    run(jackfield(home.path(), &["sandbox", "--port", &port, "--json"]), "").refused_json(1, "local");
    assert!(roots_files(home.path()).is_empty());
}

#[test]
fn the_seed_decides_the_ids() {
    let id = |arguments: &[&str]| Served::start(arguments).account("linear/ada@acme.dev")["id"].clone();
    assert_eq!(id(&[]), id(&["--seed", "1"]));
    assert_ne!(id(&[]), id(&["--seed", "2"]));
}

#[test]
fn its_client_is_the_one_that_is_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("secret");
    fs::write(&file, "sks_hunter2\n").unwrap();
    let by_file = format!("@{}", file.display());
    let served = Served::start(&["--client-id", "skc_mine", "--client-secret", &by_file]);
    assert_eq!(served.variables[1].1, "skc_mine");
    assert_eq!(served.variables[2].1, "sks_hunter2");
    assert_eq!(served.run(&["accounts", "list", "--json"]).json()["total_size"], 23);

    for (arguments, said) in [
        (["--client-id", ""], "The client id is empty."),
        (["--client-id", "skc_\u{7}"], "The client id holds characters that cannot be seen."),
        (["--client-secret", "${hunter2}"], "The client secret still refers to a variable"),
        (["--client-secret", "@no-such-file"], "The client secret cannot be read from the file."),
    ] {
        let ran = run(jackfield(home.path(), &[&["sandbox"], arguments.as_slice()].concat()), "");
        let refused = ran.refused(7);
        assert!(refused.contains(said) && !refused.contains("hunter2"), "{refused}");
    }
    let mut command = jackfield(home.path(), &["sandbox"]);
    command.env("JACKFIELD_SANDBOX_CLIENT_SECRET", "sks_\u{202e}hunter2");
    let ran = run(command, "");
    assert!(!ran.refused(7).contains("hunter2"), "{}", ran.err);
}

#[test]
fn a_reset_begins_the_sandbox_of_a_file_anew() {
    const ADA: &str = "asana/ada@acme.dev";
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("demo.json");
    let path = file.to_str().unwrap();
    let command =
        |arguments: &[&str]| run(jackfield(home.path(), &[&["--sandbox-state", path], arguments].concat()), "");
    assert_eq!(command(&["accounts", "delete", ADA, "--yes"]).code, 0);
    assert_eq!(command(&["accounts", "show", ADA]).code, 5);
    for (reset, code) in [(false, 5), (true, 0)] {
        let options: &[&str] = if reset { &["--seed", "1", "--reset"] } else { &[] };
        let program = env!("CARGO_BIN_EXE_jackfield");
        let line = [&["sandbox", "--state", path], options, &["--", program, "accounts", "show", ADA]].concat();
        assert_eq!(run(jackfield(home.path(), &line), "").code, code);
    }
    assert_eq!(command(&["accounts", "show", ADA]).code, 0, "it is kept");

    let alone = run(jackfield(home.path(), &["sandbox", "--reset"]), "");
    assert!(alone.refused(2).contains("Name the file with --state"), "{}", alone.err);
    let notes = home.path().join("notes");
    fs::write(&notes, "mine").unwrap();
    let refused = run(jackfield(home.path(), &["sandbox", "--state", "notes", "--reset"]), "");
    assert!(refused.refused(1).contains("it is left as it is"), "{}", refused.err);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "mine");
}
