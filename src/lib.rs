//! jackfield: see, repair and try the connected accounts that agents act through.
//!
//! # The house
//!
//! A module may use only what stands on a lower floor, or beside it without a circle; no front imports another.
//!
//! | floor | module | what lives there |
//! |---|---|---|
//! | 6 | `main.rs` | chooses a front, and hands the command line what it tells of the screen |
//! | 5 | [`tui`] | the full-screen front: events in, model, effects out, pure drawing |
//! | 5 | [`cli`] | the headless front: one file a command |
//! | 5 | [`serve`] | the front of agents: one person's tools, served over the Model Context Protocol |
//! | 4 | [`agent`] | a model that works as one user, through the same flows |
//! | 3 | [`flow`] | what both fronts do: open an environment, authorize and follow, list, run |
//! | 2 | [`backend`] | the `Backend` trait; behind it the Scalekit REST client, whose `wire` types the sandbox shares, and environments of one's own (`local`) |
//! | 2 | [`sandbox`] | an environment of our own on loopback: API, gRPC, pages, a small world or one from a file |
//! | 2 | [`export`] | tools as definitions, and servers as configuration, for other programs |
//! | 2 | [`journal`] | every call ever made, redacted, in SQLite |
//! | 2 | [`profile`] | where an environment's URL and key come from |
//! | 1 | [`provider`] | providers as data: endpoints, scopes, keys, shapes of errors; stands on `oauth` |
//! | 1 | [`oauth`] | OAuth 2 as a client: consent, device code, refresh, token exchange, revocation; stands on `loopback` and `secrets` |
//! | 1 | [`loopback`] | the page on this machine that a browser comes back to; stands on `html` |
//! | 1 | [`secrets`] | secrets in the keychain, in an encrypted vault, or in memory; and references to some that lie elsewhere |
//! | 1 | [`html`] | pages from our own templates, with every value escaped |
//! | 1 | [`redact`] | what looks like a credential is replaced before it is written anywhere; stands on `json` |
//! | 1 | [`json`] | the engine under the JSON explorer: index, folds, rows |
//! | 1 | [`schema`] | JSON Schema: outline, sample, form, and whether an input fits; stands on `json` |
//! | 1 | [`identity`] | how each provider is asked who an account is, as data; stands on `provider` |
//! | 1 | [`contract`] | tools written down as files: a request with placeholders, checked; stands on `json`, `schema`, `redact`, `provider` |
//! | 1 | [`mcp`] | the Model Context Protocol, as a client and as a server; stands on `oauth`, `redact`, `json`, `sse` |
//! | 1 | [`model_api`] | the Messages API, as a client; stands on `oauth`, `sse` |
//! | 1 | [`sse`] | streams of events, read piece by piece |
//! | 1 | [`filter`] | the grammar of the filters that people type |
//! | 1 | [`modifier`] | what changes an input before it is sent, and a result before it is shown, as a file tells it |
//! | 1 | [`settings`] | what a person has set, and what in the file is wrong |
//! | 0 | [`files`] | files that should be our own, whatever lies in their place |
//! | 0 | [`background`] | work on threads that may wait |
//! | 0 | [`order`] | sorting by one machine for all types |
//! | 0 | [`domain`] | the words of the field as types: `Account`, `Status`, `Tool`, `Fault`, `Untrusted`, `Secret` |
//!
//! Sections that comments call those of the *reference* are in `docs/scalekit-api.md`.
// The documentation is for whoever works on the program: private items are in it.
#![allow(rustdoc::private_intra_doc_links)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::unreachable
    )
)]

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
compile_error!("jackfield runs on Linux and macOS: terminals, signals and private files are Unix's here");

mod agent;
mod backend;
mod background;
mod cli;
mod contract;
mod domain;
mod export;
mod files;
mod filter;
mod flow;
mod html;
mod identity;
mod journal;
mod json;
mod loopback;
mod mcp;
mod model_api;
mod modifier;
mod oauth;
mod order;
mod profile;
mod provider;
mod redact;
mod sandbox;
mod schema;
mod secrets;
mod serve;
mod settings;
mod sse;
mod tui;

pub use cli::{Cli, Launch, run as run_cli};
pub use serve::run as run_serve;
pub use tui::{REFERENCE, run as run_screen};

#[doc(hidden)]
pub mod testing;
