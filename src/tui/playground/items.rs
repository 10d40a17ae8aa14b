//! Items of lists in the form of an input: another of the same, or another order.

use crate::json::edit::{PathStep, pointer};
use crate::schema::FieldKind;
use crate::tui::playground::form::{Change, InputForm};
use crate::tui::widgets::typing::undo::Run;

impl InputForm {
    /// The list item that the row is, or is in: its index, and how many there are.
    pub fn item(&self) -> Option<(usize, usize)> {
        let (list, at) = self.item_place()?;
        let document = self.document.as_ref()?;
        let count = document.count(document.at(list)?) as usize;
        (at < count).then_some((at, count))
    }

    /// Path of the innermost list around the row, and the index of the item in it.
    fn item_place(&self) -> Option<(&[PathStep], usize)> {
        let field = self.selected().filter(|field| !matches!(field.kind, FieldKind::AddItem(_)))?;
        let length = field.path.iter().rposition(|step| matches!(step, PathStep::Item(_)))?;
        match field.path.get(length) {
            Some(PathStep::Item(at)) => Some((field.path.get(..length)?, *at)),
            _ => None,
        }
    }

    /// Puts a copy of the item behind it, and goes there.
    pub fn duplicate_item(&mut self) -> Option<Change> {
        let (list, at) = self.item_place()?;
        let document = self.document.as_ref()?;
        let item = document.range(document.at(&inside(list, at))?);
        let text = document.text().raw();
        let (before, after) = text.split_at_checked(item.end)?;
        let gap = before.get(..item.start)?.trim_end().len();
        let (gap, value) = (before.get(gap..item.start)?, before.get(item)?);
        let text = format!("{before},{gap}{value}{after}");
        self.go_after_change(at + 1);
        Some(Change { text, run: Run::Alone })
    }

    /// Changes places with the item before or behind, and goes along.
    pub fn move_item(&mut self, by: isize) -> Option<Change> {
        let (list, at) = self.item_place()?;
        let other = at.checked_add_signed(by)?;
        let document = self.document.as_ref()?;
        let (first, second) = (at.min(other), at.max(other));
        let range = |at| Some(document.range(document.at(&inside(list, at))?));
        let (first, second) = (range(first)?, range(second)?);
        let text = document.text().raw();
        let part = |from: usize, to: usize| text.get(from..to);
        let text = [
            part(0, first.start)?,
            part(second.start, second.end)?,
            part(first.end, second.start)?,
            part(first.start, first.end)?,
            part(second.end, text.len())?,
        ]
        .concat();
        self.go_after_change(other);
        Some(Change { text, run: Run::Alone })
    }

    /// Lets the cursor go to the same row of another item once the rows are made anew.
    fn go_after_change(&mut self, at: usize) {
        let Some((list, _)) = self.item_place() else { return };
        let length = list.len();
        let path = self.selected().map(|field| {
            let mut path = field.path.clone();
            if let Some(step) = path.get_mut(length) {
                *step = PathStep::Item(at);
            }
            path
        });
        self.going = path.map(|path| (pointer(&path), false));
        self.cell = None;
    }
}

fn inside(list: &[PathStep], at: usize) -> Vec<PathStep> {
    [list, &[PathStep::Item(at)]].concat()
}
