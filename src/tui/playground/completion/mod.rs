//! Names and values offered while JSON is typed, from the tool's schema.

mod caret;
pub(super) mod view;

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent};

use self::caret::{CaretPlace, caret_place};
use crate::domain::{JsonText, Untrusted};
use crate::schema::{known_names, known_values};
use crate::tui::widgets::list::{Cursor, Move};

/// Rows of the list.
const ROWS: usize = 8;

/// Bytes of an input. In a longer one the place of the cursor is not looked for after each key.
const LONGEST: usize = 64 << 10;

/// One name or value that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Name, or value as JSON.
    pub label: Untrusted,
    /// Type of the member, or title of the value.
    pub note: Untrusted,
    /// Text that is put there.
    text: String,
    /// Bytes of it before the cursor.
    caret: usize,
}

/// The list under the cursor. Closed where nothing is offered.
#[derive(Debug, Default)]
pub struct Completion {
    offers: Vec<Offer>,
    /// The first row shown, and the chosen one, where one is.
    cursor: Cursor,
    is_chosen: bool,
    range: Range<usize>,
}

/// Text to put in the place of a range, and the offset of the cursor then.
pub struct Insertion {
    /// Range in bytes.
    pub range: Range<usize>,
    /// Text that stands there instead.
    pub text: String,
    /// Offset of the cursor, from the start of the input.
    pub caret: usize,
}

impl Completion {
    /// Whether the list is open.
    pub fn is_open(&self) -> bool {
        !self.offers.is_empty()
    }

    /// Closes the list.
    pub fn close(&mut self) {
        *self = Self::default();
    }

    /// The offer that was chosen.
    pub fn chosen(&self) -> Option<&Offer> {
        self.offers.get(self.cursor.row).filter(|_| self.is_chosen)
    }

    /// What taking the chosen offer changes.
    pub fn insertion(&self) -> Option<Insertion> {
        let offer = self.chosen()?;
        let (range, text) = (self.range.clone(), offer.text.clone());
        Some(Insertion { caret: range.start + offer.caret, range, text })
    }

    /// Moves among the offers, where the list is open. Whether the key was one for it.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let by = match key.code {
            KeyCode::Up => -1,
            KeyCode::Down => 1,
            _ => return false,
        };
        if !self.is_open() {
            return false;
        }
        match (self.is_chosen, by) {
            (true, by) => self.cursor.step(Move::By(by), self.offers.len(), ROWS),
            (false, 1) => self.cursor = Cursor::default(),
            (false, _) => self.cursor.step(Move::Bottom, self.offers.len(), ROWS),
        }
        self.is_chosen = true;
        true
    }

    /// Offers what the schema knows where the cursor is. One is chosen at once where its beginning was typed.
    pub fn offer(&mut self, schema: &JsonText, text: &str, caret: usize) {
        self.close();
        let Some(place) = Some(text).filter(|text| text.len() <= LONGEST).and_then(|text| caret_place(text, caret))
        else {
            return;
        };
        let offers = match &place.names {
            Some(taken) => names(schema, &place, taken),
            None => values(schema, &place),
        };
        let is_whole = |offer: &Offer| text.get(place.range.clone()) == Some(offer.text.as_str());
        self.is_chosen = !place.typed.is_empty();
        self.offers = if offers.iter().any(is_whole) { Vec::new() } else { offers };
        self.range = place.range;
    }
}

fn names(schema: &JsonText, place: &CaretPlace, taken: &[String]) -> Vec<Offer> {
    let known = known_names(schema, &place.path);
    let fitting = known.into_iter().filter(|known| !taken.contains(&known.name));
    let offers = fitting.map(|known| {
        let name = serde_json::Value::from(known.name.as_str()).to_string();
        let (behind, inside) = match known.type_word.raw() {
            _ if place.has_colon => ("", 0),
            "string" => (": \"\"", 1),
            word if word.starts_with("array") => (": []", 1),
            word if word.starts_with("object") => (": {}", 1),
            _ => (": ", 0),
        };
        let text = format!("{name}{behind}");
        let note = if known.required { format!("{}, required", known.type_word.raw()).into() } else { known.type_word };
        Offer { label: known.name.into(), note, caret: text.len() - inside, text }
    });
    matching(offers.collect(), &place.typed)
}

fn values(schema: &JsonText, place: &CaretPlace) -> Vec<Offer> {
    let offers = known_values(schema, &place.path).into_iter().map(|known| {
        let text = known.json.raw().to_owned();
        Offer { label: known.json, note: known.note, caret: text.len(), text }
    });
    matching(offers.collect(), &place.typed)
}

/// The offers that begin with what is typed, else those that hold it. Capitals do not count.
fn matching(offers: Vec<Offer>, typed: &str) -> Vec<Offer> {
    let typed = typed.to_lowercase();
    let plain = |offer: &Offer| offer.label.raw().trim_matches('"').to_lowercase();
    let begin: Vec<_> = offers.iter().filter(|offer| plain(offer).starts_with(&typed)).cloned().collect();
    match begin.is_empty() {
        true => offers.into_iter().filter(|offer| plain(offer).contains(&typed)).collect(),
        false => begin,
    }
}
