//! The JSON explorer: rows that fold, search, ways to look, tables, jq. Screens embed it.

pub mod actions;
pub mod columns;
pub mod inspect;
pub mod jq;
pub mod json_faces;
pub mod json_find;
pub mod json_row;
pub mod json_view;
pub mod json_window;
pub mod table;
