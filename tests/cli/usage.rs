//! Command lines that mean nothing.

use std::fs::File;

use super::process::{Ran, Served, jackfield, run};

fn ran(arguments: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    run(jackfield(home.path(), arguments), "")
}

#[test]
fn what_cannot_be_understood_is_2_and_one_line_of_json_for_programs() {
    let cases: [(&[&str], &str); 5] = [
        (&["accounts", "shwo"], "unrecognized subcommand 'shwo'"),
        (&["accounts"], "requires a subcommand"),
        (&["run", "--nonsense", "x"], "unexpected argument '--nonsense' found"),
        (&["run", "x"], "the following required arguments were not provided: --as <IDENTIFIER>"),
        (&["accounts", "show", "linear/"], "an account is named by its id"),
    ];
    for (arguments, says) in cases {
        let spoken = ran(arguments);
        assert!(spoken.refused(2).contains("--help"), "{}", spoken.err);
        let spoken = ran(&[arguments, &["--json"]].concat());
        let fault = spoken.refused_json(2, "usage");
        assert!(fault["message"].as_str().unwrap().contains(says), "{fault}");
        assert_eq!(spoken.err.lines().count(), 1, "{}", spoken.err);
    }
    let ran = ran(&["run", "x", "--", "--json"]);
    assert!(ran.refused(2).contains("try '--help'"), "what follows -- is no option: {}", ran.err);
}

#[test]
fn names_from_elsewhere_may_begin_with_a_hyphen() {
    let served = Served::start(&[]);
    for who in ["-x", "--who", "--as-if=1"] {
        served.run(&["accounts", "add", "--connection", "asana", "--identifier", who]).text();
        let listed = served.run(&["--json", "accounts", "list", "--identifier", who, "--connection", "asana"]).json();
        assert_eq!(listed["connected_accounts"][0]["identifier"], who);
        assert_eq!(served.run(&["accounts", "list", &format!("--identifier={who}")]).text().lines().count(), 2);
        let ran = served.run(&["run", "asana_me_get", "--as", who, "--agent-run", "-7", "--input", "{}"]);
        assert!(ran.refused(4).contains(&format!("asana/{who} is to authorize.")), "{}", ran.err);
    }
    for flag in ["--json", "--connection=asana", "--help", "--"] {
        let forgotten = served.run(&["accounts", "add", "--connection", "asana", "--identifier", flag]);
        assert!(forgotten.refused(2).contains("a value is required for '--identifier"), "{flag}: {}", forgotten.err);
    }
}

#[test]
fn json_without_its_quotes_is_told_how_to_come_whole() {
    let says = "The shell has taken the quotes away, as PowerShell does. Put the JSON into a file and give @FILE, or give \
                it on standard input with -.";
    let served = Served::start(&[]);
    let run_it = ["run", "asana_me_get", "--as", "ada@acme.dev", "--input"];
    for (arguments, code) in [
        (&[&run_it[..], &["{title:x}"]].concat()[..], 7),
        (&[&run_it[..], &["'{title:x}'"]].concat(), 7),
        (&[&run_it[..], &["{title:two", "words}"]].concat(), 2),
        (&["presets", "save", "asana_me_get", "one", "--input", "{title:x}"], 7),
        (&["request", "POST", "/x", "--connection", "asana", "--as", "ada@acme.dev", "--body", "{title:x}"], 7),
    ] {
        let ran = served.run(arguments);
        assert!(ran.refused(code).contains(says), "{arguments:?}: {}", ran.err);
        let ran = served.run(&[arguments, &["--json"]].concat());
        let fault = ran.refused_json(code, if code == 2 { "usage" } else { "invalid_input" });
        assert!(fault["message"].as_str().unwrap().ends_with(says), "{fault}");
    }
    let other = served.run(&[&run_it[..], &[r#"{"title":x}"#]].concat());
    assert!(!other.refused(7).contains("PowerShell"), "{}", other.err);
}

#[test]
fn a_line_that_is_repeated_cannot_steer_the_terminal() {
    let hostile = "x\x1b]0;owned\x07\u{202e}/";
    for flags in [&[][..], &["--json"]] {
        let ran = ran(&[&["accounts", "show", hostile], flags].concat());
        let said = ran.refused(2);
        assert!(said.contains("‹202E›") && !said.contains(['\x1b', '\x07', '\u{202e}']), "{said:?}");
    }
}

#[test]
fn no_error_repeats_a_credential() {
    let key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----/";
    let cases: [&[&str]; 7] = [
        &["profile", "add", "x", "--client-id", "skc_1", "--url", "https://ada:hunter2@acme.dev"],
        &["profile", "add", "x", "--client-id", "skc_1", "--url=ftp://ada:hunter2@acme.dev"],
        &["request", "GET", "/x", "--connection", "linear", "--as", "ada", "--query", "token hunter2"],
        &["request", "GET", "/x", "--connection", "linear", "--as", "ada", "--header", "Authorization hunter2"],
        &["accounts", "show", "ghp_hunter2hunter2hunter2hunter2/"],
        &["accounts", "show", key],
        &["run", "x", "--nonsense=xoxb-hunter2-hunter2"],
    ];
    for arguments in cases {
        for flags in [&[][..], &["--json"]] {
            let ran = ran(&[arguments, flags].concat());
            assert!(!ran.refused(2).contains("hunter2"), "{}", ran.err);
        }
    }
}

#[test]
fn help_that_nobody_can_write_down_is_1() {
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), &["--help"]);
    command.stdout(File::options().write(true).open("/dev/full").unwrap());
    assert_eq!(command.status().unwrap().code(), Some(1));
}
