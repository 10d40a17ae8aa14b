//! Tasks: reading a resource or a prompt, and decoding bytes that are to be saved.

use async_trait::async_trait;

use crate::domain::{Fault, FaultKind, JsonText, PromptMessage, ResourceContent, ServerAccount, Untrusted};
use crate::flow::server_content;
use crate::json::{Document, NodeId, media_at};
use crate::tui::core::message::Message;
use crate::tui::core::messages::SaveFile;
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task, compute};

/// Content of a server to be read.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// The resource of this URI.
    Resource(Untrusted),
    /// The prompt of this name, with an object of texts.
    Prompt(Untrusted, JsonText),
}

/// Reads a resource or a prompt with an account.
#[derive(Debug)]
pub struct ReadContent {
    /// The account.
    pub whose: ServerAccount,
    /// What is read.
    pub wanted: Wanted,
}

/// Content that was read.
#[derive(Debug)]
pub enum ContentRead {
    /// Content of a resource.
    Resource(Vec<ResourceContent>),
    /// Messages of a prompt.
    Prompt(Vec<PromptMessage>),
}

/// Report: the content.
#[derive(Debug)]
pub struct ContentArrived(pub Result<ContentRead, Fault>);

impl ReadContent {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("server content").shown();
}

#[async_trait]
impl Task for ReadContent {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(ContentArrived(Err(fault)))
    }

    async fn run(self: Box<Self>, services: Services, reporter: Reporter) {
        let Self { whose, wanted } = *self;
        let read = async {
            let opened = services.environment()?;
            let backend = opened.backend.as_ref();
            Ok(match wanted {
                Wanted::Resource(uri) => ContentRead::Resource(server_content::read(backend, &whose, &uri).await?),
                Wanted::Prompt(name, arguments) => {
                    ContentRead::Prompt(server_content::prompt(backend, &whose, &name, &arguments).await?)
                }
            })
        };
        reporter.send(ContentArrived(read.await));
    }
}

/// Decodes bytes for a file of this name.
pub struct DecodeMedia {
    /// Name of the file.
    pub name: String,
    /// Document that they stand in.
    pub document: Document,
    /// Place of their base64.
    pub node: NodeId,
}

/// Report: the file to save.
#[derive(Debug)]
pub struct MediaDecoded(pub Result<SaveFile, Fault>);

impl DecodeMedia {
    /// Slot of the task.
    pub const SLOT: Slot = Slot::new("media");
}

#[async_trait]
impl Task for DecodeMedia {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(MediaDecoded(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        let Self { name, document, node } = *self;
        let decoded = compute(move || {
            let bytes = media_at(&document, node);
            let no_base64 = "The server's bytes are not base64. The whole result can be saved as it came.";
            bytes.map(|bytes| SaveFile { name, bytes }).ok_or_else(|| Fault::new(FaultKind::BadAnswer, no_base64))
        });
        reporter.send(MediaDecoded(decoded.await));
    }
}
