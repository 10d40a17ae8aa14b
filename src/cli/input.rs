//! Input of a command: on the line itself, in a file (`@FILE`), or on standard input (`-`).

use std::fs::File;
use std::io::{self, Read};

use indexmap::IndexMap;
use zeroize::Zeroizing;

use crate::domain::{Credentials, Fault, FaultKind, JsonText, NotText, Secret, decode_utf8};

/// The longest text with credentials, in bytes. Room for it is set aside, so that no copy is left behind.
const MAX_CREDENTIALS: usize = 1 << 18;

/// Reads what `argument` means; `name` is what to call it.
///
/// # Errors
/// [`FaultKind::InvalidInput`] when it cannot be read.
pub(super) fn bytes(argument: &str, name: &str) -> Result<Vec<u8>, Fault> {
    let source = InputSource::from(argument);
    let Some(mut reader) = source.open(name)? else { return Ok(argument.as_bytes().to_vec()) };
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|error| source.unreadable(name, error))?;
    Ok(bytes)
}

/// Said of a JSON text that arrived without its quotes.
pub(super) const LOST_QUOTES: &str = "The shell has taken the quotes away, as PowerShell does. Put the JSON into a \
                                      file and give @FILE, or give it on standard input with -.";

/// True if this was to be JSON on the line, and a shell has taken its quotes away.
pub(super) fn lost_its_quotes(argument: &str) -> bool {
    let text = argument.trim_start_matches(['\'', ' ']);
    text.starts_with(['{', '[']) && !text.contains('"') && text.contains(char::is_alphanumeric)
}

/// Reads JSON; `name` is what to call it.
///
/// # Errors
/// [`FaultKind::InvalidInput`] when it cannot be read, or is no JSON.
pub(super) fn json(argument: &str, name: &str) -> Result<JsonText, Fault> {
    let bytes = bytes(argument, name)?;
    decode_utf8(&bytes).map_err(|why| not_text(name, why))?;
    JsonText::parse(bytes).map_err(|error| not_json(argument, &format!("{name} is not JSON."), error))
}

/// That `argument` does not hold JSON, and how that may have come about.
pub(super) fn not_json(argument: &str, message: &str, error: serde_json::Error) -> Fault {
    let hint = if lost_its_quotes(argument) { format!(" {LOST_QUOTES}") } else { String::new() };
    Fault::new(FaultKind::InvalidInput, format!("{message}{hint}")).because(error)
}

fn not_text(name: &str, why: NotText) -> Fault {
    Fault::new(FaultKind::InvalidInput, format!("{name} cannot be read: {why}."))
}

/// Reads the input of a tool.
///
/// # Errors
/// [`FaultKind::InvalidInput`] when it cannot be read, or is no JSON object.
pub(super) fn object(argument: &str) -> Result<JsonText, Fault> {
    let input = json(argument, "The input")?;
    if !input.is_object() {
        return Err(Fault::new(FaultKind::InvalidInput, "The input of a tool is a JSON object, {…}."));
    }
    Ok(input)
}

/// Source of an input, as an argument names it.
#[derive(Clone, Debug)]
pub(super) enum InputSource {
    /// The argument itself. It is not kept: where credentials stand on the line, no error repeats them.
    Line,
    File(String),
    StandardInput,
}

impl From<&str> for InputSource {
    fn from(argument: &str) -> Self {
        match argument.strip_prefix('@') {
            Some(file) => Self::File(file.to_owned()),
            None if argument == "-" => Self::StandardInput,
            None => Self::Line,
        }
    }
}

impl InputSource {
    /// A reader; none for what stands on the line.
    fn open(&self, name: &str) -> Result<Option<Box<dyn Read>>, Fault> {
        Ok(match self {
            Self::Line => None,
            Self::File(file) => Some(Box::new(File::open(file).map_err(|error| self.unreadable(name, error))?)),
            Self::StandardInput => Some(Box::new(io::stdin().lock())),
        })
    }

    fn unreadable(&self, name: &str, error: io::Error) -> Fault {
        let place = match self {
            Self::Line => "the command line",
            Self::File(_) => "the file",
            Self::StandardInput => "standard input",
        };
        Fault::new(FaultKind::InvalidInput, format!("{name} cannot be read from {place}.")).because(error)
    }
}

/// Reads a secret of so many bytes at most, without the line's end behind it; none for what stands on the line. No error
/// quotes any of it.
///
/// # Errors
/// [`FaultKind::InvalidInput`] when it cannot be read, is no text, or is longer.
pub(super) fn secret(source: &InputSource, name: &str, longest: usize) -> Result<Option<Secret>, Fault> {
    let Some(reader) = source.open(name)? else { return Ok(None) };
    // Room for it is set aside, so that no copy is left behind. A line may end in two characters.
    let most = longest + 2;
    let mut text = Zeroizing::new(Vec::with_capacity(most + 1));
    let read = reader.take(most as u64 + 1).read_to_end(&mut text);
    read.map_err(|error| source.unreadable(name, error))?;
    if text.len() > most {
        return Err(Fault::new(FaultKind::InvalidInput, format!("{name} is longer than any is.")));
    }
    let text = decode_utf8(&text).map_err(|why| not_text(name, why))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    Ok(Some(Secret::new(line.strip_suffix('\r').unwrap_or(line).to_owned())))
}

/// Reads credentials: one JSON object whose members are all texts. No error quotes any of it. They may be
/// anywhere but on the line, where every other program can see them.
///
/// # Errors
/// [`FaultKind::Usage`] where they stood on the line, [`FaultKind::InvalidInput`] for anything else.
pub(super) fn credentials(source: &InputSource) -> Result<Credentials, Fault> {
    let name = "The credentials";
    let refuse = |why: &str| Err(Fault::new(FaultKind::InvalidInput, format!("{name} {why}")));
    let Some(reader) = source.open(name)? else {
        let message = "Credentials are read from a file (@FILE) or standard input (-), never from the line.";
        return Err(Fault::new(FaultKind::Usage, message));
    };
    let mut text = Zeroizing::new(Vec::with_capacity(MAX_CREDENTIALS + 1));
    let read = reader.take(MAX_CREDENTIALS as u64 + 1).read_to_end(&mut text);
    read.map_err(|error| source.unreadable(name, error))?;
    if text.len() > MAX_CREDENTIALS {
        return refuse("are longer than credentials ever are.");
    }
    let text = decode_utf8(&text).map_err(|why| not_text(name, why))?;
    // The parser's own words may quote what it read.
    match serde_json::from_str::<IndexMap<String, Secret>>(text) {
        Ok(fields) if fields.is_empty() => refuse("are empty."),
        Ok(fields) => Ok(fields.into_iter().collect()),
        Err(error) => refuse(&format!(
            "must be one JSON object with a text for each field; line {}, column {} is something else.",
            error.line(),
            error.column()
        )),
    }
}
