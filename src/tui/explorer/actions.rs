//! Actions of the explorer, on whichever screen it stands.

use crate::flow::query::LARGEST;
use crate::json::{escaped, pretty};
use crate::tui::core::component::Input;
use crate::tui::core::cx::Cx;
use crate::tui::core::effect::{Effect, ExternalProgram};
use crate::tui::core::message::Message;
use crate::tui::core::messages::{SaveFile, SaveTable};
use crate::tui::core::toast::Level;
use crate::tui::explorer::columns::{self, Columns};
use crate::tui::explorer::copy::{self, Part, copy};
use crate::tui::explorer::inspect::{self, Inspect};
use crate::tui::explorer::jq::Query;
use crate::tui::explorer::json_find::{Find, MatchesFound};
use crate::tui::explorer::json_view::{JsonView, Match, Way};
use crate::tui::explorer::table::{TableReady, TableView, Tabulate};
use crate::tui::input::action::{Action, Availability};
use crate::tui::input::hit_test::Target;
use crate::tui::widgets::outline::Fold;

/// Reason where there is nothing to explore.
pub const NO_RESULT: &str = "No result here.";

/// Show another document in the place of the one that is explored, until somebody goes back.
#[derive(Debug)]
pub struct PushDocument {
    /// Filter that gave it.
    pub filter: String,
    /// Number of its results; several are the items of the document.
    pub count: usize,
    /// Document to show on top.
    pub document: crate::json::Document,
}

/// Whether an action applies to what is explored. With nothing to explore, the reason why not.
pub fn availability(view: Option<&JsonView>, action: Action) -> Availability {
    use Availability::{No, NotHere, Yes};
    let told = |whether: fn(&JsonView) -> Availability| view.map_or_else(|| No(NO_RESULT.into()), whether);
    let here = |condition: fn(&JsonView) -> bool| Availability::here(view.is_some_and(condition));
    let neighbour = |way, end| match view.filter(|view| view.table().is_none()) {
        Some(view) => Availability::when(view.neighbour(way).is_some(), end),
        // In a table the cursor goes by rows and columns.
        None => NotHere,
    };
    match action {
        Action::Query => told(|view| {
            Availability::when(
                view.document().raw(view.node()).len() <= LARGEST,
                "jq takes values up to 16 MB. Select a smaller part.",
            )
        }),
        Action::ToggleTable => told(|view| {
            Availability::when(
                view.table().is_some() || view.array().is_some(),
                "No array of objects here. Move the cursor to one, or into it.",
            )
        }),
        Action::Inspect => told(|view| match inspect::why_not(view.document(), view.node()) {
            None => Yes,
            Some(reason) => No(reason.into()),
        }),
        Action::Find | Action::Page | Action::Copy | Action::CopyMenu | Action::Save => told(|_| Yes),
        Action::CopyPath | Action::CopyPointer | Action::ToggleRaw | Action::AcceptFind | Action::ToggleRegex => {
            here(|_| true)
        }
        Action::ToTree | Action::NextColumn | Action::PreviousColumn | Action::OrderByColumn | Action::PickColumns => {
            here(|view| view.table().is_some())
        }
        Action::GoParent => neighbour(Way::Parent, "This is the outermost value."),
        Action::NextSibling => neighbour(Way::NextSibling, "This is the last value in its object or array."),
        Action::PreviousSibling => neighbour(Way::PreviousSibling, "This is the first value in its object or array."),
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
        _ => NotHere,
    }
}

/// Carries out an action that applies.
pub fn act(view: &mut JsonView, action: Action, cx: &mut Cx) {
    match action {
        Action::Query => cx.open(Query::new(view.document().clone(), view.node())),
        Action::Inspect => Inspect::open(view, cx),
        Action::ToggleTable | Action::ToTree if view.table().is_some() => {
            view.leave_face();
            find_quietly(view, cx);
        }
        Action::ToggleTable => {
            if let Some(work) = view.tabulate() {
                cx.start(work);
            }
        }
        Action::OrderByColumn => match view.in_table(TableView::next_order).flatten() {
            Some(work) => cx.start(work),
            None => cx.cancel(Tabulate::SLOT),
        },
        Action::PickColumns => Columns::open(view, cx),
        Action::NextColumn => view.step_column(1),
        Action::PreviousColumn => view.step_column(-1),
        Action::Page => {
            let text = escaped(&pretty(view.document().text())).into_owned();
            cx.effect(Effect::Lend(ExternalProgram::Page(text)));
        }
        Action::Copy => copy(view, Part::Value, cx),
        Action::CopyPath => copy(view, Part::Path, cx),
        Action::CopyPointer => copy(view, Part::Pointer, cx),
        Action::CopyMenu => copy::open_menu(view, cx),
        Action::Save => save(view, cx),
        Action::Find => view.begin_to_find(),
        Action::AcceptFind => view.accept_find(),
        Action::ToggleRegex => {
            view.find.toggle_regex();
            find(view, cx);
        }
        Action::NextMatch => view.go_to_match(Match::Next),
        Action::PreviousMatch => view.go_to_match(Match::Previous),
        Action::GoParent => view.go(Way::Parent),
        Action::NextSibling => view.go(Way::NextSibling),
        Action::PreviousSibling => view.go(Way::PreviousSibling),
        Action::ToggleFold => view.fold(Fold::Toggle),
        Action::FoldOrParent => view.fold(Fold::CloseOrParent),
        Action::UnfoldOrChild => view.fold(Fold::OpenOrChild),
        Action::UnfoldBelow => view.fold(Fold::OpenBelow),
        Action::FoldAll => view.fold(Fold::CloseAll),
        Action::UnfoldAll => view.fold(Fold::OpenAll),
        Action::Deeper => fold_deeper(view, 1, cx),
        Action::Shallower => fold_deeper(view, -1, cx),
        Action::ToggleRaw => view.toggle_raw(),
        Action::ToggleWrap => view.toggle_wrap(),
        _ => {}
    }
}

/// Takes steps, clicks and the search that is typed.
pub fn input(view: &mut JsonView, input: &Input, cx: &mut Cx) {
    match input {
        Input::Typed(typed) => {
            if view.find.input.typing && view.find.input.take(typed) {
                find(view, cx);
            }
        }
        Input::Step(step) => view.step(*step),
        Input::Click(Target::Row(_, row)) => view.click(*row),
        Input::Scroll(_, rows) => view.step(crate::tui::widgets::list::Move::By(*rows)),
        Input::Click(_) => {}
    }
}

/// Goes back inside the explorer: out of a search, a way to look, a result. Whether there was anything.
pub fn back(view: &mut JsonView, cx: &mut Cx) -> bool {
    if view.is_searched() {
        view.forget_search();
        cx.cancel(Find::SLOT);
        return true;
    }
    if view.leave_face() {
        return true;
    }
    if !view.pop() {
        return false;
    }
    // What was found may have got lost on the way.
    if let Some(find) = view.look_again() {
        cx.start(find);
    }
    true
}

/// Takes what tasks report of the document that is explored.
///
/// # Errors
/// The message, where it is for somebody else.
pub fn receive(view: Option<&mut JsonView>, message: Message, cx: &mut Cx) -> Result<(), Message> {
    let message = match message.take::<MatchesFound>() {
        Ok(MatchesFound(result)) => {
            cx.jobs.finish(Find::SLOT);
            match (result, view) {
                (Ok(found), Some(view)) => view.found(found),
                (Ok(_), None) => {}
                (Err(fault), view) => {
                    view.into_iter().for_each(JsonView::forget_search);
                    cx.say(Level::Problem, fault.to_string());
                }
            }
            return Ok(());
        }
        Err(message) => message,
    };
    let message = match message.take::<TableReady>() {
        Ok(TableReady(result)) => {
            cx.jobs.finish(Tabulate::SLOT);
            match (result, view) {
                (Ok(Some(found)), Some(view)) => {
                    let had_table = view.table().is_some();
                    view.tabulated(found);
                    if !had_table {
                        find_quietly(view, cx);
                    }
                }
                (Ok(_), _) => {}
                (Err(fault), _) => cx.say(Level::Problem, fault.to_string()),
            }
            return Ok(());
        }
        Err(message) => message,
    };
    match (message.take::<PushDocument>(), view) {
        (Ok(PushDocument { filter, count, document }), Some(view)) => view.push(filter, count, document),
        (Ok(_), None) => {}
        (Err(message), view) => {
            let Err(message) = copy::receive(view.as_deref(), message, cx) else { return Ok(()) };
            return columns::receive(view, message, cx);
        }
    }
    Ok(())
}

/// Asks for a file name for the result: for the table where one is looked at.
fn save(view: &JsonView, cx: &mut Cx) {
    let bytes = view.document().text().bytes().clone();
    let file = |ending: &str| SaveFile { name: format!("{}.{ending}", view.name()), bytes };
    match view.table() {
        Some(table) => cx.send(SaveTable { file: file("csv"), table: table.export() }),
        None => cx.send(file("json")),
    }
}

/// Searches anew for what is searched for already, because rows took the place of a table or a table theirs.
fn find_quietly(view: &mut JsonView, cx: &mut Cx) {
    if !view.find.input.is_empty()
        && let Some(find) = view.look(false)
    {
        cx.start(find);
    }
}

/// Has the document searched for what is typed.
fn find(view: &mut JsonView, cx: &mut Cx) {
    match view.look(true) {
        Some(find) => cx.start(find),
        None => cx.cancel(Find::SLOT),
    }
}

/// Folds everything to one level more or less, and says to which.
fn fold_deeper(view: &mut JsonView, by: i32, cx: &mut Cx) {
    let (level, levels) = view.fold_deeper(by);
    let text = match level >= levels {
        true if levels == 1 => "The only level is unfolded.".to_owned(),
        true => format!("All {levels} levels are unfolded."),
        false => format!("Unfolded to level {level} of {levels}."),
    };
    cx.say(Level::Note, text);
}
