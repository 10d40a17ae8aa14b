//! The options that every command takes: which environment is meant, and how its answer is printed.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::output::CliOutput;
use super::style::ColorWhen;
use super::{EVERYWHERE, completions, profile, target, wait_notice};
use crate::domain::{Fault, FaultKind, Mode};
use crate::flow::environment::{self, Opened};
use crate::flow::record::{Recorder, Records};
use crate::journal::Front;
use crate::profile::{self as source, ProfileName};
use crate::settings::{Settings, TimeLimit};

/// Which environment is meant.
#[derive(Debug, Default, Args)]
pub(super) struct EnvironmentArgs {
    /// Use the embedded sandbox
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) sandbox: bool,
    /// Use the embedded sandbox, kept in FILE from one command to the next
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(super) sandbox_state: Option<PathBuf>,
    /// Use your own environment on this machine: connections without a broker
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) local: bool,
    /// Use a saved profile
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME", value_parser = profile::name, add = completions::profiles())]
    pub(super) profile: Option<ProfileName>,
    /// Read the SCALEKIT_… variables from a file
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,
    /// Mode: read (only), ask (before writes) or free, in place of the profile's; saved by profile add and edit
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "MODE", hide_possible_values = true,
          value_parser = completions::one_of(Mode::ALL, Mode::word))]
    pub(super) mode: Option<Mode>,
    /// Do not record calls in the history
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) no_record: bool,
    /// Print one JSON document
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(super) json: bool,
    /// Filter the JSON output with jq; strings are printed raw
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) jq: Option<String>,
    /// Use colors: auto, always or never
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "WHEN", default_value = "auto",
          hide_default_value = true, hide_possible_values = true,
          value_parser = completions::one_of(ColorWhen::ALL, ColorWhen::word))]
    pub(super) color: ColorWhen,
}

impl EnvironmentArgs {
    /// Opens the environment that is meant, and says what of its source does not count.
    /// `timeout` is how long a call may take, where the command says so.
    pub(super) async fn open(
        &self,
        settings: &Settings,
        timeout: Option<TimeLimit>,
        output: &CliOutput,
    ) -> Result<Opened, Fault> {
        let mut limits = environment::limits(settings);
        limits.calls = timeout.map_or(limits.calls, |timeout| timeout.0);
        let mut opened = wait_notice::open(self.request()?, self.mode, limits, output).await?;
        opened.proofs_at_once = settings.proofs_at_once.map_or(opened.proofs_at_once, usize::from);
        if let Some(remark) = &opened.remark {
            output.warning(remark);
        }
        Ok(opened)
    }

    pub(super) fn recorder(&self, opened: &Opened, settings: &Settings, records: &Arc<Records>) -> Recorder {
        let wanted = self.records(settings);
        Recorder::of(opened, Front::CommandLine, wanted.then(|| Arc::clone(records)))
    }

    /// Whether calls are written down.
    pub(super) fn records(&self, settings: &Settings) -> bool {
        settings.record.unwrap_or(true) && !self.no_record
    }

    /// The options that select the environment, each with a space before it.
    pub(super) fn options(&self) -> String {
        self.words().iter().map(|word| format!(" {}", target::quoted(word))).collect()
    }

    /// The same word by word, as they were before a shell read them.
    pub(super) fn words(&self) -> Vec<String> {
        let path = |option: &str, path: &PathBuf| vec![option.to_owned(), path.to_string_lossy().into_owned()];
        let sandbox = match &self.sandbox_state {
            Some(file) => Some(path("--sandbox-state", file)),
            None => self.sandbox.then(|| vec!["--sandbox".to_owned()]),
        };
        let local = self.local.then(|| vec!["--local".to_owned()]);
        let profile = self.profile.as_ref().map(|name| vec!["--profile".to_owned(), name.to_string()]);
        let file = self.env_file.as_ref().map(|file| path("--env-file", file));
        [sandbox, local, profile, file].into_iter().flatten().flatten().collect()
    }

    /// The environment that the line names. Named anywhere in it, so the parser of no single command sees that there are two.
    pub(super) fn request(&self) -> Result<source::OpenTarget, Fault> {
        let named = [
            // Both at once mean the same.
            match &self.sandbox_state {
                Some(file) => Some(source::OpenTarget::SandboxIn(file.clone())),
                None => self.sandbox.then_some(source::OpenTarget::Sandbox),
            },
            self.local.then_some(source::OpenTarget::Local),
            self.profile.clone().map(source::OpenTarget::Profile),
            self.env_file.clone().map(source::OpenTarget::EnvFile),
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next()) {
            (request, None) => Ok(request.unwrap_or_default()),
            _ => Err(Fault::new(FaultKind::Usage, "Use only one of --sandbox, --local, --profile and --env-file.")),
        }
    }
}
