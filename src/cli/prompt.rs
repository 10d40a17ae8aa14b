//! Asking the person at the terminal, and reading what must not be seen.

use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGQUIT, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use zeroize::Zeroizing;

use crate::background;
use crate::domain::{Environment, Fault, FaultKind, Secret, decode_utf8};
use crate::secrets::{AskPassphrase, PassphraseQuestion};

/// The longest secret, in bytes. Room for it is set aside, so that no copy is left behind.
const MAX_SECRET: usize = 1 << 16;

/// Advice where nobody can be asked for a yes.
pub(super) const YES: &str = "Use --yes to confirm.";

/// End of a change that the person said no to.
pub(super) const UNCHANGED: &str = "Nothing was changed.";

/// Asks for a secret and does not show what is typed. `otherwise` tells what to do where nobody can
/// be asked. Blocks.
///
/// # Errors
/// [`FaultKind::Usage`] without a terminal, [`FaultKind::Cancelled`] by Ctrl-C, and
/// [`FaultKind::InvalidInput`] for nothing, and for a variable that nothing has filled in.
pub(super) fn secret(question: &str, otherwise: &str) -> Result<Secret, Fault> {
    someone_is_there(otherwise)?;
    let ask = || {
        // Before anybody can begin to type.
        let hidden = Hidden::begin(question)?;
        put(question);
        let typed = type_unseen();
        drop(hidden);
        let _ = writeln!(io::stderr());
        typed
    };
    match ask() {
        Ok(Some(typed)) => Environment::read_client_secret(&typed),
        Ok(None) => Err(Fault::new(FaultKind::Cancelled, "Interrupted.")),
        Err(error) => Err(Fault::new(FaultKind::Local, "The terminal cannot hide what is typed.").because(error)),
    }
}

/// Reads a secret from standard input. Blocks.
///
/// # Errors
/// [`FaultKind::InvalidInput`] for nothing, too much, or no text.
pub(super) fn secret_from_input() -> Result<Secret, Fault> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_SECRET + 1));
    let read = io::stdin().lock().take(MAX_SECRET as u64).read_to_end(&mut bytes);
    read.map_err(|error| Fault::new(FaultKind::InvalidInput, "Standard input cannot be read.").because(error))?;
    let no_secret = |why: &str| Fault::new(FaultKind::InvalidInput, format!("Standard input holds no secret: {why}."));
    match decode_utf8(&bytes) {
        Ok(text) if text.len() < MAX_SECRET => Environment::read_client_secret(text),
        Ok(_) => Err(no_secret("it is too long")),
        Err(why) => Err(no_secret(&why.to_string())),
    }
}

/// Asks for a line, which is seen. `otherwise` tells what to do where nobody can be asked. Blocks.
///
/// # Errors
/// [`FaultKind::Usage`] without a terminal, and [`FaultKind::InvalidInput`] for nothing.
pub(super) fn line(question: &str, otherwise: &str) -> Result<String, Fault> {
    someone_is_there(otherwise)?;
    put(question);
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    match answer.trim() {
        "" => Err(Fault::new(FaultKind::InvalidInput, format!("{question}: nothing was entered."))),
        text if read.is_ok() => Ok(text.to_owned()),
        _ => Err(Fault::new(FaultKind::InvalidInput, "Standard input cannot be read.")),
    }
}

/// Asks for a line, which is seen and may be empty. Blocks.
///
/// # Errors
/// [`FaultKind::Cancelled`] at the end of what is typed.
pub(super) fn answer(question: &str) -> Result<String, Fault> {
    put(question);
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(1..) => Ok(answer.trim_end_matches(['\r', '\n']).to_owned()),
        Ok(0) | Err(_) => Err(Fault::new(FaultKind::Cancelled, "Nothing more was entered.")),
    }
}

/// True for a yes. Blocks.
pub(super) fn yes(question: &str) -> bool {
    confirm(question, "").is_ok()
}

/// Says something between two questions.
pub(super) fn tell(words: &str) {
    let _ = writeln!(io::stderr(), "{words}");
}

/// Asks for the passphrase of a vault, where somebody can be asked.
pub(super) fn passphrase() -> Option<AskPassphrase> {
    is_someone_there().then(|| Arc::new(ask_passphrase) as AskPassphrase)
}

/// None where they enter nothing.
fn ask_passphrase(question: PassphraseQuestion) -> Result<Option<Secret>, Fault> {
    let words = match question {
        PassphraseQuestion::New => {
            "This machine has no keychain. Passphrase for a new vault (empty: secrets are kept for this run only)"
        }
        PassphraseQuestion::Open => "Passphrase of the vault",
        PassphraseQuestion::Again => "That is wrong. Passphrase of the vault",
    };
    let first = unseen(words)?;
    if question != PassphraseQuestion::New || first.is_empty() {
        return Ok((!first.is_empty()).then_some(first));
    }
    // Nobody sees a slip, and nobody could open what was locked with it.
    if unseen("The same again")?.expose() != first.expose() {
        return Err(Fault::new(FaultKind::InvalidInput, "The two passphrases differ. Nothing was kept."));
    }
    Ok(Some(first))
}

/// What is typed unseen, as it is.
fn unseen(question: &str) -> Result<Secret, Fault> {
    let ask = || {
        let hidden = Hidden::begin(question)?;
        put(question);
        let typed = type_unseen();
        drop(hidden);
        let _ = writeln!(io::stderr());
        typed
    };
    match ask() {
        Ok(Some(typed)) => Ok(Secret::new(typed.to_string())),
        Ok(None) => Err(Fault::new(FaultKind::Cancelled, "Interrupted.")),
        Err(error) => Err(Fault::new(FaultKind::Local, "The terminal cannot hide what is typed.").because(error)),
    }
}

/// Asks before something that cannot be undone; `otherwise` is said of a no. Blocks.
///
/// # Errors
/// [`FaultKind::Usage`] without a terminal, and [`FaultKind::Cancelled`] for anything but a yes.
fn confirm(question: &str, otherwise: &str) -> Result<(), Fault> {
    someone_is_there(YES)?;
    let mut out = io::stderr();
    let _ = write!(out, "{question} [y/N] ").and_then(|()| out.flush());
    let mut answer = String::new();
    let read = io::stdin().read_line(&mut answer);
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" if read.is_ok() => Ok(()),
        _ => Err(Fault::new(FaultKind::Cancelled, otherwise)),
    }
}

/// Asks as `confirm` does, on a thread that may wait for a person.
///
/// # Errors
/// As of `confirm`.
pub(super) async fn ask(question: String, otherwise: &'static str) -> Result<(), Fault> {
    asking(move || confirm(&question, otherwise)).await
}

/// Asks a person, away from the runtime's own threads.
pub(super) async fn asking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let answer = background::blocking(ask).await;
    answer.unwrap_or_else(|_| Err(Fault::new(FaultKind::Local, "The question could not be asked.")))
}

/// Gives the terminal back if the program ends while somebody types unseen.
pub(super) fn give_back() {
    let _ = disable_raw_mode();
}

/// Checks that somebody can be asked; `otherwise` is the advice where nobody can.
///
/// # Errors
/// [`FaultKind::Usage`] without a terminal.
pub(super) fn someone_is_there(otherwise: &str) -> Result<(), Fault> {
    if is_someone_there() {
        return Ok(());
    }
    Err(Fault::new(FaultKind::Usage, format!("Not a terminal. {otherwise}")))
}

/// True if somebody can be asked.
pub(super) fn is_someone_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn put(question: &str) {
    let mut out = io::stderr();
    let _ = write!(out, "{question}: ").and_then(|()| out.flush());
}

/// The question that is answered unseen right now.
static ASKED: Mutex<Option<String>> = Mutex::new(None);

fn asked(question: Option<String>) -> Option<String> {
    std::mem::replace(&mut ASKED.lock().unwrap_or_else(PoisonError::into_inner), question)
}

/// The terminal, as long as it does not show what is typed.
struct Hidden;

impl Hidden {
    fn begin(question: &str) -> io::Result<Self> {
        watch()?;
        enable_raw_mode()?;
        asked(Some(question.to_owned()));
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        asked(None);
        give_back();
    }
}

/// From now on a signal that ends or stops the program gives the terminal back first, and one that wakes it
/// asks again. An interrupt and a termination end every command in order already: of two listeners either may
/// hear them first.
fn watch() -> io::Result<()> {
    static WATCHED: OnceLock<()> = OnceLock::new();
    if WATCHED.set(()).is_err() {
        return Ok(());
    }
    let mut signals = Signals::new([SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    let heard = move || {
        for signal in signals.forever() {
            let question = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
            match (signal, &*question) {
                (SIGCONT, Some(question)) => {
                    // Whoever stopped us may have changed the terminal: both, or the second does nothing.
                    give_back();
                    let _ = enable_raw_mode();
                    put(question);
                }
                (SIGCONT, None) => {}
                (_, question) => {
                    if question.is_some() {
                        give_back();
                        let _ = writeln!(io::stderr());
                    }
                    let _ = emulate_default_handler(signal);
                }
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(heard).map(drop)
}

/// Everything up to Enter; none by Ctrl-C.
fn type_unseen() -> io::Result<Option<Zeroizing<String>>> {
    let mut typed = Zeroizing::new(String::with_capacity(MAX_SECRET));
    loop {
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => break,
            KeyCode::Char('j' | 'm' | 'd') if ctrl => break,
            KeyCode::Char('c') if ctrl => return Ok(None),
            KeyCode::Char('u') if ctrl => typed.clear(),
            KeyCode::Char('z') if ctrl => signal_hook::low_level::raise(SIGTSTP)?,
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(c) if !ctrl && typed.len() + c.len_utf8() < MAX_SECRET => typed.push(c),
            _ => {}
        }
    }
    Ok(Some(typed))
}
