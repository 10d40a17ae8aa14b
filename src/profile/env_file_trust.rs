//! The `.env` of the folder that the program was started in, and whether it may be used.
//!
//! Such a file is found, not named: it may have come with somebody else's project. It is used only
//! once a person has agreed to it, for this folder and this URL. The answers are kept; a file that
//! names another URL is a new question.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::choice;
use super::dotenv::{DotEnv, Unreadable};
use super::folder_trust::FolderTrust;
use super::home::{Home, lock, write_private};
use super::variables::{self, shown};
use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, Untrusted};
use crate::files;

/// The name of such a file.
const NAME: &str = ".env";

/// The name of the file that holds the answers, in the folder of what the program remembers.
pub const ANSWERS: &str = "env-answers.json";

/// Question to a person about a `.env` that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustQuestion {
    /// Path of the file.
    pub file: PathBuf,
    /// The URL it would talk to.
    pub url: EnvironmentUrl,
    /// Client id of its key: `skc_…`
    pub client_id: Untrusted,
    /// The URL that was last asked about in this folder, if it was another one.
    pub before: Option<EnvironmentUrl>,
    /// The folder, as the answer is kept under.
    pub folder: PathBuf,
}

/// Result of reading a `.env`.
#[derive(Debug)]
pub(super) enum EnvFileState {
    /// There is none, or none that speaks of an environment.
    Nothing,
    /// It is passed over; why, in a sentence.
    PassedOver(String),
    /// It speaks of an environment, but not as it must.
    Broken(Fault),
    /// The file describes an environment.
    Whole {
        /// Answer that was given before, for this folder and URL.
        agreed: Option<bool>,
        /// Question that is still to be asked, or was.
        question: TrustQuestion,
        /// URL and key in the file.
        environment: Box<Environment>,
        /// Remark about lines that do not count, in a sentence.
        remark: Option<String>,
    },
}

/// A folder, and what was answered about the `.env` files of all folders. Cheap to clone; files are
/// read anew every time.
#[derive(Clone)]
pub struct TrustStore {
    /// None where this process has no folder that can be named.
    folder: Option<PathBuf>,
    home: Home,
    file: PathBuf,
    /// Answers of this run: they count even where they could not be written.
    answered: Arc<Mutex<HashMap<(PathBuf, String), bool>>>,
}

/// One answer as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct TrustAnswer {
    folder: PathBuf,
    url: String,
    #[serde(rename = "use")]
    agreed: bool,
}

impl TrustStore {
    /// `folder`, with the answers that are kept below `home`. Touches neither yet.
    pub fn new(folder: Option<PathBuf>, home: &Home) -> Self {
        // One folder may be reached by several paths.
        let folder = folder.and_then(|folder| fs::canonicalize(folder).ok());
        Self { folder, home: home.clone(), file: home.state.join(ANSWERS), answered: Arc::default() }
    }

    /// The folder, as the answers are kept under.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Directories of the files of whoever answers.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The same folder for the files below its `.jackfield`.
    pub fn for_folder(&self) -> FolderTrust {
        FolderTrust::new(self.folder.clone(), self.file.parent().unwrap_or(Path::new("")))
    }

    /// Path of the `.env` of this folder, there or not.
    pub(super) fn file(&self) -> PathBuf {
        self.folder.clone().unwrap_or_default().join(NAME)
    }

    /// Reads the `.env` of this folder.
    pub(super) fn look(&self) -> EnvFileState {
        let Some(folder) = &self.folder else { return EnvFileState::Nothing };
        let file = folder.join(NAME);
        // A folder of that name is somebody's Python; a pipe would have us wait for ever.
        match fs::metadata(&file) {
            Ok(data) if data.is_file() => {}
            Err(error) if error.kind() != ErrorKind::NotFound => return unreadable(&file, &error.to_string()),
            _ => return EnvFileState::Nothing,
        }
        let vars = match DotEnv::read(&file) {
            Ok(vars) => vars,
            Err(Unreadable::TooLarge) => return unreadable(&file, "it is no file of variables"),
            Err(problem) => return EnvFileState::PassedOver(problem.about(&file).message.into()),
        };
        match choice::from_file_as_read(&vars, &file) {
            Ok(None) if vars.skipped_ours() => EnvFileState::Broken(choice::sets_none(&vars, &file)),
            Ok(None) => EnvFileState::Nothing,
            Ok(Some(environment)) => {
                let url = environment.url.clone();
                let question = TrustQuestion {
                    client_id: environment.client_id.clone(),
                    before: self.last_url(folder).filter(|before| *before != url),
                    folder: folder.clone(),
                    file,
                    url,
                };
                EnvFileState::Whole {
                    agreed: self.agreed(folder, &question.url),
                    remark: vars.remark(&question.file),
                    question,
                    environment: Box::new(environment),
                }
            }
            Err(fault) => match self.refused_all_the_same(folder, &vars) {
                Some(url) => EnvFileState::PassedOver(format!("You do not want {url} from {}.", shown(&file))),
                None => EnvFileState::Broken(fault),
            },
        }
    }

    /// The URL of a file that is not whole, if it was said no to: nobody needs to hear of the rest.
    fn refused_all_the_same(&self, folder: &Path, vars: &DotEnv) -> Option<EnvironmentUrl> {
        let url = variables::URL.into_iter().find_map(|name| vars.get(name))?;
        let url = EnvironmentUrl::parse(url.to_str()?).ok()?;
        (self.agreed(folder, &url) == Some(false)).then_some(url)
    }

    /// Keeps the answer to `question`, readable by its owner alone, in the place of an earlier one.
    /// For as long as this program runs it counts in any case.
    ///
    /// # Errors
    /// [`FaultKind::Local`] where it could not be written: the next
    /// run will ask again.
    pub fn answer(&self, question: &TrustQuestion, agreed: bool) -> Result<(), Fault> {
        let TrustQuestion { folder, url, .. } = question;
        let key = (folder.clone(), url.as_str().to_owned());
        self.answered.lock().unwrap_or_else(PoisonError::into_inner).insert(key, agreed);
        let _lock = lock(&self.file);
        let mut kept = self.kept();
        kept.retain(|answer| (&answer.folder, answer.url.as_str()) != (folder, url.as_str()));
        kept.push(TrustAnswer { folder: folder.clone(), url: url.as_str().to_owned(), agreed });
        let text = serde_json::to_vec_pretty(&kept)
            .map_err(|_| Fault::new(FaultKind::Local, "The name of this folder cannot be written down."))?;
        write_private(&self.file, &text)
    }

    fn agreed(&self, folder: &Path, url: &EnvironmentUrl) -> Option<bool> {
        let now = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.get(&(folder.to_owned(), url.as_str().to_owned())).copied();
        let fits = |answer: &&TrustAnswer| answer.folder == folder && answer.url == url.as_str();
        now.or_else(|| self.kept().iter().rfind(fits).map(|answer| answer.agreed))
    }

    fn last_url(&self, folder: &Path) -> Option<EnvironmentUrl> {
        let last = self.kept().into_iter().rfind(|answer| answer.folder == folder)?;
        EnvironmentUrl::parse(&last.url).ok()
    }

    /// Answers in the file; one that is not there or makes no sense holds none, so that a person is asked
    /// again.
    fn kept(&self) -> Vec<TrustAnswer> {
        let text = files::read(&self.file).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }
}

fn unreadable(file: &Path, why: &str) -> EnvFileState {
    EnvFileState::PassedOver(format!("{} cannot be read: {why}.", shown(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str =
        "SCALEKIT_ENV_URL=https://acme.dev/\nSCALEKIT_CLIENT_ID=skc_1\nSCALEKIT_CLIENT_SECRET=sks_hunter2\n";

    struct World {
        root: tempfile::TempDir,
        home: Home,
    }

    impl World {
        fn with(text: &str) -> Self {
            let root = tempfile::tempdir().expect("a folder");
            let home = Home::resolve(Some(root.path().join("home"))).expect("a home");
            let world = Self { root, home };
            fs::create_dir(world.folder()).expect("created");
            world.write(text);
            world
        }

        fn folder(&self) -> PathBuf {
            self.root.path().join("project")
        }

        fn write(&self, text: &str) {
            fs::write(self.folder().join(NAME), text).expect("written");
        }

        fn place(&self) -> TrustStore {
            TrustStore::new(Some(self.folder()), &self.home)
        }

        fn question(&self) -> (Option<bool>, TrustQuestion) {
            match self.place().look() {
                EnvFileState::Whole { agreed, question, .. } => (agreed, question),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn it_is_asked_once_for_a_folder_and_a_url() {
        let world = World::with(WHOLE);
        let (agreed, question) = world.question();
        assert_eq!((agreed, question.url.as_str(), question.client_id.raw()), (None, "https://acme.dev", "skc_1"));
        assert!(question.file.ends_with("project/.env"));
        world.place().answer(&question, true).expect("kept");
        assert_eq!(world.question().0, Some(true));
        world.write(&WHOLE.replace("skc_1", "skc_2"));
        assert_eq!(world.question().0, Some(true), "the same URL");
        world.place().answer(&question, false).expect("kept");
        assert_eq!(world.question().0, Some(false), "a mind can be changed");
    }

    #[test]
    fn another_url_or_another_folder_is_a_new_question() {
        let world = World::with(WHOLE);
        world.place().answer(&world.question().1, true).expect("kept");
        world.write(&WHOLE.replace("acme.dev", "evil.dev"));
        let (agreed, question) = world.question();
        assert_eq!((agreed, question.url.as_str()), (None, "https://evil.dev"));
        assert_eq!(question.before.expect("told").as_str(), "https://acme.dev");
        let other = world.root.path().join("other");
        fs::create_dir(&other).expect("created");
        fs::write(other.join(NAME), WHOLE).expect("written");
        let EnvFileState::Whole { agreed, question, .. } = TrustStore::new(Some(other), &world.home).look() else {
            panic!()
        };
        assert_eq!((agreed, question.before), (None, None));
    }

    #[test]
    fn answers_are_the_owners_alone_and_hold_no_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let world = World::with(WHOLE);
        let (_, question) = world.question();
        world.place().answer(&question, false).expect("kept");
        let file = world.home.state.join(ANSWERS);
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        let text = fs::read_to_string(&file).expect("text");
        assert!(text.contains("https://acme.dev") && !text.contains("hunter2"), "{text}");
        let linked = world.root.path().join("linked");
        std::os::unix::fs::symlink(world.folder(), &linked).expect("linked");
        let place = TrustStore::new(Some(linked), &world.home);
        assert!(
            matches!(place.look(), EnvFileState::Whole { agreed: Some(false), .. }),
            "the same folder by another path"
        );
    }

    #[test]
    fn an_answer_that_cannot_be_written_counts_for_this_run() {
        let world = World::with(WHOLE);
        fs::write(world.root.path().join("home"), "in the way").expect("written");
        let place = world.place();
        let (_, question) = world.question();
        assert_eq!(place.answer(&question, true).expect_err("no folder").kind, FaultKind::Local);
        assert!(matches!(place.look(), EnvFileState::Whole { agreed: Some(true), .. }));
        assert_eq!(world.question().0, None, "the next run asks again");
    }

    #[test]
    fn answers_in_many_folders_at_once_are_all_kept() {
        let world = World::with(WHOLE);
        let folders: Vec<_> = (0..16).map(|n| world.root.path().join(n.to_string())).collect();
        let place = |folder: &PathBuf| TrustStore::new(Some(folder.clone()), &world.home);
        std::thread::scope(|scope| {
            for folder in &folders {
                let place = &place;
                scope.spawn(move || {
                    fs::create_dir(folder).expect("created");
                    fs::write(folder.join(NAME), WHOLE).expect("written");
                    let EnvFileState::Whole { question, .. } = place(folder).look() else { panic!() };
                    place(folder).answer(&question, true).expect("kept");
                });
            }
        });
        for folder in &folders {
            assert!(matches!(place(folder).look(), EnvFileState::Whole { agreed: Some(true), .. }), "{folder:?}");
        }
    }

    #[test]
    fn answers_that_make_no_sense_are_none() {
        let world = World::with(WHOLE);
        world.place().answer(&world.question().1, true).expect("kept");
        fs::write(world.home.state.join(ANSWERS), "[{\"folder\": 7}]").expect("written");
        assert_eq!(world.question().0, None);
    }

    #[test]
    fn what_speaks_of_no_environment_is_nobodys_business() {
        for text in ["", "DATABASE_URL=postgres://x\n", "SCALEKIT_CLIENT_ID=\n"] {
            assert!(matches!(World::with(text).place().look(), EnvFileState::Nothing), "{text}");
        }
        let world = World::with("");
        fs::remove_file(world.folder().join(NAME)).expect("removed");
        assert!(matches!(world.place().look(), EnvFileState::Nothing));
        fs::create_dir(world.folder().join(NAME)).expect("created");
        assert!(matches!(world.place().look(), EnvFileState::Nothing), "a folder");
        assert!(matches!(TrustStore::new(None, &world.home).look(), EnvFileState::Nothing));
        assert!(matches!(World::with("{ not ours }").place().look(), EnvFileState::Nothing));
    }

    #[test]
    fn what_was_said_no_to_is_not_heard_of_again_when_it_is_half() {
        let world = World::with(WHOLE);
        world.place().answer(&world.question().1, false).expect("kept");
        world.write("SCALEKIT_ENV_URL=https://acme.dev\n");
        assert!(matches!(world.place().look(), EnvFileState::PassedOver(why) if why.contains("https://acme.dev")));
    }

    #[test]
    fn half_an_environment_is_an_error_that_names_what_is_missing() {
        let half = World::with("SCALEKIT_ENV_URL=https://acme.dev\nSCALEKIT_CLIENT_SECRET=sks_hunter2\n");
        let EnvFileState::Broken(fault) = half.place().look() else { panic!() };
        assert!(fault.message.contains(".env is incomplete: missing SCALEKIT_CLIENT_ID, set "), "{fault}");
        assert!(!fault.message.contains("hunter2"));
        for (text, said) in
            [("SCALEKIT_ENV_URL=x\nhunter2\n", "line 2"), (&WHOLE.replace("https:", "http:"), "must start with https")]
        {
            let EnvFileState::Broken(fault) = World::with(text).place().look() else { panic!("{text}") };
            assert!(fault.message.contains(said) && !fault.message.contains("hunter2"), "{fault}");
        }
    }
}
