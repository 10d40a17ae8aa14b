//! Keys, the action table, what is typed and clicked.

pub mod action;
pub mod context;
pub mod hit_test;
pub mod key;
pub mod keymap;
pub mod keymap_config;
pub mod spec;
pub mod tabs;
pub mod typed;
