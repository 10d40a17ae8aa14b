//! The screens. Each has its state and what can be done to it in `mod.rs`, and its drawing in `draw.rs`.

pub mod accounts;
pub mod layout;
pub mod playground;
pub mod tools;
