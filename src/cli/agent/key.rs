//! `jackfield agent key`: the key for a server of models, kept for its host and sent to no other.

use clap::Subcommand;
use serde_json::json;
use url::Url;

use super::Around;
use crate::cli::prompt;
use crate::cli::wait_notice::{self, KEYCHAIN};
use crate::domain::{Fault, Secret, Untrusted};
use crate::flow::model_access::{BASE_URL, KeyOrigin, ModelKeys};
use crate::flow::sources::Sources;
use crate::secrets::StoreKind;

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// Keep a key for the server of ANTHROPIC_BASE_URL, or the vendor's: typed unseen, or from standard input
    Keep,
    /// Forget the key that is kept for that server
    Forget,
    /// Say which key would be used
    Show,
}

impl KeyCommand {
    pub(super) async fn perform(&self, around: &Around<'_>) -> Result<u8, Fault> {
        let output = around.output;
        let keys = keys()?;
        let server = keys.server()?;
        let host = Untrusted::from(server.host_str().unwrap_or_default());
        match self {
            Self::Keep => {
                let key = typed(&host).await?;
                let kept = wait_notice::for_keychain(output, KEYCHAIN, keys.keep(&server, &key)).await?;
                if kept == StoreKind::Memory {
                    output.warning("This machine has nothing to keep a key in, so it is gone with this command.");
                }
                output.done(&document(&server, "kept"), &format!("The key for {host} is kept."))?;
            }
            Self::Forget => {
                wait_notice::for_keychain(output, KEYCHAIN, keys.forget(&server)).await?;
                output.done(&document(&server, "none"), &format!("No key is kept for {host} any more."))?;
            }
            Self::Show => {
                let origin = wait_notice::for_keychain(output, KEYCHAIN, keys.origin(&server)).await?;
                let (word, sentence) = match origin {
                    KeyOrigin::Variable(name) => (name, format!("{host}: the key is that of {name}.")),
                    KeyOrigin::Kept => ("kept", format!("{host}: a key is kept.")),
                    KeyOrigin::None => ("none", format!("{host}: there is no key.")),
                };
                output.done(&document(&server, word), &sentence)?;
            }
        }
        Ok(0)
    }
}

/// The keys of this process.
pub(super) fn keys() -> Result<ModelKeys, Fault> {
    Ok(ModelKeys::new(&Sources::from_process()?.with_passphrase(prompt::passphrase())))
}

fn document(server: &Url, key: &str) -> serde_json::Value {
    json!({ "server": server.as_str(), "variable": BASE_URL, "key": key })
}

/// The key: typed unseen at a terminal, else all of standard input.
async fn typed(host: &Untrusted) -> Result<Secret, Fault> {
    let question = format!("Key for {host}");
    let key = prompt::asking(move || match prompt::is_someone_there() {
        true => prompt::secret(&question, "Give the key on standard input."),
        false => prompt::secret_from_input(),
    });
    key.await
}
