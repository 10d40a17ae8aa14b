//! The full-screen program as a person has it: in a terminal, with keys.

mod agent;
mod bad_answers;
mod bad_environment;
mod credentials;
mod cut_short;
mod endings;
mod environments;
mod exploring;
mod following;
mod handover;
mod hostile_text;
mod large;
mod no_room;
mod provider_request;
mod read_only;
mod settings;
mod signals;
mod sizes;
pub mod small_world;
mod story;
pub mod terminal;
mod tools;
mod two_copies;
mod unsent;
mod whom;
mod wrong_clock;
