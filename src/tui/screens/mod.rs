//! The screens: the state of each and what can be done to it, one a file; and where things stand.

pub mod accounts;
pub mod follow;
pub mod layout;
pub mod playground;
pub mod tools;
