//! `sandbox`: an environment for other programs.

use serde_json::Value;

use super::process::{Running, Served, jackfield, run};

#[test]
fn it_prints_what_other_programs_need_and_then_serves() {
    let home = tempfile::tempdir().unwrap();
    let running = Running::start(jackfield(home.path(), &["sandbox", "--json"]));
    let printed: Value = serde_json::from_str(&running.wait_out(|text| text.ends_with('\n'))).unwrap();
    let variables = printed.as_object().unwrap();
    assert_eq!(
        variables.keys().collect::<Vec<_>>(),
        ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_CLIENT_ID", "SCALEKIT_CLIENT_SECRET", "ANTHROPIC_BASE_URL"]
    );
    let mut command = jackfield(home.path(), &["accounts", "list", "--json"]);
    command.envs(variables.iter().map(|(name, value)| (name, value.as_str().unwrap())));
    assert_eq!(run(command, "").json()["total_size"], 23);
}

#[test]
fn an_interrupt_or_a_termination_is_its_normal_end() {
    for name in ["INT", "TERM"] {
        let home = tempfile::tempdir().unwrap();
        let running = Running::start(jackfield(home.path(), &["sandbox"]));
        let printed = running.wait_out(|text| text.lines().count() == 5 && text.ends_with('\n'));
        let (_, model) = printed.split_once("\n# No model answers here but a script").expect("it says so");
        assert!(model.contains("\nexport ANTHROPIC_BASE_URL=http://127.0.0.1:"), "{printed}");
        running.signal(name);
        let ran = running.ended();
        assert_eq!((ran.code, ran.out), (0, printed), "{name}: {}", ran.err);
    }
}

#[test]
fn a_port_is_its_own_or_it_says_whose_fault_it_is() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let home = tempfile::tempdir().unwrap();
    let ran = run(jackfield(home.path(), &["sandbox", "--port", &port]), "");
    assert!(ran.refused(1).contains(&format!("this machine: The sandbox cannot start: port {port}")), "{}", ran.err);
    run(jackfield(home.path(), &["sandbox", "--port", &port, "--json"]), "").refused_json(1, "local");
}

#[test]
fn the_seed_decides_the_ids() {
    let id = |arguments: &[&str]| Served::start(arguments).account("linear/ada@acme.dev")["id"].clone();
    assert_eq!(id(&[]), id(&["--seed", "1"]));
    assert_ne!(id(&[]), id(&["--seed", "2"]));
}
