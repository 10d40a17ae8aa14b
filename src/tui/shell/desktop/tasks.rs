//! Work outside the program: the desktop's clipboard, the browser.

use async_trait::async_trait;
use url::Url;

use super::clipboard::Clipboard;
use crate::domain::Fault;
use crate::flow::browser;
use crate::tui::core::message::Message;
use crate::tui::core::messages::{BROWSER, BrowserOpened};
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
