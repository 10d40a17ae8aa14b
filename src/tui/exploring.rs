//! Exploring the result on screen: what speaks against an action there.

use super::action::{Action, Availability};
use super::model::Model;
use super::popups::looks;
use super::widgets::json_view::{JsonView, Way};
use crate::flow::query::LARGEST;

/// Why nothing can be done with a result.
pub const NO_RESULT: &str = "There is no result here.";

/// What wants a result and nothing else of it.
pub fn result(model: &Model) -> Availability {
    Availability::when(model.explorer().is_some(), NO_RESULT)
}

/// Whether an action of the explorer applies to what it shows.
pub fn of(action: Action, model: &Model) -> Availability {
    let Some(view) = model.explorer() else {
        return match action {
            Action::Query | Action::Find | Action::Look | Action::Page | Action::ToggleTable => {
                Availability::No(NO_RESULT.to_owned())
            }
            _ => Availability::NotHere,
        };
    };
    match action {
        Action::Query => Availability::when(
            view.document().raw(view.node()).len() <= LARGEST,
            "jq takes values up to 16 MB: put the cursor on a smaller part.",
        ),
        Action::ToggleTable => Availability::when(
            view.table().is_some() || view.array().is_some(),
            "There is no array of objects here: put the cursor on one, or into it.",
        ),
        Action::ToTree | Action::NextColumn | Action::PreviousColumn | Action::OrderByColumn | Action::PickColumns => {
            Availability::here(view.table().is_some())
        }
        Action::GoParent => neighbour(view, Way::Parent, "This is the outermost value."),
        Action::NextSibling => neighbour(view, Way::NextSibling, "It is the last value in what it stands in."),
        Action::PreviousSibling => neighbour(view, Way::PreviousSibling, "It is the first value in what it stands in."),
        Action::ToggleFold
        | Action::FoldOrParent
        | Action::UnfoldOrChild
        | Action::UnfoldBelow
        | Action::Deeper
        | Action::Shallower
        | Action::FoldAll
        | Action::UnfoldAll
        | Action::ToggleWrap => Availability::here(view.is_tree()),
        Action::NextMatch | Action::PreviousMatch => Availability::here(view.matches() > 0),
        Action::Look => match looks::why_not(view.document(), view.node()) {
            None => Availability::Yes,
            Some(reason) => Availability::No(reason.to_owned()),
        },
        _ => Availability::Yes,
    }
}

/// Whether the cursor can go this way; in a table it goes by rows and columns.
fn neighbour(view: &JsonView, way: Way, end: &str) -> Availability {
    match view.table() {
        Some(_) => Availability::NotHere,
        None => Availability::when(view.neighbour(way).is_some(), end),
    }
}
