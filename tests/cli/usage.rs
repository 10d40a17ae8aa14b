//! Command lines that mean nothing.

use std::fs::File;

use super::process::{Ran, jackfield, run};

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
        (&["accounts", "show", "linear"], "an account is named by its id"),
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
fn a_line_that_is_repeated_cannot_steer_the_terminal() {
    let hostile = "x\x1b]0;owned\x07\u{202e}";
    for flags in [&[][..], &["--json"]] {
        let ran = ran(&[&["accounts", "show", hostile], flags].concat());
        let said = ran.refused(2);
        assert!(said.contains("‹202E›") && !said.contains(['\x1b', '\x07', '\u{202e}']), "{said:?}");
    }
}

#[test]
fn no_error_repeats_a_credential() {
    let key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----";
    let cases: [&[&str]; 7] = [
        &["profile", "add", "x", "--client-id", "skc_1", "--url", "https://ada:hunter2@acme.dev"],
        &["profile", "add", "x", "--client-id", "skc_1", "--url=ftp://ada:hunter2@acme.dev"],
        &["request", "GET", "/x", "--connection", "linear", "--as", "ada", "--query", "token hunter2"],
        &["request", "GET", "/x", "--connection", "linear", "--as", "ada", "--header", "Authorization hunter2"],
        &["accounts", "show", "ghp_hunter2hunter2hunter2hunter2"],
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
