//! An environment of one's own: from nothing to an account, requests with its credential, and the end of it.

mod cli;
mod connecting;
mod ending;
mod environment;
mod provider;
mod requests;
mod secrets;
