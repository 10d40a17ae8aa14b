//! What tests and benches see of the crate, by the paths of the modules that it lies in. No promise to anybody else.
#![allow(missing_docs)]

pub mod agent {
    pub use crate::agent::{
        ActingAs, AgentCommand, AgentEvent, AgentHandle, AgentLimits, AgentOrder, AgentParts, AgentStart, CallDecision,
        CallReturn, CallRow, CallState, EventSink, Question, ReplayVerdict, ReplayedCall, RunEnd, RunHead, RunId,
        StoredRun, Transcript, TranscriptItem, drive, list, load,
    };
}
pub mod backend {
    pub use crate::backend::{
        Abilities, Ability, About, AccountAdmin, AccountFilter, Accounts, Answered, Arrival, Ask, Authorization,
        AuthorizationLink, Authorizer, Backend, Batch, Batches, CallLog, ConnectGuide, ConnectTarget, ConnectionAdmin,
        ConnectionDraft, Connections, CredentialForms, Links, McpServers, Proxy, ProxyCall, ServerContent, Snippets,
        Step, ToolScope, Tools, TrustedDefinitions, UserVerification, Verification, Watch,
    };
    pub mod clock {
        pub use crate::backend::clock::Clock;
    }
    pub mod credential_log {
        pub use crate::backend::credential_log::CredentialLog;
    }
    pub mod http_log {
        pub use crate::backend::http_log::{Exchange, ExchangeKind, HttpLog, KeptBody};
    }
    pub mod local {
        pub use crate::backend::local::{
            ConnectionAuth, ConnectionSpec, ExchangeSpec, GivenValue, Local, LocalParts, SecretForm, ServerNeeds,
            ServerPlace, ServerSpec,
        };
    }
    pub mod scalekit {
        pub use crate::backend::scalekit::{AuthRequestId, Client, Limits, LinkRequest, Scalekit, VerifyReturn};
        pub mod pages {
            pub use crate::backend::scalekit::pages::{PageToken, all};
        }
        pub mod words {
            pub use crate::backend::scalekit::words::{authorization, input_kind, status};
        }
    }
}
pub mod cli {
    pub use crate::cli::{Cli, run_in};
}
pub mod contract {
    pub use crate::contract::{Contract, Jq, built_in};
}
pub mod domain {
    pub use crate::domain::{
        AccessLevel, Account, AccountId, AccountRef, AnswerBody, AuthField, AuthPattern, AuthorizationType,
        AuthorizedBy, CallSource, CallStatus, ClockOffset, Connection, ConnectionAuthState, ConnectionName,
        ConnectionStatus, CredentialEvent, CredentialOutcome, CredentialPurpose, CredentialUse, Credentials,
        EffectSource, Elicitation, ElicitationAnswer, ElicitationRequest, Environment, EnvironmentUrl, Execution,
        Fault, FaultKind, FieldOption, Identifier, Identity, JsonText, LoggedCall, MatchRule, Mode, Prompt,
        PromptArgument, PromptMessage, Proof, ProofOutcome, ProxyBody, ProxyMethod, ProxyRequest, ProxyResponse,
        Resource, ResourceBody, ResourceContent, Secret, ServerAccount, ServerConfig, ServerConfigDraft,
        ServerInstance, ServerInstanceFilter, ServerOfPerson, SessionToken, Status, TokenMark, TokenRequest,
        TokenTarget, Tool, ToolCall, ToolEffect, ToolMapping, ToolName, ToolOrigin, ToolSelection, Untrusted,
        Violation,
    };
}
pub mod flow {
    pub mod accounts {
        pub use crate::flow::accounts::{AT_ONCE, FEW_PAGES, load, of_person};
    }
    pub mod approval {
        pub use crate::flow::approval::{
            ApprovalRequest, Decision, DeskEvent, PendingApproval, Unasked, ask, listen, tell_of_calls,
        };
    }
    pub mod authorize {
        pub use crate::flow::authorize::{Progress, Verification, authorize, make_link};
    }
    pub mod compare {
        pub use crate::flow::compare::{
            Comparison, ComparisonRequest, Everybody, PersonResult, Refusal, Step, everybody, label, run,
        };
    }
    pub mod connect {
        pub use crate::flow::authorize::Pasted;
        pub use crate::flow::connect::{
            ConnectGuide, ConnectOffer, ConnectRequest, ConnectStep, ConnectTarget, ServerNeeds, ServerPlace,
            ServerSpec, add_scopes, connect, guide,
        };
    }
    pub mod connection_test {
        pub use crate::flow::connection_test::{Answered, test};
    }
    pub mod contracts {
        pub use crate::flow::contracts::{
            ChildJq, ContractBackend, ContractFolder, ContractLibrary, ContractQuestion, check,
        };
    }
    pub mod project_files {
        pub use crate::flow::project_files::{ProjectFiles, ProjectQuestion};
    }
    pub mod credentials {
        pub use crate::flow::credentials::{Asked, CredentialTarget, asked, hand_over};
    }
    pub mod changes {
        pub use crate::flow::changes::{Change, ChangeKind, Changes};
    }
    pub mod doctor {
        pub use crate::flow::doctor::{Check, Finding, Remedy, Report, Severity, Step};
    }
    pub mod snapshot {
        pub use crate::flow::snapshot::Progress;
    }
    pub mod environment {
        pub use crate::flow::environment::{Attempt, IfNone, Opened, open_from};
    }
    pub mod explain {
        pub use crate::flow::explain::{
            Cause, Diagnosis, Evidence, EvidenceKind, FailedCall, Question, Remedy, Step, Witnesses, explain,
        };
    }
    pub mod identity {
        pub use crate::flow::identity::{Proofs, Swept, Verdict, sweep, table};
    }
    pub mod mcp_servers {
        pub use crate::flow::mcp_servers::{
            ClientProgram, ProvisionedServer, auth_states, configs, create, delete, delete_instance, ensure_instance,
            hand_over, instances, mint_token, rename_instance, update,
        };
        pub mod lookup {
            pub use crate::flow::mcp_servers::lookup::{ServerFound, config, either, instance};
        }
        pub mod trial {
            pub use crate::flow::mcp_servers::trial::{ToolPresence, Trial, TriedTool, account, call, look};
        }
    }
    pub mod call_log {
        pub use crate::flow::call_log::{KnownCalls, await_news, newest, news};
    }
    pub mod model_access {
        pub use crate::flow::model_access::{
            API_KEY, AUTH_TOKEN, BASE_URL, KeyOrigin, ModelAccess, ModelChoice, ModelKeys, SCRIPT, USUAL_MODEL,
            USUAL_VERSION, open,
        };
    }
    pub mod modifiers {
        pub use crate::flow::modifiers::{ModifierFiles, Selection};
    }
    pub mod offer {
        pub use crate::flow::offer::{OfferScope, ServeOrder};
    }
    pub mod proxy_journal {
        pub use crate::flow::proxy_journal::{arguments, as_json};
    }
    pub mod query {
        pub use crate::flow::query::{COMMAND, LARGEST, PipeFault, QueryResult, pipe, query_in};
    }
    pub mod receipt {
        pub use crate::flow::receipt::{
            AccountState, Authorized, FailedCall, Outcome, Receipt, SamePerson, kept, make,
        };
    }
    pub mod record {
        pub use crate::flow::record::{Recorder, Records};
    }
    pub mod rehearsal {
        pub use crate::flow::rehearsal::{Check, Rehearsal, RehearsalStep, Remains, markdown, rehearse};
    }
    pub mod run {
        pub use crate::flow::run::run;
    }
    pub mod sources {
        pub use crate::flow::sources::Sources;
    }
    pub mod tally {
        pub use crate::flow::tally::Mismatch;
    }
    pub mod target {
        pub use crate::flow::target::{CallRequest, ResolvedCall, find};
    }
    pub mod tool_trust {
        pub use crate::flow::tool_trust::{DefinitionChange, change, trust};
    }
    pub mod tools {
        pub use crate::flow::tools::{ToolsGap, called, catalogue, load};
    }
}
pub mod journal {
    pub use crate::journal::{
        CallKind, CallOutcome, Ending, EntryId, EntryOrder, EntrySummary, Front, IfTaken, Journal, JournalEntry,
        JournalFilter, NewCall, Preset, PresetName, RecentTool, Retention, RunFilter, RunNumber, SentArguments,
        StoredBody,
    };
}
pub mod json {
    pub use crate::json::{Document, DocumentSearch, Indexer, View, excerpt, pretty};
    pub mod edit {
        pub use crate::json::edit::{PathStep, remove, set};
    }
}
pub mod loopback {
    pub use crate::loopback::PageVerdict;
}
pub mod mcp {
    pub mod client {
        pub use crate::mcp::client::{
            BearerSource, CallAnswer, CallListener, Changed, ClientLimits, ClientOptions, Endpoint, Era, HttpEndpoint,
            KEPT_BODY, McpClient, McpFault, MessageSource, NoListener, ProcessEndpoint, ServerCapabilities,
            ServerExchange, ServerInfo, ServerMessage, ServerPrompt, ServerResource, ServerTool, ToolAnnotations,
        };
    }
    pub mod server {
        pub use crate::mcp::server::{
            Era, HostRefusal, OfferedTool, Peer, Question, ServerName, ToolAnswer, ToolHints, ToolHost,
        };
        pub mod http {
            pub use crate::mcp::server::http::HttpServer;
        }
        pub mod stream {
            pub use crate::mcp::server::stream::serve;
        }
    }
}
pub mod model_api {
    pub use crate::model_api::{
        ContentBlock, CreateMessage, ModelAnswer, ModelClient, ModelEndpoint, ModelInfo, ModelKey, ModelLimits,
        ModelMessage, Role, StopReason, StreamEvent, ToolDefinition, ToolUse, Usage, exceeds_context,
    };
}
pub mod modifier {
    pub use crate::modifier::ToolPattern;
}
pub mod oauth {
    pub use crate::oauth::{
        AssertionKey, ClientAuth, ClientChoice, ClientOrigin, ClientProof, ClientSecret, CodeEvent, CodeFlow,
        CodeRequest, DeviceFlow, DeviceRequest, Discovered, Endpoints, ExchangeApplication, ExchangeFault,
        ExchangeState, ExchangeTarget, ExchangedToken, GrantTerms, GrantedAccount, IssuedUse, KeptRegistrations,
        OAuthApp, OAuthExchange, OAuthHttp, Quirks, RefusalKind, RefusalRule, Registration, RegistrationKey,
        RegistrationStore, ResourceIndicator, Revocation, RevocationForm, ServerAuth, ServerChallenge, ServerClient,
        TokenExchange, TokenExchanger, TokenFault, TokenGrant, TokenKeeper, client_for, discover, discover_server,
        endpoint, forget_refused_client, is_client_refused, scopes_for,
    };
}
pub mod provider {
    pub use crate::provider::{
        ErrorShape, HeaderForm, KeySpec, OAuthSpec, OwnFileProblem, ProviderError, ProviderSpec, ProviderTable,
        RateHeaders, RateLimit, ResetUnit, ScopeSpec, SecretNeed,
    };
}
pub mod profile {
    pub use crate::profile::{
        FileQuestion, FolderTrust, Home, LocalTarget, OpenTarget, Profile, ProfileName, ProfileTarget, Profiles,
        ScalekitTarget, Source, SourceEntry, SourceList, SourceState, TrustQuestion, TrustStore,
    };
}
pub mod redact {
    pub use crate::redact::{Redacted, json};
}
pub mod sandbox {
    pub use crate::sandbox::{CreateStatus, FaultRule, Options, Sandbox, Unset, VerifyMode, WebhookTarget};
}
pub mod schema {
    pub use crate::schema::{
        FieldKind, InputCheck, Judgement, Outline, SampleScope, SchemaForm, Validator, VariantChoices, initial_value,
        missing_required, sample, switch_variant,
    };
}
pub mod secrets {
    pub use crate::secrets::{
        FallbackStore, MemoryStore, PassphraseQuestion, PassphraseSource, SecretKey, SecretReference, SecretStore,
        StoreKind, Vault, is_vault_locked, token_mark,
    };
}
pub mod serve {
    pub use crate::serve::{EnvironmentHost, HttpFront};
}
pub mod settings {
    pub use crate::settings::{NotifyChoice, Settings, ThemeVariant};
}
pub mod tui {
    pub mod agent {
        pub mod edit {
            pub mod tasks {
                pub use crate::tui::agent::edit::tasks::{CallChecked, CheckCall};
            }
        }
        pub mod export {
            pub use crate::tui::agent::export::{RunWritten, WriteRun};
        }
        pub mod replay {
            pub use crate::tui::agent::replay::{CallReplayed, ReplayTask, Replayed};
        }
        pub mod opened {
            pub mod tasks {
                pub use crate::tui::agent::opened::tasks::{BodiesRead, CallBodies, ReadBodies};
            }
        }
        pub mod tasks {
            pub use crate::tui::agent::tasks::{
                AgentHeard, DriveRun, KeepKey, KeyKept, ListModels, ListRuns, LookAtModel, ModelFacts, ModelSeen,
                ModelsListed, ReadRun, RunOver, RunRead, RunsListed,
            };
        }
    }
    pub mod accounts {
        pub mod refresh {
            pub use crate::tui::accounts::refresh::{ReadRows, RowsRead};
        }
        pub mod authorize {
            pub use crate::tui::accounts::authorize::Authorize;
            pub mod paste_address {
                pub use crate::tui::accounts::authorize::paste_address::PasteAddress;
            }
            pub mod more_scopes {
                pub use crate::tui::accounts::authorize::more_scopes::{AddScopes, ScopesAdded};
            }
            pub mod tasks {
                pub use crate::tui::accounts::authorize::tasks::{
                    AuthorizeEnd, AuthorizeStep, FollowAuthorization, MakeReceipt, ReceiptMade,
                };
            }
        }
        pub mod board {
            pub use crate::tui::accounts::board::Board;
        }
        pub mod credentials {
            pub mod state {
                pub use crate::tui::accounts::credentials::state::CredentialsForm;
            }
            pub mod tasks {
                pub use crate::tui::accounts::credentials::tasks::{AskProvider, HandOver, HandedOver, ProviderAsked};
            }
        }
        pub mod detail {
            pub mod loader {
                pub use crate::tui::accounts::detail::loader::WHILE;
            }
        }
        pub mod lines {
            pub use crate::tui::accounts::lines::ShownLine;
        }
        pub mod connect {
            pub use crate::tui::accounts::connect::Connect;
            pub mod tasks {
                pub use crate::tui::accounts::connect::tasks::{
                    AskGuide, ConnectByKey, ConnectionSaved, GuideAsked, KeyConnected, ListOffers, OffersListed, SLOT,
                    SaveConnection,
                };
            }
        }
        pub mod new_account {
            pub use crate::tui::accounts::new_account::NewAccount;
            pub mod tasks {
                pub use crate::tui::accounts::new_account::tasks::{ConnectionsRead, ReadConnections};
            }
        }
        pub mod proof {
            pub mod tasks {
                pub use crate::tui::accounts::proof::tasks::{
                    LoadProofs, ProofsFound, ProofsKept, ProveAccounts, ProvingEnded, ProvingRemark, ProvingWaits,
                };
            }
        }
        pub mod rehearsal {
            pub use crate::tui::accounts::rehearsal::RehearsalPopup;
            pub mod tasks {
                pub use crate::tui::accounts::rehearsal::tasks::{RehearsalEnded, RehearsalProgress, Rehearse};
            }
        }
        pub mod tasks {
            pub use crate::tui::accounts::tasks::{
                AccountRead, AccountsEnd, AccountsPage, Delete, Deleted, Disconnect, Disconnected, LoadAccounts,
                ReadAccount,
            };
        }
    }
    pub mod activity {
        pub mod diff {
            pub use crate::tui::activity::diff::{BodiesCompared, Compared, Comparison, Side};
        }
        pub mod note {
            pub use crate::tui::activity::note::{NotePopup, NoteSet, SetNote};
        }
        pub mod following {
            pub use crate::tui::activity::following::{JUST_CAME, LONGEST_PAUSE, NEW_FOR, PAUSE};
        }
        pub mod runs {
            pub use crate::tui::activity::runs::RunFacts;
        }
        pub mod screen {
            pub use crate::tui::activity::screen::{Found, Shown};
        }
        pub mod tasks {
            pub use crate::tui::activity::tasks::{
                CallRead, EntryRead, FollowLog, LogFollowed, LogRead, PageRead, ReadCall, ReadEntry, ReadLog, ReadPage,
            };
        }
    }
    pub mod approval {
        pub mod popup {
            pub use crate::tui::approval::popup::ApprovalPopup;
        }
        pub mod tasks {
            pub use crate::tui::approval::tasks::{AtDesk, ListenAtDesk};
        }
    }
    pub mod comparison {
        pub mod tasks {
            pub use crate::tui::comparison::tasks::{CompareSoFar, ComparisonEnded, ComparisonStep, RunComparison};
        }
    }
    pub mod checks {
        pub mod tasks {
            pub use crate::tui::checks::tasks::{
                ChecksEnd, ChecksStep, LookForSnapshot, RunChecks, SnapshotDue, TakeSnapshot,
            };
        }
    }
    pub mod core {
        pub mod component {
            pub use crate::tui::core::component::Component;
        }
        pub mod effect {
            pub use crate::tui::core::effect::{Effect, ExternalProgram};
        }
        pub mod event {
            pub use crate::tui::core::event::{Event, Now, Returned};
        }
        pub mod message {
            pub use crate::tui::core::message::{Message, Payload};
        }
        pub mod messages {
            pub use crate::tui::core::messages::{BROWSER, BrowserOpened, SaveFile};
        }
        pub mod state {
            pub mod account_store {
                pub use crate::tui::core::state::account_store::CHANGING;
            }
            pub mod authorization {
                pub use crate::tui::core::state::authorization::AuthorizationId;
            }
            pub mod catalogue {
                pub use crate::tui::core::state::catalogue::CatalogueTool;
            }
            pub mod environment {
                pub use crate::tui::core::state::environment::{Environment, EnvironmentCard};
            }
            pub mod session {
                pub use crate::tui::core::state::session::Session;
            }
            pub mod tool_usage {
                pub use crate::tui::core::state::tool_usage::ToolUsage;
            }
        }
        pub mod toast {
            pub use crate::tui::core::toast::Level;
        }
        pub mod work {
            pub mod event_queue {
                pub use crate::tui::core::work::event_queue::EventSender;
            }
            pub mod job {
                pub use crate::tui::core::work::job::{Job, Slot};
            }
            pub mod task {
                pub use crate::tui::core::work::task::Task;
            }
        }
    }
    pub mod environments {
        pub mod clock {
            pub use crate::tui::environments::clock::{ClockRead, WatchClock};
        }
        pub mod open_environment {
            pub use crate::tui::environments::open_environment::{OpenEnvironment, OpeningReport, SLOT};
        }
        pub mod connection_test {
            pub use crate::tui::environments::connection_test::{ConnectionTested, TestConnection};
        }
        pub mod mode {
            pub use crate::tui::environments::mode::SetMode;
        }
        pub mod opener {
            pub use crate::tui::environments::opener::OpenOrder;
        }
        pub mod passphrase {
            pub use crate::tui::environments::passphrase::{PassphraseForm, PassphraseRequest};
        }
        pub mod project {
            pub use crate::tui::environments::project::ProjectForm;
            pub mod tasks {
                pub use crate::tui::environments::project::tasks::{AnswerProject, ProjectAnswered, ProjectSeen, SLOT};
            }
        }
        pub mod profile_form {
            pub mod form {
                pub use crate::tui::environments::profile_form::form::ProfileForm;
            }
        }
        pub mod profile_task {
            pub use crate::tui::environments::profile_task::{
                ProfileAdded, ProfileEdited, ProfileRead, ProfileTask, SLOT, SourcesChanged, SourcesListed,
            };
        }
    }
    pub mod explain {
        pub use crate::tui::explain::Explanation;
        pub mod tasks {
            pub use crate::tui::explain::tasks::{ExplainStep, ExplainTask, Explained};
        }
    }
    pub mod explorer {
        pub mod content {
            pub mod popup {
                pub use crate::tui::explorer::content::popup::ContentPopup;
            }
            pub mod tasks {
                pub use crate::tui::explorer::content::tasks::{
                    ContentArrived, ContentRead, DecodeMedia, MediaDecoded, ReadContent, Wanted,
                };
            }
        }
        pub mod copy {
            pub use crate::tui::explorer::copy::{TextWritten, WriteText};
        }
        pub mod inspect {
            pub use crate::tui::explorer::inspect::{InspectValue, Inspected};
        }
        pub mod jq {
            pub use crate::tui::explorer::jq::{KeepQuery, Query, QueryAnswer, QueryAnswered, QueryKept, RunQuery};
        }
        pub mod json_find {
            pub use crate::tui::explorer::json_find::{Find, MatchesFound};
        }
        pub mod table {
            pub use crate::tui::explorer::table::{TableReady, Tabulate};
        }
    }
    pub mod input {
        pub mod action {
            pub use crate::tui::input::action::{Action, Availability};
        }
        pub mod context {
            pub use crate::tui::input::context::Context;
        }
        pub mod hit_test {
            pub use crate::tui::input::hit_test::{Hits, Target};
        }
        pub mod spec {
            pub use crate::tui::input::spec::Spec;
        }
        pub mod tabs {
            pub use crate::tui::input::tabs::{Pane, Tab};
        }
        pub mod typed {
            pub use crate::tui::input::typed::pasted;
        }
    }
    pub mod mcp_servers {
        pub mod auth_states {
            pub mod tasks {
                pub use crate::tui::mcp_servers::auth_states::tasks::{AuthStatesRead, FindAccount, ReadAuthStates};
            }
        }
        pub mod call {
            pub mod tasks {
                pub use crate::tui::mcp_servers::call::tasks::{CallEnd, CallHeard, CallThrough, CalledThrough};
            }
        }
        pub mod form {
            pub mod state {
                pub use crate::tui::mcp_servers::form::state::ToolChoice;
            }
            pub mod tasks {
                pub use crate::tui::mcp_servers::form::tasks::{
                    ConnectionsOffered, OfferConnections, OfferTools, ToolsOffered,
                };
            }
        }
        pub mod tasks {
            pub use crate::tui::mcp_servers::tasks::{
                ChangeServer, ListServers, MintToken, ServerChanged, ServerRows, ServersListed, TokenMinted,
            };
        }
        pub mod trial {
            pub mod tasks {
                pub use crate::tui::mcp_servers::trial::tasks::{ServerTried, TryServer};
            }
        }
    }
    pub mod playground {
        pub mod drift {
            pub use crate::tui::playground::drift::DriftPopup;
            pub mod tasks {
                pub use crate::tui::playground::drift::tasks::{CheckDefinition, DefinitionChecked};
            }
        }
        pub mod elicitation {
            pub use crate::tui::playground::elicitation::ElicitationPopup;
            pub mod tasks {
                pub use crate::tui::playground::elicitation::tasks::{AnswerChecked, CheckAnswer};
            }
        }
        pub mod drafts {
            pub mod earlier {
                pub use crate::tui::playground::drafts::earlier::InputNotKept;
            }
            pub mod tasks {
                pub use crate::tui::playground::drafts::tasks::{FindTool, ToolFound};
            }
        }
        pub mod modifiers {
            pub use crate::tui::playground::modifiers::{CallModifiers, Usage};
            pub mod tasks {
                pub use crate::tui::playground::modifiers::tasks::{
                    Aim, AnswerModifiers, InputModified, ModifiedInput, ModifiersAnswered, ModifiersRead, ModifyInput,
                    ReadModifiers,
                };
            }
            pub mod trust {
                pub use crate::tui::playground::modifiers::trust::ModifiersQuestion;
            }
        }
        pub mod presets {
            pub use crate::tui::playground::presets::{Presets, PresetsReport};
            pub mod tasks {
                pub use crate::tui::playground::presets::tasks::{PresetList, PresetStep, PresetTask};
            }
        }
        pub mod recent {
            pub use crate::tui::playground::recent::{ReadTool, ToolRead};
        }
        pub mod requests {
            pub use crate::tui::playground::requests::SendRequest;
        }
        pub mod screen {
            pub use crate::tui::playground::screen::InputView;
        }
        pub mod tasks {
            pub use crate::tui::playground::tasks::{
                CallEnded, CallSent, CheckInput, InputChecked, LastArguments, NotRecorded, ReadLastArguments,
                Recording, ResultArrived, RunResult, RunTool,
            };
        }
    }
    pub mod runtime {
        pub mod drafts_file {
            pub use crate::tui::runtime::drafts_file::{DraftsKeeper, FILE, read};
        }
        pub mod passphrase {
            pub use crate::tui::runtime::passphrase::ask_by_popup;
        }
    }
    pub mod shell {
        pub mod action_table {
            pub use crate::tui::shell::action_table::rows;
        }
        pub mod confirm {
            pub use crate::tui::shell::confirm::Question;
        }
        pub mod desktop {
            pub mod tasks {
                pub use crate::tui::shell::desktop::tasks::{CopiedToDesktop, CopyToDesktop, OpenBrowser};
            }
        }
        pub mod dispatch {
            pub use crate::tui::shell::dispatch::{availability, keys_here};
        }
        pub mod help {
            pub use crate::tui::shell::help::Help;
        }
        pub mod model {
            pub use crate::tui::shell::model::Model;
        }
        pub mod palette {
            pub use crate::tui::shell::palette::Palette;
            pub mod tasks {
                pub use crate::tui::shell::palette::tasks::{
                    CatalogueEnd, CataloguePage, FindThings, ListCatalogue, PresetsRead, ReadPresets, ThingsFound,
                };
            }
        }
        pub mod picker {
            pub use crate::tui::shell::picker::Picker;
        }
        pub mod redraw {
            pub use crate::tui::shell::redraw::next;
        }
        pub mod request_log {
            pub use crate::tui::shell::request_log::{Exchanges, WatchRequests};
        }
        pub mod save {
            pub use crate::tui::shell::save::{
                FileSaved, FoundName, LookUpName, NameLookedUp, SavePopup, SavedFile, TabulateList, WriteFile,
            };
        }
        pub mod saved_filters {
            pub use crate::tui::shell::saved_filters::store::SavedFilter;
            pub use crate::tui::shell::saved_filters::tasks::{FilterTask, FiltersRead};
        }
        pub mod update {
            pub use crate::tui::shell::update::update;
        }
        pub mod view {
            pub use crate::tui::shell::view::draw;
        }
    }
    pub mod theme {
        pub use crate::tui::theme::{Depth, Theme};
    }
    pub mod tools {
        pub mod account_picker {
            pub use crate::tui::tools::account_picker::AccountPicker;
        }
        pub mod blocked {
            pub use crate::tui::tools::blocked::Blocked;
        }
        pub mod export {
            pub mod definitions {
                pub use crate::tui::tools::export::definitions::{SLOT, WriteDefinitions, Written};
            }
        }
        pub mod loading {
            pub use crate::tui::tools::loading::{
                LOADING, LoadTools, Ranked, SEARCHING, SearchTools, ToolsLoaded, ToolsPage,
            };
        }
        pub mod screen {
            pub use crate::tui::tools::screen::Scope;
        }
        pub mod server_content {
            pub use crate::tui::tools::server_content::ServerContentPopup;
            pub mod shelf {
                pub use crate::tui::tools::server_content::shelf::{Offer, Shelf};
            }
            pub mod tasks {
                pub use crate::tui::tools::server_content::tasks::{
                    LoadOffers, OffersChanged, OffersLoaded, OffersPage, WatchOffers,
                };
            }
        }
        pub mod usage {
            pub use crate::tui::tools::usage::{FavouriteSet, ReadUsage, SetFavourite, UsageRead};
        }
    }
    pub mod widgets {
        pub mod columns {
            pub use crate::tui::widgets::columns::Direction;
        }
        pub mod debounced_cursor {
            pub use crate::tui::widgets::debounced_cursor::REST;
        }
        pub mod matching {
            pub use crate::tui::widgets::matching::{SearchedRow, rank};
        }
    }
}
