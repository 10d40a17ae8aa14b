//! Runtime of the full-screen front, which does all its I/O: the loop, the terminal, tasks.

pub mod drafts_file;
mod drafts_timer;
pub mod event_loop;
pub mod external_program;
mod notification;
pub mod passphrase;
pub mod reference;
pub mod runner;
pub mod session_file;
pub mod signals;
pub mod terminal;
