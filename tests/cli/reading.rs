//! How answers read: in which order, with which colors, in whose time, through which filter.

use super::process::{Ran, Served, jackfield, run};

fn in_color(served: &Served, arguments: &[&str]) -> Ran {
    served.run(&[arguments, &["--color", "always"]].concat())
}

#[test]
fn accounts_that_need_attention_stand_on_top() {
    let served = Served::start(&[]);
    let listed = served.run(&["accounts", "list"]);
    let words: Vec<_> = listed.text().lines().skip(1).map(|line| line.split("  ").next().unwrap()).collect();
    let mut kinds = words.clone();
    kinds.dedup();
    assert_eq!(&kinds[..3], ["expired", "to verify", "to authorize"], "{}", listed.out);
    assert_eq!(&kinds[kinds.len() - 2..], ["disconnected", "active"], "each status once: {kinds:?}");
}

#[test]
fn colors_and_glyphs_come_when_asked_for_and_never_in_a_document() {
    let served = Served::start(&[]);
    let plain = served.run(&["accounts", "list"]);
    assert!(!plain.text().contains('\u{1b}') && !plain.out.contains('✖'), "not in a pipe: {}", plain.out);
    let colored = in_color(&served, &["accounts", "list"]);
    assert!(colored.text().contains("\u{1b}[1m\u{1b}[31m✖ expired\u{1b}[0m"), "{:?}", colored.out);
    assert!(in_color(&served, &["accounts", "show", "linear/ada@acme.dev"]).text().contains("✖ expired"));
    assert!(!in_color(&served, &["accounts", "list", "--json"]).text().contains("\u{1b}["));
    let refused = in_color(&served, &["accounts", "show", "ca_1"]);
    assert!(refused.refused(5).starts_with("\u{1b}[1m\u{1b}[31mNot found:\u{1b}[0m "), "{:?}", refused.err);
    served.run(&["accounts", "list", "--color", "sometimes"]).refused(2);
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev"]).text();
    assert!(in_color(&served, &["history", "list"]).text().contains("● ok"));
}

#[test]
fn times_are_local_with_their_offset_and_utc_in_documents() {
    let served = Served::start(&[]);
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev"]).text();
    served.run(&["presets", "save", "asana_me_get", "one", "--input", "{}"]);
    let tokyo = |arguments: &[&str]| {
        let mut command = served.command(arguments);
        command.env("TZ", "Asia/Tokyo");
        let ran = run(command, "");
        ran.text().to_owned()
    };
    for arguments in [
        &["history", "list"][..],
        &["history", "show", "1"],
        &["accounts", "list"],
        &["accounts", "show", "asana/ada@acme.dev"],
        &["presets", "list"],
    ] {
        let local = tokyo(arguments);
        assert!(local.contains(" +09:00") && !local.contains("Z\n"), "{arguments:?}: {local}");
        let document = tokyo(&[arguments, &["--json"]].concat());
        assert!(document.contains("Z\"") && !document.contains("+09:00"), "{arguments:?}: {document}");
    }
}

#[test]
fn a_filter_prints_what_it_makes_of_the_answer() {
    let served = Served::start(&[]);
    let filtered = |arguments: &[&str], filter: &str| served.run(&[arguments, &["--jq", filter]].concat());
    let names = filtered(&["accounts", "list"], ".connected_accounts[] | select(.status == \"EXPIRED\") | .identifier");
    assert!(names.text().lines().any(|line| line == "ada@acme.dev"), "strings are raw: {}", names.out);
    assert_eq!(filtered(&["accounts", "list"], ".total_size, .complete").text(), "23\ntrue\n");
    let email = filtered(&["run", "asana_me_get", "--as", "ada@acme.dev"], ".data.data.email");
    assert_eq!((email.text(), email.err.as_str()), ("ada@acme.dev\n", ""));
    assert_eq!(filtered(&["accounts", "list"], "empty").text(), "");

    let calls = || served.run(&["history", "list"]).text().lines().count();
    let before = calls();
    let wrong = filtered(&["run", "asana_me_get", "--as", "ada@acme.dev"], ".data[");
    assert!(wrong.refused(2).contains("jq filter: ") && wrong.err.contains("(column "), "{}", wrong.err);
    assert_eq!(calls(), before, "nothing was sent");
    let fails = filtered(&["accounts", "list"], ".total_size | keys");
    assert!(fails.refused(7).contains("Invalid input: "), "{}", fails.err);
    for command in [&["completions", "bash"][..], &["history", "export"], &["settings", "example"], &["man"]] {
        let refused = filtered(command, ".");
        assert!(refused.refused(2).contains("one JSON document"), "{command:?}: {}", refused.err);
    }
    // A fault stays one for people, unless JSON was asked for as well.
    let absent = filtered(&["accounts", "show", "ca_1"], ".id");
    assert!(absent.refused(5).starts_with("Not found: There is no account ca_1."), "{}", absent.err);
    filtered(&["accounts", "show", "ca_1", "--json"], ".id").refused_json(5, "not_found");
}

#[test]
fn an_export_can_be_limited_to_the_newest_calls() {
    let served = Served::start(&[]);
    for _ in 0..3 {
        served.run(&["run", "asana_me_get", "--as", "ada@acme.dev"]).text();
    }
    let exported = served.run(&["history", "export", "--limit", "2"]);
    let numbers: Vec<_> = exported.text().lines().map(|line| line.split([':', ',']).nth(1).unwrap()).collect();
    assert_eq!(numbers, ["2", "3"], "the newest, the oldest of them first: {}", exported.out);
    assert_eq!(served.run(&["history", "export"]).text().lines().count(), 3);
}

#[test]
fn a_new_account_says_how_it_becomes_one_that_works() {
    let served = Served::start(&[]);
    let add = |connection: &str, flags: &[&str]| {
        served.run(&[&["accounts", "add", "--connection", connection, "--identifier", "new one"], flags].concat())
    };
    let oauth = add("linear", &[]);
    assert!(oauth.text().contains("to authorize"));
    assert_eq!(oauth.err, "next: jackfield accounts authorize 'linear/new one'\n");
    let link = add("slack", &["--link"]);
    assert!(link.text().starts_with("http://127.0.0.1:") && link.out.lines().count() == 1, "{}", link.out);
    let document = add("gmail", &["--link", "--json"]).json();
    assert!(
        document["link"].as_str().unwrap().starts_with("http://") && document["connected_account"]["id"].is_string()
    );
}

#[test]
fn the_embedded_sandbox_says_that_it_forgets_a_change() {
    let home = tempfile::tempdir().unwrap();
    let ran = |arguments: &[&str]| run(jackfield(home.path(), &[arguments, &["--sandbox"]].concat()), "");
    let says = "The sandbox starts afresh with every command, so this change is gone now.";
    let deleted = ran(&["accounts", "delete", "linear/ada@acme.dev", "--yes"]);
    assert!(deleted.text().is_empty() && deleted.err.contains(says), "{}", deleted.err);
    assert!(!ran(&["accounts", "list"]).err.contains(says));
    let read = ran(&["run", "asana_me_get", "--as", "ada@acme.dev"]);
    assert!(!read.err.contains(says) && !read.text().is_empty(), "{}", read.err);
    let quiet = ran(&["accounts", "disconnect", "linear/ada@acme.dev", "--yes", "--json"]);
    assert_eq!((quiet.code, quiet.err.as_str()), (0, ""));
    let next = ran(&["run", "linear_viewer_get", "--as", "ada@acme.dev"]);
    let command = "next: jackfield accounts authorize linear/ada@acme.dev --sandbox\n";
    assert!(next.refused(4).ends_with(command), "the same environment: {}", next.err);
    let served = Served::start(&[]);
    let lasting = served.run(&["accounts", "delete", "linear/ada@acme.dev", "--yes"]);
    assert!(!lasting.err.contains(says), "{}", lasting.err);
}

#[test]
fn a_call_as_a_command_names_the_environment_it_was_made_in() {
    let home = tempfile::tempdir().unwrap();
    let ran = |arguments: &[&str]| run(jackfield(home.path(), arguments), "");
    ran(&["run", "asana_me_get", "--as", "ada@acme.dev", "--sandbox"]).text();
    let code = ran(&["history", "show", "1", "--as-code", "jackfield"]);
    assert!(code.text().contains("  --sandbox \\\n"), "{}", code.out);
    // Pasted into a shell it runs.
    let shell = |program: &str| {
        let mut command = std::process::Command::new(program);
        let folder = std::path::Path::new(env!("CARGO_BIN_EXE_jackfield")).parent().unwrap();
        command.args(["-c", code.text()]).env_clear().env("HOME", home.path()).env("JACKFIELD_HOME", home.path());
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        command.output().ok()
    };
    for program in ["sh", "bash", "zsh", "fish"] {
        if let Some(output) = shell(program) {
            let out = String::from_utf8_lossy(&output.stdout);
            assert!(out.contains("ada@acme.dev"), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    let served = Served::start(&[]);
    served.run(&["run", "asana_me_get", "--as", "ada@acme.dev"]).text();
    let as_code = || served.run(&["history", "show", "1", "--as-code", "jackfield"]);
    assert!(!as_code().text().contains("--profile"));
    let url = &served.variables[0].1;
    std::fs::create_dir_all(served.home.path().join("config")).unwrap();
    let profile = format!("[profile.local]\nurl = \"{url}\"\nclient_id = \"skc_1\"\n");
    std::fs::write(served.home.path().join("config/profiles.toml"), profile).unwrap();
    assert!(as_code().text().contains("  --profile=local \\\n"), "{}", as_code().out);
}
