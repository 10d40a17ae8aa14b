//! Pieces that several screens are made of; each draws into an area and knows nothing of the rest.

pub mod call_progress;
pub mod canvas;
pub mod card;
pub mod columns;
pub mod debounced_cursor;
pub mod groups;
pub mod list;
pub mod matching;
pub mod outline;
pub mod pane;
pub mod qr;
pub mod spinner;
pub mod text;
pub mod text_view;
pub mod time;
pub mod typing;
