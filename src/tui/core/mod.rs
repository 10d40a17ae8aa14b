//! Ground that features and the loop have in common: state, effects, tasks, messages.

pub mod component;
pub mod cx;
pub mod effect;
pub mod event;
pub mod layout;
pub mod message;
pub mod messages;
pub mod recent;
pub mod screen;
pub mod state;
pub mod suggested_fix;
pub mod toast;
pub mod work;
