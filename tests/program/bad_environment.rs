//! An environment that cannot be used: whose fault it is, and what to press.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::terminal::Terminal;
use crate::cli::process::{Running, Served, against, jackfield, run};
use crate::client::server::{Reply, Server, tls_acceptor};

/// The screen once it says `headline`; the program is still there and leaves when asked.
fn screen(variables: &[(&str, &str)], headline: &str) -> String {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::start((120, 40), home.path(), &[], variables);
    let screen = terminal.wait_for(&format!("✖ {headline}"));
    assert!(screen.contains("r  refresh"), "{screen}");
    terminal.send("qq");
    assert_eq!(terminal.ended().code, 0);
    screen
}

#[test]
fn incomplete_variables_are_the_keys_fault_and_do_not_open_the_sandbox() {
    let variables =
        [("SCALEKIT_ENVIRONMENT_URL", "https://acme.scalekit.dev"), ("SCALEKIT_CLIENT_SECRET", "sks_hunter2")];
    let screen = screen(&variables, "No environment");
    assert!(screen.contains("SCALEKIT_CLIENT_ID, set SCALEKIT_ENVIRONMENT_URL"), "{screen}");
    assert!(!screen.contains("hunter2") && !screen.contains("23 accounts"), "{screen}");
}

#[test]
fn a_wrong_secret_is_the_keys_fault() {
    let served = Served::start(&[]);
    let mut variables: Vec<_> = served.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables[2].1 = "sks_hunter2";
    let screen = screen(&variables, "Key refused");
    assert!(screen.contains("The environment refused the client id or the client secret."), "{screen}");
    assert!(screen.contains("HTTP 401 · invalid_client") && !screen.contains("hunter2"), "{screen}");
}

/// Both fronts on an environment at `url` that cannot be reached: the kind of fault, and words of what is said.
fn unreachable(url: &str, kind: &str, said: &[&str]) {
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", url),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_1"),
        // A name server that does not answer is not waited for as long as usual.
        ("RES_OPTIONS", "timeout:1 attempts:1"),
    ];
    let home = tempfile::tempdir().unwrap();
    let mut command = jackfield(home.path(), &["accounts", "list", "--json"]);
    command.envs(variables);
    let command = Running::start(command);
    let headline = match kind {
        "unreachable" => "Unreachable",
        "network" => "Network error",
        _ => "Blocked",
    };
    let screen = screen(&variables, headline);
    let words = screen.split_whitespace().filter(|word| *word != "││" && *word != "│").collect::<Vec<_>>().join(" ");
    let ran = command.ended();
    let fault = ran.refused_json(8, kind);
    assert_eq!(fault["whose"], "the network");
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    for said in said {
        assert!(words.contains(said), "{said}: {screen}");
        assert!(fault["message"].as_str().unwrap().contains(said), "{fault}");
    }
}

/// Somebody who speaks TLS with a certificate that nobody has signed.
async fn impostor() -> SocketAddr {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let acceptor = tls_acceptor(&made);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever looks at the certificate goes away.
            drop(acceptor.accept(stream).await);
        }
    });
    address
}

/// One test for all of them and for both fronts: each tries for a while before it gives up, and so
/// they do that together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_reached_is_the_networks_fault_on_the_screen_and_8_from_a_command() {
    // A port that is taken, by somebody who does not listen.
    let taken = tokio::net::TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let taken = taken.local_addr().unwrap();
    let plain = Server::start(|_, _| Reply::json(200, "{}")).await;
    let plain = plain.url.strip_prefix("http://").unwrap();
    let impostor = impostor().await;
    std::thread::scope(|scope| {
        let refused = format!("{taken} refused the connection: nothing listens there.");
        scope.spawn(move || unreachable(&format!("http://{taken}"), "unreachable", &[&refused]));
        let plain_said = format!("No secure connection (TLS) to {plain} came about");
        scope.spawn(move || unreachable(&format!("https://{plain}"), "network", &[&plain_said]));
        let impostor_said = format!("No secure connection (TLS) to {impostor} came about");
        scope.spawn(move || unreachable(&format!("https://{impostor}"), "blocked", &[&impostor_said, "certificate"]));
        scope.spawn(move || {
            unreachable(
                "https://nowhere.invalid",
                "unreachable",
                &["The name of nowhere.invalid cannot be found (DNS)."],
            )
        });
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_is_told_as_one() {
    let elsewhere = Server::start(|_, _| Reply::with(404, "content-type: text/html\r\n", "<h1>Shop</h1>")).await;
    let variables = [
        ("SCALEKIT_ENVIRONMENT_URL", elsewhere.url.as_str()),
        ("SCALEKIT_CLIENT_ID", "skc_1"),
        ("SCALEKIT_CLIENT_SECRET", "sks_1"),
    ];
    let screen = screen(&variables, "No environment");
    assert!(screen.contains("There is no environment at this URL: it gives out no tokens."), "{screen}");
    assert!(screen.contains("“Shop”"), "{screen}");
    let home = tempfile::tempdir().unwrap();
    let ran = run(against(&elsewhere.url, home.path(), &["accounts", "list"]), "");
    assert!(ran.refused(2).contains("There is no environment at this URL"), "{}", ran.err);
}
