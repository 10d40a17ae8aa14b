//! A profile being typed in.

use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};

use crate::domain::{Environment, EnvironmentUrl, Fault, FaultKind, Mode, Secret, Untrusted, trim_quotes};
use crate::profile::{LocalTarget, Profile, ProfileName, ProfileTarget, ScalekitTarget, verify_url};
use crate::tui::widgets::typing::line_input::LineInput;

/// Problem where the secret that is kept was saved for something else.
const OTHER_KEY: &str = "The URL or the client id is another one: enter the secret that goes with it.";

/// Kind of environment that a profile opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProfileKind {
    /// A Scalekit environment.
    #[default]
    Scalekit,
    /// An environment of one's own on this machine.
    Local,
}

impl ProfileKind {
    /// Fields that it has.
    fn parts(self) -> &'static [ProfilePart] {
        use ProfilePart::{ClientId, Folder, Mode, Name, Secret, Url, VerifyUrl};
        match self {
            Self::Scalekit => &[Name, Url, ClientId, Secret, VerifyUrl, Mode],
            Self::Local => &[Name, Folder, Mode],
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Scalekit => Self::Local,
            Self::Local => Self::Scalekit,
        }
    }
}

/// Field of the form, in the order in which they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfilePart {
    /// Kind of the environment, which is chosen and not typed. A profile that is there keeps its own.
    Kind,
    /// Name of the profile.
    Name,
    /// URL of the environment.
    Url,
    /// Client id: `skc_…`.
    ClientId,
    /// Client secret.
    Secret,
    /// The application's own page that confirms who consented.
    VerifyUrl,
    /// Folder of an environment of one's own.
    Folder,
    /// Mode of the environment.
    Mode,
}

/// Value to fill in.
pub struct ProfileField {
    /// Field of the profile.
    pub part: ProfilePart,
    /// Text as it is typed.
    pub input: LineInput,
    /// Problem with it, safe to show.
    pub problem: Option<String>,
}

/// State of saving.
#[derive(Debug, PartialEq)]
pub enum SaveState {
    /// The form is being filled in.
    Typing,
    /// The keychain is being asked.
    Saving,
    /// The profile could not be saved.
    Refused(Fault),
}

/// The fields, and how far saving them got.
pub struct ProfileForm {
    /// The profile that is changed, and whether it is only in memory; none for a new one.
    pub of: Option<(Profile, bool)>,
    /// Kind of the environment.
    pub kind: ProfileKind,
    /// Fields in the order of the screen.
    pub fields: Vec<ProfileField>,
    /// Fields of the other kind, with what was typed there.
    set_aside: Vec<ProfileField>,
    /// Index of the field with the keyboard.
    pub at: usize,
    /// Whether the secret is shown all the same.
    pub revealed: bool,
    /// State of saving.
    pub state: SaveState,
}

impl Default for ProfileForm {
    fn default() -> Self {
        let mut form = Self::empty();
        form.choose(ProfileKind::default());
        form
    }
}

impl ProfileForm {
    fn empty() -> Self {
        Self {
            of: None,
            kind: ProfileKind::default(),
            fields: Vec::new(),
            set_aside: Vec::new(),
            at: 0,
            revealed: false,
            state: SaveState::Typing,
        }
    }

    /// Puts the fields of this kind there. What was typed into those of the other comes back with it.
    fn choose(&mut self, kind: ProfileKind) {
        let mut known = std::mem::take(&mut self.fields);
        known.append(&mut self.set_aside);
        let choice = (self.of.is_none()).then_some(ProfilePart::Kind);
        for part in choice.iter().chain(kind.parts()) {
            let field = match known.iter().position(|field| field.part == *part) {
                Some(at) => known.swap_remove(at),
                None => ProfileField { part: *part, input: LineInput::default(), problem: None },
            };
            self.fields.push(field);
        }
        (self.kind, self.set_aside) = (kind, known);
    }

    /// The form of a profile that is there already. Its secret is not read.
    pub fn edit(profile: Profile, in_memory: bool) -> Self {
        let kind = match &profile.target {
            ProfileTarget::Scalekit(_) => ProfileKind::Scalekit,
            ProfileTarget::Local(_) => ProfileKind::Local,
        };
        let folder = match &profile.target {
            ProfileTarget::Local(LocalTarget { folder: Some(folder) }) => folder.to_string_lossy().into_owned(),
            ProfileTarget::Local(_) | ProfileTarget::Scalekit(_) => String::new(),
        };
        let mut form = Self { of: Some((profile.clone(), in_memory)), ..Self::empty() };
        form.choose(kind);
        let target = profile.target.scalekit();
        let page = target.and_then(|target| target.user_verify_url.as_ref()).map_or("", |url| url.as_str());
        for field in &mut form.fields {
            field.input = LineInput::with(match field.part {
                ProfilePart::Name => profile.name.as_str(),
                ProfilePart::Url => target.map_or("", |target| target.url.as_str()),
                ProfilePart::ClientId => target.map_or("", |target| target.client_id.raw()),
                ProfilePart::Secret => "",
                ProfilePart::VerifyUrl => page,
                ProfilePart::Folder => &folder,
                ProfilePart::Mode => profile.mode.map_or("", Mode::word),
                ProfilePart::Kind => "",
            });
        }
        form
    }

    /// Whether the secret may stay as it is: it is that of the URL and the client id.
    pub fn keeps_secret(&self) -> bool {
        self.of.as_ref().is_some_and(|(profile, _)| {
            let Some(target) = profile.target.scalekit() else { return false };
            let same_url = EnvironmentUrl::parse(self.text(ProfilePart::Url)).is_ok_and(|url| url == target.url);
            same_url && self.text(ProfilePart::ClientId) == target.client_id.raw()
        })
    }

    /// Moves the keyboard so many fields on, around the ends; what was revealed is masked again.
    pub fn step(&mut self, by: isize) {
        let fields = self.fields.len();
        self.go_to((self.at + fields).saturating_add_signed(by) % fields.max(1));
    }

    /// Moves the keyboard into a field.
    pub fn go_to(&mut self, field: usize) {
        self.at = field.min(self.fields.len().saturating_sub(1));
        self.revealed = false;
    }

    /// Whether the last field has the keyboard.
    pub fn is_at_end(&self) -> bool {
        self.at + 1 >= self.fields.len()
    }

    /// Whether what has the keyboard is masked unless it is revealed.
    pub fn is_masked(&self) -> bool {
        self.fields.get(self.at).is_some_and(|field| field.part == ProfilePart::Secret)
    }

    /// Whether it may be kept for as long as the program runs: this machine could not do more.
    pub fn may_be_kept(&self) -> bool {
        self.of.is_none()
            && self.kind == ProfileKind::Scalekit
            && matches!(&self.state, SaveState::Refused(fault) if fault.kind == FaultKind::Local)
    }

    /// Gives the field with the keyboard a key.
    pub fn key(&mut self, key: KeyEvent) {
        if self.typed_mut().is_some_and(|field| field.part == ProfilePart::Kind) {
            if matches!(key.code, KeyCode::Left | KeyCode::Right | KeyCode::Char(' ')) {
                self.choose(self.kind.other());
            }
            return;
        }
        if let Some(field) = self.typed_mut()
            && field.input.key(key)
        {
            field.problem = None;
        }
    }

    /// Pastes into the field that has the keyboard.
    pub fn paste(&mut self, text: &Untrusted) {
        if let Some(field) = self.typed_mut().filter(|field| field.part != ProfilePart::Kind) {
            field.input.paste(text, false);
            field.problem = None;
        }
    }

    fn typed_mut(&mut self) -> Option<&mut ProfileField> {
        let saving = self.state == SaveState::Saving;
        self.fields.get_mut(self.at).filter(|_| !saving)
    }

    /// The field that takes what is typed.
    pub fn typed(&self) -> Option<&ProfileField> {
        let is_text = |field: &&ProfileField| field.part != ProfilePart::Kind;
        self.fields.get(self.at).filter(|_| self.state != SaveState::Saving).filter(is_text)
    }

    /// Profile and secret as filled in; no secret where the one that is kept stays. Where they are not enough, the problems are said beside the fields, and the
    /// first of those fields gets the keyboard.
    pub fn filled_in(&mut self) -> Option<(Profile, Option<Secret>)> {
        let (keeps_secret, edits) = (self.keeps_secret(), self.of.is_some());
        for field in &mut self.fields {
            let text = trim_quotes(field.input.raw());
            field.problem = match field.part {
                ProfilePart::Secret if text.is_empty() && keeps_secret => None,
                ProfilePart::Secret if text.is_empty() && edits => Some(OTHER_KEY.into()),
                part => problem(part, text),
            };
        }
        if let Some(first) = self.fields.iter().position(|field| field.problem.is_some()) {
            self.go_to(first);
            return None;
        }
        let profile = Profile {
            name: ProfileName::parse(self.text(ProfilePart::Name)).ok()?,
            target: self.target()?,
            mode: Mode::parse(self.text(ProfilePart::Mode)).ok(),
            // It has no field here, and stays as it is.
            match_rule: self.of.as_ref().map(|(profile, _)| profile.match_rule.clone()).unwrap_or_default(),
        };
        match self.text(ProfilePart::Secret) {
            "" => Some((profile, None)),
            secret => Some((profile, Some(Environment::read_client_secret(secret).ok()?))),
        }
    }

    fn target(&self) -> Option<ProfileTarget> {
        Some(match self.kind {
            ProfileKind::Scalekit => ProfileTarget::Scalekit(ScalekitTarget {
                url: EnvironmentUrl::parse(self.text(ProfilePart::Url)).ok()?,
                client_id: Environment::read_client_id(self.text(ProfilePart::ClientId)).ok()?,
                user_verify_url: verify_url(self.text(ProfilePart::VerifyUrl)),
            }),
            ProfileKind::Local => {
                let folder = self.text(ProfilePart::Folder);
                ProfileTarget::Local(LocalTarget { folder: (!folder.is_empty()).then(|| PathBuf::from(folder)) })
            }
        })
    }

    fn text(&self, part: ProfilePart) -> &str {
        let field = self.fields.iter().find(|field| field.part == part);
        field.map_or("", |field| trim_quotes(field.input.raw()))
    }

    /// Takes the fault with which saving failed. Everything typed stays.
    pub fn refused(&mut self, fault: Fault) {
        if fault.kind == FaultKind::Conflict {
            let name = self.fields.iter().position(|field| field.part == ProfilePart::Name).unwrap_or_default();
            self.go_to(name);
            if let Some(name) = self.fields.get_mut(name) {
                name.problem = Some(fault.message.into());
            }
            self.state = SaveState::Typing;
        } else {
            self.state = SaveState::Refused(fault);
        }
    }
}

/// Problem with the text of a field.
fn problem(part: ProfilePart, text: &str) -> Option<String> {
    match part {
        ProfilePart::Kind => None,
        ProfilePart::Folder if text.starts_with('~') => Some("Write the whole path: ~ means nothing here.".into()),
        ProfilePart::Folder => text.chars().any(char::is_control).then(|| "A path holds no such characters.".into()),
        ProfilePart::Name if text.is_empty() => Some("Give it a name.".into()),
        ProfilePart::Name => ProfileName::parse(text).err().map(|fault| fault.message.into()),
        ProfilePart::Url => EnvironmentUrl::parse(text).err().map(|fault| fault.message.into()),
        ProfilePart::ClientId if text.is_empty() => Some("The client id is missing: it begins with skc_.".into()),
        ProfilePart::ClientId => Environment::read_client_id(text).err().map(|fault| fault.message.into()),
        ProfilePart::Secret if text.is_empty() => Some("The client secret is missing.".into()),
        ProfilePart::Secret => Environment::read_client_secret(text).err().map(|fault| fault.message.into()),
        ProfilePart::VerifyUrl => (!text.is_empty() && verify_url(text).is_none())
            .then(|| "A web address begins with https:// or http://.".into()),
        ProfilePart::Mode if text.is_empty() => None,
        ProfilePart::Mode => Mode::parse(text).err().map(|words| format!("A mode is {words}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(texts: [&str; 5]) -> ProfileForm {
        let mut form = ProfileForm::default();
        // The kind is chosen first.
        form.step(1);
        for text in texts {
            form.paste(&text.into());
            form.step(1);
        }
        // The mode may be left out.
        form.step(1);
        form
    }

    #[test]
    fn what_is_typed_becomes_a_profile_and_a_secret() {
        let mut form = filled(["acme", "https://acme.dev/\n", " skc_1", "sks_1 ", "https://app.dev/verify"]);
        assert_eq!(form.at, 0, "around the end");
        let (profile, secret) = form.filled_in().expect("enough");
        let target = profile.target.scalekit().expect("a Scalekit environment").clone();
        assert_eq!((profile.name.as_str(), target.url.as_str()), ("acme", "https://acme.dev"));
        assert_eq!((target.client_id.raw(), secret.expect("typed").expose()), ("skc_1", "sks_1"));
        assert_eq!(target.user_verify_url.expect("a page").as_str(), "https://app.dev/verify");
        let mut form = filled(["`acme`", "“https://acme.dev”", "'skc_1'", "\"sks_1\"", "'https://app.dev/verify'"]);
        let (profile, secret) = form.filled_in().expect("quotes do not count");
        let target = profile.target.scalekit().expect("a Scalekit environment").clone();
        assert_eq!((profile.name.as_str(), target.url.as_str()), ("acme", "https://acme.dev"));
        assert_eq!((target.client_id.raw(), secret.expect("typed").expose()), ("skc_1", "sks_1"));
        let mut form = filled(["acme", "https://acme.dev", "skc_1", "sks_1", ""]);
        let target = form.filled_in().expect("enough").0.target;
        assert_eq!(target.scalekit().expect("a Scalekit environment").user_verify_url, None);
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_beside_it() {
        let cases = [
            (["", "https://a.dev", "x", "s", ""], 0, "Give it a name."),
            (["a b", "https://a.dev", "x", "s", ""], 0, "letters"),
            (["a", "http://a.dev", "x", "s", ""], 1, "must start with https"),
            (["a", "https://a.dev", " ", "s", ""], 2, "client id is missing"),
            (["a", "https://a.dev", "x", "", ""], 3, "secret is missing"),
            (["a", "https://${HOST}", "x", "s", ""], 1, "refers to a variable"),
            (["a", "https://a.dev", "$ID", "s", ""], 2, "refers to a variable"),
            (["a", "https://a.dev", "x", "${S}", ""], 3, "refers to a variable"),
            (["a", "https://a.dev", "x", "s", "ftp://x"], 4, "web address"),
        ];
        for (texts, at, said) in cases {
            let mut form = filled(texts);
            assert!(form.filled_in().is_none(), "{texts:?}");
            let at = at + 1;
            assert_eq!(form.at, at, "{texts:?}");
            let problem = form.fields[at].problem.as_deref().expect("said");
            assert!(problem.contains(said), "{problem}");
            form.paste(&"x".into());
            assert_eq!(form.fields[at].problem, None, "typing takes it back");
        }
    }

    #[test]
    fn a_profile_keeps_its_secret_unless_url_or_client_id_change() {
        let (profile, _) = filled(["acme", "https://acme.dev", "skc_1", "sks_1", ""]).filled_in().expect("enough");
        let mut form = ProfileForm::edit(profile.clone(), false);
        assert!(matches!(form.filled_in(), Some((same, None)) if same == profile));
        form.go_to(3);
        form.paste(&"sks_2".into());
        assert!(matches!(form.filled_in(), Some((_, Some(secret))) if secret.expose() == "sks_2"));
        let mut form = ProfileForm::edit(profile, false);
        form.go_to(1);
        form.paste(&"x".into());
        assert!(form.filled_in().is_none());
        assert_eq!((form.at, form.fields[3].problem.as_deref()), (3, Some(OTHER_KEY)));
    }

    #[test]
    fn a_mode_is_one_of_three_words_or_left_out() {
        let with = |mode: &str| {
            let mut form = filled(["acme", "https://acme.dev", "skc_1", "sks_1", ""]);
            form.go_to(6);
            form.paste(&mode.into());
            let mode = form.filled_in().map(|(profile, _)| profile.mode);
            (mode, form.fields[6].problem.clone())
        };
        assert_eq!(with(""), (Some(None), None));
        assert_eq!(with("'read'"), (Some(Some(Mode::Read)), None));
        assert_eq!(with("readonly"), (None, Some("A mode is read, ask or free.".to_owned())));
        let mut form = filled(["acme", "https://acme.dev", "skc_1", "sks_1", ""]);
        let (profile, _) = form.filled_in().expect("enough");
        let mut form = ProfileForm::edit(Profile { mode: Some(Mode::Free), ..profile }, false);
        assert_eq!(form.text(ProfilePart::Mode), "free");
        assert_eq!(form.filled_in().expect("enough").0.mode, Some(Mode::Free));
    }

    #[test]
    fn while_it_is_saved_nothing_is_typed_into_it() {
        let mut form = filled(["acme", "https://acme.dev", "skc_1", "sks_1", ""]);
        form.state = SaveState::Saving;
        form.paste(&"x".into());
        assert_eq!(form.text(ProfilePart::Name), "acme");
        form.refused(Fault::new(FaultKind::Conflict, "Taken."));
        assert_eq!((form.fields[1].problem.as_deref(), form.may_be_kept()), (Some("Taken."), false));
        form.refused(Fault::new(FaultKind::Local, "No keychain."));
        assert!(form.may_be_kept() && form.filled_in().is_some());
    }

    #[test]
    fn an_environment_on_this_machine_has_a_name_and_a_folder_and_no_secret() {
        let right = KeyEvent::from(KeyCode::Right);
        let mut form = ProfileForm::default();
        form.step(1);
        form.paste(&"own".into());
        form.step(1);
        form.paste(&"https://acme.dev".into());
        form.go_to(0);
        form.key(right);
        let parts = |form: &ProfileForm| form.fields.iter().map(|field| field.part).collect::<Vec<_>>();
        use ProfilePart::{Folder, Kind, Mode, Name};
        assert_eq!(parts(&form), [Kind, Name, Folder, Mode]);
        assert_eq!(form.text(Name), "own", "what both have stays");
        form.go_to(2);
        form.paste(&"~/own".into());
        assert!(form.filled_in().is_none() && form.at == 2);
        for _ in 0..5 {
            form.key(KeyEvent::from(KeyCode::Backspace));
        }
        let local = |folder: Option<&str>| ProfileTarget::Local(LocalTarget { folder: folder.map(PathBuf::from) });
        assert!(matches!(form.filled_in(), Some((profile, None)) if profile.target == local(None)));
        form.paste(&"/srv/own".into());
        let (profile, secret) = form.filled_in().expect("enough");
        assert!(profile.target == local(Some("/srv/own")) && secret.is_none());
        form.state = SaveState::Refused(Fault::new(FaultKind::Local, "The disk is full."));
        assert!(!form.may_be_kept(), "there is no secret to keep");
        form.state = SaveState::Typing;
        form.go_to(0);
        form.key(right);
        assert_eq!(form.text(ProfilePart::Url), "https://acme.dev", "nothing is lost");

        let mut form = ProfileForm::edit(profile.clone(), false);
        assert_eq!(parts(&form), [Name, Folder, Mode]);
        assert!(matches!(form.filled_in(), Some((same, None)) if same == profile));
    }
}
