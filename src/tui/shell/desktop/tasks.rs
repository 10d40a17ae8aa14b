//! Work outside the program: the desktop's clipboard, files, the browser.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use async_trait::async_trait;
use url::Url;

use super::clipboard::Clipboard;
use crate::domain::{Fault, FaultKind, Untrusted};
use crate::flow::browser;
use crate::flow::record::blocking;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{BROWSER, BrowserOpened, SaveFile};
use crate::tui::core::work::job::Slot;
use crate::tui::core::work::reporter::Reporter;
use crate::tui::core::work::task::{Services, Task};

/// Put text on the desktop's clipboard.
pub struct CopyToDesktop {
    pub(super) clipboard: Clipboard,
    /// Text to copy.
    pub text: String,
}

/// The desktop's clipboard has the text, or there is no such clipboard.
#[derive(Debug)]
pub struct CopiedToDesktop(pub bool);

impl std::fmt::Debug for CopyToDesktop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CopyToDesktop({} bytes)", self.text.len())
    }
}

impl CopyToDesktop {
    /// Place of the desktop's clipboard.
    pub const SLOT: Slot = Slot::new("clipboard").of_program();
}

#[async_trait]
impl Task for CopyToDesktop {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, _fault: Fault) -> Message {
        Message::new(CopiedToDesktop(false))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(CopiedToDesktop(self.clipboard.put(self.text).await));
    }
}

/// Write a file that was not there before.
#[derive(Debug)]
pub struct WriteFile(pub SaveFile);

/// Name of the file that was written.
#[derive(Debug)]
pub struct FileSaved(pub Result<Untrusted, Fault>);

/// Names that are tried before giving up.
const NAMES: u32 = 10_000;

impl WriteFile {
    /// Place of the file that is being written.
    pub const SLOT: Slot = Slot::new("save").of_program();

    fn write(&self) -> Result<Untrusted, Fault> {
        let SaveFile { name, bytes } = &self.0;
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "txt"));
        for n in 1..NAMES {
            let name = if n == 1 { name.clone() } else { format!("{stem}-{n}.{extension}") };
            let mut options = OpenOptions::new();
            // What came back from a provider is nobody else's business.
            options.write(true).create_new(true).mode(0o600);
            match options.open(&name).and_then(|mut file| file.write_all(bytes)) {
                Ok(()) => return Ok(name.into()),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    let message = "It could not be saved in the folder the program was started in.";
                    return Err(Fault::new(FaultKind::Local, message).because(error));
                }
            }
        }
        Err(Fault::new(FaultKind::Local, "Every name for it is taken already."))
    }
}

#[async_trait]
impl Task for WriteFile {
    fn slot(&self) -> Slot {
        Self::SLOT
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(FileSaved(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(FileSaved(blocking(move || self.write()).await));
    }
}

/// Open a page in the browser on this machine.
#[derive(Debug)]
pub struct OpenBrowser(pub Url);

#[async_trait]
impl Task for OpenBrowser {
    fn slot(&self) -> Slot {
        BROWSER
    }

    fn broken(&self, fault: Fault) -> Message {
        Message::new(BrowserOpened(Err(fault)))
    }

    async fn run(self: Box<Self>, _services: Services, reporter: Reporter) {
        reporter.send(BrowserOpened(browser::open(&self.0).await));
    }
}
