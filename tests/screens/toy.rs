//! The screen on a back-end that has hardly any ability: what it cannot serve says so before a key is pressed.

use jackfield::testing::backend::{Abilities, Ability};
use jackfield::testing::domain::{MatchRule, Tool, ToolEffect};
use jackfield::testing::journal::{CallOutcome, EntrySummary};
use jackfield::testing::profile::Source;
use jackfield::testing::tui::activity::screen::Found;
use jackfield::testing::tui::activity::tasks::{EntryRead, PageRead, ReadEntry, ReadLog, ReadPage};
use jackfield::testing::tui::core::state::environment::EnvironmentCard;
use jackfield::testing::tui::environments::open_environment::{self, OpeningReport};
use jackfield::testing::tui::input::action::{Action, Availability};
use jackfield::testing::tui::input::tabs::Tab;
use jackfield::testing::tui::shell::dispatch;
use jackfield::testing::tui::tools::loading::{LOADING, ToolsLoaded, ToolsPage};

use super::activity::{call, shown};
use super::stage::{Stage, accounts, tool};
use crate::toy::Toy;

/// The accounts of the toy back-end on screen, with the cursor on the first.
fn stage() -> Stage {
    let opened = Toy::opened();
    let mut stage = Stage::new(120, 40);
    let card = EnvironmentCard {
        name: opened.about().name.clone(),
        source: Source::Sandbox,
        recorded_as: opened.about().recorded_as.clone(),
        user_verify_url: None,
        match_rule: MatchRule::Auto,
        remark: None,
        abilities: Abilities::new(opened.backend.as_ref()),
        mode: jackfield::testing::domain::Mode::Free,
    };
    stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
    stage.load_into_open(Toy::new().accounts);
    stage
}

/// One call of the toy back-end in the journal, looked at.
fn remembered(environment: &str) -> EntrySummary {
    EntrySummary { environment: environment.into(), ..call(1, "shelf_list", CallOutcome::Succeeded) }
}

fn look_at(stage: &mut Stage, summary: EntrySummary) {
    stage.press("4");
    let calls = vec![summary.clone()];
    stage.send(
        ReadPage::SLOT,
        PageRead(Ok(Found { calls, runs: Default::default(), unreadable: 0, total: 1, first: true })),
    );
    stage.send(ReadEntry::SLOT, EntryRead(Ok(Box::new(shown(summary, &[])))));
}

#[test]
fn a_request_to_the_provider_is_refused_before_anything_is_typed() {
    let mut stage = stage();
    let reason = Ability::Proxy.refusal();
    assert_eq!(dispatch::availability(Action::OpenRequest, &stage.model), Availability::No(reason.into()));
    stage.press("p");
    assert!(stage.text().contains(reason), "{}", stage.text());
    assert_eq!(stage.model.cx.tab, Tab::Accounts);
}

#[test]
fn what_it_cannot_serve_says_so_before_the_key() {
    let mut stage = stage();
    let reason = Ability::AccountAdmin.refusal();
    for action in [Action::NewAccount, Action::UpdateCredentials, Action::Disconnect, Action::Delete] {
        assert_eq!(dispatch::availability(action, &stage.model), Availability::No(reason.into()), "{action:?}");
    }
    for key in ["n", "d", "D"] {
        stage.press(key);
        assert!(stage.text().contains(reason), "{key}: {}", stage.text());
        assert!(stage.model.popups.is_empty(), "{key} opens nothing");
    }
}

#[test]
fn its_calls_are_no_code_neither_before_nor_after() {
    let no = || Availability::No(Ability::Snippets.refusal().into());
    let mut stage = stage();
    stage.press("/").type_in("ada").press("Enter t");
    let list = tool("shelf_list", ToolEffect::Reads, r#"{"type":"object"}"#);
    let list = Tool { provider: "SHELF".into(), account: Some("1".into()), ..list };
    stage.send(LOADING, ToolsPage(vec![list], Some(1)));
    stage.send(LOADING, ToolsLoaded(Ok(None)));
    stage.press("Enter");
    assert_eq!((stage.model.cx.tab, dispatch::availability(Action::AsCode, &stage.model)), (Tab::Playground, no()));
    stage.press("F4");
    assert!(stage.text().contains(Ability::Snippets.refusal()) && stage.model.popups.is_empty(), "{}", stage.text());
    // Digits are typed where the keyboard is.
    stage.press("Esc");
    look_at(&mut stage, remembered("toy:one"));
    assert_eq!(dispatch::availability(Action::AsCode, &stage.model), no());
    // Whatever is open now, the environment that the call was made in decides.
    for (environment, expected) in [("toy:one", no()), ("https://acme.scalekit.dev", Availability::Yes)] {
        let mut other = Stage::with_accounts(120, 36, accounts());
        look_at(&mut other, remembered(environment));
        assert_eq!(dispatch::availability(Action::AsCode, &other.model), expected, "{environment}");
    }
}

#[test]
fn a_log_that_it_does_not_keep_is_not_asked_for() {
    let mut stage = stage();
    look_at(&mut stage, remembered("toy:one"));
    assert!(!stage.runs(ReadLog::SLOT) && stage.text().contains(Ability::CallLog.refusal()), "{}", stage.text());
    let mut other = Stage::with_accounts(120, 36, accounts());
    look_at(&mut other, remembered("sandbox"));
    assert!(other.runs(ReadLog::SLOT) && !other.text().contains(Ability::CallLog.refusal()));
}
