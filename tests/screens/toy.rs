//! The screen on a back-end that has hardly any ability: what it cannot serve says so before a key is pressed.

use jackfield::backend::{Abilities, Ability};
use jackfield::profile::Source;
use jackfield::tui::core::state::environment::EnvironmentCard;
use jackfield::tui::environments::open_environment::{self, OpeningReport};
use jackfield::tui::input::action::{Action, Availability};
use jackfield::tui::shell::dispatch;

use super::stage::Stage;
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
        remark: None,
        abilities: Abilities::new(opened.backend.as_ref()),
    };
    stage.send(open_environment::SLOT, OpeningReport::Opened(Ok(card)));
    stage.load_into_open(Toy::new().accounts);
    stage
}

#[test]
fn what_it_cannot_serve_says_so_before_the_key() {
    let mut stage = stage();
    let reason = Ability::AccountAdmin.refusal();
    for action in [Action::NewAccount, Action::Disconnect, Action::Delete] {
        assert_eq!(dispatch::availability(action, &stage.model), Availability::No(reason.into()), "{action:?}");
    }
    for key in ["n", "d", "D"] {
        stage.press(key);
        assert!(stage.text().contains(reason), "{key}: {}", stage.text());
        assert!(stage.model.popups.is_empty(), "{key} opens nothing");
    }
}
