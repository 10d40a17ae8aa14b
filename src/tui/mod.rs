//! Floor 5: the full-screen front, one room a feature.
//!
//! Inside it the same holds as for the house: a room may use only what stands on a lower floor.
//!
//! | floor | room | what lives there |
//! |---|---|---|
//! | 7 | [`runtime`] | everything that does I/O: the loop, the terminal, the runner of tasks, signals, files |
//! | 6 | [`shell`] | what surrounds the screens, and the way of an action, a message, a key to its component |
//! | 5 | [`accounts`] | connected accounts, their authorization and credentials |
//! | 5 | [`environments`] | what is open, and what else could be |
//! | 5 | [`tools`] | tools of one person or of the environment, and their export |
//! | 5 | [`playground`] | one tool, tried |
//! | 5 | [`activity`] | calls of the past |
//! | 5 | [`agent`] | a conversation with a model that works as one person |
//! | 5 | [`approval`] | calls of agents that a person has to allow |
//! | 5 | [`comparison`] | one tool as several people |
//! | 5 | [`mcp_servers`] | MCP servers that the environment provisions for agents |
//! | 5 | [`explain`] | why a list is empty or a call fails |
//! | 5 | [`checks`] | whether all is well, and what changed |
//! | 4 | [`explorer`] | the JSON explorer, which screens embed |
//! | 3 | [`core`] | what all components share: the traits, `Cx`, messages, tasks |
//! | 2 | [`widgets`] | pieces that screens are made of |
//! | 1 | [`input`] | keys, actions, contexts, the rows of the action table |
//! | 0 | [`theme`] | colours and glyphs |

pub mod accounts;
pub mod activity;
pub mod agent;
pub mod approval;
pub mod checks;
pub mod comparison;
pub mod core;
pub mod environments;
pub mod explain;
pub mod explorer;
pub mod input;
pub mod mcp_servers;
pub mod playground;
pub mod runtime;
pub mod shell;
pub mod theme;
pub mod tools;
pub mod widgets;

pub use runtime::event_loop::run;
pub use runtime::reference::REFERENCE;
