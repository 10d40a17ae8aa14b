//! Floor 3: what both fronts do, as whole use cases without a terminal in sight.
//!
//! * [`environment`]: open the environment that was chosen, the sandbox included; [`sources`]: everything
//!   that it can come from
//! * [`accounts`], [`connections`], [`tools`]: read a whole list page by page, and say why one is empty
//!   ([`tally`]: held against what was announced of it)
//! * [`approval`]: have a person at the screen allow the call of an agent
//! * [`authorize`]: drive what the back-end brings until an account is proven to be authorized
//! * [`receipt`]: what an authorization changed, and what is proven of it
//! * [`rehearsal`]: whether an environment refuses whom it must refuse, tried on a throw-away account
//! * [`account_changes`]: create, change, disconnect and delete accounts
//! * [`credentials`]: find out what a person must type in, and hand it over
//! * [`account_resolution`]: decide with which account a tool runs
//! * [`offer`]: the tools of one person, offered to an agent
//! * [`preflight`]: hold as whom a call is to go out against what the account says of itself, and tell what else
//!   speaks against it
//! * [`target`]: find the one account and tool that a call means, without guessing
//! * [`suggest`]: what may be meant by a name that does not exist
//! * [`explain`]: why a list is empty or a call fails, with the evidence and the remedy
//! * [`run`]: run one tool, and find out whose fault it was if it fails
//! * [`compare`]: the same call as several people, and who sees what
//! * `audit`: uses of credentials that are written down, beside the calls
//! * [`record`]: calls that are written down; [`proxy_journal`]: how the journal keeps proxy requests
//! * [`connection_test`]: whether an environment takes its key
//! * [`disagreements`]: declared status held against behaviour
//! * [`identity`]: who the provider says an account is, for one account or all
//! * [`contracts`]: tools that are written down, run over an environment's proxy
//! * [`request_input`]: requests to a provider's own API as a person types them
//! * [`snippets`]: calls, of now and of the past, as code for other programs
//! * [`server_content`]: resources and prompts of servers
//! * [`call_log`]: the environment's own log of calls
//! * [`mcp_servers`]: MCP servers that the environment provisions
//! * [`presets`]: named arguments of tools
//! * [`snapshot`]: read all of an environment, and keep what it looked like; [`changes`]: what differs since
//! * [`delegated_call`]: one call that an agent makes for a person, whichever agent it is
//! * [`doctor`]: whether all is well, as a list of findings
//! * [`model_access`]: the model that an agent works with: server, key, and the script that stands in
//! * [`modifiers`]: what changes an input before it is sent, and a result before it is shown
//! * [`server_content`]: resources and prompts of servers; [`tool_trust`]: tools that changed since they were trusted
//! * [`query`]: jq, in a process of its own
//! * [`log`]: the log file; [`lent_text`]: texts that another program has
//! * [`browser`]: start the browser on this machine; [`process`]: any other program of this person

pub mod account_changes;
pub mod account_resolution;
pub mod accounts;
pub mod approval;
mod audit;
pub mod authorize;
pub mod browser;
pub mod call_log;
pub mod changes;
pub mod compare;
pub mod connect;
pub mod connection_test;
pub mod connections;
pub mod contracts;
pub mod credentials;
pub mod delegated_call;
pub mod disagreements;
pub mod doctor;
pub mod environment;
pub mod explain;
pub mod identity;
pub mod lent_text;
pub mod log;
pub mod mcp_servers;
pub mod model_access;
pub mod modifiers;
pub mod offer;
mod open_entry;
mod open_target;
pub mod preflight;
pub mod presets;
pub mod process;
pub mod project_files;
pub mod proxy_journal;
pub mod query;
mod rate_limit;
pub mod receipt;
pub mod record;
mod records;
pub mod rehearsal;
pub mod request_input;
pub mod run;
pub mod server_content;
pub mod snapshot;
pub mod snippets;
pub mod sources;
pub mod suggest;
pub mod tally;
pub mod target;
pub mod tool_trust;
pub mod tools;
