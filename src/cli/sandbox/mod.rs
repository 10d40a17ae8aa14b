//! `jackfield sandbox`: the sandbox as a server, for other programs or for one that it starts.

mod child;
mod client;
#[cfg(feature = "sdk")]
mod roots_file;
mod signals;
mod variables;

use std::convert::Infallible;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use url::Url;

pub(super) use self::child::{BECOME, BecomeCommand};
use self::client::{CLIENT_SECRET, GivenSecret, WEBHOOK_SECRET, client_id, given};
#[cfg(feature = "sdk")]
use self::roots_file::RootsFile;
use self::signals::Signals;
use self::variables::Variables;
use super::output::CliOutput;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::sandbox::{FARTHEST, FaultRule, Options, Sandbox, VerifyMode, WebhookTarget};

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Port to listen on [default: any free port]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// How users are verified after consent
    #[arg(long, value_enum, default_value_t = Verify::Custom)]
    verify: Verify,
    /// Client id [default: one that follows from the seed]
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Client secret, as it is, in a file (@FILE) or on standard input (-). Other users of this machine can see
    /// what stands on the line; JACKFIELD_SANDBOX_CLIENT_SECRET is read too [default: a new one at each start]
    #[arg(long, value_name = "SECRET", value_parser = given)]
    client_secret: Option<GivenSecret>,
    /// Seed of the ids and data
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Generate N extra accounts
    #[arg(long, value_name = "N")]
    accounts: Option<usize>,
    /// Keep the sandbox in FILE: the next one with this FILE begins where this one ended
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "catalog"])]
    state: Option<PathBuf>,
    /// Begin anew, and replace what the FILE of --state holds
    #[arg(long)]
    reset: bool,
    /// Serve your own connections, people, accounts, tools and answers, from FILE
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Check the world file and exit
    #[arg(long, requires = "world", conflicts_with = "command")]
    check: bool,
    /// Send signed webhooks of account events to URL
    #[arg(long, value_name = "URL")]
    webhook: Option<Url>,
    /// Secret that signs webhooks, whsec_…, given as --client-secret is;
    /// JACKFIELD_SANDBOX_WEBHOOK_SECRET is read too [default: a new one at each start]
    #[arg(long, value_name = "SECRET", value_parser = given, requires = "webhook")]
    webhook_secret: Option<GivenSecret>,
    /// Let tests read the calls and change accounts, at /__jackfield
    #[arg(long)]
    control: bool,
    /// Load more tools from JSON lines {connector, name, description, input_schema}, plain or gzip
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Clock offset from this machine: 1h, 90s, -5m
    #[arg(long, value_name = "TIME", default_value = "0s", allow_hyphen_values = true, value_parser = clock)]
    clock: SignedDuration,
    /// Delay of every response
    #[arg(long, value_name = "MS", default_value_t = 0)]
    latency: u64,
    // Not a doc comment, which would take the brackets for links.
    #[arg(
        long,
        value_name = "SPEC",
        help = "Inject a fault: '[METHOD] PATH EFFECT [every=N]' with an effect such as status=502, reset, truncate, \
                hang, slow=2s, not-json, not-utf8, huge=MB; may be repeated"
    )]
    fault: Vec<FaultRule>,
    /// Run a program with the variables set, and end with it and its exit code
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Verify {
    /// Not verified
    None,
    /// By the application, at its user_verify_url
    Custom,
    /// By the environment, on its dashboard
    Platform,
}

fn clock(text: &str) -> Result<SignedDuration, String> {
    let ahead = text.parse::<SignedDuration>().ok().filter(|ahead| (-FARTHEST..=FARTHEST).contains(ahead));
    ahead.ok_or_else(|| "expected a time such as 1h, 90s or -1h30m, at most a year".to_owned())
}

impl Serve {
    /// Runs it until a signal comes, or its command ends. `state` is the file of the option that all commands have.
    /// Returns the exit code, which is the command's where there is one.
    pub(super) async fn perform(&self, state: Option<&Path>, output: &CliOutput) -> Result<u8, Fault> {
        self.check(state, output)?;
        if let Some(world) = self.world.as_ref().filter(|_| self.check) {
            let found = Sandbox::check_world(world)?;
            output
                .done(&json!({"ok": true, "holds": found}), &format!("Nothing is wrong in the world file: {found}."))?;
            return Ok(0);
        }
        // Before anything is printed: whoever has read that may end us at once.
        let mut signals =
            Signals::listen(if self.command.is_empty() { &signals::ENDING } else { &signals::PASSED_ON })?;
        let options = self.options(state)?;
        let sandbox = tokio::select! {
            started = Sandbox::start(options) => started?,
            // The file that it is kept in may be another program's for a while.
            signal = signals.next() => return Ok(signals::code(signal)),
        };
        if let Some(seed) = self.seed.filter(|seed| *seed != sandbox.seed()) {
            let message = format!("The file holds a sandbox of seed {}, not {seed}.", sandbox.seed());
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let roots = write_roots(&sandbox, self.port, output);
        let variables = Variables::of(&sandbox, roots.as_ref().map(RootsFile::name));
        if self.command.is_empty() {
            let failures = sandbox.webhook_failures();
            variables.print(output)?;
            output.remark("The sandbox is running. Ctrl-C stops it.");
            tokio::select! {
                _ = signals.next() => {}
                never = tell_of_webhooks(failures, output) => match never {},
            }
            return Ok(0);
        }
        let set = variables.of_a_child(|name| std::env::var_os(name));
        Ok(child::run(&self.command, set, &mut signals, output).await)
    }

    /// Refuses options that do not go together.
    fn check(&self, state: Option<&Path>, output: &CliOutput) -> Result<(), Fault> {
        let usage = |message: &str| Err(Fault::new(FaultKind::Usage, message));
        if state.is_some() && (self.state.is_some() || self.accounts.is_some() || self.catalog.is_some()) {
            return usage("--sandbox-state cannot be used with --state, --accounts or --catalog.");
        }
        if self.reset && self.state.is_none() && state.is_none() {
            return usage(
                "--reset begins the sandbox of a file anew. Name the file with --state; without one it always begins anew.",
            );
        }
        let has_command = !self.command.is_empty();
        if has_command && output.is_json() {
            return usage(
                "--json prints the variables, and with a command nothing is printed: they are set for it. Leave one out.",
            );
        }
        let secrets = [&self.client_secret, &self.webhook_secret];
        match secrets.iter().filter(|secret| secret.as_ref().is_some_and(GivenSecret::is_typed)).count() {
            1 if has_command => usage("Standard input is the command's. Give the secret as @FILE."),
            2 => usage("Standard input holds one secret. Give the other as @FILE."),
            _ => Ok(()),
        }
    }

    fn options(&self, state: Option<&Path>) -> Result<Options, Fault> {
        let defaults = Options::default();
        let client_secret = GivenSecret::read(self.client_secret.as_ref(), &CLIENT_SECRET)?;
        let webhook = match &self.webhook {
            Some(url) => {
                let secret = GivenSecret::read(self.webhook_secret.as_ref(), &WEBHOOK_SECRET)?;
                Some(WebhookTarget { url: url.clone(), secret })
            }
            None => None,
        };
        Ok(Options {
            port: self.port,
            verify: match self.verify {
                Verify::None => VerifyMode::None,
                Verify::Custom => VerifyMode::Custom,
                Verify::Platform => VerifyMode::Platform,
            },
            client_id: self.client_id.as_deref().map(client_id).transpose()?,
            client_secret,
            world: self.world.clone(),
            webhook,
            control: self.control,
            seed: self.seed.unwrap_or(defaults.seed),
            accounts: self.accounts,
            catalog: self.catalog.clone(),
            clock: self.clock,
            latency: Duration::from_millis(self.latency),
            faults: self.fault.clone(),
            state: self.state.as_deref().or(state).map(Path::to_owned),
            anew: self.reset,
            ..defaults
        })
    }
}

/// Says which webhooks could not be delivered.
async fn tell_of_webhooks(failures: Option<Receiver<String>>, output: &CliOutput) -> Infallible {
    if let Some(mut failures) = failures {
        loop {
            match failures.recv().await {
                Ok(failure) => output.warning(&Untrusted::from(failure.as_str()).to_string()),
                Err(RecvError::Lagged(count)) => output.warning(&format!("{count} more webhooks were not delivered.")),
                Err(RecvError::Closed) => break,
            }
        }
    }
    std::future::pending().await
}

/// File of the certificates that clients of this sandbox trust; none where it cannot be written, which is said: only one
/// of the SDKs needs it.
#[cfg(feature = "sdk")]
fn write_roots(sandbox: &Sandbox, port: Option<u16>, output: &CliOutput) -> Option<RootsFile> {
    let written = sandbox.roots().and_then(|text| RootsFile::write(&text, port));
    written
        .inspect_err(|fault| output.warning(&format!("{} Python's SDK cannot call the sandbox.", fault.message)))
        .ok()
}

/// The file of a program that was built without what the SDKs speak: there is none.
#[cfg(not(feature = "sdk"))]
enum RootsFile {}

#[cfg(not(feature = "sdk"))]
impl RootsFile {
    fn name(&self) -> &str {
        match *self {}
    }
}

#[cfg(not(feature = "sdk"))]
fn write_roots(_: &Sandbox, _: Option<u16>, _: &CliOutput) -> Option<RootsFile> {
    None
}
