//! Work in the background: tasks, the places where they run, their reports and the queue of these.

pub mod event_queue;
pub mod job;
pub mod reporter;
pub mod task;
