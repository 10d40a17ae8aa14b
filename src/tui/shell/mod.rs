//! What surrounds the screens: header, footer, help, palette, questions.

pub mod availability;
pub mod back;
pub mod bridge;
pub mod confirm;
pub mod desktop;
pub mod environment;
pub mod footer;
pub mod header;
pub mod help;
pub mod messages;
pub mod model;
pub mod navigation;
pub mod outcomes;
pub mod palette;
pub mod perform;
pub mod picker;
pub mod popup;
pub mod redraw;
pub mod request_log;
pub mod rooms;
pub mod session;
pub mod typing;
pub mod update;
pub mod view;
