//! The command line on a back-end that has hardly any ability.

use jackfield::testing::backend::Ability;
use jackfield::testing::cli::run_in;
use jackfield::testing::domain::{Fault, FaultKind, JsonText};
use jackfield::testing::flow::authorize::{Progress, Verification, authorize, make_link};
use jackfield::testing::journal::{CallKind, Front, Journal, NewCall, Retention};

use super::Toy;
use crate::cli::process;

async fn run(line: &str) -> Result<u8, Fault> {
    run_in(&Toy::opened(), line.split(' ')).await
}

#[tokio::test]
async fn what_every_back_end_can_do_is_done() {
    for line in [
        "accounts list",
        "accounts list --connection shelf --json",
        "accounts show shelf/ada@acme.dev",
        // Its ids are numbers.
        "accounts show 1",
        "accounts list --connection nowhere",
        "tools list",
        "tools list --as ada@acme.dev",
        "tools show shelf_list",
        "tools export --as ada@acme.dev",
        "run shelf_list --as ada@acme.dev --connection shelf",
        "run shelf_list --as ada@acme.dev",
        "run shelf_clear --as cleo@acme.dev --yes",
        "accounts authorize shelf/bob@acme.dev --no-browser",
    ] {
        assert_eq!(run(line).await, Ok(0), "{line}");
    }
}

#[tokio::test]
async fn what_it_cannot_do_is_said_before_anything_is_asked_or_sent() {
    let changes = "Accounts of this environment cannot be created, changed or deleted from here.";
    for (line, sentence) in [
        ("connections list", "This environment has no connections to choose from."),
        ("accounts add --connection shelf --identifier dora@acme.dev", changes),
        // Nobody is asked whether they are sure, and no account is looked up.
        ("accounts delete shelf/nobody@acme.dev", changes),
        ("accounts disconnect shelf/ada@acme.dev", changes),
        (
            "request GET /x --connection shelf --as nobody@acme.dev",
            "This environment passes no requests on to a provider's own API.",
        ),
        ("accounts authorize shelf/dora@acme.dev --no-browser", changes),
        ("accounts authorize shelf/bob@acme.dev --no-wait", Ability::Links.refusal()),
        // Neither the file nor the account is looked for, and no account is made for nothing.
        ("accounts authorize shelf/dora@acme.dev --no-wait", Ability::Links.refusal()),
        ("accounts add --connection shelf --identifier dora@acme.dev --credentials @/nowhere", changes),
        ("accounts update shelf/ada@acme.dev --credentials @/nowhere", changes),
        (
            "request POST /x --connection shelf --as ada@acme.dev --body @/nowhere",
            "This environment passes no requests on to a provider's own API.",
        ),
    ] {
        let fault = run(line).await.expect_err(line);
        assert_eq!((fault.kind, fault.message.to_string()), (FaultKind::NotOffered, sentence.to_owned()), "{line}");
    }
}

#[tokio::test]
async fn its_own_way_to_authorize_is_followed() {
    let toy = Toy::new();
    let mut steps = Vec::new();
    let account = toy.accounts[1].pair();
    let told = |step| {
        steps.push(match step {
            Progress::Found(account) => account.status.word(),
            Progress::Code(link, code) => format!("{} {code}", link.url),
            Progress::Consented => "consented".into(),
            other => panic!("{other:?}"),
        });
    };
    let done = authorize(&toy, &account, Verification::None, told).await.unwrap();
    assert_eq!(steps, ["expired", "https://toy.dev/device BIRD-42", "consented"]);
    assert_eq!((done.id.raw(), done.status.word().as_str()), ("2", "active"));
    assert_eq!(make_link(&toy, &account, None).await.unwrap_err().kind, FaultKind::NotOffered);
}

#[test]
fn its_calls_of_the_past_are_no_code_and_everything_else() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("state/journal");
    std::fs::create_dir_all(&folder).unwrap();
    let call = NewCall {
        environment: Toy::opened().about().recorded_as.clone(),
        kind: CallKind::Tool,
        name: "shelf_list".into(),
        connection: "shelf".into(),
        identifier: "ada@acme.dev".into(),
        account: "1".into(),
        arguments: JsonText::empty_object(),
        agent_run: None,
        front: Front::CommandLine,
        probe: false,
        modifiers: Vec::new(),
        client: None,
        wish: None,
    };
    let number = Journal::open(&folder, Retention::default()).unwrap().begin(&call).unwrap().to_string();
    let history = |flags: &[&str]| {
        process::run(process::jackfield(home.path(), &[&["history", "show", &number], flags].concat()), "")
    };
    assert!(history(&[]).text().contains("shelf_list as ada@acme.dev on shelf"));
    let refusal = Ability::Snippets.refusal();
    for form in ["jackfield", "curl"] {
        assert!(history(&["--as-code", form]).refused(1).contains(refusal), "{form}");
    }
    assert_eq!(history(&["--as-code", "curl", "--json"]).refused_json(1, "not_offered")["message"], refusal);
}
