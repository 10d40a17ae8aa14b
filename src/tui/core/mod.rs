//! What features and the loop have in common: state, effects, tasks, messages.

pub mod debounced_cursor;
pub mod effect;
pub mod event;
pub mod event_queue;
pub mod layout;
pub mod reporter;
pub mod server_clock;
pub mod toast;
