//! A reader that goes away, and a person who has seen enough.

use super::process::{Running, Served};
use crate::waiting::until;

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let served = Served::start(&[]);
    let commands: [&[&str]; 6] = [
        &["accounts", "list"],
        &["accounts", "list", "--json"],
        &["tools", "list", "--as", "ada@acme.dev"],
        &["run", "asana_me_get", "--as", "ada@acme.dev", "--json"],
        &["accounts", "show", "asana/ada@acme.dev"],
        &["--help"],
    ];
    for arguments in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let error = tempfile::NamedTempFile::new().unwrap();
        let mut command = served.command(arguments);
        command.stdout(writer).stderr(error.reopen().unwrap());
        let mut child = command.spawn().unwrap();
        let status = until("its end", || child.try_wait().unwrap());
        let said = std::fs::read_to_string(error.path()).unwrap();
        assert_eq!((status.code(), said.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn an_interrupt_is_130() {
    let served = Served::start(&[]);
    for flags in [&[][..], &["--json"]] {
        let arguments = [&["accounts", "authorize", "linear/ada@acme.dev", "--no-browser"], flags].concat();
        let running = Running::start(served.command(&arguments));
        running.wait_err(|text| text.contains("Waiting"));
        running.signal("INT");
        let ran = served.keeps_the_secret(running.ended());
        match flags.is_empty() {
            true => assert!(ran.refused(130).contains("Interrupted."), "{}", ran.err),
            false => drop(ran.refused_json(130, "cancelled")),
        }
    }
    assert_eq!(served.account("linear/ada@acme.dev")["status"], "EXPIRED");
}
