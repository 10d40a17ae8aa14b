//! What features and the loop have in common: state, effects, tasks, messages.

pub mod account_store;
pub mod component;
pub mod cx;
pub mod debounced_cursor;
pub mod draft;
pub mod effect;
pub mod environment;
pub mod event;
pub mod event_queue;
pub mod job;
pub mod layout;
pub mod message;
pub mod messages;
pub mod opened;
pub mod recent;
pub mod reporter;
pub mod screen;
pub mod server_clock;
pub mod session;
pub mod subject;
pub mod suggested_fix;
pub mod task;
pub mod toast;
pub mod tool_store;
