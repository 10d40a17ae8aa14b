//! Whether an action applies right now, and if not, why.

use crate::backend::Ability;
use crate::domain::Status;
use crate::flow::authorize::Verification;
use crate::flow::credentials::CredentialTarget;
use crate::tui::accounts::credentials::state::Form;
use crate::tui::accounts::new_account::state::Field;
use crate::tui::core::component::Component as _;
use crate::tui::core::effect::Slot;
use crate::tui::core::environment::EnvironmentCard;
use crate::tui::explorer::actions as exploring;
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::actions;
use crate::tui::input::actions::Spec;
use crate::tui::input::context::Context;
use crate::tui::input::tabs::{Pane, Tab};
use crate::tui::shell::help::Section;
use crate::tui::shell::model::{Environment, Model};
use crate::tui::shell::popup::Popup;

use Availability::{No, NotHere, Yes};

pub(crate) const EXPLORER: &[Action] = &[
    Action::Query,
    Action::ToggleTable,
    Action::Look,
    Action::Find,
    Action::Page,
    Action::CopyPath,
    Action::CopyPointer,
    Action::ToggleRaw,
    Action::ToTree,
    Action::NextColumn,
    Action::PreviousColumn,
    Action::OrderByColumn,
    Action::PickColumns,
    Action::GoParent,
    Action::NextSibling,
    Action::PreviousSibling,
    Action::ToggleFold,
    Action::FoldOrParent,
    Action::UnfoldOrChild,
    Action::UnfoldBelow,
    Action::Deeper,
    Action::Shallower,
    Action::FoldAll,
    Action::UnfoldAll,
    Action::ToggleWrap,
    Action::NextMatch,
    Action::PreviousMatch,
    Action::AcceptFind,
    Action::ToggleRegex,
];

/// Actions that the shell does with any popup.
const OVER_POPUPS: &[Action] = &[
    Action::Back,
    Action::Help,
    Action::Up,
    Action::Down,
    Action::PageUp,
    Action::PageDown,
    Action::Top,
    Action::Bottom,
];

/// Whether `action` applies to `model` as it is.
pub fn of(action: Action, model: &Model) -> Availability {
    let opening = model.opener.availability(action, &model.cx);
    if opening != NotHere {
        return opening;
    }
    let room = model.room().map_or(NotHere, |room| room.availability(action, &model.cx));
    let known = if room == NotHere { model.desktop.availability(action, &model.cx) } else { room };
    match (known, model.popups.last()) {
        (NotHere, Some(Popup::Room(_))) => Availability::here(OVER_POPUPS.contains(&action)),
        (NotHere, _) => elsewhere(action, model),
        (known, _) => known,
    }
    .unless_lacking(|| model.cx.environment.lacks(action.ability()?))
}

/// Whether an action of the screen applies, whatever lies over it.
pub(crate) fn on_screen(action: Action, model: &Model) -> Availability {
    elsewhere(action, model)
}

fn elsewhere(action: Action, model: &Model) -> Availability {
    let changes =
        matches!(action, Action::NewAccount | Action::UpdateCredentials | Action::Disconnect | Action::Delete);
    let lacks = |card: &EnvironmentCard| changes && !card.abilities.account_admin;
    if model.cx.environment.open().is_some_and(lacks) {
        return No(Ability::AccountAdmin.refusal().into());
    }
    let running = |slot| model.cx.jobs.is_running(slot);
    match action {
        // The features that they belong to know them.
        Action::Stop
        | Action::Presets
        | Action::FillInPreset
        | Action::SavePreset
        | Action::DeletePreset
        | Action::Edit
        | Action::TurnInput
        | Action::FillIn
        | Action::Suggest
        | Action::LeaveOut
        | Action::PutNull
        | Action::PutEmpty
        | Action::Rename
        | Action::Repair
        | Action::Sample
        | Action::Run => NotHere,
        Action::StopLoading => Availability::here(match model.cx.tab {
            Tab::Accounts => running(Slot::Accounts),
            Tab::Tools | Tab::Playground | Tab::Activity => false,
        }),
        Action::AsCode => NotHere,
        Action::Save => match model.popups.last() {
            Some(_) => NotHere,
            None => exploring::availability(model.explorer(), action),
        },
        Action::NewAccount => match model.cx.environment {
            Environment::Open(_) => Yes,
            _ => No("The environment is not open yet.".into()),
        },
        Action::Disconnect => match model.accounts.selected(&model.cx.accounts).map(|account| &account.status) {
            None => No("No account is selected.".into()),
            Some(Status::Disconnected) => No("It is disconnected already.".into()),
            Some(_) => Availability::when(!running(Slot::Change), "Another change is under way."),
        },
        Action::Delete => match model.accounts.selected(&model.cx.accounts) {
            None => No("No account is selected.".into()),
            Some(_) => Availability::when(!running(Slot::Change), "Another change is under way."),
        },
        Action::ActAs => {
            Availability::when(model.accounts.selected(&model.cx.accounts).is_some(), "No account is selected.")
        }
        Action::Submit => match model.popups.last() {
            Some(Popup::NewAccount(form)) => {
                match (form.field, form.chosen(), form.identifier.text().trim().is_empty()) {
                    (_, None, _) => match form.pointed_at().and_then(|offer| offer.obstacle()) {
                        Some(obstacle) => No(format!("This connection is {obstacle}.").into()),
                        None => No("Choose a connection first.".into()),
                    },
                    (Field::Identifier, Some(_), _) if form.person.is_some() => Yes,
                    (Field::Identifier, Some(_), true) => {
                        No("Name the person: your application's own id of them.".into())
                    }
                    _ => Yes,
                }
            }
            Some(Popup::Credentials(form)) => match form.form {
                Form::Loading => No("The provider is still being asked what it wants.".into()),
                _ => Availability::when(!form.sending, "It is on its way already."),
            },
            _ => NotHere,
        },
        Action::Reveal | Action::AddRow | Action::LinkInstead => match model.popups.last() {
            Some(Popup::Credentials(form)) => Availability::here(match action {
                Action::Reveal => form.is_masked(),
                Action::AddRow => matches!(form.form, Form::Rows(_)) && !form.sending,
                _ => matches!(form.holder, CredentialTarget::New(..)) && !form.sending,
            }),
            _ => NotHere,
        },
        Action::UpdateCredentials => match (&model.cx.environment, model.accounts.selected(&model.cx.accounts)) {
            (Environment::Open(_), Some(account)) if account.authorization.is_typed_in() => {
                Availability::when(!running(Slot::Change), "Another change is under way.")
            }
            (Environment::Open(_), Some(account)) if account.authorization.is_oauth() => {
                No("This account is authorized by consent: there is nothing to type in. Make a link instead.".into())
            }
            (Environment::Open(_), Some(account)) => {
                No(format!("Accounts of the type {} take nothing that is typed in here.", account.authorization).into())
            }
            (Environment::Open(_), None) => No("No account is selected.".into()),
            _ => No("The environment is not open yet.".into()),
        },
        Action::Authorize | Action::CopyLink | Action::Detail => match model.cx.environment {
            Environment::Open(_) => {
                Availability::when(model.accounts.selected(&model.cx.accounts).is_some(), "No account is selected.")
            }
            _ => No("The environment is not open yet.".into()),
        },
        Action::BrowseTools => match model.popups.last() {
            Some(Popup::Authorize(popup)) => Availability::here(popup.is_done()),
            _ => Availability::when(model.accounts.selected(&model.cx.accounts).is_some(), "No account is selected."),
        },
        Action::CycleStatus => {
            Availability::when(!model.cx.accounts.all().is_empty(), "There are no accounts to choose from.")
        }
        Action::Refresh => match model.cx.tab {
            Tab::Accounts => Availability::when(!running(Slot::Accounts), "The accounts are being loaded already."),
            Tab::Tools | Tab::Playground => NotHere,
            Tab::Activity => NotHere,
        },
        Action::Filter => Availability::here(model.cx.tab != Tab::Playground),
        Action::NextPane | Action::PreviousPane => Availability::here(model.cx.tab != Tab::Playground),
        Action::OpenBrowser => match model.popups.last() {
            Some(Popup::Authorize(popup)) if popup.is_over() => NotHere,
            Some(Popup::Authorize(popup)) if popup.link.is_none() => No("There is no link yet.".into()),
            _ => Yes,
        },
        Action::WholeLink => match model.popups.last() {
            Some(Popup::Authorize(popup)) => Availability::here(popup.link.is_some() && !popup.is_over()),
            _ => NotHere,
        },
        Action::RenewLink => match model.popups.last() {
            Some(Popup::Authorize(popup)) => Availability::here(!popup.is_done()),
            _ => NotHere,
        },
        Action::LinkForOthers => match model.popups.last() {
            Some(Popup::Authorize(popup)) => {
                let differs = popup.consents && matches!(popup.verification, Verification::ThisMachine);
                Availability::here(!popup.is_over() && differs)
            }
            _ => NotHere,
        },
        Action::Copy => match model.popups.last() {
            Some(Popup::Authorize(popup)) => Availability::here(popup.link.is_some() && !popup.is_over()),
            Some(_) => Yes,
            None => match model.cx.tab {
                Tab::Accounts => {
                    Availability::when(model.accounts.selected(&model.cx.accounts).is_some(), "No account is selected.")
                }
                Tab::Tools => NotHere,
                Tab::Playground | Tab::Activity => exploring::availability(model.explorer(), action),
            },
        },
        Action::Zoom => {
            Availability::when(model.cx.body().fits_two(), "This terminal has room for one pane, and shows that.")
        }
        Action::UseAs => match (model.explorer(), model.cx.draft.takes_no_value()) {
            (None, _) => No(exploring::NO_RESULT.into()),
            (Some(_), why) => why.map_or(Yes, |why| No(why.into())),
        },
        Action::Back => Availability::here(
            !model.popups.is_empty()
                || match model.cx.tab {
                    Tab::Accounts => {
                        model.accounts.filter.typing
                            || !model.accounts.filter.is_empty()
                            || model.accounts.status.is_some()
                            || model.accounts.focus == Pane::Side
                    }
                    Tab::Tools | Tab::Playground | Tab::Activity => true,
                },
        ),
        _ => match exploring::availability(model.explorer(), action) {
            NotHere if !EXPLORER.contains(&action) => Yes,
            known => known,
        },
    }
}

/// The rows of the table that can be reached from here, innermost context first.
pub fn reachable(contexts: &[Context]) -> impl Iterator<Item = (Context, &'static Spec)> {
    contexts.iter().flat_map(|context| actions::in_context(*context).map(move |spec| (*context, spec)))
}

/// Every action of the place where the keyboard is, context by context, for the help page.
pub fn told(model: &Model) -> Vec<Section> {
    let section = |context| {
        let specs = actions::in_context(context).map(|spec| (spec, of(spec.action, model)));
        (context, specs.collect::<Vec<_>>())
    };
    model.contexts().into_iter().map(section).filter(|(_, specs)| !specs.is_empty()).collect()
}

/// The key that does `action` where the keyboard is now, or where the action is at home; empty if no
/// key does.
pub fn key_for(action: Action, model: &Model) -> &str {
    model.cx.keymap.key_for(action, &model.contexts())
}
