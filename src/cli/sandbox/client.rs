//! Id and secret of the sandbox's client, and the secret of its webhooks, as they are given.

use std::convert::Infallible;
use std::env;

use crate::cli::input::{self, InputSource};
use crate::domain::{Environment, Fault, FaultKind, Secret, Untrusted};
use crate::flow::process::{SANDBOX_CLIENT_SECRET, SANDBOX_WEBHOOK_SECRET};

/// Longest id or secret, in bytes.
const LONGEST: usize = 1 << 10;

/// A secret that can be given.
pub(super) struct SecretName {
    /// What to call it.
    what: &'static str,
    /// Variable that holds it where no option does.
    variable: &'static str,
}

/// That of the client.
pub(super) const CLIENT_SECRET: SecretName = SecretName { what: "The client secret", variable: SANDBOX_CLIENT_SECRET };

/// That which signs webhooks.
pub(super) const WEBHOOK_SECRET: SecretName =
    SecretName { what: "The secret of webhooks", variable: SANDBOX_WEBHOOK_SECRET };

/// A secret as an option gives it: itself, or where it lies.
#[derive(Clone, Debug)]
pub(super) struct GivenSecret {
    source: InputSource,
    argument: Secret,
}

/// Reads the value of an option.
pub(super) fn given(argument: &str) -> Result<GivenSecret, Infallible> {
    Ok(GivenSecret { source: InputSource::from(argument), argument: Secret::new(argument.to_owned()) })
}

impl GivenSecret {
    /// True if it is read from standard input.
    pub fn is_typed(&self) -> bool {
        matches!(self.source, InputSource::StandardInput)
    }

    /// The secret, of the option or else of the variable. No error repeats it.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`]: it cannot be read, or cannot be a secret.
    pub fn read(given: Option<&Self>, name: &SecretName) -> Result<Option<Secret>, Fault> {
        let text = match given {
            Some(given) => match input::secret(&given.source, name.what, LONGEST)? {
                Some(read) => read,
                None => given.argument.clone(),
            },
            None => match env::var_os(name.variable).filter(|value| !value.is_empty()).map(|value| value.into_string())
            {
                Some(Ok(text)) => Secret::new(text),
                Some(Err(_)) => return Err(refused(name.what, "is not UTF-8 text")),
                None => return Ok(None),
            },
        };
        plain(text.expose(), name.what)?;
        // By the rules for secrets elsewhere, so that no copied quote or empty variable becomes one.
        let secret = Environment::read_client_secret(text.expose());
        secret.map(Some).map_err(|fault| match name.variable == CLIENT_SECRET.variable {
            true => fault,
            false => refused(name.what, "is empty, or still refers to a variable"),
        })
    }
}

/// Reads the id of a client.
///
/// # Errors
/// [`FaultKind::InvalidInput`]: it cannot be one.
pub(super) fn client_id(text: &str) -> Result<String, Fault> {
    plain(text, "The client id")?;
    Environment::read_client_id(text).map(|id| id.raw().to_owned())
}

/// Refuses what could not be printed as it is, or is longer than any of them.
fn plain(text: &str, what: &str) -> Result<(), Fault> {
    if text.len() > LONGEST {
        return Err(refused(what, "is longer than any is"));
    }
    match Untrusted::from(text).to_string() == text {
        true => Ok(()),
        false => Err(refused(what, "holds characters that cannot be seen")),
    }
}

fn refused(what: &str, why: &str) -> Fault {
    Fault::new(FaultKind::InvalidInput, format!("{what} {why}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_may_be_anything_that_can_be_seen() {
        for id in ["skc_1", "my client", "Zoë's", "a:b"] {
            assert_eq!(client_id(id).unwrap(), id);
        }
        for id in ["", "  ", "''", "skc_1\n", "skc_\u{202e}1", "${SCALEKIT_CLIENT_ID}", &"x".repeat(LONGEST + 1)] {
            assert!(client_id(id).is_err(), "{id:?}");
        }
    }

    #[test]
    fn a_secret_is_given_or_lies_in_a_file_and_no_error_repeats_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "sks_hunter2\r\n").unwrap();
        let read = |argument: &str| {
            let given = given(argument).unwrap_or_else(|never| match never {});
            GivenSecret::read(Some(&given), &CLIENT_SECRET)
        };
        assert_eq!(read(&format!("@{}", file.display())).unwrap().unwrap().expose(), "sks_hunter2");
        assert_eq!(read("sks_hunter3").unwrap().unwrap().expose(), "sks_hunter3");
        for wrong in ["", "sks_hunter2\u{7}", "sks\nhunter2", "${hunter2}", &"hunter2".repeat(LONGEST), "@/no/hunter2"]
        {
            let fault = read(wrong).unwrap_err();
            assert_eq!(fault.kind, FaultKind::InvalidInput);
            assert!(wrong.starts_with('@') || !fault.to_string().contains("hunter2"), "{fault}");
        }
        std::fs::write(&file, "x".repeat(LONGEST + 3)).unwrap();
        assert!(read(&format!("@{}", file.display())).is_err());
    }
}
