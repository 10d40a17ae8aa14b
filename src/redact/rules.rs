//! The rules, read from the data once.

use std::collections::HashSet;
use std::sync::LazyLock;

use toml_edit::{DocumentMut, TableLike};

use super::anchors::Anchors;
use super::names::{CredentialNames, Judgement};
use super::shape::CredentialShape;

/// Kind of rule that an anchor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// Perhaps the shape of this number.
    Shape(usize),
    /// Perhaps part of the name of a credential.
    Name,
    /// The head of a credential as HTTP has it: `Bearer `.
    Scheme,
    /// `://`, behind which a name and a password may stand.
    Authority,
    /// `@tcp(` and the like, before which they may stand.
    DataSource,
    /// `oracle:thin:`, behind which they stand.
    Oracle,
    /// ` -u `, behind which they stand.
    User,
    /// The first line of a key in text.
    Block,
}

/// Rules from `assets/redaction`, compiled once for the process.
pub(super) struct RedactionRules {
    pub(super) anchors: Anchors,
    pub(super) shapes: Vec<CredentialShape>,
    pub(super) names: CredentialNames,
    pub(super) schemes: HashSet<String>,
    pub(super) split_names: HashSet<String>,
    pub(super) split_values: HashSet<String>,
    pub(super) lists_of_names: HashSet<String>,
    pub(super) queries: HashSet<String>,
    pub(super) innocent_values: HashSet<String>,
}

/// Lists of texts, by name.
pub(super) struct Strings<'a>(&'a dyn TableLike);

impl Strings<'_> {
    pub(super) fn get(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.0.get(name)?.as_array()?;
        texts.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    }
}

pub(super) const SHAPES: &str = include_str!("../../assets/redaction/shapes.toml");
const NAMES: &str = include_str!("../../assets/redaction/names.toml");

/// Parts of names of credentials, as they are looked for in a text; the name around one is judged.
const IN_NAMES: [&str; 22] = [
    "pass",
    "pwd",
    "pswd",
    "secret",
    "token",
    "key",
    "auth",
    "cookie",
    "cred",
    "bearer",
    "jwt",
    "otp",
    "sess",
    "assertion",
    "verifier",
    "csrf",
    "xsrf",
    "mnemonic",
    "phrase",
    "kennwort",
    "senha",
    "code=",
];

const FIXED: [(&str, Sight); 20] = [
    ("signature", Sight::Name),
    ("sig=", Sight::Name),
    ("sid=", Sight::Name),
    ("pin=", Sight::Name),
    ("contrase", Sight::Name),
    ("codes", Sight::Name),
    ("пароль", Sight::Name),
    ("密码", Sight::Name),
    ("パスワード", Sight::Name),
    ("://", Sight::Authority),
    (":\\/\\/", Sight::Authority),
    ("@tcp(", Sight::DataSource),
    ("@unix(", Sight::DataSource),
    ("oracle:thin:", Sight::Oracle),
    (" -u ", Sight::User),
    ("-user ", Sight::User),
    ("-----BEGIN ", Sight::Block),
    ("---- BEGIN ", Sight::Block),
    ("PuTTY-User-Key-File-", Sight::Block),
    ("motdepasse", Sight::Name),
];

impl RedactionRules {
    /// None only if the data could not be read, which a test excludes; then everything is replaced.
    pub(super) fn get() -> Option<&'static Self> {
        static RULES: LazyLock<Option<RedactionRules>> = LazyLock::new(RedactionRules::read);
        RULES.as_ref()
    }

    fn read() -> Option<Self> {
        let names: DocumentMut = NAMES.parse().ok()?;
        let words = Strings(names.as_table());
        let mut anchors: Vec<(Vec<u8>, Sight)> = Vec::new();
        let mut shapes = Vec::new();
        for form in forms()? {
            let shape = CredentialShape::read(&form)?;
            anchors.extend(shape.anchors().into_iter().map(|anchor| (anchor, Sight::Shape(shapes.len()))));
            shapes.push(shape);
        }
        anchors.extend(IN_NAMES.iter().map(|word| (word.as_bytes().to_vec(), Sight::Name)));
        anchors.extend(FIXED.iter().map(|(word, sight)| (word.as_bytes().to_vec(), *sight)));
        let set = |name: &str| words.get(name).map(|words| words.into_iter().collect::<HashSet<_>>());
        anchors.extend(set("schemes_alone")?.iter().map(|scheme| (format!("{scheme} ").into_bytes(), Sight::Scheme)));
        Some(Self {
            anchors: Anchors::new(anchors)?,
            shapes,
            names: CredentialNames::read(&words)?,
            schemes: set("schemes")?,
            split_names: set("split_names")?,
            split_values: set("split_values")?,
            lists_of_names: set("lists_of_names")?,
            queries: set("queries")?,
            innocent_values: set("innocent_values")?,
        })
    }

    /// Verdict of a name on the value under it.
    pub(super) fn judge(&self, name: &[u8]) -> Judgement {
        self.names.judge(&String::from_utf8_lossy(name))
    }
}

/// Every form of every kind.
pub(super) fn forms() -> Option<Vec<String>> {
    let data: DocumentMut = SHAPES.parse().ok()?;
    let kinds = data.get("shapes")?.as_table()?;
    let lists = Strings(kinds);
    let forms: Option<Vec<Vec<String>>> = kinds.iter().map(|(kind, _)| lists.get(kind)).collect();
    Some(forms?.concat())
}
