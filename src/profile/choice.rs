//! Choice of the environment to open, among the line, variables, files and profiles.

use std::fmt;
use std::path::{Path, PathBuf};

use super::dotenv::DotEnv;
use super::env_file_trust::{EnvFileState, TrustQuestion, TrustStore};
use super::file::Profile;
use super::name::ProfileName;
use super::profiles::Profiles;
use super::variables::{CLIENT_ID, CLIENT_SECRET, Read, from_variables, shown};
use crate::domain::{Environment, Fault, FaultKind, Mode};

/// Target that a person names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OpenTarget {
    /// Whatever is configured: the variables, else the profile in use.
    #[default]
    Configured,
    /// The same, with a `.env` of this folder between the two, for somebody who can be asked about it.
    Here,
    /// The sandbox, whatever else is configured.
    Sandbox,
    /// The sandbox, kept in this file.
    SandboxIn(PathBuf),
    /// The environment of one's own that is always there.
    Local,
    /// This profile, whatever the variables say.
    Profile(ProfileName),
    /// The variables of this file alone, whatever those of the process say.
    EnvFile(PathBuf),
    /// The `.env` of this folder alone, if it was agreed to.
    DotEnv,
    /// The variables of the process alone.
    Variables,
}

/// Environment that the choice fell on.
#[derive(Clone, Debug)]
pub enum OpenChoice {
    /// The environment of our own.
    Sandbox,
    /// The environment of one's own on this machine.
    Local,
    /// Environment of a person's own.
    Environment {
        /// URL and key.
        environment: Environment,
        /// Place that they came from.
        source: Source,
        /// Remark about parts of the source that do not count, in a sentence.
        remark: Option<String>,
    },
    /// A saved one, whose secret is still to be asked for: [`Profiles::environment`].
    Profile(Profile),
    /// First a person has to say whether they want this. Only for [`OpenTarget::Here`] and
    /// [`OpenTarget::DotEnv`].
    Ask(TrustQuestion),
}

/// Source of an environment's URL and key; `Display` says it for the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The environment of our own.
    Sandbox,
    /// The environment of one's own on this machine, in its usual folder.
    Local,
    /// Environment variables `SCALEKIT_…`.
    Variables,
    /// Saved profile of this name.
    Profile(ProfileName),
    /// The same variables in a file that was named.
    EnvFile(PathBuf),
    /// The same variables in the `.env` of this folder.
    DotEnv(PathBuf),
}

impl Source {
    /// Target that opens the same source again.
    pub fn request(&self) -> OpenTarget {
        match self {
            Self::Sandbox => OpenTarget::Sandbox,
            Self::Local => OpenTarget::Local,
            Self::Variables => OpenTarget::Variables,
            Self::Profile(name) => OpenTarget::Profile(name.clone()),
            Self::EnvFile(path) => OpenTarget::EnvFile(path.clone()),
            Self::DotEnv(_) => OpenTarget::DotEnv,
        }
    }

    /// Mode of an environment of which nothing else is said: our own is there to be tried.
    pub fn usual_mode(&self) -> Mode {
        if *self == Self::Sandbox { Mode::Free } else { Mode::Ask }
    }

    /// The same in as few words as can be, where there is little room.
    pub fn short(&self) -> String {
        match self {
            Self::Variables => "variables".into(),
            Self::EnvFile(path) | Self::DotEnv(path) => {
                path.file_name().map(|name| shown(name.as_ref())).unwrap_or_default()
            }
            Self::Sandbox | Self::Local | Self::Profile(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sandbox => f.pad("sandbox"),
            Self::Local => f.pad("local"),
            Self::Variables => f.pad("environment variables"),
            Self::Profile(name) => write!(f, "profile {name}"),
            Self::EnvFile(path) | Self::DotEnv(path) => f.pad(&shown(path)),
        }
    }
}

/// Chooses what to open: what was asked for, else the first source in the order of [`OpenTarget`] that
/// there is; none if nothing is configured. A source that is chosen and turns out incomplete is a
/// fault, and never makes way for the next. Reads files; the keychain is left alone.
///
/// # Errors
/// [`FaultKind::NoEnvironment`] for an incomplete source, naming what is missing, and for one that
/// was asked for and is not there; further as [`Profiles::list`].
pub fn choose(
    request: &OpenTarget,
    vars: Read<'_>,
    place: &TrustStore,
    profiles: &Profiles,
) -> Result<Option<OpenChoice>, Fault> {
    let none = |what: &str| Fault::new(FaultKind::NoEnvironment, what);
    match request {
        OpenTarget::Sandbox | OpenTarget::SandboxIn(_) => Ok(Some(OpenChoice::Sandbox)),
        OpenTarget::Local => Ok(Some(OpenChoice::Local)),
        OpenTarget::Profile(name) => profiles.get(name).map(OpenChoice::Profile).map(Some),
        OpenTarget::EnvFile(path) => from_file(path).map(Some),
        OpenTarget::Variables => from_process(vars)?.map(Some).ok_or_else(|| none("No SCALEKIT_… variable is set.")),
        OpenTarget::DotEnv => {
            from_folder(place)?.map(Some).ok_or_else(|| none("There is no .env here that speaks of an environment."))
        }
        OpenTarget::Configured => match from_process(vars)? {
            Some(choice) => Ok(Some(choice)),
            None => in_use(profiles),
        },
        OpenTarget::Here => match from_process(vars)? {
            Some(choice) => Ok(Some(choice)),
            None => match from_folder(place)? {
                Some(choice) => Ok(Some(choice)),
                None => in_use(profiles),
            },
        },
    }
}

fn in_use(profiles: &Profiles) -> Result<Option<OpenChoice>, Fault> {
    let saved = profiles.list()?;
    let profile = saved.in_use.as_ref().map(|name| saved.get(name).cloned()).transpose()?;
    Ok(profile.map(OpenChoice::Profile))
}

pub(super) fn from_process(vars: Read<'_>) -> Result<Option<OpenChoice>, Fault> {
    let environment = from_variables(vars, "The environment variables are")?;
    Ok(environment.map(|environment| OpenChoice::Environment { environment, source: Source::Variables, remark: None }))
}

/// None for one that there is no agreement about to be had.
fn from_folder(place: &TrustStore) -> Result<Option<OpenChoice>, Fault> {
    match place.look() {
        EnvFileState::Nothing | EnvFileState::PassedOver(_) | EnvFileState::Whole { agreed: Some(false), .. } => {
            Ok(None)
        }
        EnvFileState::Broken(fault) => Err(fault),
        EnvFileState::Whole { agreed: None, question, .. } => Ok(Some(OpenChoice::Ask(question))),
        EnvFileState::Whole { agreed: Some(true), question, environment, remark } => {
            let source = Source::DotEnv(question.file);
            Ok(Some(OpenChoice::Environment { environment: *environment, source, remark }))
        }
    }
}

pub(super) fn from_file(path: &Path) -> Result<OpenChoice, Fault> {
    let file = DotEnv::read(path).map_err(|unreadable| unreadable.about(path))?;
    let environment = from_file_as_read(&file, path)?.ok_or_else(|| sets_none(&file, path))?;
    Ok(OpenChoice::Environment { environment, source: Source::EnvFile(path.to_owned()), remark: file.remark(path) })
}

/// Environment that `file`, which lies at `path`, describes. Lines that were skipped in it may be why it is
/// incomplete.
pub(super) fn from_file_as_read(file: &DotEnv, path: &Path) -> Result<Option<Environment>, Fault> {
    from_variables(&|name| file.get(name), &format!("{} is", shown(path))).map_err(|fault| skipping(file, path, fault))
}

/// Said of a file that sets nothing of an environment.
pub(super) fn sets_none(file: &DotEnv, path: &Path) -> Fault {
    let none = format!("{} sets none of SCALEKIT_ENVIRONMENT_URL, {CLIENT_ID} and {CLIENT_SECRET}.", shown(path));
    skipping(file, path, Fault::new(FaultKind::NoEnvironment, none))
}

fn skipping(file: &DotEnv, path: &Path, fault: Fault) -> Fault {
    let remark = file.remark(path).map(|remark| format!(" {remark}")).unwrap_or_default();
    Fault { message: format!("{}{remark}", fault.message).into(), ..fault }
}

#[cfg(test)]
mod tests {
    use super::super::file::{ProfileTarget, ScalekitTarget};
    use std::ffi::OsString;
    use std::sync::Arc;

    use super::super::home::Home;
    use super::*;
    use crate::domain::{EnvironmentUrl, MatchRule, Secret};
    use crate::secrets::MemoryStore;

    const ALL: [(&str, &str); 3] = [
        ("SCALEKIT_ENVIRONMENT_URL", "https://vars.scalekit.dev/"),
        (CLIENT_ID, "skc_vars"),
        (CLIENT_SECRET, "sks_vars"),
    ];

    fn vars(set: &[(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        let set: Vec<_> = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        move |name| set.iter().find(|(n, _)| n == name).map(|(_, value)| value.into())
    }

    /// Profiles `one` (in use) and `two`.
    fn profiles(dir: &tempfile::TempDir) -> Profiles {
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let profiles = Profiles::new(&home, Arc::new(MemoryStore::default()));
        for name in ["one", "two"] {
            let profile = Profile {
                name: ProfileName::parse(name).expect("a name"),
                target: ProfileTarget::Scalekit(ScalekitTarget {
                    url: EnvironmentUrl::parse(&format!("https://{name}.scalekit.dev")).expect("a URL"),
                    client_id: "skc_1".into(),
                    user_verify_url: Some("https://app.dev/verify".parse().expect("a URL")),
                }),
                mode: None,
                match_rule: MatchRule::Auto,
            };
            profiles.add(&profile, &Secret::new(format!("sks_{name}"))).expect("saved");
        }
        profiles
    }

    /// A folder without a `.env`.
    fn nowhere(dir: &tempfile::TempDir) -> TrustStore {
        TrustStore::new(None, &Home::resolve(Some(dir.path().to_owned())).expect("a home"))
    }

    /// Choice where no folder matters.
    fn choose(
        request: &OpenTarget,
        vars: Read<'_>,
        dir: &tempfile::TempDir,
        profiles: &Profiles,
    ) -> Result<Option<OpenChoice>, Fault> {
        super::choose(request, vars, &nowhere(dir), profiles)
    }

    /// Environment we end up in, and its key.
    fn opened(choice: Result<Option<OpenChoice>, Fault>) -> String {
        match choice {
            Ok(Some(OpenChoice::Profile(profile))) => {
                let target = profile.target.scalekit().expect("a Scalekit environment");
                format!("{}: {} {}", Source::Profile(profile.name), target.url, target.client_id)
            }
            Ok(Some(OpenChoice::Ask(question))) => format!("asks about {} {}", question.url, question.client_id),
            Ok(Some(OpenChoice::Environment { environment, source, .. })) => {
                format!(
                    "{source}: {} {} {}",
                    environment.url,
                    environment.client_id,
                    environment.client_secret.expose()
                )
            }
            Ok(Some(OpenChoice::Sandbox)) => "sandbox".into(),
            Ok(Some(OpenChoice::Local)) => "local".into(),
            Ok(None) => "nothing".into(),
            Err(fault) => format!("{}: {fault}", fault.kind.slug()),
        }
    }

    #[test]
    fn the_order_is_sandbox_profile_variables_profile_in_use() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        assert_eq!(opened(choose(&OpenTarget::Sandbox, &vars(&ALL), &dir, &profiles)), "sandbox");
        let named = OpenTarget::Profile(ProfileName::parse("two").expect("a name"));
        assert_eq!(opened(choose(&named, &vars(&ALL), &dir, &profiles)), "profile two: https://two.scalekit.dev skc_1");
        let plain = OpenTarget::default();
        assert_eq!(
            opened(choose(&plain, &vars(&ALL), &dir, &profiles)),
            "environment variables: https://vars.scalekit.dev skc_vars sks_vars"
        );
        assert_eq!(opened(choose(&plain, &vars(&[]), &dir, &profiles)), "profile one: https://one.scalekit.dev skc_1");
    }

    #[test]
    fn a_dotenv_comes_between_variables_and_profile_for_who_can_be_asked() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        let folder = tempfile::tempdir().expect("a directory");
        let text = "SCALEKIT_ENV_URL=https://file.dev\nSCALEKIT_CLIENT_ID=skc_f\nSCALEKIT_CLIENT_SECRET=sks_f\n";
        std::fs::write(folder.path().join(".env"), text).expect("written");
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let place = TrustStore::new(Some(folder.path().to_owned()), &home);
        let here = |request: &OpenTarget, set: &[(&str, &str)]| {
            let said = opened(super::choose(request, &vars(set), &place, &profiles));
            said.replace(&*place.file().to_string_lossy(), "FILE")
        };
        let asks = "asks about https://file.dev skc_f";
        assert!(here(&OpenTarget::Here, &ALL).starts_with("environment variables: "));
        assert_eq!(here(&OpenTarget::Here, &[]), asks);
        assert_eq!(here(&OpenTarget::DotEnv, &ALL), asks);
        assert_eq!(
            here(&OpenTarget::Configured, &[]),
            "profile one: https://one.scalekit.dev skc_1",
            "nobody is asked"
        );
        let Ok(Some(OpenChoice::Ask(question))) = super::choose(&OpenTarget::Here, &vars(&[]), &place, &profiles)
        else {
            panic!()
        };
        place.answer(&question, true).expect("kept");
        assert_eq!(here(&OpenTarget::Here, &[]), "FILE: https://file.dev skc_f sks_f");
        place.answer(&question, false).expect("kept");
        assert_eq!(here(&OpenTarget::Here, &[]), "profile one: https://one.scalekit.dev skc_1");
        assert!(here(&OpenTarget::DotEnv, &[]).starts_with("no_environment: "));
        std::fs::write(folder.path().join(".env"), text.replace("file.dev", "evil.dev")).expect("written");
        assert_eq!(here(&OpenTarget::Here, &[]), "asks about https://evil.dev skc_f");
        std::fs::write(folder.path().join(".env"), "SCALEKIT_CLIENT_ID=skc_f").expect("written");
        assert!(here(&OpenTarget::Here, &[]).contains("missing SCALEKIT_ENVIRONMENT_URL and SCALEKIT_CLIENT_SECRET"));
        assert!(here(&OpenTarget::Variables, &[]).starts_with("no_environment: "));
    }

    #[test]
    fn nothing_configured_is_no_fault() {
        let dir = tempfile::tempdir().expect("a directory");
        let home = Home::resolve(Some(dir.path().to_owned())).expect("a home");
        let profiles = Profiles::new(&home, Arc::new(MemoryStore::default()));
        let empty = vars(&[(CLIENT_ID, ""), (CLIENT_SECRET, " ")]);
        assert_eq!(opened(choose(&OpenTarget::default(), &empty, &dir, &profiles)), "nothing");
        assert_eq!(std::fs::read_dir(dir.path()).expect("listed").count(), 0, "looking creates nothing");
    }

    #[test]
    fn incomplete_variables_are_said_and_never_filled_in_from_a_profile() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        for missing in 0..3 {
            let mut set = ALL.to_vec();
            let (name, _) = set.remove(missing);
            let said = opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles));
            assert!(said.starts_with("no_environment: ") && said.contains(&format!("missing {name}, set ")), "{said}");
            assert!(!said.contains("sks_"), "{said}");
        }
        assert_eq!(
            opened(choose(&OpenTarget::default(), &vars(&[("SCALEKIT_ENV_URL", "https://x.dev")]), &dir, &profiles)),
            "no_environment: The environment variables are incomplete: missing SCALEKIT_CLIENT_ID and SCALEKIT_CLIENT_SECRET, set SCALEKIT_ENV_URL."
        );
    }

    #[test]
    fn both_spellings_of_the_url_count_the_long_one_first() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        let mut set = ALL.to_vec();
        set.push(("SCALEKIT_ENV_URL", "https://short.dev"));
        assert!(opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles)).contains("vars.scalekit.dev"));
        set.remove(0);
        assert!(opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles)).contains("short.dev"));
    }

    #[test]
    fn a_bad_url_names_its_variable() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut set = ALL;
        set[0].1 = "http://acme.scalekit.dev";
        let said = opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles(&dir)));
        let wrong =
            "no_environment: The environment variables are wrong: SCALEKIT_ENVIRONMENT_URL: The environment URL";
        assert!(said.starts_with(wrong), "{said}");
    }

    #[test]
    fn what_surrounds_the_values_does_not_count_wherever_they_come_from() {
        let dir = tempfile::tempdir().expect("a directory");
        let set = [
            ("SCALEKIT_ENVIRONMENT_URL", "\u{feff}“https://vars.dev”\r"),
            (CLIENT_ID, "`skc_1`\u{200b}"),
            (CLIENT_SECRET, "'sks_1'\r\n"),
        ];
        let said = opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles(&dir)));
        assert_eq!(said, "environment variables: https://vars.dev skc_1 sks_1");
        let lines: Vec<_> = set.iter().map(|(name, value)| format!("{name}={value}\r\n")).collect();
        assert_eq!(from_text(&lines.concat()), "FILE: https://vars.dev skc_1 sks_1");
        assert_eq!(from_text(&format!("\u{feff}{}", lines.concat())), "FILE: https://vars.dev skc_1 sks_1");
    }

    #[test]
    fn a_variable_that_nothing_has_filled_in_is_named() {
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        for at in 0..3 {
            let mut set = ALL;
            set[at].1 = "${OTHER}";
            let said = opened(choose(&OpenTarget::default(), &vars(&set), &dir, &profiles));
            assert!(said.contains(&format!("{}: The ", set[at].0)), "{said}");
            assert!(said.contains("still refers to a variable"), "{said}");
        }
    }

    #[test]
    fn a_variable_that_is_no_text_is_named_and_counts_as_set() {
        use std::os::unix::ffi::OsStringExt as _;
        let dir = tempfile::tempdir().expect("a directory");
        let profiles = profiles(&dir);
        for (wrong, _) in ALL {
            let all = vars(&ALL);
            let vars =
                move |name: &str| if name == wrong { Some(OsString::from_vec(vec![b's', 0xff])) } else { all(name) };
            let said = opened(choose(&OpenTarget::default(), &vars, &dir, &profiles));
            let wrong = format!("no_environment: The environment variables are wrong: {wrong}: it is not UTF-8 text.");
            assert_eq!(said, wrong);
        }
    }

    #[test]
    fn a_profile_that_does_not_exist_is_not_replaced_by_another_source() {
        let dir = tempfile::tempdir().expect("a directory");
        let request = OpenTarget::Profile(ProfileName::parse("three").expect("a name"));
        assert_eq!(
            opened(choose(&request, &vars(&ALL), &dir, &profiles(&dir))),
            "not_found: There is no profile “three”. Saved: one, two."
        );
    }

    /// Environment in a file that holds `text`, with the path left out.
    fn from_text(text: &str) -> String {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("acme.env");
        std::fs::write(&path, text).expect("written");
        let choice = choose(&OpenTarget::EnvFile(path.clone()), &vars(&ALL), &dir, &profiles(&dir));
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
        assert_eq!(from_text(&format!("{text}sks_hunter2\n")), "FILE: https://file.dev skc_f sks_f");
        let half = from_text("SCALEKIT_ENV_URL=https://file.dev\nSCALEKIT_CLIENT_ID: hunter2\n");
        let said = "set SCALEKIT_ENV_URL. FILE: line 2 is not NAME=VALUE and was skipped.";
        assert!(half.contains(said) && !half.contains("hunter2"), "{half}");
        assert!(from_text("OTHER=1\nx").ends_with("FILE: line 2 is not NAME=VALUE and was skipped."));
        let dir = tempfile::tempdir().expect("a directory");
        let gone = choose(&OpenTarget::EnvFile(dir.path().join("gone")), &vars(&ALL), &dir, &profiles(&dir));
        assert!(opened(gone).starts_with("no_environment: "));
    }
}
