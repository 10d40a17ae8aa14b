//! Menu of what to order the list of tools by.

use crate::tui::core::cx::Cx;
use crate::tui::core::messages::{MenuEntry, OpenMenu};
use crate::tui::core::state::tool_store::ToolOrder;

/// Order: order the list by this; by the same, the other way around.
#[derive(Debug)]
pub(super) struct OrderBy(pub ToolOrder);

/// Letter of the row that reverses the order: the key of the menu, pressed again.
const AGAIN: char = 'o';

/// Opens the menu.
pub(super) fn open(current: ToolOrder, cx: &mut Cx) {
    let entry = |(by, name, letter): (ToolOrder, &'static str, char)| {
        let note = if by == current { "now" } else { "" };
        MenuEntry::new(letter, name, note, OrderBy(by))
    };
    let mut entries: Vec<MenuEntry> = ToolOrder::ALL.into_iter().map(entry).collect();
    if current != ToolOrder::AsListed {
        entries.push(MenuEntry::new(AGAIN, "reverse", "", OrderBy(current)));
    }
    cx.send(OpenMenu { title: "Order by".to_owned(), entries });
}
