//! Contracts over a proxy: a provider that speaks GraphQL and REST on loopback, and the sandbox's own.

mod calls;
mod commands;
mod errors;
mod files;
mod listing;
mod world;
