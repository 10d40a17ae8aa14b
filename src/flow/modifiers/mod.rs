//! Modifiers of a call: found in this user's file and in the project's, and applied to its input and its result.
//!
//! What a person calls goes through here, from the screen and from the command line. Calls of the program's own (proofs,
//! checks, comparisons) and calls of the past that are sent again do not: what was sent is sent.
//!
//! Files are read whenever they are used, so a change counts at once. One that fails, or that speaks of a tool and cannot
//! be understood, sends nothing: a call that goes out otherwise than somebody wrote down is worse than none.

mod apply;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::environment::Opened;
use super::record::blocking;
use crate::domain::{Fault, FaultKind, Identifier, ToolName, Untrusted, decode_utf8};
use crate::files;
use crate::modifier::{FILE, Modifier, ModifierFile, footer};
use crate::profile::{FileQuestion, FileTrust, Home, Source};

/// Folder of a project that its files lie in.
const PROJECT: &str = ".jackfield";

/// Bytes of a file at most.
const LARGEST: usize = 64 << 10;

/// Places of the files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ModifierFiles {
    own: PathBuf,
    /// None where this process has no folder that can be named.
    project: Option<PathBuf>,
    trust: FileTrust,
    /// Program that runs jq, where it is not this one.
    program: Option<PathBuf>,
}

/// Modifiers that are for one tool, in the order in which they apply.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Modifiers of this user, then those of the project.
    pub modifiers: Vec<Modifier>,
    /// Mistakes in the files, each a sentence with file and line. They cost nothing here but themselves.
    pub remarks: Vec<String>,
    /// Question about the project's file, where nobody has answered it and it has to do with the tool.
    pub question: Option<FileQuestion>,
    /// Mistakes that the call would suffer from.
    blocking: Vec<String>,
    program: Option<PathBuf>,
    /// The footer's filter with the names of this call; none where nobody said them.
    footer: Option<String>,
}

/// The same modifiers have the same effect, wherever they come from.
impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.modifiers == other.modifiers && self.blocking == other.blocking && self.question == other.question
    }
}

impl ModifierFiles {
    /// Files of the user with this home, and of the project in `folder`. Touches neither yet.
    pub fn new(home: &Home, folder: Option<&Path>) -> Self {
        Self {
            own: home.config.join(FILE),
            project: folder.map(|folder| folder.join(PROJECT).join(FILE)),
            trust: FileTrust::new(home),
            program: None,
        }
    }

    /// The same where another program runs jq.
    #[must_use]
    pub fn run_by(self, program: &Path) -> Self {
        Self { program: Some(program.to_owned()), ..self }
    }

    /// Modifiers for calls of `tool`, in the environment of `profile` or in one without a profile.
    ///
    /// # Errors
    /// [`FaultKind::Local`]: reading broke down.
    pub async fn select(&self, tool: &ToolName, profile: Option<&str>) -> Result<Selection, Fault> {
        let (own, tool, profile) = (self.clone(), tool.clone(), profile.map(str::to_owned));
        blocking(move || Ok(own.selected(&tool, profile.as_deref()))).await
    }

    /// Every file with what stands in it, and the answer about it: none where it was not asked yet, or need not be.
    /// Blocks.
    pub fn list(&self) -> Vec<ListedFile> {
        let mut listed = Vec::new();
        if let Some((file, _)) = read(&self.own) {
            listed.push(ListedFile { path: self.own.clone(), file, agreed: Some(true) });
        }
        if let Some((path, file, text)) = self.project() {
            let agreed = self.trust.agreed(&path, &text).ok();
            listed.push(ListedFile { path, file, agreed });
        }
        listed
    }

    /// Question about the project's file as it is now, answered or not; none where there is no such file. Blocks.
    pub fn question(&self) -> Option<FileQuestion> {
        let (file, _, text) = self.project()?;
        let known = self.trust.agreed(&file, &text);
        Some(known.err().unwrap_or(FileQuestion { file, text, changed: false }))
    }

    /// Keeps an answer about the project's file.
    ///
    /// # Errors
    /// As [`FileTrust::answer`].
    pub async fn answer(&self, question: FileQuestion, agreed: bool) -> Result<(), Fault> {
        let trust = self.trust.clone();
        blocking(move || trust.answer(&question, agreed)).await
    }

    /// The project's file; none where there is none, or where it is the user's own.
    fn project(&self) -> Option<(PathBuf, ModifierFile, String)> {
        let path = self.project.as_ref().filter(|path| **path != self.own)?;
        let (file, text) = read(path)?;
        Some((path.clone(), file, text))
    }

    fn selected(&self, tool: &ToolName, profile: Option<&str>) -> Selection {
        let mut selection = Selection { program: self.program.clone(), ..Selection::default() };
        if let Some((file, _)) = read(&self.own) {
            selection.add(&self.own, file, tool, profile);
        }
        let Some((path, file, text)) = self.project() else { return selection };
        match self.trust.agreed(&path, &text) {
            Ok(true) => selection.add(&path, file, tool, profile),
            Ok(false) => {}
            Err(question) => {
                let is_for_it = file.modifiers.iter().any(|modifier| modifier.scope.fits(tool, profile));
                // One that somebody has used before counts on being used: broken, it is asked about as well.
                let was_for_it = question.changed && file.problems.iter().any(|problem| problem.affects(tool, profile));
                selection.question = Some(question).filter(|_| is_for_it || was_for_it);
            }
        }
        selection
    }
}

/// A file as the list shows it.
#[derive(Debug)]
pub struct ListedFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Contents.
    pub file: ModifierFile,
    /// Whether a person agreed to it; none where nobody was asked.
    pub agreed: Option<bool>,
}

impl Selection {
    fn add(&mut self, path: &Path, file: ModifierFile, tool: &ToolName, profile: Option<&str>) {
        for problem in file.problems {
            let sentence = format!("{}, {problem}", shown(path));
            let affected = problem.affects(tool, profile);
            if affected { &mut self.blocking } else { &mut self.remarks }.push(sentence);
        }
        self.modifiers.extend(file.modifiers.into_iter().filter(|modifier| modifier.scope.fits(tool, profile)));
    }

    /// The same for a call on behalf of this person, by this application, or else by this program: the footer names both.
    #[must_use]
    pub fn signed(self, application: Option<&Untrusted>, person: &Identifier) -> Self {
        let own = Untrusted::from(env!("CARGO_PKG_NAME"));
        Self { footer: Some(footer::signed(application.unwrap_or(&own), person)), ..self }
    }

    /// Whether nothing is changed and nothing is to be asked or told.
    pub fn is_empty(&self) -> bool {
        self.modifiers.is_empty() && self.blocking.is_empty() && self.question.is_none()
    }

    /// Names, in the order in which they apply.
    pub fn names(&self) -> Vec<Untrusted> {
        self.modifiers.iter().map(|modifier| modifier.name.clone()).collect()
    }

    /// Refusal of a call that would go out otherwise than somebody wrote down.
    ///
    /// # Errors
    /// [`FaultKind::Local`] with the mistakes; [`FaultKind::Usage`] where the project's file is still to be agreed to.
    pub fn require(&self) -> Result<(), Fault> {
        if !self.blocking.is_empty() {
            let message = format!("{} Nothing was sent.", self.blocking.join(" "));
            return Err(Fault::new(FaultKind::Local, message));
        }
        match &self.question {
            None => Ok(()),
            Some(question) => Err(not_agreed(question)),
        }
    }
}

/// Fault of a call while nobody has said whether the project's file counts.
fn not_agreed(question: &FileQuestion) -> Fault {
    let file = shown(&question.file);
    let message = format!("{file} has modifiers for this tool, and nobody has agreed to them. Nothing was sent.");
    Fault::new(FaultKind::Usage, message)
}

impl Opened {
    /// Modifiers for calls of `tool` in this environment.
    ///
    /// # Errors
    /// As [`ModifierFiles::select`].
    pub async fn modifiers_for(&self, tool: &ToolName) -> Result<Selection, Fault> {
        let Some(files) = &self.modifiers else { return Ok(Selection::default()) };
        let profile = match &self.source {
            Source::Profile(name) => Some(name.as_str()),
            _ => None,
        };
        files.select(tool, profile).await
    }
}

/// A path, safe to show.
pub fn shown(path: &Path) -> String {
    Untrusted::from(path.to_string_lossy().as_ref()).to_string()
}

/// A file and its text; none where there is no such file.
fn read(path: &Path) -> Option<(ModifierFile, String)> {
    let unreadable = |why: &str| {
        let sentence = format!("It cannot be read: {why}. Nothing in it counts.");
        Some((ModifierFile::unreadable(sentence), String::new()))
    };
    let bytes = match files::read(path) {
        Ok(bytes) if bytes.len() > LARGEST => return unreadable(&format!("it is larger than {} kB", LARGEST >> 10)),
        Ok(bytes) => bytes,
        // A file in the place of the folder is nobody's modifiers either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return None,
        Err(error) => return unreadable(&error.to_string()),
    };
    match decode_utf8(&bytes) {
        Ok(text) => Some((ModifierFile::parse(text), text.to_owned())),
        Err(why) => unreadable(&why.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        root: tempfile::TempDir,
        files: ModifierFiles,
    }

    impl World {
        fn new() -> Self {
            let root = tempfile::tempdir().unwrap();
            let home = Home::resolve(Some(root.path().join("home"))).unwrap();
            let project = root.path().join("project");
            std::fs::create_dir_all(project.join(PROJECT)).unwrap();
            std::fs::create_dir_all(&home.config).unwrap();
            let files = ModifierFiles::new(&home, Some(&project));
            Self { root, files }
        }

        fn own(&self, text: &str) {
            std::fs::write(&self.files.own, text).unwrap();
        }

        fn project(&self, text: &str) {
            std::fs::write(self.root.path().join("project").join(PROJECT).join(FILE), text).unwrap();
        }

        fn names(&self, tool: &str) -> Vec<String> {
            let selection = self.files.selected(&tool.into(), None);
            selection.names().iter().map(ToString::to_string).collect()
        }
    }

    fn entry(name: &str, tools: &str) -> String {
        format!("[[modifier]]\nname = '{name}'\ntools = '{tools}'\nbefore = '.'\n")
    }

    #[tokio::test]
    async fn own_ones_come_first_and_those_of_a_project_once_they_are_agreed_to() {
        let world = World::new();
        assert!(world.files.selected(&"x_get".into(), None).is_empty());
        world.own(&(entry("b", "x_*") + &entry("a", "*") + &entry("c", "y_*")));
        world.project(&entry("p", "x_*"));
        assert_eq!(world.names("x_get"), ["b", "a"]);
        let question = world.files.selected(&"x_get".into(), None).question.unwrap();
        assert_eq!(world.files.selected(&"y_get".into(), None).question, None, "it has nothing for this tool");
        world.files.answer(question.clone(), true).await.unwrap();
        assert_eq!(world.names("x_get"), ["b", "a", "p"]);
        world.project(&entry("q", "x_*"));
        assert_eq!(world.names("x_get"), ["b", "a"], "another text, another question");
        let changed = world.files.selected(&"x_get".into(), None).question.unwrap();
        assert!(changed.changed && !question.changed);
        world.files.answer(changed, false).await.unwrap();
        assert!(world.files.selected(&"x_get".into(), None).question.is_none());
        world.own(&entry("z", "x_*"));
        assert_eq!(world.names("x_get"), ["z"], "a change counts at once");
    }

    #[test]
    fn a_mistake_stops_the_calls_that_it_would_change_and_no_other() {
        let world = World::new();
        world.own(&format!("{}[[modifier]]\nname = 'bad'\ntools = 'y_*'\nbefore = 7\n", entry("a", "*")));
        let select = |tool: &str| world.files.selected(&tool.into(), None);
        assert_eq!(select("x_get").require(), Ok(()));
        assert_eq!(select("x_get").remarks.len(), 1, "it is told all the same");
        let fault = select("y_get").require().unwrap_err();
        let says = "modifiers.toml, line 8: Modifier “bad” does not count: “before” is a text. Nothing was sent.";
        assert!(fault.kind == FaultKind::Local && fault.message.ends_with(says), "{fault}");
        world.own("not TOML");
        assert!(select("x_get").require().is_err());
        std::fs::remove_file(&world.files.own).unwrap();
        std::fs::create_dir(&world.files.own).unwrap();
        assert!(select("x_get").require().unwrap_err().message.contains("It cannot be read"));
    }

    #[test]
    fn a_project_that_nobody_agreed_to_stops_nothing_by_being_broken() {
        let world = World::new();
        for text in ["not TOML", "[[modifier]]\nname = 'a'\ntools = '*'\nbefore = 7"] {
            world.project(text);
            assert_eq!(world.files.selected(&"x_get".into(), None).require(), Ok(()), "{text}");
        }
        world.project(&entry("p", "*"));
        assert_eq!(world.files.selected(&"x_get".into(), None).require().unwrap_err().kind, FaultKind::Usage);
    }
}
