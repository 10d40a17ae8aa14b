//! `jackfield sandbox`.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use super::output::CliOutput;
use crate::domain::{Fault, FaultKind, Secret};
use crate::sandbox::{FaultRule, Options, Sandbox, VerifyMode, WebhookTarget};

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
    /// Client secret [default: a new one at each start]
    #[arg(long, value_name = "SECRET", value_parser = secret)]
    client_secret: Option<Secret>,
    /// Seed of the ids and data
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Generate N extra accounts
    #[arg(long, value_name = "N")]
    accounts: Option<usize>,
    /// Keep the sandbox in FILE: the next one with this FILE begins where this one ended
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accounts", "catalog"])]
    state: Option<PathBuf>,
    /// Serve your own connections, people, accounts, tools and answers, from FILE
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Check the world file and exit
    #[arg(long, requires = "world")]
    check: bool,
    /// Send signed webhooks of account events to URL
    #[arg(long, value_name = "URL")]
    webhook: Option<Url>,
    /// Secret that signs webhooks, whsec_… [default: a new one at each start]
    #[arg(long, value_name = "SECRET", value_parser = secret, requires = "webhook")]
    webhook_secret: Option<Secret>,
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

/// Variable of programs that ask a model.
const MODEL_URL: &str = "ANTHROPIC_BASE_URL";

/// Said above it, so that nobody takes what answers for a model.
const MODEL_COMMENT: &str =
    "# No model answers here but a script that stands in for one. Its id is script, and it wants no key.";

/// So far ahead of ours a clock may be, and so far behind: a year.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 365);

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text.to_owned()))
}

fn clock(text: &str) -> Result<SignedDuration, String> {
    let ahead = text.parse::<SignedDuration>().ok().filter(|ahead| (-FARTHEST..=FARTHEST).contains(ahead));
    ahead.ok_or_else(|| "expected a time such as 1h, 90s or -1h30m, at most a year".to_owned())
}

impl Serve {
    /// Runs it until a signal comes. `state` is the file of the option that all commands have.
    pub(super) async fn perform(&self, state: Option<&Path>, output: &CliOutput) -> Result<u8, Fault> {
        if state.is_some() && (self.state.is_some() || self.accounts.is_some() || self.catalog.is_some()) {
            let message = "--sandbox-state cannot be used with --state, --accounts or --catalog.";
            return Err(Fault::new(FaultKind::Usage, message));
        }
        if let Some(world) = self.world.as_ref().filter(|_| self.check) {
            let found = Sandbox::check_world(world)?;
            output
                .done(&json!({"ok": true, "holds": found}), &format!("Nothing is wrong in the world file: {found}."))?;
            return Ok(0);
        }
        // Before anything is printed: whoever has read that may end us at once.
        let listen = |kind| {
            signal(kind).map_err(|error| Fault::new(FaultKind::Local, "Signals cannot be listened to.").because(error))
        };
        let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        let defaults = Options::default();
        let options = Options {
            port: self.port,
            verify: match self.verify {
                Verify::None => VerifyMode::None,
                Verify::Custom => VerifyMode::Custom,
                Verify::Platform => VerifyMode::Platform,
            },
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
            world: self.world.clone(),
            webhook: self.webhook.clone().map(|url| WebhookTarget { url, secret: self.webhook_secret.clone() }),
            control: self.control,
            seed: self.seed.unwrap_or(defaults.seed),
            accounts: self.accounts,
            catalog: self.catalog.clone(),
            clock: self.clock,
            latency: Duration::from_millis(self.latency),
            faults: self.fault.clone(),
            state: self.state.as_deref().or(state).map(Path::to_owned),
            ..defaults
        };
        let sandbox = Sandbox::start(options).await?;
        if let Some(seed) = self.seed.filter(|seed| *seed != sandbox.seed()) {
            let message = format!("The file holds a sandbox of seed {}, not {seed}.", sandbox.seed());
            return Err(Fault::new(FaultKind::Usage, message));
        }
        let url = sandbox.url().as_str().trim_end_matches('/');
        let variables = [
            ("SCALEKIT_ENVIRONMENT_URL", url.to_owned()),
            ("SCALEKIT_CLIENT_ID", sandbox.client_id().to_owned()),
            // The key of an imaginary world that lives as long as this process and listens on
            // loopback only: printing it is what the command is for.
            ("SCALEKIT_CLIENT_SECRET", sandbox.client_secret().expose().to_owned()),
            (MODEL_URL, url.to_owned()),
        ];
        if output.is_json() {
            output.document(
                &variables
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), json!(value)))
                    .collect::<serde_json::Map<String, _>>(),
            )?;
        } else {
            let line = |(name, value): &(&str, String)| match *name {
                MODEL_URL => format!("{MODEL_COMMENT}\nexport {name}={value}"),
                name => format!("export {name}={value}"),
            };
            let lines: Vec<_> = variables.iter().map(line).collect();
            output.print(&lines.join("\n"))?;
        }
        output.remark("The sandbox is running. Ctrl-C stops it.");
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(0)
    }
}
