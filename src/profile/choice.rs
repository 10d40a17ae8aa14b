//! Which environment to open.

use std::fmt;
use std::path::{Path, PathBuf};

use url::Url;

use super::dotenv::{DotEnv, Unreadable};
use super::file::Saved;
use super::name::ProfileName;
use super::profiles::Profiles;
use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, Secret, Untrusted};

/// Both spellings are official; the first one wins. Reference: section 1.1.
const URL: [&str; 2] = ["SCALEKIT_ENVIRONMENT_URL", "SCALEKIT_ENV_URL"];
const CLIENT_ID: &str = "SCALEKIT_CLIENT_ID";
const CLIENT_SECRET: &str = "SCALEKIT_CLIENT_SECRET";

/// What was asked for on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Request {
    /// Whatever is configured: the variables, else the profile in use.
    #[default]
    Configured,
    /// The sandbox, whatever else is configured.
    Sandbox,
    /// This profile, whatever the variables say.
    Profile(ProfileName),
    /// The variables of this file alone, whatever those of the process say.
    EnvFile(PathBuf),
}

/// What to open.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "made once a run")]
pub enum Choice {
    /// The environment of our own.
    Sandbox,
    /// Somebody's environment.
    Environment {
        /// With its key.
        environment: Environment,
        /// Where that came from.
        source: Source,
        /// Where the application confirms who consented, if the source says so.
        user_verify_url: Option<Url>,
    },
}

/// Where an environment came from; `Display` says it for the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The `SCALEKIT_…` variables.
    Variables,
    /// A saved profile.
    Profile(ProfileName),
    /// The same variables in a file.
    EnvFile(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variables => f.pad("environment variables"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::EnvFile(path) => f.pad(&shown(path)),
        }
    }
}

/// Chooses what to open: what was asked for, else the variables, else the profile in use; none if
/// nothing is configured. A source that is chosen and turns out incomplete is a fault, and never
/// makes way for the next. Blocks on the keychain when it comes to a profile.
///
/// # Errors
/// [`FaultKind::NoEnvironment`] for an incomplete source, naming what is missing; further as
/// [`Profiles::list`] and [`Profiles::environment`].
pub fn choose(
    request: &Request,
    vars: &impl Fn(&str) -> Option<String>,
    profiles: &Profiles,
) -> Result<Option<Choice>, Fault> {
    match request {
        Request::Configured => {}
        Request::Sandbox => return Ok(Some(Choice::Sandbox)),
        Request::Profile(name) => return from_profile(name, &profiles.list()?, profiles).map(Some),
        Request::EnvFile(path) => return from_file(path).map(Some),
    }
    if let Some(environment) = from_variables(vars, "The environment variables are")? {
        return Ok(Some(Choice::Environment { environment, source: Source::Variables, user_verify_url: None }));
    }
    let saved = profiles.list()?;
    saved.in_use.as_ref().map(|name| from_profile(name, &saved, profiles)).transpose()
}

fn from_profile(name: &ProfileName, saved: &Saved, profiles: &Profiles) -> Result<Choice, Fault> {
    let profile = saved.get(name)?;
    Ok(Choice::Environment {
        environment: profiles.environment(profile)?,
        source: Source::Profile(name.clone()),
        user_verify_url: profile.user_verify_url.clone(),
    })
}

fn from_file(path: &Path) -> Result<Choice, Fault> {
    let refuse = |why: String| Fault::new(FaultKind::NoEnvironment, format!("{} {why}.", shown(path)));
    let file = DotEnv::read(path).map_err(|unreadable| match unreadable {
        Unreadable::Io(error) => refuse(format!("cannot be read: {error}")),
        Unreadable::TooLarge => refuse("is too large for a file of variables".into()),
        Unreadable::NotText => refuse("is not text".into()),
        Unreadable::Line(line) => refuse(format!("cannot be understood: line {line} is not NAME=VALUE")),
    })?;
    let environment = from_variables(&|name| file.get(name), &format!("{} is", shown(path)))?
        .ok_or_else(|| refuse(format!("sets none of SCALEKIT_ENVIRONMENT_URL, {CLIENT_ID} and {CLIENT_SECRET}")))?;
    Ok(Choice::Environment { environment, source: Source::EnvFile(path.to_owned()), user_verify_url: None })
}

fn shown(path: &Path) -> String {
    Untrusted::from(path.to_string_lossy().as_ref()).to_string()
}

/// A variable that is set to nothing counts as not set. `they_are` begins the sentence that says so
/// of an incomplete source.
fn from_variables(vars: &impl Fn(&str) -> Option<String>, they_are: &str) -> Result<Option<Environment>, Fault> {
    let get = |name: &str| vars(name).filter(|text| !text.trim().is_empty());
    let url = URL.into_iter().find_map(|name| get(name).map(|text| (name, text)));
    match (url, get(CLIENT_ID), get(CLIENT_SECRET).map(Secret::new)) {
        (None, None, None) => Ok(None),
        (Some((name, url)), Some(client_id), Some(client_secret)) => {
            let url = EnvironmentUrl::parse(&url)
                .map_err(|fault| Fault { message: format!("{name}: {}", fault.message), ..fault })?;
            Ok(Some(Environment { url, client_id: client_id.trim().into(), client_secret }))
        }
        (url, client_id, client_secret) => {
            let variables = [
                (url.as_ref().map_or("SCALEKIT_ENVIRONMENT_URL", |(name, _)| name), url.is_some()),
                (CLIENT_ID, client_id.is_some()),
                (CLIENT_SECRET, client_secret.is_some()),
            ];
            let names = |set: bool| {
                let names = variables.iter().filter(|(_, is_set)| *is_set == set).map(|(name, _)| *name);
                names.collect::<Vec<_>>().join(" and ")
            };
            let message = format!("{they_are} incomplete: missing {}, set {}.", names(false), names(true));
            Err(Fault::new(FaultKind::NoEnvironment, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::file::Profile;
    use super::super::home::Home;
    use super::super::secrets::Memory;
    use super::*;

    const ALL: [(&str, &str); 3] = [
        ("SCALEKIT_ENVIRONMENT_URL", "https://vars.scalekit.dev/"),
        (CLIENT_ID, "skc_vars"),
        (CLIENT_SECRET, "sks_vars"),
    ];

    fn vars(set: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        let set: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        move |name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
    }

    /// Profiles `one` (in use) and `two`.
    fn profiles(dir: &tempfile::TempDir) -> Profiles {
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let profiles = Profiles::new(&home, Arc::new(Memory::default()));
        for name in ["one", "two"] {
            let profile = Profile {
                name: ProfileName::parse(name).expect("a name"),
                url: EnvironmentUrl::parse(&format!("https://{name}.scalekit.dev")).expect("a URL"),
                client_id: "skc_1".into(),
                user_verify_url: Some("https://app.dev/verify".parse().expect("a URL")),
            };
            profiles.add(&profile, &Secret::new(format!("sks_{name}"))).expect("saved");
        }
        profiles
    }

    /// Where we end up, with which key.
    fn opened(choice: Result<Option<Choice>, Fault>) -> String {
        match choice {
            Ok(Some(Choice::Environment { environment, source, .. })) => {
                format!(
                    "{source}: {} {} {}",
                    environment.url,
                    environment.client_id,
                    environment.client_secret.expose()
                )
            }
            Ok(Some(Choice::Sandbox)) => "sandbox".into(),
            Ok(None) => "nothing".into(),
            Err(fault) => format!("{}: {fault}", fault.kind.slug()),
        }
    }

    #[test]
    fn the_order_is_sandbox_profile_variables_profile_in_use() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        assert_eq!(opened(choose(&Request::Sandbox, &vars(&ALL), &profiles)), "sandbox");
        let named = Request::Profile(ProfileName::parse("two").expect("a name"));
        assert_eq!(
            opened(choose(&named, &vars(&ALL), &profiles)),
            "profile two: https://two.scalekit.dev skc_1 sks_two"
        );
        let plain = Request::default();
        assert_eq!(
            opened(choose(&plain, &vars(&ALL), &profiles)),
            "environment variables: https://vars.scalekit.dev skc_vars sks_vars"
        );
        assert_eq!(
            opened(choose(&plain, &vars(&[]), &profiles)),
            "profile one: https://one.scalekit.dev skc_1 sks_one"
        );
    }

    #[test]
    fn a_profile_brings_its_verify_url() {
        let dir = tempfile::tempdir().expect("a directory");
        let choice = choose(&Request::default(), &vars(&[]), &profiles(&dir)).expect("chosen");
        let Some(Choice::Environment { user_verify_url, .. }) = choice else { panic!("an environment") };
        assert_eq!(user_verify_url.expect("a URL").as_str(), "https://app.dev/verify");
    }

    #[test]
    fn nothing_configured_is_no_fault() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let profiles = Profiles::new(&home, Arc::new(Memory::default()));
        let empty = vars(&[(CLIENT_ID, ""), (CLIENT_SECRET, " ")]);
        assert_eq!(opened(choose(&Request::default(), &empty, &profiles)), "nothing");
        assert_eq!(std::fs::read_dir(dir.path()).expect("listed").count(), 0, "looking creates nothing");
    }

    #[test]
    fn incomplete_variables_are_said_and_never_filled_in_from_a_profile() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        for missing in 0..3 {
            let mut set = ALL.to_vec();
            let (name, _) = set.remove(missing);
            let said = opened(choose(&Request::default(), &vars(&set), &profiles));
            assert!(said.starts_with("no_environment: ") && said.contains(&format!("missing {name}, set ")), "{said}");
            assert!(!said.contains("sks_"), "{said}");
        }
        assert_eq!(
            opened(choose(&Request::default(), &vars(&[("SCALEKIT_ENV_URL", "https://x.dev")]), &profiles)),
            "no_environment: The environment variables are incomplete: missing SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET, set SCALEKIT_ENV_URL."
        );
    }

    #[test]
    fn both_spellings_of_the_url_count_the_long_one_first() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        let mut set = ALL.to_vec();
        set.push(("SCALEKIT_ENV_URL", "https://short.dev"));
        assert!(opened(choose(&Request::default(), &vars(&set), &profiles)).contains("vars.scalekit.dev"));
        set.remove(0);
        assert!(opened(choose(&Request::default(), &vars(&set), &profiles)).contains("short.dev"));
    }

    #[test]
    fn a_bad_url_names_its_variable() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut set = ALL;
        set[0].1 = "http://acme.scalekit.dev";
        let said = opened(choose(&Request::default(), &vars(&set), &profiles(&dir)));
        assert!(
            said.starts_with("invalid_input: SCALEKIT_ENVIRONMENT_URL: The environment URL must start with https"),
            "{said}"
        );
    }

    #[test]
    fn a_profile_that_does_not_exist_is_not_replaced_by_another_source() {
        let dir = tempfile::tempdir().expect("a directory");
        let request = Request::Profile(ProfileName::parse("three").expect("a name"));
        assert_eq!(
            opened(choose(&request, &vars(&ALL), &profiles(&dir))),
            "not_found: There is no profile “three”. Saved: one, two."
        );
    }

    /// What comes of a file that holds `text`, with the path left out.
    fn from_text(text: &str) -> String {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("acme.env");
        std::fs::write(&path, text).expect("written");
        let choice = choose(&Request::EnvFile(path.clone()), &vars(&ALL), &profiles(&dir));
        opened(choice).replace(&*path.to_string_lossy(), "FILE")
    }

    #[test]
    fn a_file_that_is_named_counts_alone() {
        let text =
            "SCALEKIT_ENV_URL=https://file.dev\nexport SCALEKIT_CLIENT_ID='skc_f'\nSCALEKIT_CLIENT_SECRET=\"sks_f\"\n";
        assert_eq!(from_text(text), "FILE: https://file.dev skc_f sks_f");
        let half = from_text("SCALEKIT_ENV_URL=https://file.dev\nSCALEKIT_CLIENT_ID=\n");
        assert_eq!(
            half,
            "no_environment: FILE is incomplete: missing SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET, set SCALEKIT_ENV_URL."
        );
        assert!(from_text("OTHER=1").starts_with("no_environment: FILE sets none of SCALEKIT_ENVIRONMENT_URL, "));
        let odd = from_text("OTHER=1\nsks_hunter2\n");
        assert_eq!(odd, "no_environment: FILE cannot be understood: line 2 is not NAME=VALUE.");
        let dir = tempfile::tempdir().expect("a directory");
        let gone = choose(&Request::EnvFile(dir.path().join("gone")), &vars(&ALL), &profiles(&dir));
        assert!(opened(gone).starts_with("no_environment: "));
    }
}
