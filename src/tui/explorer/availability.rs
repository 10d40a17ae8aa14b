//! Exploring the result on screen: what speaks against an action there.

use crate::flow::query::LARGEST;
use crate::tui::explorer::inspect::state as looks;
use crate::tui::explorer::json_view::{JsonView, Way};
use crate::tui::input::action::{Action, Availability};
use crate::tui::shell::model::Model;

/// Why nothing can be done with a result.
pub const NO_RESULT: &str = "There is no result here.";

/// What wants a result and nothing else of it.
pub fn result(model: &Model) -> Availability {
    Availability::when(model.explorer().is_some(), NO_RESULT)
}

/// Whether an action of the explorer applies to what it shows. Any other always does.
pub fn of(action: Action, model: &Model) -> Availability {
    let view = model.explorer();
    let told =
        |whether: fn(&JsonView) -> Availability| view.map_or_else(|| Availability::No(NO_RESULT.into()), whether);
    let here = |condition: fn(&JsonView) -> bool| Availability::here(view.is_some_and(condition));
    let neighbour = |way, end| match view.filter(|view| view.table().is_none()) {
        Some(view) => Availability::when(view.neighbour(way).is_some(), end),
        // In a table the cursor goes by rows and columns.
        None => Availability::NotHere,
    };
    match action {
        Action::Query => told(|view| {
            Availability::when(
                view.document().raw(view.node()).len() <= LARGEST,
                "jq takes values up to 16 MB: put the cursor on a smaller part.",
            )
        }),
        Action::ToggleTable => told(|view| {
            Availability::when(
                view.table().is_some() || view.array().is_some(),
                "There is no array of objects here: put the cursor on one, or into it.",
            )
        }),
        Action::Look => told(|view| match looks::why_not(view.document(), view.node()) {
            None => Availability::Yes,
            Some(reason) => Availability::No(reason.into()),
        }),
        Action::Find | Action::Page => told(|_| Availability::Yes),
        Action::CopyPath | Action::CopyPointer | Action::ToggleRaw => here(|_| true),
        Action::ToTree | Action::NextColumn | Action::PreviousColumn | Action::OrderByColumn | Action::PickColumns => {
            here(|view| view.table().is_some())
        }
        Action::GoParent => neighbour(Way::Parent, "This is the outermost value."),
        Action::NextSibling => neighbour(Way::NextSibling, "It is the last value in what it stands in."),
        Action::PreviousSibling => neighbour(Way::PreviousSibling, "It is the first value in what it stands in."),
        Action::ToggleFold
        | Action::FoldOrParent
        | Action::UnfoldOrChild
        | Action::UnfoldBelow
        | Action::Deeper
        | Action::Shallower
        | Action::FoldAll
        | Action::UnfoldAll
        | Action::ToggleWrap => here(JsonView::is_tree),
        Action::NextMatch | Action::PreviousMatch => here(|view| view.matches() > 0),
        _ => Availability::Yes,
    }
}
