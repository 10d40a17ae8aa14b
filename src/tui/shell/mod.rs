//! Surroundings of the screens: header, footer, help, palette, questions.

pub mod action_table;
pub mod confirm;
pub mod count;
pub mod desktop;
pub mod dispatch;
pub mod environment;
pub mod footer;
pub mod header;
pub mod help;
pub mod jump;
pub mod menu;
pub mod messages;
pub mod model;
pub mod palette;
pub mod picker;
pub mod redraw;
pub mod request_log;
pub mod rooms;
pub mod save;
pub mod saved_filters;
pub mod session;
pub mod share;
pub mod update;
pub mod view;
