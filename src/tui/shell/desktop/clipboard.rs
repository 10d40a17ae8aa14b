//! The desktop's own clipboard, where there is a desktop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Time for the desktop to take a text: one that has not by then never will.
const PATIENCE: Duration = Duration::from_secs(2);

/// Connection to the clipboard for the life of the program: on X11 and Wayland the text is gone with whoever put it
/// there. Cheap to clone.
#[derive(Clone, Default)]
pub struct Clipboard {
    open: Arc<Mutex<Option<native::Clipboard>>>,
    /// Whether it failed to answer once; nobody waits for it again.
    mute: Arc<AtomicBool>,
}

impl Clipboard {
    /// Puts text there, on a thread that may wait for the desktop. Whether it is there now.
    pub async fn put(&self, text: String) -> bool {
        if self.mute.load(Ordering::Relaxed) {
            return false;
        }
        let open = Arc::clone(&self.open);
        let put = tokio::task::spawn_blocking(move || {
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            let done = match open.take().or_else(native::open) {
                Some(mut clipboard) => native::put(&mut clipboard, text).then_some(clipboard),
                None => None,
            };
            *open = done;
            open.is_some()
        });
        match tokio::time::timeout(PATIENCE, put).await {
            Ok(done) => done.unwrap_or(false),
            Err(_) => {
                self.mute.store(true, Ordering::Relaxed);
                false
            }
        }
    }
}

/// Whether this program was built to use it.
pub const BUILT_IN: bool = cfg!(feature = "clipboard");

#[cfg(feature = "clipboard")]
mod native {
    pub(crate) use arboard::Clipboard;

    /// Clipboard of the desktop; fails at once where there is none.
    pub(crate) fn open() -> Option<Clipboard> {
        Clipboard::new().ok()
    }

    pub(crate) fn put(clipboard: &mut Clipboard, text: String) -> bool {
        clipboard.set_text(text).is_ok()
    }
}

#[cfg(not(feature = "clipboard"))]
mod native {
    pub(crate) enum Clipboard {}

    pub(crate) fn open() -> Option<Clipboard> {
        None
    }

    pub(crate) fn put(clipboard: &mut Clipboard, _: String) -> bool {
        match *clipboard {}
    }
}
