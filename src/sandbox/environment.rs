//! State that every handler shares.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use url::Url;

use super::control::Control;
use super::ids::Ids;
use super::mcp::{OfferNews, SigningKey};
use super::options::{CreateStatus, Options, Unset, VerifyMode};
use super::random;
use super::state_file::StateFile;
use super::tokens::AccessTokens;
use super::webhook::Webhook;
use super::world::{ConnectionRecord, Snapshot, World};
use super::world_file::WorldFile;
use crate::domain::{Fault, FaultKind, Secret, Untrusted};

/// One environment: its key, and the world behind it.
pub struct SandboxEnvironment {
    pub url: Url,
    pub seed: u64,
    pub verify: VerifyMode,
    pub link_lifetime: Duration,
    pub unset: Unset,
    pub create_status: CreateStatus,
    pub client_id: String,
    pub client_secret: Secret,
    /// File that the world is kept in.
    pub state: Option<StateFile>,
    /// Key of its session tokens, made when it is first needed.
    pub signing_key: OnceCell<SigningKey>,
    /// News of what its MCP servers offer.
    pub offers: OfferNews,
    /// What it tells of changes, and to whom.
    pub webhook: Option<Webhook>,
    /// What tests may do to it.
    pub control: Option<Control>,
    /// Time by which its clock is ahead of this machine's.
    clock: Mutex<SignedDuration>,
    tokens: Mutex<AccessTokens>,
    world: Mutex<World>,
}

impl SandboxEnvironment {
    pub async fn new(port: u16, options: &Options) -> Result<Self, Fault> {
        let now = now(options.clock);
        let (state, snapshot) = match &options.state {
            Some(path) => {
                let (file, snapshot) = StateFile::open(path).await?;
                (Some(file), snapshot.filter(|_| !options.anew))
            }
            None => (None, None),
        };
        let world_file = options.world.as_deref().map(read_world_file).transpose()?;
        if let Some(snapshot) = &snapshot {
            check_same(snapshot, world_file.as_deref())?;
        }
        let ids = Ids::new(snapshot.as_ref().map_or(options.seed, |snapshot| snapshot.seed));
        let mut world = match (snapshot, &state) {
            (Some(snapshot), Some(file)) => {
                World::restore(snapshot, world_file).map_err(|error| file.damaged(error))?
            }
            _ => begin(options, world_file, ids, now)?,
        };
        world.keep_changes(state.is_some());
        let webhook = options.webhook.as_ref();
        let environment_id = format!("env_{}", ids.snowflake("env", 0));
        let webhook = webhook.map(|target| Webhook::new(target, environment_id)).transpose()?;
        if let Some(webhook) = &webhook {
            world.events.tell(webhook.news());
        }
        Ok(Self {
            seed: ids.seed(),
            url: Url::parse(&format!("http://127.0.0.1:{port}")).map_err(broken)?,
            verify: options.verify,
            link_lifetime: options.link_lifetime,
            unset: options.unset,
            create_status: options.create_status,
            client_id: options.client_id.clone().unwrap_or_else(|| format!("skc_{}", ids.snowflake("client", 0))),
            client_secret: match &options.client_secret {
                Some(secret) => secret.clone(),
                None => Secret::new(format!("sks_{}", random::text().map_err(broken)?)),
            },
            state,
            signing_key: OnceCell::new(),
            offers: OfferNews::new(&world),
            webhook,
            control: options.control.then(|| Control::new(options)),
            clock: Mutex::new(options.clock),
            tokens: Mutex::default(),
            world: Mutex::new(world),
        })
    }

    /// The world, for the time of one request's work on it. Never held across an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        // Nothing leaves the world half changed, so a panic elsewhere does not spoil it.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time by its own clock.
    pub fn now(&self) -> Timestamp {
        now(self.ahead())
    }

    /// Time by which its clock is ahead of this machine's.
    pub fn ahead(&self) -> SignedDuration {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass; false where the clock would be farther ahead than allowed.
    pub fn advance(&self, time: SignedDuration, farthest: SignedDuration) -> bool {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = clock.checked_add(time).filter(|ahead| *ahead <= farthest);
        *clock = ahead.unwrap_or(*clock);
        ahead.is_some()
    }

    /// Takes the place of the world with one as it began. Reads files.
    ///
    /// # Errors
    /// As at the start.
    pub fn begin_again(&self, options: &Options) -> Result<(), Fault> {
        let world_file = options.world.as_deref().map(read_world_file).transpose()?;
        let mut world = begin(options, world_file, Ids::new(self.seed), now(options.clock))?;
        world.keep_changes(self.state.is_some());
        let mut current = self.world();
        // Whoever is told of events goes on listening, and hears those of the old world.
        std::mem::swap(&mut world.events, &mut current.events);
        *current = world;
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = options.clock;
        Ok(())
    }

    /// The access tokens given out.
    pub fn tokens(&self) -> MutexGuard<'_, AccessTokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The absolute URL of one of our own paths, without a base that ends in a slash twice.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_str().trim_end_matches('/'))
    }
}

/// The world as it begins where no file holds it.
fn begin(options: &Options, file: Option<Arc<WorldFile>>, ids: Ids, now: Timestamp) -> Result<World, Fault> {
    let mut world = World::begin(ids, now, file).map_err(broken)?;
    let takes_consent = |connection: &Arc<ConnectionRecord>| connection.is_oauth() && connection.enabled();
    if options.accounts.is_some_and(|count| count > 0) && !world.connections().any(takes_consent) {
        let message = "The world file has no enabled connection of type OAUTH that --accounts could make accounts on.";
        return Err(Fault::new(FaultKind::Usage, message));
    }
    world.add_bulk_accounts(options.accounts.unwrap_or(0), now);
    if let Some(path) = &options.catalog {
        world.add_catalog(path, &options.catalog_for, now).map_err(|e| no_catalog(path, e))?;
    }
    Ok(world)
}

/// The time by a clock so far ahead of this machine's.
fn now(ahead: SignedDuration) -> Timestamp {
    Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
}

/// Reads a world file, against the names that are built in.
///
/// # Errors
/// As [`WorldFile::read`].
fn read_world_file(path: &Path) -> Result<Arc<WorldFile>, Fault> {
    WorldFile::read(path, |extends| World::base(extends).map_err(broken)).map(Arc::new)
}

/// Reads a world file as a start does, and tells in words what is in it.
///
/// # Errors
/// As [`read_world_file`], and [`FaultKind::Local`] for times that nobody lives to see.
pub fn check_world_file(path: &Path) -> Result<String, Fault> {
    let file = read_world_file(path)?;
    World::begin(Ids::new(1), Timestamp::now(), Some(Arc::clone(&file))).map_err(broken)?;
    Ok(file.summary())
}

/// Refuses a state that does not go on from this world.
fn check_same(snapshot: &Snapshot, file: Option<&WorldFile>) -> Result<(), Fault> {
    let next = "Begin anew with --reset, or name another file as --state.";
    let message = match (snapshot.world_file(), file) {
        (None, None) => return Ok(()),
        (Some(begun), Some(file)) if begun == file.digest => return Ok(()),
        (Some(_), Some(_)) => {
            format!("The state began with another world file, or with this one before it was changed. {next}")
        }
        (Some(_), None) => "The state began with a world file. Name that as --world, too.".to_owned(),
        (None, Some(_)) => format!("The state began with the world that is built in, not with a world file. {next}"),
    };
    Err(Fault::new(FaultKind::Usage, message))
}

fn no_catalog(path: &Path, error: io::Error) -> Fault {
    let path = Untrusted::from(path.to_string_lossy().as_ref());
    Fault::new(FaultKind::Local, format!("The sandbox cannot start: the tool catalog {path} could not be read."))
        .because(error)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    Fault::new(FaultKind::Local, "The sandbox cannot start.").because(error)
}
