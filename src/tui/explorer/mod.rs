//! The JSON explorer.

pub mod availability;
pub mod inspect;
pub mod jq;
pub mod json_faces;
pub mod json_find;
pub mod json_row;
pub mod json_view;
pub mod json_window;
pub mod perform;
pub mod table;
pub mod table_perform;
