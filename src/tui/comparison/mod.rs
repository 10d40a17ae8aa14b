//! Popup: one tool as several people, and who of them sees what.

mod people;
mod people_view;
pub mod popup;
mod results;
mod results_view;
pub mod tasks;

use crate::tui::input::action::Action;
use crate::tui::input::context::Context as C;
use crate::tui::input::spec::Spec;

/// Rows of the action table that belong to comparisons between people.
#[rustfmt::skip]
pub const ACTIONS: &[Spec] = &[
    Spec { action: Action::ComparePeople, name: "compare-people", hint: "compare users", keys: &["c"], footer: Some(9), contexts: &[C::Tools, C::Schema],
           title: "Compare for several people …", also: "users same call who sees what difference matrix identifiers",
           sentence: "Run this tool as several users and show who sees what" },
    Spec { action: Action::ComparePeople, name: "compare-input", hint: "compare users", keys: &["Alt-u"], footer: None, contexts: &[C::Input, C::InputForm, C::Output],
           title: "Compare for several people …", also: "users same call who sees what difference matrix identifiers",
           sentence: "Run this tool with this input as several users and show who sees what" },
    Spec { action: Action::Submit, name: "run-comparison", hint: "run", keys: &["Enter", "Ctrl-R"], footer: Some(1), contexts: &[C::ComparePeople],
           title: "Run for the chosen users", also: "compare",
           sentence: "Run the tool as everybody who is chosen" },
    Spec { action: Action::Mark, name: "choose-user", hint: "choose", keys: &["Space"], footer: Some(2), contexts: &[C::ComparePeople],
           title: "Choose user", also: "mark select",
           sentence: "Choose this user and move on; again to leave out" },
    Spec { action: Action::MarkShown, name: "choose-users-shown", hint: "all", keys: &["A"], footer: Some(3), contexts: &[C::ComparePeople],
           title: "Choose all users", also: "everybody mark select",
           sentence: "Choose everybody shown whose account is active; again for nobody" },
    Spec { action: Action::Filter, name: "filter-users", hint: "filter", keys: &["/"], footer: Some(4), contexts: &[C::ComparePeople],
           title: "Filter users", also: "search find",
           sentence: "Show only users that match" },
    Spec { action: Action::Stop, name: "stop-comparison", hint: "stop", keys: &["Esc", "Ctrl-C"], footer: Some(1), contexts: &[C::Comparison],
           title: "Stop", also: "cancel abort",
           sentence: "Stop the calls that are out; what has come is compared" },
    Spec { action: Action::Detail, name: "open-result", hint: "result", keys: &["Enter"], footer: Some(2), contexts: &[C::Comparison],
           title: "Open result", also: "explore show",
           sentence: "Open this user's result in the explorer" },
    Spec { action: Action::Mark, name: "mark-result", hint: "mark", keys: &["Space"], footer: Some(3), contexts: &[C::Comparison],
           title: "Mark result", also: "select",
           sentence: "Mark this result; two marked results can be compared" },
    Spec { action: Action::Compare, name: "compare-results", hint: "differences", keys: &["d"], footer: Some(4), contexts: &[C::Comparison],
           title: "Compare results", also: "diff difference",
           sentence: "Show the differences between two marked results" },
    Spec { action: Action::Run, name: "run-comparison-again", hint: "again", keys: &["r", "Ctrl-R"], footer: Some(5), contexts: &[C::Comparison],
           title: "Run again", also: "repeat refresh",
           sentence: "Run the tool again as the same users" },
    Spec { action: Action::ComparePeople, name: "other-users", hint: "other users", keys: &["c"], footer: Some(6), contexts: &[C::Comparison],
           title: "Choose other users", also: "people back",
           sentence: "Go back to the choice of users" },
    Spec { action: Action::Save, name: "save-comparison", hint: "save", keys: &["w"], footer: Some(7), contexts: &[C::Comparison],
           title: "Save table", also: "export csv json",
           sentence: "Save who sees what to a file" },
    Spec { action: Action::Back, name: "leave-result", hint: "back", keys: &["Esc"], footer: Some(18), contexts: &[C::Entry],
           title: "Back", also: "close",
           sentence: "Go back, out of a search or a result" },
];
