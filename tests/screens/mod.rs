//! Screens: what update does, and what is drawn.

mod account_list;
mod accounts;
mod activity;
mod authorize;
mod changes;
mod clock;
mod credentials;
mod environments;
mod explorer;
mod export;
mod form;
mod keys;
mod looks;
mod palette;
mod pictures;
mod playground;
mod presets;
mod recalled;
mod scopes;
mod sending;
mod session;
mod settings;
mod stage;
mod table;
mod tools;
mod whom;
